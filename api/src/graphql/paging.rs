//! Lists as Relay connections.

use std::borrow::Cow;
use std::convert::Infallible;

use async_graphql::connection::{CursorType, Edge, EmptyFields, PageInfo};
use async_graphql::{Context, Lookahead, Object, ObjectType, OutputType, TypeName};

use super::in_turn::AllInTurn;
use crate::error::{Fault, Result};
use crate::store::Asked;
use crate::store::page::{Cursor, Page, Window};

/// The most rows on one page, as the settings say.
#[derive(Clone, Copy)]
pub struct MostRows(pub i32);

/// The rows on a page when the client names no number: of a list at the root.
pub const USUAL: u8 = 25;
/// And of a list that hangs on one thing: pages within pages multiply.
pub const USUAL_WITHIN: u8 = 10;

impl CursorType for Cursor {
    type Error = Infallible;

    fn decode_cursor(text: &str) -> Result<Self, Infallible> {
        Ok(Self::Written(text.to_owned()))
    }

    fn encode_cursor(&self) -> String {
        self.to_string()
    }
}

/// A page of `T`.
pub struct Rows<T: OutputType> {
    edges: Vec<Edge<Cursor, T, EmptyFields>>,
    has_previous: bool,
    has_next: bool,
    total: Option<u64>,
    /// Where the list was looked through from and to, where that is more than the rows.
    reach: [Option<Cursor>; 2],
}

impl<T: OutputType> Rows<T> {
    /// The same page of a list that was looked through between these cursors: from there, and not from its rows, it goes on.
    #[must_use]
    pub fn reaching(self, from: Option<Cursor>, to: Option<Cursor>) -> Self {
        Self { reach: [from, to], ..self }
    }
}

impl<T: OutputType> TypeName for Rows<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", T::type_name()).into()
    }
}

/// A page of a list, after the Relay cursor connections specification.
#[Object(name_type)]
impl<T: ObjectType> Rows<T> {
    /// Where the page lies in the list.
    async fn page_info(&self) -> PageInfo {
        let [from, to] = &self.reach;
        let from = from.as_ref().or(self.edges.first().map(|edge| &edge.cursor));
        let to = to.as_ref().or(self.edges.last().map(|edge| &edge.cursor));
        PageInfo {
            has_previous_page: self.has_previous,
            has_next_page: self.has_next,
            start_cursor: from.map(Cursor::to_string),
            end_cursor: to.map(Cursor::to_string),
        }
    }
    /// The rows of the page, each with its cursor.
    async fn edges(&self) -> &[Edge<Cursor, T, EmptyFields>] {
        &self.edges
    }
    /// The rows of the page without their cursors.
    async fn nodes(&self) -> AllInTurn<'_, T> {
        AllInTurn(self.edges.iter().map(|edge| &edge.node).collect())
    }
    /// How many rows there are in all. Counted in a statement of its own, and only when asked for.
    async fn total_count(&self) -> Option<u64> {
        self.total
    }
}

/// The window that the four arguments of a connection ask for.
pub fn window(
    ctx: &Context<'_>,
    first: Option<i32>,
    after: Option<String>,
    last: Option<i32>,
    before: Option<String>,
) -> Result<Window> {
    let is_within = ctx.path_node.as_ref().is_some_and(|node| node.parent.is_some());
    let usual = i32::from(if is_within { USUAL_WITHIN } else { USUAL });
    if first.is_some() && last.is_some() {
        return Err(Fault::bad_input("Give either `first` or `last`, not both."));
    }
    let MostRows(most) = *ctx.data_unchecked::<MostRows>();
    let size = first.or(last).unwrap_or(usual.min(most));
    if !(0..=most).contains(&size) {
        return Err(Fault::bad_input(format!("A page has between 0 and {most} rows.")));
    }
    Ok(Window { size: u64::from(size.unsigned_abs()), backwards: last.is_some(), after, before })
}

/// Whether the client asked for `totalCount`.
pub fn wants_total(ctx: &Context<'_>) -> bool {
    ctx.look_ahead().field("totalCount").exists()
}

/// The fields that the client asked for of a thing; of what stands beside it, those under the field that shows it.
pub fn asked<'c>(ctx: &'c Context<'_>) -> Asked<'c> {
    fields_of(vec![ctx.look_ahead()])
}

/// As [`asked`], of whatever the payload of a mutation shows.
pub fn asked_in_payload<'c>(ctx: &'c Context<'_>) -> Asked<'c> {
    let payload = ctx.look_ahead();
    fields_of(ctx.field().selection_set().map(|field| payload.field(field.name())).collect())
}

/// As [`asked`], of the rows of a connection.
pub fn asked_of_nodes<'c>(ctx: &'c Context<'_>) -> Asked<'c> {
    let connection = ctx.look_ahead();
    fields_of(vec![connection.field("nodes"), connection.field("edges").field("node")])
}

fn fields_of(things: Vec<Lookahead<'_>>) -> Asked<'_> {
    Asked::only(move |under| match under {
        Some(field) => things.iter().flat_map(|thing| names(&thing.field(field))).collect(),
        None => things.iter().flat_map(names).collect(),
    })
}

fn names<'c>(thing: &Lookahead<'c>) -> Vec<&'c str> {
    thing.selection_fields().iter().flat_map(|one| one.selection_set().map(|field| field.name())).collect()
}

/// Where in the document the field stands that is being resolved: whoever asks there asks for the same.
pub fn place(ctx: &Context<'_>) -> (usize, usize) {
    (ctx.item.pos.line, ctx.item.pos.column)
}

/// The connection of a page whose rows `members` turns into nodes, in the same order.
pub fn connection<M, T, I>(page: Page<M>, total: Option<u64>, members: impl FnOnce(Vec<M>) -> I) -> Rows<T>
where
    T: OutputType,
    I: Iterator<Item = T>,
{
    let (cursors, rows): (Vec<_>, Vec<_>) = page.rows.into_iter().unzip();
    Rows {
        edges: cursors.into_iter().zip(members(rows)).map(|(cursor, node)| Edge::new(cursor, node)).collect(),
        has_previous: page.has_previous,
        has_next: page.has_next,
        total,
        reach: [None, None],
    }
}
