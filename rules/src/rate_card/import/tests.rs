use super::*;
use chrono::TimeDelta;

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2017, 6, 1).expect("a day of the calendar");

/// A period by days from today.
fn period(from: i64, to: impl Into<Option<i64>>) -> Period {
    let day = |days| TODAY + TimeDelta::days(days);
    Period { from: day(from), to: to.into().map(day) }
}

fn row(pence: i64, from: i64, to: impl Into<Option<i64>>) -> Stated {
    Stated { pence, period: period(from, to), charges_depend: false }
}

fn published(pence: i64, from: i64, to: impl Into<Option<i64>>) -> Existing {
    let period = period(from, to);
    Existing { pence, period, intended_to: period.to, published: true }
}

type Come = Result<(RateCardAction, Option<i64>), PriceRefusal>;

fn comes_of(rows: &[Stated], existing: &[Existing], load_history: bool) -> Vec<Come> {
    let plain = |outcome: Result<Intake, Refusal<PriceRefusal>>| match outcome {
        Ok(intake) => Ok((intake.action, intake.previous)),
        Err(refusal) => Err(refusal.code),
    };
    intake(rows, existing, TODAY, load_history).into_iter().map(plain).collect()
}

use RateCardAction::{New, Pending, Replaces, Unchanged};

#[test]
fn an_empty_card_takes_every_row_as_new() {
    let rows = [row(5_700, 30, None), row(5_425, 0, 30)];
    assert_eq!(comes_of(&rows, &[], false), [Ok((New, Some(5_425))), Ok((New, None))]);
}

#[test]
fn a_row_takes_over_from_the_published_price_and_says_what_that_was() {
    let existing = [published(5_700, -30, None)];
    assert_eq!(comes_of(&[row(6_000, 30, None)], &existing, false), [Ok((Replaces, Some(5_700)))]);
}

#[test]
fn what_is_published_already_stays_as_it_is() {
    let existing = [published(5_425, -90, -30), published(5_700, -30, None)];
    let rows = [row(5_425, -90, -30), row(5_700, -30, None)];
    assert_eq!(comes_of(&rows, &existing, false), [Ok((Unchanged, None)), Ok((Unchanged, Some(5_425)))]);
}

#[test]
fn a_card_from_before_its_successor_can_be_imported_again() {
    let closed = Existing { intended_to: None, ..published(5_700, -30, 30) };
    let existing = [closed, published(6_000, 30, None)];
    assert_eq!(comes_of(&[row(5_700, -30, None)], &existing, false), [Ok((Unchanged, None))]);
}

#[test]
fn a_card_that_ends_a_price_where_its_next_row_begins_adds_only_that_row() {
    let existing = [published(5_700, -30, None)];
    let rows = [row(5_700, -30, 30), row(6_000, 30, None)];
    assert_eq!(comes_of(&rows, &existing, false), [Ok((Unchanged, None)), Ok((Replaces, Some(5_700)))]);
}

#[test]
fn such_a_card_can_be_imported_again_while_it_awaits_approval() {
    let waiting = Existing { published: false, ..published(6_000, 30, None) };
    let existing = [published(5_700, -30, None), waiting];
    let rows = [row(5_700, -30, 30), row(6_000, 30, None)];
    assert_eq!(comes_of(&rows, &existing, false), [Ok((Unchanged, None)), Ok((Pending, Some(5_700)))]);
}

#[test]
fn a_published_price_is_not_ended_by_stating_another_end() {
    let existing = [published(5_700, -30, None)];
    let refused = intake(&[row(5_700, -30, 30)], &existing, TODAY, false).remove(0).expect_err("another end");
    assert_eq!((refused.code, refused.field), (PriceRefusal::Overlaps, vec!["effectiveTo".to_owned()]));
    assert!(refused.message.contains("2 May 2017 on"), "{}", refused.message);
}

#[test]
fn a_published_price_is_not_edited_by_stating_another_amount() {
    let existing = [published(5_700, 0, None)];
    assert_eq!(comes_of(&[row(5_800, 0, None)], &existing, false), [Err(PriceRefusal::Overlaps)]);
}

#[test]
fn what_awaits_approval_already_is_not_added_again() {
    let waiting = Existing { published: false, ..published(5_700, 30, None) };
    assert_eq!(comes_of(&[row(5_700, 30, None)], &[waiting], false), [Ok((Pending, None))]);
    assert_eq!(comes_of(&[row(5_800, 30, None)], &[waiting], false), [Ok((New, None))]);
}

#[test]
fn rows_in_the_past_are_history_or_refused() {
    let rows = [row(5_425, -90, -30), row(5_700, -30, None)];
    assert_eq!(comes_of(&rows, &[], false), [Err(PriceRefusal::InThePast), Err(PriceRefusal::InThePast)]);
    assert_eq!(comes_of(&rows, &[], true), [Ok((New, None)), Ok((New, Some(5_425)))]);
    let charged = [Stated { charges_depend: true, ..rows[0] }];
    assert_eq!(comes_of(&charged, &[], true), [Err(PriceRefusal::ChargesDepend)]);
}

#[test]
fn overlapping_rows_name_the_other() {
    let rows = [(2, period(0, None)), (3, period(10, 20)), (4, period(-10, 0)), (5, period(30, 40))];
    assert_eq!(crossings(&rows), [(3, 2), (5, 2)]);
    assert_eq!(crossings(&[(2, period(0, 10)), (7, period(0, 10))]), [(7, 2)]);
    assert_eq!(crossings(&[(2, period(0, 10)), (3, period(10, None))]), []);
    assert_eq!(crossings(&[(2, period(5, 0)), (3, period(0, None))]), []);
}
