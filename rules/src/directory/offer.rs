//! What a service says of itself: its figures, the period in which it is open, and why it closes.

use chrono::NaiveDate;

use crate::{Refusal, london, term};

term! {
    /// Why a change to the directory was refused.
    DirectoryRefusal {
        /// Something required is missing: fill it in.
        Required "required" "REQUIRED" "Required";
        /// A text is too long: shorten it.
        TooLong "too_long" "TOO_LONG" "Too long";
        /// A value is not of the form it must have.
        Invalid "invalid" "INVALID" "Invalid";
        /// A figure lies outside what it may be.
        OutOfRange "out_of_range" "OUT_OF_RANGE" "Out of range";
        /// The provider has a service with this name already.
        Taken "taken" "TAKEN" "Taken";
        /// The organisation is not one that delivers services.
        NotAProvider "not_a_provider" "NOT_A_PROVIDER" "Not a provider";
        /// The period ends before it begins, or on the same day.
        EmptyPeriod "empty_period" "EMPTY_PERIOD" "Empty period";
        /// A withdrawal always states its reason.
        ReasonMissing "reason_missing" "REASON_MISSING" "Reason missing";
        /// The same rule of the same owner is in force on a day of the period already.
        Overlaps "overlaps" "OVERLAPS" "Overlaps";
        /// The value is not a criterion that the server understands.
        NotACriterion "not_a_criterion" "NOT_A_CRITERION" "Not a criterion";
        /// Nobody could meet it together with another criterion of the service, or of its provider, that is in force on some of the same days.
        Contradicts "contradicts" "CONTRADICTS" "Contradicts";
        /// It is somebody else's to decide: another provider's entry, or what is agreed on the card.
        NotYours "not_yours" "NOT_YOURS" "Not yours";
        /// The service is on the rate card already.
        OnCard "on_card" "ON_CARD" "On the card";
        /// The service has prices in its unit, so that the unit stays.
        Priced "priced" "PRICED" "Priced";
    }
}

/// What a service says of itself that can contradict itself.
#[derive(Clone, Copy, Debug)]
pub struct Offer<'a> {
    /// How many units a person usually receives.
    pub usual_units: Option<i32>,
    /// Working days within which the provider should answer.
    pub respond_within_days: i32,
    /// What an acceptable absence charges, in per cent of the unit.
    pub acceptable_absence_percent: i32,
    /// What an unacceptable absence charges, in per cent of the unit.
    pub unacceptable_absence_percent: i32,
    /// What a late cancellation by the service user charges, in per cent of the unit.
    pub late_cancellation_percent: i32,
    /// A cancellation with less notice than this, in hours before the start, is late.
    pub late_cancellation_hours: i32,
    /// What a session charges to which the person came and which the provider's arrangements let fail, in per cent of the unit.
    pub provider_logistics_percent: i32,
    /// The first day on which it takes referrals; none when it always did.
    pub open_from: Option<NaiveDate>,
    /// The day from which it takes none; none while it is not to close.
    pub open_to: Option<NaiveDate>,
    /// Why it closes.
    pub withdrawal_reason: Option<&'a str>,
}

/// Everything that is wrong with an offer.
pub fn check_offer(offer: &Offer<'_>) -> Vec<Refusal<DirectoryRefusal>> {
    let figures = [
        ("usualUnits", offer.usual_units.unwrap_or(1), 1, 1000, "units"),
        ("respondWithinDays", offer.respond_within_days, 1, 60, "working days"),
        ("acceptableAbsencePercent", offer.acceptable_absence_percent, 0, 100, "per cent"),
        ("unacceptableAbsencePercent", offer.unacceptable_absence_percent, 0, 100, "per cent"),
        ("lateCancellationPercent", offer.late_cancellation_percent, 0, 100, "per cent"),
        ("lateCancellationHours", offer.late_cancellation_hours, 0, 336, "hours"),
        ("providerLogisticsPercent", offer.provider_logistics_percent, 0, 100, "per cent"),
    ];
    let outside = figures.into_iter().filter(|(_, figure, low, high, _)| !(low..=high).contains(&figure));
    let mut refusals: Vec<_> = outside
        .map(|(field, figure, low, high, unit)| {
            let message = format!("{figure} is outside what is possible: give {low} to {high} {unit}.");
            Refusal::of(DirectoryRefusal::OutOfRange, field, message)
        })
        .collect();
    refusals.extend(check_period("openFrom", offer.open_from, "openTo", offer.open_to));
    refusals.extend(unexplained(offer));
    refusals
}

/// What is wrong with a period of days, `[from, to)`, whose ends may both be open.
pub fn check_period(
    from_field: &str,
    from: Option<NaiveDate>,
    to_field: &str,
    to: Option<NaiveDate>,
) -> Vec<Refusal<DirectoryRefusal>> {
    let ends = [(from_field, from), (to_field, to)];
    let unbelievable = ends.into_iter().filter(|(_, end)| end.is_some_and(|day| !london::believable(day)));
    let mut refusals: Vec<_> = unbelievable
        .map(|(field, _)| Refusal::of(DirectoryRefusal::Invalid, field, "Give a date between 1900 and 2200."))
        .collect();
    if let (Some(from), Some(to)) = (from, to)
        && to <= from
    {
        let message = "The period has no day: give an end after its first day, or none.";
        refusals.push(Refusal::of(DirectoryRefusal::EmptyPeriod, to_field, message));
    }
    refusals
}

/// Whether two periods of days, `[from, to)`, have a day in common. Their ends may be open.
pub fn overlap(one: Period, other: Period) -> bool {
    let begins_before_end = |(from, _): Period, (_, to): Period| match (from, to) {
        (Some(from), Some(to)) => from < to,
        _ => true,
    };
    begins_before_end(one, other) && begins_before_end(other, one)
}

/// The first day of a period, and the day from which it is over; none where that end is open.
pub type Period = (Option<NaiveDate>, Option<NaiveDate>);

/// Of the same rule of one owner, for one purchaser, one is in force on a day: what would stand beside `period`.
pub fn check_overlap(
    period: Period,
    others: impl IntoIterator<Item = Period>,
) -> Option<Refusal<DirectoryRefusal>> {
    others.into_iter().any(|other| overlap(period, other)).then(overlaps)
}

/// The refusal of two periods that overlap.
pub fn overlaps() -> Refusal<DirectoryRefusal> {
    let message =
        "The same rule is in force on a day of this period already: change or end that one, or begin later.";
    Refusal::of(DirectoryRefusal::Overlaps, "effectiveFrom", message)
}

/// A withdrawal states its reason, to both sides; and a reason states its day.
fn unexplained(offer: &Offer<'_>) -> Option<Refusal<DirectoryRefusal>> {
    match (offer.open_to, offer.withdrawal_reason) {
        (Some(_), None) => {
            let message = "A service that closes says why, to officers and providers: give the reason.";
            Some(Refusal::of(DirectoryRefusal::ReasonMissing, "withdrawalReason", message))
        }
        (None, Some(_)) => {
            let message = "The reason for closing names no day: say from which day it takes no referrals.";
            Some(Refusal::of(DirectoryRefusal::Required, "openTo", message))
        }
        (Some(_), Some(_)) | (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GYM: Offer<'_> = Offer {
        usual_units: Some(24),
        respond_within_days: 5,
        acceptable_absence_percent: 0,
        unacceptable_absence_percent: 100,
        late_cancellation_percent: 50,
        late_cancellation_hours: 24,
        provider_logistics_percent: 0,
        open_from: day(2017, 9, 4),
        open_to: day(2017, 12, 23),
        withdrawal_reason: Some("The programme has run its twelve weeks."),
    };

    const fn day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, month, day)
    }

    fn refused(offer: Offer<'_>) -> Vec<(DirectoryRefusal, String)> {
        check_offer(&offer).into_iter().map(|refusal| (refusal.code, refusal.field.join("."))).collect()
    }

    #[test]
    fn an_offer_that_holds_together_is_not_refused() {
        assert_eq!(refused(GYM), []);
        assert_eq!(refused(Offer { usual_units: None, open_to: None, withdrawal_reason: None, ..GYM }), []);
    }

    #[test]
    fn every_figure_outside_its_range_is_named() {
        let wild = Offer {
            usual_units: Some(0),
            respond_within_days: 61,
            acceptable_absence_percent: -1,
            unacceptable_absence_percent: 101,
            late_cancellation_percent: i32::MAX,
            late_cancellation_hours: i32::MIN,
            provider_logistics_percent: 101,
            ..GYM
        };
        let fields: Vec<_> = refused(wild).into_iter().map(|(_, field)| field).collect();
        assert_eq!(
            fields,
            [
                "usualUnits",
                "respondWithinDays",
                "acceptableAbsencePercent",
                "unacceptableAbsencePercent",
                "lateCancellationPercent",
                "lateCancellationHours",
                "providerLogisticsPercent"
            ]
        );
    }

    #[test]
    fn a_withdrawal_states_its_reason_and_its_day() {
        let silent = Offer { withdrawal_reason: None, ..GYM };
        assert_eq!(refused(silent), [(DirectoryRefusal::ReasonMissing, "withdrawalReason".to_owned())]);
        let undated = Offer { open_to: None, ..GYM };
        assert_eq!(refused(undated), [(DirectoryRefusal::Required, "openTo".to_owned())]);
    }

    #[test]
    fn a_service_is_open_for_a_day_at_least() {
        let never = Offer { open_from: GYM.open_to, ..GYM };
        assert_eq!(refused(never), [(DirectoryRefusal::EmptyPeriod, "openTo".to_owned())]);
    }

    #[test]
    fn a_rule_that_ends_when_the_next_begins_does_not_overlap_it() {
        let (may, june, july) = (day(2017, 5, 1), day(2017, 6, 1), day(2017, 7, 1));
        for (one, other, overlaps) in [
            ((may, june), (june, july), false),
            ((may, july), (june, None), true),
            ((None, None), (june, july), true),
            ((None, may), (june, None), false),
            ((may, None), (None, june), true),
        ] {
            assert_eq!(overlap(one, other), overlaps, "{one:?} {other:?}");
            assert_eq!(overlap(other, one), overlaps, "{other:?} {one:?}");
        }
    }

    #[test]
    fn a_day_that_nobody_can_mean_is_refused() {
        let ancient = Offer { open_from: day(1066, 10, 14), ..GYM };
        assert_eq!(refused(ancient), [(DirectoryRefusal::Invalid, "openFrom".to_owned())]);
    }
}
