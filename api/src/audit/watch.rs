//! Every operation that comes from outside is executed here: with a place for the reading that it may be.

use std::sync::Arc;

use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};
use async_graphql::{Request, Response};

use super::queue::Queue;
use crate::error::Fault;
use crate::graphql::Schema;
use crate::graphql::limits::Rejection;
use crate::live::Turn;
use crate::store::Store;

/// The longest name of an operation that is kept as it is.
const LONGEST_NAME: usize = 64;

/// Executes an operation, and has it recorded if its answer holds records of persons. Without a place in the
/// queue nothing is executed.
pub async fn execute(
    queue: &Queue,
    schema: &Schema,
    store: Store,
    mut request: Request,
    purpose: Option<String>,
) -> Response {
    let place = match queue.place() {
        Ok(place) => place,
        Err(fault) => return refusal(&fault),
    };
    let chosen = request.operation_name.clone();
    // A document that cannot be parsed reads nothing.
    let operation =
        request.parsed_query().map(|document| name(document, chosen.as_deref())).unwrap_or_default();
    let read = store.clone();
    let response = schema.execute(store, request).await;
    if let Some(reading) = read.reading(operation, purpose) {
        place.take(reading);
    }
    response
}

/// Executes one turn of a subscription, and has it recorded like an operation of its own. A fault: nothing was read.
pub async fn tell(
    queue: &Queue,
    schema: &Schema,
    store: Store,
    mut request: Request,
    purpose: Option<String>,
    turn: Arc<Turn>,
) -> Result<Vec<Response>, Fault> {
    let place = queue.place()?;
    let chosen = request.operation_name.clone();
    let operation =
        request.parsed_query().map(|document| name(document, chosen.as_deref())).unwrap_or_default();
    let read = store.clone();
    let responses = schema.tell(store, request, turn).await;
    if let Some(reading) = read.reading(operation, purpose) {
        place.take(reading);
    }
    Ok(responses)
}

fn refusal(fault: &Fault) -> Response {
    let rejection = Rejection { code: fault.code(), message: fault.message().into(), at: None };
    Response::from_errors(vec![rejection.into()])
}

/// What the operation is called: its own name, or else the fields at its top.
fn name(document: &ExecutableDocument, chosen: Option<&str>) -> String {
    let mut operations = document.operations.iter();
    let found =
        operations.find(|(own, _)| chosen.is_none_or(|chosen| own.is_some_and(|own| own.as_str() == chosen)));
    match found {
        Some((Some(own), _)) if own.len() <= LONGEST_NAME => own.to_string(),
        Some((_, operation)) => {
            let mut fields = Vec::new();
            top(document, &operation.node.selection_set.node, &mut fields, &mut Vec::new());
            fields.join(", ")
        }
        None => String::new(),
    }
}

/// The fields at the top of a selection, each once, through fragments.
pub(crate) fn top<'d>(
    document: &'d ExecutableDocument,
    set: &'d SelectionSet,
    fields: &mut Vec<&'d str>,
    within: &mut Vec<&'d str>,
) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => {
                let name = field.node.name.node.as_str();
                if !fields.contains(&name) {
                    fields.push(name);
                }
            }
            Selection::InlineFragment(inline) => {
                top(document, &inline.node.selection_set.node, fields, within);
            }
            Selection::FragmentSpread(spread) => {
                let name = spread.node.fragment_name.node.as_str();
                if let Some(fragment) = document.fragments.get(name)
                    && !within.contains(&name)
                {
                    within.push(name);
                    top(document, &fragment.node.selection_set.node, fields, within);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    #[track_caller]
    fn is_called(document: &str, chosen: Option<&str>, expected: &str) {
        assert_eq!(name(&parse_query(document).unwrap(), chosen), expected);
    }

    #[test]
    fn an_operation_is_called_by_its_name() {
        is_called("query Inbox { referrals { totalCount } }", None, "Inbox");
        is_called("query A { me { roles } } query B { me { roles } }", Some("B"), "B");
    }

    #[test]
    fn without_a_name_it_is_called_by_the_fields_at_its_top() {
        is_called("{ a: cases { totalCount } b: cases { totalCount } me { roles } }", None, "cases, me");
        is_called(
            "{ ...A ... { me { roles } } } fragment A on Query { cases { totalCount } }",
            None,
            "cases, me",
        );
        let long = "x".repeat(65);
        is_called(&format!("query {long} {{ me {{ roles }} }}"), None, "me");
        // Nothing walks in a circle, whatever it is given.
        is_called("{ ...A } fragment A on Query { me { roles } ...A }", None, "me");
    }
}
