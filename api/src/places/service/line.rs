//! The line of a service while an act holds it still.

use std::collections::HashMap;

use entity::{Coded, Id, cohort, cohort_ldu, place, service};
use rules::Term;
use rules::places::{Entry, Line, PlaceRefusal};
use rules::terms::PlaceStatus;
use rules::{Refusal, places};
use sea_orm::{ColumnTrait, Order};
use uuid::Uuid;

use crate::error::{Fault, Result};
use crate::places::calendar::{self, ServiceLine};
use crate::store::Write;

/// A line held still and settled: what was written of it, and what it comes to.
pub(super) struct Held {
    /// The service.
    service: Id<service::Entity>,
    /// What it comes to.
    pub(super) line: ServiceLine,
    rows: HashMap<Uuid, place::Model>,
}

impl Held {
    /// Takes hold of the line of a service. Whatever the act reads from here on, it reads of a line that nobody else
    /// changes.
    pub(super) async fn of(write: &Write, service: Id<service::Entity>) -> Result<Self> {
        write.hold_line(service).await?;
        let rows = write
            .consequence::<place::Entity>()
            .filter(place::Column::ServiceId.eq(service))
            .filter(place::Column::Status.is_in([PlaceStatus::Waiting.code(), PlaceStatus::Offered.code()]))
            .all()
            .await?;
        let find = write.find::<cohort::Entity>().filter(cohort::Column::ServiceId.eq(service));
        let named = rows.iter().filter_map(|row| row.cohort_id);
        let cohorts = calendar::concerned(find, named, write.today()).await?;
        let ids = cohorts.iter().map(|row| row.id);
        let ldus = write.find::<cohort_ldu::Entity>().of(cohort_ldu::Column::CohortId, ids).all().await?;
        let room = |row: &cohort::Model| {
            let of = ldus.iter().filter(|ldu| ldu.cohort_id == row.id);
            calendar::room(row, of.map(|ldu| ldu.ldu_id.0).collect())
        };
        let rooms = cohorts.iter().map(room).collect();
        let entries = rows.iter().map(calendar::entry_of).collect();
        let mut line = Line::new(rooms, entries, write.policy().offer());
        line.settle(write.now());
        let rows = rows.into_iter().map(|row| (row.id.0, row)).collect();
        Ok(Self { service, line, rows })
    }

    /// The last number that anybody ever had in the line.
    pub(super) async fn last_number(&self, write: &Write) -> Result<i64> {
        let last = write
            .consequence::<place::Entity>()
            .filter(place::Column::ServiceId.eq(self.service))
            .filter(place::Column::LineNumber.is_not_null())
            .order_by(place::Column::LineNumber, Order::Desc)
            .first()
            .await?;
        Ok(last.and_then(|row| row.line_number).unwrap_or_default())
    }

    /// Writes down what the line has come to, with the words that belong to the end of one of its places. Who is out of it
    /// goes first, so that at no moment more places are held than there are.
    pub(super) async fn save(
        self,
        write: &mut Write,
        words: Option<(Id<place::Entity>, String)>,
    ) -> Result<()> {
        let mut changed: Vec<(place::Model, place::Model)> = Vec::new();
        for entry in self.line.entries() {
            let Some(before) = self.rows.get(&entry.id) else { continue };
            let mut after = written(before, entry);
            if let Some((_, text)) = words.as_ref().filter(|(id, _)| *id == before.id) {
                after.end_reason = Some(text.clone());
            }
            if *after.status == PlaceStatus::Booked && before.booked_at.is_none() {
                after.booked_at = Some(write.now());
            }
            if after != *before {
                changed.push((before.clone(), after));
            }
        }
        changed.sort_by_key(|(_, after)| (after.ended_at.is_none(), after.line_number));
        for (before, after) in changed {
            write.update_consequence(&before, after).await.map_err(overbooked)?;
        }
        Ok(())
    }
}

fn written(before: &place::Model, entry: &Entry<Uuid>) -> place::Model {
    place::Model {
        cohort_id: entry.cohort.map(Id::new),
        status: Coded(entry.status),
        offered_at: entry.offered_at,
        offer_until: entry.offer_until,
        ended_at: entry.ended_at,
        ..before.clone()
    }
}

/// What the database says of one place too many, and of a second place for somebody, in the words of a rule. The rule has
/// said so before, unless something is wrong with it.
pub(super) fn overbooked(fault: Fault) -> Fault {
    let full = "Every place of this cohort is taken, or kept for somebody in line: join the waiting list.";
    let full = Refusal::of(PlaceRefusal::NoPlaceLeft, "cohortId", full);
    fault.or_refusal("cohort_never_overbooked", "cohort_never_overbooked", full).or_refusal(
        "place_one_standing",
        "place.referral_id",
        already_placed(),
    )
}

pub(super) fn already_placed() -> Refusal<places::PlaceRefusal> {
    let message = "The referral has a place, an offer, or stands in line already: give that up first.";
    Refusal::of(PlaceRefusal::AlreadyPlaced, "referralId", message)
}
