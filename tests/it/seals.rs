//! The audit is chained after the fact, and whoever tampers with it is found: tried as somebody who owns the
//! database could, with its triggers out of the way.

use api::command::verify_audit;
use api::server;
use api::settings::Settings;
use chrono::TimeDelta;
use entity::{Id, audit_digest, audit_event, audit_seal, probation_case, reading, reading_subject};
use rules::Term as _;
use rules::terms::SealKind;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DbBackend, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, Statement,
};
use serde_json::json;
use uuid::Uuid;

use crate::given::put;
use crate::readings::{all_recorded, eventually};
use crate::world::{BEGINNING, System, World};

/// The tables that are only ever added to.
const GUARDED: [&str; 5] = ["audit_event", "reading", "reading_subject", "audit_seal", "audit_digest"];

/// Readings are recorded at once, and everything is sealed within seconds.
fn diligently(settings: &mut Settings) {
    settings.audit.flush_milliseconds = 20;
    settings.audit.seal_seconds = 1;
}

/// A world in which all that happened so far is sealed.
async fn sealed_on(system: System) -> Option<World> {
    let world = World::with(system, diligently).await?;
    all_sealed(&world).await;
    Some(world)
}

/// Waits until whatever happened so far is sealed.
async fn all_sealed(world: &World) {
    all_recorded(world).await;
    world.clock.advance(TimeDelta::minutes(1));
    let database = &world.database;
    eventually("everything is sealed", async || {
        let changes = audit_event::Entity::find().count(database).await.expect("a number");
        let readings = reading::Entity::find().count(database).await.expect("a number");
        audit_digest::Entity::find().count(database).await.expect("a number") == changes + readings
    })
    .await;
}

async fn add_organisation(world: &World, name: &str) {
    let input = json!({ "kind": "PROVIDER", "name": name });
    world.as_person("system-admin").mutate("addOrganisation", input, "organisation { id }").await.granted();
}

async fn verified(world: &World) -> Result<String, String> {
    verify_audit(&world.settings, None).await
}

/// The newest seal as the verification names it, for use as an anchor.
async fn anchor(world: &World) -> String {
    let said = verified(world).await.expect("an unbroken chain");
    let (_, anchor) = said.rsplit_once(' ').expect("a last word");
    anchor.trim_end_matches('.').to_owned()
}

/// Takes the triggers out of the way.
async fn defenceless(world: &World) {
    let database = &world.database;
    let statements: Vec<String> = if database.get_database_backend() == DbBackend::Postgres {
        GUARDED.iter().map(|table| format!("ALTER TABLE {table} DISABLE TRIGGER USER")).collect()
    } else {
        let triggers = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'";
        let rows = database.query_all_raw(Statement::from_string(DbBackend::Sqlite, triggers)).await;
        let rows = rows.expect("triggers").into_iter();
        let rows = rows.map(|row| {
            let text = |name| row.try_get::<String>("", name).expect("a text");
            (text("name"), text("tbl_name"))
        });
        let guards = rows.filter(|(_, table)| GUARDED.contains(&table.as_str()));
        guards.map(|(name, _)| format!("DROP TRIGGER {name}")).collect()
    };
    assert!(statements.len() >= GUARDED.len(), "{statements:?}");
    for statement in statements {
        database.execute_unprepared(&statement).await.expect("no trigger");
    }
}

/// The entry of an event in a seal of changes, by its place.
async fn entry(world: &World, place: i32) -> audit_digest::Model {
    let seal = audit_seal::Entity::find().filter(audit_seal::Column::Kind.eq(SealKind::Change.code()));
    let seal = seal.order_by_asc(audit_seal::Column::Number).one(&world.database).await.expect("seals");
    let number = seal.expect("a seal").number;
    let find = audit_digest::Entity::find().filter(audit_digest::Column::SealNumber.eq(number));
    let find = find.filter(audit_digest::Column::Position.eq(place)).one(&world.database).await;
    find.expect("digests").expect("a digest")
}

/// Does harm to a sealed world of each system, and expects the verification to say these words. The harm says
/// of which row they are.
async fn is_found(words: &str, harm: impl AsyncFn(&World) -> String) {
    for system in [System::Sqlite, System::Postgres] {
        let Some(world) = sealed_on(system).await else { continue };
        verified(&world).await.expect("an unbroken chain");
        defenceless(&world).await;
        let row = harm(&world).await;
        let said = verified(&world).await.expect_err("a broken chain");
        assert!(said.contains(words) && said.contains(&row), "{said:?} should say {words:?} of {row:?}");
        world.end().await;
    }
}

#[tokio::test]
async fn what_happened_is_sealed_and_the_chain_is_unbroken() {
    for system in [System::Sqlite, System::Postgres] {
        let Some(world) = sealed_on(system).await else { continue };
        let seals = audit_seal::Entity::find().order_by_asc(audit_seal::Column::Number);
        let seals = seals.all(&world.database).await.expect("seals");
        for kind in SealKind::ALL {
            assert!(seals.iter().any(|seal| *seal.kind == *kind), "nothing of {kind:?} is sealed");
        }
        assert!(seals.iter().zip(1..).all(|(seal, number)| seal.number == number));
        let events = audit_digest::Entity::find().count(&world.database).await.expect("a number");
        let said = verified(&world).await.expect("an unbroken chain");
        let begins = format!("{} seals, {events} events: unbroken.", seals.len());
        assert!(said.starts_with(&begins) && said.contains("; 0 more await"), "{said:?} after {begins:?}");
        // What came since waits for its seal, which breaks nothing.
        add_organisation(&world, "Later").await;
        let said = verified(&world).await.expect("an unbroken chain");
        assert!(said.starts_with(&begins) && said.contains("; 1 more await"), "{said:?}");
        world.end().await;
    }
}

#[tokio::test]
async fn the_seals_survive_a_restart_and_go_on() {
    for system in [System::Sqlite, System::Postgres] {
        let Some(world) = sealed_on(system).await else { continue };
        let before = anchor(&world).await;
        let world = world.restarted().await;
        assert_eq!(anchor(&world).await, before);
        add_organisation(&world, "Later").await;
        all_sealed(&world).await;
        let after = anchor(&world).await;
        assert_ne!(after, before);
        verify_audit(&world.settings, Some(&before)).await.expect("the same seal as before");
        verify_audit(&world.settings, Some(&after)).await.expect("the newest seal");
        world.end().await;
    }
}

#[tokio::test]
async fn two_servers_on_one_database_make_one_chain() {
    for system in [System::Sqlite, System::Postgres] {
        let Some(world) = World::with(system, diligently).await else { continue };
        let other = server::start(world.settings.clone(), world.clock.clone()).await.expect("another server");
        for name in ["A", "B", "C"] {
            add_organisation(&world, name).await;
            all_sealed(&world).await;
        }
        let seals = audit_seal::Entity::find().count(&world.database).await.expect("a number");
        let said = verified(&world).await.expect("an unbroken chain");
        assert!(said.starts_with(&format!("{seals} seals")), "{said:?}");
        other.stop().await;
        world.end().await;
    }
}

#[tokio::test]
async fn an_altered_change_is_found() {
    is_found("was altered", async |world: &World| {
        let id = entry(world, 5).await.row_id;
        let alter = audit_event::Entity::update_many().filter(audit_event::Column::Id.eq(id));
        let alter = alter.col_expr(audit_event::Column::Operation, Expr::val("somethingElse"));
        alter.exec(&world.database).await.expect("an update");
        format!("audit_event {id}")
    })
    .await;
}

#[tokio::test]
async fn a_deleted_change_is_found() {
    is_found("is missing", async |world: &World| {
        let id = entry(world, 7).await.row_id;
        let delete = audit_event::Entity::delete_many().filter(audit_event::Column::Id.eq(id));
        delete.exec(&world.database).await.expect("a deletion");
        format!("audit_event {id}")
    })
    .await;
}

#[tokio::test]
async fn a_change_deleted_with_its_digest_leaves_a_gap_that_is_found() {
    is_found("is missing (seal ", async |world: &World| {
        let entry = entry(world, 7).await;
        let event = audit_event::Entity::delete_many().filter(audit_event::Column::Id.eq(entry.row_id));
        event.exec(&world.database).await.expect("a deletion");
        let digest = audit_digest::Entity::delete_many();
        let digest = digest.filter(audit_digest::Column::RowId.eq(entry.row_id));
        digest.exec(&world.database).await.expect("a deletion");
        format!("a row of audit_event is missing (seal {})", entry.seal_number)
    })
    .await;
}

#[tokio::test]
async fn a_change_inserted_among_older_ones_is_found() {
    is_found("was inserted afterwards", async |world: &World| {
        world.clock.advance(TimeDelta::hours(1));
        add_organisation(world, "Later").await;
        all_sealed(world).await;
        verified(world).await.expect("an unbroken chain");
        let model =
            audit_event::Entity::find().one(&world.database).await.expect("events").expect("an event");
        let at = BEGINNING + TimeDelta::seconds(1);
        let forged = put(world, audit_event::Model { id: Id::fresh(), at, ..model }).await;
        // Nobody seals it, however often it is looked.
        add_organisation(world, "Latest").await;
        world.clock.advance(TimeDelta::minutes(1));
        eventually("the latest change is sealed", async || {
            let newest = audit_event::Entity::find().order_by_desc(audit_event::Column::At);
            let newest = newest.one(&world.database).await.expect("events").expect("an event");
            knows(world, newest.id.0).await
        })
        .await;
        assert!(!knows(world, forged.id.0).await, "the forged change was sealed");
        format!("audit_event {}", forged.id)
    })
    .await;
}

/// Whether a seal is on this event.
async fn knows(world: &World, event: Uuid) -> bool {
    audit_digest::Entity::find_by_id(event).one(&world.database).await.expect("digests").is_some()
}

#[tokio::test]
async fn changes_that_changed_places_are_found() {
    is_found("was put into another place", async |world: &World| {
        let (second, third) = (entry(world, 2).await, entry(world, 3).await);
        for (id, place) in [(second.row_id, 100_000), (third.row_id, 2), (second.row_id, 3)] {
            let update = audit_digest::Entity::update_many().filter(audit_digest::Column::RowId.eq(id));
            let update = update.col_expr(audit_digest::Column::Position, Expr::val(place));
            update.exec(&world.database).await.expect("an update");
        }
        format!("audit_event {}", second.row_id)
    })
    .await;
}

#[tokio::test]
async fn a_case_added_to_a_reading_is_found() {
    is_found("was altered", async |world: &World| {
        let row = reading::Entity::find().one(&world.database).await.expect("readings").expect("a reading");
        let case_id = Id::<probation_case::Entity>::fresh();
        put(world, reading_subject::Model { reading_id: row.id, case_id }).await;
        format!("reading {}", row.id)
    })
    .await;
}

#[tokio::test]
async fn an_altered_seal_is_found() {
    is_found("was altered", async |world: &World| {
        let seal = audit_seal::Entity::update_many().filter(audit_seal::Column::Number.eq(1));
        let seal = seal.col_expr(audit_seal::Column::SealedAt, Expr::val(BEGINNING - TimeDelta::days(1)));
        seal.exec(&world.database).await.expect("an update");
        "seal 1 ".to_owned()
    })
    .await;
}

/// Takes a seal away with its digests and its events, as if it had never been.
async fn take_away(world: &World, number: i64) {
    let of_seal = audit_digest::Column::SealNumber.eq(number);
    let entries = audit_digest::Entity::find().filter(of_seal.clone()).all(&world.database).await;
    let ids: Vec<_> = entries.expect("digests").into_iter().map(|entry| entry.row_id).collect();
    let events = audit_event::Entity::delete_many().filter(audit_event::Column::Id.is_in(ids.clone()));
    events.exec(&world.database).await.expect("a deletion");
    let subjects = reading_subject::Column::ReadingId.is_in(ids.clone());
    let subjects = reading_subject::Entity::delete_many().filter(subjects);
    subjects.exec(&world.database).await.expect("a deletion");
    let readings = reading::Entity::delete_many().filter(reading::Column::Id.is_in(ids));
    readings.exec(&world.database).await.expect("a deletion");
    audit_digest::Entity::delete_many().filter(of_seal).exec(&world.database).await.expect("a deletion");
    let seal = audit_seal::Entity::delete_many().filter(audit_seal::Column::Number.eq(number));
    seal.exec(&world.database).await.expect("a deletion");
}

#[tokio::test]
async fn a_seal_taken_away_whole_is_found() {
    is_found("is missing", async |world: &World| {
        take_away(world, 1).await;
        "seal 1 ".to_owned()
    })
    .await;
}

#[tokio::test]
async fn the_newest_seal_taken_away_whole_is_found_by_an_anchor_alone() {
    for system in [System::Sqlite, System::Postgres] {
        let Some(world) = sealed_on(system).await else { continue };
        let anchor = anchor(&world).await;
        let newest = anchor.split(':').next().expect("a number").parse().expect("a number");
        defenceless(&world).await;
        take_away(&world, newest).await;
        verified(&world).await.expect("nothing that shows without an anchor");
        let said = verify_audit(&world.settings, Some(&anchor)).await.expect_err("a broken chain");
        assert!(said.contains(&format!("seal {newest} is missing")), "{said:?}");
        let (_, digest) = anchor.split_once(':').expect("a digest");
        let said =
            verify_audit(&world.settings, Some(&format!("1:{digest}"))).await.expect_err("another seal");
        assert!(said.contains("seal 1 was altered"), "{said:?}");
        verify_audit(&world.settings, Some("the last")).await.expect_err("no anchor");
        world.end().await;
    }
}

#[tokio::test]
async fn an_erased_change_leaves_the_chain_unbroken() {
    for system in [System::Sqlite, System::Postgres] {
        let Some(world) = sealed_on(system).await else { continue };
        let id = entry(&world, 4).await.row_id;
        let erase = || audit_digest::Entity::update_many().filter(audit_digest::Column::RowId.eq(id));
        let none = Option::<String>::None;
        // The salt goes and its going is noted: this the triggers allow, and nothing else.
        let done = erase()
            .col_expr(audit_digest::Column::Salt, Expr::val(none))
            .col_expr(audit_digest::Column::ErasedAt, Expr::val(world.clock.now()));
        done.exec(&world.database).await.expect("an erasure");
        for forged in [
            erase().col_expr(audit_digest::Column::Salt, Expr::val("again")),
            erase().col_expr(audit_digest::Column::Digest, Expr::val("another")),
            erase().col_expr(audit_digest::Column::Position, Expr::val(100_000)),
            erase().col_expr(audit_digest::Column::ErasedAt, Expr::val(BEGINNING)),
        ] {
            let refused = forged.exec(&world.database).await.expect_err("nothing else");
            assert!(refused.to_string().contains("never edited"), "{refused}");
        }
        for statement in
            ["DELETE FROM audit_digest", "DELETE FROM audit_seal", "UPDATE audit_seal SET root = ''"]
        {
            let refused = world.database.execute_unprepared(statement).await.expect_err(statement);
            assert!(refused.to_string().contains("only ever added to"), "{statement}: {refused}");
        }
        // Its content goes as an erasure by policy would let it.
        defenceless(&world).await;
        let delete = audit_event::Entity::delete_many().filter(audit_event::Column::Id.eq(id));
        delete.exec(&world.database).await.expect("a deletion");
        let said = verified(&world).await.expect("an unbroken chain");
        assert!(said.contains("1 of them were erased"), "{said:?}");
        world.end().await;
    }
}
