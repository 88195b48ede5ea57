//! A token whose bearer stays: it is held against what changes while they are here.

use std::sync::Arc;

use super::{Gate, Proof, Scope, refused};
use crate::error::Result;

/// A token that was admitted, and whom it proves. It has no `Debug`: the token is in it.
pub struct Pass {
    token: String,
    proof: Arc<Proof>,
    scope: Scope,
}

impl Pass {
    /// Whom it proves.
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Whether it lets the same person in, for the same organisation and in the same roles.
    pub fn is_like(&self, other: &Self) -> bool {
        is_same(&self.scope, &other.scope)
    }
}

impl Gate {
    /// Admits somebody who stays.
    pub async fn pass(&self, token: &str) -> Result<Pass> {
        let scope = self.admit(token).await?;
        let proof = self.proof(token).await?;
        Ok(Pass { token: token.to_owned(), proof, scope })
    }

    /// Refuses a pass that time or a revocation has ended; asks nothing of the database. Whether it may stay without
    /// being admitted again: its issuer may have other keys by now.
    pub fn still_admits(&self, pass: &Pass) -> Result<bool> {
        self.watch.check()?;
        let claims = &pass.proof.claims;
        claims.check_times(&self.auth, self.clock.now())?;
        if self.watch.revoked(claims, pass.scope.person(), pass.proof.by.is_none()) {
            return Err(refused("The token was revoked. Get a new one."));
        }
        Ok(self.still_holds(&pass.proof))
    }

    /// Admits the bearer of a pass again: the scope of this moment, which is theirs of before but for the day.
    pub async fn admit_again(&self, pass: &Pass) -> Result<Scope> {
        let scope = self.admit(&pass.token).await?;
        if is_same(&scope, &pass.scope) {
            Ok(scope)
        } else {
            Err(refused("Your roles or your organisation have changed. Connect again."))
        }
    }

    /// Forgets what was read of the bearer: something of it has changed.
    pub fn read_anew(&self, pass: &Pass) {
        self.known.remove(&pass.proof.subject);
    }
}

fn is_same(one: &Scope, other: &Scope) -> bool {
    one.person == other.person
        && one.organisation == other.organisation
        && one.kind == other.kind
        && one.roles == other.roles
}
