//! The schema, merged from the rooms, and how one operation is executed.

pub mod act;
mod cost;
pub mod cut;
pub mod date;
pub mod failing;
pub mod global_id;
mod guard;
pub mod in_turn;
pub mod limits;
pub mod money;
mod node;
pub mod paging;
mod reference;
mod root;
pub mod row_error;
pub mod shown;

use std::collections::HashSet;
use std::sync::Arc;

use async_graphql::{MergedObject, MergedSubscription, Request, Response, ServerError};
use chrono::{DateTime, Utc};
use futures_util::StreamExt as _;

use crate::alerts::graphql::{AlertsMutation, AlertsQuery};
use crate::audit::graphql::AuditQuery;
use crate::audit::readings::ReadingsQuery;
use crate::budgets::graphql::{BudgetsMutation, BudgetsQuery};
use crate::cases::graphql::{CasesMutation, CasesQuery};
use crate::charges::graphql::{ChargesMutation, ChargesQuery};
use crate::costs::graphql::{CostsMutation, CostsQuery};
use crate::demand::graphql::DemandQuery;
use crate::directory::graphql::{DirectoryMutation, DirectoryQuery};
use crate::eligibility::graphql::{EligibilityMutation, EligibilityQuery};
use crate::live::Turn;
use crate::organisations::graphql::{OrganisationsMutation, OrganisationsQuery};
use crate::outcomes::graphql::{OutcomesMutation, OutcomesQuery};
use crate::places::graphql::{PlacesMutation, PlacesQuery};
use crate::rate_card::graphql::{RateCardMutation, RateCardQuery, RateCardSubscription};
use crate::recommendations::graphql::RecommendationsQuery;
use crate::referrals::graphql::{ReferralsMutation, ReferralsQuery, ReferralsSubscription};
use crate::sessions::graphql::{SessionsMutation, SessionsQuery};
use crate::statements::graphql::StatementsQuery;
use crate::store::Store;
use crate::trust::graphql::{TrustMutation, TrustQuery};
use crate::unmet::graphql::UnmetQuery;
use crate::variations::graphql::{VariationsMutation, VariationsQuery};
use cost::Costs;
use limits::Limits;
use node::NodeQuery;
use paging::MostRows;
use root::Root;

/// What `DateTime` says of itself, instead of the library's words for who programs in Rust.
const MOMENT: &str = "A moment as RFC 3339 writes it, in UTC in answers and with any offset in arguments: `2017-10-01T09:30:00+00:00`.";

/// What can be read.
#[derive(MergedObject, Default)]
pub struct Query(
    NodeQuery,
    OrganisationsQuery,
    CasesQuery,
    DirectoryQuery,
    PlacesQuery,
    EligibilityQuery,
    RecommendationsQuery,
    RateCardQuery,
    ReferralsQuery,
    SessionsQuery,
    ChargesQuery,
    VariationsQuery,
    StatementsQuery,
    CostsQuery,
    BudgetsQuery,
    DemandQuery,
    UnmetQuery,
    AlertsQuery,
    OutcomesQuery,
    AuditQuery,
    ReadingsQuery,
    TrustQuery,
);

/// What can be changed. Every mutation is one act of a person: one transaction, recorded in the audit. Rules
/// that refuse are answered as `userErrors`; then nothing was changed.
#[derive(MergedObject, Default)]
pub struct Mutation(
    OrganisationsMutation,
    CasesMutation,
    DirectoryMutation,
    PlacesMutation,
    EligibilityMutation,
    RateCardMutation,
    ReferralsMutation,
    SessionsMutation,
    ChargesMutation,
    VariationsMutation,
    CostsMutation,
    BudgetsMutation,
    AlertsMutation,
    OutcomesMutation,
    TrustMutation,
);

/// What can be followed, over a WebSocket with the protocol `graphql-transport-ws`. Each begins with an event of the
/// kind `LIVE`; after a break, the last cursor goes on where it broke off.
#[derive(MergedSubscription, Default)]
pub struct Subscription(ReferralsSubscription, RateCardSubscription);

type Types = async_graphql::Schema<Root, Mutation, Subscription>;

/// The schema of the partner network.
#[derive(Clone)]
pub struct Schema {
    types: Types,
    names: Arc<HashSet<String>>,
    costs: Arc<Costs>,
    most_rows: MostRows,
}

impl Default for Schema {
    fn default() -> Self {
        Self::new(&Limits::default())
    }
}

impl Schema {
    /// The schema within these limits.
    pub fn new(limits: &Limits) -> Self {
        let types = Types::build(Root::default(), Mutation::default(), Subscription::default())
            // `limits` has counted these by the time a document comes here, and in linear time.
            .limit_recursive_depth(64)
            // They cost time and tell names.
            .disable_suggestions()
            .override_output_type_description::<DateTime<Utc>>(MOMENT)
            .finish();
        let names = Arc::new(types.names().into_iter().collect());
        let most_rows = usize::try_from(limits.page_rows).unwrap_or_default();
        let costs = Arc::new(Costs::of(&types.sdl(), most_rows, limits.cost));
        Self { types, names, costs, most_rows: MostRows(limits.page_rows) }
    }

    /// The schema in the schema definition language.
    pub fn sdl(&self) -> String {
        use async_graphql::SDLExportOptions;
        self.types.sdl_with_options(
            SDLExportOptions::new().prefer_single_line_descriptions().include_specified_by(),
        )
    }

    /// The schema as a page to read: every field with its roles, arguments, errors and cost, and every type.
    pub fn reference(&self) -> String {
        reference::page(&self.sdl(), &self.costs)
    }

    /// Executes one operation for the caller of `store`. What their roles do not grant is refused before
    /// anything is resolved.
    pub async fn execute(&self, store: Store, mut request: Request) -> Response {
        let refused = self.refuse(&store, &mut request);
        if !refused.is_empty() {
            return Response::from_errors(refused);
        }
        self.types.execute(request.data(store).data(self.most_rows)).await
    }

    /// Executes one turn of a subscription for the caller of `store`: a response for each event.
    pub async fn tell(&self, store: Store, mut request: Request, turn: Arc<Turn>) -> Vec<Response> {
        let refused = self.refuse(&store, &mut request);
        if !refused.is_empty() {
            return vec![Response::from_errors(refused)];
        }
        let request = request.data(store).data(self.most_rows).data(turn);
        self.types.execute_stream(request).collect().await
    }

    /// What the roles of the caller do not grant, and what costs too much.
    fn refuse(&self, store: &Store, request: &mut Request) -> Vec<ServerError> {
        let name = request.operation_name.clone();
        let roles = store.scope().roles();
        let variables = std::mem::take(&mut request.variables);
        let refused = match request.parsed_query() {
            Ok(document) => {
                let mut refused = guard::refuse(document, name.as_deref(), roles, &self.names);
                if let Some(operation) = guard::operation(document, name.as_deref()) {
                    let dear = self.costs.refuse(document, operation, &variables).err();
                    refused.extend(dear.map(ServerError::from));
                }
                refused
            }
            Err(error) => vec![error],
        };
        request.variables = variables;
        refused
    }
}
