//! What system administrators do about trust, and what clients do for themselves.

pub mod clients;
pub mod issuers;
pub mod revoking;

use rules::text::Codes;
use rules::trust::TrustRefusal;

const TEXT: Codes<TrustRefusal> = Codes {
    missing: TrustRefusal::Required,
    too_long: TrustRefusal::TooLong,
    invalid: TrustRefusal::Invalid,
};
