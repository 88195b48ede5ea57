//! Cohorts of everybody who delivers, and who stands in them.

use entity::*;
use rules::terms::{CohortMode, PlaceStatus, ReferralStatus};
use serde_json::json;

use super::{ASKED_FOR, Build, DELIVERED, HOLDERS, Place, at, day, deliverer};

impl Build {
    /// A rolling cohort of what is delivered, with places for all; a dated one of what is asked for, with one place; and
    /// one that was cancelled. People come to them from everywhere.
    pub(super) fn calendar(&mut self) {
        for number in 0..HOLDERS {
            let place = self.places[deliverer(number)].clone();
            let rolling = self.cohort(&place, DELIVERED, 50);
            let rolling = cohort::Model {
                rolling: true,
                first_day: day(2017, 4, 3),
                last_day: None,
                mode: CohortMode::Day.into(),
                ..rolling
            };
            let dated = self.cohort(&place, ASKED_FOR, 1);
            let cancelled = cohort::Model {
                cancelled_at: Some(at(9, 18, 9)),
                cancel_reason: Some(format!("No room {}", self.mark())),
                ..self.cohort(&place, DELIVERED, 8)
            };
            self.places[deliverer(number)].cohorts = vec![rolling.id, dated.id];
            let all = [rolling, dated, cancelled];
            for cohort in &all {
                let of = |ldu: &ldu::Model| cohort_ldu::Model { cohort_id: cohort.id, ldu_id: ldu.id };
                self.rows.cohort_ldu.extend(self.rows.ldu.iter().map(of));
            }
            self.rows.cohort.extend(all);
        }
    }

    fn cohort(&mut self, place: &Place, service: usize, places: i32) -> cohort::Model {
        cohort::Model {
            id: self.id(),
            service_id: place.services[service].id,
            provider_id: place.id,
            venue: format!("The chapel {}", self.mark()),
            mode: CohortMode::Evening.into(),
            rolling: false,
            first_day: day(2017, 11, 7),
            last_day: Some(day(2018, 1, 30)),
            weekly_times: json!([{ "day": "tuesday", "starts": "18:00", "ends": "20:30" }]),
            places,
            held: 0,
            facilitators: json!(["Alex Morgan"]),
            cancelled_at: None,
            cancel_reason: None,
            version: 1,
            created_at: at(8, 7, 9),
        }
    }

    /// Where a referral stands: who is accepted has the offer of the one place, who is submitted waits for it, who is
    /// under way has a place, and who is through gave it up.
    pub(super) fn stand(&mut self, referral: &referral::Model, by: &Place) {
        let (status, cohort) = match *referral.status {
            ReferralStatus::Accepted => (PlaceStatus::Offered, by.cohorts[ASKED_FOR]),
            ReferralStatus::Submitted => (PlaceStatus::Waiting, by.cohorts[ASKED_FOR]),
            ReferralStatus::InProgress => (PlaceStatus::Booked, by.cohorts[DELIVERED]),
            ReferralStatus::Completed => (PlaceStatus::GivenUp, by.cohorts[DELIVERED]),
            ReferralStatus::Draft
            | ReferralStatus::Declined
            | ReferralStatus::EndedEarly
            | ReferralStatus::Withdrawn => return,
        };
        let lines = matches!(status, PlaceStatus::Offered | PlaceStatus::Waiting);
        let ended = status == PlaceStatus::GivenUp;
        let number = i64::try_from(self.rows.place.len()).expect("a number") + 1;
        let row = place::Model {
            id: self.id(),
            referral_id: referral.id,
            case_id: referral.case_id,
            service_id: referral.service_id,
            cohort_id: Some(cohort),
            ldu_id: None,
            line_number: lines.then_some(number),
            status: status.into(),
            joined_at: lines.then(|| at(9, 4, 9)),
            offered_at: (status == PlaceStatus::Offered).then(|| at(9, 5, 9)),
            offer_until: (status == PlaceStatus::Offered).then(|| at(11, 5, 9)),
            booked_at: (!lines).then(|| at(9, 4, 9)),
            ended_at: ended.then(|| at(9, 25, 9)),
            end_reason: ended.then(|| format!("All done {}", self.mark())),
            version: 1,
            created_at: at(9, 4, 9),
        };
        // Some would do with any cohort to which people come from where they live.
        let anywhere = status == PlaceStatus::Waiting && number % 2 == 0;
        let ldu = self
            .rows
            .probation_case
            .iter()
            .find(|case| case.id == referral.case_id)
            .and_then(|case| case.ldu_id);
        let row = match anywhere {
            true => place::Model { cohort_id: None, ldu_id: ldu, ..row },
            false => row,
        };
        self.rows.place.push(row);
    }
}
