//! Reading anything by its identifier, after the Relay object identification specification.

use std::collections::{BTreeSet, HashMap};

use async_graphql::{Context, ID, Interface, Object};
use entity::Id;

use super::act::{Node, store};
use super::global_id::GlobalId;
use crate::cases::graphql::Case;
use crate::charges::graphql::Charge;
use crate::directory::graphql::Service;
use crate::error::{Code, Fault, Result};
use crate::organisations::graphql::Organisation;
use crate::outcomes::graphql::{EndReport, Instrument};
use crate::places::graphql::{Cohort, Place};
use crate::rate_card::graphql::{Price, PriceBatch};
use crate::referrals::graphql::Referral;
use crate::sessions::graphql::{GroupSession, Session};
use crate::store::Store;
use crate::variations::graphql::Variation;

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
    /// A cohort.
    Cohort(Cohort),
    /// An end-of-service report.
    EndReport(EndReport),
    /// A session for a group.
    GroupSession(GroupSession),
    /// A named measure.
    Instrument(Instrument),
    /// An organisation.
    Organisation(Organisation),
    /// A place in a cohort, or in the line for one.
    Place(Place),
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
    /// A variation of what a referral is expected to cost.
    Variation(Variation),
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
        read_all(store(ctx), &ids).await
    }
}

/// Defines the two reads over the kinds of thing that there are: an identifier's prefix tells its kind.
macro_rules! reads {
    ($($kind:ident),+) => {
        async fn read(store: &Store, id: &str) -> Result<AnyNode> {
            $( if let Some(id) = own::<$kind>(id) {
                return $kind::load(store, id).await.map(AnyNode::$kind).map_err(hide);
            } )+
            Err(Fault::not_found("thing"))
        }

        /// A statement for each kind of thing that is named, however many of it are.
        async fn read_all(store: &Store, ids: &[ID]) -> Result<Vec<Option<AnyNode>>> {
            let mut nodes: Vec<Option<AnyNode>> = ids.iter().map(|_| None).collect();
            $( put::<$kind>(store, ids, &mut nodes, AnyNode::$kind).await?; )+
            Ok(nodes)
        }
    };
}

reads!(
    Case,
    Charge,
    Cohort,
    EndReport,
    GroupSession,
    Instrument,
    Organisation,
    Place,
    Price,
    PriceBatch,
    Referral,
    Service,
    Session,
    Variation
);

/// Reads the things of one kind and puts each where its identifier stands; one that is named twice stands twice.
async fn put<T: Node + Clone>(
    store: &Store,
    ids: &[ID],
    nodes: &mut [Option<AnyNode>],
    node: fn(T) -> AnyNode,
) -> Result<()> {
    let places: Vec<(usize, Id<T::Table>)> =
        ids.iter().enumerate().filter_map(|(at, id)| Some((at, own::<T>(id)?))).collect();
    if places.is_empty() {
        return Ok(());
    }
    let named: BTreeSet<_> = places.iter().map(|(_, id)| *id).collect();
    let found: HashMap<_, _> = T::load_all(store, named.into_iter().collect()).await?.into_iter().collect();
    for (at, id) in places {
        nodes[at] = found.get(&id).cloned().map(node);
    }
    Ok(())
}

fn own<T: Node>(id: &str) -> Option<Id<T::Table>> {
    GlobalId::<T::Table>::parse_text(id).map(|id| id.0)
}

/// By this path nothing tells one kind of missing thing from another.
fn hide(fault: Fault) -> Fault {
    if fault.code() == Code::NotFound { Fault::not_found("thing") } else { fault }
}
