//! The services of the demonstration, with their rules as data. Source: DOMAIN.md, "The services".

use rules::terms::Need::{self, *};
use rules::terms::ServiceUnit::{self, Day, Hour, Programme, Session, Week};
use rules::terms::SessionKind::{self, Group, OneToOne};
use rules::terms::{Purchaser, SessionKind::HomeVisit};

use super::people::CRC;

/// A service of the demonstration.
pub struct Offer {
    /// Who delivers it.
    pub provider: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Content and dosage.
    pub description: &'static str,
    /// How it is usually delivered.
    pub delivery: SessionKind,
    /// The unit in which it is priced.
    pub unit: ServiceUnit,
    /// How many units a person usually receives.
    pub units: i32,
    /// Whether its sessions count as RAR days.
    pub rar: bool,
    /// Whether the provider first assesses suitability.
    pub suitability: bool,
    /// The needs that it works on.
    pub needs: &'static [Need],
}

const fn offer(
    provider: &'static str,
    name: &'static str,
    (delivery, unit, units, rar): (SessionKind, ServiceUnit, i32, bool),
    needs: &'static [Need],
    description: &'static str,
) -> Offer {
    Offer { provider, name, description, delivery, unit, units, rar, suitability: false, needs }
}

/// The services.
pub const OFFERS: &[Offer] = &[
    offer(
        "Willowdene",
        "Counselling and skills support programme",
        (Group, Programme, 1, true),
        &[EmotionalWellbeing, Ete, DrugMisuse, ThinkingAndBehaviour],
        "Day provision over 12 to 25 weeks with counselling and accredited qualifications from Entry Level to Level 2, \
         for men and women. Hard to reach from Herefordshire.",
    ),
    offer(
        "Willowdene",
        "Counselling and skills support programme: single day",
        (Group, Day, 10, true),
        &[EmotionalWellbeing, Ete],
        "Single days of the counselling and skills support programme.",
    ),
    offer(
        "Willowdene",
        "Residential placement",
        (OneToOne, Week, 7, false),
        &[Accommodation, DrugMisuse, AlcoholMisuse],
        "A residential placement, usually for seven weeks.",
    ),
    offer(
        "Willowdene",
        "Self-Awareness and Relationship Management (SARM)",
        (OneToOne, Session, 8, false),
        &[Relationships, EmotionalWellbeing],
        "Through the Gate: sessions before and after release.",
    ),
    offer(
        "YSS",
        "Enhanced Support Service",
        (HomeVisit, Session, 12, true),
        &[Accommodation, FinanceAndDebt, LifestyleAndAssociates, Ete],
        "Keyworkers and volunteer mentors; at the CRC's offices in Hereford and Telford, YSS's own premises in Worcester, \
         or at home. Home visits need a full risk assessment with the referral.",
    ),
    offer(
        "YSS",
        "Meet and Mentor",
        (OneToOne, Session, 10, false),
        &[Accommodation, LifestyleAndAssociates],
        "Through the Gate mentoring by volunteers.",
    ),
    Offer {
        suitability: true,
        ..offer(
            "Worcester University",
            "Therapeutic counselling",
            (OneToOne, Session, 6, true),
            &[EmotionalWellbeing, Relationships],
            "Six sessions, six more if merited, by second-year students under monthly supervision. A tutor first \
             assesses suitability.",
        )
    },
    offer(
        "Gym with Sports England",
        "Healthier Happier Fitter",
        (Group, Session, 12, true),
        &[LifestyleAndAssociates, EmotionalWellbeing],
        "Twelve weekly sessions of two hours in Worcester or Droitwich, for eight people aged 18 to 25. The same measure \
         is taken at start and end.",
    ),
    offer(
        "Hereford community centre",
        "Structured work for women",
        (Group, Session, 10, true),
        &[EmotionalWellbeing, Relationships],
        "Structured work for women in Hereford.",
    ),
    offer(
        CRC,
        "Women’s group programme",
        (Group, Session, 12, true),
        &[EmotionalWellbeing, ThinkingAndBehaviour, Relationships],
        "Twelve sessions in Worcester on a rolling basis, in an order that suits the group; may be repeated voluntarily.",
    ),
    offer(
        CRC,
        "Building Better Relationships (BBR)",
        (Group, Programme, 1, false),
        &[Relationships, AttitudesToOffending],
        "Accredited programme for adult men convicted of violence against an intimate partner.",
    ),
    offer(
        CRC,
        "Resolve",
        (Group, Programme, 1, false),
        &[ThinkingAndBehaviour],
        "Accredited programme for violent offending.",
    ),
    offer(
        CRC,
        "Thinking Skills Programme (TSP)",
        (Group, Programme, 1, false),
        &[ThinkingAndBehaviour, AttitudesToOffending],
        "Accredited programme on thinking and problem solving.",
    ),
    offer(
        CRC,
        "Drink Impaired Drivers (DIDs)",
        (Group, Programme, 1, false),
        &[AlcoholMisuse],
        "Accredited programme for drink-impaired drivers.",
    ),
    offer(
        CRC,
        "Becoming Respectful",
        (OneToOne, Session, 10, true),
        &[Relationships],
        "Domestic abuse work, one to one.",
    ),
    offer(
        CRC,
        "Through the Gate",
        (OneToOne, Session, 3, false),
        &[Accommodation, Ete, FinanceAndDebt],
        "In the prisons Hewell, Featherstone and Eastwood Park: basic custody screening, a resettlement plan and onward \
         referral.",
    ),
    offer(
        "Willowdene",
        "Unpaid-work placement",
        (Group, Hour, 100, false),
        &[Ete],
        "Unpaid work, up to 300 ordered hours, up to a fifth of them for learning. Women have the choice of an individual or \
         a group placement.",
    ),
    offer(
        CRC,
        "Unpaid-work placement",
        (Group, Hour, 100, false),
        &[Ete],
        "Unpaid work in charity shops and other projects, up to 300 ordered hours, up to a fifth of them for learning. Women \
         have the choice of an individual or a group placement.",
    ),
    offer(
        "Addaction",
        "Substance misuse support",
        (OneToOne, Session, 12, true),
        &[DrugMisuse, AlcoholMisuse],
        "Support with drugs and alcohol.",
    ),
    offer(
        "Swanswell",
        "Substance misuse support",
        (OneToOne, Session, 12, true),
        &[DrugMisuse, AlcoholMisuse],
        "Support with drugs and alcohol.",
    ),
    offer(
        "Ixion",
        "Employment, training and education",
        (OneToOne, Session, 6, true),
        &[Ete],
        "Help into work, for instance railway track maintenance skills.",
    ),
    offer(
        "Nacro",
        "Supported accommodation",
        (OneToOne, Week, 12, false),
        &[Accommodation],
        "Supported accommodation; places are limited.",
    ),
];

/// A criterion of the demonstration.
pub struct Rule {
    /// The provider.
    pub provider: &'static str,
    /// The service; none: all of the provider's.
    pub service: Option<&'static str>,
    /// The purchaser it applies to; none: both.
    pub purchaser: Option<Purchaser>,
    /// What it asks.
    pub value: &'static str,
    /// The first day on which it applies.
    pub from: Option<&'static str>,
    /// Why it exists.
    pub reason: &'static str,
}

const fn of_provider(
    provider: &'static str,
    purchaser: Option<Purchaser>,
    value: &'static str,
    reason: &'static str,
) -> Rule {
    Rule { provider, service: None, purchaser, value, from: None, reason }
}

const fn of_service(
    provider: &'static str,
    service: &'static str,
    value: &'static str,
    reason: &'static str,
) -> Rule {
    Rule { provider, service: Some(service), purchaser: None, value, from: None, reason }
}

/// The criteria.
pub const RULES: &[Rule] = &[
    of_provider(
        "Willowdene",
        Some(Purchaser::Nps),
        r#"{"kind":"excluded_offending","none_of":["sexual_offending","significant_violence"]}"#,
        "Agreed with the NPS for all of Willowdene's services.",
    ),
    of_service(
        "Willowdene",
        "Counselling and skills support programme",
        r#"{"kind":"sentence","any_of":["community_order","suspended_sentence_order","post_sentence_supervision"]}"#,
        "Delivered through a RAR, or during post-sentence supervision.",
    ),
    of_service(
        "Willowdene",
        "Counselling and skills support programme: single day",
        r#"{"kind":"sentence","any_of":["community_order","suspended_sentence_order","post_sentence_supervision"]}"#,
        "Delivered through a RAR, or during post-sentence supervision.",
    ),
    of_provider(
        "YSS",
        None,
        r#"{"kind":"required_item","item":"full_risk_assessment","only_for_home_visits":true}"#,
        "Home visits are made only with a full risk assessment supplied on referral.",
    ),
    Rule {
        from: Some("2018-04-01"),
        ..of_provider(
            "YSS",
            Some(Purchaser::Crc),
            r#"{"kind":"priority_cases"}"#,
            "The CRC funds YSS only for IOM cases and others with a high likelihood of reoffending.",
        )
    },
    of_provider(
        "Worcester University",
        None,
        r#"{"kind":"purchaser","any_of":["crc"]}"#,
        "The service is for CRC cases only.",
    ),
    of_service(
        "Gym with Sports England",
        "Healthier Happier Fitter",
        r#"{"kind":"age_range","min":18,"max":25}"#,
        "The programme is for people aged 18 to 25.",
    ),
    of_service(
        "Hereford community centre",
        "Structured work for women",
        r#"{"kind":"gender","any_of":["female"]}"#,
        "The service is for women.",
    ),
    of_service(
        CRC,
        "Women’s group programme",
        r#"{"kind":"gender","any_of":["female"]}"#,
        "The group is for women.",
    ),
    of_service(
        CRC,
        "Women’s group programme",
        r#"{"kind":"sentence","any_of":["licence","community_order"]}"#,
        "Open to women on licence or a community order.",
    ),
    of_service(
        CRC,
        "Building Better Relationships (BBR)",
        r#"{"kind":"gender","any_of":["male"]}"#,
        "The programme is accredited for men.",
    ),
    of_service(
        CRC,
        "Building Better Relationships (BBR)",
        r#"{"kind":"offending","any_of":["domestic_abuse"]}"#,
        "The programme is for intimate partner violence.",
    ),
    of_service(
        CRC,
        "Building Better Relationships (BBR)",
        r#"{"kind":"age_range","min":18}"#,
        "The programme is accredited for adults.",
    ),
    of_service(
        CRC,
        "Building Better Relationships (BBR)",
        r#"{"kind":"suitability","any_of":["BBR"]}"#,
        "An ineligible place costs a penalty: the person is assessed for the programme before the referral.",
    ),
    of_service(CRC, "Resolve", r#"{"kind":"age_range","min":18}"#, "The programme is accredited for adults."),
    of_service(
        CRC,
        "Resolve",
        r#"{"kind":"offending","any_of":["significant_violence"]}"#,
        "The programme is for violence other than domestic abuse.",
    ),
    of_service(
        CRC,
        "Thinking Skills Programme (TSP)",
        r#"{"kind":"age_range","min":18}"#,
        "The programme is accredited for adults.",
    ),
    of_service(
        CRC,
        "Drink Impaired Drivers (DIDs)",
        r#"{"kind":"age_range","min":18}"#,
        "The programme is accredited for adults.",
    ),
];

/// What Willowdene states that a unit of its services costs, in pence.
pub(super) const COSTS: [(&str, i64); 3] = [
    ("Counselling and skills support programme", 158_000),
    ("Counselling and skills support programme: single day", 6_250),
    ("Residential placement", 51_500),
];
