//! What hangs on rows, read once for all rows of an answer instead of once for each.
//!
//! Rows read together are a [`Family`]. The first member that is asked for something else, its sessions
//! say, reads it for the whole family; the others find it there. So the number of statements depends on
//! the shape of a query, never on the number of its rows.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Deref;
use std::sync::Arc;

use tokio::sync::OnceCell;

use super::beside::Asked;
use crate::error::{Fault, Result};

/// Rows read together, with what was read for all of them.
struct Family<M, K> {
    rows: Vec<M>,
    kin: K,
}

/// One row of a family. Behaves as the row.
pub struct Member<M, K> {
    family: Arc<Family<M, K>>,
    at: usize,
}

impl<M, K: Default> Member<M, K> {
    /// The members of a new family.
    pub fn family(rows: Vec<M>) -> impl Iterator<Item = Self> {
        let size = rows.len();
        let family = Arc::new(Family { rows, kin: K::default() });
        (0..size).map(move |at| Self { family: Arc::clone(&family), at })
    }

    /// A family of one.
    pub fn alone(row: M) -> Self {
        Self { family: Arc::new(Family { rows: vec![row], kin: K::default() }), at: 0 }
    }
}

impl<M, K> Member<M, K> {
    /// Every row of the family.
    pub fn rows(&self) -> &[M] {
        &self.family.rows
    }

    /// What was read for the family.
    pub fn kin(&self) -> &K {
        &self.family.kin
    }
}

impl<M, K> Clone for Member<M, K> {
    fn clone(&self) -> Self {
        Self { family: Arc::clone(&self.family), at: self.at }
    }
}

impl<M, K> Deref for Member<M, K> {
    type Target = M;
    fn deref(&self) -> &M {
        &self.family.rows[self.at]
    }
}

/// At most one thing for each key: the service of each referral.
pub struct ToOne<K, V>(OnceCell<HashMap<K, V>>);

impl<K, V> Default for ToOne<K, V> {
    fn default() -> Self {
        Self(OnceCell::new())
    }
}

impl<K: Eq + Hash, V> ToOne<K, V> {
    /// Puts in what was read with the family itself.
    pub fn fill(&self, all: impl IntoIterator<Item = (K, V)>) {
        // Whatever is there already was read by the same rules.
        let _ = self.0.set(all.into_iter().collect());
    }

    /// The thing of `key`; `load` reads those of the whole family, once.
    pub async fn of<L: Future<Output = Result<Vec<(K, V)>>>>(
        &self,
        key: &K,
        load: impl FnOnce() -> L,
    ) -> Result<Option<&V>> {
        let all = self
            .0
            .get_or_try_init(async || {
                Ok::<HashMap<K, V>, Fault>(Box::pin(load()).await?.into_iter().collect())
            })
            .await?;
        Ok(all.get(key))
    }
}

/// Any number of things for each key, in the order in which they were read: the sessions of each referral.
pub struct ToMany<K, V> {
    all: OnceCell<HashMap<K, Vec<V>>>,
    /// As those see them who ask from one place of the document, and for no more than is asked for there.
    cut: OnceCell<((usize, usize), HashMap<K, Vec<V>>)>,
}

impl<K, V> Default for ToMany<K, V> {
    fn default() -> Self {
        Self { all: OnceCell::new(), cut: OnceCell::new() }
    }
}

impl<K: Eq + Hash, V> ToMany<K, V> {
    /// The things of `key`; `load` reads those of the whole family, once.
    pub async fn of<L: Future<Output = Result<Vec<(K, V)>>>>(
        &self,
        key: &K,
        load: impl FnOnce() -> L,
    ) -> Result<&[V]> {
        let all = self.all.get_or_try_init(async || Ok::<_, Fault>(by_key(Box::pin(load()).await?))).await?;
        Ok(all.get(key).map_or(&[], Vec::as_slice))
    }

    /// The things of `key`, of which only what is asked for at this place of the document can be shown; from any other
    /// place they are read once more, and whole.
    pub async fn of_asked<'q, L: Future<Output = Result<Vec<(K, V)>>>>(
        &self,
        key: &K,
        (place, asked): ((usize, usize), Asked<'q>),
        load: impl Fn(Asked<'q>) -> L,
    ) -> Result<&[V]> {
        let cut = async || Ok::<_, Fault>((place, by_key(Box::pin(load(asked)).await?)));
        let (at, cut) = self.cut.get_or_try_init(cut).await?;
        if *at != place {
            return self.of(key, || load(Asked::everything())).await;
        }
        Ok(cut.get(key).map_or(&[], Vec::as_slice))
    }
}

fn by_key<K: Eq + Hash, V>(things: Vec<(K, V)>) -> HashMap<K, Vec<V>> {
    let mut all: HashMap<K, Vec<V>> = HashMap::new();
    for (key, thing) in things {
        all.entry(key).or_default().push(thing);
    }
    all
}
