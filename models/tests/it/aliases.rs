//! Aliases change atomically, also with concurrent writers.

use std::collections::BTreeSet;
use std::sync::Arc;

use relevance_models::{PREVIOUS, PRODUCTION, Promotion, StoreError};

use crate::support::{Folder, NAME, in_memory, publish};

#[tokio::test]
async fn alias_and_a_number_resolve_to_the_same_version() {
    let folder = Folder::new();
    for store in [folder.store(), in_memory()] {
        publish(&store, 2).await;
        store.set_alias(NAME, "candidate", 2).await.unwrap();
        let by_alias = store.resolve(NAME, "candidate").await.unwrap();
        assert_eq!(by_alias, store.resolve(NAME, "2").await.unwrap());
        assert_eq!(by_alias.version, 2);
    }

    let stored = std::fs::read_to_string(folder.path("aliases.json")).unwrap();

    assert_eq!(stored, "{\n  \"candidate\": \"2\"\n}\n");
}

#[tokio::test]
async fn error_of_an_unknown_selector_lists_what_exists() {
    let store = in_memory();
    publish(&store, 2).await;
    let error = store.resolve(NAME, "production").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "`relevance` has no alias or version `production`; aliases: none; versions: 1, 2: name a version, or promote \
         one with `relevance models promote VERSION`"
    );

    store.promote(NAME, "2").await.unwrap();
    let error = store.resolve(NAME, "candidate").await.unwrap_err();

    assert_eq!(
        error.to_string(),
        "`relevance` has no alias or version `candidate`; aliases: production (2); versions: 1, 2"
    );

    let error = store.resolve(NAME, "9").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "`relevance` has no version 9; it has: 1, 2"
    );
}

#[tokio::test]
async fn promotion_and_rollback_change_production_and_previous() {
    let folder = Folder::new();
    for store in [folder.store(), in_memory()] {
        publish(&store, 2).await;
        let promotion = |production, previous, changed| Promotion {
            production,
            previous,
            changed,
        };
        assert_eq!(
            store.promote(NAME, "1").await.unwrap(),
            promotion(1, None, true)
        );
        let error = store.rollback(NAME).await.unwrap_err();
        assert!(matches!(error, StoreError::NoPrevious { .. }), "{error}");
        assert_eq!(
            store.promote(NAME, "2").await.unwrap(),
            promotion(2, Some(1), true)
        );
        assert_eq!(
            store.promote(NAME, PRODUCTION).await.unwrap(),
            promotion(2, Some(1), false)
        );
        assert_eq!(
            store.rollback(NAME).await.unwrap(),
            promotion(1, Some(2), true)
        );
        assert_eq!(store.resolve(NAME, PRODUCTION).await.unwrap().version, 1);
        assert_eq!(store.resolve(NAME, PREVIOUS).await.unwrap().version, 2);
        assert_eq!(
            store.rollback(NAME).await.unwrap(),
            promotion(2, Some(1), true)
        );
    }
}

#[tokio::test]
async fn no_alias_is_set_to_a_missing_or_damaged_version() {
    let folder = Folder::new();
    let store = folder.store();
    publish(&store, 2).await;
    store.promote(NAME, "1").await.unwrap();
    folder.write("2/card.md", "altered");
    let error = store.promote(NAME, "2").await.unwrap_err();

    assert!(error.is_damage(), "{error}");

    let error = store.set_alias(NAME, "candidate", 2).await.unwrap_err();
    assert!(error.is_damage(), "{error}");

    let error = store.set_alias(NAME, "candidate", 3).await.unwrap_err();
    assert!(
        matches!(error, StoreError::UnknownVersion { .. }),
        "{error}"
    );
    assert_eq!(
        store.aliases(NAME).await.unwrap().to_string(),
        "production (1)"
    );
}

#[tokio::test]
async fn damaged_production_version_can_be_rolled_back() {
    let folder = Folder::new();
    let store = folder.store();
    publish(&store, 2).await;
    store.promote(NAME, "1").await.unwrap();
    store.promote(NAME, "2").await.unwrap();
    folder.write("2/model.onnx", "damaged");
    assert_eq!(store.rollback(NAME).await.unwrap().production, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_writers_of_aliases_lose_none() {
    let (folder, memory) = (Folder::new(), Arc::new(in_memory()));
    publish(&memory, 1).await;
    publish(&folder.store(), 1).await;
    let separate: Vec<_> = (0..20).map(|_| Arc::new(folder.store())).collect();
    let shared: Vec<_> = (0..20).map(|_| Arc::clone(&memory)).collect();

    for stores in [separate, shared] {
        let writers: Vec<_> = stores
            .iter()
            .cloned()
            .enumerate()
            .map(|(index, store)| {
                tokio::spawn(async move { store.set_alias(NAME, &format!("a{index}"), 1).await })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap().unwrap();
        }
        let aliases = stores[0].aliases(NAME).await.unwrap();
        let got: BTreeSet<String> = aliases.iter().map(|(alias, _)| alias.to_owned()).collect();
        assert_eq!(got, (0..20).map(|index| format!("a{index}")).collect());
    }
}

#[tokio::test]
async fn alias_that_is_a_number_is_refused() {
    let store = in_memory();
    publish(&store, 1).await;
    let error = store.set_alias(NAME, "1", 1).await.unwrap_err();
    assert!(
        matches!(error, StoreError::InvalidName { kind: "alias", .. }),
        "{error}"
    );
}
