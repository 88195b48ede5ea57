//! What both sides write on a referral, and what comes of it: sessions, records, charges, outcomes.

use entity::*;
use rules::terms::{
    AbsenceReason, AttendanceOutcome, ChargeKind, FeedbackChannel, MeasureStage, Need, NotDeliveredReason,
    OutcomeResult, Party, QualificationLevel, Role, SessionKind, SessionStatus, Suitability,
};
use rules::variations::VariationStatus;

use super::referrals::Delivered;
use super::{Build, DELIVERED, HOLDERS, Place, at, day, deliverer};

/// At which hour who delivers is with nobody but the group.
const FIRST_HOUR: usize = 8;

impl Build {
    /// A group session of everybody who delivers, on the same day, one that was cancelled, and one to come that can
    /// still be joined.
    pub(super) fn groups(&mut self) {
        for number in 0..HOLDERS {
            let place = self.places[deliverer(number)].clone();
            let row = group_session::Model {
                id: self.id(),
                provider_id: place.id,
                service_id: place.services[DELIVERED].id,
                starts_at: at(9, 20, FIRST_HOUR + number),
                ends_at: at(9, 20, FIRST_HOUR + number + 1),
                venue: Some(format!("The hall {}", self.mark())),
                cancelled_by: None,
                cancelled_at: None,
                cancel_reason: None,
                version: 1,
                created_at: at(9, 4, 9),
            };
            self.places[deliverer(number)].group = Some(row.id);
            let cancelled = group_session::Model {
                id: self.id(),
                starts_at: at(9, 21, FIRST_HOUR + number),
                ends_at: at(9, 21, FIRST_HOUR + number + 1),
                venue: Some(format!("The barn {}", self.mark())),
                cancelled_by: Some(Party::Provider.into()),
                cancelled_at: Some(at(9, 18, 9)),
                cancel_reason: Some(format!("No heating {}", self.mark())),
                ..row.clone()
            };
            let to_come = group_session::Model {
                id: self.id(),
                starts_at: at(10, 30, FIRST_HOUR + number),
                ends_at: at(10, 30, FIRST_HOUR + number + 1),
                venue: Some(format!("The library {}", self.mark())),
                ..row.clone()
            };
            self.rows.group_session.extend([row, cancelled, to_come]);
        }
    }

    /// Questions, amendments, notes and a suitability meeting.
    pub(super) fn correspond(
        &mut self,
        referral: &referral::Model,
        by: &Place,
        officer: Id<person::Entity>,
        is_open: bool,
    ) {
        let manager = by.staff(Role::ProviderManager, 0);
        let mark = self.mark();
        let question = referral_question::Model {
            id: self.id(),
            referral_id: referral.id,
            question: format!("When {mark}"),
            asked_by_id: manager,
            asked_at: at(9, 1, 10),
            answer: (!is_open).then(|| format!("Now {mark}")),
            answered_by_id: (!is_open).then_some(officer),
            answered_at: (!is_open).then(|| at(9, 1, 11)),
            version: 1,
        };
        self.rows.referral_question.push(question);
        let mark = self.mark();
        let amendment = referral_amendment::Model {
            id: self.id(),
            referral_id: referral.id,
            field: "riskSummary".to_owned(),
            old_value: Some(format!("Unknown {mark}")),
            new_value: Some(format!("Calm {mark}")),
            reason: format!("Told us {mark}"),
            amended_by_id: officer,
            created_at: at(9, 1, 12),
        };
        self.rows.referral_amendment.push(amendment);
        for (author_id, private_to_id) in [(officer, None), (manager, None), (manager, Some(by.id))] {
            let note = referral_note::Model {
                id: self.id(),
                referral_id: referral.id,
                body: format!("Rings back {}", self.mark()),
                private_to_id,
                author_id,
                created_at: at(9, 1, 13),
            };
            self.rows.referral_note.push(note);
        }
        // Of somebody who delivered it before, as it were: no concern of who does now.
        let another = self.places.iter().find(|place| place.kind == by.kind && place.id != by.id);
        let another = another.map(|place| (place.id, place.staff(Role::ProviderManager, 0)));
        if let Some((private_to_id, author_id)) = another {
            let note = referral_note::Model {
                id: self.id(),
                referral_id: referral.id,
                body: format!("Never rang {}", self.mark()),
                private_to_id: Some(private_to_id),
                author_id,
                created_at: at(9, 1, 14),
            };
            self.rows.referral_note.push(note);
        }
        for (status, expected_units) in [(VariationStatus::Declined, 9), (VariationStatus::Proposed, 12)] {
            let is_decided = status != VariationStatus::Proposed;
            let variation = variation::Model {
                id: self.id(),
                referral_id: referral.id,
                previous_units: 6,
                expected_units,
                reason: format!("Merits more {}", self.mark()),
                status: status.into(),
                proposed_by_id: manager,
                decided_by_id: is_decided.then_some(officer),
                decided_at: is_decided.then(|| at(9, 4, 9)),
                decision_reason: is_decided.then(|| format!("Not yet {}", self.mark())),
                version: 1,
                created_at: at(9, 3, 9),
            };
            self.rows.variation.push(variation);
        }
        let meeting = suitability_meeting::Model {
            id: self.id(),
            referral_id: referral.id,
            meets_at: at(9, 5, 9),
            venue: Some(format!("Upstairs {}", self.mark())),
            suitability: (!is_open).then(|| Suitability::Suitable.into()),
            findings: (!is_open).then(|| format!("Wants to {}", self.mark())),
            arranged_by_id: manager,
            recorded_by_id: (!is_open).then_some(manager),
            recorded_at: (!is_open).then(|| at(9, 6, 9)),
            version: 1,
            created_at: at(9, 2, 9),
        };
        self.rows.suitability_meeting.push(meeting);
        let criterion = self.rows.criterion.iter().find(|row| row.service_id == Some(referral.service_id));
        if let Some(criterion_id) = criterion.map(|row| row.id) {
            let exception = eligibility_override::Model {
                id: self.id(),
                referral_id: referral.id,
                criterion_id,
                criterion_version: 1,
                reason: format!("Comes all the same {}", self.mark()),
                author_id: officer,
                created_at: at(8, 30, 9),
            };
            self.rows.eligibility_override.push(exception);
        }
    }

    /// Everything that comes of a referral that is delivered.
    pub(super) fn deliver(&mut self, it: &Delivered) {
        for (worker_id, from, to) in
            [(it.by.staff(Role::ProviderWorker, 1), 2, Some(3)), (it.worker, 3, None)]
        {
            let row = referral_assignment::Model {
                id: self.id(),
                referral_id: it.referral.id,
                worker_id,
                assigned_by_id: it.by.staff(Role::ProviderManager, 0),
                reason: Some(format!("Has room {}", self.mark())),
                from_at: at(9, from, 9),
                to_at: to.map(|to| at(9, to, 9)),
            };
            self.rows.referral_assignment.push(row);
        }
        let held = self.session(it, 1);
        self.session(it, 2);
        self.session(it, 3);
        if it.is_open {
            let ahead = self.session(it, 4);
            self.moved(it, &ahead);
        }
        self.attended(it, &held);
        self.told(it, &held);
        self.charged(it, &held);
        self.measured(it);
        self.reported(it);
    }

    /// The first session was held, the second is a place in a group, the third was cancelled, the fourth is ahead.
    fn session(&mut self, it: &Delivered, number: i32) -> session::Model {
        let hour = FIRST_HOUR + it.which;
        let (starts_at, ends_at) = match number {
            1 => (at(9, 7, hour), at(9, 7, hour + 1)),
            2 => (at(9, 20, FIRST_HOUR + it.number), at(9, 20, FIRST_HOUR + it.number + 1)),
            3 => (at(9, 8, hour), at(9, 8, hour + 1)),
            _ => (at(10, 20, hour), at(10, 20, hour + 1)),
        };
        let mark = self.mark();
        let cancelled = number == 3;
        let status = match number {
            1 => SessionStatus::Recorded,
            3 => SessionStatus::Cancelled,
            _ => SessionStatus::Scheduled,
        };
        let row = session::Model {
            id: self.id(),
            referral_id: it.referral.id,
            case_id: it.referral.case_id,
            group_session_id: if number == 2 { it.by.group } else { None },
            number,
            kind: if number == 2 { SessionKind::Group } else { SessionKind::OneToOne }.into(),
            starts_at,
            ends_at,
            venue: Some(format!("Room 4 {mark}")),
            status: status.into(),
            cancelled_by: cancelled.then(|| Party::Provider.into()),
            cancelled_at: cancelled.then(|| at(9, 6, 9)),
            cancel_reason: cancelled.then(|| format!("On leave {mark}")),
            version: 1,
            created_at: at(9, 4, 9),
        };
        self.rows.session.push(row.clone());
        row
    }

    fn moved(&mut self, it: &Delivered, session: &session::Model) {
        let row = session_change::Model {
            id: self.id(),
            session_id: session.id,
            old_starts_at: at(10, 19, 9),
            old_ends_at: at(10, 19, 10),
            new_starts_at: session.starts_at,
            new_ends_at: session.ends_at,
            requested_by: Party::ServiceUser.into(),
            reason: format!("A funeral {}", self.mark()),
            changed_by_id: it.worker,
            created_at: at(9, 28, 9),
        };
        self.rows.session_change.push(row);
    }

    /// First an absence, judged; then the correction by which the person was there.
    fn attended(&mut self, it: &Delivered, session: &session::Model) {
        let mark = self.mark();
        let first = attendance::Model {
            id: self.id(),
            session_id: session.id,
            referral_id: it.referral.id,
            outcome: AttendanceOutcome::AcceptableAbsence.into(),
            late_minutes: None,
            late_reason: None,
            not_delivered_reason: Some(NotDeliveredReason::Acceptable.into()),
            absence_reason: Some(AbsenceReason::Illness.into()),
            absence_note: Some(format!("A cold {mark}")),
            contact_attempts: Some(format!("Rang twice {mark}")),
            recorded_by_id: it.officer,
            received_by: Some(FeedbackChannel::Telephone.into()),
            judged_by_id: Some(it.officer),
            judged_at: Some(at(9, 8, 9)),
            judgement_note: Some(format!("A note was shown {mark}")),
            supersedes_id: None,
            superseded_at: Some(at(9, 9, 9)),
            correction_reason: None,
            created_at: at(9, 7, 18),
        };
        let mark = self.mark();
        let second = attendance::Model {
            id: self.id(),
            outcome: AttendanceOutcome::Attended.into(),
            late_minutes: Some(5),
            late_reason: Some(format!("The bus {mark}")),
            not_delivered_reason: None,
            absence_reason: None,
            absence_note: None,
            contact_attempts: None,
            recorded_by_id: it.worker,
            received_by: None,
            judged_by_id: None,
            judged_at: None,
            judgement_note: None,
            supersedes_id: Some(first.id),
            superseded_at: None,
            correction_reason: Some(format!("Another day {mark}")),
            created_at: at(9, 9, 9),
            ..first.clone()
        };
        self.rows.attendance.extend([first, second]);
    }

    fn told(&mut self, it: &Delivered, session: &session::Model) {
        let mut earlier = None;
        for is_present in [false, true] {
            let mark = self.mark();
            let row = feedback::Model {
                id: self.id(),
                session_id: session.id,
                referral_id: it.referral.id,
                what_was_done: format!("Wrote letters {mark}"),
                response: format!("Glad {mark}"),
                next_steps: format!("See a flat {mark}"),
                behaviour_to_report: Some(format!("Left early {mark}")),
                concerns: Some(format!("Sleeps badly {mark}")),
                recorded_by_id: if is_present { it.worker } else { it.officer },
                received_by: (!is_present).then(|| FeedbackChannel::Letter.into()),
                supersedes_id: earlier,
                superseded_at: (!is_present).then(|| at(9, 9, 9)),
                correction_reason: is_present.then(|| format!("Misheard {mark}")),
                created_at: at(9, 8, 9),
            };
            earlier = Some(row.id);
            self.rows.feedback.push(row);
        }
    }

    /// A charge that was taken back, the one that stands, and a correction of it.
    fn charged(&mut self, it: &Delivered, session: &session::Model) {
        let unit_key = format!("session:{:032x}", session.id.0.as_u128());
        let first_pence = self.amount();
        let first = charge::Model {
            id: self.id(),
            referral_id: it.referral.id,
            session_id: Some(session.id),
            purchaser: it.referral.purchaser,
            provider_id: it.by.id,
            kind: ChargeKind::Charge.into(),
            unit_key: unit_key.clone(),
            generation: 0,
            pence: first_pence,
            delivered_on: day(2017, 9, 7),
            price_id: it.price.price_id,
            reverses_id: None,
            reason: format!("Session 1 {}", self.mark()),
            created_at: at(9, 8, 9),
        };
        let taken_back = charge::Model {
            id: self.id(),
            kind: ChargeKind::Reversal.into(),
            pence: -first_pence,
            reverses_id: Some(first.id),
            reason: format!("Taken back {}", self.mark()),
            created_at: at(9, 9, 9),
            ..first.clone()
        };
        let stands = charge::Model {
            id: self.id(),
            generation: 1,
            pence: it.price.pence,
            reason: format!("Session 1 {}", self.mark()),
            created_at: at(9, 9, 9),
            ..first.clone()
        };
        let corrected = charge::Model {
            id: self.id(),
            kind: ChargeKind::Adjustment.into(),
            unit_key: format!("adjustment:{unit_key}"),
            pence: self.amount(),
            reverses_id: Some(stands.id),
            reason: format!("A mistake {}", self.mark()),
            created_at: at(9, 10, 9),
            ..first.clone()
        };
        self.rows.charge.extend([first, taken_back, stands, corrected]);
    }

    fn measured(&mut self, it: &Delivered) {
        let Some(instrument) = self.rows.instrument.first().map(|row| row.id) else { return };
        let mut earlier = None;
        for (stage, score, is_present) in
            [(MeasureStage::Start, 2, false), (MeasureStage::Start, 3, true), (MeasureStage::End, 7, true)]
        {
            let mark = self.mark();
            let row = measure::Model {
                id: self.id(),
                referral_id: it.referral.id,
                need: Need::Accommodation.into(),
                instrument_id: instrument,
                stage: stage.into(),
                score,
                taken_on: day(2017, 9, 7),
                recorded_by_id: it.worker,
                supersedes_id: earlier.take(),
                superseded_at: (!is_present).then(|| at(9, 9, 9)),
                correction_reason: is_present.then(|| format!("Miscounted {mark}")),
                created_at: at(9, 8, 9),
            };
            if !is_present {
                earlier = Some(row.id);
            }
            self.rows.measure.push(row);
        }
        let row = qualification::Model {
            id: self.id(),
            referral_id: it.referral.id,
            title: format!("First aid {}", self.mark()),
            level: QualificationLevel::Entry3.into(),
            awarded_on: day(2017, 9, 15),
            recorded_by_id: it.worker,
            created_at: at(9, 16, 9),
        };
        self.rows.qualification.push(row);
    }

    fn reported(&mut self, it: &Delivered) {
        let mut earlier = None;
        for is_present in [false, true] {
            let mark = self.mark();
            let row = end_report::Model {
                id: self.id(),
                referral_id: it.referral.id,
                summary: format!("Went well {mark}"),
                further_work: Some(format!("A tenancy {mark}")),
                author_id: it.worker,
                supersedes_id: earlier,
                superseded_at: (!is_present).then(|| at(9, 22, 9)),
                correction_reason: is_present.then(|| format!("Left out {mark}")),
                created_at: at(9, 21, 9),
            };
            let result = end_report_outcome::Model {
                id: self.id(),
                report_id: row.id,
                desired_outcome_id: it.outcome.id,
                result: OutcomeResult::PartlyAchieved.into(),
                comment: Some(format!("Nearly {}", self.mark())),
            };
            earlier = Some(row.id);
            self.rows.end_report.push(row);
            self.rows.end_report_outcome.push(result);
        }
    }
}
