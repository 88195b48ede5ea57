//! Cases, and the referrals that are made for them over the years.

use std::collections::HashSet;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use serde_json::json;
use uuid::Uuid;

use super::audit::{Change, Deed, record};
use super::groups::Groups;
use super::network::{FAMILY, GIVEN, Holder, NEEDS, Network, Person, Provider, Service};
use super::tables::Table;
use super::{Loader, Plan, deliveries};
use crate::clock::Result;
use crate::random::Chance;
use crate::{ids, row};

/// The most limited-access cases: they are few, however large the network.
const LIMITED: usize = 50;
/// The most referrals of one case.
const MOST: usize = 24;

/// A person under supervision.
pub struct Case<'n> {
    pub id: Uuid,
    pub holder: &'n Holder,
    pub officer: &'n Person,
    pub sentence: Uuid,
    crn: String,
    given: &'static str,
    family: &'static str,
    born: NaiveDate,
    gender: &'static str,
    risk: &'static str,
    ldu: String,
}

/// A referral as its life goes on.
pub struct Referral<'n> {
    pub id: Uuid,
    pub case: Uuid,
    pub holder: &'n Holder,
    pub officer: &'n Person,
    pub provider: &'n Provider,
    pub service: &'n Service,
    pub worker: &'n Person,
    pub price: Uuid,
    pub pence: i64,
    /// The outcomes that it asks for.
    pub outcomes: [Uuid; 2],
    /// When it was accepted.
    pub accepted: DateTime<Utc>,
    /// When it ended; none while it goes on.
    pub ended: Option<DateTime<Utc>>,
    pub completed: bool,
    /// The hour of the week at which its sessions are: no other referral of the case has it.
    pub hour: i64,
    pub audited: bool,
}

/// Everything that happens after the network is there.
pub async fn live(
    loader: &mut Loader,
    chance: &mut Chance,
    network: &Network,
    plan: Plan,
    [from, now]: [DateTime<Utc>; 2],
) -> Result<()> {
    let mut life =
        Life { loader, chance, network, plan, now, groups: Groups::default(), made: 0, limited: 0, cases: 0 };
    let span = (now - from).num_seconds();
    while life.made < plan.referrals {
        // Cases come in order of time, a little more of them each year.
        let share = (life.made as f64 / plan.referrals as f64).powf(0.9);
        let registered = from + TimeDelta::seconds((span as f64 * share) as i64);
        life.case(registered).await?;
    }
    life.groups.finish(life.loader, life.chance, now).await
}

struct Life<'l, 'n> {
    loader: &'l mut Loader,
    chance: &'l mut Chance,
    network: &'n Network,
    plan: Plan,
    now: DateTime<Utc>,
    groups: Groups<'n>,
    made: usize,
    limited: usize,
    cases: usize,
}

impl<'n> Life<'_, 'n> {
    async fn case(&mut self, at: DateTime<Utc>) -> Result<()> {
        let case = self.register(at).await?;
        let mut count = 1;
        while count < MOST && self.chance.happens(55) {
            count += 1;
        }
        let mut used = HashSet::new();
        let mut begins = at + TimeDelta::hours(self.chance.between(2, 24 * 30));
        for place in 0..count.min(self.plan.referrals - self.made) {
            if begins >= self.now - TimeDelta::hours(3) {
                begins = self.now - TimeDelta::seconds(self.chance.between(3 * 3600, 20 * 24 * 3600));
            }
            // The same service twice for one person would be one referral while the first is open.
            let (provider, service) = loop {
                let provider = &self.network.providers[self.chance.skewed(self.network.providers.len())];
                // One referral of a case is for a group, so that nobody is in two groups at once.
                let number = if place == 0 && self.chance.happens(30) { 3 } else { self.chance.below(3) };
                let service = &provider.services[number];
                if used.insert(service.id) {
                    break (provider, service);
                }
            };
            self.refer(&case, provider, service, begins, place as i64).await?;
            self.made += 1;
            begins += TimeDelta::seconds(self.chance.between(24 * 3600, 120 * 24 * 3600));
        }
        Ok(())
    }

    async fn register(&mut self, at: DateTime<Utc>) -> Result<Case<'n>> {
        let holder = &self.network.holders[self.chance.skewed(self.network.holders.len())];
        let place = self.chance.below(holder.officers.len());
        let (officer, chance) = (&holder.officers[place], &mut *self.chance);
        let (ldu, ldu_name) = holder.ldus[place % holder.ldus.len()].clone();
        let number = self.cases;
        self.cases += 1;
        let crn =
            format!("{}{:06}", char::from(b'A' + u8::try_from(number / 1_000_000)?), number % 1_000_000);
        let (given, family) = (*chance.one(&GIVEN), *chance.one(&FAMILY));
        let born = NaiveDate::from_ymd_opt(1955, 1, 1).unwrap_or_default()
            + Days::new(chance.below(50 * 365) as u64);
        let gender = if chance.happens(14) { "female" } else { "male" };
        let risk = *chance.one(&["low", "medium", "medium", "high", "very_high"]);
        let likelihood = *chance.one(&["low", "medium", "high"]);
        let flags: [bool; 6] = std::array::from_fn(|_| chance.happens(12));
        let id = ids::of(at, chance);
        let search = rules::search::fold(&format!("{crn} {given} {family}"));
        self.loader
            .add(
                Table::probation_case,
                row![
                    id,
                    crn.clone(),
                    family,
                    given,
                    born,
                    gender,
                    "white_british",
                    ldu,
                    holder.id,
                    holder.id,
                    officer.id,
                    risk,
                    likelihood,
                    flags[0],
                    flags[1],
                    flags[2],
                    flags[3],
                    flags[4],
                    flags[5],
                    search,
                    1_i64,
                    at,
                    at
                ],
            )
            .await?;
        let first = chance.below(NEEDS.len());
        for need in 0..chance.between(1, 3) as usize {
            self.loader.add(Table::case_need, row![id, NEEDS[(first + need * 3) % NEEDS.len()]]).await?;
        }
        let (sentence, starts) = (ids::of(at, chance), at.date_naive());
        let kind = *chance.one(&["community_order", "suspended_sentence_order", "licence"]);
        self.loader
            .add(Table::sentence, row![sentence, id, kind, starts, starts + Days::new(730), 30_i64, at])
            .await?;
        let officer_row = row![
            ids::of(at, chance),
            id,
            officer.id,
            "po",
            "First officer.",
            holder.manager.id,
            at,
            None::<DateTime<Utc>>
        ];
        self.loader.add(Table::case_officer, officer_row).await?;
        let holding = row![ids::of(at, chance), id, holder.id, "Allocated.", holder.manager.id, at];
        self.loader.add(Table::case_holding, holding).await?;
        if self.limited < LIMITED && number.is_multiple_of(97) {
            self.limited += 1;
            let limited = row![
                ids::of(at, chance),
                id,
                officer.id,
                "limited_to",
                "Known to staff.",
                holder.manager.id,
                at
            ];
            self.loader.add(Table::case_restriction, limited).await?;
        }
        let deed = Deed { by: &holder.manager, at, operation: "registerCase", case: id };
        let new = json!({ "id": id, "crn": crn, "family_name": family, "given_names": given, "gender": gender, "version": 1 });
        record(self.loader, chance, &deed, vec![Change::insert("probation_case", id, new)]).await?;
        Ok(Case { id, holder, officer, sentence, crn, given, family, born, gender, risk, ldu: ldu_name })
    }

    async fn refer(
        &mut self,
        case: &Case<'n>,
        provider: &'n Provider,
        service: &'n Service,
        created: DateTime<Utc>,
        place: i64,
    ) -> Result<()> {
        let chance = &mut *self.chance;
        let audited = chance.bits() % 100 < self.plan.audit_percent;
        let submitted = created + TimeDelta::seconds(chance.between(600, 3600));
        let decided = submitted + TimeDelta::seconds(chance.between(3600, 4 * 24 * 3600));
        // What came in the last days waits for an answer; of the rest most goes on or has ended.
        let fate = chance.below(100);
        let recent = (self.now - created).num_days() < 30;
        let mut status = match fate {
            0..2 => "draft",
            2..9 => "declined",
            9..14 => "withdrawn",
            _ if decided >= self.now - TimeDelta::hours(1) || fate < 22 || (recent && fate < 60) => {
                "submitted"
            }
            22..24 => "accepted",
            _ => "delivered",
        };
        let worker = &provider.workers[chance.below(provider.workers.len())];
        let day = submitted.date_naive();
        let (kind, price, pence) = service.price(case.holder.purchaser, day);
        let id = ids::of(created, chance);
        let outcomes = [ids::of(created, chance), ids::of(created, chance)];
        let mut referral = Referral {
            id,
            case: case.id,
            holder: case.holder,
            officer: case.officer,
            provider,
            service,
            worker,
            price,
            pence,
            outcomes,
            accepted: decided,
            ended: None,
            completed: false,
            hour: place,
            audited,
        };
        if status == "delivered" && service.group {
            // Who is in a group waits for it to be full; until then the referral is accepted.
            status = "accepted";
        } else if status == "delivered" {
            let sessions = deliveries::length(chance);
            let last = decided + TimeDelta::days(7 * sessions + 7);
            (status, referral.ended) = match last < self.now {
                true if chance.happens(75) => ("completed", Some(last)),
                true => ("ended_early", Some(last)),
                false => ("in_progress", None),
            };
            referral.completed = status == "completed";
        }
        if matches!(status, "declined" | "withdrawn") {
            referral.ended = Some(decided.min(self.now - TimeDelta::hours(1)));
        }
        let delivering = matches!(status, "accepted" | "in_progress" | "completed" | "ended_early");
        let sent = status != "draft";
        let until = referral.ended.map(|ended| ended.date_naive() + Days::new(365));
        let reference = rules::reference::from_random(self.made as u64 * 31);
        let search = rules::search::fold(&format!("{reference} {} {} {}", case.crn, case.given, case.family));
        let row = row![
            id,
            reference,
            case.id,
            case.holder.id,
            service.id,
            provider.id,
            case.holder.purchaser,
            case.officer.id,
            delivering.then_some(worker.id),
            status,
            *chance.one(&["routine", "routine", "routine", "priority", "urgent"]),
            case.sentence,
            service.counts.then_some(12_i64),
            service.counts,
            "Has asked for help, and has kept the last three appointments; would do better with someone to talk to each week.",
            "Calm with staff. No known risk to workers; see the assessment for others.",
            false,
            12_i64,
            sent.then(|| day + Days::new(7)),
            sent.then_some(submitted),
            (sent && status != "submitted" && status != "withdrawn").then_some(decided),
            (status == "declined").then_some("no_capacity"),
            matches!(status, "ended_early" | "withdrawn").then_some("needs_changed"),
            referral.ended,
            until,
            search,
            if delivering { 3_i64 } else { 2 },
            created,
            referral.ended.unwrap_or(if delivering { decided } else { submitted })
        ];
        // A group decides later how the referral ends: its row waits.
        let waits = delivering && service.group;
        if !waits {
            self.loader.add(Table::referral, row.clone()).await?;
        }
        let hung = self.hang(case, &referral, [created, submitted, decided], sent, delivering, kind, day);
        let rows = hung;
        if waits {
            return self.groups.join(self.loader, self.chance, referral, row, rows, self.now).await;
        }
        for (table, row) in rows {
            self.loader.add(table, row).await?;
        }
        if audited {
            self.audit(&referral, [created, submitted, decided], sent, delivering).await?;
        }
        if matches!(status, "in_progress" | "completed" | "ended_early") {
            deliveries::deliver(self.loader, self.chance, self.network, &referral, self.now).await?;
        }
        Ok(())
    }

    /// What hangs on a referral from the beginning.
    #[allow(clippy::too_many_arguments, reason = "a row of each kind is made of all of them")]
    fn hang(
        &mut self,
        case: &Case<'n>,
        referral: &Referral<'n>,
        [created, submitted, decided]: [DateTime<Utc>; 3],
        sent: bool,
        delivering: bool,
        kind: &str,
        day: NaiveDate,
    ) -> Vec<(Table, super::tables::Row)> {
        let chance = &mut *self.chance;
        let mut rows = Vec::new();
        for (id, what) in referral.outcomes.iter().zip(["Has a plan and keeps to it.", "Knows whom to ask."])
        {
            rows.push((Table::desired_outcome, row![*id, referral.id, referral.service.need, what, created]));
        }
        if !sent {
            return rows;
        }
        rows.push((
            Table::shared_person,
            row![
                referral.id,
                case.id,
                case.crn.clone(),
                case.family,
                case.given,
                case.born,
                case.gender,
                case.ldu.clone(),
                case.risk,
                case.officer.name.clone(),
                case.officer.email.clone()
            ],
        ));
        rows.push((
            Table::referral_price,
            row![
                referral.id,
                referral.price,
                kind,
                referral.pence,
                "session",
                12_i64,
                referral.pence * 12,
                0_i64,
                50_i64,
                100_i64,
                24_i64,
                day
            ],
        ));
        if delivering {
            rows.push((
                Table::referral_assignment,
                row![
                    ids::of(decided, chance),
                    referral.id,
                    referral.worker.id,
                    referral.provider.manager.id,
                    decided,
                    None::<DateTime<Utc>>
                ],
            ));
        }
        if chance.happens(15) {
            rows.push((
                Table::referral_question,
                row![
                    ids::of(submitted, chance),
                    referral.id,
                    "Which days suit?",
                    referral.provider.manager.id,
                    submitted,
                    "Mondays.",
                    referral.officer.id,
                    submitted + TimeDelta::minutes(40),
                    2_i64
                ],
            ));
        }
        if chance.happens(8) {
            rows.push((
                Table::referral_amendment,
                row![
                    ids::of(submitted, chance),
                    referral.id,
                    "riskSummary",
                    "Calm.",
                    "Calm with staff.",
                    "Told us more.",
                    referral.officer.id,
                    submitted
                ],
            ));
        }
        if chance.happens(70) {
            let private = chance.happens(30).then_some(referral.provider.id);
            rows.push((
                Table::referral_note,
                row![
                    ids::of(decided, chance),
                    referral.id,
                    "Rang, and will ring back on Thursday about the first appointment.",
                    private,
                    referral.worker.id,
                    decided
                ],
            ));
        }
        rows
    }

    /// The acts by which a referral was written, sent and taken on, and who has looked at it.
    async fn audit(
        &mut self,
        referral: &Referral<'n>,
        [created, submitted, decided]: [DateTime<Utc>; 3],
        sent: bool,
        delivering: bool,
    ) -> Result<()> {
        audit_beginning(self.loader, self.chance, referral, [created, submitted, decided], sent, delivering)
            .await
    }
}

/// The acts by which a referral was written, sent and taken on, and who has looked at it.
pub async fn audit_beginning(
    loader: &mut Loader,
    chance: &mut Chance,
    referral: &Referral<'_>,
    [created, submitted, decided]: [DateTime<Utc>; 3],
    sent: bool,
    delivering: bool,
) -> Result<()> {
    let case = referral.case;
    let officer = |at, operation| Deed { by: referral.officer, at, operation, case };
    let new = json!({
        "id": referral.id, "case_id": case, "status": "draft", "urgency": "routine", "service_id": referral.service.id,
        "provider_id": referral.provider.id, "reason": "Has asked for help, and has kept the last three appointments.",
        "risk_summary": "Calm with staff.", "version": 1
    });
    let mut changes = vec![Change::insert("referral", referral.id, new)];
    changes.extend(
        referral
            .outcomes
            .map(|id| Change::insert("desired_outcome", id, json!({ "need": referral.service.need }))),
    );
    record(loader, chance, &officer(created, "draftReferral"), changes).await?;
    if sent {
        let changes = vec![
            Change::update(
                "referral",
                referral.id,
                json!({ "status": "submitted", "submitted_at": submitted }),
            ),
            Change::insert(
                "shared_person",
                referral.id,
                json!({ "case_id": case, "gender": "male", "ldu": "Unit 1" }),
            ),
            Change::insert(
                "referral_price",
                referral.id,
                json!({ "price_id": referral.price, "pence": referral.pence }),
            ),
        ];
        record(loader, chance, &officer(submitted, "submitReferral"), changes).await?;
    }
    if delivering {
        let by = Deed { by: &referral.provider.manager, at: decided, operation: "acceptReferral", case };
        let changes = vec![
            Change::insert("referral_assignment", referral.id, json!({ "worker_id": referral.worker.id })),
            Change::update(
                "referral",
                referral.id,
                json!({ "status": "accepted", "worker_id": referral.worker.id }),
            ),
        ];
        record(loader, chance, &by, changes).await?;
    }
    for by in [referral.officer, &referral.provider.manager, referral.worker].into_iter().filter(|_| sent) {
        let (at, id) = (decided, ids::of(decided, chance));
        let reading =
            row![id, at, at, by.id, by.organisation, "responsible_officer", "referral", id.to_string()];
        loader.add(Table::reading, reading).await?;
        loader.add(Table::reading_subject, row![id, case]).await?;
    }
    Ok(())
}
