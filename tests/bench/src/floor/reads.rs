//! The hot reads, a statement or two each, with the product's conditions of visibility.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::gate::Caller;
use super::shapes::*;
use super::{Answer, Refusal, Shared};
use crate::clock::now;
use crate::ids;
use crate::operations::cursor;

/// Limited-access cases: not those closed to the caller, and not those limited to others.
macro_rules! open_to {
    ($case:literal, $person:literal) => {
        concat!(
            $case, " not in (select case_id from case_restriction where (kind = 'closed_to' and person_id = ", $person,
            ") or (kind = 'limited_to' and case_id not in (select case_id from case_restriction where kind = 'limited_to'
             and person_id = ", $person, ")))"
        )
    };
}
pub(super) use open_to;

/// What was sent to the caller's organisation and can still be read.
macro_rules! delivered {
    ($organisation:literal, $today:literal) => {
        concat!(
            "r.provider_id = ",
            $organisation,
            " and r.submitted_at is not null
             and (r.provider_reads_until is null or r.provider_reads_until > ",
            $today,
            ")"
        )
    };
}
pub(super) use delivered;

const PAGE: usize = 50;

macro_rules! inbox {
    ($where:expr) => {
        concat!(
            "select r.id, r.reference, r.status, r.urgency, r.respond_by, r.created_at, r.version, s.id, s.name,
             o.id, o.name, w.id, w.name, p.crn, p.given_names, p.family_name, p.date_of_birth
             from referral r join service s on s.id = r.service_id ",
            $where,
            " order by r.created_at desc, r.id desc limit 51"
        )
    };
}

const OFFICER_INBOX: &str = inbox!(concat!(
    "join organisation o on o.id = r.provider_id left join person w on w.id = r.worker_id
     left join shared_person p on p.referral_id = r.id where r.holder_id = $1 and ",
    open_to!("r.case_id", "$2")
));
const OFFICER_INBOX_DEEP: &str = inbox!(concat!(
    "join organisation o on o.id = r.provider_id left join person w on w.id = r.worker_id
     left join shared_person p on p.referral_id = r.id where r.holder_id = $1 and ",
    open_to!("r.case_id", "$2"),
    " and (r.created_at, r.id) < ($3, $4)"
));
const PROVIDER_INBOX: &str = inbox!(concat!(
    "join person o on o.id = r.referred_by_id left join person w on w.id = r.worker_id
     left join shared_person p on p.referral_id = r.id where ",
    delivered!("$1", "$3"),
    " and ",
    open_to!("r.case_id", "$2"),
    " and r.status in ('submitted', 'accepted', 'in_progress')"
));

#[derive(Deserialize)]
struct At {
    t: DateTime<Utc>,
}

pub async fn officer_inbox(shared: &Shared, caller: &Caller, after: Option<&str>) -> Answer {
    if !caller.is("responsible_officer") {
        return Err(Refusal::NotFound);
    }
    let query = if let Some(after) = after {
        let (at, id): (At, Uuid) = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(after)?)?;
        sqlx::query(OFFICER_INBOX_DEEP).bind(caller.organisation).bind(caller.id).bind(at.t).bind(id)
    } else {
        sqlx::query(OFFICER_INBOX).bind(caller.organisation).bind(caller.id)
    };
    page(&query.fetch_all(&shared.pool).await?, true)
}

pub async fn provider_inbox(shared: &Shared, caller: &Caller) -> Answer {
    if !caller.is("provider_manager") {
        return Err(Refusal::NotFound);
    }
    let today = rules::london::day(now());
    let query = sqlx::query(PROVIDER_INBOX).bind(caller.organisation).bind(caller.id).bind(today);
    page(&query.fetch_all(&shared.pool).await?, false)
}

fn page(rows: &[PgRow], provider: bool) -> Answer {
    let nodes = rows.iter().take(PAGE).map(|row| inbox_row(row, provider)).collect::<Result<Vec<_>, _>>()?;
    let last = nodes.last().map(|node| cursor(Some(node.created_at.0), node.id.1));
    let page_info = PageInfo { has_next_page: rows.len() > PAGE, end_cursor: Some(last) };
    data("referrals", &Page { nodes, page_info })
}

fn named(row: &PgRow, prefix: &'static str, at: usize) -> sqlx::Result<Option<Named>> {
    let id: Option<Uuid> = row.try_get(at)?;
    let name = |id| Ok(Named { id: Shown(prefix, id), name: row.try_get(at + 1)? });
    id.map(name).transpose()
}

fn certain(row: &PgRow, prefix: &'static str, at: usize) -> sqlx::Result<Named> {
    Ok(Named { id: Shown(prefix, row.try_get(at)?), name: row.try_get(at + 1)? })
}

fn code(row: &PgRow, at: usize) -> sqlx::Result<Code> {
    Ok(Code(row.try_get(at)?))
}

fn inbox_row(row: &PgRow, provider: bool) -> sqlx::Result<InboxReferral> {
    let crn: Option<String> = row.try_get(13)?;
    let person = |crn| -> sqlx::Result<InboxPerson> {
        Ok(InboxPerson {
            crn,
            given_names: row.try_get(14)?,
            family_name: row.try_get(15)?,
            date_of_birth: row.try_get(16)?,
        })
    };
    Ok(InboxReferral {
        id: Shown("ref", row.try_get(0)?),
        reference: row.try_get(1)?,
        status: code(row, 2)?,
        urgency: code(row, 3)?,
        respond_by: row.try_get(4)?,
        created_at: Stamp(row.try_get(5)?),
        version: row.try_get(6)?,
        service: certain(row, "svc", 7)?,
        provider: provider.then(|| certain(row, "org", 9)).transpose()?,
        referred_by: (!provider).then(|| certain(row, "per", 9)).transpose()?,
        worker: named(row, "per", 11)?,
        person: crn.map(person).transpose()?,
    })
}

fn id_of(text: Option<&str>) -> Result<Uuid, Refusal> {
    text.and_then(ids::read).ok_or(Refusal::NotFound)
}

const CASE: &str = concat!(
    "select c.id, c.crn, c.given_names, c.family_name, c.date_of_birth, c.risk_of_serious_harm, c.version, p.id, p.name
     from probation_case c left join person p on p.id = c.officer_id where c.id = $3 and c.holder_id = $1 and ",
    open_to!("c.id", "$2")
);
const OF_CASE: &str = concat!(
    "select r.id, r.reference, r.status, s.id, s.name, o.id, o.name
     from referral r join service s on s.id = r.service_id join organisation o on o.id = r.provider_id
     where r.case_id = $3 and r.holder_id = $1 and ",
    open_to!("r.case_id", "$2"),
    " order by r.created_at desc"
);
const SESSIONS: &str = concat!(
    "select s.referral_id, s.id, s.number, s.starts_at, s.ends_at, s.status, a.outcome, a.created_at,
     f.what_was_done, f.response, f.next_steps, f.concerns
     from session s join referral r on r.id = s.referral_id
     left join attendance a on a.session_id = s.id and a.superseded_at is null
     left join feedback f on f.session_id = s.id and f.superseded_at is null
     where r.case_id = $3 and r.holder_id = $1 and ",
    open_to!("r.case_id", "$2"),
    " order by s.starts_at, s.id"
);

pub async fn case_view(shared: &Shared, caller: &Caller, id: Option<&str>) -> Answer {
    if !caller.is("responsible_officer") {
        return Err(Refusal::NotFound);
    }
    let id = id_of(id)?;
    let ask = |sql: &'static str| sqlx::query(sql).bind(caller.organisation).bind(caller.id).bind(id);
    let row = ask(CASE).fetch_optional(&shared.pool).await?.ok_or(Refusal::NotFound)?;
    let mut referrals = Vec::new();
    for row in ask(OF_CASE).fetch_all(&shared.pool).await? {
        referrals.push(CaseReferral {
            id: Shown("ref", row.try_get(0)?),
            reference: row.try_get(1)?,
            status: code(&row, 2)?,
            service: certain(&row, "svc", 3)?,
            provider: certain(&row, "org", 5)?,
            sessions: Nodes { nodes: Vec::new() },
        });
    }
    for row in ask(SESSIONS).fetch_all(&shared.pool).await? {
        let of: Uuid = row.try_get(0)?;
        if let Some(referral) = referrals.iter_mut().find(|referral| referral.id.1 == of) {
            referral.sessions.nodes.push(case_session(&row)?);
        }
    }
    let risk: Option<String> = row.try_get(5)?;
    let case = Case {
        id: Shown("case", row.try_get(0)?),
        crn: row.try_get(1)?,
        given_names: row.try_get(2)?,
        family_name: row.try_get(3)?,
        date_of_birth: row.try_get(4)?,
        risk_of_serious_harm: risk.map(Code),
        version: row.try_get(6)?,
        officer: named(&row, "per", 7)?,
        referrals: Nodes { nodes: referrals },
    };
    data("case", &case)
}

fn case_session(row: &PgRow) -> sqlx::Result<CaseSession> {
    let (outcome, done): (Option<String>, Option<String>) = (row.try_get(6)?, row.try_get(8)?);
    let attendance = |outcome| -> sqlx::Result<CaseAttendance> {
        Ok(CaseAttendance { outcome: Code(outcome), created_at: Stamp(row.try_get(7)?) })
    };
    let feedback = |what_was_done| -> sqlx::Result<CaseFeedback> {
        let concerns = Some(row.try_get(11)?);
        Ok(CaseFeedback { what_was_done, response: row.try_get(9)?, next_steps: row.try_get(10)?, concerns })
    };
    Ok(CaseSession {
        id: Shown("ses", row.try_get(1)?),
        number: row.try_get(2)?,
        starts_at: Stamp(row.try_get(3)?),
        ends_at: Stamp(row.try_get(4)?),
        status: code(row, 5)?,
        attendance: outcome.map(attendance).transpose()?,
        feedback: done.map(feedback).transpose()?,
    })
}

const CARD: &str =
    "select p.id, p.unit, p.effective_from, p.effective_to, p.pence, s.id, s.name, o.id, o.name
     from price p join service s on s.id = p.service_id join organisation o on o.id = s.provider_id
     where p.status = 'published' and p.kind = 'card' and p.effective_from <= $1
     and (p.effective_to is null or p.effective_to > $1) order by p.created_at, p.id limit 101";

pub async fn rate_card(shared: &Shared, caller: &Caller, on: Option<NaiveDate>) -> Answer {
    if !caller.is("responsible_officer") {
        return Err(Refusal::NotFound);
    }
    let on = on.unwrap_or_else(|| rules::london::day(now()));
    let rows = sqlx::query(CARD).bind(on).fetch_all(&shared.pool).await?;
    let price = |row: &PgRow| -> sqlx::Result<CardPrice> {
        Ok(CardPrice {
            id: Shown("prc", row.try_get(0)?),
            unit: code(row, 1)?,
            effective_from: row.try_get(2)?,
            effective_to: row.try_get(3)?,
            money: Money { amount: row.try_get(4)?, currency: "GBP" },
            service: ProvidedService {
                id: Shown("svc", row.try_get(5)?),
                name: row.try_get(6)?,
                provider: certain(row, "org", 7)?,
            },
        })
    };
    let nodes = rows.iter().take(100).map(price).collect::<Result<Vec<_>, _>>()?;
    let page_info = PageInfo { has_next_page: rows.len() > 100, end_cursor: None };
    data("rateCard", &Page { nodes, page_info })
}

const GROUP: &str = "select g.id, g.starts_at, g.ends_at, g.venue, s.id, s.name
     from group_session g join service s on s.id = g.service_id where g.id = $2 and g.provider_id = $1";
const REGISTER: &str = concat!(
    "select s.id, s.number, s.status, r.id, r.reference, p.crn, p.given_names, p.family_name, a.outcome
     from session s join referral r on r.id = s.referral_id
     left join shared_person p on p.referral_id = r.id
     left join attendance a on a.session_id = s.id and a.superseded_at is null
     where s.group_session_id = $4 and ",
    delivered!("$1", "$3"),
    " and ",
    open_to!("r.case_id", "$2"),
    " order by s.starts_at, s.id"
);

pub async fn group_register(shared: &Shared, caller: &Caller, id: Option<&str>) -> Answer {
    if !caller.is("provider_manager") {
        return Err(Refusal::NotFound);
    }
    let (id, today) = (id_of(id)?, rules::london::day(now()));
    let query = sqlx::query(GROUP).bind(caller.organisation).bind(id);
    let group = query.fetch_optional(&shared.pool).await?.ok_or(Refusal::NotFound)?;
    let query = sqlx::query(REGISTER).bind(caller.organisation).bind(caller.id).bind(today).bind(id);
    let place = |row: &PgRow| -> sqlx::Result<GroupPlace> {
        let (crn, outcome): (Option<String>, Option<String>) = (row.try_get(5)?, row.try_get(8)?);
        let person = |crn| -> sqlx::Result<GroupPerson> {
            Ok(GroupPerson { crn, given_names: row.try_get(6)?, family_name: row.try_get(7)? })
        };
        Ok(GroupPlace {
            id: Shown("ses", row.try_get(0)?),
            number: row.try_get(1)?,
            status: code(row, 2)?,
            referral: GroupReferral {
                id: Shown("ref", row.try_get(3)?),
                reference: row.try_get(4)?,
                person: crn.map(person).transpose()?,
            },
            attendance: outcome.map(|outcome| Outcome { outcome: Code(outcome) }),
        })
    };
    let sessions = query.fetch_all(&shared.pool).await?.iter().map(place).collect::<Result<Vec<_>, _>>()?;
    let register = Group {
        id: Shown("grp", group.try_get(0)?),
        starts_at: Stamp(group.try_get(1)?),
        ends_at: Stamp(group.try_get(2)?),
        venue: group.try_get(3)?,
        service: certain(&group, "svc", 4)?,
        sessions: Nodes { nodes: sessions },
    };
    data("groupSession", &register)
}
