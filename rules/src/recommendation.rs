//! What should this person get? What stands against each assessed need, and which services fit, best first.
//!
//! Source: DOMAIN.md, "What the inspectors found missing", 1: appropriate services existed, but no referral was made.

use std::cmp::Reverse;

use crate::term;
use crate::terms::{AreaReach, Need, ReferralStatus};

term! {
    /// What stands against an assessed need.
    NeedStanding {
        /// A service that works on it was delivered, or is being delivered.
        Delivered "delivered" "DELIVERED" "Delivered";
        /// A provider has accepted a referral for it, and has not begun.
        Booked "booked" "BOOKED" "Booked";
        /// A referral for it waits for its provider's answer.
        Referred "referred" "REFERRED" "Referred";
        /// Nothing: nobody was asked.
        Nothing "nothing" "NOTHING" "Nothing";
    }
}

/// What one referral does for the needs that it is for.
pub const fn standing(status: ReferralStatus, attended: bool) -> NeedStanding {
    match status {
        ReferralStatus::Completed => NeedStanding::Delivered,
        ReferralStatus::InProgress | ReferralStatus::Accepted if attended => NeedStanding::Delivered,
        ReferralStatus::EndedEarly if attended => NeedStanding::Delivered,
        ReferralStatus::InProgress | ReferralStatus::Accepted => NeedStanding::Booked,
        ReferralStatus::Submitted => NeedStanding::Referred,
        ReferralStatus::Draft
        | ReferralStatus::Declined
        | ReferralStatus::EndedEarly
        | ReferralStatus::Withdrawn => NeedStanding::Nothing,
    }
}

/// What stands against a need, of all that referrals do for it: the best of it.
pub fn best(standings: impl IntoIterator<Item = NeedStanding>) -> NeedStanding {
    standings.into_iter().min().unwrap_or(NeedStanding::Nothing)
}

/// How a service fits somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fit {
    /// The assessed needs that it works on.
    pub needs: Vec<Need>,
    /// Those of them against which nothing stands.
    pub open_needs: Vec<Need>,
    /// Whether the person meets every criterion.
    pub eligible: bool,
    /// Whether it takes referrals, and is available to who would pay.
    pub available: bool,
    /// How well the person reaches it; none where it does not serve the area.
    pub reach: Option<AreaReach>,
    /// Whether it is delivered at times that fit work and childcare; none where the person has neither.
    pub times_fit: Option<bool>,
    /// Whether the RAR days that are left suffice for it; none where it takes none.
    pub rar_days_suffice: Option<bool>,
    /// What it usually costs who would pay, in pence; none where that is not known.
    pub cost: Option<i64>,
}

impl Fit {
    /// The order of fits: who can come first, then by the needs against which nothing stands, by all needs, by reach,
    /// times and RAR days, and at last by cost.
    fn place(&self) -> impl Ord + use<> {
        let reach = match self.reach {
            Some(AreaReach::Covered) => 0,
            Some(AreaReach::HardToReach) => 1,
            None => 2,
        };
        (
            !(self.eligible && self.available),
            reach == 2,
            Reverse(self.open_needs.len()),
            Reverse(self.needs.len()),
            self.rar_days_suffice == Some(false),
            reach,
            self.times_fit == Some(false),
            self.cost.is_none(),
            self.cost,
        )
    }

    /// Why it stands where it does, as sentences.
    pub fn why(&self) -> Vec<String> {
        let mut why = vec![format!("Works on: {}.", labels(&self.needs))];
        if self.open_needs.is_empty() {
            why.push("Something stands against each of these needs already.".to_owned());
        } else {
            why.push(format!("Nothing stands yet against: {}.", labels(&self.open_needs)));
        }
        why.push(
            if self.eligible { "All criteria are met." } else { "Not all criteria are met." }.to_owned(),
        );
        if !self.available {
            why.push("It takes no referrals now on this basis.".to_owned());
        }
        why.push(
            match self.reach {
                Some(AreaReach::Covered) => "It serves the area.",
                Some(AreaReach::HardToReach) => "It is hard to reach from there.",
                None => "It does not serve the area.",
            }
            .to_owned(),
        );
        why.extend(self.times_fit.map(|fit| {
            let said = if fit {
                "It is delivered at times that work and childcare may allow."
            } else {
                "It is delivered by day alone: work or childcare may stand against it."
            };
            said.to_owned()
        }));
        why.extend(self.rar_days_suffice.map(|enough| {
            let said = if enough {
                "The RAR days that are left suffice."
            } else {
                "The RAR days that are left do not suffice for its usual length."
            };
            said.to_owned()
        }));
        why
    }
}

fn labels(needs: &[Need]) -> String {
    use crate::Term;
    needs.iter().map(|need| need.label().to_lowercase()).collect::<Vec<_>>().join(", ")
}

/// Puts the best fits first. What fits alike stays in the order in which it came.
pub fn rank<T>(fits: &mut [(Fit, T)]) {
    fits.sort_by_key(|(fit, _)| fit.place());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Fit {
        Fit {
            needs: vec![Need::Accommodation, Need::Ete],
            open_needs: vec![Need::Ete],
            eligible: true,
            available: true,
            reach: Some(AreaReach::Covered),
            times_fit: Some(true),
            rar_days_suffice: Some(true),
            cost: Some(10_000),
        }
    }

    #[test]
    fn what_can_be_had_and_meets_most_comes_first() {
        let ineligible = Fit { eligible: false, open_needs: vec![Need::Accommodation, Need::Ete], ..good() };
        let closed = Fit { available: false, ..good() };
        let far = Fit { reach: None, ..good() };
        let hard = Fit { reach: Some(AreaReach::HardToReach), ..good() };
        let dear = Fit { cost: Some(10_001), ..good() };
        let unpriced = Fit { cost: None, ..good() };
        let by_day = Fit { times_fit: Some(false), ..good() };
        let long = Fit { rar_days_suffice: Some(false), ..good() };
        let most = Fit { open_needs: vec![Need::Accommodation, Need::Ete], ..good() };
        let order = [most, good(), dear, unpriced, by_day, hard, long, far, closed, ineligible];
        let mut fits: Vec<_> = order.iter().rev().cloned().map(|fit| (fit, ())).collect();
        rank(&mut fits);
        let ranked: Vec<_> = fits.into_iter().map(|(fit, ())| fit).collect();
        assert_eq!(ranked[..8], order[..8]);
        assert!(ranked[8..].iter().all(|fit| !(fit.eligible && fit.available)));
    }

    #[test]
    fn the_best_that_stands_against_a_need_counts() {
        use NeedStanding::{Booked, Delivered, Nothing, Referred};
        assert_eq!(best([]), Nothing);
        assert_eq!(best([Nothing, Referred]), Referred);
        assert_eq!(best([Referred, Booked]), Booked);
        assert_eq!(best([Booked, Delivered, Nothing]), Delivered);
    }

    #[test]
    fn a_referral_stands_for_what_has_come_of_it() {
        for (status, attended, expected) in [
            (ReferralStatus::Draft, false, NeedStanding::Nothing),
            (ReferralStatus::Submitted, false, NeedStanding::Referred),
            (ReferralStatus::Accepted, false, NeedStanding::Booked),
            (ReferralStatus::InProgress, false, NeedStanding::Booked),
            (ReferralStatus::InProgress, true, NeedStanding::Delivered),
            (ReferralStatus::Completed, false, NeedStanding::Delivered),
            (ReferralStatus::EndedEarly, true, NeedStanding::Delivered),
            (ReferralStatus::EndedEarly, false, NeedStanding::Nothing),
            (ReferralStatus::Declined, false, NeedStanding::Nothing),
            (ReferralStatus::Withdrawn, true, NeedStanding::Nothing),
        ] {
            assert_eq!(standing(status, attended), expected, "{status:?} {attended}");
        }
    }

    #[test]
    fn every_fit_says_why() {
        let why = Fit { eligible: false, reach: None, times_fit: Some(false), ..good() }.why().join(" ");
        for said in [
            "Works on: accommodation",
            "Nothing stands yet against",
            "Not all criteria",
            "does not serve",
            "by day alone",
            "suffice",
        ] {
            assert!(why.contains(said), "{why}");
        }
    }
}
