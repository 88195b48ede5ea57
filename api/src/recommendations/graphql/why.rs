//! Why a service stands where it does, part by part, each with a sentence to show.

use async_graphql::{Object, SimpleObject};
use rules::recommendation::{Commitment, Reachability, TimesFit};
use rules::terms::{Need, Purchaser, ServiceUnit};

use crate::graphql::date::Date;
use crate::graphql::money::Pence;
use crate::graphql::shown::Shown;
use crate::places::graphql::{Cohort, ExpectedWait};
use crate::recommendations::reads::Ranked;

/// Why a service stands where it does.
pub struct Why<'a>(pub &'a Ranked);

/// Why a service stands where it does in the list, part by part. Services are ordered by these parts, one after the other:
/// whether the person can be referred today, and is served; whether it has a price; the open needs, then all needs; whether
/// RAR days suffice; whether times clash; how it is reached; how soon, by whole weeks; and at last the cost. What is not
/// known comes after what is.
#[Object(name = "WhyRecommended")]
impl Why<'_> {
    /// Whether what it asks is met, and whether it is available. `Recommendation.eligibility` has every reason why not.
    fn eligibility(&self) -> WhyEligible {
        let fit = &self.0.fit;
        WhyEligible {
            eligible: fit.can_be_used(),
            unmet: i32::try_from(fit.unmet).unwrap_or(i32::MAX),
            sentence: fit.eligibility_sentence(),
        }
    }
    /// Whether it takes referrals today, and is available to who would pay.
    fn availability(&self) -> WhyAvailable {
        let fit = &self.0.fit;
        WhyAvailable {
            available: fit.unavailable.is_none(),
            takes_referrals: fit.takes_referrals,
            sentence: fit.availability_sentence(),
        }
    }
    /// What it does for the needs.
    fn needs(&self) -> WhyNeeds {
        let fit = &self.0.fit;
        WhyNeeds {
            met: fit.needs.iter().copied().map(Shown).collect(),
            open: fit.open_needs.iter().copied().map(Shown).collect(),
            sentence: fit.needs_sentence(),
        }
    }
    /// The RAR days that it takes and those that are left; null where it takes none, or no sentence says how many are left.
    fn rar_days(&self) -> Option<WhyRarDays> {
        self.0.fit.rar_days.map(|days| WhyRarDays {
            wanted: days.wanted,
            left: days.left,
            suffice: days.suffice(),
            sentence: days.sentence(),
        })
    }
    /// Whether its times fit work, childcare and faith: one entry for each of them that is recorded.
    fn times(&self) -> Vec<WhyTimes> {
        let each = self.0.fit.times.iter();
        each.map(|(kept, fit)| WhyTimes {
            commitment: Shown(kept.what),
            fit: Shown(*fit),
            sentence: kept.sentence(*fit),
        })
        .collect()
    }
    /// How the person reaches it.
    fn reach(&self) -> WhyReach<'_> {
        let reach = &self.0.fit.reach;
        WhyReach { how: Shown(reach.how), venues: &reach.venues, sentence: reach.sentence() }
    }
    /// The cohort that the person could join next; null where it runs in none that takes people from there.
    fn next_cohort(&self) -> Option<WhyCohort<'_>> {
        let (next, cohort) = (self.0.fit.start.cohort.as_ref()?, self.0.cohort.as_ref()?);
        Some(WhyCohort {
            cohort,
            starts_on: Date(next.starts_on),
            places_left: next.places_left,
            sentence: next.sentence(),
        })
    }
    /// How long people wait, and how soon the person could start.
    fn wait(&self) -> WhyWait {
        let start = &self.0.fit.start;
        WhyWait {
            expected: ExpectedWait(start.wait),
            starts_in_days: start.days().and_then(|days| i32::try_from(days).ok()),
            sentence: start.wait_sentence(),
        }
    }
    /// What it usually costs who would pay; null where there is no price today that you may see.
    fn cost(&self) -> Option<WhyCost> {
        self.0.fit.cost.map(|cost| WhyCost {
            payer: Shown(cost.payer),
            pence: Pence(cost.pence()),
            unit_pence: Pence(cost.unit_pence),
            unit: Shown(cost.unit),
            units: cost.units,
            sentence: cost.sentence(),
        })
    }
    /// All of it as sentences, in the order in which they count.
    fn sentences(&self) -> Vec<String> {
        self.0.fit.why()
    }
}

/// Whether what a service asks is met.
#[derive(SimpleObject)]
pub struct WhyEligible {
    /// Whether the person can be referred today: nothing stands against it.
    eligible: bool,
    /// How many things that it asks are not met.
    unmet: i32,
    /// It as a sentence.
    sentence: String,
}

/// Whether a service is available.
#[derive(SimpleObject)]
pub struct WhyAvailable {
    /// Whether it is available to who would pay, on a basis that the sentence has.
    available: bool,
    /// Whether it takes referrals today.
    takes_referrals: bool,
    /// It as sentences; where it is not available, with what would change that.
    sentence: String,
}

/// What a service does for somebody's needs.
#[derive(SimpleObject)]
pub struct WhyNeeds {
    /// The assessed needs that it works on.
    met: Vec<Shown<Need>>,
    /// Those of them against which nothing stands yet.
    open: Vec<Shown<Need>>,
    /// It as sentences.
    sentence: String,
}

/// RAR days that a service takes, and those that are left.
#[derive(SimpleObject)]
pub struct WhyRarDays {
    /// The RAR days that its usual length takes.
    wanted: i32,
    /// Those that the court's maximum leaves beside other referrals.
    left: i32,
    /// Whether they suffice.
    suffice: bool,
    /// It as a sentence.
    sentence: String,
}

/// Whether a service is delivered at times that a commitment allows.
#[derive(SimpleObject)]
pub struct WhyTimes {
    /// What limits when the person can come.
    commitment: Shown<Commitment>,
    /// Whether its times fit: those of the next cohort, or else by day and evening.
    fit: Shown<TimesFit>,
    /// It as a sentence.
    sentence: String,
}

/// How somebody reaches a service.
#[derive(SimpleObject)]
pub struct WhyReach<'a> {
    /// How.
    how: Shown<Reachability>,
    /// Where it meets within the person's local delivery unit, by name.
    venues: &'a [String],
    /// It as a sentence.
    sentence: String,
}

/// The cohort that somebody could join next: one whose times do not clash before one whose do, one with places left
/// before one without, and then the one that starts first.
#[derive(SimpleObject)]
pub struct WhyCohort<'a> {
    /// The cohort.
    cohort: &'a Cohort,
    /// The day (Europe/London) on which the person would begin: its first, or of a rolling one the next on which it meets.
    starts_on: Date,
    /// The places that can be booked now.
    places_left: i32,
    /// It as a sentence.
    sentence: String,
}

/// How long people wait for a service.
#[derive(SimpleObject)]
pub struct WhyWait {
    /// How long people of the same local delivery unit waited lately.
    expected: ExpectedWait,
    /// In how many days the person could start: at the next cohort with a place, or else as people waited lately, but not
    /// before the day that the provider states. Null where that is not known.
    starts_in_days: Option<i32>,
    /// It as sentences.
    sentence: String,
}

/// What a service usually costs who would pay.
#[derive(SimpleObject)]
pub struct WhyCost {
    /// Who would pay: the NPS the card price, the CRC the supply price.
    payer: Shown<Purchaser>,
    /// The price of as many units as a person usually receives, in pence.
    pence: Pence,
    /// Today's price of a unit, in pence.
    unit_pence: Pence,
    /// The unit.
    unit: Shown<ServiceUnit>,
    /// How many units a person usually receives; 1 where that differs too much to say.
    units: i32,
    /// It as a sentence.
    sentence: String,
}
