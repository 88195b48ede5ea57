//! Reading anything by its identifier, after the Relay object identification specification.

use async_graphql::{Context, ID, Interface, Object};
use entity::{Id, Identified};

use super::act::{Node, store};
use super::global_id::GlobalId;
use crate::cases::graphql::Case;
use crate::charges::graphql::Charge;
use crate::directory::graphql::Service;
use crate::error::{Code, Fault, Result};
use crate::organisations::graphql::Organisation;
use crate::outcomes::graphql::{EndReport, Instrument};
use crate::rate_card::graphql::{Price, PriceBatch};
use crate::referrals::graphql::Referral;
use crate::sessions::graphql::{GroupSession, Session};
use crate::store::Store;

/// The most identifiers that `nodes` takes.
const MOST: usize = 100;

/// Anything that can be read by its identifier.
#[derive(Interface)]
#[graphql(name = "Node", field(name = "id", ty = "ID", desc = "Its identifier."))]
pub enum AnyNode {
    /// A case.
    Case(Case),
    /// A line of the charges.
    Charge(Charge),
    /// An end-of-service report.
    EndReport(EndReport),
    /// A session for a group.
    GroupSession(GroupSession),
    /// A named measure.
    Instrument(Instrument),
    /// An organisation.
    Organisation(Organisation),
    /// A version of a price.
    Price(Price),
    /// Prices imported together.
    PriceBatch(PriceBatch),
    /// A referral.
    Referral(Referral),
    /// A service.
    Service(Service),
    /// A session.
    Session(Session),
}

/// Reads by identifier.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// Anything by its identifier, as far as you may see it. Roles: all.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The identifier, as an answer gave it.")] id: ID,
    ) -> Option<Result<AnyNode>> {
        Some(read(store(ctx), &id).await)
    }

    /// Several things by their identifiers, in the same order; null for what there is not, or not for you.
    /// Roles: all.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The identifiers, 100 at most.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<AnyNode>>> {
        if ids.len() > MOST {
            return Err(Fault::bad_input("Ask for at most 100 things at once."));
        }
        let mut nodes = Vec::with_capacity(ids.len());
        for id in &ids {
            nodes.push(match read(store(ctx), id).await {
                Ok(node) => Some(node),
                Err(fault) if fault.code() == Code::NotFound => None,
                Err(fault) => return Err(fault),
            });
        }
        Ok(nodes)
    }
}

/// Tries the kinds of thing one after the other until the identifier's prefix fits one.
macro_rules! read_as {
    ($store:expr, $id:expr; $($kind:ident),+) => { $(
        if let Some(id) = own::<$kind>($id) {
            return $kind::load($store, id).await.map(AnyNode::$kind).map_err(hide);
        }
    )+ };
}

async fn read(store: &Store, id: &str) -> Result<AnyNode> {
    read_as!(store, id; Case, Charge, EndReport, GroupSession, Instrument, Organisation, Price, PriceBatch, Referral, Service, Session);
    Err(Fault::not_found("thing"))
}

fn own<T: Node>(id: &str) -> Option<Id<T::Table>>
where
    T::Table: Identified,
{
    GlobalId::<T::Table>::parse_text(id).map(|id| id.0)
}

/// By this path nothing tells one kind of missing thing from another.
fn hide(fault: Fault) -> Fault {
    if fault.code() == Code::NotFound { Fault::not_found("thing") } else { fault }
}
