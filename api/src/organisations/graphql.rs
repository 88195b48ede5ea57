//! Organisations and people as GraphQL shows them.

use async_graphql::{Context, InputObject, MaybeUndefined, Object};
use entity::{Id, ldu, named_person, organisation, person, reads_columns};
use rules::terms::{Grade, OrganisationKind, Role};

use super::{reads, service};
use crate::error::Result;
use crate::graphql::act::{Node, mutate, store};
use crate::graphql::cut::{Cut, cut};
use crate::graphql::global_id::GlobalId;
use crate::graphql::in_turn::{Found, InTurn};
use crate::graphql::paging::{Rows, connection, wants_total, window};
use crate::graphql::shown::Shown;
use crate::store::kin::{Member, ToMany, ToOne};
use crate::{keyed, payloads};
use service::OrganisationRefusal;

/// An organisation with what was read for it.
#[derive(Clone)]
pub struct Organisation(pub Member<organisation::Model, OrganisationKin>);

/// What hangs on organisations.
#[derive(Default)]
pub struct OrganisationKin {
    ldus: ToMany<Id<organisation::Entity>, Ldu>,
}

impl Node for Organisation {
    type Table = organisation::Entity;
    type Kin = OrganisationKin;
    fn show(member: Member<organisation::Model, Self::Kin>) -> Self {
        Self(member)
    }
}

/// An organisation of the network.
#[reads_columns]
#[Object]
impl Organisation {
    /// Its identifier.
    pub async fn id(&self) -> GlobalId<organisation::Entity> {
        self.0.id.into()
    }
    /// What it is in the network.
    fn kind(&self) -> Shown<OrganisationKind> {
        self.0.kind.into()
    }
    /// Its name, as people write it.
    fn name(&self) -> &str {
        &self.0.name
    }
    /// Its local delivery units; none for a provider.
    async fn ldus(&self, ctx: &Context<'_>) -> Result<Cut<'_, Ldu>> {
        let ids = || self.0.rows().iter().map(|row| row.id).collect();
        cut(ctx, self.0.kin().ldus.of(&self.0.id, || reads::ldus(store(ctx), ids())).await)
    }
}

/// A local delivery unit.
pub struct Ldu(pub ldu::Model);

/// A local delivery unit of the NPS or the CRC.
#[Object]
impl Ldu {
    /// Its identifier.
    fn id(&self) -> GlobalId<ldu::Entity> {
        self.0.id.into()
    }
    /// Its name.
    fn name(&self) -> &str {
        &self.0.name
    }
}

/// A colleague with what was read for them.
pub struct Person(pub Member<person::Model, PersonKin>);

/// What hangs on people.
#[derive(Default)]
pub struct PersonKin {
    organisation: ToOne<Id<organisation::Entity>, Organisation>,
    ldu: ToOne<Id<ldu::Entity>, Ldu>,
    roles: ToMany<Id<person::Entity>, Role>,
}

impl Node for Person {
    type Table = person::Entity;
    type Kin = PersonKin;
    fn show(member: Member<person::Model, Self::Kin>) -> Self {
        Self(member)
    }
}

/// A member of staff, as colleagues and those who keep the network see them.
#[Object]
impl Person {
    /// Their identifier.
    fn id(&self) -> GlobalId<person::Entity> {
        self.0.id.into()
    }
    /// Their name.
    fn name(&self) -> &str {
        &self.0.name
    }
    /// Their work address.
    fn email(&self) -> &str {
        &self.0.email
    }
    /// The `sub` of their tokens.
    fn subject(&self) -> &str {
        &self.0.subject
    }
    /// Their grade, for probation staff.
    fn grade(&self) -> Option<Shown<Grade>> {
        self.0.grade.map(Shown::from)
    }
    /// Whether they still work there; who left has no access.
    fn active(&self) -> bool {
        self.0.active
    }
    /// Counts the changes; send it with the next change.
    fn version(&self) -> i64 {
        self.0.version
    }
    /// The organisation they work for.
    async fn organisation(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Organisation>>> {
        let ids = || self.0.rows().iter().map(|row| row.organisation_id).collect();
        let found =
            self.0.kin().organisation.of(&self.0.organisation_id, || reads::organisations(store(ctx), ids()));
        found.await.in_turn()
    }
    /// The LDU they work in, for probation staff.
    async fn ldu(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Ldu>>> {
        let id = self.0.ldu_id?;
        let ids = || self.0.rows().iter().filter_map(|row| row.ldu_id).collect();
        self.0.kin().ldu.of(&id, || reads::ldus_by_id(store(ctx), ids())).await.in_turn()
    }
    /// The roles they may act in.
    async fn roles(&self, ctx: &Context<'_>) -> Result<Vec<Shown<Role>>> {
        let ids = || self.0.rows().iter().map(|row| row.id).collect();
        let roles = self.0.kin().roles.of(&self.0.id, || reads::roles(store(ctx), ids())).await?;
        Ok(roles.iter().copied().map(Shown).collect())
    }
}

/// A person by name, as they stand on something that the reader sees.
pub struct NamedPerson(Member<named_person::Model, NamedKin>);

impl NamedPerson {
    /// Rows as a family, each with the person's identifier.
    pub fn each(rows: Vec<named_person::Model>) -> impl Iterator<Item = (Id<person::Entity>, Self)> {
        Member::family(rows).map(|member| (member.id, Self(member)))
    }
}

/// What hangs on named people.
#[derive(Default)]
pub struct NamedKin {
    organisation: ToOne<Id<organisation::Entity>, Organisation>,
}

/// A member of staff by name, as they stand on something that you see: who referred, who delivers, who wrote.
#[reads_columns]
#[Object]
impl NamedPerson {
    /// Their identifier.
    fn id(&self) -> GlobalId<person::Entity> {
        self.0.id.into()
    }
    /// Their name.
    fn name(&self) -> &str {
        &self.0.name
    }
    /// Their grade, for probation staff.
    fn grade(&self) -> Option<Shown<Grade>> {
        self.0.grade.map(Shown::from)
    }
    /// The organisation they work for.
    async fn organisation(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Organisation>>> {
        let ids = || self.0.rows().iter().map(|row| row.organisation_id).collect();
        let found =
            self.0.kin().organisation.of(&self.0.organisation_id, || reads::organisations(store(ctx), ids()));
        found.await.in_turn()
    }
}

/// The caller.
pub struct Me;

/// Who you are to the network.
#[Object]
impl Me {
    /// You.
    async fn person(&self, ctx: &Context<'_>) -> Result<Person> {
        Person::load(store(ctx), store(ctx).scope().person()).await
    }
    /// The organisation you act for.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::load(store(ctx), store(ctx).scope().organisation()).await
    }
    /// The roles that your token proves.
    fn roles(&self, ctx: &Context<'_>) -> Vec<Shown<Role>> {
        store(ctx).scope().roles().list().into_iter().map(Shown).collect()
    }
}

/// Reads of this room.
#[derive(Default)]
pub struct OrganisationsQuery;

#[Object]
impl OrganisationsQuery {
    /// Who you are to the network. Roles: all.
    fn me(&self) -> Me {
        Me
    }

    /// One organisation. Roles: all.
    async fn organisation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its identifier.")] id: GlobalId<organisation::Entity>,
    ) -> Option<Result<Organisation>> {
        Some(Organisation::load(store(ctx), id.0).await)
    }

    /// The organisations of the network, by name. Roles: all.
    async fn organisations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those of this kind.")] kind: Option<Shown<OrganisationKind>>,
        #[graphql(desc = "The first so many, 100 at most; 25 unless said.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 100 at most.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Rows<Organisation>> {
        let kind = kind.map(|kind| kind.0);
        let page = reads::page(store(ctx), kind, &window(ctx, first, after, last, before)?).await?;
        let total = if wants_total(ctx) { Some(reads::count(store(ctx), kind).await?) } else { None };
        Ok(connection(page, total, |rows| Member::family(rows).map(Organisation)))
    }

    /// The people that you may see, by name: your colleagues; all people for auditors and system
    /// administrators. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, PROVIDER_MANAGER, AUDITOR, SYSTEM_ADMINISTRATOR.
    #[allow(clippy::too_many_arguments)]
    async fn people(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those in this role.")] role: Option<Shown<Role>>,
        #[graphql(desc = "Only those of this organisation.")] organisation: Option<
            GlobalId<organisation::Entity>,
        >,
        #[graphql(desc = "The first so many, 100 at most; 25 unless said.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 100 at most.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Rows<Person>> {
        let sought =
            reads::PeopleSought { role: role.map(|role| role.0), organisation: organisation.map(|id| id.0) };
        let page = reads::people(store(ctx), &sought)
            .page(&reads::PEOPLE_BY_NAME, &window(ctx, first, after, last, before)?)
            .await?;
        let total =
            if wants_total(ctx) { Some(reads::people(store(ctx), &sought).count().await?) } else { None };
        Ok(connection(page, total, |rows| Member::family(rows).map(Person)))
    }
}

/// A new organisation.
#[derive(InputObject)]
pub struct AddOrganisationInput {
    /// What it is in the network.
    pub kind: Shown<OrganisationKind>,
    /// Its name, unique in the network; at most 200 characters.
    pub name: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A new local delivery unit.
#[derive(InputObject)]
pub struct AddLduInput {
    /// The organisation it belongs to: the NPS or a CRC.
    pub organisation_id: GlobalId<organisation::Entity>,
    /// Its name, unique within the organisation; at most 200 characters.
    pub name: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A new member of staff.
#[derive(InputObject)]
pub struct AddPersonInput {
    /// The organisation they work for.
    pub organisation_id: GlobalId<organisation::Entity>,
    /// The `sub` of their tokens, unique in the network; at most 200 characters.
    pub subject: String,
    /// Their name; at most 200 characters.
    pub name: String,
    /// Their work address, unique in the network.
    pub email: String,
    /// Their grade, for probation staff.
    pub grade: Option<Shown<Grade>>,
    /// The LDU they work in, one of their organisation's.
    pub ldu_id: Option<GlobalId<ldu::Entity>>,
    /// The roles they may act in, at least one; each must fit the kind of organisation.
    pub roles: Vec<Shown<Role>>,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A change to a member of staff. What is left out stays as it is.
#[derive(InputObject)]
pub struct ChangePersonInput {
    /// The person.
    pub id: GlobalId<person::Entity>,
    /// The version that you read.
    pub version: i32,
    /// Their name; at most 200 characters.
    pub name: Option<String>,
    /// Their work address, unique in the network.
    pub email: Option<String>,
    /// Their grade.
    pub grade: Option<Shown<Grade>>,
    /// The LDU they work in, one of their organisation's; null where they work in none.
    pub ldu_id: MaybeUndefined<GlobalId<ldu::Entity>>,
    /// Whether they work there: `false` ends their access within seconds.
    pub active: Option<bool>,
    /// All roles that they may act in from now on.
    pub roles: Option<Vec<Shown<Role>>>,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

payloads! {
    OrganisationRefusal;
    AddOrganisationPayload { organisation: Organisation }
    AddPersonPayload { person: Person }
    ChangePersonPayload { person: Person }
    AddLduPayload { organisation: Organisation }
}

/// Changes of this room.
#[derive(Default)]
pub struct OrganisationsMutation;

#[Object]
impl OrganisationsMutation {
    /// Adds an organisation to the network. Roles: SYSTEM_ADMINISTRATOR.
    async fn add_organisation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: AddOrganisationInput,
    ) -> Result<AddOrganisationPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::add_organisation(write, input))).await?;
        AddOrganisationPayload::answer(ctx, done).await
    }

    /// Adds a local delivery unit to the NPS or a CRC. Roles: SYSTEM_ADMINISTRATOR.
    async fn add_ldu(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: AddLduInput,
    ) -> Result<AddLduPayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::add_ldu(write, input))).await?;
        AddLduPayload::answer(ctx, done).await
    }

    /// Adds a member of staff. Roles: SYSTEM_ADMINISTRATOR.
    async fn add_person(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: AddPersonInput,
    ) -> Result<AddPersonPayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::add_person(write, input))).await?;
        AddPersonPayload::answer(ctx, done).await
    }

    /// Changes a member of staff: their name, grade, roles, or that they left. Roles: SYSTEM_ADMINISTRATOR.
    async fn change_person(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: ChangePersonInput,
    ) -> Result<ChangePersonPayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::change_person(write, input))).await?;
        ChangePersonPayload::answer(ctx, done).await
    }
}

keyed!(Ldu);
