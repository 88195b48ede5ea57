//! Use and demand: referrals, acceptances, waits, units and spending, by service, need, area, who pays, or month.
//!
//! What changed of them around each change of a price is counted over as many days before as after.
//!
//! Everything is counted over the referrals and charges that the caller may see, so that nobody learns of a row that is
//! hidden from them: a team manager counts the cases of the organisation, a provider's manager what was sent to it at the
//! supply price, an inspector everything, and those who keep prices what was priced by them: of nobody in particular, and
//! nothing of few in an area or with a need. The database counts, in groups (`store/counts.rs`); counting is no reading of a
//! person's record: no row of one is answered.

pub mod graphql;
pub mod prices;
pub mod reads;
