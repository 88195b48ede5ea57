use sea_orm::{ConnectOptions, DbBackend, Statement};
use tempfile::TempDir;
use tokio::task::{JoinHandle, yield_now};

use super::*;

/// A database with a table of deeds, and who writes and reads there.
struct Scene {
    turns: Turns,
    readers: DatabaseConnection,
    _folder: TempDir,
}

#[expect(clippy::disallowed_methods, reason = "a database of the test's own")]
async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1);
    sea_orm::Database::connect(options).await.expect("a connection")
}

impl Scene {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("deeds.db").display());
        let writer = connect(&url).await;
        let tables = "pragma journal_mode = wal;
             create table deed (name text primary key);
             create table follower (of text references deed (name) deferrable initially deferred)";
        writer.execute_unprepared(tables).await.expect("tables");
        Self { turns: Turns::new(writer), readers: connect(&url).await, _folder: folder }
    }

    /// An act that is done once it has its turn, and kept.
    fn act(&self, name: &'static str) -> JoinHandle<Result<(), DbErr>> {
        let turns = self.turns.clone();
        tokio::spawn(async move {
            let turn = turns.next().await?;
            deed(&turn, name).await;
            turn.commit().await
        })
    }

    /// What others see of it.
    async fn seen(&self) -> String {
        deeds(&self.readers).await
    }
}

async fn deed(turn: &Turn, name: &str) {
    let insert = "insert into deed values (?)";
    let insert = Statement::from_sql_and_values(DbBackend::Sqlite, insert, [name.into()]);
    turn.transaction().expect("it is open").execute_raw(insert).await.expect("a deed");
}

async fn deeds(connection: &impl ConnectionTrait) -> String {
    let select = Statement::from_string(
        DbBackend::Sqlite,
        "select group_concat(name, ' ') from (select name from deed order by name)",
    );
    let row = connection.query_one_raw(select).await.expect("an answer").expect("a row");
    row.try_get_by_index::<Option<String>>(0).expect("a text").unwrap_or_default()
}

/// Lets the others go as far as they can without the disk.
async fn settle() {
    for _ in 0..20 {
        yield_now().await;
    }
}

/// An act that is done and waits for its commit, and the turn that came after it.
async fn first_and_second(scene: &Scene) -> (JoinHandle<Result<(), DbErr>>, Turn) {
    let first = scene.turns.next().await.expect("a turn");
    deed(&first, "first").await;
    let turns = scene.turns.clone();
    let second = tokio::spawn(async move { turns.next().await });
    settle().await;
    let first = tokio::spawn(first.commit());
    let second = second.await.expect("no panic").expect("a turn");
    settle().await;
    assert!(!first.is_finished(), "it was answered before it was committed");
    (first, second)
}

#[tokio::test]
async fn who_is_alone_commits_at_once() {
    let scene = Scene::new().await;
    for (name, all) in [("a", "a"), ("b", "a b")] {
        scene.act(name).await.expect("no panic").expect("kept");
        assert_eq!(scene.seen().await, all);
    }
}

#[tokio::test]
async fn an_act_sees_those_before_it_and_nobody_else_does_until_all_are_committed() {
    let scene = Scene::new().await;
    let (first, second) = first_and_second(&scene).await;
    deed(&second, "second").await;
    assert_eq!(deeds(second.transaction().expect("it is open")).await, "first second");
    assert_eq!(scene.seen().await, "");
    second.commit().await.expect("kept");
    assert_eq!(scene.seen().await, "first second");
    first.await.expect("no panic").expect("kept");
}

#[tokio::test]
async fn what_is_undone_leaves_nothing_and_is_told_when_what_it_saw_is_kept() {
    let scene = Scene::new().await;
    let (first, second) = first_and_second(&scene).await;
    deed(&second, "second").await;
    second.undo().await.expect("undone");
    assert_eq!(scene.seen().await, "first", "what it was decided by is not committed yet");
    first.await.expect("no panic").expect("kept");
    // With nobody before it there is nothing to wait for.
    let alone = scene.turns.next().await.expect("a turn");
    deed(&alone, "alone").await;
    alone.undo().await.expect("undone");
    assert_eq!(scene.seen().await, "first");
}

#[tokio::test]
async fn who_goes_away_in_the_middle_harms_nobody() {
    let scene = Scene::new().await;
    let (first, second) = first_and_second(&scene).await;
    deed(&second, "second").await;
    let turns = scene.turns.clone();
    let third = tokio::spawn(async move {
        let third = turns.next().await?;
        let seen = deeds(third.transaction()?).await;
        third.commit().await.map(|()| seen)
    });
    settle().await;
    drop(second);
    assert_eq!(third.await.expect("no panic").expect("kept"), "first");
    first.await.expect("no panic").expect("kept");
    assert_eq!(scene.seen().await, "first");
    // Also where it began the transaction.
    let begun = scene.turns.next().await.expect("a turn");
    deed(&begun, "begun").await;
    drop(begun);
    scene.act("last").await.expect("no panic").expect("kept");
    assert_eq!(scene.seen().await, "first last");
}

#[tokio::test]
async fn a_panic_in_an_act_harms_nobody() {
    let scene = Scene::new().await;
    let (first, second) = first_and_second(&scene).await;
    let panicking = tokio::spawn(async move {
        deed(&second, "second").await;
        panic!("on purpose");
    });
    assert!(panicking.await.is_err());
    first.await.expect("no panic").expect("kept");
    scene.act("third").await.expect("no panic").expect("kept");
    assert_eq!(scene.seen().await, "first third");
}

#[tokio::test]
async fn what_was_done_is_kept_although_nobody_waits_for_it() {
    let scene = Scene::new().await;
    let (first, second) = first_and_second(&scene).await;
    first.abort();
    drop(second);
    // What comes next is in line after it.
    scene.act("third").await.expect("no panic").expect("kept");
    assert_eq!(scene.seen().await, "first third");
}

#[tokio::test]
async fn if_the_commit_fails_nobody_is_told_that_it_was_kept() {
    let scene = Scene::new().await;
    let (first, second) = first_and_second(&scene).await;
    let orphan = "insert into follower values ('nobody')";
    second.transaction().expect("it is open").execute_unprepared(orphan).await.expect("deferred");
    let second = second.commit().await.expect_err("it cannot be committed");
    let first = first.await.expect("no panic").expect_err("nor can what shares it");
    for error in [first, second] {
        assert_eq!(crate::error::Fault::from(error).code(), crate::error::Code::Unavailable);
    }
    assert_eq!(scene.seen().await, "");
    scene.act("third").await.expect("no panic").expect("kept");
    assert_eq!(scene.seen().await, "third");
}

#[tokio::test]
async fn many_at_once_are_all_kept_in_few_commits() {
    let scene = Scene::new().await;
    let first = scene.turns.next().await.expect("a turn");
    let acts: Vec<_> = ["a", "b", "c", "d", "e", "f"].into_iter().map(|name| scene.act(name)).collect();
    settle().await;
    deed(&first, "first").await;
    first.commit().await.expect("kept");
    // All were in line before the first was done: its commit is theirs.
    assert_eq!(scene.seen().await, "a b c d e f first");
    for act in acts {
        act.await.expect("no panic").expect("kept");
    }
}

#[tokio::test]
async fn closing_commits_what_was_done() {
    let scene = Scene::new().await;
    let (first, second) = first_and_second(&scene).await;
    deed(&second, "second").await;
    drop(second);
    scene.turns.close().await;
    assert_eq!(scene.seen().await, "first");
    first.await.expect("no panic").expect("kept");
}
