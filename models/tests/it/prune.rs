//! Pruning removes old versions and leftovers, never a version that an alias names.

use std::sync::Arc;
use std::time::Duration;

use object_store::ObjectStore;
use object_store::memory::InMemory;
use object_store::path::Path;
use relevance_models::{
    AliasExclusion, Finding, PRODUCTION, PruneOptions, Pruned, Store, StoreError,
};

use crate::failing_objects::FailingObjects;
use crate::support::{
    EVERYTHING, Folder, NAME, in_memory, is_leftover, publication, publish, read_all, s3,
};

const HOUR: Duration = Duration::from_hours(1);
/// Upper limit of an operation's calls.
const MANY_CALLS: usize = 100;

fn keep(keep: usize) -> PruneOptions {
    PruneOptions {
        keep,
        ..PruneOptions::default()
    }
}

#[tokio::test]
async fn newest_versions_and_those_with_an_alias_stay() {
    let folder = Folder::new();
    for store in [folder.store(), in_memory(), s3("newest-stay")] {
        publish(&store, 6).await;
        store.set_alias(NAME, "held", 2).await.unwrap();
        store.promote(NAME, "3").await.unwrap();
        let want = Pruned {
            versions: vec![1, 4],
            ..Pruned::default()
        };
        assert_eq!(store.prunable(NAME, &keep(2)).await.unwrap(), want);
        assert_eq!(
            store.versions(NAME).await.unwrap().len(),
            6,
            "looking removes nothing"
        );
        assert_eq!(store.prune(NAME, &keep(2)).await.unwrap(), want);
        assert_eq!(store.versions(NAME).await.unwrap(), [2, 3, 5, 6]);
        assert!(store.prune(NAME, &keep(2)).await.unwrap().is_empty());
        assert_eq!(store.check(NAME).await.unwrap(), []);
        for version in [2, 3, 5, 6] {
            read_all(&store, &store.manifest(NAME, version).await.unwrap()).await;
        }
    }

    assert_eq!(
        folder.names(""),
        [".aliases.lock", "2", "3", "5", "6", "aliases.json"]
    );
}

#[tokio::test]
async fn pruned_number_is_not_used_again() {
    for store in [in_memory(), s3("not-given-again")] {
        publish(&store, 2).await;
        assert_eq!(
            store.prune(NAME, &EVERYTHING).await.unwrap().versions,
            [1, 2]
        );
        assert_eq!(
            store.publish(NAME, publication(3)).await.unwrap().version,
            3
        );
    }

    let folder = Folder::new();
    publish(&folder.store(), 1).await;
    folder.write("2/model.onnx", "half");

    assert_eq!(
        folder
            .store()
            .prune(NAME, &EVERYTHING)
            .await
            .unwrap()
            .incomplete,
        [2]
    );
    assert_eq!(
        folder
            .store()
            .publish(NAME, publication(3))
            .await
            .unwrap()
            .version,
        3
    );
}

#[tokio::test]
async fn leftovers_of_a_possibly_running_writer_stay_for_the_grace_time() {
    let folder = Folder::new();
    let store = folder.store();
    publish(&store, 1).await;
    folder.write("2/model.onnx", "half");
    folder.write("2/card.md#1", "ha");
    folder.write("3/model.onnx#1", "h");

    assert!(store.prune(NAME, &keep(1)).await.unwrap().is_empty());

    for file in ["2/model.onnx", "2/card.md#1", "3/model.onnx#1"] {
        folder.age(file, 2 * HOUR);
    }

    let pruned = store.prune(NAME, &keep(1)).await.unwrap();
    assert_eq!((pruned.incomplete, pruned.versions), (vec![2], vec![]));
    assert_eq!(pruned.staging, ["2/card.md#1", "3/model.onnx#1"]);
    assert_eq!(folder.names(""), [".aliases.lock", "1", "aliases.json"]);
    assert_eq!(store.check(NAME).await.unwrap(), []);
}

#[tokio::test]
async fn partly_pruned_version_is_incomplete_and_removed_by_the_next_call() {
    let folder = Folder::new();
    let store = folder.store();
    publish(&store, 2).await;
    folder.write(
        "aliases.json",
        r#"{"_pruned": [[1, 1]], "production": "2"}"#,
    );
    folder.write("1/code/relevance_mlflow.py", "");

    assert_eq!(
        store.check(NAME).await.unwrap(),
        [Finding::HalfPruned { version: 1 }]
    );

    let error = store.promote(NAME, "1").await.unwrap_err();
    assert!(
        matches!(error, StoreError::Pruned { version: 1, .. }),
        "{error}"
    );
    assert_eq!(store.prune(NAME, &keep(5)).await.unwrap().incomplete, [1]);
    assert_eq!(store.versions(NAME).await.unwrap(), [2]);
    assert!(!folder.path("1").exists());
    assert_eq!(store.check(NAME).await.unwrap(), []);
}

#[tokio::test]
async fn model_that_does_not_exist_cannot_be_pruned() {
    let error = in_memory().prune(NAME, &EVERYTHING).await.unwrap_err();
    assert!(matches!(error, StoreError::UnknownModel { .. }), "{error}");
}

/// Returns a store in memory with versions 1 to 3, the third in production, and its objects.
async fn three_versions() -> (Arc<dyn ObjectStore>, Store) {
    let objects: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let store = Store::from_objects(
        Arc::clone(&objects),
        Path::default(),
        AliasExclusion::ConditionalPut,
    );
    publish(&store, 3).await;
    store.promote(NAME, "3").await.unwrap();
    (objects, store)
}

fn on(objects: Arc<dyn ObjectStore>) -> Store {
    Store::from_objects(objects, Path::default(), AliasExclusion::ConditionalPut)
}

/// Asserts that every alias names a readable version and nothing is damaged; returns the production
/// version.
async fn assert_aliases_read(store: &Store) -> u64 {
    for (alias, _) in store.aliases(NAME).await.unwrap().iter() {
        read_all(store, &store.resolve(NAME, alias).await.unwrap()).await;
    }
    let findings = store.check(NAME).await.unwrap();
    assert!(findings.iter().all(is_leftover), "{findings:?}");
    store.resolve(NAME, PRODUCTION).await.unwrap().version
}

#[tokio::test]
async fn promotion_at_any_moment_of_a_pruning_succeeds_or_is_refused() {
    let mut productions = Vec::new();
    for at in 0..MANY_CALLS {
        let (objects, store) = three_versions().await;
        let other = on(Arc::clone(&objects));
        let promotion = Box::pin(async move {
            if let Err(error) = other.promote(NAME, "1").await {
                let is_rejected = matches!(
                    error,
                    StoreError::Pruned { .. } | StoreError::UnknownVersion { .. }
                );
                assert!(is_rejected, "{error}");
            }
        });
        let interrupted = Arc::new(FailingObjects::interrupted(objects, at, promotion));
        let pruned = on(Arc::clone(&interrupted) as _)
            .prune(NAME, &keep(1))
            .await
            .unwrap();
        if !interrupted.has_failed() {
            break;
        }
        productions.push(assert_aliases_read(&store).await);
        assert_eq!(
            pruned.versions.contains(&1),
            productions.last() == Some(&3),
            "{pruned:?}"
        );
    }

    assert!(
        productions.contains(&1) && productions.contains(&3),
        "{productions:?}"
    );
    assert!(productions.len() < MANY_CALLS);
}

#[tokio::test]
async fn pruning_at_any_moment_of_a_promotion_keeps_the_version_or_fails_the_promotion() {
    let mut promoted = Vec::new();
    for at in 0..MANY_CALLS {
        let (objects, store) = three_versions().await;
        let other = on(Arc::clone(&objects));
        let pruning = Box::pin(async move {
            other.prune(NAME, &keep(1)).await.unwrap();
        });
        let interrupted = Arc::new(FailingObjects::interrupted(objects, at, pruning));
        let result = on(Arc::clone(&interrupted) as _).promote(NAME, "1").await;
        if !interrupted.has_failed() {
            break;
        }
        assert_eq!(
            assert_aliases_read(&store).await == 1,
            result.is_ok(),
            "{result:?}"
        );
        promoted.push(result.is_ok());
    }

    assert!(promoted.len() > 3 && promoted.len() < MANY_CALLS);
    assert!(
        !promoted[promoted.len() - 1],
        "the last call is the put, which the record defeats"
    );
}

#[tokio::test]
async fn pruning_at_any_moment_of_a_publication_leaves_the_version_complete() {
    for at in 0..MANY_CALLS {
        let (objects, store) = three_versions().await;
        let other = on(Arc::clone(&objects));
        let pruning = Box::pin(async move {
            other.prune(NAME, &EVERYTHING).await.unwrap();
        });
        let interrupted = Arc::new(FailingObjects::interrupted(objects, at, pruning));
        let published = on(Arc::clone(&interrupted) as _)
            .publish(NAME, publication(4))
            .await
            .unwrap();
        if !interrupted.has_failed() {
            assert!(at > 4, "{at}");
            return;
        }
        read_all(
            &store,
            &store.manifest(NAME, published.version).await.unwrap(),
        )
        .await;
        assert!(published.version > 3);
        assert_aliases_read(&store).await;
        store
            .promote(NAME, &published.version.to_string())
            .await
            .unwrap();
        store.prune(NAME, &EVERYTHING).await.unwrap();
        assert_eq!(store.check(NAME).await.unwrap(), []);
    }

    panic!("more than {MANY_CALLS} calls");
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_promotions_rollbacks_and_prunings_lose_no_alias() {
    let folder = Folder::new();
    let memory = Arc::new(in_memory());
    let separate: Vec<_> = (0..3).map(|_| Arc::new(folder.store())).collect();
    let shared: Vec<_> = (0..3).map(|_| Arc::clone(&memory)).collect();

    for stores in [separate, shared] {
        publish(&stores[0], 2).await;
        stores[0].promote(NAME, "1").await.unwrap();
        for _ in 0..20 {
            let [one, two, three] = [0, 1, 2].map(|index| Arc::clone(&stores[index]));
            let published = one.publish(NAME, publication(7)).await.unwrap();
            let before = published.version - 1;
            let (promotion, pruning, alias) = tokio::join!(
                tokio::spawn(
                    async move { one.promote(NAME, &published.version.to_string()).await }
                ),
                tokio::spawn(async move { two.prune(NAME, &keep(1)).await }),
                tokio::spawn(async move { three.set_alias(NAME, "held", before).await }),
            );
            promotion.unwrap().unwrap();
            pruning.unwrap().unwrap();
            if let Err(error) = alias.unwrap() {
                let is_rejected = matches!(
                    error,
                    StoreError::Pruned { .. } | StoreError::UnknownVersion { .. }
                );
                let is_read_in_between = matches!(
                    error,
                    StoreError::Objects {
                        operation: "read",
                        ..
                    }
                );
                assert!(is_rejected || is_read_in_between, "{error:?}");
            }
            assert_aliases_read(&stores[0]).await;
        }
    }
}
