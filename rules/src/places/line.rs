//! The line of a service: who is offered a place, who waits, and what time does to both.
//!
//! A line is settled as of an instant: each offer whose time is over lapses at that time, and the place is offered, as of
//! that time, to the first in line whom it fits. So a line that is looked at once a month comes to what it would have come to
//! had somebody looked every minute, and nobody is overtaken.

use chrono::{DateTime, TimeDelta, Utc};

use super::PlaceRefusal;
use crate::Refusal;
use crate::terms::PlaceStatus;

/// A cohort, as far as its line is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room<K> {
    /// The cohort.
    pub id: K,
    /// The LDUs from which people come to it.
    pub ldus: Vec<K>,
    /// How many places it has.
    pub places: i32,
    /// How many of them are booked or offered.
    pub held: i32,
    /// The instant from which it takes nobody; none while it goes on.
    pub closes_at: Option<DateTime<Utc>>,
}

impl<K> Room<K> {
    /// Whether it takes people at this instant.
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        self.closes_at.is_none_or(|closes| at < closes)
    }

    const fn has_room(&self) -> bool {
        self.held < self.places
    }
}

/// Somebody in line, or with an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<K> {
    /// The place that it is about.
    pub id: K,
    /// Where in the line: lower numbers joined earlier. None for a place that was booked at once.
    pub number: Option<i64>,
    /// The cohort: the one waited for, offered or booked; none while it may be any of the service.
    pub cohort: Option<K>,
    /// Only cohorts to which people come from this LDU, where it may be any of the service.
    pub ldu: Option<K>,
    /// How it stands.
    pub status: PlaceStatus,
    /// When the place was offered.
    pub offered_at: Option<DateTime<Utc>>,
    /// Until when the offer stands.
    pub offer_until: Option<DateTime<Utc>>,
    /// When it came to its end.
    pub ended_at: Option<DateTime<Utc>>,
}

impl<K: Copy + Eq> Entry<K> {
    fn waits(&self) -> bool {
        self.status == PlaceStatus::Waiting
    }

    fn fits(&self, room: &Room<K>) -> bool {
        match self.cohort {
            Some(cohort) => cohort == room.id,
            None => self.ldu.is_none_or(|ldu| room.ldus.contains(&ldu)),
        }
    }

    fn end(&mut self, status: PlaceStatus, at: DateTime<Utc>) {
        (self.status, self.ended_at) = (status, Some(at));
    }
}

/// What somebody joins a line for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted<K> {
    /// This cohort; none: any of the service.
    pub cohort: Option<K>,
    /// Only those to which people come from this LDU, where it may be any.
    pub ldu: Option<K>,
}

/// The line of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<K> {
    rooms: Vec<Room<K>>,
    entries: Vec<Entry<K>>,
    /// How long an offer stands.
    offer: TimeDelta,
}

type Refused = Refusal<PlaceRefusal>;

impl<K: Copy + Eq> Line<K> {
    /// The line of these cohorts, in the order in which their places are offered to who may have any, and of those who
    /// wait or have an offer; an offer stands for so long.
    pub fn new(rooms: Vec<Room<K>>, mut entries: Vec<Entry<K>>, offer: TimeDelta) -> Self {
        entries.sort_by_key(|entry| entry.number);
        Self { rooms, entries, offer }
    }

    /// Everybody in it, those too who have left it since it was read.
    pub fn entries(&self) -> &[Entry<K>] {
        &self.entries
    }

    /// Somebody in it.
    pub fn entry(&self, id: K) -> Option<&Entry<K>> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// The cohorts.
    pub fn rooms(&self) -> &[Room<K>] {
        &self.rooms
    }

    fn room(&self, cohort: K) -> Option<&Room<K>> {
        self.rooms.iter().find(|room| room.id == cohort)
    }

    fn free_one(&mut self, cohort: Option<K>) {
        let room = self.rooms.iter_mut().find(|room| Some(room.id) == cohort);
        if let Some(room) = room {
            room.held -= 1;
        }
    }

    /// Brings the line to this instant.
    pub fn settle(&mut self, now: DateTime<Utc>) {
        while let Some((at, index)) = self.next_lapse(now) {
            self.entries[index].end(PlaceStatus::Lapsed, at);
            self.free_one(self.entries[index].cohort);
            self.offer_as_of(at);
        }
        for entry in self.entries.iter_mut().filter(|entry| entry.waits()) {
            let Some(cohort) = entry.cohort else { continue };
            match self.rooms.iter().find(|room| room.id == cohort) {
                Some(room) if room.is_open(now) => {}
                Some(room) => entry.end(PlaceStatus::Ended, room.closes_at.unwrap_or(now)),
                None => entry.end(PlaceStatus::Ended, now),
            }
        }
        self.offer_as_of(now);
    }

    /// The offer that is the first to lapse up to this instant.
    fn next_lapse(&self, now: DateTime<Utc>) -> Option<(DateTime<Utc>, usize)> {
        let offers = self.entries.iter().enumerate();
        let lapses = offers.filter_map(|(index, entry)| {
            let until = entry.offer_until.filter(|until| *until <= now)?;
            (entry.status == PlaceStatus::Offered).then_some((until, index))
        });
        lapses.min_by_key(|(until, index)| (*until, *index))
    }

    /// Offers what is free to the first in line whom it fits.
    fn offer_as_of(&mut self, at: DateTime<Utc>) {
        for entry in self.entries.iter_mut().filter(|entry| entry.waits()) {
            let free = |room: &&mut Room<K>| room.is_open(at) && room.has_room() && entry.fits(room);
            let Some(room) = self.rooms.iter_mut().find(free) else { continue };
            room.held += 1;
            let until = at + self.offer;
            entry.status = PlaceStatus::Offered;
            entry.cohort = Some(room.id);
            entry.offered_at = Some(at);
            entry.offer_until = Some(room.closes_at.map_or(until, |closes| until.min(closes)));
        }
    }

    /// How many places of a cohort can be booked at this instant, at which the line is settled.
    pub fn left(&self, cohort: K, now: DateTime<Utc>) -> i32 {
        let room = self.room(cohort).filter(|room| room.is_open(now));
        room.map_or(0, |room| (room.places - room.held).max(0))
    }

    /// How many places of a cohort are booked or offered.
    pub fn held(&self, cohort: K) -> Option<i32> {
        self.room(cohort).map(|room| room.held)
    }

    /// How many people wait for whom a place of this cohort would do.
    pub fn waiting(&self, cohort: K) -> usize {
        let Some(room) = self.room(cohort) else { return 0 };
        self.entries.iter().filter(|entry| entry.waits() && entry.fits(room)).count()
    }

    /// Where somebody stands in line, from 1: before them are those who joined earlier and may have the same place.
    /// None for who does not wait.
    pub fn position(&self, id: K) -> Option<usize> {
        let mine = self.entry(id).filter(|entry| entry.waits())?;
        let ahead = self.entries.iter().filter(|other| other.waits() && other.number < mine.number);
        Some(ahead.filter(|other| self.are_rivals(mine, other)).count() + 1)
    }

    fn are_rivals(&self, one: &Entry<K>, other: &Entry<K>) -> bool {
        let alike = one.cohort == other.cohort && (one.ldu == other.ldu || one.cohort.is_some());
        alike || self.rooms.iter().any(|room| one.fits(room) && other.fits(room))
    }

    /// Books a place at once.
    pub fn book(&mut self, id: K, cohort: K, now: DateTime<Utc>) -> Result<(), Refused> {
        self.open(cohort, now)?;
        let room = self.rooms.iter_mut().find(|room| room.id == cohort && room.has_room());
        let Some(room) = room else {
            let message =
                "Every place of this cohort is taken, or kept for somebody in line: join the waiting list.";
            return Err(Refusal::of(PlaceRefusal::NoPlaceLeft, "cohortId", message));
        };
        room.held += 1;
        self.entries.push(Entry {
            id,
            number: None,
            cohort: Some(cohort),
            ldu: None,
            status: PlaceStatus::Booked,
            offered_at: None,
            offer_until: None,
            ended_at: None,
        });
        Ok(())
    }

    /// Joins the end of the line; `last` is the last number that anybody ever had in it.
    pub fn join(&mut self, id: K, wanted: Wanted<K>, last: i64, now: DateTime<Utc>) -> Result<(), Refused> {
        if let Some(cohort) = wanted.cohort {
            self.open(cohort, now)?;
        }
        let entry = Entry {
            id,
            number: Some(last.saturating_add(1)),
            cohort: wanted.cohort,
            ldu: if wanted.cohort.is_some() { None } else { wanted.ldu },
            status: PlaceStatus::Waiting,
            offered_at: None,
            offer_until: None,
            ended_at: None,
        };
        if self.rooms.iter().any(|room| room.is_open(now) && room.has_room() && entry.fits(room)) {
            let message = "There is a place, and nobody waits for it: book it.";
            return Err(Refusal::new(PlaceRefusal::PlacesLeft, message));
        }
        self.entries.push(entry);
        Ok(())
    }

    /// Takes the place that is offered.
    pub fn accept(&mut self, id: K, now: DateTime<Utc>) -> Result<(), Refused> {
        let cohort = self.standing(id, PlaceStatus::Offered)?.cohort;
        if let Some(cohort) = cohort {
            self.open(cohort, now)?;
        }
        self.change(id, |entry| entry.status = PlaceStatus::Booked);
        Ok(())
    }

    /// Lets the next in line have the place that is offered.
    pub fn decline(&mut self, id: K, now: DateTime<Utc>) -> Result<(), Refused> {
        let cohort = self.standing(id, PlaceStatus::Offered)?.cohort;
        self.change(id, |entry| entry.end(PlaceStatus::Declined, now));
        self.free_one(cohort);
        self.offer_as_of(now);
        Ok(())
    }

    /// Leaves the line.
    pub fn leave(&mut self, id: K, now: DateTime<Utc>) -> Result<(), Refused> {
        self.standing(id, PlaceStatus::Waiting)?;
        self.change(id, |entry| entry.end(PlaceStatus::Left, now));
        Ok(())
    }

    /// A place that was booked comes free.
    pub fn free(&mut self, cohort: K, now: DateTime<Utc>) {
        self.free_one(Some(cohort));
        self.offer_as_of(now);
    }

    /// Somebody in line, or with an offer, is out of it because their referral ended.
    pub fn end(&mut self, id: K, now: DateTime<Utc>) {
        let Some(entry) = self.entry(id) else { return };
        let (status, cohort) = (entry.status, entry.cohort);
        match status {
            PlaceStatus::Waiting => self.change(id, |entry| entry.end(PlaceStatus::Ended, now)),
            PlaceStatus::Offered => {
                self.change(id, |entry| entry.end(PlaceStatus::Ended, now));
                self.free_one(cohort);
                self.offer_as_of(now);
            }
            PlaceStatus::Booked
            | PlaceStatus::GivenUp
            | PlaceStatus::Declined
            | PlaceStatus::Lapsed
            | PlaceStatus::Left
            | PlaceStatus::Cancelled
            | PlaceStatus::Ended => {}
        }
    }

    /// A cohort is cancelled, and with it what was waited for and offered of it.
    pub fn cancel(&mut self, cohort: K, now: DateTime<Utc>) {
        self.rooms.retain(|room| room.id != cohort);
        let of_it = |entry: &&mut Entry<K>| {
            entry.cohort == Some(cohort)
                && matches!(entry.status, PlaceStatus::Waiting | PlaceStatus::Offered)
        };
        for entry in self.entries.iter_mut().filter(of_it) {
            entry.end(PlaceStatus::Cancelled, now);
        }
    }

    /// A cohort is new, or other than it was: what it has more of is offered, and what was offered stands until it closes.
    pub fn put(&mut self, room: Room<K>, now: DateTime<Utc>) -> Result<(), Refused> {
        if room.places < room.held {
            let message =
                format!("{} people have a place or an offer: give it as many places at least.", room.held);
            return Err(Refusal::of(PlaceRefusal::TooFewPlaces, "places", message));
        }
        let of_it =
            |entry: &&mut Entry<K>| entry.status == PlaceStatus::Offered && entry.cohort == Some(room.id);
        for entry in self.entries.iter_mut().filter(of_it) {
            let until = entry.offered_at.map(|at| at + self.offer);
            entry.offer_until = until.min(room.closes_at.or(until));
        }
        match self.rooms.iter_mut().find(|known| known.id == room.id) {
            Some(known) => *known = room,
            None => self.rooms.push(room),
        }
        self.settle(now);
        Ok(())
    }

    fn change(&mut self, id: K, change: impl FnOnce(&mut Entry<K>)) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.id == id) {
            change(entry);
        }
    }

    /// Whether a cohort takes people.
    fn open(&self, cohort: K, now: DateTime<Utc>) -> Result<(), Refused> {
        match self.room(cohort) {
            Some(room) if room.is_open(now) => Ok(()),
            Some(_) | None => {
                let message = "This cohort takes nobody any more: choose another one.";
                Err(Refusal::of(PlaceRefusal::Closed, "cohortId", message))
            }
        }
    }

    /// Somebody's entry, if it stands so.
    fn standing(&self, id: K, expected: PlaceStatus) -> Result<&Entry<K>, Refused> {
        match self.entry(id) {
            Some(entry) if entry.status == expected => Ok(entry),
            Some(entry) if entry.status == PlaceStatus::Lapsed && expected == PlaceStatus::Offered => {
                let message = "The offer has lapsed, and the place went to the next in line. Join the waiting list again.";
                Err(Refusal::new(PlaceRefusal::OfferLapsed, message))
            }
            Some(_) | None => Err(wrong_status(expected)),
        }
    }
}

fn wrong_status(expected: PlaceStatus) -> Refused {
    let message = match expected {
        PlaceStatus::Offered => "No place is offered: only an offer that stands is accepted or declined.",
        PlaceStatus::Waiting => "It does not stand in line: only who waits leaves the waiting list.",
        PlaceStatus::Booked
        | PlaceStatus::GivenUp
        | PlaceStatus::Declined
        | PlaceStatus::Lapsed
        | PlaceStatus::Left
        | PlaceStatus::Cancelled
        | PlaceStatus::Ended => "It has no place: only a place that is booked is given up.",
    };
    Refusal::new(PlaceRefusal::WrongStatus, message)
}
