//! The life of a referral: who may do what to it, when, and where that leads.

use chrono::{DateTime, Utc};

use crate::terms::ReferralAction as Step;
use crate::terms::{ReferralStatus, Suitability};
use crate::{Refusal, Term, term};

mod deadlines;
mod submission;

pub use deadlines::{paperwork_over, provider_reads_until, respond_by};
pub use submission::{MOST_UNITS, Submission, check_submission};

term! {
    /// Why an act on a referral is refused.
    ReferralRefusal {
        /// The referral is not in a status in which this is done.
        WrongStatus "wrong_status" "WRONG_STATUS" "Wrong status";
        /// The referral has ended.
        Ended "ended" "ENDED" "Ended";
        /// The act is somebody else's.
        NotPermitted "not_permitted" "NOT_PERMITTED" "Not permitted";
        /// Something that is needed is missing.
        Required "required" "REQUIRED" "Required";
        /// A text is longer than may be.
        TooLong "too_long" "TOO_LONG" "Too long";
        /// A value cannot be what it is.
        Invalid "invalid" "INVALID" "Invalid";
        /// A criterion of the service or its provider is not met.
        Ineligible "ineligible" "INELIGIBLE" "Ineligible";
        /// An open referral for the same person and service exists.
        Duplicate "duplicate" "DUPLICATE" "Duplicate";
        /// The person named does not work for the provider.
        NotAWorker "not_a_worker" "NOT_A_WORKER" "Not a worker of the provider";
        /// More RAR days than the court's maximum leaves.
        RarDaysExceeded "rar_days_exceeded" "RAR_DAYS_EXCEEDED" "RAR days exceeded";
        /// The service has no price for this purchaser on this day.
        NoPrice "no_price" "NO_PRICE" "No price";
        /// The suitability meeting is not recorded, or did not find the service suitable.
        SuitabilityOutstanding "suitability_outstanding" "SUITABILITY_OUTSTANDING" "Suitability outstanding";
        /// The service asks for no suitability meeting.
        NoSuitabilityMeeting "no_suitability_meeting" "NO_SUITABILITY_MEETING" "No suitability meeting asked";
        /// The question was answered already.
        AlreadyAnswered "already_answered" "ALREADY_ANSWERED" "Already answered";
        /// The referral is assigned to this worker already.
        AlreadyAssigned "already_assigned" "ALREADY_ASSIGNED" "Already assigned";
        /// The end-of-service report was submitted already.
        AlreadyReported "already_reported" "ALREADY_REPORTED" "Already reported";
        /// The amendment changes nothing.
        Unchanged "unchanged" "UNCHANGED" "Unchanged";
        /// Not possible, for a reason that this person may not see, or because the service takes no referrals.
        Unavailable "unavailable" "UNAVAILABLE" "Unavailable";
    }
}

/// In what relation to a referral a person acts. Somebody can stand in more than one: CRC staff who hold
/// the case and deliver the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Capacity {
    /// An officer or manager of the organisation that holds the case.
    Holder,
    /// The provider's worker to whom the referral is assigned.
    Worker,
    /// A manager of the provider.
    ProviderManager,
}

impl Capacity {
    /// Every capacity.
    pub const ALL: [Self; 3] = [Self::Holder, Self::Worker, Self::ProviderManager];

    /// Who that is, in a sentence.
    fn who(self) -> &'static str {
        match self {
            Self::Holder => "the responsible officer or their manager",
            Self::Worker => "the assigned worker",
            Self::ProviderManager => "the provider's manager",
        }
    }
}

/// What the rules need to know of a referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Situation {
    /// Where it is in its life.
    pub status: ReferralStatus,
    /// Whether the service asks for a suitability meeting before acceptance.
    pub needs_suitability_meeting: bool,
    /// What the latest suitability meeting found; none when none is recorded.
    pub suitability: Option<Suitability>,
    /// How far the suitability meeting is of which something would be recorded; of several, the one that is furthest.
    pub meeting: Meeting,
    /// Whether a worker is assigned.
    pub has_worker: bool,
    /// Whether the end-of-service report stands. Who supersedes it asks as though it did not.
    pub end_report_submitted: bool,
    /// Whether the days are over in which a provider records what it delivered before the end.
    pub paperwork_over: bool,
}

/// How far a suitability meeting is on its way to be recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meeting {
    /// None is arranged.
    #[default]
    None,
    /// What it found is recorded.
    Recorded,
    /// It is arranged and not held yet.
    Ahead,
    /// It was held, and what it found is to be recorded.
    Held,
}

/// How far a suitability meeting is that is arranged for an instant.
pub fn meeting(meets_at: DateTime<Utc>, is_recorded: bool, now: DateTime<Utc>) -> Meeting {
    match (is_recorded, meets_at > now) {
        (true, _) => Meeting::Recorded,
        (false, true) => Meeting::Ahead,
        (false, false) => Meeting::Held,
    }
}

/// Decides a step: the status to which it leads, which for most is the one it had.
pub fn step(
    situation: &Situation,
    capacity: Capacity,
    step: Step,
) -> Result<ReferralStatus, Refusal<ReferralRefusal>> {
    let Some(next) = next(situation.status, capacity, step) else {
        return Err(refusal(situation.status, capacity, step));
    };
    match obstacle(situation, capacity, step) {
        Some(obstacle) => Err(obstacle),
        None => Ok(next),
    }
}

/// The life cycle: who may do what in which status, and where it leads. What is not here is refused.
fn next(status: ReferralStatus, capacity: Capacity, step: Step) -> Option<ReferralStatus> {
    use Capacity::{Holder, ProviderManager, Worker};
    use ReferralStatus::{
        Accepted, Completed, Declined, Draft, EndedEarly, InProgress, Submitted, Withdrawn,
    };
    let next = match (status, capacity, step) {
        (Draft, Holder, Step::Edit) => status,
        (Draft, Holder, Step::Submit) => Submitted,
        (Draft | Submitted | Accepted | InProgress, Holder, Step::Withdraw) => Withdrawn,

        (Submitted, Holder, Step::Amend | Step::Answer | Step::AddNote) => status,
        (Submitted, ProviderManager, Step::Ask | Step::Assign | Step::AddNote) => status,
        (Submitted, ProviderManager, Step::ArrangeSuitabilityMeeting) => status,
        (Submitted, ProviderManager | Worker, Step::RecordSuitability) => status,
        (Submitted, ProviderManager, Step::Accept) => Accepted,
        (Submitted, ProviderManager, Step::Decline) => Declined,

        (Accepted | InProgress, Holder, Step::Amend | Step::AddNote) => status,
        (Accepted | InProgress, ProviderManager, Step::Assign) => status,
        (Accepted | InProgress, ProviderManager | Worker, Step::ScheduleSession | Step::AddNote) => status,
        (Accepted | InProgress, ProviderManager | Worker, Step::EndEarly) => EndedEarly,
        (InProgress, ProviderManager | Worker, Step::Complete) => Completed,

        // Judgements, and for some days late paperwork and corrections, outlast the service; they no longer move it.
        (Accepted | InProgress | Completed | EndedEarly | Withdrawn, _, Step::RecordSession) => status,
        (Accepted | InProgress | Completed | EndedEarly | Withdrawn, Holder, Step::JudgeAbsence) => status,
        (Accepted | InProgress | Completed | EndedEarly, ProviderManager | Worker, Step::Report) => status,
        _ => return None,
    };
    Some(next)
}

/// What stands in the way of a step that the status and the capacity allow.
fn obstacle(situation: &Situation, capacity: Capacity, step: Step) -> Option<Refusal<ReferralRefusal>> {
    let refuse = |code, message: &str| Some(Refusal::new(code, message));
    if capacity == Capacity::Worker && !situation.has_worker {
        let message = "The referral is assigned to nobody: the provider's manager has to assign it first.";
        return refuse(ReferralRefusal::NotPermitted, message);
    }
    if situation.status == ReferralStatus::Withdrawn && !situation.has_worker {
        let message = "The referral was withdrawn before anybody worked on it.";
        return refuse(ReferralRefusal::Ended, message);
    }
    if has_ended(situation.status) && situation.paperwork_over && capacity != Capacity::Holder {
        let message = "The referral ended too long ago: you can read it and no longer change it. The responsible \
                       officer records what is still missing, on your behalf.";
        return refuse(ReferralRefusal::Ended, message);
    }
    let about_suitability = matches!(step, Step::ArrangeSuitabilityMeeting | Step::RecordSuitability);
    if about_suitability && !situation.needs_suitability_meeting {
        let message =
            "The service asks for no suitability meeting: accept or decline the referral without one.";
        return refuse(ReferralRefusal::NoSuitabilityMeeting, message);
    }
    if step == Step::RecordSuitability {
        return nothing_to_record(situation.meeting);
    }
    if step == Step::Accept && situation.needs_suitability_meeting {
        let message = match situation.suitability {
            Some(Suitability::Suitable) => return None,
            Some(Suitability::Unsuitable) => {
                "The suitability meeting found the service unsuitable: decline the referral, or record another meeting."
            }
            None => "The service asks for a suitability meeting: record what it found before accepting.",
        };
        return refuse(ReferralRefusal::SuitabilityOutstanding, message);
    }
    if step == Step::Report && situation.end_report_submitted {
        let message =
            "The end-of-service report was submitted and cannot be changed: supersede it with a new one.";
        return refuse(ReferralRefusal::AlreadyReported, message);
    }
    None
}

/// Why nothing can be recorded of a suitability meeting.
fn nothing_to_record(meeting: Meeting) -> Option<Refusal<ReferralRefusal>> {
    let message = match meeting {
        Meeting::Held => return None,
        Meeting::None => "No suitability meeting is arranged. Arrange one first.",
        Meeting::Ahead => "The meeting has not been held yet.",
        Meeting::Recorded => "The meeting is recorded. Arrange another one.",
    };
    Some(Refusal::of(ReferralRefusal::Invalid, "meetingId", message))
}

/// Why [`next`] has no answer: another person's act, or another status's.
fn refusal(status: ReferralStatus, capacity: Capacity, step: Step) -> Refusal<ReferralRefusal> {
    let others: Vec<_> =
        Capacity::ALL.into_iter().filter(|&other| next(status, other, step).is_some()).collect();
    if !others.is_empty() {
        let who: Vec<_> = others.into_iter().map(Capacity::who).collect();
        let message = format!("\"{}\" is not yours here: it is done by {}.", step.label(), who.join(" or "));
        return Refusal::new(ReferralRefusal::NotPermitted, message);
    }
    let open: Vec<_> =
        ReferralStatus::ALL.iter().filter(|&&other| next(other, capacity, step).is_some()).collect();
    if open.is_empty() {
        let message = format!("\"{}\" is never done by {}.", step.label(), capacity.who());
        return Refusal::new(ReferralRefusal::NotPermitted, message);
    }
    let open: Vec<_> = open.into_iter().map(|status| format!("\"{}\"", status.label())).collect();
    let code = if has_ended(status) { ReferralRefusal::Ended } else { ReferralRefusal::WrongStatus };
    let message = format!(
        "The referral has the status \"{}\": \"{}\" is done in the status {}.",
        status.label(),
        step.label(),
        open.join(" or ")
    );
    Refusal::new(code, message)
}

/// Whether a referral has come to its end, from which no step leads back.
pub fn has_ended(status: ReferralStatus) -> bool {
    use ReferralStatus::{
        Accepted, Completed, Declined, Draft, EndedEarly, InProgress, Submitted, Withdrawn,
    };
    match status {
        Draft | Submitted | Accepted | InProgress => false,
        Declined | Completed | EndedEarly | Withdrawn => true,
    }
}

/// The status after a session's attendance was recorded: the first one attended brings the service under way.
pub fn after_attendance(status: ReferralStatus, attended: bool) -> ReferralStatus {
    if attended && status == ReferralStatus::Accepted { ReferralStatus::InProgress } else { status }
}

/// What a person in these capacities can do now: asked of [`step`] itself, in the order of [`Step`].
pub fn available(situation: &Situation, capacities: &[Capacity]) -> Vec<Step> {
    let open = |&action: &Step| capacities.iter().any(|&capacity| step(situation, capacity, action).is_ok());
    Step::ALL.iter().copied().filter(open).collect()
}

#[cfg(test)]
mod tests;
