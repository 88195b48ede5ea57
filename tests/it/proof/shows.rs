//! What the schema's names stand for: which table's rows a type shows, and of which table an identifier is asked for.

/// What an object of the schema is to the proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// A row of this table, told by this field.
    Row(&'static str, &'static str),
    /// A person by name: one who stands on a row that is seen.
    Named,
    /// Values that are reckoned, or what holds other objects together, told by this field.
    Values(&'static str),
}

use Shown::{Named, Row, Values};

/// What the fields of `Subscription` tell of: the rows of which table, and which field of the event says which.
pub const TOLD: [(&str, &str, &str); 3] = [
    ("inboxChanged", "referral", "referralId"),
    ("rateCardChanged", "price", "priceId"),
    ("referralChanged", "referral", "referralId"),
];

const OBJECTS: &[(&str, Shown)] = &[
    ("Amendment", Row("referral_amendment", "id")),
    ("ApiClient", Row("api_client", "id")),
    ("Assignment", Row("referral_assignment", "id")),
    ("AssessedNeed", Values("need")),
    ("Attendance", Row("attendance", "id")),
    ("AttendanceTotals", Values("attended")),
    ("AuditEvent", Row("audit_event", "id")),
    ("Budget", Row("budget", "id")),
    ("Case", Row("probation_case", "id")),
    ("Charge", Row("charge", "id")),
    ("ClientSecret", Values("createdAt")),
    ("Cohort", Row("cohort", "id")),
    ("Criterion", Row("criterion", "id")),
    ("CriterionVersion", Values("createdAt")),
    ("DeliveryCost", Row("delivery_cost", "id")),
    ("Demand", Values("referrals")),
    ("DesiredOutcome", Row("desired_outcome", "id")),
    ("Eligibility", Values("eligible")),
    ("EligibilityOverride", Row("eligibility_override", "id")),
    ("EndReport", Row("end_report", "id")),
    ("ExpectedWait", Values("starts")),
    ("Feedback", Row("feedback", "id")),
    ("GroupSession", Row("group_session", "id")),
    ("Holding", Row("case_holding", "reason")),
    ("Instrument", Row("instrument", "id")),
    ("Item", Row("referral_item", "id")),
    ("Ldu", Row("ldu", "id")),
    ("Me", Values("roles")),
    ("Measure", Row("measure", "id")),
    ("MeasureChange", Values("points")),
    ("Money", Values("amount")),
    ("NamedPerson", Named),
    ("Note", Row("referral_note", "id")),
    ("OfficerPeriod", Row("case_officer", "reason")),
    ("Organisation", Row("organisation", "id")),
    ("PageInfo", Values("endCursor")),
    ("Person", Row("person", "id")),
    ("Place", Row("place", "id")),
    ("Price", Row("price", "id")),
    ("PriceAlert", Values("money")),
    ("PriceBatch", Row("price_batch", "id")),
    ("PriceEffect", Values("units")),
    ("PricePeriod", Values("from")),
    ("PriceVolume", Values("on")),
    ("PriceThreshold", Row("price_threshold", "id")),
    ("PricePreview", Values("from")),
    ("ProgrammeSuitability", Row("programme_suitability", "id")),
    ("Qualification", Row("qualification", "id")),
    ("Question", Row("referral_question", "id")),
    ("Reading", Row("reading", "id")),
    ("ReasonWhyNot", Values("kind")),
    ("Recommendation", Values("eligibility")),
    ("Recommendations", Values("on")),
    ("Referral", Row("referral", "id")),
    ("ReferralPrice", Row("referral_price", "pricedOn")),
    ("ReportedOutcome", Row("end_report_outcome", "comment")),
    ("Restriction", Row("case_restriction", "reason")),
    ("Revocation", Row("revocation", "id")),
    ("Sentence", Row("sentence", "id")),
    ("Service", Row("service", "id")),
    ("ServiceArea", Values("reach")),
    ("ServiceAvailability", Values("purchaser")),
    ("ServiceVenue", Values("name")),
    ("Session", Row("session", "id")),
    ("SessionChange", Row("session_change", "id")),
    ("SharedPerson", Row("shared_person", "childcare")),
    ("SpendPreview", Values("purchaser")),
    ("Statement", Values("month")),
    ("StatementFigures", Values("units")),
    ("StatementLine", Values("figures")),
    ("SuitabilityMeeting", Row("suitability_meeting", "id")),
    ("TrustedIssuer", Row("trusted_issuer", "id")),
    ("UnmetCriterion", Values("kind")),
    ("UnmetDemand", Values("people")),
    ("UnmetNeed", Values("needs")),
    ("Variation", Row("variation", "id")),
    ("Volume", Values("from")),
    ("WeeklyTime", Values("day")),
    ("WhyAvailable", Values("sentence")),
    ("WhyCohort", Values("sentence")),
    ("WhyCost", Values("sentence")),
    ("WhyEligible", Values("sentence")),
    ("WhyNeeds", Values("sentence")),
    ("WhyRarDays", Values("sentence")),
    ("WhyReach", Values("sentence")),
    ("WhyRecommended", Values("sentences")),
    ("WhyTimes", Values("sentence")),
    ("WhyWait", Values("sentence")),
];

/// Tables of the directory: everybody may read them whole.
pub const OPEN: [&str; 14] = [
    "organisation",
    "ldu",
    "service",
    "service_need",
    "service_mode",
    "service_duty",
    "service_area",
    "service_venue",
    "service_availability",
    "criterion",
    "criterion_version",
    "instrument",
    "cohort",
    "cohort_ldu",
];

/// Fields that never have a value: of unmet needs nobody is told how many there are, page by page.
pub const NEVER_SAID: [(&str, &str); 1] = [("UnmetNeedConnection", "totalCount")];

/// Tables that no answer shows as rows: their values stand on other objects, or on none at all. `visibility.rs` holds
/// them against its oracle.
pub const VALUES_ALONE: [&str; 17] = [
    "criterion_version",
    "person_role",
    "cohort_ldu",
    "referral_start",
    "service_need",
    "service_mode",
    "service_duty",
    "service_area",
    "service_venue",
    "service_availability",
    "case_need",
    "idempotency_key",
    "client_secret",
    "reading_subject",
    "audit_seal",
    "audit_digest",
    "change",
];

/// Tables of the network's directory and its prices: the four who are in one role at the organisations of a kind see
/// much the same of them.
pub const MUCH_ALIKE: [&str; 5] = ["organisation", "service", "cohort", "instrument", "price"];

/// The kinds of criterion that ask for what a referral shares. Of the others nobody is told who delivers and does not
/// see the case: what a person did is not to be inferred.
pub const ASK_FOR_WHAT_IS_SHARED: [&str; 4] = ["AGE_RANGE", "GENDER", "REQUIRED_ITEM", "PURCHASER"];

/// What an object of the schema is to the proof; none where nobody has said.
pub fn of(object: &str) -> Option<Shown> {
    OBJECTS.iter().find(|(name, _)| *name == object).map(|(_, shown)| *shown)
}

/// What an argument asks for that takes an identifier, or another name of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A row of this table.
    Of(&'static str),
    /// Anything that `node` knows.
    Anything,
}

/// The table by the argument's name, where every argument of that name asks for the same.
const BY_NAME: &[(&str, &str)] = &[
    ("batch", "price_batch"),
    ("batchId", "price_batch"),
    ("budgetId", "budget"),
    ("buyer", "organisation"),
    ("case", "probation_case"),
    ("caseId", "probation_case"),
    ("chargeId", "charge"),
    ("clientId", "api_client"),
    ("cohort", "cohort"),
    ("cohortId", "cohort"),
    ("costId", "delivery_cost"),
    ("criterionId", "criterion"),
    ("criterionIds", "criterion"),
    ("desiredOutcomeId", "desired_outcome"),
    ("groupSessionId", "group_session"),
    ("instrumentId", "instrument"),
    ("ldu", "ldu"),
    ("lduId", "ldu"),
    ("lduIds", "ldu"),
    ("measureId", "measure"),
    ("meetingId", "suitability_meeting"),
    ("officer", "person"),
    ("officerId", "person"),
    ("onlyFor", "organisation"),
    ("onlyForId", "organisation"),
    ("organisation", "organisation"),
    ("organisationId", "organisation"),
    ("person", "person"),
    ("personId", "person"),
    ("placeId", "place"),
    ("price", "price"),
    ("priceId", "price"),
    ("provider", "organisation"),
    ("providerId", "organisation"),
    ("questionId", "referral_question"),
    ("referral", "referral"),
    ("referralId", "referral"),
    ("referralIds", "referral"),
    ("reportId", "end_report"),
    ("sentenceId", "sentence"),
    ("service", "service"),
    ("serviceId", "service"),
    ("services", "service"),
    ("serviceIds", "service"),
    ("sessionId", "session"),
    ("thresholdId", "price_threshold"),
    ("variationId", "variation"),
    ("workerId", "person"),
];

/// The table by the place, where the argument's name does not say.
const BY_PLACE: &[(&str, &str, &str)] = &[
    ("ApproveClientSecretInput", "id", "api_client"),
    ("ApproveTrustedIssuerInput", "id", "trusted_issuer"),
    ("ChangeApiClientInput", "id", "api_client"),
    ("ChangePersonInput", "id", "person"),
    ("ChangeTrustedIssuerInput", "id", "trusted_issuer"),
    ("Query.case", "id", "probation_case"),
    ("Query.cohort", "id", "cohort"),
    ("Query.groupSession", "id", "group_session"),
    ("Query.organisation", "id", "organisation"),
    ("Query.price", "id", "price"),
    ("Query.priceBatch", "id", "price_batch"),
    ("Query.referral", "id", "referral"),
    ("Query.service", "id", "service"),
    ("Query.session", "id", "session"),
    ("RotateClientSecretInput", "id", "api_client"),
    ("Subscription.referralChanged", "id", "referral"),
];

/// What an identifier at this place asks for; none where nobody has said.
pub fn identifies(place: &str, name: &str) -> Option<Asked> {
    if matches!((place, name), ("Query.node", "id") | ("Query.nodes", "ids")) {
        return Some(Asked::Anything);
    }
    let by_place = BY_PLACE.iter().find(|(of, argument, _)| *of == place && *argument == name);
    let by_name = BY_NAME.iter().find(|(argument, _)| *argument == name);
    by_place.map(|(_, _, table)| *table).or_else(|| by_name.map(|(_, table)| *table)).map(Asked::Of)
}

/// Texts that name one row as an identifier does: the place, the table and the column.
pub const NAMES: [(&str, &str, &str, &str); 2] = [
    ("Query.case", "crn", "probation_case", "crn"),
    ("Query.referral", "reference", "referral", "reference"),
];

/// Where somebody else's row may be named on purpose, and why that tells nothing that should not be told.
pub const ALLOWED: [(&str, &str, &str); 1] = [(
    "RestrictCaseInput",
    "personId",
    "a relative may work anywhere: whoever is in the network can be named, and nothing of them is answered",
)];

/// Where whoever may ask sees every row that could be named.
pub const NOTHING_HIDDEN: [(&str, &str, &str); 11] = [
    ("AddApiClientInput", "personId", "a system administrator sees everybody"),
    ("ApproveClientSecretInput", "id", "a system administrator sees every client"),
    ("ApproveTrustedIssuerInput", "id", "a system administrator sees every issuer"),
    ("ChangeApiClientInput", "id", "a system administrator sees every client"),
    ("ChangePersonInput", "id", "a system administrator sees everybody"),
    ("ChangeTrustedIssuerInput", "id", "a system administrator sees every issuer"),
    ("Query.auditEvents", "case", "an inspector sees everything"),
    ("Query.auditEvents", "person", "an inspector sees everything"),
    ("RevokeAccessInput", "clientId", "a system administrator sees every client"),
    ("RevokeAccessInput", "personId", "a system administrator sees everybody"),
    ("RotateClientSecretInput", "id", "a system administrator sees every client"),
];

/// Where a row that is named on another, which is seen, is found by that name: it tells no more than the other does.
pub const MENTIONED: [(&str, &str); 1] = [("LiftRestrictionInput", "personId")];
