//! What questions and acts of this room take.

use async_graphql::InputObject;
use entity::{criterion, ldu, referral, sentence, service};
use rules::terms::{Flag, Gender, Likelihood, Purchaser, RequiredItem, RiskLevel, SentenceKind, Suitability};

use crate::graphql::global_id::GlobalId;
use crate::graphql::shown::Shown;

/// How a referral would be made. What is left out is supposed as said.
#[derive(InputObject, Default)]
pub struct ReferralFactsInput {
    /// The sentence under which it would be made; left out: the only one of the case that has not ended.
    pub sentence_id: Option<GlobalId<sentence::Entity>>,
    /// Who would pay; left out: the side that holds the case.
    pub purchaser: Option<Shown<Purchaser>>,
    /// The items that would come with it.
    #[graphql(default)]
    pub items: Vec<Shown<RequiredItem>>,
    /// Whether home visits are wanted.
    #[graphql(default)]
    pub home_visits: bool,
}

/// Facts about somebody who is not named. A fact that is left out is not known: what asks for it is answered as not
/// met, and says that it is missing.
#[derive(InputObject)]
pub struct CaseFactsInput {
    /// Who would pay: the side that holds the case, or would.
    pub purchaser: Shown<Purchaser>,
    /// The age in whole years, 0 to 130.
    pub age: Option<i32>,
    /// The gender.
    pub gender: Option<Shown<Gender>>,
    /// The flags that hold: an empty list says that none does.
    pub flags: Option<Vec<Shown<Flag>>>,
    /// The risk of serious harm.
    pub risk_of_serious_harm: Option<Shown<RiskLevel>>,
    /// The likelihood of reoffending.
    pub likelihood_of_reoffending: Option<Shown<Likelihood>>,
    /// The sentence, as it is or as it would be proposed.
    pub sentence: Option<Shown<SentenceKind>>,
    /// The accredited programme that the court requires, or would; at most 200 characters.
    pub programme: Option<String>,
    /// What assessments for programmes found, 20 at most; a programme that is left out was not assessed for.
    #[graphql(default)]
    pub suitability: Vec<SuitabilityFactInput>,
    /// The RAR days that are left, or would be, 0 to 1,000.
    pub rar_days: Option<i32>,
    /// The local delivery unit.
    pub ldu_id: Option<GlobalId<ldu::Entity>>,
    /// The items that would come with the referral.
    #[graphql(default)]
    pub items: Vec<Shown<RequiredItem>>,
    /// Whether home visits are wanted.
    #[graphql(default)]
    pub home_visits: bool,
}

/// What an assessment for a programme found, or would.
#[derive(InputObject)]
pub struct SuitabilityFactInput {
    /// The programme, as a service of the directory.
    pub service_id: GlobalId<service::Entity>,
    /// What was found.
    pub suitability: Shown<Suitability>,
}

/// An exception: criteria that do not stand in the way of one referral.
#[derive(InputObject)]
pub struct OverrideEligibilityInput {
    /// The referral, a draft.
    pub referral_id: GlobalId<referral::Entity>,
    /// The version that you read.
    pub version: i32,
    /// The criteria that are set aside, as they are now, 50 at most. One that is changed afterwards holds again.
    pub criterion_ids: Vec<GlobalId<criterion::Entity>>,
    /// Why; at most 10,000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}
