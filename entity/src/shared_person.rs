//! What a referral shares of the person with its provider; kept current until the referral ends.

use chrono::NaiveDate;
use entity_derive::Placed;
use rules::terms::{Gender, RiskLevel};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id};

/// What a referral shares of the person with its provider; kept current until the referral ends.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "shared_person")]
pub struct Model {
    /// The referral.
    #[sea_orm(primary_key, auto_increment = false)]
    pub referral_id: Id<crate::referral::Entity>,
    /// The case.
    pub case_id: Id<crate::probation_case::Entity>,
    /// The CRN.
    #[sea_orm(column_type = "Text")]
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
    /// The name of the LDU.
    #[sea_orm(column_type = "Text", nullable)]
    pub ldu: Option<String>,
    /// Risk of serious harm.
    pub risk_of_serious_harm: Option<Coded<RiskLevel>>,
    /// What the person needs to take part.
    #[sea_orm(column_type = "Text", nullable)]
    pub accessibility: Option<String>,
    /// Difficulties in reading or writing.
    #[sea_orm(column_type = "Text", nullable)]
    pub literacy: Option<String>,
    /// The language for which an interpreter is needed.
    #[sea_orm(column_type = "Text", nullable)]
    pub interpreter_language: Option<String>,
    /// Faith and observance that appointments have to respect.
    #[sea_orm(column_type = "Text", nullable)]
    pub faith: Option<String>,
    /// Childcare that limits when the person can come.
    #[sea_orm(column_type = "Text", nullable)]
    pub childcare: Option<String>,
    /// Work that limits when the person can come.
    #[sea_orm(column_type = "Text", nullable)]
    pub work_commitments: Option<String>,
    /// The gender of worker that the person prefers.
    pub worker_gender_preference: Option<Coded<Gender>>,
    /// The name of the responsible officer.
    #[sea_orm(column_type = "Text", nullable)]
    pub officer_name: Option<String>,
    /// The work address of the responsible officer.
    #[sea_orm(column_type = "Text", nullable)]
    pub officer_email: Option<String>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
