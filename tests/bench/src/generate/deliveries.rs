//! Sessions, what became of them, and how it all ended.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use uuid::Uuid;

use super::Loader;
use super::audit::{Change, Deed, record};
use super::lives::Referral;
use super::network::Network;
use super::tables::Table;
use crate::clock::Result;
use crate::random::Chance;
use crate::{ids, row};

/// How many sessions a referral has: twelve mostly, and for some people many more.
pub fn length(chance: &mut Chance) -> i64 {
    match chance.below(100) {
        0..15 => chance.between(2, 6),
        15..75 => 12,
        75..95 => chance.between(7, 20),
        _ => chance.between(24, 60),
    }
}

/// A session as it is to be written.
pub struct Meeting {
    pub number: i64,
    pub starts: DateTime<Utc>,
    pub minutes: i64,
    pub group: Option<Uuid>,
    /// Whether its attendance is recorded, if its time has passed.
    pub recorded: bool,
}

/// The weekly sessions of a referral that is delivered one to one, and how it ended.
pub async fn deliver(
    loader: &mut Loader,
    chance: &mut Chance,
    network: &Network,
    referral: &Referral<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    let count = match referral.ended {
        Some(ended) => (ended - referral.accepted).num_days() / 7 - 1,
        None => 12.max((now - referral.accepted).num_days() / 7 + 3),
    };
    // A Monday's midnight after acceptance, then the case's own hour for this referral: nothing clashes.
    let monday = referral.accepted.date_naive().week(chrono::Weekday::Mon).last_day() + chrono::Days::new(1);
    let (day, hour) = (referral.hour / 5, 8 + referral.hour % 5);
    let first =
        monday.and_time(chrono::NaiveTime::MIN).and_utc() + TimeDelta::days(day) + TimeDelta::hours(hour);
    for number in 1..=count.max(1) {
        let starts = first + TimeDelta::days(7 * (number - 1));
        if referral.ended.is_some_and(|ended| starts >= ended) {
            break;
        }
        // The last ones of those that go on still wait to be recorded: that is what is measured.
        let recent = referral.ended.is_none() && (now - starts).num_days() < 35;
        let meeting = Meeting { number, starts, minutes: 50, group: None, recorded: !recent };
        hold(loader, chance, referral, &meeting, now).await?;
    }
    end(loader, chance, network.instrument, referral).await
}

/// One session, with its attendance, feedback and charge if they are recorded.
pub async fn hold(
    loader: &mut Loader,
    chance: &mut Chance,
    referral: &Referral<'_>,
    meeting: &Meeting,
    now: DateTime<Utc>,
) -> Result<()> {
    let planned = (meeting.starts - TimeDelta::days(3)).max(referral.accepted).min(now - TimeDelta::hours(2));
    let (id, ends) = (ids::of(planned, chance), meeting.starts + TimeDelta::minutes(meeting.minutes));
    let told = ends + TimeDelta::minutes(chance.between(5, 240));
    let recorded = meeting.recorded && told < now - TimeDelta::hours(1);
    let kind = if meeting.group.is_some() { "group" } else { "one_to_one" };
    let status = if recorded { "recorded" } else { "scheduled" };
    loader
        .add(
            Table::session,
            row![
                id,
                referral.id,
                referral.case,
                meeting.group,
                meeting.number,
                kind,
                meeting.starts,
                ends,
                "Worcester",
                status,
                if recorded { 3_i64 } else { 1 },
                planned
            ],
        )
        .await?;
    let deed = |at, operation| Deed { by: referral.worker, at, operation, case: referral.case };
    if referral.audited {
        let new = json!({ "id": id, "referral_id": referral.id, "number": meeting.number, "starts_at": meeting.starts, "ends_at": ends, "status": "scheduled" });
        let changes = vec![Change::insert("session", id, new)];
        record(loader, chance, &deed(planned, "scheduleSession"), changes).await?;
    }
    if !recorded {
        return Ok(());
    }
    let outcome = match chance.below(100) {
        0..80 => "attended",
        80..90 => "acceptable_absence",
        _ => "unacceptable_absence",
    };
    let (attended, attendance) = (outcome == "attended", ids::of(told, chance));
    let judged = !attended;
    loader
        .add(
            Table::attendance,
            row![
                attendance,
                id,
                referral.id,
                outcome,
                judged.then_some("other"),
                referral.worker.id,
                judged.then_some(referral.officer.id),
                judged.then_some(told),
                told
            ],
        )
        .await?;
    let share = match outcome {
        "attended" => 100,
        "unacceptable_absence" => 50,
        _ => 0,
    };
    let (charge, pence) = (ids::of(told, chance), (referral.pence * share + 50) / 100);
    if pence > 0 {
        loader
            .add(
                Table::charge,
                row![
                    charge,
                    referral.id,
                    id,
                    referral.holder.purchaser,
                    referral.provider.id,
                    "charge",
                    format!("session:{}", id.simple()),
                    0_i64,
                    pence,
                    rules::london::day(meeting.starts),
                    referral.price,
                    format!(
                        "Session {} on {}: {outcome}.",
                        meeting.number,
                        rules::london::written(rules::london::day(meeting.starts))
                    ),
                    told
                ],
            )
            .await?;
    }
    if referral.audited {
        let mut changes = vec![
            Change::insert(
                "attendance",
                attendance,
                json!({ "id": attendance, "session_id": id, "outcome": outcome, "recorded_by_id": referral.worker.id, "created_at": told }),
            ),
            Change::update("session", id, json!({ "status": "recorded" })),
        ];
        if pence > 0 {
            changes.push(Change::insert("charge", charge, json!({ "id": charge, "referral_id": referral.id, "pence": pence, "unit_key": format!("session:{}", id.simple()) })));
        }
        record(loader, chance, &deed(told, "recordAttendance"), changes).await?;
    }
    let late = referral.ended.is_none() && chance.happens(70);
    if attended && !late && chance.happens(92) {
        let feedback = ids::of(told, chance);
        let concerns =
            chance.happens(3).then_some("Mentioned a new partner with children: told the officer at once.");
        loader
            .add(
                Table::feedback,
                row![
                    feedback,
                    id,
                    referral.id,
                    "Went through the week and wrote two letters together.",
                    "Was on time, listened, and had done what was agreed.",
                    "Sees the landlord, and brings the answer next week.",
                    concerns,
                    referral.worker.id,
                    told
                ],
            )
            .await?;
        if referral.audited {
            let new = json!({ "id": feedback, "session_id": id, "what_was_done": "Went through the week and wrote two letters together." });
            let changes =
                vec![Change::insert("feedback", feedback, new), Change::update("session", id, json!({}))];
            record(loader, chance, &deed(told, "submitFeedback"), changes).await?;
        }
    }
    Ok(())
}

/// The measures, the report and the qualifications of a referral.
pub async fn end(
    loader: &mut Loader,
    chance: &mut Chance,
    instrument: Uuid,
    referral: &Referral<'_>,
) -> Result<()> {
    let start = referral.accepted + TimeDelta::hours(1);
    let mut measures = vec![("start", start)];
    measures.extend(referral.ended.filter(|_| referral.completed).map(|ended| ("end", ended)));
    if chance.happens(60) {
        for (stage, at) in measures {
            let id = ids::of(at, chance);
            let score = chance.between(1, 10);
            loader
                .add(
                    Table::measure,
                    row![
                        id,
                        referral.id,
                        referral.service.need,
                        instrument,
                        stage,
                        score,
                        at.date_naive(),
                        referral.worker.id,
                        at
                    ],
                )
                .await?;
        }
    }
    let Some(ended) = referral.ended else { return Ok(()) };
    if chance.happens(20) {
        let id = ids::of(ended, chance);
        let row =
            row![id, referral.id, "Food hygiene", "level_1", ended.date_naive(), referral.worker.id, ended];
        loader.add(Table::qualification, row).await?;
    }
    let report = ids::of(ended, chance);
    loader
        .add(
            Table::end_report,
            row![
                report,
                referral.id,
                "Came to most sessions, and has a tenancy of his own.",
                referral.worker.id,
                ended
            ],
        )
        .await?;
    for outcome in referral.outcomes {
        let result = *chance.one(&["achieved", "partly_achieved", "not_achieved"]);
        loader.add(Table::end_report_outcome, row![ids::of(ended, chance), report, outcome, result]).await?;
    }
    if referral.audited {
        let deed = Deed { by: referral.worker, at: ended, operation: "submitEndReport", case: referral.case };
        let changes = vec![
            Change::insert("end_report", report, json!({ "id": report, "referral_id": referral.id })),
            Change::update("referral", referral.id, json!({ "status": "completed", "ended_at": ended })),
        ];
        record(loader, chance, &deed, changes).await?;
    }
    Ok(())
}
