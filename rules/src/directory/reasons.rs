//! Why somebody cannot be referred: what is asked of them, and what the service says of itself.

use chrono::NaiveDate;

use super::Unavailable;
use crate::{london, term};

term! {
    /// What kind of reason stands against a referral.
    ReasonKind {
        /// A criterion of the service, or of its provider, is not met.
        Criterion "criterion" "CRITERION" "Criterion";
        /// The service is not available to who would pay, on a basis that the sentence has.
        Availability "availability" "AVAILABILITY" "Availability";
        /// The service takes no referrals on the day.
        Closed "closed" "CLOSED" "Closed";
    }
}

/// What a service says of when it takes referrals.
#[derive(Clone, Copy, Debug)]
pub struct Opening<'a> {
    /// Whether it is on the rate card.
    pub on_card: bool,
    /// The first day (Europe/London) on which it takes referrals.
    pub from: Option<NaiveDate>,
    /// The day from which it takes none.
    pub to: Option<NaiveDate>,
    /// Why it closes.
    pub withdrawal_reason: Option<&'a str>,
}

/// Why a service takes no referrals on a day, and what would change it; none where it does.
pub fn closed(opening: &Opening<'_>, day: NaiveDate) -> Option<Unavailable> {
    let another = "Choose another service.".to_owned();
    if !opening.on_card {
        let change = "Ask the administrators of the rate card to approve it, or choose another service.";
        return Some(Unavailable {
            fact: "The service is not on the rate card.".to_owned(),
            change: change.to_owned(),
        });
    }
    if let Some(from) = opening.from.filter(|from| day < *from) {
        let from = london::written(from);
        return Some(Unavailable {
            fact: format!("The service takes referrals from {from}."),
            change: format!("Refer on {from} or later, or choose another service."),
        });
    }
    let to = opening.to.filter(|to| *to <= day)?;
    let why =
        opening.withdrawal_reason.map(|why| format!(" Its provider says why: {why}")).unwrap_or_default();
    let fact = format!("The service has taken no referrals since {}.{why}", london::written(to));
    Some(Unavailable { fact, change: another })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_that_takes_no_referrals_says_why() {
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        let open = Opening {
            on_card: true,
            from: day("2017-04-01"),
            to: day("2018-04-01"),
            withdrawal_reason: Some("No money."),
        };
        let why =
            |opening: Opening<'_>, on: &str| closed(&opening, day(on).expect("a day")).map(|why| why.fact);
        assert_eq!(why(open, "2017-04-01"), None);
        assert_eq!(why(open, "2018-03-31"), None);
        assert_eq!(
            why(open, "2017-03-31").as_deref(),
            Some("The service takes referrals from 1 April 2017.")
        );
        let over = "The service has taken no referrals since 1 April 2018. Its provider says why: No money.";
        assert_eq!(why(open, "2018-04-01").as_deref(), Some(over));
        let off = Opening { on_card: false, ..open };
        assert_eq!(why(off, "2017-04-01").as_deref(), Some("The service is not on the rate card."));
    }
}
