//! What court officers, officers and team managers do to a case.

use async_graphql::MaybeUndefined;
use entity::{
    Coded, Id, case_holding, case_need, case_officer, case_restriction, ldu, organisation, person,
    person_role,
};
use entity::{probation_case, sentence};
use rules::cases::{self, CaseRefusal, NewSentence};
use rules::terms::{AccessRestriction, Flag, Need, Role, SentenceKind};
use rules::text::{Codes, Form, LONG_TEXT, SHORT_TEXT};
use rules::{Refusal, Term, crn};
use sea_orm::ColumnTrait;

use super::graphql::Case;
use super::inputs::{
    AllocateCaseInput, AssignOfficerInput, CircumstancesInput, LiftRestrictionInput, RecordSentenceInput,
    RegisterCaseInput, RestrictCaseInput, SentenceInput, UpdateCaseInput,
};
use crate::error::{Fault, Result};
use crate::referrals::sharing;
use crate::store::kin::Member;
use crate::store::{Store, Write};

type CaseId = Id<probation_case::Entity>;

const TEXT: Codes<CaseRefusal> =
    Codes { missing: CaseRefusal::Required, too_long: CaseRefusal::TooLong, invalid: CaseRefusal::Invalid };

/// One case, by its identifier or by its CRN.
pub async fn one(store: &Store, id: Option<CaseId>, crn: Option<String>) -> Result<Case> {
    let find = store.find::<probation_case::Entity>();
    let row = match (id, crn) {
        (Some(id), None) => find.by_id(id).await?,
        (None, Some(crn)) => {
            let crn =
                crn::parse(&crn).ok_or_else(|| Fault::bad_input("A CRN is one letter and six digits."))?;
            find.filter(probation_case::Column::Crn.eq(crn)).first().await?
        }
        _ => return Err(Fault::bad_input("Give either `id` or `crn`.")),
    };
    row.map(|row| Case(Member::alone(row))).ok_or_else(|| Fault::not_found("case"))
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

/// Registers a person at court.
pub async fn register_case(write: &mut Write, input: RegisterCaseInput) -> Result<CaseId> {
    let mut form = Form::new(TEXT);
    let crn = crn::parse(&input.crn);
    form.refuse_if(crn.is_none(), CaseRefusal::Invalid, "crn", "A CRN is one letter and six digits.");
    let mut case = probation_case::Model {
        crn: crn.unwrap_or_default(),
        family_name: form.required("familyName", &input.family_name, SHORT_TEXT),
        given_names: form.required("givenNames", &input.given_names, SHORT_TEXT),
        date_of_birth: input.date_of_birth,
        gender: input.gender.into(),
        ethnicity: input.ethnicity.map(Coded::from),
        ..blank(write)
    };
    let plausible = cases::plausible_birth(case.date_of_birth, write.today());
    form.refuse_if(
        !plausible,
        CaseRefusal::Invalid,
        "dateOfBirth",
        "A person under supervision is between 10 and 120 years old.",
    );
    let needs = set_circumstances(&mut form, &mut case, input.circumstances);
    let sentences: Vec<_> =
        input.sentences.iter().map(|input| read_sentence(&mut form, write, case.id, input)).collect();
    form.finish()?;
    case.search_text = search_text(&case);
    write.concerns(case.id);
    let taken = Refusal::of(CaseRefusal::Taken, "crn", "A case with this CRN is registered already.");
    let case = write
        .insert(case)
        .await
        .map_err(|fault| fault.or_refusal("probation_case_crn_key", "probation_case.crn", taken))?;
    set_needs(write, case.id, needs.unwrap_or_default()).await?;
    for sentence in sentences {
        put_sentence(write, sentence).await?;
    }
    Ok(case.id)
}

/// Allocates a registered case to the organisation that holds it from then on.
pub async fn allocate_case(write: &mut Write, input: AllocateCaseInput) -> Result<CaseId> {
    let before = write.find::<probation_case::Entity>().get(input.case_id.0).await?;
    write.expect_version(&before, input.version).await?;
    write.concerns(before.id);
    if before.holder_id.is_some() {
        let message = "The case is allocated; it changes hands by a transfer alone.";
        return Err(Refusal::new(CaseRefusal::AlreadyAllocated, message).into());
    }
    let organisation = write.find::<organisation::Entity>().get(input.organisation_id.0).await?;
    let ldu = match input.ldu_id {
        Some(ldu) => Some(write.find::<ldu::Entity>().get(ldu.0).await?),
        None => None,
    };
    let mut form = Form::new(TEXT);
    let reason = form.required("reason", &input.reason, LONG_TEXT);
    form.refuse_if(
        !cases::can_hold(*organisation.kind),
        CaseRefusal::CannotHold,
        "organisationId",
        "Only the NPS and a CRC hold cases.",
    );
    form.refuse_if(
        ldu.as_ref().is_some_and(|ldu| ldu.organisation_id != organisation.id),
        CaseRefusal::CannotHold,
        "lduId",
        "The LDU belongs to another organisation.",
    );
    form.finish()?;
    let after = probation_case::Model {
        holder_id: Some(organisation.id),
        ldu_id: ldu.map(|ldu| ldu.id),
        updated_at: write.now(),
        ..before.clone()
    };
    write.update(&before, after).await?;
    begin_holding(write, before.id, organisation.id, reason).await?;
    Ok(before.id)
}

/// Begins the history of a case with its holder.
pub async fn begin_holding(
    write: &mut Write,
    case: CaseId,
    organisation: Id<organisation::Entity>,
    reason: String,
) -> Result<()> {
    let row = case_holding::Model {
        id: Id::fresh(),
        case_id: case,
        organisation_id: organisation,
        reason,
        allocated_by_id: write.scope().person(),
        from_at: write.now(),
        to_at: None,
    };
    write.insert(row).await.map(|_| ())
}

/// Changes what is known of a person.
pub async fn update_case(write: &mut Write, input: UpdateCaseInput) -> Result<CaseId> {
    let before = write.find::<probation_case::Entity>().get(input.case_id.0).await?;
    write.expect_version(&before, input.version).await?;
    write.concerns(before.id);
    let mut form = Form::new(TEXT);
    let mut after = before.clone();
    if let Some(name) = &input.family_name {
        after.family_name = form.required("familyName", name, SHORT_TEXT);
    }
    if let Some(names) = &input.given_names {
        after.given_names = form.required("givenNames", names, SHORT_TEXT);
    }
    after.gender = input.gender.map_or(after.gender, Coded::from);
    set_coded(&mut after.ethnicity, input.ethnicity);
    let needs = set_circumstances(&mut form, &mut after, input.circumstances);
    form.finish()?;
    after.search_text = search_text(&after);
    after.updated_at = write.now();
    if let Some(needs) = needs {
        set_needs(write, before.id, needs).await?;
    }
    let after = write.replace(&before, after).await?;
    sharing::refresh(write, &after).await?;
    Ok(after.id)
}

/// Records a sentence.
pub async fn record_sentence(write: &mut Write, input: RecordSentenceInput) -> Result<CaseId> {
    let before = write.find::<probation_case::Entity>().get(input.case_id.0).await?;
    write.expect_version(&before, input.version).await?;
    write.concerns(before.id);
    let mut form = Form::new(TEXT);
    let sentence = read_sentence(&mut form, write, before.id, &input.sentence);
    form.finish()?;
    put_sentence(write, sentence).await?;
    let after = probation_case::Model { updated_at: write.now(), ..before.clone() };
    Ok(write.replace(&before, after).await?.id)
}

/// Names the responsible officer.
pub async fn assign_officer(write: &mut Write, input: AssignOfficerInput) -> Result<CaseId> {
    let before = write.find::<probation_case::Entity>().get(input.case_id.0).await?;
    write.expect_version(&before, input.version).await?;
    write.concerns(before.id);
    let mut form = Form::new(TEXT);
    let reason = form.required("reason", &input.reason, LONG_TEXT);
    form.finish()?;
    let officer = write.find::<person::Entity>().get(input.officer_id.0).await?;
    if !is_officer_of(write, &officer, before.holder_id).await? {
        let message = "Name a responsible officer who works for the organisation that holds the case.";
        return Err(Refusal::of(CaseRefusal::NotAnOfficer, "officerId", message).into());
    }
    change_officer(write, before.id, &officer, officer.grade, reason).await?;
    let after =
        probation_case::Model { officer_id: Some(officer.id), updated_at: write.now(), ..before.clone() };
    let after = write.update(&before, after).await?;
    sharing::refresh(write, &after).await?;
    Ok(after.id)
}

async fn is_officer_of(
    write: &Write,
    person: &person::Model,
    holder: Option<Id<organisation::Entity>>,
) -> Result<bool> {
    let find = write.find::<person_role::Entity>().filter(person_role::Column::PersonId.eq(person.id));
    let keeps = find
        .filter(person_role::Column::Role.is_in([Role::ResponsibleOfficer.code(), Role::TeamManager.code()]));
    Ok(person.active && Some(person.organisation_id) == holder && keeps.count().await? > 0)
}

/// Ends the present officer's period and begins the new one's.
pub async fn change_officer(
    write: &mut Write,
    case: CaseId,
    officer: &person::Model,
    grade: Option<Coded<rules::terms::Grade>>,
    reason: String,
) -> Result<()> {
    let now = write.now();
    let find = write.consequence::<case_officer::Entity>().filter(case_officer::Column::CaseId.eq(case));
    if let Some(present) = find.filter(case_officer::Column::ToAt.is_null()).first().await? {
        let ended = case_officer::Model { to_at: Some(now), ..present.clone() };
        write.update_consequence(&present, ended).await?;
    }
    let row = case_officer::Model {
        id: Id::fresh(),
        case_id: case,
        person_id: officer.id,
        grade,
        reason,
        assigned_by_id: write.scope().person(),
        from_at: now,
        to_at: None,
    };
    write.insert(row).await.map(|_| ())
}

/// Names a person on a limited-access case.
pub async fn restrict_case(write: &mut Write, input: RestrictCaseInput) -> Result<CaseId> {
    let before = write.find::<probation_case::Entity>().get(input.case_id.0).await?;
    write.expect_version(&before, input.version).await?;
    write.concerns(before.id);
    let mut form = Form::new(TEXT);
    let reason = form.required("reason", &input.reason, LONG_TEXT);
    form.finish()?;
    let named = input.person_id.0;
    // Somebody on a provider's staff can be named too: a relative may work anywhere.
    if write.consequence::<person::Entity>().by_id(named).await?.is_none() {
        return Err(Fault::not_found("person"));
    }
    let present = write
        .find::<case_restriction::Entity>()
        .filter(case_restriction::Column::CaseId.eq(before.id))
        .all()
        .await?;
    let must_see = [Some(write.scope().person()), before.officer_id];
    let people: Vec<_> = match input.kind.0 {
        AccessRestriction::ClosedTo if must_see.contains(&Some(named)) => {
            let message = "A case is never closed to its responsible officer or to whoever restricts it.";
            return Err(Refusal::of(CaseRefusal::LocksOut, "personId", message).into());
        }
        AccessRestriction::ClosedTo => vec![named],
        // Who limits a case goes on seeing it, and so does its responsible officer.
        AccessRestriction::LimitedTo => {
            let unnamed = |person: &Id<person::Entity>| !present.iter().any(|row| row.person_id == *person);
            std::iter::once(named).chain(must_see.into_iter().flatten().filter(unnamed)).collect()
        }
    };
    if let Some(earlier) = present.iter().find(|row| row.person_id == named) {
        write.remove(earlier).await?;
    }
    let mut rows: Vec<_> =
        people.into_iter().map(|person| restriction(write, before.id, person, input.kind, &reason)).collect();
    rows.sort_by_key(|row| row.person_id);
    rows.dedup_by_key(|row| row.person_id);
    // The case first: nobody changes what they no longer see.
    let after = probation_case::Model { updated_at: write.now(), ..before.clone() };
    write.replace(&before, after).await?;
    write.insert_all(rows).await?;
    Ok(before.id)
}

fn restriction(
    write: &Write,
    case: CaseId,
    person: Id<person::Entity>,
    kind: crate::graphql::shown::Shown<AccessRestriction>,
    reason: &str,
) -> case_restriction::Model {
    case_restriction::Model {
        id: Id::fresh(),
        case_id: case,
        person_id: person,
        kind: kind.into(),
        reason: reason.to_owned(),
        set_by_id: write.scope().person(),
        created_at: write.now(),
    }
}

/// Takes a person off the list of a limited-access case.
pub async fn lift_restriction(write: &mut Write, input: LiftRestrictionInput) -> Result<CaseId> {
    let before = write.find::<probation_case::Entity>().get(input.case_id.0).await?;
    write.expect_version(&before, input.version).await?;
    write.concerns(before.id);
    let row = write
        .find::<case_restriction::Entity>()
        .filter(case_restriction::Column::CaseId.eq(before.id))
        .filter(case_restriction::Column::PersonId.eq(input.person_id.0))
        .first()
        .await?
        .ok_or_else(|| Fault::not_found("restriction"))?;
    let after = probation_case::Model { updated_at: write.now(), ..before.clone() };
    write.replace(&before, after).await?;
    write.remove(&row).await?;
    Ok(before.id)
}

/// Puts what the client sent of a person's circumstances on the case; the needs come back, since they are
/// rows of their own.
fn set_circumstances(
    form: &mut Form<CaseRefusal>,
    case: &mut probation_case::Model,
    input: CircumstancesInput,
) -> Option<Vec<Need>> {
    set_coded(&mut case.risk_of_serious_harm, input.risk_of_serious_harm);
    set_coded(&mut case.likelihood_of_reoffending, input.likelihood_of_reoffending);
    set_coded(&mut case.worker_gender_preference, input.worker_gender_preference);
    set(&mut case.mappa_level, input.mappa_level);
    let level = case.mappa_level;
    form.refuse_if(
        level.is_some_and(|level| !(1..=3).contains(&level)),
        CaseRefusal::Invalid,
        "mappaLevel",
        "A MAPPA level is 1, 2 or 3.",
    );
    set(&mut case.release_date, input.release_date);
    let believable = case.release_date.is_none_or(rules::london::believable);
    form.refuse_if(!believable, CaseRefusal::Invalid, "releaseDate", "Give a date between 1900 and 2200.");
    if let Some(flags) = input.flags {
        let flags: Vec<Flag> = flags.into_iter().map(|flag| flag.0).collect();
        set_flags(case, &flags);
    }
    let mut text = |field: &str, column: &mut Option<String>, value: MaybeUndefined<String>| match value {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => *column = None,
        MaybeUndefined::Value(value) => *column = form.optional(field, Some(&value), SHORT_TEXT),
    };
    text("faith", &mut case.faith, input.faith);
    text("accessibility", &mut case.accessibility, input.accessibility);
    text("literacy", &mut case.literacy, input.literacy);
    text("interpreterLanguage", &mut case.interpreter_language, input.interpreter_language);
    text("childcare", &mut case.childcare, input.childcare);
    text("workCommitments", &mut case.work_commitments, input.work_commitments);
    text("custodyEstablishment", &mut case.custody_establishment, input.custody_establishment);
    input.needs.map(|needs| needs.into_iter().map(|need| need.0).collect())
}

fn set<T>(column: &mut Option<T>, value: MaybeUndefined<T>) {
    match value {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => *column = None,
        MaybeUndefined::Value(value) => *column = Some(value),
    }
}

fn set_coded<T: Term>(column: &mut Option<Coded<T>>, value: MaybeUndefined<crate::graphql::shown::Shown<T>>) {
    set(column, value.map(|value| value.map(Coded::from)));
}

/// Makes these the needs of a case, and no others. `true` if something changed. A court officer's import reaches
/// cases that its author no longer sees.
pub async fn set_needs(write: &mut Write, case: CaseId, mut needs: Vec<Need>) -> Result<bool> {
    needs.sort_unstable();
    needs.dedup();
    let present =
        write.consequence::<case_need::Entity>().filter(case_need::Column::CaseId.eq(case)).all().await?;
    let mut changed = false;
    for row in present.iter().filter(|row| !needs.contains(&row.need)) {
        write.remove_consequence(row).await?;
        changed = true;
    }
    needs.retain(|need| !present.iter().any(|row| *row.need == *need));
    changed |= !needs.is_empty();
    let rows: Vec<_> =
        needs.into_iter().map(|need| case_need::Model { case_id: case, need: need.into() }).collect();
    write.insert_all(rows).await?;
    Ok(changed)
}

fn read_sentence(
    form: &mut Form<CaseRefusal>,
    write: &Write,
    case: CaseId,
    input: &SentenceInput,
) -> sentence::Model {
    let programme = form.optional("programme", input.programme.as_deref(), SHORT_TEXT);
    form.refuse(cases::check_sentence(&NewSentence {
        kind: input.kind.0,
        starts_on: input.starts_on,
        ends_on: input.ends_on,
        max_rar_days: input.max_rar_days,
        programme: programme.as_deref(),
        unpaid_work_hours: input.unpaid_work_hours,
    }));
    for (field, day) in [("startsOn", Some(input.starts_on)), ("endsOn", input.ends_on)] {
        let believable = day.is_none_or(rules::london::believable);
        form.refuse_if(!believable, CaseRefusal::Invalid, field, "Give a date between 1900 and 2200.");
    }
    sentence::Model {
        id: Id::fresh(),
        case_id: case,
        kind: input.kind.into(),
        starts_on: input.starts_on,
        ends_on: input.ends_on,
        max_rar_days: input.max_rar_days,
        programme,
        unpaid_work_hours: input.unpaid_work_hours,
        created_at: write.now(),
    }
}

/// Adds a sentence, or corrects the one of the same kind and first day. `true` if something changed.
pub async fn put_sentence(write: &mut Write, row: sentence::Model) -> Result<bool> {
    let kind: SentenceKind = *row.kind;
    let earlier = write
        .consequence::<sentence::Entity>()
        .filter(sentence::Column::CaseId.eq(row.case_id))
        .filter(sentence::Column::Kind.eq(kind.code()))
        .filter(sentence::Column::StartsOn.eq(row.starts_on))
        .first()
        .await?;
    let Some(earlier) = earlier else { return write.insert(row).await.map(|_| true) };
    let corrected = sentence::Model { id: earlier.id, created_at: earlier.created_at, ..row };
    if corrected == earlier {
        return Ok(false);
    }
    write.update_consequence(&earlier, corrected).await.map(|_| true)
}
