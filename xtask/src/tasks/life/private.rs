//! A public repository whose data and store are private: nothing of the data's texts may appear.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use super::player::Player;
use super::repository::{MODEL, files};

/// Files of the pull request.
const PUBLIC_FILES: [&str; 7] = [
    "2/card.html",
    "2/card.md",
    "2/manifest.json",
    "2/metrics.json",
    "2/model.onnx",
    "2/profile.json",
    "aliases.json",
];

/// Plays the states in their order, each on the repository that the one before left.
pub fn play(player: &Player) -> Result<()> {
    let (data, store) = (player.data("private.csv"), player.private_store());
    let store_location = store.to_string_lossy();
    let values = [
        ("vars.RELEVANCE_DATA", data.as_str()),
        ("vars.RELEVANCE_STORE", &store_location),
        ("inputs.promote", "true"),
    ];

    let run = player.run("private: first training, with promotion", &values)?;
    run.proposes(2)?;
    run.says("of version 1 in production")?;
    expect_whole_version(player, &store)?;
    expect_none(player, &run.outcome.proposal)?;
    ensure!(
        files(&run.outcome.proposal)? == PUBLIC_FILES.map(PathBuf::from),
        "the pull request has {:?}",
        files(&run.outcome.proposal)?
    );

    player.merge(&run)?;
    ensure!(
        player.repository.alias("production")? == Some(2),
        "production is not 2"
    );
    expect_none(player, &player.repository.path().join(MODEL))?;

    let run = player.run("private: the same data again", &values[..2])?;
    run.proposes_nothing("has this model already; no version is proposed")?;
    run.warns_of_nothing()?;
    run.says("production is now version 2")?;

    let random = player.data("random.csv");
    let values = [("vars.RELEVANCE_DATA", random.as_str()), values[1]];
    let run = player.run("private: a model that the gate refuses", &values)?;
    run.proposes_nothing("::warning title=Gate::")
}

/// Checks that the private store has what the repository must not have, so that the search for
/// sentences is known to find them.
fn expect_whole_version(player: &Player, store: &Path) -> Result<()> {
    let report = fs::read_to_string(store.join("relevance/2/report.html"))?;
    let found = player.find_private(&report);
    ensure!(found.is_some(), "the report has no sentence of the data");

    let rows = files(&store.join("relevance/test-rows"))?;
    ensure!(
        rows.len() == 2,
        "the private store has the test rows {rows:?}"
    );
    Ok(())
}

/// Checks that no file has a sentence of the private data.
fn expect_none(player: &Player, folder: &Path) -> Result<()> {
    for file in files(folder)? {
        let content = fs::read(folder.join(&file))?;
        let content = String::from_utf8_lossy(&content);
        let found = player.find_private(&content);
        ensure!(
            found.is_none(),
            "{} has the sentence {found:?}",
            file.display()
        );
    }
    Ok(())
}
