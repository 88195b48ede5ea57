//! The extract of the case management system: read, held against what is there, and only then written.

use std::collections::{HashMap, HashSet};

use entity::{Coded, Id, case_restriction, ldu, organisation, person, person_role, probation_case, sentence};
use rules::cases::{CaseRefusal, NewSentence, can_hold, check_sentence, plausible_birth};
use rules::terms::{Ethnicity, Flag, Gender, Grade, Likelihood, Need, RiskLevel, Role, SentenceKind};
use rules::{Term, crn};
use sea_orm::ColumnTrait;
use serde::{Deserialize, Serialize};

use super::service::{begin_holding, blank, change_officer, put_sentence, search_text, set_flags, set_needs};
use crate::error::{Fault, Result};
use crate::graphql::row_error::RowError;
use crate::referrals::sharing;
use crate::sheet::{self, Cells, MOST_ROWS, mistake, parts};
use crate::store::{Act, Outcome, Store, Write};

/// The columns of the extract.
const COLUMNS: [&str; 19] = [
    "CRN",
    "Family name",
    "Given names",
    "Date of birth",
    "Gender",
    "Ethnicity",
    "LDU",
    "Held by",
    "Responsible officer",
    "Grade",
    "Risk of serious harm",
    "Likelihood of reoffending",
    "Flags",
    "Sentence",
    "Sentence start",
    "Sentence end",
    "Maximum RAR days",
    "Needs",
    "Access and diversity",
];

/// What an import came to.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// How many cases were added.
    pub created: i32,
    /// How many were changed.
    pub updated: i32,
    /// How many stay as they are.
    pub unchanged: i32,
}

impl std::fmt::Display for Report {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} added, {} changed, {} as they were", self.created, self.updated, self.unchanged)
    }
}

/// One row of the extract, understood.
struct Extract {
    line: u64,
    case: probation_case::Model,
    holder: String,
    ldu: String,
    officer: String,
    grade: Option<Grade>,
    needs: Vec<Need>,
    sentence: sentence::Model,
}

/// Imports a file from the command line.
pub async fn import(store: &Store, csv: String, dry_run: bool) -> Result<Report> {
    if !store.scope().roles().has(Role::CourtOfficer) {
        return Err(Fault::bad_input("Cases are imported by a court officer: name one with --as."));
    }
    let done = if dry_run {
        rehearse(store, &csv).await?
    } else {
        let act = Act { operation: "importCases".to_owned(), key: None, fingerprint: String::new() };
        store.write(act, |write| Box::pin(run(write, csv))).await?
    };
    done.map_err(Fault::Refused)
}

/// What an import would come to: everything is done, and nothing kept.
pub async fn rehearse(store: &Store, csv: &str) -> Result<Outcome<Report>> {
    let csv = csv.to_owned();
    let done = store.rehearse("importCases", |write| Box::pin(run(write, csv))).await?;
    // Cases that others hold are not the importer's to see: a dry run does not tell which of them would change.
    Ok(done.map(|report| Report { updated: report.updated + report.unchanged, unchanged: 0, ..report }))
}

/// Imports the file: all rows or none.
pub async fn run(write: &mut Write, csv: String) -> Result<Report> {
    let sheet = sheet::read(&csv, COLUMNS, MOST_ROWS);
    let mut errors = sheet.mistakes;
    let mut extracts = Vec::new();
    for row in &sheet.rows {
        let mut cells = Cells::new(&COLUMNS, row);
        extracts.extend(understand(write, &mut cells));
        errors.append(&mut cells.mistakes);
    }
    if sheet.rows.is_empty() && errors.is_empty() {
        errors.push(mistake(1, None, "There is no case under the heading: add a row for each."));
    }
    errors.extend(twice(&extracts));
    let known = Known::read(write, &extracts).await?;
    let plans: Vec<_> = extracts.iter().filter_map(|extract| known.plan(extract, &mut errors)).collect();
    if !errors.is_empty() {
        errors.sort_by_key(|error| error.line);
        return Err(Fault::Refused(
            errors.into_iter().map(|error| error.refused(CaseRefusal::BadRow.name())).collect(),
        ));
    }
    let mut report = Report::default();
    for plan in plans {
        match plan.carry_out(write).await? {
            Change::Created => report.created += 1,
            Change::Updated => report.updated += 1,
            Change::None => report.unchanged += 1,
        }
    }
    Ok(report)
}

/// Reads one row; nothing if what makes it a case is wrong.
fn understand(write: &Write, row: &mut Cells<'_, 19>) -> Option<Extract> {
    let number = crn::parse(row.cell("CRN"));
    if number.is_none() {
        row.refuse("CRN", "A CRN is one letter and six digits.");
    }
    let born = row.required_day("Date of birth");
    if born.is_some_and(|day| !plausible_birth(day, write.today())) {
        row.refuse("Date of birth", "A person under supervision is between 10 and 120 years old.");
    }
    let mut case = blank(write);
    case.family_name = row.required("Family name", 200);
    case.given_names = row.required("Given names", 200);
    case.gender = Coded(row.term("Gender").unwrap_or(Gender::NotStated));
    case.ethnicity = row.term::<Ethnicity>("Ethnicity").map(Coded);
    case.risk_of_serious_harm = row.term::<RiskLevel>("Risk of serious harm").map(Coded);
    case.likelihood_of_reoffending = row.term::<Likelihood>("Likelihood of reoffending").map(Coded);
    read_flags(row, &mut case);
    read_access(row, &mut case);
    let sentence = read_sentence(write, row, case.id);
    let needs = row.terms("Needs");
    let extract = Extract {
        line: row.line,
        holder: row.required("Held by", 200),
        ldu: row.cell("LDU").to_owned(),
        officer: row.cell("Responsible officer").to_lowercase(),
        grade: row.term("Grade"),
        needs,
        sentence: sentence?,
        case: probation_case::Model { crn: number?, date_of_birth: born?, ..case },
    };
    Some(extract)
}

fn read_flags(row: &mut Cells<'_, 19>, case: &mut probation_case::Model) {
    let mut flags: Vec<Flag> = Vec::new();
    for part in parts(row.cell("Flags")) {
        let level = part.to_lowercase().strip_prefix("mappa level ").map(str::to_owned);
        match level.as_deref() {
            Some("1") => case.mappa_level = Some(1),
            Some("2") => case.mappa_level = Some(2),
            Some("3") => case.mappa_level = Some(3),
            Some(_) => row.refuse("Flags", "A MAPPA level is 1, 2 or 3."),
            None => flags.extend(row.label::<Flag>("Flags", part)),
        }
    }
    set_flags(case, &flags);
}

/// Free words on access and diversity go where the words say; what says nothing else is a matter of access.
fn read_access(row: &mut Cells<'_, 19>, case: &mut probation_case::Model) {
    let text = row.cell("Access and diversity");
    if text.chars().count() > 200 {
        row.refuse("Access and diversity", "This cell has more than 200 characters: shorten it.");
    }
    for part in parts(text) {
        let folded = rules::search::fold(part);
        let says = |words: &[&str]| words.iter().any(|word| folded.contains(word));
        if let Some(language) = part.split_once(':').filter(|_| folded.starts_with("interpreter")) {
            case.interpreter_language = Some(language.1.trim().to_owned());
        } else if says(&["read or write", "literacy", "dyslexi"]) {
            add(&mut case.literacy, part);
        } else if says(&["childcare", "child care"]) {
            add(&mut case.childcare, part);
        } else if says(&["prayer", "ramadan", "sabbath", "faith"]) {
            add(&mut case.faith, part);
        } else if folded.starts_with("work") {
            add(&mut case.work_commitments, part);
        } else {
            add(&mut case.accessibility, part);
        }
    }
}

fn add(column: &mut Option<String>, words: &str) {
    *column = Some(match column.take() {
        Some(earlier) => format!("{earlier}; {words}"),
        None => words.to_owned(),
    });
}

fn read_sentence(
    write: &Write,
    row: &mut Cells<'_, 19>,
    case: Id<probation_case::Entity>,
) -> Option<sentence::Model> {
    let kind = row.term::<SentenceKind>("Sentence");
    if row.cell("Sentence").is_empty() {
        row.refuse("Sentence", "This cell is empty: name the sentence.");
    }
    let starts_on = row.required_day("Sentence start");
    let ends_on = row.day("Sentence end");
    let max_rar_days = match row.cell("Maximum RAR days") {
        "" => None,
        text => {
            let days = text.parse::<i32>().ok();
            if days.is_none() {
                row.refuse("Maximum RAR days", format!("\"{}\" is no number of days.", sheet::shown(text)));
            }
            days
        }
    };
    let (kind, starts_on) = (kind?, starts_on?);
    let new =
        NewSentence { kind, starts_on, ends_on, max_rar_days, programme: None, unpaid_work_hours: None };
    for refusal in check_sentence(&new) {
        let column = match refusal.field.first().map(String::as_str) {
            Some("endsOn") => "Sentence end",
            Some("maxRarDays") => "Maximum RAR days",
            _ => "Sentence",
        };
        row.refuse(column, refusal.message);
    }
    Some(sentence::Model {
        id: Id::fresh(),
        case_id: case,
        kind: Coded(kind),
        starts_on,
        ends_on,
        max_rar_days,
        programme: None,
        unpaid_work_hours: None,
        created_at: write.now(),
    })
}

/// A CRN that stands on two lines.
fn twice(extracts: &[Extract]) -> Vec<RowError> {
    let mut first: HashMap<&str, u64> = HashMap::new();
    let mut errors = Vec::new();
    for extract in extracts {
        if let Some(line) = first.insert(&extract.case.crn, extract.line) {
            let message = format!("This CRN stands on line {line} too: a case has one row.");
            errors.push(mistake(extract.line, Some("CRN"), message));
        }
    }
    errors
}

/// What the network knows of the names in the file, read in one statement for each table.
struct Known {
    importer: Id<organisation::Entity>,
    holders: Vec<organisation::Model>,
    ldus: Vec<ldu::Model>,
    officers: Vec<person::Model>,
    keepers: HashSet<Id<person::Entity>>,
    cases: HashMap<String, probation_case::Model>,
    restricted: HashSet<Id<probation_case::Entity>>,
}

impl Known {
    async fn read(write: &Write, extracts: &[Extract]) -> Result<Self> {
        let emails = extracts.iter().map(|extract| extract.officer.clone());
        let crns = extracts.iter().map(|extract| extract.case.crn.clone());
        let cases = write
            .consequence::<probation_case::Entity>()
            .filter(probation_case::Column::Crn.is_in(crns))
            .all()
            .await?;
        let ids = cases.iter().map(|case| case.id);
        let restrictions = write.consequence::<case_restriction::Entity>();
        let restricted = restrictions.filter(case_restriction::Column::CaseId.is_in(ids)).all().await?;
        let people = write.consequence::<person::Entity>().filter(person::Column::Email.is_in(emails));
        let officers = people.filter(person::Column::Active.eq(true)).all().await?;
        let keeping = [Role::ResponsibleOfficer.code(), Role::TeamManager.code()];
        let keepers = write
            .consequence::<person_role::Entity>()
            .filter(person_role::Column::PersonId.is_in(officers.iter().map(|officer| officer.id)))
            .filter(person_role::Column::Role.is_in(keeping))
            .all()
            .await?;
        Ok(Self {
            importer: write.scope().organisation(),
            holders: write.find::<organisation::Entity>().all().await?,
            ldus: write.find::<ldu::Entity>().all().await?,
            officers,
            keepers: keepers.into_iter().map(|row| row.person_id).collect(),
            cases: cases.into_iter().map(|case| (case.crn.clone(), case)).collect(),
            restricted: restricted.into_iter().map(|row| row.case_id).collect(),
        })
    }

    /// Whether a case that there is already can be brought up to date: where the importer's organisation registered
    /// it or holds it, where it stays with its holder or awaits one, and where its access is not limited. Why not is
    /// not to be learnt here.
    fn is_importable(&self, case: &probation_case::Model, holder: Id<organisation::Entity>) -> bool {
        let is_own = case.registered_by_id == self.importer || case.holder_id == Some(self.importer);
        let stays = case.holder_id.is_none_or(|held_by| held_by == holder);
        is_own && stays && !self.restricted.contains(&case.id)
    }

    /// What is to be done for a row, or its mistakes.
    fn plan(&self, extract: &Extract, errors: &mut Vec<RowError>) -> Option<Plan> {
        let mut refuse = |column: &str, message: String| {
            errors.push(mistake(extract.line, Some(column), message));
        };
        let holder = self.holders.iter().find(|row| row.name == extract.holder && can_hold(*row.kind));
        let Some(holder) = holder else {
            refuse(
                "Held by",
                format!("\"{}\" is no organisation that holds cases.", sheet::shown(&extract.holder)),
            );
            return None;
        };
        let ldu = self.ldus.iter().find(|row| row.name == extract.ldu && row.organisation_id == holder.id);
        if ldu.is_none() && !extract.ldu.is_empty() {
            refuse("LDU", format!("\"{}\" is no LDU of {}.", sheet::shown(&extract.ldu), holder.name));
        }
        let officer = self.officers.iter().find(|row| {
            row.email == extract.officer && row.organisation_id == holder.id && self.keepers.contains(&row.id)
        });
        if officer.is_none() && !extract.officer.is_empty() {
            refuse(
                "Responsible officer",
                format!("\"{}\" is no officer's address at {}.", sheet::shown(&extract.officer), holder.name),
            );
        }
        let before = self.cases.get(&extract.case.crn);
        if before.is_some_and(|case| !self.is_importable(case, holder.id)) {
            refuse("CRN", ASK_ITS_HOLDER.to_owned());
        }
        let mut case = extract.case.clone();
        case.search_text = search_text(&case);
        case.ldu_id = ldu.map(|ldu| ldu.id);
        case.holder_id = Some(holder.id);
        case.officer_id = officer.map(|officer| officer.id);
        let officer = officer.cloned();
        let plan = Plan {
            before: before.cloned(),
            case,
            officer,
            grade: extract.grade,
            needs: extract.needs.clone(),
            sentence: extract.sentence.clone(),
        };
        Some(plan)
    }
}

/// What is said of every case that cannot be imported, whatever the cause.
const ASK_ITS_HOLDER: &str = "The case cannot be imported: ask its holder.";

enum Change {
    Created,
    Updated,
    None,
}

/// What is to be done for one row.
struct Plan {
    before: Option<probation_case::Model>,
    case: probation_case::Model,
    officer: Option<person::Model>,
    grade: Option<Grade>,
    needs: Vec<Need>,
    sentence: sentence::Model,
}

const REASON: &str = "Imported from the case management system.";

impl Plan {
    async fn carry_out(self, write: &mut Write) -> Result<Change> {
        match self.before.clone() {
            None => self.create(write).await,
            Some(before) => self.bring_up_to_date(write, before).await,
        }
    }

    async fn create(self, write: &mut Write) -> Result<Change> {
        let case = self.case;
        write.concerns(case.id);
        let holder = case.holder_id;
        write.insert(case.clone()).await?;
        if let Some(holder) = holder {
            begin_holding(write, case.id, holder, REASON.to_owned()).await?;
        }
        if let Some(officer) = &self.officer {
            change_officer(write, case.id, officer, self.grade.map(Coded), REASON.to_owned()).await?;
        }
        set_needs(write, case.id, self.needs).await?;
        put_sentence(write, self.sentence).await?;
        Ok(Change::Created)
    }

    /// What the extract does not know (faith that an officer added, say) stays where its cell is empty.
    async fn bring_up_to_date(self, write: &mut Write, before: probation_case::Model) -> Result<Change> {
        write.concerns(before.id);
        let new = self.case;
        let mut after = probation_case::Model {
            family_name: new.family_name,
            given_names: new.given_names,
            date_of_birth: new.date_of_birth,
            gender: new.gender,
            ethnicity: new.ethnicity.or(before.ethnicity),
            ldu_id: new.ldu_id.or(before.ldu_id),
            holder_id: new.holder_id,
            officer_id: new.officer_id.or(before.officer_id),
            risk_of_serious_harm: new.risk_of_serious_harm.or(before.risk_of_serious_harm),
            likelihood_of_reoffending: new.likelihood_of_reoffending.or(before.likelihood_of_reoffending),
            sexual_offending: new.sexual_offending,
            significant_violence: new.significant_violence,
            domestic_abuse: new.domestic_abuse,
            child_protection: new.child_protection,
            looked_after_child: new.looked_after_child,
            iom: new.iom,
            mappa_level: new.mappa_level,
            faith: new.faith.or_else(|| before.faith.clone()),
            accessibility: new.accessibility.or_else(|| before.accessibility.clone()),
            literacy: new.literacy.or_else(|| before.literacy.clone()),
            interpreter_language: new.interpreter_language.or_else(|| before.interpreter_language.clone()),
            childcare: new.childcare.or_else(|| before.childcare.clone()),
            work_commitments: new.work_commitments.or_else(|| before.work_commitments.clone()),
            search_text: new.search_text,
            ..before.clone()
        };
        let sentence = sentence::Model { case_id: before.id, ..self.sentence };
        let changed_sentence = put_sentence(write, sentence).await?;
        let changed_needs = set_needs(write, before.id, self.needs).await?;
        if before.holder_id.is_none()
            && let Some(holder) = after.holder_id
        {
            begin_holding(write, before.id, holder, REASON.to_owned()).await?;
        }
        if let Some(officer) = self.officer.filter(|officer| Some(officer.id) != before.officer_id) {
            change_officer(write, before.id, &officer, self.grade.map(Coded), REASON.to_owned()).await?;
        }
        if after == before && !changed_sentence && !changed_needs {
            return Ok(Change::None);
        }
        after.updated_at = write.now();
        let after = write.update_consequence(&before, after).await?;
        sharing::refresh(write, &after).await?;
        Ok(Change::Updated)
    }
}
