//! Whether a service is delivered at times that work, childcare and faith allow.
//!
//! A case holds its commitments in people's own words. Words that name times, "Friday prayers 13:00–14:00", are held
//! against the times at which a cohort meets; of all others nothing is claimed, but of work: who works does so by day
//! from Monday to Friday, unless other times are written.

use chrono::NaiveTime;

use crate::places::WeeklyTime;
use crate::terms::{DeliveryMode, Weekday};
use crate::{Term, term};

term! {
    /// What limits when somebody can come.
    Commitment {
        /// Work.
        Work "work" "WORK" "Work";
        /// Childcare.
        Childcare "childcare" "CHILDCARE" "Childcare";
        /// Faith and observance.
        Faith "faith" "FAITH" "Faith";
    }
    /// Whether a service is delivered at times that a commitment allows.
    TimesFit {
        /// It is delivered at other times.
        Fits "fits" "FITS" "Fits";
        /// That cannot be told from what is recorded: agree the times with the provider.
        ToAgree "to_agree" "TO_AGREE" "To agree";
        /// It is delivered at the same times alone.
        Clashes "clashes" "CLASHES" "Clashes";
    }
}

/// A commitment of somebody, in the words that are recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// What it is.
    pub what: Commitment,
    /// The words; empty where no more is known than that there is one.
    pub words: String,
}

/// When a service is delivered.
#[derive(Clone, Copy, Debug)]
pub struct Offered<'a> {
    /// The times of the week at which it meets; empty where they are agreed one by one, or not said.
    pub times: &'a [WeeklyTime],
    /// When and where it is delivered.
    pub modes: &'a [DeliveryMode],
}

impl Kept {
    /// Whether a service is delivered at times that this allows.
    pub fn fit(&self, offered: Offered<'_>) -> TimesFit {
        let busy = busy(&self.words);
        match (self.what, offered.times) {
            (Commitment::Work, []) => by_day(offered.modes),
            (Commitment::Work, times) => {
                let at_work = busy.unwrap_or_else(working_hours);
                if overlap(times, &at_work) { TimesFit::Clashes } else { TimesFit::Fits }
            }
            (Commitment::Childcare, []) if offered.modes.contains(&DeliveryMode::HomeVisit) => TimesFit::Fits,
            (Commitment::Childcare | Commitment::Faith, []) => TimesFit::ToAgree,
            (Commitment::Childcare | Commitment::Faith, times) => match busy {
                Some(busy) if overlap(times, &busy) => TimesFit::Clashes,
                Some(_) => TimesFit::Fits,
                None => TimesFit::ToAgree,
            },
        }
    }

    /// The answer as a sentence.
    pub fn sentence(&self, fit: TimesFit) -> String {
        let what = self.what.label();
        match fit {
            TimesFit::Fits => format!("{what}: it is delivered at times that fit."),
            TimesFit::ToAgree => format!("{what}: agree the times with the provider."),
            TimesFit::Clashes => format!("{what}: it is delivered at times that clash."),
        }
    }
}

/// Whether a service fits all commitments: as it fits the one that it fits least; none without any.
pub fn times_fit(kept: &[Kept], offered: Offered<'_>) -> Option<TimesFit> {
    kept.iter().map(|one| one.fit(offered)).max()
}

/// Who works by day can come in the evening. Visits and stays are agreed one by one.
fn by_day(modes: &[DeliveryMode]) -> TimesFit {
    if modes.contains(&DeliveryMode::Evening) {
        TimesFit::Fits
    } else if modes == [DeliveryMode::Day] {
        TimesFit::Clashes
    } else {
        TimesFit::ToAgree
    }
}

fn overlap(times: &[WeeklyTime], busy: &[WeeklyTime]) -> bool {
    times.iter().any(|one| busy.iter().any(|other| one.meets_with(*other)))
}

fn working_hours() -> Vec<WeeklyTime> {
    let hours = NaiveTime::from_hms_opt(9, 0, 0).zip(NaiveTime::from_hms_opt(17, 0, 0));
    let week = Weekday::ALL.iter().take(5);
    hours.map_or_else(Vec::new, |(starts, ends)| week.map(|&day| WeeklyTime { day, starts, ends }).collect())
}

/// The times that words name, where all of them are understood: each part, up to a comma, a semicolon or a full stop,
/// names one time from–to, and the days of the week to which it belongs, or none for every day.
fn busy(words: &str) -> Option<Vec<WeeklyTime>> {
    let parts: Vec<_> = words.split([',', ';', '.']).map(str::trim).filter(|part| !part.is_empty()).collect();
    let each: Option<Vec<_>> = parts.into_iter().map(of_part).collect();
    each.filter(|each| !each.is_empty()).map(|each| each.concat())
}

/// Words that turn what is said beside them round.
const TURNING: [&str; 8] = ["not", "no", "free", "except", "but", "until", "after", "before"];

fn of_part(part: &str) -> Option<Vec<WeeklyTime>> {
    let spaced = part.to_lowercase().replace(['–', '—', '-'], " - ");
    let words: Vec<_> = spaced.split_whitespace().collect();
    if words.iter().any(|word| TURNING.contains(word)) {
        return None;
    }
    let times: Vec<_> =
        words.iter().filter_map(|word| NaiveTime::parse_from_str(word, "%H:%M").ok()).collect();
    let &[starts, ends] = times.as_slice() else { return None };
    if ends <= starts {
        return None;
    }
    let days = days(&words)?;
    Some(days.into_iter().map(|day| WeeklyTime { day, starts, ends }).collect())
}

/// The days that words name: by name, from one to another, or those from Monday to Friday; every day where none is.
fn days(words: &[&str]) -> Option<Vec<Weekday>> {
    if words.iter().any(|word| matches!(*word, "weekday" | "weekdays")) {
        return Some(Weekday::ALL[..5].to_vec());
    }
    let day = |word: &&str| Weekday::ALL.iter().position(|day| day.code() == word.trim_end_matches('s'));
    let named: Vec<_> = words.iter().filter_map(day).collect();
    let range = words.windows(3).find_map(|three| {
        let [from, "to" | "-", to] = three else { return None };
        Some((day(from)?, day(to)?))
    });
    match (range, named.as_slice()) {
        (Some((from, to)), [_, _]) => Weekday::ALL.get(from..=to).map(<[Weekday]>::to_vec),
        (Some(_), _) => None,
        (None, []) => Some(Weekday::ALL.to_vec()),
        (None, named) => Some(named.iter().filter_map(|at| Weekday::ALL.get(*at).copied()).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn time(day: Weekday, starts: &str, ends: &str) -> WeeklyTime {
        WeeklyTime::parse(day, starts, ends).expect("a time")
    }

    fn kept(what: Commitment, words: &str) -> Kept {
        Kept { what, words: words.to_owned() }
    }

    #[test]
    fn words_that_name_times_are_held_against_the_times_of_a_cohort() {
        let friday = [time(Weekday::Friday, "13:30", "15:00")];
        let later = [time(Weekday::Friday, "14:00", "15:00")];
        let at = |times| Offered { times, modes: &[] };
        let prayers = kept(Commitment::Faith, "Friday prayers 13:00–14:00");
        assert_eq!(prayers.fit(at(&friday)), TimesFit::Clashes);
        assert_eq!(prayers.fit(at(&later)), TimesFit::Fits);
        assert_eq!(prayers.fit(at(&[])), TimesFit::ToAgree);
        let unread = [
            "Childcare until 15:15",
            "Two small children",
            "Not on Friday 13:00-14:00",
            "Friday",
            "13:00",
            "14:00-13:00",
        ];
        for words in unread {
            assert_eq!(kept(Commitment::Childcare, words).fit(at(&friday)), TimesFit::ToAgree, "{words}");
        }
        for (words, days) in [
            ("Monday to Friday 08:00-16:00", 5),
            ("Weekdays 08:00 - 16:00", 5),
            ("Every day 08:00 to 09:00", 7),
            ("Mondays and Fridays 08:00—09:00, Sunday 10:00–11:00", 3),
        ] {
            assert_eq!(busy(words).map(|times| times.len()), Some(days), "{words}");
        }
    }

    #[test]
    fn who_works_comes_in_the_evening_or_at_the_weekend() {
        use DeliveryMode::{Day, Evening, HomeVisit};
        let work = kept(Commitment::Work, "Weekdays from eight to five.");
        let by = |modes| work.fit(Offered { times: &[], modes });
        assert_eq!(by(&[Day]), TimesFit::Clashes);
        assert_eq!(by(&[Day, Evening]), TimesFit::Fits);
        assert_eq!((by(&[Day, HomeVisit]), by(&[])), (TimesFit::ToAgree, TimesFit::ToAgree));
        let at = |day, starts, ends| work.fit(Offered { times: &[time(day, starts, ends)], modes: &[] });
        assert_eq!(at(Weekday::Tuesday, "18:00", "20:30"), TimesFit::Fits);
        assert_eq!(at(Weekday::Tuesday, "10:00", "12:30"), TimesFit::Clashes);
        assert_eq!(at(Weekday::Saturday, "10:00", "12:30"), TimesFit::Fits);
        let nights = kept(Commitment::Work, "Monday to Friday 18:00-23:00");
        let evening = [time(Weekday::Monday, "18:00", "20:00")];
        assert_eq!(nights.fit(Offered { times: &evening, modes: &[Evening] }), TimesFit::Clashes);
    }

    #[test]
    fn the_commitment_that_fits_least_decides() {
        let kept = [kept(Commitment::Faith, ""), kept(Commitment::Work, "")];
        let offered = Offered { times: &[], modes: &[DeliveryMode::Day] };
        assert_eq!(times_fit(&kept, offered), Some(TimesFit::Clashes));
        assert_eq!(times_fit(&kept[..1], offered), Some(TimesFit::ToAgree));
        assert_eq!(times_fit(&[], offered), None);
    }

    proptest! {
        #[test]
        fn whatever_people_write_is_read_or_left(words in ".{0,80}") {
            for time in busy(&words).unwrap_or_default() {
                prop_assert!(time.starts < time.ends);
            }
        }
    }
}
