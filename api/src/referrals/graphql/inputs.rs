//! What clients send about referrals.

use crate::graphql::date::Date;
use async_graphql::InputObject;
use chrono::{DateTime, Utc};
use entity::{
    ldu, organisation, person, probation_case, referral, referral_question, sentence, service,
    suitability_meeting,
};
use rules::terms::{DeclineReason, EndReason, Need, ReferralStatus, RequiredItem, Suitability, Urgency};

use crate::graphql::global_id::GlobalId;
use crate::graphql::shown::Shown;

/// What a list of referrals is narrowed to. What is left out narrows nothing.
#[derive(InputObject, Default)]
pub struct ReferralFilter {
    /// Only those in one of these statuses.
    pub statuses: Option<Vec<Shown<ReferralStatus>>>,
    /// Only those of this urgency.
    pub urgency: Option<Shown<Urgency>>,
    /// Only those that await an answer and whose respond-by day has passed; `false`: only the others.
    pub respond_by_passed: Option<bool>,
    /// Only those without a worker; `false`: only those with one.
    pub unassigned: Option<bool>,
    /// Only those assigned to you.
    #[graphql(default)]
    pub assigned_to_me: bool,
    /// Only those that you sent, and your drafts.
    #[graphql(default)]
    pub sent_by_me: bool,
    /// Only those for this service.
    pub service: Option<GlobalId<service::Entity>>,
    /// Only those to this provider.
    pub provider: Option<GlobalId<organisation::Entity>>,
    /// Only those of this case.
    pub case: Option<GlobalId<probation_case::Entity>>,
    /// Only those of cases in this LDU.
    pub ldu: Option<GlobalId<ldu::Entity>>,
    /// Only those submitted on or after this day (Europe/London).
    pub submitted_from: Option<Date>,
    /// Only those submitted on or before this day (Europe/London).
    pub submitted_to: Option<Date>,
    /// Words of reference, CRN and name, in any order and case, without accents.
    pub text: Option<String>,
}

/// What a referral says. A draft may leave things out; submission names everything that is missing.
#[derive(InputObject)]
pub struct ReferralFields {
    /// How soon the provider should answer.
    pub urgency: Shown<Urgency>,
    /// The sentence it is made under, one of the case's.
    pub sentence_id: Option<GlobalId<sentence::Entity>>,
    /// RAR days set aside for it, where the sentence has a RAR.
    pub rar_days: Option<i32>,
    /// The licence condition it serves, on licence or post-sentence supervision; at most 10 000 characters.
    pub licence_condition: Option<String>,
    /// Why the person is referred; at most 10 000 characters.
    pub reason: Option<String>,
    /// What the provider has to know about risk; at most 10 000 characters.
    pub risk_summary: Option<String>,
    /// Whether home visits are asked for.
    #[graphql(default)]
    pub home_visits: bool,
    /// How many units of the service are expected, 1 to 1000.
    pub expected_units: Option<i32>,
    /// What should be different afterwards, under each need; 30 at most.
    #[graphql(default)]
    pub desired_outcomes: Vec<DesiredOutcomeInput>,
    /// What is supplied because the service requires it; 30 at most.
    #[graphql(default)]
    pub items: Vec<ItemInput>,
}

/// A desired outcome.
#[derive(InputObject)]
pub struct DesiredOutcomeInput {
    /// The need it answers.
    pub need: Shown<Need>,
    /// What should be different afterwards; at most 10 000 characters.
    pub description: String,
}

/// An item supplied with a referral.
#[derive(InputObject)]
pub struct ItemInput {
    /// What it is.
    pub item: Shown<RequiredItem>,
    /// Where the document is, or its reference; at most 200 characters.
    pub document: String,
}

/// A new draft.
#[derive(InputObject)]
pub struct DraftReferralInput {
    /// The case.
    pub case_id: GlobalId<probation_case::Entity>,
    /// The service asked for.
    pub service_id: GlobalId<service::Entity>,
    /// What it says.
    pub fields: ReferralFields,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

macro_rules! inputs {
    ($( $(#[doc = $doc:literal])+ $name:ident { $( $(#[doc = $field_doc:literal])+ $(#[graphql($($attribute:tt)*)])? $field:ident: $ty:ty, )* } )+) => { $(
        $(#[doc = $doc])+
        #[derive(InputObject)]
        pub struct $name {
            /// The referral.
            pub referral_id: GlobalId<referral::Entity>,
            /// The version that you read.
            pub version: i32,
            $( $(#[doc = $field_doc])+ $(#[graphql($($attribute)*)])? pub $field: $ty, )*
            /// A key of your choice: a repeat with the same key and input returns the first answer.
            pub idempotency_key: Option<String>,
        }
    )+ };
}

inputs! {
    /// A change to a draft.
    EditReferralInput {
        /// What it says from now on, as a whole.
        fields: ReferralFields,
    }
    /// A draft to be sent.
    SubmitReferralInput {}
    /// A change to what was sent. What is left out stays as it is.
    AmendReferralInput {
        /// Why it is amended; at most 10 000 characters.
        amendment_reason: String,
        /// How soon the provider should answer.
        urgency: Option<Shown<Urgency>>,
        /// RAR days set aside for it.
        rar_days: Option<i32>,
        /// The licence condition it serves; at most 10 000 characters.
        licence_condition: Option<String>,
        /// Why the person is referred; at most 10 000 characters.
        reason: Option<String>,
        /// What the provider has to know about risk; at most 10 000 characters.
        risk_summary: Option<String>,
        /// Whether home visits are asked for.
        home_visits: Option<bool>,
        /// Desired outcomes to be added.
        #[graphql(default)]
        new_desired_outcomes: Vec<DesiredOutcomeInput>,
        /// Items supplied since.
        #[graphql(default)]
        new_items: Vec<ItemInput>,
    }
    /// A question to the officer.
    AskQuestionInput {
        /// What you ask; at most 10 000 characters.
        question: String,
    }
    /// A suitability meeting to be held.
    ArrangeSuitabilityMeetingInput {
        /// When it is to be held.
        meets_at: DateTime<Utc>,
        /// Where; at most 200 characters.
        venue: Option<String>,
    }
    /// An acceptance.
    AcceptReferralInput {
        /// The worker it is assigned to, of your own organisation; it can also be assigned later.
        worker_id: Option<GlobalId<person::Entity>>,
    }
    /// A refusal.
    DeclineReferralInput {
        /// Why.
        reason: Shown<DeclineReason>,
        /// The words to it, for the officer; at most 10 000 characters.
        note: String,
    }
    /// An assignment.
    AssignReferralInput {
        /// The worker, of your own organisation.
        worker_id: GlobalId<person::Entity>,
        /// Why; at most 10 000 characters.
        reason: Option<String>,
    }
    /// The end of a delivered referral.
    CompleteReferralInput {
        /// The words to it; at most 10 000 characters.
        note: Option<String>,
    }
    /// The end of a referral before its completion.
    EndReferralEarlyInput {
        /// Why.
        reason: Shown<EndReason>,
        /// The words to it, for both sides; at most 10 000 characters.
        note: String,
    }
    /// The withdrawal of a referral.
    WithdrawReferralInput {
        /// Why.
        reason: Shown<EndReason>,
        /// The words to it, for both sides; at most 10 000 characters.
        note: String,
    }
}

/// An answer to a question of the provider.
#[derive(InputObject)]
pub struct AnswerQuestionInput {
    /// The question.
    pub question_id: GlobalId<referral_question::Entity>,
    /// The version of the question that you read.
    pub version: i32,
    /// Your answer; at most 10 000 characters.
    pub answer: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// What a suitability meeting found.
#[derive(InputObject)]
pub struct RecordSuitabilityInput {
    /// The meeting.
    pub meeting_id: GlobalId<suitability_meeting::Entity>,
    /// The version of the meeting that you read.
    pub version: i32,
    /// What it found.
    pub suitability: Shown<Suitability>,
    /// The words to it; at most 10 000 characters.
    pub findings: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A case note.
#[derive(InputObject)]
pub struct AddReferralNoteInput {
    /// The referral.
    pub referral_id: GlobalId<referral::Entity>,
    /// What it says; at most 10 000 characters.
    pub body: String,
    /// Whether only the provider's own staff see it; for the provider's staff alone.
    #[graphql(default)]
    pub private: bool,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}
