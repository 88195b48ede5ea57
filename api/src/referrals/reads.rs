//! Named queries over referrals.

use chrono::NaiveDate;
use entity::*;
use rules::Term;
use rules::terms::{ReferralStatus, Urgency};
use sea_orm::sea_query::{Condition, ExprTrait, Query};
use sea_orm::{ColumnTrait, Order};

use super::graphql::{
    Amendment, Assignment, Item, Note, Question, Referral, SharedPerson, SuitabilityMeeting,
};
use crate::cases::graphql::Sentence;
use crate::error::Result;
use crate::graphql::act::Node;
use crate::store::kin::Member;
use crate::store::page::{Form, Key, Ranking};
use crate::store::{Asked, Find, Store, has_words};

type ReferralId = Id<referral::Entity>;
type Of<T> = Result<Vec<(ReferralId, T)>>;

/// What to look for among referrals.
#[derive(Default)]
pub struct Sought {
    /// Only those in one of these statuses.
    pub statuses: Option<Vec<ReferralStatus>>,
    /// Only those of this urgency.
    pub urgency: Option<Urgency>,
    /// Only those submitted whose respond-by date has passed, or only those of which that is not so.
    pub respond_by_passed: Option<bool>,
    /// Only those without a worker, or only those with one.
    pub unassigned: Option<bool>,
    /// Only those assigned to the caller.
    pub assigned_to_me: bool,
    /// Only those that the caller wrote.
    pub sent_by_me: bool,
    /// Only those for this service.
    pub service: Option<Id<service::Entity>>,
    /// Only those to this provider.
    pub provider: Option<Id<organisation::Entity>>,
    /// Only those of this case.
    pub case: Option<Id<probation_case::Entity>>,
    /// Only those of cases in this LDU.
    pub ldu: Option<Id<ldu::Entity>>,
    /// Only those submitted on or after this day (Europe/London).
    pub submitted_from: Option<NaiveDate>,
    /// Only those submitted on or before this day (Europe/London).
    pub submitted_to: Option<NaiveDate>,
    /// Words of reference, CRN and name.
    pub text: Option<String>,
}

/// The referrals that the caller may see and looks for.
pub fn sought<'s>(store: &'s Store, sought: &Sought) -> Result<Find<'s, referral::Entity>> {
    use referral::Column as Is;
    let me = store.scope().person();
    let statuses =
        sought.statuses.as_ref().map(|all| Is::Status.is_in(all.iter().map(|status| status.code())));
    let overdue = || Is::Status.eq(ReferralStatus::Submitted.code()).and(Is::RespondBy.lt(store.today()));
    // A draft has no respond-by day: "not passed" has to say so, since NULL is neither.
    let in_time = || {
        Is::Status
            .ne(ReferralStatus::Submitted.code())
            .or(Is::RespondBy.is_null())
            .or(Is::RespondBy.gte(store.today()))
    };
    let passed = sought.respond_by_passed.map(|yes| if yes { overdue() } else { in_time() });
    let unassigned =
        sought.unassigned.map(|yes| if yes { Is::WorkerId.is_null() } else { Is::WorkerId.is_not_null() });
    let in_ldu = sought.ldu.map(shared_from);
    let until = sought.submitted_to.map(|day| day.succ_opt().unwrap_or(day));
    let words = sought.text.as_deref().map(|text| has_words(Is::SearchText, text)).transpose()?;
    Ok(store
        .find::<referral::Entity>()
        .filter_if(statuses)
        .filter_if(sought.urgency.map(|urgency| Is::Urgency.eq(urgency.code())))
        .filter_if(passed)
        .filter_if(unassigned)
        .filter_if(sought.assigned_to_me.then(|| Is::WorkerId.eq(me)))
        .filter_if(sought.sent_by_me.then(|| Is::ReferredById.eq(me)))
        .filter_if(sought.service.map(|id| Is::ServiceId.eq(id)))
        .filter_if(sought.provider.map(|id| Is::ProviderId.eq(id)))
        .filter_if(sought.case.map(|id| Is::CaseId.eq(id)))
        .filter_if(in_ldu)
        .filter_if(sought.submitted_from.map(|day| Is::SubmittedAt.gte(rules::london::start_of(day))))
        .filter_if(until.map(|day| Is::SubmittedAt.lt(rules::london::start_of(day))))
        .filter_if(words))
}

/// Referrals whose persons are, as far as it is shared, in this LDU of the holder's.
fn shared_from(ldu: Id<ldu::Entity>) -> Condition {
    let of_ldu = |column: ldu::Column| {
        Query::select().column(column).from(ldu::Entity).and_where(ldu::Column::Id.eq(ldu)).to_owned()
    };
    let shared = Query::select()
        .column(shared_person::Column::ReferralId)
        .from(shared_person::Entity)
        .and_where(shared_person::Column::Ldu.in_subquery(of_ldu(ldu::Column::Name)))
        .to_owned();
    Condition::all()
        .add(referral::Column::Id.in_subquery(shared))
        .add(referral::Column::HolderId.in_subquery(of_ldu(ldu::Column::OrganisationId)))
}

/// By the time the draft was made.
pub const fn by_age(newest_first: bool) -> Ranking<referral::Entity> {
    Ranking {
        column: referral::Column::CreatedAt,
        descending: newest_first,
        form: Form::Instant,
        key: |row| Key::Instant(row.created_at),
    }
}

/// By the day by which the provider should answer, the soonest first. Drafts have none: they are left out.
pub const BY_RESPOND_BY: Ranking<referral::Entity> = Ranking {
    column: referral::Column::RespondBy,
    descending: false,
    form: Form::Day,
    key: |row| Key::Day(row.respond_by.unwrap_or_default()),
};

/// Referrals by their identifiers.
pub async fn referrals(store: &Store, ids: Vec<ReferralId>) -> Of<Referral> {
    let rows = store.find::<referral::Entity>().by_ids(ids).await?;
    Ok(Member::family(rows).map(|member| (member.id, Referral(member))).collect())
}

/// The referrals of cases, the latest first, with what is asked for of them.
pub async fn of_cases(
    store: &Store,
    of: Vec<Id<probation_case::Entity>>,
    asked: Asked<'_>,
) -> Result<Vec<(Id<probation_case::Entity>, Referral)>> {
    let find = store.find::<referral::Entity>().of(referral::Column::CaseId, of);
    let find = find.order_by(referral::Column::CreatedAt, Order::Desc);
    let family = find.beside(Referral::BESIDE, Referral::READS, asked).family().await?;
    Ok(family.into_iter().map(|member| (member.case_id, Referral(member))).collect())
}

/// Sentences by their identifiers, where the caller sees the case.
pub async fn sentences(
    store: &Store,
    ids: Vec<Id<sentence::Entity>>,
) -> Result<Vec<(Id<sentence::Entity>, Sentence)>> {
    let rows = store.find::<sentence::Entity>().by_ids(ids).await?;
    Ok(Member::family(rows).map(|member| (member.id, Sentence(member))).collect())
}

/// What referrals share of their persons.
pub async fn people(store: &Store, of: Vec<ReferralId>) -> Of<SharedPerson> {
    let rows = store.find::<shared_person::Entity>().of(shared_person::Column::ReferralId, of).all().await?;
    Ok(rows.into_iter().map(|row| (row.referral_id, SharedPerson(row))).collect())
}

/// Defines a read of what hangs on referrals, in the order of a column.
macro_rules! of_referrals {
    ($( $(#[doc = $doc:literal])+ $name:ident: $table:ident by $column:ident => $thing:ident; )+) => { $(
        $(#[doc = $doc])+
        pub async fn $name(store: &Store, of: Vec<ReferralId>) -> Of<$thing> {
            let find = store.find::<$table::Entity>().of($table::Column::ReferralId, of);
            let rows = find.order_by($table::Column::$column, Order::Asc).order_by($table::Column::Id, Order::Asc).all().await?;
            Ok(Member::family(rows).map(|member| (member.referral_id, $thing(member))).collect())
        }
    )+ };
}

of_referrals! {
    /// The items supplied, the earliest first.
    items: referral_item by CreatedAt => Item;
    /// To whom referrals were assigned, the earliest first.
    assignments: referral_assignment by FromAt => Assignment;
    /// The provider's questions, the earliest first.
    questions: referral_question by AskedAt => Question;
    /// The amendments, the earliest first.
    amendments: referral_amendment by CreatedAt => Amendment;
    /// The case notes that the caller may see, the earliest first.
    notes: referral_note by CreatedAt => Note;
    /// The suitability meetings, the earliest first.
    meetings: suitability_meeting by CreatedAt => SuitabilityMeeting;
}
