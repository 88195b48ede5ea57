//! Posting what is owed.

use std::collections::HashMap;

use entity::{Id, attendance, charge, referral, referral_price, session};
use rules::charges::{Delivered, Owed, Posting, SessionFact, Standing, Terms, owed, reconcile};
use rules::london;
use rules::terms::{AttendanceOutcome, ChargeKind, NotDeliveredReason, SessionStatus};
use sea_orm::{ColumnTrait, Order};
use uuid::Uuid;

use super::{adjustments, taken_back};
use crate::error::{Fault, Result};
use crate::sessions::service::with_attendance;
use crate::store::Write;

/// What charges need to know of a referral: its sessions, and what stands recorded of them.
pub struct Account<'a> {
    /// The referral.
    pub referral: &'a referral::Model,
    /// All its sessions.
    pub sessions: &'a [session::Model],
    /// The records of attendance that stand.
    pub attendance: Vec<&'a attendance::Model>,
}

/// Posts the difference between what is owed for a referral and what stands.
pub async fn settle(write: &mut Write, referral: &referral::Model) -> Result<()> {
    let sessions = write.find::<session::Entity>().filter(session::Column::ReferralId.eq(referral.id));
    let (sessions, records) = with_attendance(sessions).await?;
    let account = Account { referral, sessions: &sessions, attendance: records.iter().collect() };
    settle_all(write, &[account]).await
}

/// As [`settle`], for referrals whose sessions are read already. A referral without a price, a draft for
/// instance, costs nothing.
pub async fn settle_all(write: &mut Write, accounts: &[Account<'_>]) -> Result<()> {
    let ids = || accounts.iter().map(|account| account.referral.id);
    // The price's row is the lock of all that is posted for its referral, taken before anything is read.
    let prices = write.consequence::<referral_price::Entity>();
    let prices = prices.of(referral_price::Column::ReferralId, ids());
    let prices = prices.order_by(referral_price::Column::ReferralId, Order::Asc).locked().all().await?;
    if prices.is_empty() {
        return Ok(());
    }
    let lines = write.consequence::<charge::Entity>().of(charge::Column::ReferralId, ids());
    let mut lines = lines.order_by(charge::Column::Id, Order::Asc).all().await?;
    for account in accounts {
        let id = account.referral.id;
        let Some(price) = prices.iter().find(|price| price.referral_id == id) else { continue };
        let lines: Vec<_> = lines.extract_if(.., |line| line.referral_id == id).collect();
        let rows = postings(account, price, &lines, write)?;
        write.concerns(account.referral.case_id);
        write.insert_all(rows).await?;
    }
    Ok(())
}

/// The lines to be posted for a referral.
fn postings(
    account: &Account<'_>,
    price: &referral_price::Model,
    lines: &[charge::Model],
    write: &Write,
) -> Result<Vec<charge::Model>> {
    let delivered = delivered(account);
    let stands = |line: &&charge::Model| *line.kind == ChargeKind::Charge && !taken_back(line, lines);
    let standing: Vec<_> = lines.iter().filter(stands).map(standing).collect();
    let mut rows = Vec::new();
    for posting in reconcile(&owed(&terms(price), &delivered), &standing) {
        match posting {
            Posting::Charge(owed) => rows.push(charge(account, price, lines, &delivered, &owed, write)),
            Posting::Reverse { charge, .. } => {
                let id = Id::new(Uuid::from_u128(charge));
                let line = lines.iter().find(|line| line.id == id);
                let line = line.ok_or_else(|| Fault::internal("a charge that does not stand is reversed"))?;
                rows.push(reversal(line, "Taken back: the record was changed.", write));
                // What corrected a charge goes with it: nothing is left to correct.
                let with_it = |line| reversal(line, "Taken back with the charge that it corrected.", write);
                rows.extend(adjustments(line, lines).map(with_it));
            }
        }
    }
    Ok(rows)
}

fn standing(line: &charge::Model) -> Standing {
    Standing {
        charge: line.id.0.as_u128(),
        key: line.unit_key.clone(),
        pence: line.pence,
        session: line.session_id.map_or(0, |id| id.0.as_u128()),
    }
}

fn charge(
    account: &Account<'_>,
    price: &referral_price::Model,
    lines: &[charge::Model],
    delivered: &[Delivered],
    owed: &Owed,
    write: &Write,
) -> charge::Model {
    let earlier = |line: &&charge::Model| *line.kind == ChargeKind::Charge && line.unit_key == owed.key;
    charge::Model {
        id: Id::fresh(),
        referral_id: account.referral.id,
        session_id: Some(Id::new(Uuid::from_u128(owed.session))),
        purchaser: account.referral.purchaser,
        provider_id: account.referral.provider_id,
        kind: ChargeKind::Charge.into(),
        unit_key: owed.key.clone(),
        generation: i32::try_from(lines.iter().filter(earlier).count()).unwrap_or(i32::MAX),
        pence: owed.pence,
        delivered_on: owed.on,
        price_id: price.price_id,
        reverses_id: None,
        reason: reason(account, delivered, owed),
        created_at: write.now(),
    }
}

/// Takes a line back in full.
fn reversal(line: &charge::Model, reason: &str, write: &Write) -> charge::Model {
    charge::Model {
        id: Id::fresh(),
        kind: ChargeKind::Reversal.into(),
        pence: line.pence.saturating_neg(),
        reverses_id: Some(line.id),
        reason: reason.to_owned(),
        created_at: write.now(),
        ..line.clone()
    }
}

/// What a charge is for, in words: `Session 3 on 2 October 2017, 90 minutes: attended.`
fn reason(account: &Account<'_>, delivered: &[Delivered], owed: &Owed) -> String {
    let id = Id::new(Uuid::from_u128(owed.session));
    let session = account.sessions.iter().find(|session| session.id == id);
    let number = session.map(|session| session.number).unwrap_or_default();
    let fact = delivered.iter().find(|delivered| delivered.session == owed.session).map(|it| it.fact);
    let minutes = owed.quantity_minutes.map(|minutes| format!(", {minutes} minutes")).unwrap_or_default();
    let became = became(fact.unwrap_or(SessionFact::Open));
    format!("Session {number} on {}{minutes}: {became}.", london::written(owed.on))
}

/// What became of the session, as far as those who see charges and not the case need to know.
const fn became(fact: SessionFact) -> &'static str {
    match fact {
        SessionFact::Attended => "attended",
        SessionFact::NotDelivered(NotDeliveredReason::Logistics) => {
            "not delivered, charged by the service's rule on the provider's logistics"
        }
        SessionFact::NotDelivered(NotDeliveredReason::Acceptable | NotDeliveredReason::Unacceptable) => {
            "not delivered, charged by the service's rule on absence"
        }
        SessionFact::Absent(_) => "absence, charged by the service's rule",
        SessionFact::Cancelled { .. } => "cancelled late, charged by the service's rule",
        SessionFact::Open => "in the diary",
    }
}

/// The price and the service's rules on absence, as they were frozen.
fn terms(price: &referral_price::Model) -> Terms {
    let percent = |percent: i32| u32::try_from(percent).unwrap_or_default();
    Terms {
        unit: *price.unit,
        pence: price.pence,
        unacceptable_absence_percent: percent(price.unacceptable_absence_percent),
        acceptable_absence_percent: percent(price.acceptable_absence_percent),
        late_cancellation_percent: percent(price.late_cancellation_percent),
        late_cancellation_hours: i64::from(price.late_cancellation_hours),
        provider_logistics_percent: percent(price.provider_logistics_percent),
    }
}

/// What became of each session.
fn delivered(account: &Account<'_>) -> Vec<Delivered> {
    let records: HashMap<_, _> =
        account.attendance.iter().map(|record| (record.session_id, *record)).collect();
    let delivered = |session: &session::Model| Delivered {
        session: session.id.0.as_u128(),
        starts_at: session.starts_at,
        ends_at: session.ends_at,
        fact: fact(session, records.get(&session.id).copied()),
    };
    account.sessions.iter().map(delivered).collect()
}

fn fact(session: &session::Model, record: Option<&attendance::Model>) -> SessionFact {
    match (*session.status, record) {
        // What was put in the diary after its time was never somebody's appointment to miss.
        (SessionStatus::Cancelled, _) if session.created_at >= session.starts_at => SessionFact::Open,
        (SessionStatus::Cancelled, _) => match (session.cancelled_by, session.cancelled_at) {
            (Some(by), Some(cancelled_at)) => SessionFact::Cancelled { by: *by, cancelled_at },
            _ => SessionFact::Open,
        },
        (SessionStatus::Recorded, Some(record)) => match *record.outcome {
            AttendanceOutcome::Attended => SessionFact::Attended,
            AttendanceOutcome::AttendedNotDelivered => {
                let reason = record.not_delivered_reason.map(|reason| *reason);
                SessionFact::NotDelivered(reason.unwrap_or(NotDeliveredReason::Logistics))
            }
            outcome @ (AttendanceOutcome::ProposedAcceptableAbsence
            | AttendanceOutcome::ProposedUnacceptableAbsence
            | AttendanceOutcome::AcceptableAbsence
            | AttendanceOutcome::UnacceptableAbsence) => SessionFact::Absent(outcome),
        },
        (SessionStatus::Scheduled | SessionStatus::Recorded, _) => SessionFact::Open,
    }
}
