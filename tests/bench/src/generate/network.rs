//! Who is in the invented network: holders of cases with their officers, providers with their services, prices.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use serde_json::json;
use uuid::Uuid;

use super::Loader;
use super::tables::Table;
use crate::clock::Result;
use crate::random::Chance;
use crate::{ids, row};

/// The needs that services work on.
pub const NEEDS: [&str; 10] = [
    "accommodation",
    "ete",
    "relationships",
    "lifestyle_and_associates",
    "drug_misuse",
    "alcohol_misuse",
    "emotional_wellbeing",
    "thinking_and_behaviour",
    "attitudes_to_offending",
    "finance_and_debt",
];
/// Given names.
pub const GIVEN: [&str; 16] = [
    "Aled", "Bronwen", "Carys", "Dafydd", "Elin", "Ffion", "Gareth", "Huw", "Ioan", "Jac", "Kate", "Lowri",
    "Megan", "Nia", "Owain", "Zoë",
];
/// Family names.
pub const FAMILY: [&str; 20] = [
    "Probert",
    "Preece",
    "Watkins",
    "Pugh",
    "Bevan",
    "Gwilliam",
    "Morgan",
    "Powell",
    "Price",
    "Lloyd",
    "Vaughan",
    "Meredith",
    "Parry",
    "Howells",
    "Beddoes",
    "Yapp",
    "Went",
    "Bufton",
    "O’Brien",
    "Hughes-Jones",
];

/// An organisation that holds cases.
pub struct Holder {
    pub id: Uuid,
    pub purchaser: &'static str,
    pub ldus: Vec<(Uuid, String)>,
    pub officers: Vec<Person>,
    pub manager: Person,
}

/// Somebody who works in the network.
#[derive(Clone)]
pub struct Person {
    pub id: Uuid,
    pub organisation: Uuid,
    pub name: String,
    pub email: String,
}

/// A provider.
pub struct Provider {
    pub id: Uuid,
    pub manager: Person,
    pub workers: Vec<Person>,
    pub services: Vec<Service>,
}

/// A service, with the prices of each purchaser by the day from which they hold.
pub struct Service {
    pub id: Uuid,
    pub need: &'static str,
    pub group: bool,
    pub counts: bool,
    pub card: Vec<(NaiveDate, Uuid, i64)>,
    pub supply: Vec<(NaiveDate, Uuid, i64)>,
}

impl Service {
    /// The price that a purchaser pays for what was submitted on a day: its kind, its identifier, its pence.
    pub fn price(&self, purchaser: &str, day: NaiveDate) -> (&'static str, Uuid, i64) {
        let (kind, prices) = if purchaser == "nps" { ("card", &self.card) } else { ("supply", &self.supply) };
        let held = prices.iter().rev().find(|(from, _, _)| *from <= day).unwrap_or(&prices[0]);
        (kind, held.1, held.2)
    }
}

/// The whole network.
pub struct Network {
    pub holders: Vec<Holder>,
    pub providers: Vec<Provider>,
    pub instrument: Uuid,
    /// Who drafts prices, and who approves them.
    pub keepers: [Person; 2],
}

/// How many of each there are, for so many referrals.
struct Size {
    nps: usize,
    crc: usize,
    providers: usize,
    officers: usize,
    workers: usize,
}

const fn size(referrals: usize) -> Size {
    let (nps, crc, providers) = match referrals {
        0..=50_000 => (1, 1, 12),
        50_001..=500_000 => (2, 4, 60),
        _ => (7, 21, 200),
    };
    let officers = referrals / 60 / (nps + crc);
    Size { nps, crc, providers, officers: if officers < 8 { 8 } else { officers }, workers: referrals / 80 }
}

/// Makes the network, as it has been since `from`.
pub async fn make(
    loader: &mut Loader,
    chance: &mut Chance,
    referrals: usize,
    from: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Network> {
    let size = size(referrals);
    let mut maker = Maker { loader, chance, from, now, people: 0 };
    let operator = maker.organisation("operator", "Bench network").await?;
    maker.person(operator, "operator", None, "system_administrator").await?;
    let inspectorate = maker.organisation("inspectorate", "Inspectorate").await?;
    maker.person(inspectorate, "inspector", None, "auditor").await?;
    let mut holders = Vec::new();
    for place in 0..size.nps + size.crc {
        holders.push(maker.holder(place, size.nps, size.officers).await?);
    }
    let keeper = &holders[size.nps];
    let (crc, author) =
        (keeper.id, maker.person(keeper.id, "card-admin", None, "rate_card_administrator").await?);
    let approver = maker.person(crc, "card-approver", None, "rate_card_administrator").await?;
    let mut providers = Vec::new();
    for place in 0..size.providers {
        // The first ones are large.
        let workers = 2 + size.workers / (place + 2);
        providers.push(maker.provider(place, workers, [&author, &approver]).await?);
    }
    let instrument = ids::of(from, maker.chance);
    let scale = row![instrument, "Outcome star", "One to ten.", 1_i64, 10_i64, "higher_is_better", from];
    maker.loader.add(Table::instrument, scale).await?;
    Ok(Network { holders, providers, instrument, keepers: [author, approver] })
}

struct Maker<'a> {
    loader: &'a mut Loader,
    chance: &'a mut Chance,
    from: DateTime<Utc>,
    now: DateTime<Utc>,
    people: usize,
}

impl Maker<'_> {
    async fn organisation(&mut self, kind: &str, name: &str) -> Result<Uuid> {
        let id = ids::of(self.from, self.chance);
        self.loader.add(Table::organisation, row![id, kind, name, 1_i64, self.from]).await?;
        Ok(id)
    }

    async fn person(
        &mut self,
        organisation: Uuid,
        subject: &str,
        ldu: Option<Uuid>,
        role: &str,
    ) -> Result<Person> {
        let id = ids::of(self.from, self.chance);
        self.people += 1;
        let name = format!("{} {} {}", self.chance.one(&GIVEN), self.chance.one(&FAMILY), self.people);
        let email = format!("{subject}@network.example");
        let grade = (role == "responsible_officer").then_some("po");
        self.loader
            .add(
                Table::person,
                row![
                    id,
                    organisation,
                    subject,
                    name.clone(),
                    email.clone(),
                    grade,
                    ldu,
                    true,
                    1_i64,
                    self.from
                ],
            )
            .await?;
        self.loader.add(Table::person_role, row![id, role]).await?;
        Ok(Person { id, organisation, name, email })
    }

    async fn holder(&mut self, place: usize, nps: usize, officers: usize) -> Result<Holder> {
        let (purchaser, number) = if place < nps { ("nps", place) } else { ("crc", place - nps) };
        let id = self.organisation(purchaser, &format!("{} {number}", purchaser.to_uppercase())).await?;
        let mut ldus = Vec::new();
        for unit in 0..4 {
            let (ldu, name) = (ids::of(self.from, self.chance), format!("Unit {unit}"));
            self.loader.add(Table::ldu, row![ldu, id, name.clone()]).await?;
            ldus.push((ldu, name));
        }
        let mut staff = Vec::new();
        for officer in 0..officers {
            let ldu = Some(ldus[officer % ldus.len()].0);
            staff.push(
                self.person(
                    id,
                    &format!("{purchaser}{number}-officer-{officer}"),
                    ldu,
                    "responsible_officer",
                )
                .await?,
            );
        }
        let manager = self.person(id, &format!("{purchaser}{number}-manager"), None, "team_manager").await?;
        Ok(Holder { id, purchaser, ldus, officers: staff, manager })
    }

    async fn provider(&mut self, place: usize, workers: usize, card: [&Person; 2]) -> Result<Provider> {
        let id = self.organisation("provider", &format!("Provider {place:03}")).await?;
        let manager = self.person(id, &format!("provider{place}-manager"), None, "provider_manager").await?;
        let mut staff = Vec::new();
        for worker in 0..workers {
            staff.push(
                self.person(id, &format!("provider{place}-worker-{worker}"), None, "provider_worker").await?,
            );
        }
        let mut services = Vec::new();
        for number in 0..4 {
            services.push(self.service(id, place * 4 + number, number == 3, card).await?);
        }
        Ok(Provider { id, manager, workers: staff, services })
    }

    async fn service(
        &mut self,
        provider: Uuid,
        number: usize,
        group: bool,
        card: [&Person; 2],
    ) -> Result<Service> {
        let at = self.from + TimeDelta::seconds(number as i64);
        let id = ids::of(at, self.chance);
        let need = NEEDS[number % NEEDS.len()];
        let name = format!("Service {number:03} for {}", need.replace('_', " "));
        let counts = number.is_multiple_of(2);
        let delivery = if group { "group" } else { "one_to_one" };
        let description = "Weekly sessions with a keyworker, towards outcomes that are agreed at the start, and a report at the end.";
        let search = rules::search::fold(&name);
        let words = rules::search::kept_words(&format!("{name} {description}"));
        self.loader
            .add(
                Table::service,
                row![
                    id,
                    provider,
                    name,
                    description,
                    delivery,
                    "session",
                    counts,
                    false,
                    12_i64,
                    5_i64,
                    0_i64,
                    50_i64,
                    100_i64,
                    24_i64,
                    search,
                    words,
                    1_i64,
                    at
                ],
            )
            .await?;
        self.loader.add(Table::service_need, row![id, need]).await?;
        if number % 3 == 1 {
            let adult = json!({ "kind": "age_range", "min": 18 });
            self.loader
                .add(
                    Table::criterion,
                    row![
                        ids::of(at, self.chance),
                        None::<Uuid>,
                        id,
                        "age_range",
                        "age_range",
                        adult,
                        "The service is for adults.",
                        1_i64,
                        at
                    ],
                )
                .await?;
        }
        let (mut of_card, mut of_supply) = (Vec::new(), Vec::new());
        let base = self.chance.between(2_500, 9_000);
        for (kind, prices, share) in [("card", &mut of_card, 100), ("supply", &mut of_supply, 80)] {
            self.prices(id, kind, base * share / 100, card, prices).await?;
        }
        Ok(Service { id, need, group, counts, card: of_card, supply: of_supply })
    }

    /// A price for each year, the last one open.
    async fn prices(
        &mut self,
        service: Uuid,
        kind: &str,
        base: i64,
        [author, approver]: [&Person; 2],
        prices: &mut Vec<(NaiveDate, Uuid, i64)>,
    ) -> Result<()> {
        let mut day = self.from.date_naive() - Days::new(30);
        let mut pence = base;
        while day < self.now.date_naive() {
            let end = day + Days::new(365);
            let last = end >= self.now.date_naive();
            let at = self.from + TimeDelta::seconds(self.loader.rows(Table::price) as i64);
            let id = ids::of(at, self.chance);
            self.loader
                .add(
                    Table::price,
                    row![
                        id,
                        service,
                        kind,
                        pence,
                        "session",
                        day,
                        (!last).then_some(end),
                        "published",
                        false,
                        "The yearly review.",
                        author.id,
                        author.organisation,
                        approver.id,
                        at,
                        2_i64,
                        at
                    ],
                )
                .await?;
            prices.push((day, id, pence));
            (day, pence) = (end, pence * 103 / 100);
        }
        Ok(())
    }
}
