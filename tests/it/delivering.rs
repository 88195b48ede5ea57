//! How referrals are delivered in scenarios: accepted, met for, recorded and judged, through the API.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::referring::{self, Person};
use crate::world::World;

/// Who delivers.
#[derive(Clone, Copy)]
pub struct Provider {
    /// The organisation.
    pub name: &'static str,
    /// The subject of its manager.
    pub manager: &'static str,
    /// The subject of the worker, and the name.
    pub worker: (&'static str, &'static str),
}

/// YSS.
pub const YSS: Provider =
    Provider { name: "YSS", manager: "yss-manager", worker: ("yss-worker", "Yusuf Shah") };
/// Willowdene.
pub const WILLOWDENE: Provider = Provider {
    name: "Willowdene",
    manager: "willowdene-manager",
    worker: ("willowdene-worker", "Wren Dale"),
};
/// The CRC's own staff who deliver.
pub const OWN_STAFF: Provider = Provider {
    name: referring::CRC,
    manager: "crc-group-manager",
    worker: ("crc-group-worker", "Wendy Groom"),
};

/// A referral that is delivered.
pub struct Delivery<'w> {
    /// Where.
    pub world: &'w World,
    /// The identifier of the referral.
    pub referral: String,
    /// Who delivers it.
    pub provider: Provider,
    /// The subject of the responsible officer.
    pub officer: &'static str,
}

impl<'w> Delivery<'w> {
    /// A referral to one of the provider's services, accepted and assigned.
    pub async fn of(world: &'w World, person: &Person, provider: Provider, service: &str) -> Self {
        let service = referring::service(world, provider.name, service).await;
        let sent = referring::submitted(world, person, &service, json!({})).await;
        Self::accepted(world, person, provider, &sent).await
    }

    /// A referral that was submitted to the provider, accepted and assigned.
    pub async fn accepted(world: &'w World, person: &Person, provider: Provider, sent: &Value) -> Self {
        let worker = json!({ "workerId": referring::staff(world, provider.worker.1).await });
        let taken = referring::then(world, provider.manager, "acceptReferral", sent, worker).await;
        let referral = referring::referral(taken)["id"].as_str().expect("an identifier").to_owned();
        Self { world, referral, provider, officer: person.officer }
    }

    /// A session in the diary.
    pub async fn session(&self, starts_at: DateTime<Utc>, minutes: i64) -> Meeting<'_> {
        let input = json!({
            "referralId": self.referral,
            "kind": "ONE_TO_ONE",
            "startsAt": starts_at,
            "endsAt": starts_at + TimeDelta::minutes(minutes),
        });
        let worker = self.world.as_person(self.provider.worker.0);
        let made = worker.mutate("scheduleSession", input, "session { id }").await.granted();
        Meeting { delivery: self, session: made.text("/scheduleSession/session/id").to_owned() }
    }

    /// A session of an hour that was attended.
    pub async fn attended(&self, starts_at: DateTime<Utc>) -> Meeting<'_> {
        let meeting = self.session(starts_at, 60).await;
        meeting.record(attended()).await;
        meeting
    }
}

/// A session of a delivery.
pub struct Meeting<'d> {
    delivery: &'d Delivery<'d>,
    /// The identifier of the session.
    pub session: String,
}

impl Meeting<'_> {
    /// Records who came.
    pub async fn record(&self, attendance: Value) {
        self.act(self.delivery.provider.worker.0, "recordAttendance", attendance).await;
    }

    /// Corrects what was recorded.
    pub async fn correct(&self, mut attendance: Value) {
        referring::merge(&mut attendance, json!({ "reason": "The register says otherwise." }));
        self.act(self.delivery.provider.worker.0, "correctAttendance", attendance).await;
    }

    /// Judges the absence.
    pub async fn judge(&self, acceptable: bool) {
        self.act(self.delivery.officer, "judgeAbsence", json!({ "acceptable": acceptable })).await;
    }

    /// Cancels the session at somebody's wish.
    pub async fn cancel(&self, requested_by: &str) {
        let input = json!({ "requestedBy": requested_by, "reason": "Not today." });
        self.act(self.delivery.provider.worker.0, "cancelSession", input).await;
    }

    /// Does something to the session at its present version.
    pub async fn act(&self, who: &str, field: &str, more: Value) {
        let (world, session) = (self.delivery.world, &self.session);
        let document = "query($id: ID!) { session(id: $id) { version } }";
        let read = world.as_person(who).query(document, json!({ "id": session })).await.granted();
        let mut input = json!({ "sessionId": session, "version": read.data("/session/version") });
        referring::merge(&mut input, more);
        world.as_person(who).mutate(field, input, "session { id }").await.granted();
    }
}

/// The record of somebody who came.
pub fn attended() -> Value {
    json!({ "attended": true, "happened": true })
}

/// The record of somebody who came in vain.
pub fn not_delivered(reason: &str) -> Value {
    json!({ "attended": true, "happened": false, "notDeliveredReason": reason })
}

/// The record of somebody who did not come.
pub fn absent(acceptable: bool) -> Value {
    json!({
        "attended": false, "happened": false, "proposedAcceptable": acceptable,
        "absenceReason": "NO_REASON_GIVEN", "contactAttempts": "Rang twice.",
    })
}
