use super::*;
use crate::Term;
use crate::referrals::Capacity;
use crate::terms::{PlaceStatus, ReferralStatus, Weekday};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;

const OFFER: TimeDelta = TimeDelta::hours(72);

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn at(hours: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_506_934_800, 0).expect("an instant") + TimeDelta::hours(hours)
}

fn room(id: u32, places: i32) -> Room<u32> {
    Room { id, ldus: vec![900], places, held: 0, closes_at: None }
}

fn line(rooms: Vec<Room<u32>>) -> Line<u32> {
    Line::new(rooms, Vec::new(), OFFER)
}

fn of(cohort: u32) -> Wanted<u32> {
    Wanted { cohort: Some(cohort), ldu: None }
}

const ANY: Wanted<u32> = Wanted { cohort: None, ldu: None };

fn status(line: &Line<u32>, id: u32) -> PlaceStatus {
    line.entry(id).expect("somebody").status
}

fn code<T: std::fmt::Debug>(result: Result<T, crate::Refusal<PlaceRefusal>>) -> PlaceRefusal {
    result.expect_err("a refusal").code
}

#[test]
fn the_ninth_of_eight_places_is_refused() {
    let mut line = line(vec![room(1, 8)]);
    for id in 0..8 {
        line.book(id, 1, at(0)).expect("a place");
    }
    assert_eq!(code(line.book(8, 1, at(0))), PlaceRefusal::NoPlaceLeft);
    assert_eq!((line.left(1, at(0)), line.held(1)), (0, Some(8)));
}

#[test]
fn an_offer_ends_when_its_cohort_closes_also_where_that_was_moved() {
    let mut line = line(vec![room(1, 1)]);
    line.book(0, 1, at(0)).expect("a place");
    line.join(1, of(1), 0, at(0)).expect("in line");
    line.free(1, at(5));
    let until = |line: &Line<u32>| line.entry(1).expect("somebody").offer_until;
    for (closes_at, expected) in [(Some(at(20)), at(20)), (Some(at(400)), at(77)), (None, at(77))] {
        line.put(Room { closes_at, held: 1, ..room(1, 1) }, at(6)).expect("the same places");
        assert_eq!((until(&line), status(&line, 1)), (Some(expected), PlaceStatus::Offered));
    }
    line.put(Room { closes_at: Some(at(6)), held: 1, ..room(1, 1) }, at(7)).expect("the same places");
    assert_eq!(status(&line, 1), PlaceStatus::Lapsed);
}

#[test]
fn who_joins_a_rolling_cohort_begins_on_its_next_day() {
    let tuesdays =
        WeeklyTime::parse(Weekday::Tuesday, "10:00", "12:00").map_or_else(Vec::new, |time| vec![time]);
    let first = date("2017-09-05");
    let next = |rolling, today| next_start(rolling, first, &tuesdays, date(today));
    assert_eq!(next(true, "2017-10-02"), date("2017-10-03"));
    assert_eq!(next(true, "2017-10-03"), date("2017-10-03"));
    assert_eq!(next(true, "2017-09-01"), first);
    assert_eq!(next(false, "2017-10-02"), first);
    assert_eq!(next_start(true, first, &[], date("2017-10-02")), date("2017-10-02"));
}

#[test]
fn a_place_that_comes_free_is_offered_to_the_first_in_line_and_to_nobody_else() {
    let mut line = line(vec![room(1, 1)]);
    line.book(0, 1, at(0)).expect("a place");
    line.join(1, of(1), 0, at(0)).expect("in line");
    line.join(2, of(1), 1, at(0)).expect("in line");
    assert_eq!((line.position(1), line.position(2), line.waiting(1)), (Some(1), Some(2), 2));
    line.free(1, at(5));
    assert_eq!((status(&line, 1), status(&line, 2)), (PlaceStatus::Offered, PlaceStatus::Waiting));
    assert_eq!(line.entry(1).expect("somebody").offer_until, Some(at(77)));
    assert_eq!((line.position(1), line.position(2), line.left(1, at(5))), (None, Some(1), 0));
    assert_eq!(code(line.book(3, 1, at(5))), PlaceRefusal::NoPlaceLeft);
    line.accept(1, at(6)).expect("a place");
    assert_eq!(status(&line, 1), PlaceStatus::Booked);
    assert_eq!(code(line.accept(2, at(6))), PlaceRefusal::WrongStatus);
}

#[test]
fn an_offer_lapses_and_the_next_has_it_from_then_on_whoever_looks_and_when() {
    let mut line = line(vec![room(1, 1)]);
    line.book(0, 1, at(0)).expect("a place");
    for id in 1..=3 {
        line.join(id, of(1), i64::from(id), at(0)).expect("in line");
    }
    line.free(1, at(0));
    let mut seldom = line.clone();
    for hour in 0..=200 {
        line.settle(at(hour));
    }
    seldom.settle(at(200));
    assert_eq!(line, seldom);
    assert_eq!(
        [1, 2, 3].map(|id| status(&line, id)),
        [PlaceStatus::Lapsed, PlaceStatus::Lapsed, PlaceStatus::Offered]
    );
    assert_eq!(line.entry(3).expect("somebody").offered_at, Some(at(144)));
    assert_eq!(code(line.accept(1, at(200))), PlaceRefusal::OfferLapsed);
    line.settle(at(216));
    assert_eq!((status(&line, 3), line.left(1, at(216))), (PlaceStatus::Lapsed, 1));
}

#[test]
fn an_offer_stands_no_longer_than_the_cohort_takes_people() {
    let closing = Room { closes_at: Some(at(10)), ..room(1, 1) };
    let mut line = line(vec![closing]);
    line.book(0, 1, at(0)).expect("a place");
    line.join(1, of(1), 0, at(0)).expect("in line");
    line.join(2, of(1), 1, at(0)).expect("in line");
    line.free(1, at(5));
    assert_eq!(line.entry(1).expect("somebody").offer_until, Some(at(10)));
    line.settle(at(10));
    assert_eq!((status(&line, 1), status(&line, 2)), (PlaceStatus::Lapsed, PlaceStatus::Ended));
    assert_eq!(code(line.book(3, 1, at(10))), PlaceRefusal::Closed);
    assert_eq!(code(line.join(3, of(1), 2, at(10))), PlaceRefusal::Closed);
}

#[test]
fn who_waits_for_any_cohort_is_offered_the_first_that_fits() {
    let far = Room { ldus: vec![901], ..room(1, 0) };
    let mut line = line(vec![far.clone(), room(2, 0)]);
    line.join(1, Wanted { cohort: None, ldu: Some(900) }, 0, at(0)).expect("in line");
    line.join(2, ANY, 1, at(0)).expect("in line");
    line.join(3, of(1), 2, at(0)).expect("in line");
    assert_eq!([1, 2, 3].map(|id| line.position(id)), [Some(1), Some(2), Some(2)]);
    line.put(Room { places: 1, ..far }, at(1)).expect("a place more");
    assert_eq!(
        [1, 2, 3].map(|id| status(&line, id)),
        [PlaceStatus::Waiting, PlaceStatus::Offered, PlaceStatus::Waiting]
    );
    line.decline(2, at(2)).expect("declined");
    assert_eq!(status(&line, 3), PlaceStatus::Offered);
}

#[test]
fn nobody_waits_for_what_can_be_booked() {
    let mut line = line(vec![room(1, 1)]);
    assert_eq!(code(line.join(1, of(1), 0, at(0))), PlaceRefusal::PlacesLeft);
    assert_eq!(code(line.join(1, ANY, 0, at(0))), PlaceRefusal::PlacesLeft);
    let elsewhere = Wanted { cohort: None, ldu: Some(901) };
    line.join(1, elsewhere, 0, at(0)).expect("in line");
    line.leave(1, at(1)).expect("out of it");
    assert_eq!(code(line.leave(1, at(1))), PlaceRefusal::WrongStatus);
}

#[test]
fn a_cohort_that_is_cancelled_takes_its_line_with_it_and_leaves_the_others() {
    let mut line = line(vec![room(1, 0), room(2, 0)]);
    line.join(1, of(1), 0, at(0)).expect("in line");
    line.join(2, ANY, 1, at(0)).expect("in line");
    line.cancel(1, at(1));
    assert_eq!((status(&line, 1), status(&line, 2)), (PlaceStatus::Cancelled, PlaceStatus::Waiting));
    assert_eq!(code(line.book(3, 1, at(1))), PlaceRefusal::Closed);
}

#[test]
fn a_cohort_keeps_as_many_places_as_people_have() {
    let mut line = line(vec![room(1, 2)]);
    line.book(1, 1, at(0)).expect("a place");
    line.book(2, 1, at(0)).expect("a place");
    let fewer = Room { held: 2, ..room(1, 1) };
    assert_eq!(code(line.put(fewer, at(1))), PlaceRefusal::TooFewPlaces);
}

fn plan(rolling: bool, last_day: Option<&str>, times: &[WeeklyTime]) -> Vec<String> {
    let plan = Plan {
        rolling,
        first_day: date("2017-10-09"),
        last_day: last_day.map(date),
        times,
        places: 8,
        facilitators: 1,
        ldus: 1,
    };
    check_plan(&plan).into_iter().map(|refusal| refusal.field.join(".")).collect()
}

#[test]
fn a_dated_cohort_ends_and_meets_at_times_that_do_not_fall_together() {
    let evening = WeeklyTime::parse(Weekday::Tuesday, "18:00", "20:30").expect("a time");
    let late = WeeklyTime::parse(Weekday::Tuesday, "20:00", "21:00").expect("a time");
    let backwards = WeeklyTime::parse(Weekday::Monday, "12:00", "10:00").expect("a time");
    assert_eq!(evening.to_string(), "Tuesday 18:00 to 20:30");
    assert_eq!(plan(false, Some("2017-12-19"), &[evening]), Vec::<String>::new());
    assert_eq!(plan(true, None, &[evening]), Vec::<String>::new());
    assert_eq!(plan(false, None, &[evening]), ["lastDay"]);
    assert_eq!(plan(false, Some("2017-10-08"), &[evening]), ["lastDay"]);
    assert_eq!(plan(false, Some("2017-12-19"), &[evening, late]), ["weeklyTimes"]);
    assert_eq!(plan(false, Some("2017-12-19"), &[backwards]), ["weeklyTimes"]);
    assert_eq!(plan(false, Some("2017-12-19"), &[]), ["weeklyTimes"]);
    for wrong in ["9:00", "24:00", "09:60", "09:00:00", "", "nine", "09-00", "+9:00"] {
        assert_eq!(WeeklyTime::parse(Weekday::Friday, wrong, "23:00"), None, "{wrong}");
    }
}

#[test]
fn a_dated_cohort_takes_people_until_its_first_day_is_over_in_london() {
    let (first, last) = (date("2017-10-09"), Some(date("2017-12-19")));
    let instant = |text: &str| Some(text.parse().expect("an instant"));
    assert_eq!(closes_at(false, first, last), instant("2017-10-09T23:00:00Z"));
    assert_eq!(closes_at(true, first, last), instant("2017-12-20T00:00:00Z"));
    assert_eq!(closes_at(true, first, None), None);
}

fn start(submitted: &str, started: &str) -> Start {
    let instant = |day: &str| format!("{day}T12:00:00Z").parse().expect("an instant");
    Start { submitted_at: instant(submitted), started_at: instant(started) }
}

#[test]
fn the_wait_is_the_median_of_the_last_starts_and_unknown_with_fewer_than_five() {
    let starts: Vec<_> = (1..=4).map(|day| start("2017-09-01", &format!("2017-09-{:02}", day * 2))).collect();
    let few = expected_wait(&starts);
    assert_eq!((few.days, few.starts, few.between), (None, 0, None));
    let mut five = starts;
    five.push(start("2017-09-01", "2017-09-29"));
    let known = expected_wait(&five);
    assert_eq!((known.days, known.starts), (Some(5), 5));
    assert_eq!(known.between, Some((date("2017-09-02"), date("2017-09-29"))));
    five.push(start("2017-09-01", "2017-09-30"));
    // 1, 3, 5, 7, 28 and 29 days: between 5 and 7.
    assert_eq!(expected_wait(&five).days, Some(6));
}

#[test]
fn only_the_last_twenty_starts_count() {
    let old = (1..=20).map(|day| start("2016-01-01", &format!("2017-01-{day:02}")));
    let new = (1..=20).map(|day| start("2017-09-01", &format!("2017-09-{day:02}")));
    let wait = expected_wait(&old.chain(new).collect::<Vec<_>>());
    assert_eq!((wait.days, wait.starts), (Some(10), 20));
    assert_eq!(wait.between, Some((date("2017-09-01"), date("2017-09-20"))));
}

#[test]
fn a_place_is_sought_by_who_holds_or_manages_once_the_referral_is_sent() {
    use Capacity::{Holder, ProviderManager, Worker};
    let may = |status, capacities: &[Capacity]| may_stand(status, capacities).map_err(|refusal| refusal.code);
    for &status in ReferralStatus::ALL {
        use ReferralStatus::{Accepted, InProgress, Submitted};
        let open = matches!(status, Submitted | Accepted | InProgress);
        assert_eq!(may(status, &[Holder]).is_ok(), open, "{status:?}");
        assert_eq!(may(status, &[Worker, ProviderManager]).is_ok(), open, "{status:?}");
        assert_eq!(may(status, &[Worker]), Err(PlaceRefusal::NotPermitted));
        assert_eq!(may(status, &[]), Err(PlaceRefusal::NotPermitted));
    }
}

#[test]
fn what_can_be_done_is_what_would_not_be_refused() {
    for &status in PlaceStatus::ALL {
        let ended = !matches!(status, PlaceStatus::Waiting | PlaceStatus::Offered | PlaceStatus::Booked);
        assert_eq!(actions(status).is_empty(), ended, "{status:?}");
    }
    let both = [CohortAction::Change, CohortAction::Cancel, CohortAction::Book];
    assert_eq!(cohort_actions(true, true, false, true, 2), both);
    assert_eq!(cohort_actions(false, true, false, true, 0), [CohortAction::JoinWaitingList]);
    assert!(cohort_actions(true, true, true, true, 2).is_empty());
    assert!(cohort_actions(false, true, false, false, 2).is_empty());
}

/// What somebody does next, as numbers choose it.
#[derive(Clone, Copy, Debug)]
struct Deed {
    what: u8,
    who: u8,
    cohort: u8,
    hours: u8,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = (0_u8..8, 0_u8..12, 0_u8..3, 0_u8..60).prop_map(|(what, who, cohort, hours)| Deed {
        what,
        who,
        cohort,
        hours,
    });
    proptest::collection::vec(deed, 1..80)
}

/// A line in which many things are done, and what has to hold after each.
struct Played {
    line: Line<u32>,
    booked: Vec<(u32, u32)>,
    next: u32,
    last: i64,
    now: DateTime<Utc>,
}

impl Played {
    fn begin() -> Self {
        let far = Room { ldus: vec![901], ..room(2, 2) };
        let closing = Room { closes_at: Some(at(300)), ..room(1, 1) };
        let line = line(vec![room(0, 3), closing, far]);
        Self { line, booked: Vec::new(), next: 0, last: 0, now: at(0) }
    }

    fn play(&mut self, deed: Deed, each_hour: bool) {
        let before = self.now;
        self.now += TimeDelta::hours(i64::from(deed.hours));
        if each_hour {
            for hour in 0..deed.hours {
                self.line.settle(before + TimeDelta::hours(i64::from(hour)));
            }
        }
        self.line.settle(self.now);
        self.next += 1;
        let cohort = u32::from(deed.cohort);
        let known: Vec<u32> = self.line.entries().iter().map(|entry| entry.id).collect();
        let who = known.get(usize::from(deed.who) % known.len().max(1)).copied().unwrap_or_default();
        match deed.what {
            0 => {
                if self.line.book(self.next, cohort, self.now).is_ok() {
                    self.booked.push((self.next, cohort));
                }
            }
            1 => self.join(Wanted { cohort: Some(cohort), ldu: None }),
            2 => self.join(Wanted { cohort: None, ldu: deed.who.is_multiple_of(2).then_some(901) }),
            3 => {
                if self.line.accept(who, self.now).is_ok() {
                    let cohort = self.line.entry(who).and_then(|entry| entry.cohort).expect("a cohort");
                    self.booked.push((who, cohort));
                }
            }
            4 => drop(self.line.decline(who, self.now)),
            5 => drop(self.line.leave(who, self.now)),
            6 => self.line.end(who, self.now),
            _ => {
                if let Some((_, cohort)) = self.booked.pop() {
                    self.line.free(cohort, self.now);
                }
            }
        }
    }

    fn join(&mut self, wanted: Wanted<u32>) {
        if self.line.join(self.next, wanted, self.last, self.now).is_ok() {
            self.last += 1;
        }
    }

    /// Whoever has an offer joined before everybody whom it would have fitted and who waited then and still waits.
    fn nobody_is_overtaken(&self) -> bool {
        let offered = self.line.entries().iter().filter(|entry| entry.status == PlaceStatus::Offered);
        offered.into_iter().all(|offer| {
            let room = self.line.rooms().iter().find(|room| Some(room.id) == offer.cohort).expect("a room");
            let waiting = self.line.entries().iter().filter(|entry| entry.status == PlaceStatus::Waiting);
            waiting.into_iter().filter(|entry| entry.number < offer.number).all(|entry| match entry.cohort {
                Some(cohort) => cohort != room.id,
                None => entry.ldu.is_some_and(|ldu| !room.ldus.contains(&ldu)),
            })
        })
    }
}

proptest! {
    #[test]
    fn never_more_people_than_places_and_never_one_free_while_somebody_waits_for_it(deeds in deeds()) {
        let mut played = Played::begin();
        for deed in deeds {
            played.play(deed, false);
            for room in played.line.rooms() {
                let offered = played.line.entries().iter()
                    .filter(|entry| entry.status == PlaceStatus::Offered && entry.cohort == Some(room.id)).count();
                let booked = played.booked.iter().filter(|(_, cohort)| *cohort == room.id).count();
                prop_assert_eq!(usize::try_from(room.held).expect("people"), offered + booked);
                prop_assert!(room.held <= room.places);
                let left = played.line.left(room.id, played.now);
                prop_assert!(left == 0 || played.line.waiting(room.id) == 0);
            }
        }
    }

    #[test]
    fn nobody_in_line_is_overtaken(deeds in deeds()) {
        let mut played = Played::begin();
        for deed in deeds {
            played.play(deed, false);
            prop_assert!(played.nobody_is_overtaken());
        }
    }

    #[test]
    fn no_offer_stands_beyond_its_time(deeds in deeds()) {
        let mut played = Played::begin();
        for deed in deeds {
            played.play(deed, false);
            for entry in played.line.entries().iter().filter(|entry| entry.status == PlaceStatus::Offered) {
                let until = entry.offer_until.expect("an end");
                prop_assert!(until > played.now && until <= entry.offered_at.expect("a beginning") + OFFER);
            }
        }
    }

    #[test]
    fn it_makes_no_difference_how_often_somebody_looks(deeds in deeds()) {
        let (mut seldom, mut often) = (Played::begin(), Played::begin());
        for deed in deeds {
            seldom.play(deed, false);
            often.play(deed, true);
            prop_assert_eq!(&seldom.line, &often.line);
        }
    }

    #[test]
    fn positions_count_from_one_and_nobody_moves_back(deeds in deeds()) {
        let mut played = Played::begin();
        let mut known: std::collections::HashMap<u32, usize> = std::collections::HashMap::new();
        for deed in deeds {
            played.play(deed, false);
            for entry in played.line.entries().iter().filter(|entry| entry.status == PlaceStatus::Waiting) {
                let position = played.line.position(entry.id).expect("a position");
                prop_assert!(position >= 1);
                let before = known.insert(entry.id, position);
                prop_assert!(before.is_none_or(|before| position <= before));
            }
        }
    }

    #[test]
    fn the_wait_lies_between_the_shortest_and_the_longest(days in proptest::collection::vec(0_i64..400, 0..40)) {
        let starts: Vec<_> = days.iter().map(|days| Start { submitted_at: at(0) - TimeDelta::days(*days), started_at: at(0) }).collect();
        let wait = expected_wait(&starts);
        let known = days.len() >= FEWEST_STARTS;
        prop_assert_eq!(wait.starts, if known { days.len().min(LAST_STARTS) } else { 0 });
        prop_assert_eq!(wait.days.is_some(), known);
        if let Some(median) = wait.days {
            prop_assert!(days.iter().min() <= Some(&median) && Some(&median) <= days.iter().max());
        }
    }
}
