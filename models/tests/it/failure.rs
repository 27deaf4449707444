//! A failure at any call, in any way, leaves the existing contents readable.

use std::sync::Arc;

use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use relevance_models::{AliasExclusion, CANDIDATE, PREVIOUS, PRODUCTION, Store, StoreError};

use crate::failing_objects::{FailingObjects, Failure};
use crate::support::{
    EVERYTHING, NAME, is_leftover, publication, publication_with_rows, publish, read_all,
};

/// Upper limit of the calls of a publication and a promotion.
const MANY_CALLS: usize = 1_000;

/// Publishes version 3 with test rows, changes every alias and prunes, through a store that fails
/// at call `at`.
///
/// Returns the result, and whether the failing call was reached.
async fn release(
    objects: &Arc<dyn ObjectStore>,
    exclusion: &AliasExclusion,
    failure: Failure,
    at: usize,
) -> (Result<(), StoreError>, bool) {
    let failing = Arc::new(FailingObjects::new(Arc::clone(objects), failure, at));
    let shared: Arc<dyn ObjectStore> = failing.clone();
    let store = Store::from_objects(shared, Path::default(), exclusion.clone());
    let result = async {
        let rows = store.put_test_rows(NAME, "rows".into()).await?;
        let manifest = store.publish(NAME, publication_with_rows(3, &rows)).await?;
        store.set_alias(NAME, "candidate", manifest.version).await?;
        store.promote(NAME, "candidate").await?;
        store.rollback(NAME).await?;
        assert_eq!(store.prune(NAME, &EVERYTHING).await?.versions, [1]);
        Ok(())
    };

    (result.await, failing.has_failed())
}

/// Asserts that production is complete, every listed version can be read, and the store can be
/// written to.
async fn assert_whole(store: &Store) {
    let production = store.resolve(NAME, PRODUCTION).await.unwrap();
    read_all(store, &production).await;

    for version in store.versions(NAME).await.unwrap() {
        read_all(store, &store.manifest(NAME, version).await.unwrap()).await;
    }

    let findings = store.check(NAME).await.unwrap();

    assert!(findings.iter().all(is_leftover), "{findings:?}");

    let next = store.publish(NAME, publication(9)).await.unwrap();
    assert_eq!(
        store
            .promote(NAME, &next.version.to_string())
            .await
            .unwrap()
            .production,
        next.version
    );

    store.prune(NAME, &EVERYTHING).await.unwrap();
    assert_eq!(store.check(NAME).await.unwrap(), []);
}

/// Fails every call in turn until one run passes without reaching the failure; returns how many
/// failed.
async fn fail_every_call(
    failure: Failure,
    open: impl Fn() -> (Arc<dyn ObjectStore>, AliasExclusion),
) -> usize {
    for at in 0..MANY_CALLS {
        let (objects, exclusion) = open();
        let store = Store::from_objects(Arc::clone(&objects), Path::default(), exclusion.clone());
        publish(&store, 2).await;
        store.promote(NAME, "1").await.unwrap();
        store.promote(NAME, "2").await.unwrap();
        let (result, reached) = release(&objects, &exclusion, failure, at).await;
        assert_whole(&store).await;
        if !reached {
            result.unwrap();
            return at;
        }
        assert!(result.is_err(), "call {at} failed unseen");
    }

    panic!("more than {MANY_CALLS} calls");
}

#[tokio::test]
async fn put_that_the_client_repeats_takes_effect_once() {
    for at in 0..MANY_CALLS {
        let objects: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let exclusion = AliasExclusion::ConditionalPut;
        let store = Store::from_objects(Arc::clone(&objects), Path::default(), exclusion.clone());
        publish(&store, 2).await;
        store.promote(NAME, "1").await.unwrap();
        store.promote(NAME, "2").await.unwrap();
        let (result, reached) = release(&objects, &exclusion, Failure::Repeated, at).await;
        result.unwrap();
        let versions = store.versions(NAME).await.unwrap();
        assert!(
            versions == [2, 3] || versions == [2, 4],
            "call {at}: {versions:?}"
        );
        let aliases = store.aliases(NAME).await.unwrap();
        let got = [PRODUCTION, PREVIOUS, CANDIDATE].map(|alias| aliases.version(alias).unwrap());
        assert_eq!(got, [2, versions[1], versions[1]], "call {at}");
        assert_whole(&store).await;
        if !reached {
            assert!(at > 30, "{at}");
            return;
        }
    }

    panic!("more than {MANY_CALLS} calls");
}

#[tokio::test]
async fn any_failing_call_leaves_a_store_with_conditional_puts_whole() {
    for failure in [Failure::Refused, Failure::AnswerLost, Failure::Dead] {
        let objects = || -> (Arc<dyn ObjectStore>, _) {
            (Arc::new(InMemory::new()), AliasExclusion::ConditionalPut)
        };
        assert!(fail_every_call(failure, objects).await > 30);
    }
}

#[tokio::test]
async fn any_failing_call_leaves_a_folder_whole() {
    for failure in [Failure::Refused, Failure::AnswerLost, Failure::Dead] {
        let folder = tempfile::tempdir().unwrap();
        let objects = || -> (Arc<dyn ObjectStore>, _) {
            let root = tempfile::tempdir_in(&folder).unwrap().keep();
            let objects = LocalFileSystem::new_with_prefix(&root).unwrap();
            (Arc::new(objects), AliasExclusion::FileLock(root))
        };
        assert!(fail_every_call(failure, objects).await > 30);
    }
}
