//! The guard of the whole schema: every field of `Query`, `Mutation` and `Subscription` that an operation names is held
//! against the one table of `rules::access` before anything is resolved.

use std::collections::HashSet;

use async_graphql::parser::types::{
    ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{PathSegment, Pos, Positioned, ServerError};
use rules::access::{self, Kind, Roles};

use crate::error::{Code, Fault};
use crate::rule::grant;

/// The fields of the operation that the caller's roles do not grant, as errors; none if all are granted.
///
/// `names` are all names of the schema: a field that is not among them cannot be resolved, and validation says
/// so in better words.
pub fn refuse<'d>(
    document: &'d ExecutableDocument,
    operation_name: Option<&str>,
    roles: Roles,
    names: &'d HashSet<String>,
) -> Vec<ServerError> {
    let Some(operation) = operation(document, operation_name) else { return Vec::new() };
    let kind = match operation.ty {
        OperationType::Query => Kind::Query,
        OperationType::Mutation => Kind::Mutation,
        OperationType::Subscription => Kind::Subscription,
    };
    let mut walk = Walk { document, kind, roles, names, seen: HashSet::new(), refused: Vec::new() };
    walk.selections(&operation.selection_set.node);
    walk.refused
}

/// The operation that is to run, if the document leaves no doubt which.
pub fn operation<'d>(
    document: &'d ExecutableDocument,
    name: Option<&str>,
) -> Option<&'d OperationDefinition> {
    let mut operations = document.operations.iter();
    match name {
        Some(name) => {
            operations.find(|(own, _)| own.is_some_and(|own| own == name)).map(|(_, found)| &found.node)
        }
        None => {
            let only = operations.next();
            if operations.next().is_some() { None } else { only.map(|(_, found)| &found.node) }
        }
    }
}

struct Walk<'d> {
    document: &'d ExecutableDocument,
    kind: Kind,
    roles: Roles,
    names: &'d HashSet<String>,
    seen: HashSet<&'d str>,
    refused: Vec<ServerError>,
}

impl<'d> Walk<'d> {
    fn selections(&mut self, set: &'d SelectionSet) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let name = field.node.name.node.as_str();
                    let exists = self.names.contains(name) && !name.starts_with("__");
                    let granted = grant(self.kind, name, access::may(self.roles, self.kind, name));
                    if exists && !granted {
                        self.refused.push(refusal(name, field.node.response_key().node.as_str(), field.pos));
                    }
                }
                Selection::InlineFragment(inline) => self.selections(&inline.node.selection_set.node),
                Selection::FragmentSpread(spread) => self.spread(&spread.node.fragment_name),
            }
        }
    }

    fn spread(&mut self, name: &'d Positioned<async_graphql::Name>) {
        if let Some(fragment) = self.document.fragments.get(&name.node)
            && self.seen.insert(name.node.as_str())
        {
            self.selections(&fragment.node.selection_set.node);
        }
    }
}

fn refusal(field: &str, key: &str, pos: Pos) -> ServerError {
    let message = format!("Your roles do not grant `{field}`.");
    let fault = Fault::Coded(Code::Forbidden, message.into());
    let mut error = async_graphql::Error::from(fault).into_server_error(pos);
    error.path = vec![PathSegment::Field(key.to_owned())];
    error
}
