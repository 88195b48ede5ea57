//! Reads of the directory.

use crate::graphql::date::Date;
use async_graphql::{Context, InputObject, Object};
use entity::{ldu, organisation, service};
use rules::terms::{DeliveryMode, Gender, Need, PriceKind, Purchaser, SentenceKind};

use super::types::Service;
use crate::directory::search::{self, Sought, Wanted};
use crate::error::{Fault, Result};
use crate::graphql::act::{Node, store};
use crate::graphql::global_id::GlobalId;
use crate::graphql::paging::{Rows, connection, wants_total, window};
use crate::graphql::shown::Shown;
use crate::store::kin::Member;

/// Of whom a service is sought for, what is known; nobody is named.
#[derive(InputObject, Default)]
pub struct WantedInput {
    /// Who would pay.
    pub purchaser: Option<Shown<Purchaser>>,
    /// The gender.
    pub gender: Option<Shown<Gender>>,
    /// The age in whole years, 0 to 130.
    pub age: Option<i32>,
    /// The sentence.
    pub sentence: Option<Shown<SentenceKind>>,
}

impl WantedInput {
    fn wanted(self) -> Result<Wanted> {
        let wrong = || Fault::bad_input("person.age: give whole years from 0 to 130.");
        let years = |age: i32| u32::try_from(age).ok().filter(|age| *age <= 130).ok_or_else(wrong);
        Ok(Wanted {
            purchaser: self.purchaser.map(|shown| shown.0),
            gender: self.gender.map(|shown| shown.0),
            age: self.age.map(years).transpose()?,
            sentence: self.sentence.map(|shown| shown.0),
        })
    }
}

/// Reads of this room.
#[derive(Default)]
pub struct DirectoryQuery;

#[Object]
impl DirectoryQuery {
    /// One service of the directory. Roles: all.
    async fn service(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its identifier.")] id: GlobalId<service::Entity>,
    ) -> Option<Result<Service>> {
        Some(Service::load(store(ctx), id.0).await)
    }

    /// The services of the network, by name; those sought by words, the best fit first: where the name has the words, then
    /// where it has what begins with them, then where the content or the provider does. Roles: all.
    #[allow(clippy::too_many_arguments)]
    async fn services(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those of this provider.")] provider: Option<GlobalId<organisation::Entity>>,
        #[graphql(desc = "Only those that work on this need.")] need: Option<Shown<Need>>,
        #[graphql(
            desc = "Only those whose name, content or provider has all of these words, or what they begin \
                          with, whatever their order, case, accents and endings; at most 200 characters."
        )]
        text: Option<String>,
        #[graphql(desc = "Only those that take referrals on this day (Europe/London).")] open_on: Option<
            Date,
        >,
        #[graphql(
            desc = "Only those on the rate card, or with false only those that wait for approval; null: \
                          both.",
            default_with = "Some(true)"
        )]
        on_card: Option<bool>,
        #[graphql(desc = "Only those that take people from this local delivery unit.")] ldu: Option<
            GlobalId<ldu::Entity>,
        >,
        #[graphql(desc = "Only those that are delivered so.")] mode: Option<Shown<DeliveryMode>>,
        #[graphql(
            desc = "Only those that somebody could start by this day (Europe/London): they say so, or have a \
                          cohort that begins by then with a place left, which takes people from `ldu` where it is given."
        )]
        starts_by: Option<Date>,
        #[graphql(
            desc = "Only those whose unit costs no more than this many pence today, of the prices that you \
                          see."
        )]
        most_pence: Option<i32>,
        #[graphql(desc = "Which price `mostPence` means.", default_with = "Shown(PriceKind::Card)")]
        price_kind: Shown<PriceKind>,
        #[graphql(
            desc = "Only those whose criteria somebody may meet of whom this is known, and that are available on \
                          `openOn`, or today, to who would pay."
        )]
        person: Option<WantedInput>,
        #[graphql(desc = "The first so many, 100 at most; 25 unless said.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 100 at most.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Rows<Service>> {
        let provider = provider.map(|id| id.0);
        let sought = Sought {
            provider,
            need: need.map(|need| need.0),
            text,
            open_on: open_on.map(|day| day.0),
            on_card,
            ldu: ldu.map(|id| id.0),
            mode: mode.map(|mode| mode.0),
            starts_by: starts_by.map(|day| day.0),
            most_pence: most_pence.map(|pence| (i64::from(pence), price_kind.0)),
            person: person.unwrap_or_default().wanted()?,
        };
        let window = window(ctx, first, after, last, before)?;
        let found = search::sought(store(ctx), &sought).await?;
        let page = match search::fit(&sought) {
            Some(fit) => found.page_by_fit(&fit, &search::BY_NAME, &window).await?,
            None => found.page(&search::BY_NAME, &window).await?,
        };
        let total = match wants_total(ctx) {
            true => Some(search::sought(store(ctx), &sought).await?.count().await?),
            false => None,
        };
        Ok(connection(page, total, |rows| Member::family(rows).map(Service)))
    }
}
