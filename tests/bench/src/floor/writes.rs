//! The hot writes: one transaction each, with version, audit, charge and idempotency key, as the product's.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use sqlx::types::Json;
use sqlx::{Postgres, Row as _, Transaction};
use uuid::Uuid;

use super::gate::Caller;
use super::reads::{delivered, open_to};
use super::shapes::*;
use super::{Answer, Refusal, Shared};
use crate::clock::now;
use crate::ids;

/// What is sent with an act.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Input {
    session_id: Option<String>,
    referral_id: Option<String>,
    worker_id: Option<String>,
    version: i64,
    what_was_done: Option<String>,
    response: Option<String>,
    next_steps: Option<String>,
    idempotency_key: Option<String>,
}

const SESSION: &str = concat!(
    "select r.id, r.case_id, r.status, r.purchaser, r.provider_id, s.id, s.number, s.status, s.version, s.starts_at
     from session s join referral r on r.id = s.referral_id where s.id = $4 and r.worker_id = $2 and ",
    delivered!("$1", "$3"),
    " and ",
    open_to!("r.case_id", "$2"),
    " for no key update of r"
);

/// One act under way.
struct Act<'c> {
    link: Transaction<'static, Postgres>,
    caller: &'c Caller,
    operation: &'static str,
    case: Uuid,
    at: DateTime<Utc>,
    audit: Vec<(&'static str, &'static str, Uuid, Value)>,
}

impl Act<'_> {
    /// Writes the audit and the key, and commits.
    async fn finish(mut self, key: Option<&str>, sent: &str, answer: Uuid) -> Result<(), Refusal> {
        let request = Uuid::now_v7().to_string();
        let ids: Vec<Uuid> = self.audit.iter().map(|_| Uuid::now_v7()).collect();
        let acts: Vec<&str> = self.audit.iter().map(|event| event.0).collect();
        let tables: Vec<&str> = self.audit.iter().map(|event| event.1).collect();
        let rows: Vec<String> = self.audit.iter().map(|event| event.2.to_string()).collect();
        let changes: Vec<Json<&Value>> = self.audit.iter().map(|event| Json(&event.3)).collect();
        sqlx::query(
            "insert into audit_event (id, at, person_id, organisation_id, operation, request_id, act, table_name, row_id,
             case_id, changes) select i, $1, $2, $3, $4, $5, a, t, r, $6, c
             from unnest($7::uuid[], $8::text[], $9::text[], $10::text[], $11::json[]) as e(i, a, t, r, c)",
        )
        .bind(self.at)
        .bind(self.caller.id)
        .bind(self.caller.organisation)
        .bind(self.operation)
        .bind(request)
        .bind(self.case)
        .bind(ids)
        .bind(acts)
        .bind(tables)
        .bind(rows)
        .bind(changes)
        .execute(&mut *self.link)
        .await?;
        if let Some(key) = key {
            let digest: String = Sha256::digest(sent).iter().map(|byte| format!("{byte:02x}")).collect();
            sqlx::query("insert into idempotency_key values ($1, $2, $3, $4, $5, $6)")
                .bind(self.caller.id)
                .bind(key)
                .bind(self.operation)
                .bind(digest)
                .bind(json!({ "is": answer }))
                .bind(self.at)
                .execute(&mut *self.link)
                .await?;
        }
        self.link.commit().await?;
        Ok(())
    }

    /// A new version of a session, if nobody else made one.
    async fn change_session(&mut self, id: Uuid, version: i64, status: &str) -> Result<(), Refusal> {
        let changed =
            sqlx::query("update session set status = $3, version = $2 + 1 where id = $1 and version = $2")
                .bind(id)
                .bind(version)
                .bind(status)
                .execute(&mut *self.link)
                .await?;
        self.audit.push((
            "update",
            "session",
            id,
            json!({ "old": {}, "new": { "status": status }, "version": version + 1 }),
        ));
        if changed.rows_affected() == 1 { Ok(()) } else { Err(Refusal::Conflict) }
    }
}

fn known(text: Option<&String>) -> Result<Uuid, Refusal> {
    text.and_then(|text| ids::read(text)).ok_or(Refusal::NotFound)
}

pub async fn record_attendance(shared: &Shared, caller: &Caller, input: Option<Input>) -> Answer {
    let input = input.ok_or(Refusal::NotFound)?;
    let (id, at) = (known(input.session_id.as_ref())?, now());
    let mut link = shared.pool.begin().await?;
    let query =
        sqlx::query(SESSION).bind(caller.organisation).bind(caller.id).bind(rules::london::day(at)).bind(id);
    let row = query.fetch_optional(&mut *link).await?.ok_or(Refusal::NotFound)?;
    let (referral, status, version): (Uuid, String, i64) =
        (row.try_get(0)?, row.try_get(7)?, row.try_get(8)?);
    let starts: DateTime<Utc> = row.try_get(9)?;
    if version != input.version || status != "scheduled" || starts > at {
        return Err(Refusal::Conflict);
    }
    let mut act =
        Act { link, caller, operation: "recordAttendance", case: row.try_get(1)?, at, audit: Vec::new() };
    let attendance = Uuid::now_v7();
    sqlx::query(
        "insert into attendance (id, session_id, referral_id, outcome, recorded_by_id, created_at)
         values ($1, $2, $3, 'attended', $4, $5)",
    )
    .bind(attendance)
    .bind(id)
    .bind(referral)
    .bind(caller.id)
    .bind(at)
    .execute(&mut *act.link)
    .await?;
    let new = json!({ "new": { "id": attendance, "session_id": id, "referral_id": referral, "outcome": "attended", "recorded_by_id": caller.id, "created_at": at } });
    act.audit.push(("insert", "attendance", attendance, new));
    act.change_session(id, version, "recorded").await?;
    if row.try_get::<String, _>(2)? == "accepted" {
        sqlx::query("update referral set status = 'in_progress', version = version + 1, updated_at = $2 where id = $1")
            .bind(referral)
            .bind(at)
            .execute(&mut *act.link)
            .await?;
        act.audit.push((
            "update",
            "referral",
            referral,
            json!({ "old": {}, "new": { "status": "in_progress" } }),
        ));
    }
    let number: i32 = row.try_get(6)?;
    let charged = (row.try_get(3)?, row.try_get(4)?);
    charge(&mut act, referral, charged, (id, number, starts)).await?;
    act.finish(input.idempotency_key.as_deref(), &format!("recordAttendance {id}"), id).await?;
    let recorded_by = Named { id: Shown("per", caller.id), name: caller.name.clone() };
    let session = WrittenSession {
        id: Shown("ses", id),
        number,
        status: Code("recorded".to_owned()),
        version: version + 1,
        feedback_due: true,
        attendance: Some(WrittenAttendance { outcome: Code("attended".to_owned()), recorded_by }),
        feedback: None,
    };
    data("recordAttendance", &SessionPayload { session, user_errors: [] })
}

/// Charges an attended session, unless it is charged.
async fn charge(
    act: &mut Act<'_>,
    referral: Uuid,
    (purchaser, provider): (String, Uuid),
    (session, number, starts): (Uuid, i32, DateTime<Utc>),
) -> Result<(), Refusal> {
    let price =
        sqlx::query("select pence, price_id from referral_price where referral_id = $1 for no key update");
    let Some(price) = price.bind(referral).fetch_optional(&mut *act.link).await? else { return Ok(()) };
    let key = format!("session:{}", session.simple());
    let lines = sqlx::query("select kind, generation from charge where referral_id = $1 and unit_key = $2");
    let lines = lines.bind(referral).bind(&key).fetch_all(&mut *act.link).await?;
    if !lines.is_empty() {
        return Ok(());
    }
    let (pence, price_id): (i64, Uuid) = (price.try_get(0)?, price.try_get(1)?);
    let (id, on) = (Uuid::now_v7(), rules::london::day(starts));
    let reason = format!("Session {number} on {}: attended.", rules::london::written(on));
    sqlx::query(
        "insert into charge (id, referral_id, session_id, purchaser, provider_id, kind, unit_key, generation, pence,
         delivered_on, price_id, reason, created_at) values ($1, $2, $3, $4, $5, 'charge', $6, 0, $7, $8, $9, $10, $11)",
    )
    .bind(id)
    .bind(referral)
    .bind(session)
    .bind(&purchaser)
    .bind(provider)
    .bind(&key)
    .bind(pence)
    .bind(on)
    .bind(price_id)
    .bind(&reason)
    .bind(act.at)
    .execute(&mut *act.link)
    .await?;
    let new = json!({ "new": { "id": id, "referral_id": referral, "session_id": session, "pence": pence, "unit_key": key, "reason": reason, "delivered_on": on } });
    act.audit.push(("insert", "charge", id, new));
    Ok(())
}

pub async fn submit_feedback(shared: &Shared, caller: &Caller, input: Option<Input>) -> Answer {
    let input = input.ok_or(Refusal::NotFound)?;
    let (id, at) = (known(input.session_id.as_ref())?, now());
    let mut link = shared.pool.begin().await?;
    let query =
        sqlx::query(SESSION).bind(caller.organisation).bind(caller.id).bind(rules::london::day(at)).bind(id);
    let row = query.fetch_optional(&mut *link).await?.ok_or(Refusal::NotFound)?;
    let (referral, status, version): (Uuid, String, i64) =
        (row.try_get(0)?, row.try_get(7)?, row.try_get(8)?);
    if version != input.version || status != "recorded" {
        return Err(Refusal::Conflict);
    }
    let what = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let missing = || Refusal::Conflict;
    let form = CaseFeedback {
        what_was_done: what(input.what_was_done).ok_or_else(missing)?,
        response: what(input.response).ok_or_else(missing)?,
        next_steps: what(input.next_steps).ok_or_else(missing)?,
        concerns: None,
    };
    let mut act =
        Act { link, caller, operation: "submitFeedback", case: row.try_get(1)?, at, audit: Vec::new() };
    let feedback = Uuid::now_v7();
    sqlx::query(
        "insert into feedback (id, session_id, referral_id, what_was_done, response, next_steps, recorded_by_id, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(feedback)
    .bind(id)
    .bind(referral)
    .bind(&form.what_was_done)
    .bind(&form.response)
    .bind(&form.next_steps)
    .bind(caller.id)
    .bind(at)
    .execute(&mut *act.link)
    .await?;
    let new = json!({ "new": { "id": feedback, "session_id": id, "what_was_done": form.what_was_done, "response": form.response, "next_steps": form.next_steps } });
    act.audit.push(("insert", "feedback", feedback, new));
    act.change_session(id, version, "recorded").await?;
    act.finish(input.idempotency_key.as_deref(), &format!("submitFeedback {id}"), id).await?;
    let session = WrittenSession {
        id: Shown("ses", id),
        number: row.try_get(6)?,
        status: Code(status),
        version: version + 1,
        feedback_due: false,
        attendance: None,
        feedback: Some(form),
    };
    data("submitFeedback", &SessionPayload { session, user_errors: [] })
}

const REFERRAL: &str = concat!(
    "select r.id, r.case_id, r.reference, r.status, r.version, r.service_id, s.needs_suitability_meeting, p.date_of_birth
     from referral r join service s on s.id = r.service_id left join shared_person p on p.referral_id = r.id
     where r.id = $4 and ",
    delivered!("$1", "$3"),
    " and ",
    open_to!("r.case_id", "$2"),
    " for no key update of r"
);

pub async fn accept(shared: &Shared, caller: &Caller, input: Option<Input>) -> Answer {
    if !caller.is("provider_manager") {
        return Err(Refusal::NotFound);
    }
    let input = input.ok_or(Refusal::NotFound)?;
    let (id, at) = (known(input.referral_id.as_ref())?, now());
    let (worker, today) = (known(input.worker_id.as_ref())?, rules::london::day(at));
    let mut link = shared.pool.begin().await?;
    let query = sqlx::query(REFERRAL).bind(caller.organisation).bind(caller.id).bind(today).bind(id);
    let row = query.fetch_optional(&mut *link).await?.ok_or(Refusal::NotFound)?;
    let (status, version, meeting): (String, i64, bool) = (row.try_get(3)?, row.try_get(4)?, row.try_get(6)?);
    if version != input.version || status != "submitted" || meeting {
        return Err(Refusal::Conflict);
    }
    let (service, born): (Uuid, Option<NaiveDate>) = (row.try_get(5)?, row.try_get(7)?);
    if !eligible(&mut link, service, caller.organisation, born, today).await? {
        return Err(Refusal::Conflict);
    }
    let name = worker_name(&mut link, worker, caller.organisation, row.try_get(1)?).await?;
    let mut act =
        Act { link, caller, operation: "acceptReferral", case: row.try_get(1)?, at, audit: Vec::new() };
    let assignment = Uuid::now_v7();
    sqlx::query(
        "insert into referral_assignment (id, referral_id, worker_id, assigned_by_id, from_at) values ($1, $2, $3, $4, $5)",
    )
    .bind(assignment)
    .bind(id)
    .bind(worker)
    .bind(caller.id)
    .bind(at)
    .execute(&mut *act.link)
    .await?;
    let new = json!({ "new": { "id": assignment, "referral_id": id, "worker_id": worker, "from_at": at } });
    act.audit.push(("insert", "referral_assignment", assignment, new));
    let changed = sqlx::query(
        "update referral set status = 'accepted', decided_at = $3, updated_at = $3, worker_id = $4, version = $2 + 1
         where id = $1 and version = $2",
    )
    .bind(id)
    .bind(version)
    .bind(at)
    .bind(worker)
    .execute(&mut *act.link)
    .await?;
    if changed.rows_affected() != 1 {
        return Err(Refusal::Conflict);
    }
    let new = json!({ "old": { "status": "submitted" }, "new": { "status": "accepted", "worker_id": worker }, "version": version + 1 });
    act.audit.push(("update", "referral", id, new));
    act.finish(input.idempotency_key.as_deref(), &format!("acceptReferral {id}"), id).await?;
    let referral = WrittenReferral {
        id: Shown("ref", id),
        reference: row.try_get(2)?,
        status: Code("accepted".to_owned()),
        version: version + 1,
        worker: Some(Named { id: Shown("per", worker), name }),
    };
    data("acceptReferral", &ReferralPayload { referral, user_errors: [] })
}

/// Whether the person meets the criteria on age, the only ones in the generated data.
async fn eligible(
    link: &mut Transaction<'static, Postgres>,
    service: Uuid,
    provider: Uuid,
    born: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<bool, Refusal> {
    let rows = sqlx::query(
        "select kind, value from criterion where (service_id = $1 or provider_id = $2)
         and (effective_from is null or effective_from <= $3) and (effective_to is null or effective_to > $3)",
    )
    .bind(service)
    .bind(provider)
    .bind(today)
    .fetch_all(&mut **link)
    .await?;
    for row in rows {
        let (kind, value): (String, Value) = (row.try_get(0)?, row.try_get(1)?);
        let least = value["min"].as_u64().and_then(|age| u32::try_from(age).ok()).unwrap_or_default();
        let age = born.and_then(|born| today.years_since(born));
        if kind != "age_range" || age.is_none_or(|age| age < least) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The name of a worker of the organisation who may work on the case.
async fn worker_name(
    link: &mut Transaction<'static, Postgres>,
    worker: Uuid,
    organisation: Uuid,
    case: Uuid,
) -> Result<String, Refusal> {
    let row = sqlx::query(concat!(
        "select p.name from person p where p.id = $1 and p.organisation_id = $2 and p.active
         and exists (select 1 from person_role r where r.person_id = p.id and r.role in ('provider_worker', 'provider_manager'))
         and ",
        open_to!("$3", "$1")
    ))
    .bind(worker)
    .bind(organisation)
    .bind(case)
    .fetch_optional(&mut **link)
    .await?;
    Ok(row.ok_or(Refusal::Conflict)?.try_get(0)?)
}
