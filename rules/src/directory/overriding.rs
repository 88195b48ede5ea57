//! Exceptions: a manager sets a criterion aside for one referral, with a reason.

use crate::terms::ReferralStatus;
use crate::{Refusal, term};

term! {
    /// Why an exception from criteria was refused.
    EligibilityRefusal {
        /// Something required is missing: fill it in.
        Required "required" "REQUIRED" "Required";
        /// A text is too long: shorten it.
        TooLong "too_long" "TOO_LONG" "Too long";
        /// A value is not of the form it must have.
        Invalid "invalid" "INVALID" "Invalid";
        /// The referral is no draft any more.
        WrongStatus "wrong_status" "WRONG_STATUS" "Wrong status";
        /// The criterion is met, or is not asked of this referral today.
        NothingToOverride "nothing_to_override" "NOTHING_TO_OVERRIDE" "Nothing to override";
        /// The criterion was set aside for this referral already.
        AlreadyOverridden "already_overridden" "ALREADY_OVERRIDDEN" "Already overridden";
    }
}

/// How a criterion stands to a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is met, or not asked.
    Met,
    /// It is not met.
    Unmet,
    /// It is not met, and was set aside.
    Overridden,
}

/// Everything that keeps a manager from setting criteria aside, in the order in which they were named.
pub fn check_override(status: ReferralStatus, criteria: &[Standing]) -> Vec<Refusal<EligibilityRefusal>> {
    if status != ReferralStatus::Draft {
        let message = "The referral was submitted: exceptions are made before that.";
        return vec![Refusal::of(EligibilityRefusal::WrongStatus, "referralId", message)];
    }
    if criteria.is_empty() {
        let message = "No criterion is named: say which ones are set aside.";
        return vec![Refusal::of(EligibilityRefusal::Required, "criterionIds", message)];
    }
    let refused = criteria.iter().enumerate().filter_map(|(index, standing)| {
        let (code, message) = match standing {
            Standing::Unmet => return None,
            Standing::Met => {
                let message =
                    "This criterion does not stand in the way of this referral today: leave it out.";
                (EligibilityRefusal::NothingToOverride, message)
            }
            Standing::Overridden => {
                (EligibilityRefusal::AlreadyOverridden, "This criterion was set aside already: leave it out.")
            }
        };
        let field = vec!["criterionIds".to_owned(), index.to_string()];
        Some(Refusal { code, field, message: message.to_owned() })
    });
    refused.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: ReferralStatus, criteria: &[Standing]) -> Vec<(EligibilityRefusal, String)> {
        check_override(status, criteria).into_iter().map(|it| (it.code, it.field.join("."))).collect()
    }

    #[test]
    fn what_stands_in_the_way_of_a_draft_can_be_set_aside() {
        assert_eq!(refused(ReferralStatus::Draft, &[Standing::Unmet, Standing::Unmet]), []);
    }

    #[test]
    fn nothing_else_can() {
        use EligibilityRefusal::{AlreadyOverridden, NothingToOverride, Required, WrongStatus};
        let named = refused(ReferralStatus::Draft, &[Standing::Met, Standing::Unmet, Standing::Overridden]);
        let expected = [(NothingToOverride, "criterionIds.0"), (AlreadyOverridden, "criterionIds.2")];
        assert_eq!(named, expected.map(|(code, field)| (code, field.to_owned())));
        assert_eq!(refused(ReferralStatus::Draft, &[])[0].0, Required);
        assert_eq!(refused(ReferralStatus::Submitted, &[Standing::Unmet])[0].0, WrongStatus);
    }
}
