//! A case: one per person under supervision, by CRN.

use chrono::{DateTime, NaiveDate, Utc};
use entity_derive::Placed;
use rules::terms::{Ethnicity, Gender, Likelihood, RiskLevel};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// A case: one per person under supervision, by CRN.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "probation_case")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// One letter and six digits, from nDelius.
    #[sea_orm(column_type = "Text", unique)]
    pub crn: String,
    /// Family name.
    #[sea_orm(column_type = "Text")]
    pub family_name: String,
    /// Given names.
    #[sea_orm(column_type = "Text")]
    pub given_names: String,
    /// Date of birth.
    pub date_of_birth: NaiveDate,
    /// Gender.
    pub gender: Coded<Gender>,
    /// Ethnicity, as the person states it.
    pub ethnicity: Option<Coded<Ethnicity>>,
    /// Faith and observance that appointments have to respect.
    #[sea_orm(column_type = "Text", nullable)]
    pub faith: Option<String>,
    /// The LDU of the organisation that holds the case.
    pub ldu_id: Option<Id<crate::ldu::Entity>>,
    /// The organisation that registered the person.
    pub registered_by_id: Id<crate::organisation::Entity>,
    /// The organisation that holds the case; none until it is allocated.
    pub holder_id: Option<Id<crate::organisation::Entity>>,
    /// The responsible officer; none until one is named.
    pub officer_id: Option<Id<crate::person::Entity>>,
    /// Risk of serious harm.
    pub risk_of_serious_harm: Option<Coded<RiskLevel>>,
    /// Likelihood of reoffending.
    pub likelihood_of_reoffending: Option<Coded<Likelihood>>,
    /// See the flag of that name.
    pub sexual_offending: bool,
    /// See the flag of that name.
    pub significant_violence: bool,
    /// See the flag of that name.
    pub domestic_abuse: bool,
    /// See the flag of that name.
    pub child_protection: bool,
    /// See the flag of that name.
    pub looked_after_child: bool,
    /// Managed under Integrated Offender Management.
    pub iom: bool,
    /// MAPPA level, 1 to 3.
    pub mappa_level: Option<i32>,
    /// What the person needs to take part: a ramp, large print.
    #[sea_orm(column_type = "Text", nullable)]
    pub accessibility: Option<String>,
    /// Difficulties in reading or writing.
    #[sea_orm(column_type = "Text", nullable)]
    pub literacy: Option<String>,
    /// The language for which an interpreter is needed.
    #[sea_orm(column_type = "Text", nullable)]
    pub interpreter_language: Option<String>,
    /// Childcare that limits when the person can come.
    #[sea_orm(column_type = "Text", nullable)]
    pub childcare: Option<String>,
    /// Work that limits when the person can come.
    #[sea_orm(column_type = "Text", nullable)]
    pub work_commitments: Option<String>,
    /// The gender of worker that the person prefers.
    pub worker_gender_preference: Option<Coded<Gender>>,
    /// The prison, while the person is in custody.
    #[sea_orm(column_type = "Text", nullable)]
    pub custody_establishment: Option<String>,
    /// The date of release, where there is one.
    pub release_date: Option<NaiveDate>,
    /// CRN and names, folded for search.
    #[sea_orm(column_type = "Text")]
    pub search_text: String,
    /// Counts its changes, from 1.
    pub version: i64,
    /// When the person was registered.
    pub created_at: DateTime<Utc>,
    /// When the case last changed.
    pub updated_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "case";
    const NAME: &'static str = "case";
}
