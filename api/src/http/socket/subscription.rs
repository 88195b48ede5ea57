//! A subscription: opened, caught up, and then told of changes as they come.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};
use async_graphql::{Request, Response};
use entity::change;
use futures_util::FutureExt as _;

use super::operation::{End, Operation};
use crate::audit::watch;
use crate::error::{Code, Fault};
use crate::graphql::limits::Rejection;
use crate::live::{Cursor, Following, Memory, Opening, Turn, Update};
use crate::store::{About, Place};

/// The most changes that are told of in one delivery, and so in one statement.
const AT_ONCE: usize = 100;
/// How long to wait after the first delivery that failed; twice as long after each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// The longest wait: when it has passed, the subscription ends, and its client comes back with its cursor.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

type Change = Arc<change::Model>;

impl Operation {
    /// Follows what is asked for until it ends.
    pub(super) async fn follow(&self, request: Request) -> End {
        let subscription = Subscription { operation: self, request, memory: Memory::default() };
        match subscription.hold().await {
            Ok(end) | Err(end) => end,
        }
    }
}

struct Subscription<'o> {
    operation: &'o Operation,
    request: Request,
    memory: Memory,
}

impl Subscription<'_> {
    async fn hold(mut self) -> Result<End, End> {
        self.has_one_field()?;
        let Opening { topics, after } = self.open().await?;
        let live = &self.operation.shared.live;
        let mut following = live.follow(topics.clone()).await?;
        let mut reached = following.from;
        if let Some(after) = after {
            self.is_kept(&after, reached).await?;
            let about: Vec<_> = topics.iter().filter_map(|topic| topic.about()).collect();
            if self.catch_up(after.place, reached, &about).await? {
                return Ok(End::Complete);
            }
            reached = reached.max(after.place);
        }
        let at = self.operation.shared.clock.now();
        if self.turn(&Update::Live(Cursor { place: reached, at })).await? {
            return Ok(End::Complete);
        }
        self.go_on(&mut following, reached).await
    }

    /// The specification: a subscription has one field at its top, and not one of introspection.
    fn has_one_field(&mut self) -> Result<(), End> {
        let name = self.request.operation_name.clone();
        let Ok(document) = self.request.parsed_query() else {
            return Err(Rejection::bad_input("The document cannot be understood.", None).into());
        };
        let mut fields = Vec::new();
        for (own, operation) in document.operations.iter() {
            if name.as_deref().is_none_or(|name| own.is_some_and(|own| own == name)) {
                top(document, &operation.node.selection_set.node, &mut fields);
            }
        }
        match fields[..] {
            [only] if !only.starts_with("__") => Ok(()),
            _ => {
                let message = "A subscription names one field at its top. Send one for each.";
                Err(Rejection::bad_input(message, None).into())
            }
        }
    }

    /// Learns what is to be followed.
    async fn open(&mut self) -> Result<Opening, End> {
        let operation = self.operation;
        let shared = &operation.shared;
        let scope = operation.access.scope(&shared.gate).await?;
        shared.turnstile.ask(&scope)?;
        let _place = shared.turnstile.place(&scope).await?;
        let turn = Turn::new(Update::Open, self.memory.clone());
        let responses = self.executed(operation.store(scope), &turn).await?;
        match turn.opening() {
            Some(opening) if responses.is_empty() => Ok(opening),
            _ => {
                let errors: Vec<_> = responses.into_iter().flat_map(|response| response.errors).collect();
                if errors.is_empty() {
                    // Its field was skipped.
                    return Err(Rejection::bad_input("A subscription has to follow something.", None).into());
                }
                Err(End::Errors(errors))
            }
        }
    }

    /// Refuses a cursor after which something may be missing.
    async fn is_kept(&self, after: &Cursor, reached: Place) -> Result<(), End> {
        let shared = &self.operation.shared;
        let message = "What happened since this cursor is not kept any more. Read again what you follow, and \
                       subscribe without `after`.";
        let lost = || Fault::Coded(Code::Conflict, message.into());
        if after.at < shared.live.horizon() {
            return Err(lost().into());
        }
        // Another process may be further than this one; but nobody is further than the database.
        if after.place > reached && after.place > shared.database.end_of_changes().await? {
            return Err(lost().into());
        }
        Ok(())
    }

    /// Tells what happened between two places. Whether there is nothing more to follow.
    async fn catch_up(&mut self, mut after: Place, until: Place, about: &[About]) -> Result<bool, End> {
        let most = self.operation.shared.settings.live.most_missed;
        let database = self.operation.shared.database.clone();
        let mut told = 0;
        while after < until {
            let missed = database.changes_between(after, until, about, AT_ONCE as u64).await?;
            let Some(last) = missed.last() else { break };
            after = Place::of(last);
            told += missed.len();
            if told > most {
                let message = "Too much has happened since this cursor. Read again what you follow, and subscribe \
                               without `after`.";
                return Err(Fault::Coded(Code::Conflict, message.into()).into());
            }
            if self.turn(&Update::Changes(missed.into_iter().map(Arc::new).collect())).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Tells of changes as they come.
    async fn go_on(&mut self, following: &mut Following, reached: Place) -> Result<End, End> {
        while let Some(heard) = following.hear().await {
            let new: Vec<Change> = heard.into_iter().filter(|change| Place::of(change) > reached).collect();
            for some in new.chunks(AT_ONCE) {
                if self.turn(&Update::Changes(some.to_vec())).await? {
                    return Ok(End::Complete);
                }
            }
        }
        let message = "You do not take what you are told fast enough. Subscribe again with your last cursor as \
                       `after`.";
        Err(Fault::Coded(Code::LimitExceeded, message.into()).into())
    }

    /// One turn, however often it takes to be told while the database cannot answer. Whether there is nothing more to
    /// follow.
    async fn turn(&mut self, update: &Update) -> Result<bool, End> {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.attempt(update).await {
                Ok((responses, ended)) => {
                    for response in responses {
                        self.operation.next(response).await?;
                    }
                    return Ok(ended);
                }
                Err(fault) if fault.code() == Code::Unavailable && pause < LONGEST_PAUSE => {
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                }
                Err(fault) => return Err(fault.into()),
            }
        }
    }

    async fn attempt(&mut self, update: &Update) -> Result<(Vec<Response>, bool), Fault> {
        let operation = self.operation;
        let _turn = operation.shared.live.turn().await;
        // Every delivery has the access of its moment.
        let scope = operation.access.scope(&operation.shared.gate).await?;
        let turn = Turn::new(update.clone(), self.memory.clone());
        let responses = self.executed(operation.store(scope), &turn).await?;
        match turn.fault() {
            Some(fault) => Err(fault),
            None => Ok((responses, turn.has_ended())),
        }
    }

    /// Executes the subscription for one turn, within the time limit, and outlives a panic.
    async fn executed(
        &mut self,
        store: crate::store::Store,
        turn: &Arc<Turn>,
    ) -> Result<Vec<Response>, Fault> {
        let operation = self.operation;
        let shared = &operation.shared;
        let request = again(&mut self.request)?.data(shared.gate.watch().clone());
        let (purpose, turn) = (operation.purpose.clone(), Arc::clone(turn));
        let telling = watch::tell(&shared.queue, &shared.schema, store, request, purpose, turn);
        let limit = Duration::from_secs(shared.settings.limits.seconds);
        match tokio::time::timeout(limit, AssertUnwindSafe(telling).catch_unwind()).await {
            Ok(Ok(told)) => told,
            Ok(Err(_)) => {
                tracing::error!(request_id = operation.request_id, "a subscription panicked");
                Err(Fault::internal("a subscription panicked"))
            }
            Err(_) => {
                let message = "A delivery took too long. Ask for less in this subscription.";
                Err(Fault::Coded(Code::LimitExceeded, message.into()))
            }
        }
    }
}

/// The same request once more, without parsing its document again.
fn again(request: &mut Request) -> Result<Request, Fault> {
    let (query, variables) = (request.query.clone(), request.variables.clone());
    let document =
        request.parsed_query().map_err(|_| Fault::internal("a document that was parsed is not"))?.clone();
    let mut once_more = Request::new(query).variables(variables);
    once_more.operation_name.clone_from(&request.operation_name);
    once_more.set_parsed_query(document);
    Ok(once_more)
}

/// The fields at the top of a selection, through fragments. That these do not contain themselves, `limits` has seen to.
fn top<'d>(document: &'d ExecutableDocument, set: &'d SelectionSet, fields: &mut Vec<&'d str>) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => fields.push(field.node.name.node.as_str()),
            Selection::InlineFragment(inline) => top(document, &inline.node.selection_set.node, fields),
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    top(document, &fragment.node.selection_set.node, fields);
                }
            }
        }
    }
}
