//! What the calendar's queries and mutations take.

use async_graphql::{InputObject, MaybeUndefined};
use entity::{cohort, ldu, place, referral, service};
use rules::terms::{CohortMode, Weekday};

use crate::error::Result;
use crate::graphql::date::{Date, in_order};
use crate::graphql::global_id::GlobalId;
use crate::graphql::shown::Shown;
use crate::places::reads::Sought;

/// What to look for in the calendar. All of what is given must hold.
#[derive(InputObject, Default)]
pub struct CohortFilter {
    /// Only cohorts of these services.
    pub services: Option<Vec<GlobalId<service::Entity>>>,
    /// Only those to which people come from this LDU.
    pub ldu: Option<GlobalId<ldu::Entity>>,
    /// Only those that run on this day (Europe/London) or later.
    pub from: Option<Date>,
    /// Only those that have begun by this day (Europe/London).
    pub to: Option<Date>,
    /// Only by day, or only in the evening.
    pub mode: Option<Shown<CohortMode>>,
    /// Only those of which a place can be booked now.
    #[graphql(default)]
    pub with_places_left: bool,
    /// Those too that were cancelled.
    #[graphql(default)]
    pub cancelled_too: bool,
}

impl CohortFilter {
    /// As the named query takes it.
    pub fn sought(self) -> Result<Sought> {
        in_order(("filter.from", self.from), ("filter.to", self.to))?;
        Ok(Sought {
            services: self.services.map(|ids| ids.into_iter().map(|id| id.0).collect()),
            ldu: self.ldu.map(|id| id.0),
            from: self.from.map(|day| day.0),
            to: self.to.map(|day| day.0),
            mode: self.mode.map(|mode| mode.0),
            with_places_left: self.with_places_left,
            cancelled_too: self.cancelled_too,
        })
    }
}

/// A time of the week at which a cohort meets, in Europe/London.
#[derive(InputObject)]
pub struct WeeklyTimeInput {
    /// The day of the week.
    pub day: Shown<Weekday>,
    /// When it starts, in hours and minutes: `18:00`.
    pub starts: String,
    /// When it ends, on the same day and after it starts: `20:30`.
    pub ends: String,
}

/// A new cohort.
#[derive(InputObject)]
pub struct ScheduleCohortInput {
    /// The service, which your organisation delivers.
    pub service_id: GlobalId<service::Entity>,
    /// Where it meets; at most 200 characters.
    pub venue: String,
    /// The LDUs from which people come to it, 1 to 50: of the NPS and of a CRC.
    pub ldu_ids: Vec<GlobalId<ldu::Entity>>,
    /// Whether it meets by day or in the evening.
    pub mode: Shown<CohortMode>,
    /// Whether people begin and end one by one, and not together.
    #[graphql(default)]
    pub rolling: bool,
    /// The first day (Europe/London).
    pub first_day: Date,
    /// The last day (Europe/London); only a rolling cohort goes on without.
    pub last_day: Option<Date>,
    /// When it meets in the week, 1 to 14 times that do not fall together.
    pub weekly_times: Vec<WeeklyTimeInput>,
    /// How many people can be in it, 1 to 100.
    pub places: i32,
    /// Who runs it, by name, 10 at most; each at most 200 characters.
    #[graphql(default)]
    pub facilitators: Vec<String>,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A change to a cohort. What is left out stays as it is.
#[derive(InputObject)]
pub struct ChangeCohortInput {
    /// The cohort.
    pub cohort_id: GlobalId<cohort::Entity>,
    /// The version that you read.
    pub version: i32,
    /// Where it meets; at most 200 characters.
    pub venue: Option<String>,
    /// The LDUs from which people come to it, 1 to 50: these and no others.
    pub ldu_ids: Option<Vec<GlobalId<ldu::Entity>>>,
    /// Whether it meets by day or in the evening.
    pub mode: Option<Shown<CohortMode>>,
    /// The first day (Europe/London).
    pub first_day: Option<Date>,
    /// The last day (Europe/London); null: a rolling cohort goes on.
    #[graphql(default)]
    pub last_day: MaybeUndefined<Date>,
    /// When it meets in the week, 1 to 14 times that do not fall together: these and no others.
    pub weekly_times: Option<Vec<WeeklyTimeInput>>,
    /// How many people can be in it, 1 to 100, and no fewer than have a place or an offer.
    pub places: Option<i32>,
    /// Who runs it, by name, 10 at most: these and no others.
    pub facilitators: Option<Vec<String>>,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A cohort that is not to be.
#[derive(InputObject)]
pub struct CancelCohortInput {
    /// The cohort.
    pub cohort_id: GlobalId<cohort::Entity>,
    /// The version that you read.
    pub version: i32,
    /// Why, for everybody who has a place in it or waits for one; at most 10,000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A place for somebody.
#[derive(InputObject)]
pub struct BookPlaceInput {
    /// The referral, submitted or accepted, to the cohort's service.
    pub referral_id: GlobalId<referral::Entity>,
    /// The cohort.
    pub cohort_id: GlobalId<cohort::Entity>,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// Somebody who is to wait for a place.
#[derive(InputObject)]
pub struct JoinWaitingListInput {
    /// The referral, submitted or accepted.
    pub referral_id: GlobalId<referral::Entity>,
    /// The cohort of its service; left out: any cohort of the service would do.
    pub cohort_id: Option<GlobalId<cohort::Entity>>,
    /// Where any cohort would do: only those to which people come from this LDU.
    pub ldu_id: Option<GlobalId<ldu::Entity>>,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// An offer that is accepted.
#[derive(InputObject)]
pub struct AcceptOfferInput {
    /// The place that is offered.
    pub place_id: GlobalId<place::Entity>,
    /// The version that you read.
    pub version: i32,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// An offer that is declined.
#[derive(InputObject)]
pub struct DeclineOfferInput {
    /// The place that is offered.
    pub place_id: GlobalId<place::Entity>,
    /// The version that you read.
    pub version: i32,
    /// Why, for both sides; at most 10,000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// Somebody who waits no more.
#[derive(InputObject)]
pub struct LeaveWaitingListInput {
    /// The place that is waited for.
    pub place_id: GlobalId<place::Entity>,
    /// The version that you read.
    pub version: i32,
    /// Why, for both sides; at most 10,000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A place that is given up.
#[derive(InputObject)]
pub struct GiveUpPlaceInput {
    /// The place that is booked.
    pub place_id: GlobalId<place::Entity>,
    /// The version that you read.
    pub version: i32,
    /// Why, for both sides; at most 10,000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}
