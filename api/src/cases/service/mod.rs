//! What court officers, officers and team managers do to a case.

mod access;
mod circumstances;
mod keeping;
mod registering;
mod sentences;
mod suitability;

use entity::{Id, probation_case};
use rules::cases::{self, CaseRefusal};
use rules::crn;
use rules::terms::Flag;
use rules::text::Codes;
use sea_orm::ColumnTrait;

use super::graphql::Case;
use crate::error::{Fault, Result};
use crate::graphql::act::Node as _;
use crate::store::{Asked, Store, Write};

pub use access::{Standing, lift_restriction, restrict_case, standing};
pub use circumstances::set_needs;
pub use keeping::{assign_officer, change_officer, update_case};
pub use registering::{allocate_case, begin_holding, register_case};
pub use sentences::{put_sentence, record_sentence};
pub use suitability::record_programme_suitability;

type CaseId = Id<probation_case::Entity>;

const TEXT: Codes<CaseRefusal> =
    Codes { missing: CaseRefusal::Required, too_long: CaseRefusal::TooLong, invalid: CaseRefusal::Invalid };

/// The case that an act concerns, at the version that the caller read.
async fn read(write: &mut Write, id: CaseId, version: i32) -> Result<probation_case::Model> {
    let case = write.find::<probation_case::Entity>().get(id).await?;
    write.concerns(case.id);
    write.expect_version(&case, version).await?;
    Ok(case)
}

/// One case, by its identifier or by its CRN, with what is asked for of what stands beside it.
pub async fn one(store: &Store, id: Option<CaseId>, crn: Option<String>, asked: Asked<'_>) -> Result<Case> {
    let find = store.find::<probation_case::Entity>();
    let find = match (id, crn) {
        (Some(id), None) => find.with_id(id),
        (None, Some(crn)) => {
            let crn =
                crn::parse(&crn).ok_or_else(|| Fault::bad_input("A CRN is one letter and six digits."))?;
            find.filter(probation_case::Column::Crn.eq(crn))
        }
        _ => return Err(Fault::bad_input("Give either `id` or `crn`.")),
    };
    let found = find.beside(Case::BESIDE, Case::READS, asked).family().await?.pop();
    found.map(Case).ok_or_else(|| Fault::not_found("case"))
}

/// The flags that hold on a case.
pub fn flags(case: &probation_case::Model) -> Vec<Flag> {
    cases::flags(|flag| match flag {
        Flag::SexualOffending => case.sexual_offending,
        Flag::SignificantViolence => case.significant_violence,
        Flag::DomesticAbuse => case.domestic_abuse,
        Flag::ChildProtection => case.child_protection,
        Flag::LookedAfterChild => case.looked_after_child,
        Flag::Iom => case.iom,
    })
}

/// Makes these flags hold on a case, and no others.
pub fn set_flags(case: &mut probation_case::Model, flags: &[Flag]) {
    case.sexual_offending = flags.contains(&Flag::SexualOffending);
    case.significant_violence = flags.contains(&Flag::SignificantViolence);
    case.domestic_abuse = flags.contains(&Flag::DomesticAbuse);
    case.child_protection = flags.contains(&Flag::ChildProtection);
    case.looked_after_child = flags.contains(&Flag::LookedAfterChild);
    case.iom = flags.contains(&Flag::Iom);
}

/// The words by which a case is found.
pub fn search_text(case: &probation_case::Model) -> String {
    rules::search::fold(&format!("{} {} {}", case.crn, case.given_names, case.family_name))
}

/// A case of which nothing is known yet but that it exists.
pub fn blank(write: &Write) -> probation_case::Model {
    probation_case::Model {
        id: Id::fresh(),
        crn: String::new(),
        family_name: String::new(),
        given_names: String::new(),
        date_of_birth: write.today(),
        gender: rules::terms::Gender::NotStated.into(),
        ethnicity: None,
        faith: None,
        ldu_id: None,
        registered_by_id: write.scope().organisation(),
        holder_id: None,
        officer_id: None,
        risk_of_serious_harm: None,
        likelihood_of_reoffending: None,
        sexual_offending: false,
        significant_violence: false,
        domestic_abuse: false,
        child_protection: false,
        looked_after_child: false,
        iom: false,
        mappa_level: None,
        accessibility: None,
        literacy: None,
        interpreter_language: None,
        childcare: None,
        work_commitments: None,
        worker_gender_preference: None,
        custody_establishment: None,
        release_date: None,
        search_text: String::new(),
        version: 1,
        created_at: write.now(),
        updated_at: write.now(),
    }
}
