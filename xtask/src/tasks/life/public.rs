//! A repository that keeps its versions in its own store `models`.

use anyhow::{Result, ensure};

use super::player::Player;

const NOTHING_NEW: &str = "has this model already; no version is proposed";
const FAILED_GATE: &str = "::warning title=Gate::";

/// Plays the states in their order, each on the repository that the one before left.
pub fn play(player: &Player) -> Result<()> {
    let (more, most) = (player.data("more.csv"), player.data("most.csv"));
    let with_more = [
        ("vars.RELEVANCE_DATA", more.as_str()),
        ("vars.RELEVANCE_STORE", "models"),
    ];
    let with_most = [
        ("inputs.data", most.as_str()),
        ("inputs.promote", "true"),
        ("vars.RELEVANCE_STORE", "models"),
    ];

    let run = player.run("schedule: the archive, nothing new", &[])?;
    run.proposes_nothing(NOTHING_NEW)?;
    run.warns_of_nothing()?;
    player.check_model()?;

    let run = player.run("schedule: data without a store", &with_more[..1])?;
    run.fails("Choose data and store", "Set the variable RELEVANCE_STORE")?;
    refuse(player)?;

    let run = player.run("schedule: more data", &with_more)?;
    run.proposes(2)?;
    player.merge(&run)?;
    expect_aliases(player, 1, 2)?;

    let run = player.run("schedule: more data, merged", &with_more)?;
    run.proposes_nothing(NOTHING_NEW)?;
    let run = player.run("schedule: the archive, another candidate merged", &[])?;
    run.proposes_nothing(NOTHING_NEW)?;
    run.warns_of_nothing()?;

    let run = player.run("by hand: most data, with promotion", &with_most)?;
    run.proposes(3)?;
    player.merge(&run)?;
    expect_aliases(player, 3, 3)?;
    ensure!(
        player.repository.alias("previous")? == Some(1),
        "previous is not 1"
    );

    println!("\n-- generated --write: other data in production");
    player.write_model()?;
    expect_aliases(player, 3, 3)?;

    let run = player.run("schedule: other data in production, no data", &[])?;
    run.proposes_nothing("No new data: the production model was trained on other data")?;
    run.warns_of_nothing()?;
    let with_most = [with_more[1], ("vars.RELEVANCE_DATA", most.as_str())];
    let run = player.run("schedule: the data in production", &with_most)?;
    run.proposes_nothing(NOTHING_NEW)?;
    run.warns_of_nothing()?;
    refuse(player)
}

/// Plays data that no version may come of.
fn refuse(player: &Player) -> Result<()> {
    for (table, reason) in [
        ("few.csv", "of the production model is"),
        ("random.csv", "`gate.min_precision` is"),
    ] {
        let data = player.data(table);
        let values = [
            ("vars.RELEVANCE_DATA", data.as_str()),
            ("vars.RELEVANCE_STORE", "models"),
        ];
        let run = player.run(&format!("schedule: {table}"), &values)?;
        run.proposes_nothing(FAILED_GATE)?;
        run.says(reason)?;
    }

    let values = [
        ("vars.RELEVANCE_DATA", "none.csv"),
        ("vars.RELEVANCE_STORE", "models"),
    ];
    let run = player.run("schedule: a table that does not exist", &values)?;
    run.fails("Train", "none.csv")
}

fn expect_aliases(player: &Player, production: u64, candidate: u64) -> Result<()> {
    for (alias, version) in [("production", production), ("candidate", candidate)] {
        let got = player.repository.alias(alias)?;
        ensure!(
            got == Some(version),
            "{alias} is {got:?} instead of {version}"
        );
    }
    Ok(())
}
