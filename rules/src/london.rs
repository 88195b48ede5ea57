//! Days as the probation service counts them: calendar days in Europe/London, summer time included.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Offset, TimeZone, Utc};
use chrono_tz::Europe::London;

/// The calendar day in London at this instant.
///
/// In summer it begins an hour before the UTC day: 30 June 23:30 UTC is already 1 July.
pub fn day(instant: DateTime<Utc>) -> NaiveDate {
    let utc = instant.naive_utc();
    let offset = London.offset_from_utc_datetime(&utc).fix();
    // At the very end of the calendar the London time may lie beyond it.
    utc.checked_add_offset(offset).unwrap_or(utc).date()
}

/// The instant at which this calendar day begins in London.
pub fn start_of(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    // London changes its clocks at 01:00 UTC, so that midnight exists once on every day since 1848;
    // for a day before that the UTC midnight is near enough.
    match London.from_local_datetime(&midnight).earliest() {
        Some(local) => local.with_timezone(&Utc),
        None => midnight.and_utc(),
    }
}

/// The Monday of the week, from Monday to Sunday, in which this day falls.
pub fn week_of(day: NaiveDate) -> NaiveDate {
    let since_monday = u64::from(day.weekday().num_days_from_monday());
    day.checked_sub_days(Days::new(since_monday)).unwrap_or(day)
}

/// The first day of the month in which this day falls.
pub fn month_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// The first day of the month so many months later, or earlier where it is below zero; the end of the calendar
/// beyond it.
pub fn months_later(day: NaiveDate, months: i32) -> NaiveDate {
    let month = month_of(day);
    let by = chrono::Months::new(months.unsigned_abs());
    let moved = if months < 0 { month.checked_sub_months(by) } else { month.checked_add_months(by) };
    moved.unwrap_or(month)
}

/// A person's age in whole years on a day; nothing when they were not born yet.
///
/// Who was born on 29 February turns a year older on 1 March where the year has no such day.
pub fn age_on(date_of_birth: NaiveDate, day: NaiveDate) -> Option<u32> {
    day.years_since(date_of_birth)
}

/// The day on which a person reaches an age in whole years; nothing beyond the calendar.
pub fn reaches(date_of_birth: NaiveDate, age: u32) -> Option<NaiveDate> {
    let year = date_of_birth.year().checked_add(i32::try_from(age).ok()?)?;
    date_of_birth.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 3, 1))
}

/// Whether a day that a client sent can be meant: from 1900 to 2200. The databases hold no more than the
/// calendar's middle.
pub fn believable(day: NaiveDate) -> bool {
    (1900..=2200).contains(&day.year())
}

/// The day as people write it, for sentences: `1 October 2016`.
pub fn written(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use proptest::prelude::*;

    fn date(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar")
    }

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    #[test]
    fn in_summer_the_day_begins_an_hour_before_the_utc_day() {
        assert_eq!(day(instant("2017-06-30T22:59:59Z")), date(2017, 6, 30));
        assert_eq!(day(instant("2017-06-30T23:00:00Z")), date(2017, 7, 1));
        assert_eq!(start_of(date(2017, 7, 1)), instant("2017-06-30T23:00:00Z"));
    }

    #[test]
    fn in_winter_the_day_is_the_utc_day() {
        assert_eq!(day(instant("2017-01-31T23:59:59Z")), date(2017, 1, 31));
        assert_eq!(start_of(date(2017, 2, 1)), instant("2017-02-01T00:00:00Z"));
    }

    #[test]
    fn the_day_on_which_the_clocks_go_forward_has_23_hours() {
        let spring = date(2017, 3, 26);
        assert_eq!(start_of(date(2017, 3, 27)) - start_of(spring), TimeDelta::hours(23));
        assert_eq!(day(instant("2017-03-26T00:00:00Z")), spring);
        assert_eq!(day(instant("2017-03-26T22:59:59Z")), spring);
        assert_eq!(day(instant("2017-03-26T23:00:00Z")), date(2017, 3, 27));
    }

    #[test]
    fn the_day_on_which_the_clocks_go_back_has_25_hours() {
        let autumn = date(2017, 10, 29);
        assert_eq!(start_of(date(2017, 10, 30)) - start_of(autumn), TimeDelta::hours(25));
        assert_eq!(day(instant("2017-10-28T22:59:59Z")), date(2017, 10, 28));
        assert_eq!(day(instant("2017-10-28T23:00:00Z")), autumn);
        assert_eq!(day(instant("2017-10-29T23:59:59Z")), autumn);
        assert_eq!(day(instant("2017-10-30T00:00:00Z")), date(2017, 10, 30));
    }

    #[test]
    fn summer_time_goes_on_beyond_the_sentences_of_today() {
        assert_eq!(day(instant("2060-06-30T23:30:00Z")), date(2060, 7, 1));
    }

    #[test]
    fn a_week_begins_on_monday() {
        assert_eq!(week_of(date(2026, 9, 28)), date(2026, 9, 28));
        assert_eq!(week_of(date(2026, 10, 4)), date(2026, 9, 28));
        assert_eq!(week_of(date(2026, 10, 5)), date(2026, 10, 5));
    }

    #[test]
    fn a_month_begins_on_its_first_day() {
        assert_eq!(month_of(date(2017, 10, 31)), date(2017, 10, 1));
        assert_eq!(months_later(date(2017, 10, 31), 1), date(2017, 11, 1));
        assert_eq!(months_later(date(2017, 10, 2), -10), date(2016, 12, 1));
        months_later(NaiveDate::MAX, 1);
        months_later(NaiveDate::MIN, -1);
    }

    #[test]
    fn a_person_is_a_year_older_on_their_birthday_and_not_before() {
        let born = date(1991, 11, 8);
        assert_eq!(age_on(born, date(2017, 11, 7)), Some(25));
        assert_eq!(age_on(born, date(2017, 11, 8)), Some(26));
        assert_eq!(age_on(born, born), Some(0));
        assert_eq!(age_on(born, date(1991, 11, 7)), None);
    }

    #[test]
    fn who_was_born_on_29_february_turns_a_year_older_on_1_march() {
        let born = date(2000, 2, 29);
        assert_eq!(age_on(born, date(2018, 2, 28)), Some(17));
        assert_eq!(age_on(born, date(2018, 3, 1)), Some(18));
        assert_eq!(age_on(born, date(2020, 2, 29)), Some(20));
        assert_eq!(reaches(born, 18), Some(date(2018, 3, 1)));
        assert_eq!(reaches(born, 20), Some(date(2020, 2, 29)));
    }

    #[test]
    fn the_ends_of_the_calendar_do_no_harm() {
        week_of(NaiveDate::MIN);
        start_of(NaiveDate::MIN);
        start_of(NaiveDate::MAX);
        day(DateTime::<Utc>::MIN_UTC);
        day(DateTime::<Utc>::MAX_UTC);
        assert_eq!(age_on(NaiveDate::MAX, NaiveDate::MIN), None);
        assert_eq!(reaches(NaiveDate::MAX, u32::MAX), None);
    }

    #[test]
    fn days_are_written_as_people_write_them() {
        assert_eq!(written(date(2016, 10, 1)), "1 October 2016");
    }

    proptest! {
        #[test]
        fn an_instant_lies_in_its_day(seconds in -2_000_000_000_i64..4_000_000_000) {
            let instant = DateTime::from_timestamp(seconds, 0).expect("an instant");
            let today = day(instant);
            let tomorrow = today.succ_opt().expect("a day of the calendar");
            prop_assert!(start_of(today) <= instant && instant < start_of(tomorrow));
            prop_assert!(week_of(today) <= today && today < week_of(today) + Days::new(7));
        }

        #[test]
        fn who_reaches_an_age_has_it_that_day_and_not_the_day_before(days in 0_u64..40_000, age in 1_u32..120) {
            let born = date(1900, 1, 1) + Days::new(days);
            let birthday = reaches(born, age).expect("a day of the calendar");
            prop_assert_eq!(age_on(born, birthday), Some(age));
            prop_assert_eq!(age_on(born, birthday - Days::new(1)), Some(age - 1));
        }
    }
}
