//! The schema, merged from the rooms, and how one operation is executed.

pub mod act;
mod cost;
pub mod date;
pub mod global_id;
mod guard;
pub mod limits;
pub mod money;
mod node;
pub mod paging;
pub mod row_error;
pub mod shown;

use std::collections::HashSet;
use std::sync::Arc;

use async_graphql::{EmptySubscription, MergedObject, Request, Response, ServerError};
use chrono::{DateTime, Utc};

use crate::audit::graphql::AuditQuery;
use crate::audit::readings::ReadingsQuery;
use crate::cases::graphql::{CasesMutation, CasesQuery};
use crate::charges::graphql::{ChargesMutation, ChargesQuery};
use crate::directory::graphql::{DirectoryMutation, DirectoryQuery};
use crate::organisations::graphql::{OrganisationsMutation, OrganisationsQuery};
use crate::outcomes::graphql::{OutcomesMutation, OutcomesQuery};
use crate::rate_card::graphql::{RateCardMutation, RateCardQuery};
use crate::referrals::graphql::{ReferralsMutation, ReferralsQuery};
use crate::sessions::graphql::{SessionsMutation, SessionsQuery};
use crate::store::Store;
use crate::trust::graphql::{TrustMutation, TrustQuery};
use cost::Costs;
use limits::Limits;
use node::NodeQuery;
use paging::MostRows;

/// What `DateTime` says of itself, instead of the library's words for who programs in Rust.
const MOMENT: &str = "A moment as RFC 3339 writes it, in UTC in answers and with any offset in arguments: `2017-10-01T09:30:00+00:00`.";

/// What can be read.
#[derive(MergedObject, Default)]
pub struct Query(
    NodeQuery,
    OrganisationsQuery,
    CasesQuery,
    DirectoryQuery,
    RateCardQuery,
    ReferralsQuery,
    SessionsQuery,
    ChargesQuery,
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
    RateCardMutation,
    ReferralsMutation,
    SessionsMutation,
    ChargesMutation,
    OutcomesMutation,
    TrustMutation,
);

type Types = async_graphql::Schema<Query, Mutation, EmptySubscription>;

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
        let types = Types::build(Query::default(), Mutation::default(), EmptySubscription)
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

    /// Executes one operation for the caller of `store`. What their roles do not grant is refused before
    /// anything is resolved.
    pub async fn execute(&self, store: Store, mut request: Request) -> Response {
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
        if !refused.is_empty() {
            return Response::from_errors(refused);
        }
        self.types.execute(request.data(store).data(self.most_rows)).await
    }
}
