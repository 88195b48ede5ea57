//! Statements: what a month cost, service by service, agrees to the penny with the charges and with the sessions.

use std::collections::BTreeMap;

use api::graphql::global_id::GlobalId;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entity::{Id, attendance, charge, referral, referral_price, session};
use rules::charges::{Delivered, Posting, SessionFact, Standing, Terms, owed, reconcile};
use rules::london;
use rules::terms::{AbsenceReason, AttendanceOutcome, ChargeKind, Purchaser, SessionKind, SessionStatus};
use sea_orm::{ActiveModelTrait, EntityTrait as _, IntoActiveModel, ModelTrait};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::charges::{SESSION, at, charges, support};
use crate::delivering::{Delivery, YSS, absent};
use crate::people::Answer;
use crate::referring::{CRC, person};
use crate::scenario;
use crate::world::World;

/// The supply price of the same session.
const SUPPLY: i64 = 3_950;
/// How many sessions are put there for each of two referrals.
const MANY: usize = 5_000;
/// How many rows go into one statement.
const AT_ONCE: usize = 500;

const FIGURES: &str = "figures { units charges charged { amount } reversals reversed { amount }
    adjustments adjusted { amount } total { amount } }";

async fn statements(world: &World, who: &str, arguments: &str) -> Answer {
    let document = format!(
        "{{ statements({arguments}) {{ nodes {{ month purchaser provider {{ name }} {FIGURES}
           lines {{ service {{ name }} price {{ kind money {{ amount }} }} {FIGURES} }} }} }} }}"
    );
    world.as_person(who).query(&document, json!({})).await.granted()
}

/// A referral of the NPS at a time for which the demonstration has no charges.
async fn in_winter<'w>(world: &'w World, crn: &str) -> Delivery<'w> {
    world.clock.set(at("2017-12-04T10:00:00Z"));
    support(world, crn).await
}

/// The totals of a month by purchaser and provider.
async fn totals(world: &World, who: &str, month: &str) -> Vec<(String, String, i64)> {
    let answer = statements(world, who, &format!("month: \"{month}\"")).await;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let total = |row: &Value| {
        let pence = row["figures"]["total"]["amount"].as_i64().unwrap_or_default();
        (text(&row["purchaser"]), text(&row["provider"]["name"]), pence)
    };
    answer.list("/statements/nodes").iter().map(total).collect()
}

async fn of_crc<'w>(world: &'w World, crn: &str) -> Delivery<'w> {
    let gwen = person(world, crn, CRC, json!({})).await;
    Delivery::of(world, &gwen, YSS, "Enhanced Support Service").await
}

/// Puts rows there, some at a time.
async fn put_all<M>(world: &World, mut rows: Vec<M>)
where
    M: ModelTrait + IntoActiveModel<<M::Entity as sea_orm::EntityTrait>::ActiveModel>,
    <M::Entity as sea_orm::EntityTrait>::ActiveModel: ActiveModelTrait<Entity = M::Entity> + Send,
{
    while !rows.is_empty() {
        let rest = rows.split_off(rows.len().min(AT_ONCE));
        let some = std::mem::replace(&mut rows, rest);
        let some = some.into_iter().map(IntoActiveModel::into_active_model);
        M::Entity::insert_many(some).exec_without_returning(&world.database).await.expect("rows");
    }
}

/// A number by chance that is the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// What became of a session, and what that costs in hundredths of its price.
fn became(way: u64) -> (AttendanceOutcome, i64) {
    match way {
        0..=5 => (AttendanceOutcome::Attended, 100),
        6 | 7 => (AttendanceOutcome::UnacceptableAbsence, 50),
        8 => (AttendanceOutcome::AcceptableAbsence, 0),
        _ => (AttendanceOutcome::ProposedUnacceptableAbsence, 0),
    }
}

fn fact(outcome: AttendanceOutcome) -> SessionFact {
    if outcome == AttendanceOutcome::Attended { SessionFact::Attended } else { SessionFact::Absent(outcome) }
}

/// The sessions of a referral that are put there, with what they cost by month.
struct Generated<'g> {
    referral: &'g referral::Model,
    price: &'g referral_price::Model,
    sessions: Vec<session::Model>,
    /// What became of each at first, and what after it was corrected.
    facts: Vec<[AttendanceOutcome; 2]>,
    months: BTreeMap<NaiveDate, i64>,
}

impl<'g> Generated<'g> {
    fn new(referral: &'g referral::Model, price: &'g referral_price::Model, chance: &mut Chance) -> Self {
        let begin = at("2016-01-01T00:00:00Z");
        let mut it =
            Self { referral, price, sessions: Vec::new(), facts: Vec::new(), months: BTreeMap::new() };
        for number in 0..MANY {
            // Two hours and some apart, so that months and the ends of summer time lie between them.
            let starts_at = begin
                + TimeDelta::hours(2 * i64::try_from(number).expect("a few"))
                + TimeDelta::minutes(i64::try_from(chance.below(60)).expect("a few"));
            let (first, cost) = became(chance.below(10));
            let (last, pence) = if chance.below(5) == 0 { became(chance.below(10)) } else { (first, cost) };
            // Half a penny is rounded up.
            let owed = (price.pence * pence * 2 + 100) / 200;
            *it.months.entry(first_of(starts_at)).or_insert(0) += owed;
            it.facts.push([first, last]);
            it.sessions.push(it.session(number, starts_at));
        }
        it
    }

    fn session(&self, number: usize, starts_at: DateTime<Utc>) -> session::Model {
        session::Model {
            id: Id::fresh(),
            referral_id: self.referral.id,
            case_id: self.referral.case_id,
            group_session_id: None,
            number: i32::try_from(number + 1).expect("a few"),
            kind: SessionKind::OneToOne.into(),
            starts_at,
            ends_at: starts_at + TimeDelta::minutes(45),
            venue: None,
            status: SessionStatus::Recorded.into(),
            cancelled_by: None,
            cancelled_at: None,
            cancel_reason: None,
            version: 1,
            created_at: starts_at,
        }
    }

    fn attendance(&self) -> Vec<attendance::Model> {
        let recorded = self.sessions.iter().zip(&self.facts);
        let recorded = recorded.map(|(session, [_, outcome])| attendance::Model {
            id: Id::fresh(),
            session_id: session.id,
            referral_id: self.referral.id,
            outcome: (*outcome).into(),
            late_minutes: None,
            late_reason: None,
            not_delivered_reason: None,
            absence_reason: (*outcome != AttendanceOutcome::Attended).then(|| AbsenceReason::Other.into()),
            absence_note: None,
            contact_attempts: None,
            recorded_by_id: self.referral.worker_id.expect("a worker"),
            received_by: None,
            judged_by_id: None,
            judged_at: None,
            judgement_note: None,
            supersedes_id: None,
            superseded_at: None,
            correction_reason: None,
            created_at: session.ends_at,
        });
        recorded.collect()
    }

    /// The lines that the rule posts, at first and after the corrections.
    fn charges(&self) -> Vec<charge::Model> {
        let terms = Terms {
            unit: *self.price.unit,
            pence: self.price.pence,
            unacceptable_absence_percent: 50,
            acceptable_absence_percent: 0,
            late_cancellation_percent: 50,
            late_cancellation_hours: 24,
            provider_logistics_percent: 0,
        };
        let mut lines: Vec<charge::Model> = Vec::new();
        for round in 0..2 {
            let delivered = self.sessions.iter().zip(&self.facts).map(|(session, facts)| Delivered {
                session: session.id.0.as_u128(),
                starts_at: session.starts_at,
                ends_at: session.ends_at,
                fact: fact(facts[round]),
            });
            let standing = lines.iter().map(|line| Standing {
                charge: line.id.0.as_u128(),
                key: line.unit_key.clone(),
                pence: line.pence,
                session: 0,
            });
            let postings =
                reconcile(&owed(&terms, &delivered.collect::<Vec<_>>()), &standing.collect::<Vec<_>>());
            let by_id: BTreeMap<_, _> =
                lines.iter().map(|line| (line.id.0.as_u128(), line.clone())).collect();
            lines.extend(postings.into_iter().map(|posting| match posting {
                Posting::Charge(owed) => self.line(&owed, i32::try_from(round).expect("two")),
                Posting::Reverse { charge, pence } => charge::Model {
                    id: Id::fresh(),
                    kind: ChargeKind::Reversal.into(),
                    pence,
                    reverses_id: Some(Id::new(Uuid::from_u128(charge))),
                    ..by_id[&charge].clone()
                },
            }));
        }
        lines
    }

    fn line(&self, owed: &rules::charges::Owed, generation: i32) -> charge::Model {
        charge::Model {
            id: Id::fresh(),
            referral_id: self.referral.id,
            session_id: Some(Id::new(Uuid::from_u128(owed.session))),
            purchaser: self.referral.purchaser,
            provider_id: self.referral.provider_id,
            kind: ChargeKind::Charge.into(),
            unit_key: owed.key.clone(),
            generation,
            pence: owed.pence,
            delivered_on: owed.on,
            price_id: self.price.price_id,
            reverses_id: None,
            reason: "Put there.".to_owned(),
            created_at: at("2017-10-01T00:00:00Z"),
        }
    }
}

fn first_of(instant: DateTime<Utc>) -> NaiveDate {
    london::month_of(london::day(instant))
}

async fn rows_of(world: &World, delivery: &Delivery<'_>) -> (referral::Model, referral_price::Model) {
    let id = GlobalId::<referral::Entity>::parse_text(&delivery.referral).expect("a referral").0;
    let referral = referral::Entity::find_by_id(id).one(&world.database).await.expect("a row");
    let price = referral_price::Entity::find_by_id(id).one(&world.database).await.expect("a row");
    (referral.expect("a referral"), price.expect("a price"))
}

scenario! {
    async fn a_statement_says_what_was_charged_taken_back_and_adjusted(world) {
        let delivery = in_winter(world, "L000001").await;
        delivery.attended(at("2017-11-04T09:00:00Z")).await;
        delivery.attended(at("2017-11-05T09:00:00Z")).await;
        let third = delivery.attended(at("2017-11-06T09:00:00Z")).await;
        // The next month's.
        delivery.attended(at("2017-12-01T00:30:00Z")).await;
        third.correct(absent(false)).await;
        third.judge(false).await;
        let lines = charges(world, "contract-manager", &delivery.referral).await;
        let first = lines.list("/charges/nodes").iter().find(|line| line["deliveredOn"] == "2017-11-04");
        let input = json!({ "chargeId": first.expect("a charge")["id"], "pence": -700, "reason": "Agreed." });
        world.as_person("contract-manager").mutate("adjustCharge", input, "charge { id }").await.granted();
        let november = statements(world, "contract-manager", "month: \"2017-11-15\", purchaser: NPS").await;
        let statement = november.list("/statements/nodes").iter().find(|row| row["provider"]["name"] == "YSS");
        let statement = statement.expect("YSS's statement");
        let half = SESSION / 2;
        let figures = json!({
            "units": 3, "charges": 4, "charged": { "amount": 3 * SESSION + half }, "reversals": 1,
            "reversed": { "amount": -SESSION }, "adjustments": 1, "adjusted": { "amount": -700 },
            "total": { "amount": 2 * SESSION + half - 700 },
        });
        assert_eq!((&statement["month"], &statement["figures"]), (&json!("2017-11-01"), &figures));
        let line = json!({
            "service": { "name": "Enhanced Support Service" },
            "price": { "kind": "CARD", "money": { "amount": SESSION } }, "figures": figures,
        });
        assert_eq!(statement["lines"], json!([line]));
        assert!(totals(world, "contract-manager", "2017-12-01").await.contains(&("NPS".into(), "YSS".into(), SESSION)));
        // What takes the charge back belongs to the month of the charge, and so does the adjustment that goes with it.
        for moment in ["-9999-01-01T00:00:00Z", "+262142-01-01T00:00:00Z"] {
            let document = format!("{{ statements(asOf: \"{moment}\") {{ nodes {{ month }} }} }}");
            let refused = world.as_person("contract-manager").query(&document, json!({})).await;
            assert_eq!(refused.error_code(), Some("BAD_USER_INPUT"), "{moment} {refused:?}");
        }
        let early = statements(world, "contract-manager", "month: \"2017-11-15\", asOf: \"2017-11-01T00:00:00Z\"").await;
        assert_eq!(early.list("/statements/nodes"), &[] as &[Value]);
    }

    async fn each_side_is_shown_its_own_statements(world) {
        let nps = in_winter(world, "L000002").await;
        nps.attended(at("2017-11-04T09:00:00Z")).await;
        let crc = of_crc(world, "L000003").await;
        crc.attended(at("2017-11-04T09:00:00Z")).await;
        let line = |purchaser: &str, pence| (purchaser.to_owned(), "YSS".to_owned(), pence);
        let (card, supply) = (line("NPS", SESSION), line("CRC", SUPPLY));
        for (who, expected) in [
            ("nps-manager", vec![card.clone()]),
            ("crc-manager", vec![supply.clone()]),
            ("yss-manager", vec![supply.clone()]),
            ("willowdene-manager", vec![]),
            ("contract-manager", vec![card.clone(), supply.clone()]),
            ("card-admin", vec![card.clone(), supply.clone()]),
            ("inspector", vec![card.clone(), supply.clone()]),
        ] {
            assert_eq!(totals(world, who, "2017-11-01").await, expected, "{who}");
        }
        // The card is between the two who pay: no figure of it reaches the provider, by either way.
        let file = "{ exportStatements(month: \"2017-11-01\") }";
        let seen = world.as_person("yss-manager").query(file, json!({})).await.granted();
        let file = seen.text("/exportStatements");
        assert!(file.contains("£39.50") && !file.contains("57.00") && !file.contains("NPS"), "{file}");
        let provider = crate::referring::organisation(world, "YSS").await;
        let only = statements(world, "inspector", &format!("month: \"2017-11-01\", provider: \"{provider}\"")).await;
        assert_eq!(only.list("/statements/nodes").len(), 2);
    }

    async fn statements_are_written_as_a_file_that_no_spreadsheet_takes_for_formulas(world) {
        let delivery = in_winter(world, "L000004").await;
        let meeting = delivery.attended(at("2017-11-04T09:00:00Z")).await;
        meeting.correct(absent(true)).await;
        let document = "{ exportStatements(month: \"2017-11-01\", purchaser: NPS) }";
        let seen = world.as_person("nps-manager").query(document, json!({})).await.granted();
        let lines: Vec<_> = seen.text("/exportStatements").lines().collect();
        assert_eq!(
            lines,
            [
                "Month,Purchaser,Provider,Service,Unit,Unit price,Units,Charges,Charged,Reversals,Reversed,Adjustments,Adjusted,Total,Line",
                "01/11/2017,NPS,YSS,Enhanced Support Service,session,£57.00,0,1,£57.00,1,'-£57.00,0,£0.00,£0.00,Service",
                "01/11/2017,NPS,YSS,,,,0,1,£57.00,1,'-£57.00,0,£0.00,£0.00,Statement",
            ]
        );
    }

    async fn the_statements_of_ten_thousand_sessions_are_what_the_sessions_say(world) {
        let deliveries = [support(world, "L000005").await, of_crc(world, "L000006").await];
        let mut chance = Chance(20_171_002);
        let mut expected: BTreeMap<(NaiveDate, Purchaser), i64> = BTreeMap::new();
        for delivery in &deliveries {
            let (referral, price) = rows_of(world, delivery).await;
            let it = Generated::new(&referral, &price, &mut chance);
            for (month, pence) in &it.months {
                *expected.entry((*month, *referral.purchaser)).or_insert(0) += pence;
            }
            let (attendance, lines) = (it.attendance(), it.charges());
            put_all(world, it.sessions).await;
            put_all(world, attendance).await;
            put_all(world, lines).await;
        }
        assert!(expected.len() > 20, "{expected:?}");
        let sides = [("NPS", Purchaser::Nps), ("CRC", Purchaser::Crc)];
        let months: std::collections::BTreeSet<_> = expected.keys().map(|(month, _)| *month).collect();
        for month in months {
            let named = sides.iter().filter_map(|(name, side)| {
                Some(((*name).to_owned(), "YSS".to_owned(), *expected.get(&(month, *side))?))
            });
            let named: Vec<_> = named.collect();
            assert_eq!(totals(world, "contract-manager", &month.to_string()).await, named, "{month}");
        }
        // Each of two who see the same lines is told the same: the one who pays and the one who is paid.
        let month = "2016-06-01";
        assert_eq!(totals(world, "crc-manager", month).await, totals(world, "yss-manager", month).await);
    }

    async fn a_statement_of_a_limited_case_is_not_inferred_by_who_may_not_see_it(world) {
        let delivery = in_winter(world, "L000007").await;
        delivery.attended(at("2017-11-04T09:00:00Z")).await;
        let (referral, _) = rows_of(world, &delivery).await;
        let manager = crate::given::staff(world, "nps-manager").await;
        let closed = entity::case_restriction::Model {
            id: Id::fresh(),
            case_id: referral.case_id,
            person_id: manager.id,
            kind: rules::terms::AccessRestriction::ClosedTo.into(),
            reason: "A relative.".to_owned(),
            set_by_id: manager.id,
            created_at: world.clock.now(),
        };
        crate::given::put(world, closed).await;
        assert_eq!(totals(world, "nps-manager", "2017-11-01").await, []);
        assert_eq!(totals(world, "contract-manager", "2017-11-01").await.len(), 1);
    }
}
