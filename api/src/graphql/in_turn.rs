//! Objects whose fields are resolved in turn.
//!
//! The library makes a task of each field and polls them all side by side. Here nothing is gained by that: what a
//! request reads is read on one connection, and most fields are there already. For the objects of which an answer has
//! many, fields are resolved one after the other, without a task for each: a profile of an inbox showed a third of the
//! server's work in those tasks. Fragments, directives and repeated keys are left to the library.

use std::borrow::Cow;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{Field, Selection};
use async_graphql::registry::Registry;
use async_graphql::resolver_utils::resolve_container;
use async_graphql::{
    ContainerType, ContextSelectionSet, OutputType, Positioned, ServerError, ServerResult, Value,
};
use futures_util::future::BoxFuture;

use super::failing::failed;
use crate::error::Result;

/// An object whose fields are resolved in turn.
pub struct InTurn<'a, T>(pub &'a T);

/// What was found of which there is at most one, as a field shows it.
pub trait Found<'a, T> {
    /// The object, resolved in turn; none where there is none.
    fn in_turn(self) -> Option<Result<InTurn<'a, T>>>;
}

impl<'a, T> Found<'a, T> for Result<Option<&'a T>> {
    fn in_turn(self) -> Option<Result<InTurn<'a, T>>> {
        self.transpose().map(|one| one.map(InTurn))
    }
}

/// A list of such objects, resolved in turn as well.
pub struct AllInTurn<'a, T>(pub Vec<&'a T>);

impl<'a, T> From<&'a [T]> for AllInTurn<'a, T> {
    fn from(all: &'a [T]) -> Self {
        Self(all.iter().collect())
    }
}

impl<T: ContainerType> OutputType for InTurn<'_, T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn introspection_type_name(&self) -> Cow<'static, str> {
        self.0.introspection_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        object(ctx, self.0).await
    }
}

impl<T: ContainerType> OutputType for AllInTurn<'_, T> {
    fn type_name() -> Cow<'static, str> {
        Vec::<T>::type_name()
    }

    fn qualified_type_name() -> String {
        Vec::<T>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Vec::<T>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        list(ctx, self.0.iter().copied()).await
    }
}

/// The objects of a list, one after the other.
pub async fn list<'a, T: ContainerType + 'a>(
    ctx: &ContextSelectionSet<'_>,
    all: impl ExactSizeIterator<Item = &'a T> + Send,
) -> ServerResult<Value> {
    let mut values = Vec::with_capacity(all.len());
    for (index, one) in all.enumerate() {
        let here = ctx.with_index(index);
        let unplaced =
            |error: ServerError| if error.path.is_empty() { here.set_error_path(error) } else { error };
        values.push(object(&here, one).await.map_err(unplaced)?);
    }
    Ok(Value::List(values))
}

/// Boxed, since objects hold one another without end.
fn object<'a, T: ContainerType>(
    ctx: &'a ContextSelectionSet<'a>,
    object: &'a T,
) -> BoxFuture<'a, ServerResult<Value>> {
    Box::pin(fields(ctx, object))
}

/// The fields of an object, one after the other.
pub async fn fields<'a, T: ContainerType>(
    ctx: &'a ContextSelectionSet<'a>,
    object: &'a T,
) -> ServerResult<Value> {
    let Some(fields) = plain(ctx) else { return resolve_container(ctx, object).await };
    let mut values = IndexMap::with_capacity(fields.len());
    for field in fields {
        let here = ctx.with_field(field);
        let value = if field.node.name.node == "__typename" {
            Value::String(object.introspection_type_name().into_owned())
        } else {
            match object.resolve_field(&here).await {
                Ok(value) => value.unwrap_or_default(),
                Err(error) => failed(&here, &T::type_name(), error)?,
            }
        };
        values.insert(field.node.response_key().node.clone(), value);
    }
    Ok(Value::Object(values))
}

/// The fields of a selection that has nothing else, each under a key of its own.
fn plain<'a>(ctx: &ContextSelectionSet<'a>) -> Option<Vec<&'a Positioned<Field>>> {
    let mut fields: Vec<&Positioned<Field>> = Vec::with_capacity(ctx.item.node.items.len());
    for selection in &ctx.item.node.items {
        let Selection::Field(field) = &selection.node else { return None };
        let key = &field.node.response_key().node;
        let repeated = fields.iter().any(|earlier| earlier.node.response_key().node == *key);
        if repeated || !field.node.directives.is_empty() {
            return None;
        }
        fields.push(field);
    }
    Some(fields)
}
