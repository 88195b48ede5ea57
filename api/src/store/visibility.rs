//! Who may see which rows: one condition a table, and no statement without it.
//!
//! A child's condition follows from its parent's. Sources: DOMAIN.md, "Who may do what" and "Decided".

#![warn(clippy::wildcard_enum_match_arm)]

use entity::*;
use rules::Term;
use rules::alerts::PriceMeasure;
use rules::terms::OrganisationKind;
use rules::terms::Role::{
    Auditor, ContractManager, CourtOfficer, ProviderManager, ProviderWorker, RateCardAdministrator,
    ResponsibleOfficer, SystemAdministrator, TeamManager,
};
use rules::terms::{AccessRestriction, PriceKind, PriceStatus, Purchaser};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait};

use crate::auth::Scope;
use crate::rule::rule;

/// A table whose rows have a rule of visibility. There is no way to read another.
pub trait Visible: EntityTrait<Model: Placed> {
    /// The rows of the table that the caller may see.
    fn visible_to(scope: &Scope) -> Condition;
}

/// Tables that stand beside a row of `P` that the caller sees without a condition of their own: those that everybody
/// reads, and those whose rule is that the caller sees the row, or sees what makes the row seen.
pub trait BesideSeen<P: EntityTrait>: Visible {}
impl<P: EntityTrait> BesideSeen<P> for service::Entity {}
impl<P: EntityTrait> BesideSeen<P> for organisation::Entity {}
impl<P: EntityTrait> BesideSeen<P> for named_person::Entity {}
impl BesideSeen<referral::Entity> for shared_person::Entity {}
impl BesideSeen<referral::Entity> for desired_outcome::Entity {}
impl BesideSeen<referral::Entity> for referral_start::Entity {}
impl BesideSeen<session::Entity> for referral::Entity {}
impl BesideSeen<session::Entity> for attendance::Entity {}
impl BesideSeen<session::Entity> for feedback::Entity {}

/// Implements [`Visible`] for tables, each by a function of the scope.
macro_rules! visible {
    ($($table:ident: $rule:expr;)+) => { $(
        impl Visible for $table::Entity {
            fn visible_to(scope: &Scope) -> Condition {
                let visible: fn(&Scope) -> Condition = $rule;
                rule(stringify!($table), visible(scope))
            }
        }
    )+ };
}

visible! {
    // The network's directory: everybody who has a place in the network may read it.
    organisation: |_| everything();
    ldu: |_| everything();
    service: |_| everything();
    service_need: |_| everything();
    service_mode: |_| everything();
    service_duty: |_| everything();
    service_area: |_| everything();
    service_venue: |_| everything();
    service_availability: |_| everything();
    criterion: |_| everything();
    criterion_version: |_| everything();
    instrument: |_| everything();
    // The calendar too.
    cohort: |_| everything();
    cohort_ldu: |_| everything();

    person: people;
    // No more of a person than this leaves their organisation.
    named_person: |_| everything();
    person_role: |scope| seen::<person::Entity>(person::Column::Id, person_role::Column::PersonId, scope);

    // Who is trusted, and what was taken back: for those who keep the network, and those who inspect it.
    trusted_issuer: trust;
    api_client: trust;
    client_secret: trust;
    revocation: |scope| if keeps_trust(scope) { everything() } else { revocation::Column::ById.eq(scope.person()).into() };

    probation_case: cases;
    case_need: |scope| of_case(case_need::Column::CaseId, scope);
    sentence: |scope| of_case(sentence::Column::CaseId, scope);
    programme_suitability: |scope| of_case(programme_suitability::Column::CaseId, scope);
    case_officer: |scope| of_case(case_officer::Column::CaseId, scope);
    case_holding: |scope| of_case(case_holding::Column::CaseId, scope);
    case_restriction: restrictions;

    price: prices;
    price_batch: price_batches;
    delivery_cost: costs;
    budget: budgets;
    price_threshold: thresholds;

    referral: referrals;
    shared_person: |scope| of_referral(shared_person::Column::ReferralId, scope);
    desired_outcome: |scope| of_referral(desired_outcome::Column::ReferralId, scope);
    referral_item: |scope| of_referral(referral_item::Column::ReferralId, scope);
    referral_assignment: |scope| of_referral(referral_assignment::Column::ReferralId, scope);
    referral_question: |scope| of_referral(referral_question::Column::ReferralId, scope);
    referral_amendment: |scope| of_referral(referral_amendment::Column::ReferralId, scope);
    referral_note: notes;
    suitability_meeting: |scope| of_referral(suitability_meeting::Column::ReferralId, scope);
    eligibility_override: overrides;
    variation: |scope| of_referral(variation::Column::ReferralId, scope);

    place: |scope| of_referral(place::Column::ReferralId, scope);
    referral_start: |scope| of_referral(referral_start::Column::ReferralId, scope);

    session: |scope| of_referral(session::Column::ReferralId, scope);
    session_change: |scope| seen::<session::Entity>(session::Column::Id, session_change::Column::SessionId, scope);
    group_session: group_sessions;
    attendance: |scope| of_referral(attendance::Column::ReferralId, scope);
    feedback: |scope| of_referral(feedback::Column::ReferralId, scope);
    measure: |scope| of_referral(measure::Column::ReferralId, scope);
    qualification: |scope| of_referral(qualification::Column::ReferralId, scope);
    end_report: |scope| of_referral(end_report::Column::ReferralId, scope);
    end_report_outcome: |scope| seen::<end_report::Entity>(end_report::Column::Id, end_report_outcome::Column::ReportId, scope);

    referral_price: |scope| money(referral_price::Column::ReferralId, referral_price::Column::Kind.eq(PriceKind::Supply.code()), referral_price::Column::PriceId, scope);
    charge: |scope| money(charge::Column::ReferralId, charge::Column::Purchaser.eq(Purchaser::Crc.code()), charge::Column::PriceId, scope);

    audit_event: inspected;
    audit_seal: inspected;
    audit_digest: inspected;
    reading: readings;
    reading_subject: |scope| if rule("reading_subject: who manages", scope.roles().any(&[TeamManager, Auditor])) { of_case(reading_subject::Column::CaseId, scope) } else { nothing() };
    // Of changes the server tells those who follow the changed thing, read anew as they may see it.
    change: |_| nothing();
    idempotency_key: |scope| idempotency_key::Column::PersonId.eq(scope.person()).into();
}

/// Colleagues; all people for those who keep or inspect the network. Names that stand on a visible row are read from
/// `named_person`.
fn people(scope: &Scope) -> Condition {
    if rule("people: who keeps or inspects the network", scope.roles().any(&[Auditor, SystemAdministrator])) {
        return everything();
    }
    rule("people: colleagues", person::Column::OrganisationId.eq(scope.organisation())).into()
}

/// Issuers and clients: for system administrators, and for an inspector.
fn trust(scope: &Scope) -> Condition {
    if keeps_trust(scope) { everything() } else { nothing() }
}

fn keeps_trust(scope: &Scope) -> bool {
    rule("trust: who keeps or inspects it", scope.roles().any(&[Auditor, SystemAdministrator]))
}

/// Cases that the caller's organisation holds, for those who keep cases; cases that await allocation, for
/// the court officers who registered them; all, for an inspector.
fn cases(scope: &Scope) -> Condition {
    use probation_case::Column::{HolderId, Id, RegisteredById};
    if inspects(scope) {
        return everything();
    }
    let mut mine = nothing();
    if rule("cases: who keeps them", scope.keeps_cases()) {
        mine = mine.add(rule("cases: held", HolderId.eq(scope.organisation())));
    }
    if rule("cases: court officers", scope.roles().has(CourtOfficer)) {
        let awaiting = Condition::all()
            .add(rule("cases: registered", RegisteredById.eq(scope.organisation())))
            .add(rule("cases: awaiting allocation", HolderId.is_null()));
        mine = mine.add(rule("cases: registered and awaiting", awaiting));
    }
    Condition::all().add(rule("cases: held or awaiting", mine)).add(rule("cases: open", open_to(scope, Id)))
}

/// Managers of the organisation that holds the case see who it is closed to.
fn restrictions(scope: &Scope) -> Condition {
    if !rule("restrictions: who manages", scope.roles().any(&[TeamManager, Auditor])) {
        return nothing();
    }
    of_case(case_restriction::Column::CaseId, scope)
}

/// Referrals of cases that the caller's organisation holds, for those who keep cases; what was sent to the
/// caller's organisation, for those who deliver; all, for an inspector.
fn referrals(scope: &Scope) -> Condition {
    if inspects(scope) {
        return everything();
    }
    let mut mine = nothing();
    if rule("referrals: who keeps cases", scope.keeps_cases()) {
        mine = mine.add(rule("referrals: held", held(scope)));
    }
    mine = mine.add(rule("referrals: delivered", delivered(scope)));
    let open = rule("referrals: open", open_to(scope, referral::Column::CaseId));
    Condition::all().add(rule("referrals: held or delivered", mine)).add(open)
}

/// Referrals of cases that the caller's organisation holds now.
fn held(scope: &Scope) -> Condition {
    rule("held: by the caller's organisation", referral::Column::HolderId.eq(scope.organisation())).into()
}

/// What was sent to the caller's organisation: all of it for a manager, what is assigned to them for a
/// worker; never what was not submitted, and not after the time that policy sets once it has ended.
fn delivered(scope: &Scope) -> Condition {
    use referral::Column::{ProviderId, ProviderReadsUntil, SubmittedAt, WorkerId};
    let mut whose = nothing();
    if rule("delivered: managers", scope.roles().has(ProviderManager)) {
        whose = whose.add(Expr::cust("1 = 1"));
    }
    if rule("delivered: workers", scope.roles().has(ProviderWorker)) {
        whose = whose.add(rule("delivered: assigned", WorkerId.eq(scope.person())));
    }
    let lasts = Condition::any()
        .add(rule("delivered: not ended", ProviderReadsUntil.is_null()))
        .add(rule("delivered: time left", ProviderReadsUntil.gt(scope.today())));
    Condition::all()
        .add(rule("delivered: by the caller's organisation", ProviderId.eq(scope.organisation())))
        .add(rule("delivered: submitted", SubmittedAt.is_not_null()))
        .add(rule("delivered: not lapsed", lasts))
        .add(rule("delivered: theirs", whose))
}

/// Notes on visible referrals; those private to a provider only for its staff who see the referral as
/// its deliverers, and for an inspector.
fn notes(scope: &Scope) -> Condition {
    use referral_note::Column::{PrivateToId, ReferralId};
    if inspects(scope) {
        return everything();
    }
    let as_deliverer = Condition::all()
        .add(rule("notes: delivered", delivered(scope)))
        .add(rule("notes: open", open_to(scope, referral::Column::CaseId)));
    let delivered = exists::<referral::Entity>(referral::Column::Id, ReferralId, as_deliverer);
    let own = Condition::all()
        .add(rule("notes: private to the caller's organisation", PrivateToId.eq(scope.organisation())))
        .add(rule("notes: delivered and open", delivered));
    let shown =
        Condition::any().add(rule("notes: not private", PrivateToId.is_null())).add(rule("notes: own", own));
    rule("notes: of a referral", of_referral(ReferralId, scope))
        .add(rule("notes: not private, or own", shown))
}

/// Exceptions from criteria tell what holds of a person: for those who keep the case, and an inspector.
fn overrides(scope: &Scope) -> Condition {
    if inspects(scope) {
        return everything();
    }
    if !rule("overrides: who keeps cases", scope.keeps_cases()) {
        return nothing();
    }
    let open = rule("overrides: open", open_to(scope, referral::Column::CaseId));
    let held = Condition::all().add(rule("overrides: held", held(scope))).add(open);
    let named_by = eligibility_override::Column::ReferralId;
    rule(
        "overrides: of a referral that is held",
        exists::<referral::Entity>(referral::Column::Id, named_by, held),
    )
}

/// Group sessions of the caller's organisation, for those who deliver.
fn group_sessions(scope: &Scope) -> Condition {
    if inspects(scope) {
        return everything();
    }
    if !rule("group sessions: who delivers", scope.roles().any(&[ProviderWorker, ProviderManager])) {
        return nothing();
    }
    rule("group sessions: own", group_session::Column::ProviderId.eq(scope.organisation())).into()
}

/// Prices: every version of one's own for those who keep them; the published ones that concern them for
/// purchasers and providers. The card is what the NPS pays, the supply price what the CRC pays; what holds for one purchaser
/// alone no other one sees.
fn prices(scope: &Scope) -> Condition {
    use price::Column::{Kind, OrganisationId, PurchaserId, ServiceId, Status};
    if inspects(scope) {
        return everything();
    }
    let mut mine = nothing();
    if rule("prices: who keeps them", scope.roles().any(&[RateCardAdministrator, ContractManager])) {
        mine = mine.add(rule("prices: kept", OrganisationId.eq(scope.organisation())));
    }
    let published = Condition::all().add(rule("prices: published", Status.eq(PriceStatus::Published.code())));
    if rule("prices: who buys", scope.roles().any(&[ResponsibleOfficer, TeamManager, CourtOfficer])) {
        let kinds: &[PriceKind] = match scope.kind() {
            OrganisationKind::Nps => &[PriceKind::Card],
            OrganisationKind::Crc => &[PriceKind::Card, PriceKind::Supply],
            OrganisationKind::Provider | OrganisationKind::Inspectorate | OrganisationKind::Operator => &[],
        };
        let bought = rule("prices: kinds that are bought", Kind.is_in(kinds.iter().map(|kind| kind.code())));
        let own = rule("prices: for the caller's organisation alone", PurchaserId.eq(scope.organisation()));
        let theirs = Condition::any().add(rule("prices: for everybody", PurchaserId.is_null())).add(own);
        mine =
            mine.add(published.clone().add(bought).add(rule("prices: not another purchaser's own", theirs)));
    }
    if rule("prices: who sells", scope.roles().has(ProviderManager)) {
        let own = Condition::all().add(rule(
            "prices: of the caller's service",
            service::Column::ProviderId.eq(scope.organisation()),
        ));
        let own = select::<service::Entity>(service::Column::Id, own);
        let supply = rule("prices: the supply price", Kind.eq(PriceKind::Supply.code()));
        mine = mine.add(published.add(supply).add(rule("prices: sold", ServiceId.in_subquery(own))));
    }
    Condition::all().add(mine)
}

fn price_batches(scope: &Scope) -> Condition {
    if inspects(scope) {
        return everything();
    }
    if !rule("price batches: who keeps the card", scope.roles().has(RateCardAdministrator)) {
        return nothing();
    }
    rule("price batches: own", price_batch::Column::OrganisationId.eq(scope.organisation())).into()
}

/// What it costs a provider to deliver: for its own managers, and for an inspector. Whoever knew it beside the supply
/// price would know what the provider earns.
fn costs(scope: &Scope) -> Condition {
    if inspects(scope) {
        return everything();
    }
    if !rule("costs: who manages delivery", scope.roles().has(ProviderManager)) {
        return nothing();
    }
    rule("costs: own", delivery_cost::Column::ProviderId.eq(scope.organisation())).into()
}

/// What is watched: the CRC's margin by those who keep its prices, the provider's own margin and cost by its managers;
/// all, for an inspector.
fn thresholds(scope: &Scope) -> Condition {
    use price_threshold::Column::{Measure, OrganisationId};
    if inspects(scope) {
        return everything();
    }
    let crc = PriceMeasure::CrcMargin.code();
    let mut mine = nothing();
    if rule("thresholds: who keeps prices", scope.roles().any(&[RateCardAdministrator, ContractManager])) {
        mine = mine.add(rule("thresholds: on the CRC's margin", Measure.eq(crc)));
    }
    if rule("thresholds: who manages delivery", scope.roles().has(ProviderManager)) {
        mine = mine.add(rule("thresholds: on the provider's", Measure.ne(crc)));
    }
    let own = rule("thresholds: own", OrganisationId.eq(scope.organisation()));
    Condition::all().add(own).add(rule("thresholds: measured", mine))
}

/// What an LDU may spend: for the managers of the organisation that it belongs to, and for an inspector.
fn budgets(scope: &Scope) -> Condition {
    if inspects(scope) {
        return everything();
    }
    if !rule("budgets: who manages", scope.roles().has(TeamManager)) {
        return nothing();
    }
    rule("budgets: own", budget::Column::OrganisationId.eq(scope.organisation())).into()
}

/// What a referral costs: for the side that pays, for the provider's manager where the CRC pays the provider
/// (the card is between the CRC and the NPS), and for those who keep the price, without the case itself.
fn money<C: ColumnTrait>(referral_id: C, supply: Expr, price_id: C, scope: &Scope) -> Condition {
    if inspects(scope) {
        return everything();
    }
    let of = |side: Condition| {
        let open = rule("money: open", open_to(scope, referral::Column::CaseId));
        let side = Condition::all().add(side).add(open);
        let one = exists::<referral::Entity>(referral::Column::Id, referral_id, side);
        rule("money: of a referral on one's side", one)
    };
    let mut mine = nothing();
    if rule("money: who keeps cases", scope.keeps_cases()) {
        mine = mine.add(rule("money: held", of(held(scope))));
    }
    if rule("money: who sells", scope.roles().has(ProviderManager)) {
        let delivered = rule("money: delivered", of(delivered(scope)));
        mine = mine.add(Condition::all().add(delivered).add(rule("money: what the CRC pays", supply)));
    }
    if rule("money: who keeps prices", scope.roles().any(&[RateCardAdministrator, ContractManager])) {
        let own = Condition::all().add(rule(
            "money: at a price of one's own",
            price::Column::OrganisationId.eq(scope.organisation()),
        ));
        let priced = exists::<price::Entity>(price::Column::Id, price_id, own);
        mine = mine.add(rule("money: priced", priced));
    }
    Condition::all().add(mine)
}

/// "Reads everything."
fn inspects(scope: &Scope) -> bool {
    rule("inspectors", scope.inspects())
}

/// What is an inspector's alone.
fn inspected(scope: &Scope) -> Condition {
    if inspects(scope) { everything() } else { nothing() }
}

/// Who looked at a case: for the managers of the organisation that holds it, and for an inspector.
fn readings(scope: &Scope) -> Condition {
    if inspects(scope) {
        return everything();
    }
    let of_cases =
        seen::<reading_subject::Entity>(reading_subject::Column::ReadingId, reading::Column::Id, scope);
    rule("readings: of cases", of_cases)
}

/// Limited-access cases: not those closed to the caller, and not those limited to others. It stands above
/// every role but the inspector's.
fn open_to<C: ColumnTrait>(scope: &Scope, case_id: C) -> Condition {
    use case_restriction::Column::{CaseId, Kind, PersonId};
    let named = Condition::all()
        .add(rule("open: named as one of those let in", Kind.eq(AccessRestriction::LimitedTo.code())))
        .add(rule("open: the caller is let in", PersonId.eq(scope.person())));
    let named = select::<case_restriction::Entity>(CaseId, named);
    let closed_to_me = Condition::all()
        .add(rule("open: closed", Kind.eq(AccessRestriction::ClosedTo.code())))
        .add(rule("open: closed to the caller", PersonId.eq(scope.person())));
    let limited_to_others = Condition::all()
        .add(rule("open: limited", Kind.eq(AccessRestriction::LimitedTo.code())))
        .add(rule("open: limited to others", CaseId.not_in_subquery(named)));
    let hidden = Condition::any()
        .add(rule("open: hidden as closed", closed_to_me))
        .add(rule("open: hidden as limited", limited_to_others));
    let hidden = select::<case_restriction::Entity>(CaseId, hidden);
    rule("open: not hidden", case_id.not_in_subquery(hidden)).into()
}

fn of_case<C: ColumnTrait>(case_id: C, scope: &Scope) -> Condition {
    if inspects(scope) {
        return everything();
    }
    let case = seen::<probation_case::Entity>(probation_case::Column::Id, case_id, scope);
    rule("of a case: one that is seen", case)
}

fn of_referral<C: ColumnTrait>(referral_id: C, scope: &Scope) -> Condition {
    if inspects(scope) {
        return everything();
    }
    let referral = seen::<referral::Entity>(referral::Column::Id, referral_id, scope);
    rule("of a referral: one that is seen", referral)
}

/// Whether the caller may see the row of a parent that a column names.
fn seen<E: Visible>(id: E::Column, named_by: impl ColumnTrait, scope: &Scope) -> Condition {
    exists::<E>(id, named_by, E::visible_to(scope))
}

/// Whether there is such a row of the table that a column names. Of a list of all such rows SQLite would make the
/// whole before it looked at the first row of the statement, so that each would cost as much as the network is large.
fn exists<E: EntityTrait>(id: E::Column, named_by: impl ColumnTrait, condition: Condition) -> Condition {
    let named = ExprTrait::equals(Expr::col((E::default(), id)), named_by.as_column_ref());
    Condition::all().add(Expr::exists(select::<E>(id, Condition::all().add(named).add(condition))))
}

fn select<E: EntityTrait>(column: E::Column, condition: Condition) -> SelectStatement {
    Query::select().column((E::default(), column)).from(E::default()).cond_where(condition).to_owned()
}

fn everything() -> Condition {
    Condition::all()
}

/// A disjunction that holds for no row until something is added to it.
fn nothing() -> Condition {
    Condition::any().add(Expr::cust("1 = 0"))
}
