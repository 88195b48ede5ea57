//! What becomes of a field that fails.

use async_graphql::{Context, ServerError, ServerResult, Value};

use crate::error::Code;

/// The value of a field of the object `of` that failed: null where it may be, and else its object fails (GraphQL
/// specification, Handling Execution Errors). The library gives up the whole object where arguments are refused, and does
/// not say which argument it was.
pub fn failed(ctx: &Context<'_>, of: &str, error: ServerError) -> ServerResult<Value> {
    let error = located(ctx, error);
    if may_be_null(ctx, of) {
        ctx.add_error(error);
        return Ok(Value::Null);
    }
    Err(error)
}

/// Whether the error says that an argument's value cannot be read. The library finds this out while it executes and marks
/// it by its wording alone.
pub fn is_of_an_argument(error: &ServerError) -> bool {
    error.message.starts_with("Failed to parse \"") || error.message.starts_with("Expected input type \"")
}

fn located(ctx: &Context<'_>, mut error: ServerError) -> ServerError {
    let arguments = &ctx.item.node.arguments;
    if is_of_an_argument(&error)
        && let Some((name, _)) = arguments.iter().find(|(_, value)| error.locations.contains(&value.pos))
    {
        error.message = format!("{}: {}", name.node, error.message);
        error.extensions.get_or_insert_default().set("code", Code::BadUserInput.name());
    }
    if error.path.is_empty() { ctx.set_error_path(error) } else { error }
}

fn may_be_null(ctx: &Context<'_>, of: &str) -> bool {
    let object = ctx.schema_env.registry.types.get(of);
    let field = object.and_then(|object| object.field_by_name(ctx.item.node.name.node.as_str()));
    field.is_some_and(|field| !field.ty.ends_with('!'))
}
