//! Places: the calendar of cohorts, who has a place in them, who waits for one, and how long people wait.
//!
//! A provider's managers keep the cohorts; everybody reads the calendar. Who stands in a place is seen by those who see
//! the referral. A place that comes free is offered to the first in line, and the offer lapses: what time does to a line is
//! reckoned when somebody looks, and written down by the next act. The database refuses the ninth of eight places.

pub mod calendar;
pub mod graphql;
pub mod reads;
pub mod service;
