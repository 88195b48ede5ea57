//! The referrals of the network: of a plain case one in each stage of its life, to a different deliverer each.

use chrono::{DateTime, NaiveDate, Utc};
use entity::*;
use rules::reference;
use rules::search::fold;
use rules::terms::{
    DeclineReason, EndReason, Need, OrganisationKind, PriceKind, Purchaser, ReferralStatus, RequiredItem,
    Role, Urgency,
};

use super::cases::Sort;
use super::{ASKED_FOR, Build, DELIVERED, HOLDERS, Place, at, day, deliverer};

/// Where a referral is in its life.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Accepted,
    Draft,
    Submitted,
    UnderWay,
    Completed,
    /// Ended so long ago that its provider reads it no more.
    Lapsed,
    Declined,
    /// Taken back before it was ever sent.
    NeverSent,
}

/// The stages in which there are sessions and all that comes of them.
const DELIVERING: [Stage; 3] = [Stage::UnderWay, Stage::Completed, Stage::Lapsed];

impl Stage {
    fn status(self) -> ReferralStatus {
        match self {
            Self::Accepted => ReferralStatus::Accepted,
            Self::Draft => ReferralStatus::Draft,
            Self::Submitted => ReferralStatus::Submitted,
            Self::UnderWay => ReferralStatus::InProgress,
            Self::Completed => ReferralStatus::Completed,
            Self::Lapsed => ReferralStatus::EndedEarly,
            Self::Declined => ReferralStatus::Declined,
            Self::NeverSent => ReferralStatus::Withdrawn,
        }
    }

    fn was_sent(self) -> bool {
        !matches!(self, Self::Draft | Self::NeverSent)
    }

    fn was_accepted(self) -> bool {
        self == Self::Accepted || DELIVERING.contains(&self)
    }

    fn ended_at(self) -> Option<DateTime<Utc>> {
        let ended = matches!(self, Self::Completed | Self::Lapsed | Self::Declined | Self::NeverSent);
        ended.then(|| at(9, 25, 9))
    }

    fn provider_reads_until(self) -> Option<NaiveDate> {
        match self {
            Self::Completed | Self::Declined => Some(day(2018, 9, 25)),
            // Today is its first day without it.
            Self::Lapsed => Some(day(2017, 10, 2)),
            Self::Accepted | Self::Draft | Self::Submitted | Self::UnderWay | Self::NeverSent => None,
        }
    }
}

/// The referrals of a case: how far the deliverer stands from the holder, and the stage.
const fn referrals_of(sort: Sort) -> &'static [(usize, Stage)] {
    match sort {
        Sort::Plain => &[
            (0, Stage::Accepted),
            (1, Stage::Draft),
            (2, Stage::Submitted),
            (3, Stage::UnderWay),
            (4, Stage::Completed),
            (5, Stage::Lapsed),
            (6, Stage::Declined),
            (7, Stage::NeverSent),
        ],
        Sort::Limited => &[(1, Stage::UnderWay), (2, Stage::Submitted)],
        Sort::Closed => &[(3, Stage::UnderWay), (4, Stage::Submitted)],
        Sort::Moved => &[(5, Stage::UnderWay), (6, Stage::Completed)],
    }
}

/// What is delivered, and by whom.
pub(super) struct Delivered {
    pub(super) referral: referral::Model,
    pub(super) price: referral_price::Model,
    pub(super) outcome: desired_outcome::Model,
    pub(super) by: Place,
    /// Which of the deliverers they are.
    pub(super) number: usize,
    pub(super) worker: Id<person::Entity>,
    pub(super) officer: Id<person::Entity>,
    /// Which of the case's referrals it is: its sessions are at that hour.
    pub(super) which: usize,
    pub(super) is_open: bool,
}

impl Build {
    /// The referrals of a case.
    pub(super) fn refer(&mut self, holder: usize, sent_by: usize, case: &probation_case::Model, sort: Sort) {
        for (which, stage) in referrals_of(sort) {
            let number = (holder + which) % HOLDERS;
            let by = self.places[deliverer(number)].clone();
            // Of every two referrals to a deliverer one is the first worker's, and those of limited cases are.
            let other = usize::from(matches!(sort, Sort::Plain | Sort::Moved) && holder % 2 == 1);
            // Who delivered one of them for a CRC has another post there since, and no part in it any more.
            let has_left = *stage == Stage::Completed && by.kind == OrganisationKind::Crc;
            let worker = if has_left {
                by.staff(Role::ContractManager, 0)
            } else {
                by.staff(Role::ProviderWorker, other)
            };
            let officer = self.places[sent_by].staff(Role::ResponsibleOfficer, 0);
            let assigned = stage.was_accepted().then_some(worker);
            let referral = self.referral(case, &by, *stage, assigned, officer);
            let referral = referral::Model { purchaser: self.purchaser(sent_by).into(), ..referral };
            self.rows.referral.push(referral.clone());
            self.share(case, &referral, officer);
            let outcome = self.parts(&referral, officer);
            if !stage.was_sent() {
                continue;
            }
            self.stand(&referral, &by);
            let price = self.freeze(&referral, &by);
            self.correspond(&referral, &by, officer, *stage == Stage::Submitted);
            if DELIVERING.contains(stage) {
                let is_open = *stage == Stage::UnderWay;
                self.deliver(&Delivered {
                    referral,
                    price,
                    outcome,
                    by,
                    number,
                    worker,
                    officer,
                    which: *which,
                    is_open,
                });
            }
        }
    }

    fn purchaser(&self, sent_by: usize) -> Purchaser {
        match self.places[sent_by].kind {
            OrganisationKind::Nps => Purchaser::Nps,
            OrganisationKind::Crc
            | OrganisationKind::Provider
            | OrganisationKind::Inspectorate
            | OrganisationKind::Operator => Purchaser::Crc,
        }
    }

    fn referral(
        &mut self,
        case: &probation_case::Model,
        by: &Place,
        stage: Stage,
        worker_id: Option<Id<person::Entity>>,
        officer: Id<person::Entity>,
    ) -> referral::Model {
        let mark = self.mark();
        let reference = reference::from_random(self.draw.number());
        let which = if DELIVERING.contains(&stage) { DELIVERED } else { ASKED_FOR };
        let sentence = self.rows.sentence.iter().find(|sentence| sentence.case_id == case.id);
        let sentence_id = sentence.map(|sentence| sentence.id);
        let early = stage == Stage::Lapsed || stage == Stage::NeverSent;
        let declined = stage == Stage::Declined;
        let sent = stage.was_sent();
        referral::Model {
            id: self.id(),
            search_text: fold(&format!("{reference} {} {} {}", case.crn, case.given_names, case.family_name)),
            reference,
            case_id: case.id,
            holder_id: case.holder_id.unwrap_or(case.registered_by_id),
            service_id: by.services[which].id,
            provider_id: by.id,
            purchaser: Purchaser::Nps.into(),
            referred_by_id: officer,
            worker_id,
            status: stage.status().into(),
            urgency: Urgency::Routine.into(),
            sentence_id,
            rar_days: Some(5),
            counts_towards_rar: true,
            licence_condition: Some(format!("To live where told {mark}")),
            reason: format!("Needs somebody to talk to {mark}"),
            risk_summary: format!("Calm with staff {mark}"),
            home_visits: false,
            expected_units: Some(6),
            respond_by: sent.then(|| if declined { day(2017, 10, 20) } else { day(2017, 9, 8) }),
            submitted_at: sent.then(|| at(9, 1, 9)),
            decided_at: (stage.was_accepted() || declined).then(|| at(9, 2, 9)),
            decline_reason: declined.then(|| DeclineReason::NoCapacity.into()),
            end_reason: early.then(|| EndReason::NeedsChanged.into()),
            closing_note: stage.ended_at().map(|_| format!("As was said {mark}")),
            ended_at: stage.ended_at(),
            provider_reads_until: stage.provider_reads_until(),
            version: 2,
            created_at: at(8, 10, 9),
            updated_at: at(9, 25, 9),
        }
    }

    /// What it shares of the person: as the person was known when it was sent, which is not how the case has it now.
    fn share(
        &mut self,
        case: &probation_case::Model,
        referral: &referral::Model,
        officer: Id<person::Entity>,
    ) {
        let mark = self.mark();
        let text = |words: &str| Some(format!("{words} {mark}"));
        let officer = self.rows.person.iter().find(|person| person.id == officer);
        let ldu = self.rows.ldu.iter().find(|ldu| Some(ldu.id) == case.ldu_id);
        let row = shared_person::Model {
            referral_id: referral.id,
            case_id: case.id,
            crn: case.crn.clone(),
            family_name: case.family_name.clone(),
            given_names: case.given_names.clone(),
            date_of_birth: case.date_of_birth,
            gender: case.gender,
            ldu: ldu.map(|ldu| ldu.name.clone()),
            risk_of_serious_harm: case.risk_of_serious_harm,
            accessibility: text("Walks with a stick"),
            literacy: text("Reads slowly"),
            interpreter_language: text("Welsh"),
            faith: text("Prays at noon"),
            childcare: text("On Mondays"),
            work_commitments: text("Nights"),
            worker_gender_preference: case.worker_gender_preference,
            officer_name: officer.map(|officer| officer.name.clone()),
            officer_email: officer.map(|officer| officer.email.clone()),
        };
        self.rows.shared_person.push(row);
    }

    fn parts(&mut self, referral: &referral::Model, officer: Id<person::Entity>) -> desired_outcome::Model {
        let outcome = desired_outcome::Model {
            id: self.id(),
            referral_id: referral.id,
            need: Need::Accommodation.into(),
            description: format!("Has a tenancy {}", self.mark()),
            created_at: at(8, 10, 9),
        };
        self.rows.desired_outcome.push(outcome.clone());
        let item = referral_item::Model {
            id: self.id(),
            referral_id: referral.id,
            item: RequiredItem::CourtReport.into(),
            document: format!("In the file {}", self.mark()),
            supplied_by_id: officer,
            created_at: at(8, 10, 9),
        };
        self.rows.referral_item.push(item);
        outcome
    }

    /// The price it keeps. Its amount is its own, so that it tells in an answer whose it is.
    fn freeze(&mut self, referral: &referral::Model, by: &Place) -> referral_price::Model {
        let which = by.services.iter().position(|service| service.id == referral.service_id);
        let [card, supply] = &by.prices[which.unwrap_or(ASKED_FOR)];
        let (price, kind) = match *referral.purchaser {
            Purchaser::Nps => (card, PriceKind::Card),
            Purchaser::Crc => (supply, PriceKind::Supply),
        };
        let row = referral_price::Model {
            referral_id: referral.id,
            purchaser_id: Some(referral.holder_id),
            price_id: price.id,
            kind: kind.into(),
            pence: self.amount(),
            unit: price.unit,
            expected_units: 6,
            expected_total_pence: self.amount(),
            acceptable_absence_percent: 0,
            unacceptable_absence_percent: 0,
            late_cancellation_percent: 0,
            late_cancellation_hours: 0,
            provider_logistics_percent: 0,
            priced_on: day(2017, 9, 1),
        };
        self.rows.referral_price.push(row.clone());
        row
    }
}
