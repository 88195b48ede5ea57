//! What could be proposed to a court, on one printed page.
//!
//! A whole document that needs nothing but itself: its style is in it, it runs nothing and loads nothing. Everything that
//! somebody wrote is put in as text.

use std::collections::HashMap;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use rules::directory::{Age, RarDays};
use rules::rate_card::format_money;
use rules::recommendation::NextCohort;
use rules::terms::Need;
use rules::{Term as _, london};

use super::graphql::Recommendations;
use super::reads::Ranked;
use super::standings::Stands;
use crate::error::Result;
use crate::organisations::reads::organisations;
use crate::store::Store;

/// How many services stand on the page.
const MOST: usize = 5;
/// How much of a service's description stands there, in characters.
const MOST_OF_CONTENT: usize = 200;
/// How many reasons why not stand there in full.
const MOST_REASONS: usize = 2;

const STYLE: &str = "\
@page{size:A4;margin:12mm}
:root{color-scheme:light}
body{font:8.5pt/1.25 system-ui,sans-serif;color:#111;background:#fff;max-width:186mm;margin:0 auto;padding:4mm}
h1{font-size:15pt;margin:0 0 1mm}h2{font-size:11pt;margin:4mm 0 1mm}p,ul,dl{margin:0 0 1mm}ul{padding-left:5mm}
dl{display:grid;grid-template-columns:max-content 1fr max-content 1fr;column-gap:4mm}dt{font-weight:600}dd{margin:0}
table{border-collapse:collapse;width:100%;table-layout:fixed;hyphens:auto}col.wide{width:24%}col.narrow{width:12%}caption{text-align:left;margin-bottom:1mm}
th,td{border:1px solid #555;padding:1mm 1.5mm;text-align:left;vertical-align:top;overflow-wrap:break-word}thead th{background:#eee}
tr{break-inside:avoid}footer{margin-top:3mm;font-size:8pt}
@media print{body{padding:0;max-width:none}}";

/// Whom a summary names.
pub struct Named {
    /// The CRN.
    pub crn: String,
    /// Given names and family name.
    pub name: String,
}

/// The page.
pub async fn page(store: &Store, all: &Recommendations) -> Result<String> {
    let first = all.services.get(..MOST).unwrap_or(&all.services);
    let providers = first.iter().map(|one| one.service.0.provider_id).collect();
    let providers = organisations(store, providers).await?.into_iter();
    let providers: HashMap<_, _> = providers.map(|(id, provider)| (id, provider.0.name.clone())).collect();
    let provider = |one: &Ranked| providers.get(&one.service.0.provider_id).cloned().unwrap_or_default();
    let left_out = all.services.len() - first.len();
    let body = html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { "Services that could be proposed" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { "Services that could be proposed" }
                    (about(all))
                    h2 { "Needs" }
                    (needs(all))
                    h2 { "Services" }
                    @if first.is_empty() { p { "No service of the rate card works on these needs." } }
                    @else {
                        table {
                            caption { "The services that fit best, the best first." }
                            colgroup { col; col; col.wide; col.wide; col.narrow; }
                            thead { tr {
                                th scope="col" { "Service" } th scope="col" { "Content" } th scope="col" { "Suitability" }
                                th scope="col" { "Availability" } th scope="col" { "Cost" }
                            } }
                            tbody { @for one in first { (row(one, &provider(one))) } }
                        }
                        @if left_out > 0 { p { "Further services that were found: " (left_out) "." } }
                    }
                }
                footer { p {
                    "As of " (london::written(all.on)) ", from the directory and the rate card of the partner network. Places, waits \
                     and prices can change until a referral is made."
                } }
            }
        }
    };
    Ok(body.into_string())
}

/// Whom it is about, and what is known of them.
fn about(all: &Recommendations) -> Markup {
    let facts = &all.facts;
    let not_known = || "not known".to_owned();
    let age = match facts.age {
        Age::Years(years) => years.to_string(),
        Age::Born(day) => london::age_on(day, all.on).map_or_else(not_known, |years| years.to_string()),
        Age::Unknown => not_known(),
    };
    let rar_days = match facts.rar_days {
        RarDays::Left(days) => days.to_string(),
        RarDays::SetAside | RarDays::Unknown => not_known(),
    };
    let sentence = facts.sentence.map_or_else(not_known, |kind| kind.label().to_owned());
    let risk = facts.risk.map_or_else(not_known, |risk| risk.label().to_owned());
    html! {
        dl {
            @if let Some(named) = &all.named { dt { "Person" } dd { (named.name) " (" (named.crn) ")" } }
            @else { dt { "Person" } dd { "not named: made from facts alone" } }
            dt { "Age" } dd { (age) }
            dt { "Gender" } dd { (facts.gender.map_or_else(not_known, |gender| gender.label().to_owned())) }
            dt { "Sentence" } dd { (sentence) }
            dt { "RAR days left" } dd { (rar_days) }
            dt { "Risk of serious harm" } dd { (risk) }
            dt { "Local delivery unit" } dd { (facts.ldu.clone().unwrap_or_else(not_known)) }
            dt { "Would pay" } dd { (facts.purchaser.label()) }
        }
    }
}

fn needs(all: &Recommendations) -> Markup {
    // What stands against needs is known of a case alone.
    let one = |one: &Stands| match all.named {
        Some(_) => format!("{} ({})", one.need.label(), one.standing.label().to_lowercase()),
        None => one.need.label().to_owned(),
    };
    let said: Vec<_> = all.needs.iter().map(one).collect();
    html! {
        @if all.needs.is_empty() { p { "No need was assessed." } }
        @else { p { (said.join("; ")) "." } }
    }
}

fn row(one: &Ranked, provider: &str) -> Markup {
    let fit = &one.fit;
    let reasons = one.eligibility.reasons();
    let times = fit.times.iter();
    let times = times.map(|(kept, fit)| format!("{} {}", kept.what.label(), fit.label()).to_lowercase());
    let times: Vec<_> = times.collect();
    let further = reasons.len().saturating_sub(MOST_REASONS);
    html! {
        tr {
            th scope="row" { (one.service.0.name) br; (provider) }
            td { (shortened(&one.service.0.description)) }
            td {
                @if reasons.is_empty() { p { "Suitable, for: " (labels(&fit.needs)) "." } }
                @else { p { "For: " (labels(&fit.needs)) ". Not now:" } ul {
                    @for reason in reasons.iter().take(MOST_REASONS) { li { (reason.said()) } }
                    @if further > 0 { li { "Further reasons: " (further) "." } }
                } }
                @if one.service.0.needs_suitability_meeting { p { "Its provider first assesses whether it suits." } }
                @if let Some(days) = fit.rar_days { p { (days.sentence()) } }
                @if !fit.times.is_empty() { p { "Times: " (times.join("; ")) "." } }
            }
            td {
                p { (fit.reach.sentence()) }
                @if let Some(cohort) = &fit.start.cohort { p { (NextCohort::sentence(cohort)) } }
                p { (fit.start.wait_sentence()) }
            }
            td {
                @match fit.cost {
                    Some(cost) => { strong { (format_money(cost.pence())) } p { (cost.reckoned()) } }
                    None => { "No price today." }
                }
            }
        }
    }
}

fn labels(needs: &[Need]) -> String {
    needs.iter().map(|need| need.label().to_lowercase()).collect::<Vec<_>>().join(", ")
}

/// So much of a text as the page has room for, up to a whole word.
fn shortened(text: &str) -> String {
    let Some((at, _)) = text.char_indices().nth(MOST_OF_CONTENT) else { return text.to_owned() };
    let head = text.get(..at).unwrap_or_default();
    let whole = head.rfind(char::is_whitespace).and_then(|end| head.get(..end)).unwrap_or(head);
    format!("{}…", whole.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_description_ends_at_a_word() {
        assert_eq!(shortened("Short."), "Short.");
        let long = "wörd ".repeat(100);
        let short = shortened(&long);
        assert!(short.ends_with("wörd…") && short.chars().count() <= MOST_OF_CONTENT + 1, "{short}");
        assert_eq!(shortened(&"x".repeat(300)).chars().count(), MOST_OF_CONTENT + 1);
    }
}
