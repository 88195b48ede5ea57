//! What a scenario finds: rows put there beside the server, because how they come about is another scenario's
//! subject.

use std::sync::atomic::{AtomicU32, Ordering};

use api::graphql::global_id::GlobalId;
use chrono::NaiveDate;
use entity::{Id, desired_outcome, organisation, person, probation_case, referral, service};
use rules::terms::{Gender, Need, Purchaser, ReferralStatus, ServiceUnit, SessionKind, Urgency};
use sea_orm::{
    ActiveModelTrait, ColumnTrait as _, EntityTrait as _, IntoActiveModel, ModelTrait, QueryFilter as _,
};

use crate::world::World;

/// A referral of the NPS to YSS, with its desired outcomes.
pub struct Given {
    /// The referral's identifier, as clients see it.
    pub referral: String,
    /// The case's.
    pub case: String,
    /// The desired outcomes'.
    pub outcomes: Vec<String>,
}

/// A referral in this status, written by `nps-officer` and assigned to `yss-worker`, which desires two outcomes.
pub async fn referral(world: &World, status: ReferralStatus) -> Given {
    let officer = staff(world, "nps-officer").await;
    let worker = staff(world, "yss-worker").await;
    let case = put(world, case(world, officer.organisation_id)).await;
    let service = put(world, service(world, worker.organisation_id)).await;
    let referral = referral::Model {
        id: Id::fresh(),
        reference: format!("T{}", Id::<referral::Entity>::fresh().0.simple()),
        case_id: case.id,
        holder_id: officer.organisation_id,
        service_id: service.id,
        provider_id: worker.organisation_id,
        purchaser: Purchaser::Nps.into(),
        referred_by_id: officer.id,
        worker_id: Some(worker.id),
        status: status.into(),
        urgency: Urgency::Routine.into(),
        sentence_id: None,
        rar_days: None,
        counts_towards_rar: true,
        licence_condition: None,
        reason: "Needs somebody to talk to".to_owned(),
        risk_summary: "Low".to_owned(),
        home_visits: false,
        expected_units: Some(6),
        respond_by: None,
        submitted_at: Some(world.clock.now()),
        decided_at: None,
        decline_reason: None,
        end_reason: None,
        closing_note: None,
        ended_at: None,
        provider_reads_until: None,
        search_text: String::new(),
        version: 1,
        created_at: world.clock.now(),
        updated_at: world.clock.now(),
    };
    let referral = put(world, referral).await;
    let mut outcomes = Vec::new();
    for (need, description) in [
        (Need::EmotionalWellbeing, "Sleeps through the night"),
        (Need::Accommodation, "Has a home of their own"),
    ] {
        let outcome = desired_outcome::Model {
            id: Id::fresh(),
            referral_id: referral.id,
            need: need.into(),
            description: description.to_owned(),
            created_at: world.clock.now(),
        };
        outcomes.push(GlobalId(put(world, outcome).await.id).text());
    }
    Given { referral: GlobalId(referral.id).text(), case: GlobalId(case.id).text(), outcomes }
}

/// A member of staff.
pub async fn staff(world: &World, subject: &str) -> person::Model {
    let find = person::Entity::find().filter(person::Column::Subject.eq(subject));
    find.one(&world.database).await.expect("a person").expect("a person with this subject")
}

fn case(world: &World, holder: Id<organisation::Entity>) -> probation_case::Model {
    static CASES: AtomicU32 = AtomicU32::new(0);
    probation_case::Model {
        id: Id::fresh(),
        crn: format!("Z{:06}", CASES.fetch_add(1, Ordering::Relaxed)),
        family_name: "Ó Súilleabháin".to_owned(),
        given_names: "Aoife".to_owned(),
        date_of_birth: NaiveDate::from_ymd_opt(1990, 2, 28).expect("a day"),
        gender: Gender::Female.into(),
        ethnicity: None,
        faith: None,
        ldu_id: None,
        registered_by_id: holder,
        holder_id: Some(holder),
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
        created_at: world.clock.now(),
        updated_at: world.clock.now(),
    }
}

fn service(world: &World, provider: Id<organisation::Entity>) -> service::Model {
    let id = Id::fresh();
    service::Model {
        id,
        provider_id: provider,
        name: format!("Mentoring {id}"),
        description: "Somebody to talk to".to_owned(),
        delivery: SessionKind::OneToOne.into(),
        unit: ServiceUnit::Session.into(),
        counts_towards_rar: false,
        needs_suitability_meeting: false,
        usual_units: None,
        respond_within_days: 5,
        acceptable_absence_percent: 0,
        unacceptable_absence_percent: 0,
        late_cancellation_percent: 0,
        late_cancellation_hours: 0,
        provider_logistics_percent: 0,
        open_from: None,
        open_to: None,
        withdrawal_reason: None,
        earliest_start: None,
        approved_by_id: None,
        on_card: true,
        search_text: String::new(),
        search_words: String::new(),
        name_words: String::new(),
        version: 1,
        created_at: world.clock.now(),
    }
}

/// Puts a row into the database as it is.
pub async fn put<M>(world: &World, row: M) -> M
where
    M: ModelTrait + IntoActiveModel<<M::Entity as sea_orm::EntityTrait>::ActiveModel>,
    <M::Entity as sea_orm::EntityTrait>::ActiveModel: ActiveModelTrait<Entity = M::Entity> + Send,
{
    let insert = M::Entity::insert(row.clone().into_active_model());
    insert.exec_without_returning(&world.database).await.expect("a row that the database takes");
    row
}
