//! Use and demand: referrals, acceptances, waits, units and spending, by service, need, area, who pays, or month.
//!
//! Everything is counted over the referrals and charges that the caller may see, so that nobody learns of a row that is
//! hidden from them: a team manager counts the cases of the organisation, a provider's manager what was sent to it at the
//! supply price, an inspector everything. Counting is no reading of a person's record: no row of one is answered.

pub mod graphql;
pub mod reads;
