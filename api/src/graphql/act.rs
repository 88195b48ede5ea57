//! How a mutation is carried out and answered, the same for all.

use async_graphql::{Context, InputType, OutputType};
use entity::{Id, Identified, Reads};
use futures_util::future::BoxFuture;
use rules::Term;
use sea_orm::EntityTrait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::shown::Shown;
use crate::error::{Fault, Refused, Result};
use crate::graphql::paging::asked_in_payload;
use crate::store::kin::Member;
use crate::store::{Act, Asked, Beside, Outcome, Store, Visible, Write, id_of};

/// A thing that can be read by its identifier.
pub trait Node: Sized + Send {
    /// The table whose rows it shows.
    type Table: Identified + Visible;
    /// What hangs on its rows.
    type Kin: Default + Send + Sync + 'static;
    /// What stands beside its rows, and is read with them where it is asked for.
    const BESIDE: &'static [Beside<Self::Kin>] = &[];
    /// What each of its fields reads of its row; where that is not said, whole rows are read.
    const READS: &'static [Reads] = &[];

    /// The thing that a row is.
    fn show(member: Member<Row<Self>, Self::Kin>) -> Self;

    /// The thing, or *not found*.
    fn load(store: &Store, id: Id<Self::Table>) -> impl Future<Output = Result<Self>> + Send {
        Self::load_with(store, id, Asked::everything())
    }

    /// As [`Node::load`], of which only what is asked for can be shown, with what is asked for of what stands beside it.
    fn load_with(
        store: &Store,
        id: Id<Self::Table>,
        asked: Asked<'_>,
    ) -> impl Future<Output = Result<Self>> + Send {
        async move {
            let together = store.find::<Self::Table>().with_id(id).beside(Self::BESIDE, Self::READS, asked);
            let found = together.family().await?.pop();
            found.map(Self::show).ok_or_else(|| Fault::not_found(Self::Table::NAME))
        }
    }

    /// Those of these things that the caller may see, in one statement and in any order.
    fn load_all(
        store: &Store,
        ids: Vec<Id<Self::Table>>,
    ) -> impl Future<Output = Result<Vec<(Id<Self::Table>, Self)>>> + Send {
        async move {
            let rows = store.find::<Self::Table>().by_ids(ids).await?;
            Ok(Self::each(rows).collect())
        }
    }

    /// Rows as a family, each with its identifier.
    fn each(rows: Vec<Row<Self>>) -> impl Iterator<Item = (Id<Self::Table>, Self)> {
        let ids: Vec<_> = rows.iter().map(id_of::<Self::Table>).collect();
        ids.into_iter().zip(Member::family(rows).map(Self::show))
    }
}

/// A row of the table that a thing shows.
type Row<T> = <<T as Node>::Table as EntityTrait>::Model;

/// The store of the request.
pub fn store<'c>(ctx: &Context<'c>) -> &'c Store {
    // `graphql::execute` puts it there for every request.
    ctx.data_unchecked::<Store>()
}

/// Carries out the mutation that is being resolved, once for each idempotency key.
pub fn mutate<'c, I, T, F>(ctx: &'c Context<'_>, input: I, deed: F) -> BoxFuture<'c, Result<Outcome<T>>>
where
    I: InputType + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'c,
    F: for<'w> FnOnce(&'w mut Write, I) -> BoxFuture<'w, Result<T>> + Send + 'c,
{
    Box::pin(async move {
        let operation = ctx.field().name().to_owned();
        let sent = sent(ctx)?;
        let key =
            sent.pointer("/input/idempotencyKey").and_then(serde_json::Value::as_str).map(str::to_owned);
        let fingerprint = fingerprint(&operation, &sent);
        store(ctx).write(Act { operation, key, fingerprint }, |write| deed(write, input)).await
    })
}

/// What the client sent, variables put in: what it left out and what it sent as null are not the same.
fn sent(ctx: &Context<'_>) -> Result<serde_json::Value> {
    let arguments = ctx.field().arguments().map_err(|error| Fault::bad_input(error.message))?;
    let arguments = arguments
        .into_iter()
        .map(|(name, value)| Ok((name.to_string(), value.into_json().map_err(Fault::internal)?)));
    Ok(serde_json::Value::Object(arguments.collect::<Result<_>>()?))
}

/// A digest of an operation and its input. JSON objects keep their members in order of their names, so that the
/// order in which a client writes them does not matter.
fn fingerprint(operation: &str, sent: &serde_json::Value) -> String {
    let digest = Sha256::digest(format!("{operation} {sent}"));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Why a rule refused, for `userErrors`.
pub struct UserError<C: Term> {
    code: Shown<C>,
    field: Vec<String>,
    message: String,
}

impl<C: Term> UserError<C> {
    /// The refusals of an act, in the room's own codes.
    pub fn all(refused: Vec<Refused>) -> Vec<Self> {
        refused.into_iter().filter_map(Self::one).collect()
    }

    fn one(refused: Refused) -> Option<Self> {
        let code = C::from_name(refused.code);
        if code.is_none() {
            tracing::error!(code = refused.code, room = C::TYPE, "a refusal of another room");
        }
        Some(Self { code: Shown(code?), field: refused.field, message: refused.message })
    }
}

/// Why a rule refused an act.
#[async_graphql::Object(name_type)]
impl<C: Term> UserError<C> {
    /// The stable code; a front end may branch on it.
    fn code(&self) -> Shown<C> {
        self.code
    }

    /// The path of the input field concerned, outermost first; empty when it is the act as a whole.
    fn field(&self) -> &[String] {
        &self.field
    }

    /// What is wrong and what to do about it, for a person.
    fn message(&self) -> &str {
        &self.message
    }
}

impl<C: Term> async_graphql::TypeName for UserError<C> {
    fn type_name() -> std::borrow::Cow<'static, str> {
        format!("{}Error", C::TYPE.trim_end_matches("Refusal")).into()
    }
}

/// Defines the payloads of a room's mutations: the thing acted on, or why the rules refused.
#[macro_export]
macro_rules! payloads {
    ($refusal:ty; $( $name:ident { $field:ident: $thing:ty } )+) => { $(
        /// What the act came to.
        #[derive(async_graphql::SimpleObject)]
        pub struct $name {
            /// The thing as it is now; null when the act was refused, or when it has left the caller's sight.
            pub $field: Option<$thing>,
            /// Why the rules refused; empty when it was done. When refused, nothing was changed.
            pub user_errors: Vec<$crate::graphql::act::UserError<$refusal>>,
        }

        impl $name {
            fn answer<'c>(
                ctx: &'c async_graphql::Context<'_>,
                done: $crate::store::Outcome<entity::Id<<$thing as $crate::graphql::act::Node>::Table>>,
            ) -> futures_util::future::BoxFuture<'c, $crate::error::Result<Self>> {
                Box::pin(async move {
                    let ($field, refused) = $crate::graphql::act::settle::<$thing>(ctx, done).await?;
                    Ok(Self { $field, user_errors: $crate::graphql::act::UserError::all(refused) })
                })
            }
        }
    )+ };
}

/// The thing that an act came to, read anew as the caller sees it, or the refusals.
pub async fn settle<T: Node + OutputType>(
    ctx: &Context<'_>,
    done: Outcome<Id<T::Table>>,
) -> Result<(Option<T>, Vec<Refused>)> {
    match done {
        Ok(id) => match T::load_with(store(ctx), id, asked_in_payload(ctx)).await {
            Ok(thing) => Ok((Some(thing), Vec::new())),
            Err(fault) if fault.code() == crate::error::Code::NotFound => Ok((None, Vec::new())),
            Err(fault) => Err(fault),
        },
        Err(refused) => Ok((None, refused)),
    }
}
