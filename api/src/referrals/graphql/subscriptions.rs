//! Live updates of referrals.

use async_graphql::{Context, SimpleObject, Subscription};
use chrono::{DateTime, Utc};
use entity::referral;

use super::queries::sought;
use super::{Referral, ReferralFilter};
use crate::error::Result;
use crate::graphql::global_id::GlobalId;
use crate::live::{ChangeKind, Cursor, Events, stream};
use crate::referrals::following::{Inbox, OneReferral, ReferralPart};

/// What happened to a referral that is followed.
#[derive(SimpleObject)]
pub struct ReferralChange {
    /// Where you are with this: after a break, send it as `after`.
    pub cursor: String,
    /// When the request began by which it changed; of `LIVE`, now.
    pub at: DateTime<Utc>,
    /// What happened.
    pub kind: ChangeKind,
    /// What of the referral changed, as far as you may see it; empty unless it changed.
    pub parts: Vec<ReferralPart>,
    /// Which referral; null where none is told of.
    pub referral_id: Option<GlobalId<referral::Entity>>,
    /// The referral as you may see it now; null where it is gone, or none is told of.
    pub referral: Option<Referral>,
}

impl ReferralChange {
    /// An event that tells of no referral yet.
    pub fn new(kind: ChangeKind, cursor: Cursor, at: DateTime<Utc>) -> Self {
        Self { cursor: cursor.text(), at, kind, parts: Vec::new(), referral_id: None, referral: None }
    }
}

/// What can be followed of this room.
#[derive(Default)]
pub struct ReferralsSubscription;

#[Subscription]
impl ReferralsSubscription {
    /// The changes of your inbox: of the referrals that you may see and that match the filter. Changes that come
    /// together are told together: one event a referral, with the referral as it is then.
    /// Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, PROVIDER_WORKER, PROVIDER_MANAGER, AUDITOR.
    async fn inbox_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the inbox is narrowed to.", default)] filter: ReferralFilter,
        #[graphql(desc = "Tell what happened since this cursor first.")] after: Option<String>,
    ) -> Result<Events<ReferralChange>> {
        stream(ctx, Inbox(sought(filter)?), after).await
    }

    /// The changes of one referral, with its sessions, questions, notes and all else that hangs on it. The first event
    /// shows it as it is. When it leaves your sight, a last event says so, and the subscription ends.
    /// Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, PROVIDER_WORKER, PROVIDER_MANAGER, AUDITOR.
    async fn referral_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its identifier.")] id: GlobalId<referral::Entity>,
        #[graphql(desc = "Tell what happened since this cursor first.")] after: Option<String>,
    ) -> Result<Events<ReferralChange>> {
        stream(ctx, OneReferral(id.0), after).await
    }
}
