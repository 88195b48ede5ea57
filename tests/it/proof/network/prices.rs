//! The prices of the network, in every status, and what measures need.

use chrono::NaiveDate;
use entity::*;
use rules::alerts::{PriceMeasure, ThresholdBound};
use rules::terms::{OrganisationKind, PriceKind, PriceStatus, Purchaser, Role, ScoreDirection};

use super::{Build, DELIVERED, HOLDERS, OF_EACH, at, day, deliverer};

/// What is asked of a price.
struct Asked {
    kind: PriceKind,
    status: PriceStatus,
    from: NaiveDate,
    to: Option<NaiveDate>,
    batch: Option<Id<price_batch::Entity>>,
    only_for: Option<Id<organisation::Entity>>,
}

impl Asked {
    fn new(kind: PriceKind, status: PriceStatus, year: i32) -> Self {
        Self { kind, status, from: day(year, 4, 1), to: None, batch: None, only_for: None }
    }

    fn until(self, year: i32) -> Self {
        Self { to: Some(day(year, 4, 1)), ..self }
    }

    fn only_for(self, buyer: Id<organisation::Entity>) -> Self {
        Self { only_for: Some(buyer), ..self }
    }

    fn within(self, batch: Id<price_batch::Entity>) -> Self {
        Self { batch: Some(batch), ..self }
    }
}

/// The CRC that keeps the prices of who delivers.
const fn keeper(number: usize) -> usize {
    // A CRC's own services are on another one's card.
    let crc = if number < OF_EACH { number } else { (number + 1) % OF_EACH };
    OF_EACH + crc
}

impl Build {
    /// The cards of the four CRCs.
    pub(super) fn prices(&mut self) {
        let mut batches = Vec::new();
        for crc in OF_EACH..HOLDERS {
            let waiting = self.batch(crc, PriceStatus::Submitted);
            let refused = self.batch(crc, PriceStatus::Rejected);
            batches.push([waiting, refused]);
        }
        for number in 0..HOLDERS {
            let keeper = keeper(number);
            let [waiting, refused] = batches[keeper - OF_EACH];
            for which in 0..super::SERVICES.len() {
                use PriceKind::{Card, Cost, Supply};
                use PriceStatus::{Draft, Published, Rejected, Submitted, Withdrawn};
                let card = self.price(number, which, Asked::new(Card, Published, 2017));
                let supply = self.price(number, which, Asked::new(Supply, Published, 2017));
                self.places[deliverer(number)].prices.push([card, supply]);
                if which != DELIVERED {
                    continue;
                }
                let (nps, crc) =
                    (self.places[number % OF_EACH].id, self.places[OF_EACH + number % OF_EACH].id);
                for asked in [
                    Asked::new(Card, Published, 2017).only_for(nps),
                    Asked::new(Supply, Published, 2017).only_for(crc),
                    Asked::new(Card, Draft, 2019).only_for(nps),
                    Asked::new(Card, Published, 2016).until(2017),
                    Asked::new(Cost, Published, 2017),
                    Asked::new(Card, Draft, 2018),
                    Asked::new(Supply, Draft, 2018),
                    Asked::new(Card, Submitted, 2018),
                    Asked::new(Card, Submitted, 2019).within(waiting),
                    Asked::new(Card, Rejected, 2018).within(refused),
                    Asked::new(Supply, Withdrawn, 2018),
                ] {
                    self.price(number, which, asked);
                }
            }
        }
    }

    fn batch(&mut self, crc: usize, status: PriceStatus) -> Id<price_batch::Entity> {
        let place = self.places[crc].clone();
        let refused = status == PriceStatus::Rejected;
        let mark = self.mark();
        let row = price_batch::Model {
            id: self.id(),
            kind: PriceKind::Card.into(),
            status: status.into(),
            reason: format!("The new card {mark}"),
            author_id: place.staff(Role::RateCardAdministrator, 0),
            organisation_id: place.id,
            approver_id: refused.then(|| place.staff(Role::RateCardAdministrator, 1)),
            decided_at: refused.then(|| at(9, 1, 9)),
            decision_reason: refused.then(|| format!("Too dear {mark}")),
            version: 1,
            created_at: at(8, 1, 9),
        };
        let id = row.id;
        self.rows.price_batch.push(row);
        id
    }

    fn price(&mut self, number: usize, which: usize, asked: Asked) -> price::Model {
        let place = self.places[keeper(number)].clone();
        let service = self.places[deliverer(number)].services[which].clone();
        let decided = matches!(asked.status, PriceStatus::Published | PriceStatus::Rejected);
        let taken_back = matches!(asked.status, PriceStatus::Rejected | PriceStatus::Withdrawn);
        let mark = self.mark();
        let row = price::Model {
            id: self.id(),
            service_id: service.id,
            purchaser_id: asked.only_for,
            kind: asked.kind.into(),
            pence: self.amount(),
            unit: service.unit,
            effective_from: asked.from,
            effective_to: asked.to,
            intended_to: asked.to,
            status: asked.status.into(),
            loaded_as_history: asked.to.is_some(),
            reason: format!("As agreed {mark}"),
            notes: Some(format!("With the venue {mark}")),
            author_id: place.staff(Role::RateCardAdministrator, 0),
            organisation_id: place.id,
            approver_id: decided.then(|| place.staff(Role::RateCardAdministrator, 1)),
            decided_at: decided.then(|| at(3, 1, 9)),
            decision_reason: taken_back.then(|| format!("Not now {mark}")),
            batch_id: asked.batch,
            version: 1,
            created_at: at(2, 1, 9),
        };
        self.rows.price.push(row.clone());
        row
    }

    /// What it costs who delivers: stated wrongly at first, then corrected.
    pub(super) fn costs(&mut self) {
        for number in 0..HOLDERS {
            let place = self.places[deliverer(number)].clone();
            let service = &place.services[DELIVERED];
            let mut earlier = None;
            for is_present in [false, true] {
                let mark = self.mark();
                let row = delivery_cost::Model {
                    id: self.id(),
                    service_id: service.id,
                    provider_id: place.id,
                    pence: self.amount(),
                    unit: service.unit,
                    effective_from: day(2017, 4, 1),
                    reason: format!("Wages {mark}"),
                    stated_by_id: place.staff(Role::ProviderManager, 0),
                    supersedes_id: earlier,
                    superseded_at: (!is_present).then(|| at(5, 1, 9)),
                    version: 1,
                    created_at: at(4, 1, 9),
                };
                earlier = Some(row.id);
                self.rows.delivery_cost.push(row);
            }
        }
    }

    /// What is watched: the CRC's margin, and of who delivers the margin and the cost.
    pub(super) fn thresholds(&mut self) {
        for number in 0..HOLDERS {
            if number >= OF_EACH {
                self.threshold(number, PriceMeasure::CrcMargin, Role::ContractManager);
            }
            self.threshold(deliverer(number), PriceMeasure::ProviderMargin, Role::ProviderManager);
            self.threshold(deliverer(number), PriceMeasure::UnitCost, Role::ProviderManager);
        }
    }

    fn threshold(&mut self, place: usize, measure: PriceMeasure, by: Role) {
        let place = self.places[place].clone();
        let is_crcs = measure == PriceMeasure::CrcMargin;
        for is_standing in [true, false] {
            let mark = self.mark();
            let row = price_threshold::Model {
                id: self.id(),
                organisation_id: place.id,
                service_id: (!is_crcs).then(|| place.services[DELIVERED].id),
                measure: measure.into(),
                bound: ThresholdBound::Above.into(),
                percent: -1_000,
                reason: format!("Agreed {mark}"),
                set_by_id: place.staff(by, 0),
                ended_at: (!is_standing).then(|| at(5, 1, 9)),
                version: 1,
                created_at: at(4, 1, 9),
            };
            self.rows.price_threshold.push(row);
        }
    }

    /// What each LDU may spend: changed once.
    pub(super) fn budgets(&mut self) {
        for number in 0..HOLDERS {
            let place = self.places[number].clone();
            for ldu in &place.ldus {
                let mut earlier = None;
                for is_present in [false, true] {
                    let mark = self.mark();
                    let purchaser =
                        if place.kind == OrganisationKind::Nps { Purchaser::Nps } else { Purchaser::Crc };
                    let row = budget::Model {
                        id: self.id(),
                        ldu_id: ldu.id,
                        organisation_id: place.id,
                        purchaser: purchaser.into(),
                        starts_on: day(2017, 4, 1),
                        ends_on: day(2018, 4, 1),
                        pence: self.amount(),
                        reason: format!("As last year {mark}"),
                        set_by_id: place.staff(Role::TeamManager, 0),
                        supersedes_id: earlier,
                        superseded_at: (!is_present).then(|| at(5, 1, 9)),
                        version: 1,
                        created_at: at(4, 1, 9),
                    };
                    earlier = Some(row.id);
                    self.rows.budget.push(row);
                }
            }
        }
    }

    /// With what needs are measured.
    pub(super) fn instruments(&mut self) {
        let row = instrument::Model {
            id: self.id(),
            name: "Proof ladder".to_owned(),
            description: "Ten rungs.".to_owned(),
            low: 0,
            high: 10,
            direction: ScoreDirection::HigherIsBetter.into(),
            created_at: at(1, 2, 9),
        };
        self.rows.instrument.push(row);
    }
}
