//! Acts of a person: all of one or nothing, with its audit and its idempotency key.

use entity::idempotency_key;
use futures_util::future::BoxFuture;
use sea_orm::ColumnTrait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::write::{Write, insert_unrecorded, insert_unrecorded_with};
use super::{Reach, Store};
use crate::error::{Code, Fault, Refused, Result};

/// What an act came to: its answer, or why the rules refused it.
pub type Outcome<T> = std::result::Result<T, Vec<Refused>>;

/// One act of a person: which operation, and what makes a repeat of it known.
pub struct Act {
    /// The mutation's name.
    pub operation: String,
    /// The key that the client chose, if it chose one.
    pub key: Option<String>,
    /// A digest of the operation and its input: the same key with another input is refused.
    pub fingerprint: String,
}

impl Store {
    /// Carries out an act: all of it or nothing. A repeat with the same key returns the first answer.
    pub async fn write<T, F>(&self, act: Act, deed: F) -> Result<Outcome<T>>
    where
        T: Serialize + DeserializeOwned + Send,
        F: for<'w> FnOnce(&'w mut Write) -> BoxFuture<'w, Result<T>> + Send,
    {
        if let Some(key) = &act.key
            && (key.is_empty() || key.chars().count() > 200 || key.contains('\0'))
        {
            return Err(Fault::bad_input("An idempotency key has between 1 and 200 characters."));
        }
        let outcome = self.attempt(&act, deed).await;
        let Some(key) = &act.key else { return outcome };
        if matches!(outcome, Ok(Ok(_))) {
            return outcome;
        }
        // A repeat cannot come to an end, since its key is taken: what the first came to is its answer. Only now is
        // it looked for, so that the many requests that are no repeats do not pay for it.
        match self.earlier_answer(key, &act.fingerprint).await? {
            Some(answer) => Ok(Ok(answer)),
            None => outcome,
        }
    }

    async fn attempt<T, F>(&self, act: &Act, deed: F) -> Result<Outcome<T>>
    where
        T: Serialize + DeserializeOwned + Send,
        F: for<'w> FnOnce(&'w mut Write) -> BoxFuture<'w, Result<T>> + Send,
    {
        let mut write = self.begin(&act.operation).await?;
        let done = match deed(&mut write).await {
            Ok(answer) => write.finish(act, &answer).await.map(|()| answer),
            Err(fault) => Err(fault),
        };
        match done {
            Ok(answer) => {
                write.link.commit_and_read(&self.reads).await?;
                self.database.stirred.notify_one();
                Ok(Ok(answer))
            }
            Err(fault) => write.undone(fault).await,
        }
    }

    /// What the request with this key came to, if one was done.
    async fn earlier_answer<T: DeserializeOwned>(&self, key: &str, fingerprint: &str) -> Result<Option<T>> {
        let earlier = self.find::<idempotency_key::Entity>().filter(idempotency_key::Column::Key.eq(key));
        match earlier.first().await? {
            None => Ok(None),
            Some(row) if row.request_hash == fingerprint => {
                serde_json::from_value(row.answer["is"].clone()).map(Some).map_err(Fault::internal)
            }
            Some(_) => Err(Fault::Coded(
                Code::Conflict,
                "This idempotency key was used for another request. Choose a new key.".into(),
            )),
        }
    }

    /// Gives back the connection on which the request reads: nobody waits for one while they hold another. What is read
    /// after that is read anew.
    pub async fn rest(&self) {
        self.reads.rest().await;
    }

    async fn begin(&self, operation: &str) -> Result<Write> {
        self.rest().await;
        let link = self.database.writing(&Reach::Act(&self.scope, operation)).await?;
        let operation = operation.to_owned();
        Ok(Write { store: self.clone(), link, operation, case: None, audit: Vec::new() })
    }

    /// Does everything that an act would do and keeps nothing: a dry run.
    pub async fn rehearse<T, F>(&self, operation: &str, deed: F) -> Result<Outcome<T>>
    where
        F: for<'w> FnOnce(&'w mut Write) -> BoxFuture<'w, Result<T>> + Send,
    {
        let mut write = self.begin(operation).await?;
        match deed(&mut write).await {
            Ok(answer) => {
                write.link.undo().await?;
                Ok(Ok(answer))
            }
            Err(fault) => write.undone(fault).await,
        }
    }
}

impl Write {
    /// Records what was done: the last of what the transaction writes.
    async fn finish<T: Serialize>(&mut self, act: &Act, answer: &T) -> Result<()> {
        let audit = std::mem::take(&mut self.audit);
        let Some(key) = &act.key else { return insert_unrecorded(&self.link, audit).await };
        let key = idempotency_key::Model {
            person_id: self.scope().person(),
            key: key.clone(),
            operation: act.operation.clone(),
            request_hash: act.fingerprint.clone(),
            answer: json!({ "is": answer }),
            created_at: self.now(),
        };
        insert_unrecorded_with(&self.link, audit, key).await
    }

    /// Undoes everything: nothing is half-written. Returns what came of the act that came to this.
    async fn undone<T>(self, fault: Fault) -> Result<Outcome<T>> {
        self.link.undo().await?;
        match fault {
            Fault::Refused(refusals) => Ok(Err(refusals)),
            fault => Err(fault),
        }
    }
}
