//! Lists that hang on one thing, as connections: the sessions of a referral, the prices of a batch.
//!
//! Such a list is read whole, for all rows of an answer in one statement (`store::kin`); the page is cut from it here.
//! Its four arguments are the same everywhere, and the schema has them from the field's type: a resolver only says
//! which list it is.

use std::borrow::Cow;
use std::ops::Range;

use async_graphql::connection::{Edge, PageInfo};
use async_graphql::parser::types::Field;
use async_graphql::registry::{MetaField, MetaInputValue, MetaType, Registry};
use async_graphql::{
    ContainerType, Context, ContextSelectionSet, InputType, ObjectType, OutputType, Positioned, ServerResult,
    Value,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::in_turn::{self, InTurn};
use super::paging::{Rows, USUAL, USUAL_WITHIN, connection, window};
use crate::error::{Fault, Result};
use crate::store::page::{Cursor, NO_CURSOR, Page, Window};

/// What tells one member of a list from the others, and stays when others come.
pub trait Keyed {
    /// The identifier, or what else there is only once in the list.
    fn key(&self) -> impl AsRef<[u8]>;
}

/// Defines the key of things that show a row by its identifier.
#[macro_export]
macro_rules! keyed {
    ($($kind:ty),+ $(,)?) => { $(
        impl $crate::graphql::cut::Keyed for $kind {
            fn key(&self) -> impl AsRef<[u8]> {
                self.0.id.0.into_bytes()
            }
        }
    )+ };
}

/// The page that is asked for of a list that hangs on one thing.
pub struct Cut<'a, T> {
    /// The whole list.
    pub all: &'a [T],
    /// Where the page lies in it.
    pub page: Range<usize>,
}

/// Cuts the page that the field's arguments ask for.
pub fn cut<'a, T: Keyed>(ctx: &Context<'_>, all: Result<&'a [T]>) -> Result<Cut<'a, T>> {
    let all = all?;
    Ok(Cut { all, page: page_of(all, &asked_window(ctx)?)? })
}

/// As [`cut`], of a list that nobody else needs.
pub fn cut_owned<T: Keyed + OutputType>(ctx: &Context<'_>, mut all: Vec<T>) -> Result<Rows<T>> {
    let page = page_of(&all, &asked_window(ctx)?)?;
    let total = all.len();
    let (has_previous, has_next) = (page.start > 0, page.end < total);
    let rows = all.drain(page).map(|one| (cursor(&one), one)).collect();
    let page = Page { rows, has_previous, has_next };
    Ok(connection(page, u64::try_from(total).ok(), Vec::into_iter))
}

impl<T: Keyed> Cut<'_, T> {
    /// The members on the page.
    pub fn rows(&self) -> &[T] {
        &self.all[self.page.clone()]
    }

    /// Where the page lies.
    pub fn page_info(&self) -> PageInfo {
        PageInfo {
            has_previous_page: self.page.start > 0,
            has_next_page: self.page.end < self.all.len(),
            start_cursor: self.rows().first().map(|one| cursor(one).to_string()),
            end_cursor: self.rows().last().map(|one| cursor(one).to_string()),
        }
    }
}

/// A member's cursor.
pub fn cursor<T: Keyed>(one: &T) -> Cursor {
    Cursor::Written(URL_SAFE_NO_PAD.encode(one.key()))
}

fn page_of<T: Keyed>(all: &[T], window: &Window) -> Result<Range<usize>> {
    let start = window.after.as_deref().map_or(Ok(0), |cursor| place(all, cursor).map(|at| at + 1))?;
    let end = window.before.as_deref().map_or(Ok(all.len()), |cursor| place(all, cursor))?.max(start);
    let size = usize::try_from(window.size).unwrap_or(usize::MAX).min(end - start);
    Ok(if window.backwards { end - size..end } else { start..start + size })
}

fn place<T: Keyed>(all: &[T], cursor: &str) -> Result<usize> {
    let key = URL_SAFE_NO_PAD.decode(cursor).ok();
    let at = key.and_then(|key| all.iter().position(|one| one.key().as_ref() == key));
    at.ok_or_else(|| Fault::bad_input(NO_CURSOR))
}

/// The window that the field's arguments ask for.
fn asked_window(ctx: &Context<'_>) -> Result<Window> {
    window(
        ctx,
        argument(ctx, "first")?,
        argument(ctx, "after")?,
        argument(ctx, "last")?,
        argument(ctx, "before")?,
    )
}

fn argument<T: InputType>(ctx: &Context<'_>, name: &str) -> Result<Option<T>> {
    if ctx.item.node.arguments.is_empty() {
        return Ok(None);
    }
    let given = ctx.param_value::<Option<T>>(name, None);
    given.map(|(_, value)| value).map_err(|error| Fault::bad_input(format!("{name}: {}", error.message)))
}

/// Gives every field that yields a connection the arguments of one, unless it has them.
pub fn give_arguments(registry: &mut Registry) {
    for (of, kind) in &mut registry.types {
        let MetaType::Object { fields, .. } = kind else { continue };
        let usual = if of == "Query" { USUAL } else { USUAL_WITHIN };
        let first = format!("The first so many, 100 at most; {usual} unless said.");
        for field in fields.values_mut() {
            if field.ty.ends_with("Connection!") && !field.args.contains_key("first") {
                give(field, "first", "Int", &first);
                give(field, "after", "String", "Begin after this cursor.");
                give(field, "last", "Int", "The last so many, 100 at most.");
                give(field, "before", "String", "End before this cursor.");
            }
        }
    }
}

fn give(field: &mut MetaField, name: &str, kind: &str, description: &str) {
    let mut argument = MetaInputValue::new(name, kind);
    argument.description = Some(description.to_owned());
    field.args.insert(name.to_owned(), argument);
}

impl<T: ObjectType + Keyed> OutputType for Cut<'_, T> {
    fn type_name() -> Cow<'static, str> {
        Rows::<T>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Rows::<T>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        in_turn::fields(ctx, self).await
    }
}

impl<T: ObjectType + Keyed> ContainerType for Cut<'_, T> {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        let below = ctx.with_selection_set(&ctx.item.node.selection_set);
        let value = match ctx.item.node.name.node.as_str() {
            "nodes" => in_turn::list(&below, self.rows().iter()).await?,
            "edges" => {
                let edges = self.rows().iter().map(|one| Edge::new(cursor(one), InTurn(one)));
                edges.collect::<Vec<Edge<Cursor, InTurn<'_, T>, _>>>().resolve(&below, ctx.item).await?
            }
            "pageInfo" => self.page_info().resolve(&below, ctx.item).await?,
            "totalCount" => Value::from(self.all.len()),
            _ => return Ok(None),
        };
        Ok(Some(value))
    }
}
