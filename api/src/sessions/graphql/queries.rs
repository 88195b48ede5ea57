//! What can be read of sessions.

use async_graphql::{Context, Object};
use entity::{group_session, session};

use super::{GroupSession, Session};
use crate::error::Result;
use crate::graphql::act::{Node, store};
use crate::graphql::global_id::GlobalId;
use crate::graphql::paging::asked;

/// Reads of this room.
#[derive(Default)]
pub struct SessionsQuery;

#[Object]
impl SessionsQuery {
    /// One session. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, PROVIDER_WORKER, PROVIDER_MANAGER, AUDITOR.
    async fn session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its identifier.")] id: GlobalId<session::Entity>,
    ) -> Option<Result<Session>> {
        Some(Session::load_with(store(ctx), id.0, asked(ctx)).await)
    }

    /// One group session of your organisation, with its register.
    /// Roles: PROVIDER_WORKER, PROVIDER_MANAGER, AUDITOR.
    async fn group_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its identifier.")] id: GlobalId<group_session::Entity>,
    ) -> Option<Result<GroupSession>> {
        Some(GroupSession::load_with(store(ctx), id.0, asked(ctx)).await)
    }
}
