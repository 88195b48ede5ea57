//! Group sessions: what one person cannot have does not stop the others, and the answer tells for each.

use std::collections::HashSet;
use std::hash::Hash;

use chrono::SubsecRound;
use entity::{Id, group_session, referral, service, session};
use rules::sessions::{SessionAct, SessionRefusal, permits, schedule};
use rules::terms::{ReferralAction, SessionKind, SessionStatus};
use rules::text::{Form, SHORT_TEXT};
use rules::{Refusal, Term};
use serde::{Deserialize, Serialize};

use super::attendance::record;
use super::diary::{self, Diary, clashing, named};
use super::{TEXT, side};
use crate::charges::service::settle_all;
use crate::error::{Fault, Refused, Result};
use crate::sessions::graphql::inputs::{
    PlaceAttendanceInput, RecordGroupAttendanceInput, ScheduleGroupSessionInput,
};
use crate::store::Write;

/// The most people in one group session.
pub(super) const MOST: usize = 50;

/// What an act on a group came to for one person.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub struct ForOne<E> {
    /// The person's referral or session, as it was named.
    pub of: Id<E>,
    /// Their session; none when it was refused.
    pub session: Option<Id<session::Entity>>,
    refused: Vec<Said>,
}

/// A refusal as it is kept for a repeat of the request.
#[derive(Serialize, Deserialize)]
struct Said {
    code: String,
    field: Vec<String>,
    message: String,
}

impl<E> ForOne<E> {
    /// A refusal becomes the person's answer; any other fault is everybody's.
    fn from(of: Id<E>, done: Result<Id<session::Entity>>) -> Result<Self> {
        match done {
            Ok(session) => Ok(Self { of, session: Some(session), refused: Vec::new() }),
            Err(Fault::Refused(refused)) => {
                let said =
                    |it: Refused| Said { code: it.code.to_owned(), field: it.field, message: it.message };
                Ok(Self { of, session: None, refused: refused.into_iter().map(said).collect() })
            }
            Err(fault) => Err(fault),
        }
    }

    /// Names the one item of the list `field` that was refused.
    fn named_at(mut self, field: &str, index: usize) -> Self {
        for said in self.refused.iter_mut().filter(|said| said.field == [field]) {
            said.field.push(index.to_string());
        }
        self
    }

    /// Names the place in the list `field` where what was refused stood.
    fn at(mut self, field: &str, index: usize) -> Self {
        for said in &mut self.refused {
            said.field.splice(0..0, [field.to_owned(), index.to_string()]);
        }
        self
    }

    /// Why it was refused for this person.
    pub fn refused(self) -> Vec<Refused> {
        let told = |it: Said| {
            let code = SessionRefusal::from_name(&it.code)?.name();
            Some(Refused { code, field: it.field, message: it.message })
        };
        self.refused.into_iter().filter_map(told).collect()
    }
}

/// What scheduling a group session came to.
#[derive(Serialize, Deserialize)]
pub struct Register {
    /// The group session; none when nobody could have a place.
    pub group_session: Option<Id<group_session::Entity>>,
    /// For each referral named, in that order.
    pub people: Vec<ForOne<referral::Entity>>,
}

/// Puts a group session in the diaries of those who can come.
pub async fn schedule_group_session(write: &mut Write, input: ScheduleGroupSessionInput) -> Result<Register> {
    let named: Vec<Id<referral::Entity>> = input.referral_ids.iter().map(|id| id.0).collect();
    let group = check(write, &input, &named).await?;
    let start = write.savepoint().await?;
    write.insert(group.clone()).await?;
    let people = seat(write, &group, named).await?;
    let somebody = people.iter().any(|one| one.session.is_some());
    if somebody {
        write.keep(start).await?;
    } else {
        write.go_back(start).await?;
    }
    Ok(Register { group_session: somebody.then_some(group.id), people })
}

/// Gives those who can come a place in a group session; the answer is in the order in which they were named.
pub(super) async fn seat(
    write: &mut Write,
    group: &group_session::Model,
    named: Vec<Id<referral::Entity>>,
) -> Result<Vec<ForOne<referral::Entity>>> {
    let diaries = Diary::of_referrals(write, named.clone()).await?;
    let cases: Vec<_> = diaries.iter().map(|diary| diary.referral.case_id).collect();
    let taken = clashing(write, &cases, group.starts_at, group.ends_at).await?;
    let mut people = Vec::with_capacity(named.len());
    for (index, id) in named.into_iter().enumerate() {
        let placed = match diaries.iter().find(|diary| diary.referral.id == id) {
            Some(diary) => place(write, group, diary, &taken).await,
            None => Err(unseen("referralIds", "referral").into()),
        };
        people.push(ForOne::from(id, placed)?.named_at("referralIds", index));
    }
    Ok(people)
}

/// The group session as it is to be, if everything that concerns all of it is right.
async fn check(
    write: &Write,
    input: &ScheduleGroupSessionInput,
    named: &[Id<referral::Entity>],
) -> Result<group_session::Model> {
    let service = write.find::<service::Entity>().get(input.service_id.0).await?;
    let mut form = Form::new(TEXT);
    form.refuse(schedule(input.starts_at, input.ends_at, write.now(), SessionKind::Group));
    let foreign = service.provider_id != write.scope().organisation();
    let message = "Another provider delivers this service: choose one of your own.";
    form.refuse_if(foreign, SessionRefusal::NotPermitted, "serviceId", message);
    form.refuse(each_once("referralIds", named));
    let venue = form.optional("venue", input.venue.as_deref(), SHORT_TEXT);
    form.finish()?;
    Ok(group_session::Model {
        id: Id::fresh(),
        provider_id: service.provider_id,
        service_id: service.id,
        starts_at: input.starts_at.trunc_subsecs(6),
        ends_at: input.ends_at.trunc_subsecs(6),
        venue,
        cancelled_by: None,
        cancelled_at: None,
        cancel_reason: None,
        version: 1,
        created_at: write.now(),
    })
}

/// Gives one person a place in a group session, or says why not.
async fn place(
    write: &mut Write,
    group: &group_session::Model,
    diary: &Diary,
    taken: &[session::Model],
) -> Result<Id<session::Entity>> {
    let referral = &diary.referral;
    write.concerns(referral.case_id);
    side::may(write, referral, ReferralAction::ScheduleSession)?;
    if referral.service_id != group.service_id {
        let message = "This referral is to another service: name those of the group's service.";
        return Err(Refusal::of(SessionRefusal::Invalid, "referralIds", message).into());
    }
    if let Some(other) = taken.iter().find(|other| other.case_id == referral.case_id) {
        return Err(named(write, other).await?.into());
    }
    let row = session::Model {
        id: Id::fresh(),
        referral_id: referral.id,
        case_id: referral.case_id,
        group_session_id: Some(group.id),
        number: diary.next_number(),
        kind: SessionKind::Group.into(),
        starts_at: group.starts_at,
        ends_at: group.ends_at,
        venue: group.venue.clone(),
        status: SessionStatus::Scheduled.into(),
        cancelled_by: None,
        cancelled_at: None,
        cancel_reason: None,
        version: 1,
        created_at: write.now(),
    };
    let point = write.savepoint().await?;
    match write.insert(row).await {
        Ok(row) => {
            write.keep(point).await?;
            Ok(row.id)
        }
        Err(fault) => {
            write.go_back(point).await?;
            Err(diary::unavailable(fault))
        }
    }
}

/// Records the attendance of those who have a place in a group session.
pub async fn record_group_attendance(
    write: &mut Write,
    input: RecordGroupAttendanceInput,
) -> Result<Vec<ForOne<session::Entity>>> {
    let group = write.find::<group_session::Entity>().get(input.group_session_id.0).await?;
    let named: Vec<Id<session::Entity>> = input.records.iter().map(|record| record.session_id.0).collect();
    let mut form = Form::new(TEXT);
    form.refuse(each_once("records", &named));
    form.finish()?;
    let mut diaries = Diary::of_group(write, group.id).await?;
    let mut people = Vec::with_capacity(named.len());
    for (index, place) in input.records.iter().enumerate() {
        let recorded = record_place(write, &group, &mut diaries, place).await;
        people.push(ForOne::from(place.session_id.0, recorded)?.at("records", index));
    }
    let accounts: Vec<_> = diaries.iter().map(Diary::account).collect();
    settle_all(write, &accounts).await?;
    Ok(people)
}

/// Records the attendance of one person. A refusal comes before anything is written.
async fn record_place(
    write: &mut Write,
    group: &group_session::Model,
    diaries: &mut [Diary],
    place: &PlaceAttendanceInput,
) -> Result<Id<session::Entity>> {
    let id = place.session_id.0;
    let in_group = |it: &session::Model| it.group_session_id == Some(group.id);
    let diary = diaries.iter_mut().find(|diary| diary.session(id).is_some_and(in_group));
    let diary = diary.ok_or_else(|| unseen("sessionId", "place in this group session"))?;
    let before = diary.session(id).cloned().ok_or_else(|| Fault::not_found("session"))?;
    write.concerns(diary.referral.case_id);
    if before.version != i64::from(place.version) {
        permits(*before.status, false, SessionAct::RecordAttendance)?;
        let message = "Somebody changed this session since you read it: read it again and decide anew.";
        return Err(Refusal::of(SessionRefusal::Stale, "version", message).into());
    }
    record(write, diary, &before, &place.attendance).await?;
    Ok(id)
}

/// A group has somebody in it, not too many, and each of them once.
pub(super) fn each_once<K: Eq + Hash>(field: &str, named: &[K]) -> Option<Refusal<SessionRefusal>> {
    if !(1..=MOST).contains(&named.len()) {
        let message = format!("A group has 1 to {MOST} people, and {} are named.", named.len());
        return Some(Refusal::of(SessionRefusal::Invalid, field, message));
    }
    let different: HashSet<_> = named.iter().collect();
    (different.len() < named.len())
        .then(|| Refusal::of(SessionRefusal::Invalid, field, "Somebody is named twice: name each once."))
}

fn unseen(field: &str, what: &str) -> Refusal<SessionRefusal> {
    let message = format!("There is no such {what}, or it is not yours to see.");
    Refusal::of(SessionRefusal::Unavailable, field, message)
}
