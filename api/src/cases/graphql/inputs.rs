//! What clients send about cases.

use crate::graphql::date::Date;
use async_graphql::{InputObject, MaybeUndefined};
use entity::{ldu, organisation, person, probation_case, service};
use rules::terms::{
    AccessRestriction, Ethnicity, Flag, Gender, Likelihood, Need, RiskLevel, SentenceKind, Suitability,
};

use crate::graphql::global_id::GlobalId;
use crate::graphql::shown::Shown;

/// A person registered at court.
#[derive(InputObject)]
pub struct RegisterCaseInput {
    /// One letter and six digits, from nDelius; unique in the network.
    pub crn: String,
    /// Family name; at most 200 characters.
    pub family_name: String,
    /// Given names; at most 200 characters.
    pub given_names: String,
    /// Date of birth.
    pub date_of_birth: Date,
    /// Gender.
    pub gender: Shown<Gender>,
    /// Ethnicity, as the person states it.
    pub ethnicity: Option<Shown<Ethnicity>>,
    /// What else is known of the person.
    #[graphql(default)]
    pub circumstances: CircumstancesInput,
    /// The sentences that the case is on.
    #[graphql(default)]
    pub sentences: Vec<SentenceInput>,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// What is known of a person beside their identity. What is left out stays as it is; null empties it.
#[derive(InputObject, Default)]
pub struct CircumstancesInput {
    /// Risk of serious harm.
    pub risk_of_serious_harm: MaybeUndefined<Shown<RiskLevel>>,
    /// Likelihood of reoffending.
    pub likelihood_of_reoffending: MaybeUndefined<Shown<Likelihood>>,
    /// All flags that hold, those left out of the list do not; left out as a whole: as they are.
    pub flags: Option<Vec<Shown<Flag>>>,
    /// MAPPA level, 1 to 3.
    pub mappa_level: MaybeUndefined<i32>,
    /// All needs assessed, by OASys heading; left out as a whole: as they are.
    pub needs: Option<Vec<Shown<Need>>>,
    /// Faith and observance that appointments have to respect; at most 200 characters.
    pub faith: MaybeUndefined<String>,
    /// What the person needs to take part; at most 200 characters.
    pub accessibility: MaybeUndefined<String>,
    /// Difficulties in reading or writing; at most 200 characters.
    pub literacy: MaybeUndefined<String>,
    /// The language for which an interpreter is needed; at most 200 characters.
    pub interpreter_language: MaybeUndefined<String>,
    /// Childcare that limits when the person can come; at most 200 characters.
    pub childcare: MaybeUndefined<String>,
    /// Work that limits when the person can come; at most 200 characters.
    pub work_commitments: MaybeUndefined<String>,
    /// The gender of worker that the person prefers.
    pub worker_gender_preference: MaybeUndefined<Shown<Gender>>,
    /// The prison, while the person is in custody; at most 200 characters.
    pub custody_establishment: MaybeUndefined<String>,
    /// The date of release, where there is one.
    pub release_date: MaybeUndefined<Date>,
}

/// A sentence with its requirements.
#[derive(InputObject)]
pub struct SentenceInput {
    /// The kind of sentence.
    pub kind: Shown<SentenceKind>,
    /// Its first day.
    pub starts_on: Date,
    /// Its last day.
    pub ends_on: Option<Date>,
    /// The maximum number of RAR days that the court set; none without a RAR.
    pub max_rar_days: Option<i32>,
    /// The accredited programme that the court required; at most 200 characters.
    pub programme: Option<String>,
    /// The hours of unpaid work that the court ordered, 300 at most.
    pub unpaid_work_hours: Option<i32>,
}

/// An allocation of a registered case.
#[derive(InputObject)]
pub struct AllocateCaseInput {
    /// The case.
    pub case_id: GlobalId<probation_case::Entity>,
    /// The version that you read.
    pub version: i32,
    /// The organisation that is to hold it: the NPS or a CRC.
    pub organisation_id: GlobalId<organisation::Entity>,
    /// One of its LDUs.
    pub ldu_id: Option<GlobalId<ldu::Entity>>,
    /// Why it is allocated there; at most 10 000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A change to a case.
#[derive(InputObject)]
pub struct UpdateCaseInput {
    /// The case.
    pub case_id: GlobalId<probation_case::Entity>,
    /// The version that you read.
    pub version: i32,
    /// Family name, if it changes; at most 200 characters.
    pub family_name: Option<String>,
    /// Given names, if they change; at most 200 characters.
    pub given_names: Option<String>,
    /// Date of birth, if it is corrected.
    pub date_of_birth: Option<Date>,
    /// The LDU, one of the holding organisation's; null where none is known.
    pub ldu_id: MaybeUndefined<GlobalId<ldu::Entity>>,
    /// Gender, if it changes.
    pub gender: Option<Shown<Gender>>,
    /// Ethnicity, if it changes.
    pub ethnicity: MaybeUndefined<Shown<Ethnicity>>,
    /// What else is known of the person. Providers of referrals under way see what concerns them at once.
    #[graphql(default)]
    pub circumstances: CircumstancesInput,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A sentence to be recorded on a case.
#[derive(InputObject)]
pub struct RecordSentenceInput {
    /// The case.
    pub case_id: GlobalId<probation_case::Entity>,
    /// The version that you read.
    pub version: i32,
    /// The sentence; one of the same kind and first day is replaced.
    pub sentence: SentenceInput,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// What an assessment found of somebody for a programme.
#[derive(InputObject)]
pub struct RecordProgrammeSuitabilityInput {
    /// The case.
    pub case_id: GlobalId<probation_case::Entity>,
    /// The version that you read.
    pub version: i32,
    /// The programme, as a service of the directory.
    pub service_id: GlobalId<service::Entity>,
    /// What was found.
    pub suitability: Shown<Suitability>,
    /// What it was found by, and what speaks for it or against it; at most 10 000 characters.
    pub findings: String,
    /// The day of the assessment (Europe/London), from the person's birth until today; left out: today.
    pub assessed_on: Option<Date>,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A change of responsible officer.
#[derive(InputObject)]
pub struct AssignOfficerInput {
    /// The case.
    pub case_id: GlobalId<probation_case::Entity>,
    /// The version that you read.
    pub version: i32,
    /// The officer, of the organisation that holds the case.
    pub officer_id: GlobalId<person::Entity>,
    /// Why the case comes to them; at most 10 000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A person named on a limited-access case.
#[derive(InputObject)]
pub struct RestrictCaseInput {
    /// The case.
    pub case_id: GlobalId<probation_case::Entity>,
    /// The version that you read.
    pub version: i32,
    /// The person named.
    pub person_id: GlobalId<person::Entity>,
    /// Open to the people so named alone, or closed to this person.
    pub kind: Shown<AccessRestriction>,
    /// Why; at most 10 000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// The end of a restriction.
#[derive(InputObject)]
pub struct LiftRestrictionInput {
    /// The case.
    pub case_id: GlobalId<probation_case::Entity>,
    /// The version that you read.
    pub version: i32,
    /// The person who is no longer named.
    pub person_id: GlobalId<person::Entity>,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// An extract of the case management system.
#[derive(InputObject)]
pub struct ImportCasesInput {
    /// The CSV text: UTF-8, the columns of the extract in any order, a row for each case.
    pub csv: String,
    /// Show what would change, and change nothing.
    #[graphql(default)]
    pub dry_run: bool,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}
