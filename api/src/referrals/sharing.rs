//! What a referral shares of the person with its provider.
//!
//! A provider never reads a case. It reads this copy, which follows the case while the referral is open and
//! stays as it was when the referral ends.

use entity::{ldu, person, probation_case, referral, shared_person};
use rules::Term;
use rules::terms::ReferralStatus;
use sea_orm::ColumnTrait;

use crate::error::Result;
use crate::store::Write;

/// The statuses of a referral that is not at its end.
pub const OPEN: [ReferralStatus; 4] =
    [ReferralStatus::Draft, ReferralStatus::Submitted, ReferralStatus::Accepted, ReferralStatus::InProgress];

/// What is shared of a person, as it is now.
pub struct Sharing<'a> {
    case: &'a probation_case::Model,
    ldu: Option<String>,
    officer: Option<person::Model>,
}

impl<'a> Sharing<'a> {
    /// Reads what stands beside the case: the LDU's and the officer's names.
    pub async fn of(write: &Write, case: &'a probation_case::Model) -> Result<Self> {
        let ldu = match case.ldu_id {
            Some(id) => write.consequence::<ldu::Entity>().by_id(id).await?.map(|ldu| ldu.name),
            None => None,
        };
        let officer = match case.officer_id {
            Some(id) => write.consequence::<person::Entity>().by_id(id).await?,
            None => None,
        };
        Ok(Self { case, ldu, officer })
    }

    /// The copy for a referral.
    pub fn with(&self, referral: &referral::Model) -> shared_person::Model {
        let case = self.case.clone();
        shared_person::Model {
            referral_id: referral.id,
            case_id: case.id,
            crn: case.crn,
            family_name: case.family_name,
            given_names: case.given_names,
            date_of_birth: case.date_of_birth,
            gender: case.gender,
            ldu: self.ldu.clone(),
            risk_of_serious_harm: case.risk_of_serious_harm,
            accessibility: case.accessibility,
            literacy: case.literacy,
            interpreter_language: case.interpreter_language,
            faith: case.faith,
            childcare: case.childcare,
            work_commitments: case.work_commitments,
            worker_gender_preference: case.worker_gender_preference,
            officer_name: self.officer.as_ref().map(|officer| officer.name.clone()),
            officer_email: self.officer.as_ref().map(|officer| officer.email.clone()),
        }
    }
}

/// The words by which a referral is found.
pub fn search_text(reference: &str, case: &probation_case::Model) -> String {
    rules::search::fold(&format!("{reference} {} {} {}", case.crn, case.given_names, case.family_name))
}

/// Brings the copies of a case's open referrals up to date.
pub async fn refresh(write: &mut Write, case: &probation_case::Model) -> Result<()> {
    let open = write
        .consequence::<referral::Entity>()
        .filter(referral::Column::CaseId.eq(case.id))
        .filter(referral::Column::Status.is_in(OPEN.map(|status| status.code())))
        .all()
        .await?;
    let sharing = Sharing::of(write, case).await?;
    let copies = write
        .consequence::<shared_person::Entity>()
        .filter(shared_person::Column::ReferralId.is_in(open.iter().map(|referral| referral.id)))
        .all()
        .await?;
    for referral in &open {
        let now = sharing.with(referral);
        if let Some(copy) = copies.iter().find(|copy| copy.referral_id == referral.id)
            && *copy != now
        {
            write.update_consequence(copy, now).await?;
        }
        let text = search_text(&referral.reference, case);
        if text != referral.search_text {
            write
                .update_consequence(referral, referral::Model { search_text: text, ..referral.clone() })
                .await?;
        }
    }
    Ok(())
}
