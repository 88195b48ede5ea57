//! What a service says of itself, kept as sets of rows that are replaced as a whole.

use std::collections::HashSet;

use entity::{
    Id, ldu, service, service_area, service_availability, service_duty, service_mode, service_venue,
};
use rules::directory::{DirectoryRefusal, check_availability};
use rules::london;
use rules::search::fold;
use rules::text::{Form, SHORT_TEXT};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, ModelTrait};
use serde::Serialize;

use crate::directory::facts::said;
use crate::directory::graphql::{
    ServiceAreaInput, ServiceAvailabilityInput, ServiceFactsInput, ServiceVenueInput,
};
use crate::error::Result;
use crate::store::{Visible, Write};

/// The most areas of a service.
const MOST_AREAS: usize = 100;
/// The most venues, and the most periods, of a service.
const MOST: usize = 50;

type ServiceId = Id<service::Entity>;

/// The sets that were given, as rows.
#[derive(Default)]
pub struct Facts {
    modes: Option<Vec<service_mode::Model>>,
    duties: Option<Vec<service_duty::Model>>,
    areas: Option<Vec<service_area::Model>>,
    venues: Option<Vec<service_venue::Model>>,
    availability: Option<Vec<service_availability::Model>>,
}

/// Reads what was given; mistakes are named in the form. `keeps_card` says whether its author keeps the rate card.
pub async fn read(
    form: &mut Form<DirectoryRefusal>,
    write: &Write,
    service: &mut service::Model,
    input: &ServiceFactsInput,
    keeps_card: bool,
) -> Result<Facts> {
    let id = service.id;
    let known: HashSet<_> = match input.areas.is_some() || input.venues.is_some() {
        true => write.find::<ldu::Entity>().all().await?.into_iter().map(|row| row.id).collect(),
        false => HashSet::new(),
    };
    let facts = form.within("facts", |form| {
        for (field, given) in
            [("duties", input.duties.is_some()), ("availability", input.availability.is_some())]
        {
            let message = "What is agreed is kept by the administrators of the card: ask them.";
            form.refuse_if(given && !keeps_card, DirectoryRefusal::NotYours, field, message);
        }
        if let Some(day) = input.earliest_start.value() {
            let message = "Give a date between 1900 and 2200.";
            form.refuse_if(!london::believable(day.0), DirectoryRefusal::Invalid, "earliestStart", message);
        }
        Facts {
            modes: input.modes.as_ref().map(|all| {
                distinct(all.iter().map(|mode| service_mode::Model { service_id: id, mode: (*mode).into() }))
            }),
            duties: input.duties.as_ref().map(|all| {
                distinct(all.iter().map(|duty| service_duty::Model { service_id: id, duty: (*duty).into() }))
            }),
            areas: input.areas.as_ref().map(|all| areas(form, id, all, &known)),
            venues: input.venues.as_ref().map(|all| venues(form, id, all, &known)),
            availability: input.availability.as_ref().map(|all| availability(form, id, all)),
        }
    });
    service.earliest_start = super::given(&super::days(&input.earliest_start), service.earliest_start);
    Ok(facts)
}

fn distinct<M: PartialEq>(rows: impl Iterator<Item = M>) -> Vec<M> {
    rows.fold(Vec::new(), |mut rows, row| {
        if !rows.contains(&row) {
            rows.push(row);
        }
        rows
    })
}

const NO_LDU: &str = "There is no such local delivery unit.";

fn areas(
    form: &mut Form<DirectoryRefusal>,
    service_id: ServiceId,
    input: &[ServiceAreaInput],
    known: &HashSet<Id<ldu::Entity>>,
) -> Vec<service_area::Model> {
    too_many(form, "areas", input.len(), MOST_AREAS);
    let mut seen = HashSet::new();
    for (index, area) in input.iter().enumerate().take(MOST_AREAS) {
        form.within_item("areas", index, |form| {
            form.refuse_if(!known.contains(&area.ldu_id.0), DirectoryRefusal::Invalid, "lduId", NO_LDU);
            let twice = !seen.insert(area.ldu_id.0);
            form.refuse_if(
                twice,
                DirectoryRefusal::Invalid,
                "lduId",
                "The area is named twice: name it once.",
            );
        });
    }
    let row = |area: &ServiceAreaInput| service_area::Model {
        service_id,
        ldu_id: area.ldu_id.0,
        reach: area.reach.into(),
    };
    input.iter().map(row).collect()
}

fn venues(
    form: &mut Form<DirectoryRefusal>,
    service_id: ServiceId,
    input: &[ServiceVenueInput],
    known: &HashSet<Id<ldu::Entity>>,
) -> Vec<service_venue::Model> {
    too_many(form, "venues", input.len(), MOST);
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    for (index, venue) in input.iter().enumerate().take(MOST) {
        form.within_item("venues", index, |form| {
            let name = form.required("name", &venue.name, SHORT_TEXT);
            let twice = !seen.insert(fold(&name));
            form.refuse_if(
                twice,
                DirectoryRefusal::Invalid,
                "name",
                "The venue is named twice: name it once.",
            );
            let unknown = venue.ldu_id.is_some_and(|id| !known.contains(&id.0));
            form.refuse_if(unknown, DirectoryRefusal::Invalid, "lduId", NO_LDU);
            rows.push(service_venue::Model { service_id, name, ldu_id: venue.ldu_id.map(|id| id.0) });
        });
    }
    rows
}

fn availability(
    form: &mut Form<DirectoryRefusal>,
    service_id: ServiceId,
    input: &[ServiceAvailabilityInput],
) -> Vec<service_availability::Model> {
    too_many(form, "availability", input.len(), MOST);
    let row = |one: &ServiceAvailabilityInput| service_availability::Model {
        id: Id::fresh(),
        service_id,
        purchaser: one.purchaser.into(),
        basis: one.basis.map(Into::into),
        available_from: one.available_from.map(|day| day.0),
        available_to: one.available_to.map(|day| day.0),
    };
    let rows: Vec<_> = input.iter().take(MOST).map(row).collect();
    form.refuse(check_availability(&rows.iter().map(said).collect::<Vec<_>>()));
    rows
}

fn too_many(form: &mut Form<DirectoryRefusal>, field: &str, count: usize, most: usize) {
    form.refuse_if(count > most, DirectoryRefusal::OutOfRange, field, &format!("Give at most {most}."));
}

impl Facts {
    /// Gives the service what was read, and takes away what it had of the same kind; whether that changes anything.
    pub async fn keep(self, write: &mut Write, service: ServiceId) -> Result<bool> {
        let mut changed = false;
        if let Some(rows) = self.modes {
            let present = write
                .find::<service_mode::Entity>()
                .filter(service_mode::Column::ServiceId.eq(service))
                .all()
                .await?;
            changed |= replace::<service_mode::Model>(write, present, rows, PartialEq::eq).await?;
        }
        if let Some(rows) = self.duties {
            let present = write
                .find::<service_duty::Entity>()
                .filter(service_duty::Column::ServiceId.eq(service))
                .all()
                .await?;
            changed |= replace::<service_duty::Model>(write, present, rows, PartialEq::eq).await?;
        }
        if let Some(rows) = self.areas {
            let present = write
                .find::<service_area::Entity>()
                .filter(service_area::Column::ServiceId.eq(service))
                .all()
                .await?;
            changed |= replace::<service_area::Model>(write, present, rows, PartialEq::eq).await?;
        }
        if let Some(rows) = self.venues {
            let present = write
                .find::<service_venue::Entity>()
                .filter(service_venue::Column::ServiceId.eq(service))
                .all()
                .await?;
            changed |= replace::<service_venue::Model>(write, present, rows, PartialEq::eq).await?;
        }
        if let Some(rows) = self.availability {
            let present = write
                .find::<service_availability::Entity>()
                .filter(service_availability::Column::ServiceId.eq(service))
                .all()
                .await?;
            let same = |one: &service_availability::Model, other: &service_availability::Model| {
                said(one) == said(other)
            };
            changed |= replace(write, present, rows, same).await?;
        }
        Ok(changed)
    }
}

async fn replace<M>(
    write: &mut Write,
    present: Vec<M>,
    wanted: Vec<M>,
    same: fn(&M, &M) -> bool,
) -> Result<bool>
where
    M: ModelTrait + Serialize + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
    <M::Entity as EntityTrait>::ActiveModel: Send,
    M::Entity: Visible,
{
    let gone: Vec<_> = present.iter().filter(|row| !wanted.iter().any(|it| same(row, it))).collect();
    let missing: Vec<_> =
        wanted.iter().filter(|row| !present.iter().any(|it| same(row, it))).cloned().collect();
    let changes = !gone.is_empty() || !missing.is_empty();
    for row in gone {
        write.remove(row).await?;
    }
    write.insert_all(missing).await?;
    Ok(changes)
}
