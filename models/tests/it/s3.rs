//! The store on an S3 server, over HTTP and with conditional puts.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;

use relevance_models::{PREVIOUS, PRODUCTION, Promotion, Store, StoreError};

use crate::moto;
use crate::support::{NAME, publication, publish, read_all, s3};

#[tokio::test]
async fn store_on_s3_behaves_as_in_a_folder() {
    let store = s3("lives");
    assert!(store.names().await.unwrap().is_empty());

    publish(&store, 3).await;
    assert_eq!(store.names().await.unwrap(), [NAME]);

    store.promote(NAME, "2").await.unwrap();
    let promotion = |production, previous| Promotion {
        production,
        previous: Some(previous),
        changed: true,
    };
    assert_eq!(store.promote(NAME, "3").await.unwrap(), promotion(3, 2));
    assert_eq!(store.rollback(NAME).await.unwrap(), promotion(2, 3));
    assert_eq!(store.resolve(NAME, PREVIOUS).await.unwrap().version, 3);

    let production = store.resolve(NAME, PRODUCTION).await.unwrap();
    assert_eq!(production.version, 2);

    read_all(&store, &production).await;
    assert_eq!(store.check(NAME).await.unwrap(), []);

    let error = store.resolve(NAME, "4").await.unwrap_err();
    assert!(
        matches!(error, StoreError::UnknownVersion { .. }),
        "{error}"
    );
}

/// Publishes a version and sets an alias to it, as a trainer does.
async fn train(store: &Store, trainer: usize, round: usize) -> u64 {
    let seed = (round * 10 + trainer) as u64;
    let version = store
        .publish(NAME, publication(seed))
        .await
        .unwrap()
        .version;
    store
        .set_alias(NAME, &format!("trainer-{trainer}-{round}"), version)
        .await
        .unwrap();
    store.set_alias(NAME, "candidate", version).await.unwrap();

    version
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_trainers_get_distinct_versions_and_lose_no_alias() {
    const ROUNDS: usize = 8;
    for trainers in [2_usize, 4] {
        let test = format!("at-once-{trainers}");
        let mut taken = BTreeSet::new();
        for round in 0..ROUNDS {
            let stores: Vec<_> = (0..trainers).map(|_| Arc::new(s3(&test))).collect();
            let work: Vec<_> = (0..trainers)
                .zip(stores)
                .map(|(trainer, store)| {
                    tokio::spawn(async move { train(&store, trainer, round).await })
                })
                .collect();
            for version in work {
                assert!(
                    taken.insert(version.await.unwrap()),
                    "one number for two versions"
                );
            }
        }
        let store = s3(&test);
        let versions: BTreeSet<u64> = store.versions(NAME).await.unwrap().into_iter().collect();
        assert_eq!(versions, taken);
        assert_eq!(
            store.aliases(NAME).await.unwrap().iter().count(),
            ROUNDS * trainers + 1
        );
        assert_eq!(store.check(NAME).await.unwrap(), []);
    }
}

#[tokio::test]
async fn error_of_a_missing_bucket_has_advice() {
    let remote = moto::remote_in("no-such-bucket", "any");
    let store = Store::open_with(&remote.location, remote.variables).unwrap();

    for error in [
        store.resolve(NAME, PRODUCTION).await.unwrap_err(),
        store.versions(NAME).await.unwrap_err(),
        store.publish(NAME, publication(1)).await.unwrap_err(),
    ] {
        assert!(
            error
                .to_string()
                .contains("there is no such bucket or container: create it"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn error_of_refused_credentials_has_advice() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            let _ = connection.read(&mut [0; 4096]);
            let body = "<Error><Code>InvalidAccessKeyId</Code></Error>";
            let length = body.len();
            let response = format!(
                "HTTP/1.1 403 Forbidden\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
            connection.write_all(response.as_bytes()).unwrap();
        }
    });
    let mut remote = moto::remote("any");
    remote
        .variables
        .insert("AWS_ENDPOINT_URL".to_owned(), endpoint);
    let store = Store::open_with(&remote.location, remote.variables).unwrap();

    for (operation, error) in [
        ("read", store.resolve(NAME, PRODUCTION).await.unwrap_err()),
        ("list", store.versions(NAME).await.unwrap_err()),
        (
            "write",
            store.put_test_rows(NAME, "rows".into()).await.unwrap_err(),
        ),
    ] {
        let message = error.to_string();
        assert!(
            message.starts_with(&format!("cannot {operation} `any/models/relevance")),
            "{message}"
        );
        assert!(
            message.contains("refuses the credentials: set those"),
            "{message}"
        );
        assert!(message.contains("AWS_ACCESS_KEY_ID"), "{message}");
    }
}
