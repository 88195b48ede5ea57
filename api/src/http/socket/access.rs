//! Whose socket it is, and whether it still may be.

use std::sync::{Arc, Mutex, PoisonError};

use super::protocol::Closing;
use crate::auth::{Gate, Pass, Scope};
use crate::error::{Code, Fault, Result};

/// The access of a socket. Its token may be renewed; its person, organisation and roles stay.
pub(super) struct Access(Mutex<Arc<Pass>>);

impl Access {
    /// The access that a pass gives.
    pub fn new(pass: Pass) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Arc::new(pass))))
    }

    /// The pass.
    pub fn pass(&self) -> Arc<Pass> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes another pass of the same person, with the same roles.
    pub fn renew(&self, pass: Pass) -> Result<(), Closing> {
        let mut present = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !present.is_like(&pass) {
            return Err(Closing::forbidden(
                "The new token is somebody else's, or for other roles. Connect again.",
            ));
        }
        *present = Arc::new(pass);
        Ok(())
    }

    /// The caller at this moment, or why they are none any more.
    pub async fn scope(&self, gate: &Gate) -> Result<Scope> {
        gate.admit_again(&self.pass()).await
    }
}

/// What a fault of somebody's access means to their socket.
pub(super) fn closing(fault: &Fault) -> Closing {
    match fault.code() {
        Code::Unauthenticated => Closing::forbidden(fault.message()),
        _ => Closing::later(fault.message()),
    }
}
