//! Following referrals: one with all that hangs on it, or an inbox.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_graphql::Enum;
use entity::{Id, Identified, change, charge, referral, referral_note};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::graphql::{Referral, ReferralChange};
use super::reads;
use crate::error::{Code, Fault, Result};
use crate::graphql::act::Node;
use crate::live::{ChangeKind, Cursor, Followed, Memory, Told, Topic, cursor_of};
use crate::store::kin::Member;
use crate::store::{Store, Visible, id_of};

type ReferralId = Id<referral::Entity>;
type Changes<'c> = &'c [Arc<change::Model>];

/// What of a referral changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Enum)]
pub enum ReferralPart {
    /// The referral itself: its state, its dates, what it says, its outcomes and items.
    Referral,
    /// What it shares of the person.
    Person,
    /// To whom it is assigned.
    Assignment,
    /// The provider's questions and their answers.
    Questions,
    /// What was amended after it was sent.
    Amendments,
    /// The case notes that you may see.
    Notes,
    /// The suitability meetings.
    SuitabilityMeetings,
    /// The sessions, with attendance and feedback.
    Sessions,
    /// The lines of its charges that you may see.
    Charges,
    /// What was proposed, approved or declined of how many units are expected.
    Variations,
    /// Measures, qualifications and the end-of-service report.
    Outcomes,
    /// The place in a cohort that it has, is offered or waits for. That an offer lapsed is written down, and told, with the
    /// next act on its line.
    Place,
}

impl ReferralPart {
    /// The part to which rows of a table belong; none where the change of a row tells nothing to those who see the
    /// referral.
    fn of(table: &str) -> Option<Self> {
        Some(match table {
            "referral" | "desired_outcome" | "referral_item" => Self::Referral,
            "shared_person" => Self::Person,
            "referral_assignment" => Self::Assignment,
            "referral_question" => Self::Questions,
            "referral_amendment" => Self::Amendments,
            "referral_note" => Self::Notes,
            "suitability_meeting" => Self::SuitabilityMeetings,
            "session" | "attendance" | "feedback" => Self::Sessions,
            "charge" => Self::Charges,
            "variation" => Self::Variations,
            "place" => Self::Place,
            "measure" | "qualification" | "end_report" => Self::Outcomes,
            _ => return None,
        })
    }
}

/// One referral that is followed.
pub struct OneReferral(pub ReferralId);

impl Followed for OneReferral {
    type Event = ReferralChange;

    async fn topics(&self, store: &Store) -> Result<Vec<Topic>> {
        // Counted and not read: nothing of it is told yet.
        let find = store.find::<referral::Entity>().filter(referral::Column::Id.eq(self.0));
        if find.count().await? == 0 {
            return Err(Fault::not_found(referral::Entity::NAME));
        }
        Ok(vec![Topic::Referral(self.0)])
    }

    async fn begin(&self, store: &Store, cursor: Cursor) -> Result<ReferralChange> {
        let referral = Referral::load(store, self.0).await?;
        let event = ReferralChange::new(ChangeKind::Live, cursor, store.now());
        Ok(ReferralChange { referral_id: Some(self.0.into()), referral: Some(referral), ..event })
    }

    async fn tell(&self, store: &Store, changes: Changes<'_>, _: &Memory) -> Result<Told<ReferralChange>> {
        let referral = match Referral::load(store, self.0).await {
            Ok(referral) => referral,
            Err(fault) if fault.code() == Code::NotFound => {
                let gone = |touched: &Touched<'_>| touched.event(store, ChangeKind::Gone);
                let events = touched(store, changes).await?.iter().map(gone).collect();
                return Ok(Told { events, ended: true });
            }
            Err(fault) => return Err(fault),
        };
        let all = touched(store, changes).await?;
        let told = all.iter().filter(|touched| !touched.parts.is_empty());
        let event = |touched: &Touched<'_>| {
            let event = touched.event(store, ChangeKind::Changed);
            ReferralChange { referral: Some(referral.clone()), ..event }
        };
        Ok(Told::of(told.map(event).collect()))
    }
}

/// An inbox that is followed.
pub struct Inbox(pub reads::Sought);

impl Followed for Inbox {
    type Event = ReferralChange;

    async fn topics(&self, store: &Store) -> Result<Vec<Topic>> {
        // A filter that cannot be read is refused now, and not with the first change.
        reads::sought(store, &self.0)?;
        let scope = store.scope();
        Ok(vec![if scope.inspects() { Topic::Referrals } else { Topic::Organisation(scope.organisation()) }])
    }

    async fn begin(&self, store: &Store, cursor: Cursor) -> Result<ReferralChange> {
        Ok(ReferralChange::new(ChangeKind::Live, cursor, store.now()))
    }

    async fn tell(
        &self,
        store: &Store,
        changes: Changes<'_>,
        memory: &Memory,
    ) -> Result<Told<ReferralChange>> {
        let all = touched(store, changes).await?;
        let ids: Vec<_> = all.iter().map(|touched| touched.id).collect();
        let rows = reads::sought(store, &self.0)?.by_ids(ids.iter().copied()).await?;
        let within: BTreeSet<_> = rows.iter().map(|row| row.id).collect();
        let others: Vec<_> = ids.into_iter().filter(|id| !within.contains(id)).collect();
        let seen = if others.is_empty() {
            BTreeSet::new()
        } else {
            let rows = store.find::<referral::Entity>().by_ids(others).await?;
            rows.iter().map(|row| row.id).collect()
        };
        let mut members: Vec<_> = Member::family(rows).map(Referral).collect();
        let mut events = Vec::new();
        for touched in &all {
            if let Some(at) = members.iter().position(|referral| referral.0.id == touched.id) {
                let referral = members.swap_remove(at);
                if !touched.parts.is_empty() {
                    memory.keep(touched.id.0);
                    let event = touched.event(store, ChangeKind::Changed);
                    events.push(ReferralChange { referral: Some(referral), ..event });
                }
            } else if seen.contains(&touched.id) {
                if !touched.parts.is_empty() {
                    memory.forget(touched.id.0);
                    events.push(touched.event(store, ChangeKind::Gone));
                }
            } else if memory.forget(touched.id.0) {
                events.push(touched.event(store, ChangeKind::Gone));
            } else if touched.was_seen_by(store) {
                // Not which: it may have been hidden from this one caller all the time.
                let event = touched.event(store, ChangeKind::ReadAgain);
                events.push(ReferralChange { referral_id: None, ..event });
            }
        }
        Ok(Told::of(events))
    }
}

/// A referral that some changes concern.
struct Touched<'c> {
    id: ReferralId,
    last: &'c change::Model,
    changes: Vec<&'c change::Model>,
    parts: Vec<ReferralPart>,
}

impl Touched<'_> {
    fn event(&self, store: &Store, kind: ChangeKind) -> ReferralChange {
        let parts = if kind == ChangeKind::Changed { self.parts.clone() } else { Vec::new() };
        let event = ReferralChange::new(kind, cursor_of(store, self.last), self.last.at);
        ReferralChange { parts, referral_id: Some(self.id.into()), ..event }
    }

    /// Whether it was assigned to the caller, or held by the organisation whose cases they keep, until one of these
    /// changes.
    fn was_seen_by(&self, store: &Store) -> bool {
        let scope = store.scope();
        let assigned = |change: &&&change::Model| change.before_worker_id == Some(scope.person());
        let held = |change: &&&change::Model| {
            scope.keeps_cases() && change.before_holder_id == Some(scope.organisation())
        };
        self.changes.iter().any(|change| assigned(&change) || held(&change))
    }
}

/// The referrals that changes concern, in the order of the last change of each, with what of them the caller may know
/// to have changed.
async fn touched<'c>(store: &Store, changes: Changes<'c>) -> Result<Vec<Touched<'c>>> {
    let notes = hidden::<referral_note::Entity>(store, "referral_note", changes).await?;
    let charges = hidden::<charge::Entity>(store, "charge", changes).await?;
    let mut all: Vec<Touched<'c>> = Vec::new();
    for change in changes.iter().map(Arc::as_ref) {
        let Some(id) = change.referral_id else { continue };
        let at = all.iter().position(|touched| touched.id == id);
        // The latest goes to the end.
        let mut touched = match at {
            Some(at) => all.remove(at),
            None => Touched { id, last: change, changes: Vec::new(), parts: Vec::new() },
        };
        touched.last = change;
        touched.changes.push(change);
        let is_hidden = [&notes, &charges].into_iter().any(|hidden| hidden.contains(&change.row_id.as_str()));
        let part = ReferralPart::of(&change.table_name).filter(|_| !is_hidden);
        touched.parts.extend(part.filter(|part| !touched.parts.contains(part)));
        touched.parts.sort_unstable();
        all.push(touched);
    }
    Ok(all)
}

/// The changed rows of a table that the caller may not see although they see the referral.
async fn hidden<'c, E>(store: &Store, table: &str, changes: Changes<'c>) -> Result<BTreeSet<&'c str>>
where
    E: Visible + Identified,
{
    let named = changes.iter().filter(|change| change.table_name == table);
    let named: BTreeSet<&str> = named.map(|change| change.row_id.as_str()).collect();
    if named.is_empty() {
        return Ok(named);
    }
    let ids = named.iter().filter_map(|id| id.parse::<Uuid>().ok()).map(Id::<E>::new);
    let rows = store.find::<E>().by_ids(ids).await?;
    let seen: BTreeSet<_> = rows.iter().map(|row| id_of::<E>(row).to_string()).collect();
    Ok(named.into_iter().filter(|id| !seen.contains(*id)).collect())
}
