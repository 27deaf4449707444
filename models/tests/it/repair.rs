//! A model whose aliases or manifests were damaged is usable after a repair.

use std::time::Duration;

use relevance_models::{Finding, PruneOptions, Remedy, Repaired, StoreError};

use crate::support::{Folder, NAME, in_memory, publish};

/// Returns a store with versions 1 to 3, the second in production and the third `candidate`.
async fn whole() -> Folder {
    let folder = Folder::new();
    let store = folder.store();
    publish(&store, 3).await;
    store.promote(NAME, "1").await.unwrap();
    store.promote(NAME, "2").await.unwrap();
    store.set_alias(NAME, "candidate", 3).await.unwrap();
    folder
}

fn aliases(repaired: &Repaired) -> Vec<(&str, &str)> {
    repaired.aliases.iter().collect()
}

#[tokio::test]
async fn a_whole_model_is_left_as_it_is() {
    let (folder, without_aliases) = (whole().await, in_memory());
    publish(&without_aliases, 1).await;
    for store in [folder.store(), without_aliases] {
        let before = store.aliases(NAME).await.unwrap();
        let repaired = store.repair(NAME).await.unwrap();
        assert!(!repaired.is_changed(), "{repaired:?}");
        assert_eq!(repaired.aliases, before);
    }
}

#[tokio::test]
async fn torn_aliases_keep_their_readable_part() {
    let folder = whole().await;
    let store = folder.store();
    let whole = std::fs::read_to_string(folder.path("aliases.json")).unwrap();

    for bytes in 0..whole.len() - 2 {
        folder.write("aliases.json", &whole[..bytes]);
        let repaired = store.repair(NAME).await.unwrap();
        assert!(repaired.rebuilt_aliases, "{bytes}");
        assert_eq!(store.aliases(NAME).await.unwrap(), repaired.aliases);
        assert_eq!(repaired.aliases.version("candidate"), Some(3), "{bytes}");
        assert!([None, Some(2)].contains(&repaired.aliases.version("production")));
        assert_eq!(store.check(NAME).await.unwrap(), [], "{bytes}");
    }

    let last = store.repair(NAME).await.unwrap();
    assert_eq!(
        aliases(&last),
        [("candidate", "3"), ("previous", "1"), ("production", "2")]
    );
    store.promote(NAME, "3").await.unwrap();
}

#[tokio::test]
async fn a_version_with_a_torn_manifest_is_withdrawn_with_its_aliases() {
    let folder = whole().await;
    let store = folder.store();
    folder.write("2/manifest.json", "{ \"name\": \"rel");
    let error = store.resolve(NAME, "production").await.unwrap_err();
    assert!(
        error.to_string().contains("relevance models repair"),
        "{error}"
    );

    let repaired = store.repair(NAME).await.unwrap();
    assert_eq!(repaired.withdrawn, [2]);
    assert_eq!(aliases(&repaired), [("candidate", "3"), ("previous", "1")]);
    let removed: Vec<_> = repaired.removed_aliases.into_iter().collect();
    assert_eq!(removed, [("production".to_owned(), "2".to_owned())]);

    assert_eq!(store.versions(NAME).await.unwrap(), [1, 3]);
    let left = store.check(NAME).await.unwrap();
    assert_eq!(left, [Finding::IncompleteVersion { version: 2 }]);
    assert_eq!(left[0].remedy(), Some(Remedy::Prune));
    assert_eq!(
        std::fs::read(folder.path("2/unreadable-manifest.json")).unwrap(),
        b"{ \"name\": \"rel"
    );

    let options = PruneOptions {
        grace: Duration::ZERO,
        ..PruneOptions::default()
    };
    assert_eq!(store.prune(NAME, &options).await.unwrap().incomplete, [2]);
    assert_eq!(store.check(NAME).await.unwrap(), []);
}

#[tokio::test]
async fn every_remedy_of_a_finding_removes_it() {
    let folder = whole().await;
    let store = folder.store();
    folder.write("3/manifest.json", "");
    folder.write("aliases.json", "{");
    folder.write("4/model.onnx", "half");
    folder.write("aliases.json#1", "{");

    let found = store.check(NAME).await.unwrap();
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(found.iter().all(|finding| finding.remedy().is_some()));

    store.repair(NAME).await.unwrap();
    let left = store.check(NAME).await.unwrap();
    assert!(
        left.iter()
            .all(|finding| finding.remedy() == Some(Remedy::Prune)),
        "{left:?}"
    );

    let options = PruneOptions {
        grace: Duration::ZERO,
        ..PruneOptions::default()
    };
    store.prune(NAME, &options).await.unwrap();
    assert_eq!(store.check(NAME).await.unwrap(), []);
}

#[tokio::test]
async fn an_unknown_model_is_an_error() {
    let error = in_memory().repair("other").await.unwrap_err();
    assert!(matches!(error, StoreError::UnknownModel { .. }), "{error}");
}
