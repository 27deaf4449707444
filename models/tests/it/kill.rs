//! A writer that is killed at any moment leaves a store that can be read and written.

use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};
use relevance_models::{CANDIDATE, PRODUCTION, PruneOptions, Store};

use crate::moto;
use crate::support::{
    EVERYTHING, Folder, NAME, is_leftover, publication, publication_with_rows, publish, read_all,
};

/// Variable with the location of the writer's store.
const ENDLESS: &str = "RELEVANCE_TEST_WRITER";

/// Minimum and maximum time in which writers are started and killed.
const TIME: Duration = Duration::from_secs(5);
const LONGEST_TIME: Duration = Duration::from_mins(1);

/// Minimum number of writers that reached a publication.
const ENOUGH: u64 = 5;

/// Approximate time of a writer's first three rounds.
const LONGEST_LIFE_US: u32 = 60_000;

/// Runs every writing operation once.
async fn write(store: &Store, round: u64) {
    let rows = store
        .put_test_rows(NAME, format!("rows {round}").into())
        .await
        .unwrap();
    let version = store
        .publish(NAME, publication_with_rows(round, &rows))
        .await
        .unwrap()
        .version;
    store.set_alias(NAME, CANDIDATE, version).await.unwrap();
    store.promote(NAME, CANDIDATE).await.unwrap();
    store.rollback(NAME).await.unwrap();
    store
        .prune(
            NAME,
            &PruneOptions {
                keep: 2,
                ..EVERYTHING
            },
        )
        .await
        .unwrap();
}

/// The process that the other tests kill; also a test.
#[tokio::test]
async fn a_writer_runs_rounds() {
    let Ok(location) = std::env::var(ENDLESS) else {
        let folder = Folder::new();
        publish(&folder.store(), 1).await;
        folder.store().promote(NAME, "1").await.unwrap();
        for round in 0..3 {
            write(&folder.store(), round).await;
        }
        assert_eq!(folder.store().check(NAME).await.unwrap(), []);
        return;
    };
    std::thread::spawn(end_with_parent);
    let store = Store::open(&location).unwrap();

    for round in 0.. {
        write(&store, round).await;
    }
}

/// Ends this process when its parent has ended, which closes the pipe.
fn end_with_parent() {
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
    std::process::exit(1);
}

fn start_writer(location: &str, variables: impl IntoIterator<Item = (String, String)>) -> Child {
    let mut writer = Command::new(std::env::current_exe().unwrap());
    writer
        .args(["kill::a_writer_runs_rounds", "--exact"])
        .env(ENDLESS, location)
        .envs(variables);

    writer
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Asserts that the store is intact after a kill.
async fn assert_serves(store: &Store, kill: u64) {
    read_all(store, &store.resolve(NAME, PRODUCTION).await.unwrap()).await;
    for (alias, _) in store.aliases(NAME).await.unwrap().iter() {
        read_all(store, &store.resolve(NAME, alias).await.unwrap()).await;
    }

    let findings = store.check(NAME).await.unwrap();

    assert!(
        findings.iter().all(is_leftover),
        "kill {kill}: {findings:?}"
    );

    let next = store
        .publish(NAME, publication(kill))
        .await
        .unwrap()
        .version;
    assert_eq!(
        store
            .promote(NAME, &next.to_string())
            .await
            .unwrap()
            .production,
        next
    );

    store.prune(NAME, &EVERYTHING).await.unwrap();
    assert_eq!(store.check(NAME).await.unwrap(), [], "kill {kill}");
}

/// Starts and kills writers until [`TIME`] is over and [`ENOUGH`] of them had published.
async fn kill_writers(store: &Store, start: impl Fn() -> Child, mut longest_life_us: u32) {
    publish(store, 2).await;
    store.promote(NAME, "1").await.unwrap();
    store.promote(NAME, "2").await.unwrap();
    let (mut random, begin, mut published) = (ChaCha8Rng::seed_from_u64(7), Instant::now(), 0_u64);

    for kill in 0.. {
        if begin.elapsed() > TIME && published >= ENOUGH {
            break;
        }
        assert!(
            begin.elapsed() < LONGEST_TIME,
            "only {published} writers came so far as to publish"
        );
        let before = store.versions(NAME).await.unwrap();
        let mut writer = start();
        std::thread::sleep(Duration::from_micros(
            (random.next_u32() % longest_life_us).into(),
        ));
        assert!(
            writer.try_wait().unwrap().is_none(),
            "the writer ended by itself"
        );
        writer.kill().unwrap();
        writer.wait().unwrap();
        let has_published = store.versions(NAME).await.unwrap() != before;
        published += u64::from(has_published);
        if !has_published {
            // A slow machine needs longer lives.
            longest_life_us += longest_life_us / 20;
        }
        assert_serves(store, kill).await;
    }
}

#[tokio::test]
async fn a_writer_killed_at_any_moment_leaves_a_folder_that_serves() {
    let folder = Folder::new();
    let location = folder.path("..");
    kill_writers(
        &folder.store(),
        || start_writer(text(&location), []),
        LONGEST_LIFE_US,
    )
    .await;
}

#[tokio::test]
async fn a_writer_killed_at_any_moment_leaves_an_s3_store_that_serves() {
    let remote = moto::remote("killed");
    let store = Store::open_with(&remote.location, remote.variables.clone()).unwrap();
    let start = || start_writer(&remote.location, remote.variables.clone());
    kill_writers(&store, start, 10 * LONGEST_LIFE_US).await;
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
