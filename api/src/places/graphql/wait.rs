//! How long people wait for a service.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::Object;
use entity::{Id, ldu, service};
use rules::places;

use crate::error::Result;
use crate::graphql::date::Date;
use crate::places::reads;
use crate::store::Store;
use crate::store::kin::ToOne;

/// The wait that is to be expected.
pub struct ExpectedWait(pub places::ExpectedWait);

/// How long people wait for a service: from the first submission of a referral to the first session that the person
/// attended, the median of the last twenty starts.
#[Object]
impl ExpectedWait {
    /// The median in days (Europe/London), half a day counted up; null, which means unknown, with fewer than five starts.
    fn days(&self) -> Option<i32> {
        self.0.days.and_then(|days| i32::try_from(days).ok())
    }
    /// How many starts it is taken from: the last twenty, or as many as there were; 0 where it is unknown.
    fn starts(&self) -> i32 {
        i32::try_from(self.0.starts).unwrap_or(i32::MAX)
    }
    /// The day of the first of these starts; null where the wait is unknown.
    fn first_start_on(&self) -> Option<Date> {
        self.0.between.map(|(first, _)| Date(first))
    }
    /// The day of the last of these starts; null where the wait is unknown.
    fn last_start_on(&self) -> Option<Date> {
        self.0.between.map(|(_, last)| Date(last))
    }
}

type ServiceId = Id<service::Entity>;
type LduId = Id<ldu::Entity>;
type WaitOfEach = ToOne<ServiceId, places::ExpectedWait>;

/// The waits for a family of services, by the LDUs that a query names: one statement for each LDU.
#[derive(Default)]
pub struct Waits(Mutex<HashMap<Option<LduId>, Arc<WaitOfEach>>>);

impl Waits {
    /// The wait for `service`; `services` are the whole family.
    pub async fn of(
        &self,
        store: &Store,
        service: ServiceId,
        services: impl FnOnce() -> Vec<ServiceId>,
        ldu: Option<LduId>,
    ) -> Result<ExpectedWait> {
        let of_each = {
            let mut ldus = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(ldus.entry(ldu).or_default())
        };
        let wait = of_each.of(&service, || reads::waits(store, services(), ldu)).await?;
        Ok(ExpectedWait(wait.copied().unwrap_or_default()))
    }
}
