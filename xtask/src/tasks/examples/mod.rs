//! The programs in `examples/` that run the model file, compared with `relevance predict` on texts
//! that bindings get wrong.

mod model;
mod program;
mod texts;

use std::time::Instant;

use anyhow::Result;

use self::model::Model;
use self::program::Environment;
use self::texts::Texts;
use crate::tools::relevance;

/// Builds all programs, and runs each on a model of words and one of words and characters.
pub fn check() -> Result<()> {
    let relevance = relevance::build()?;
    let environment = Environment::prepare()?;
    let programs = environment.build()?;

    let folder = tempfile::tempdir()?;
    let models = [
        Model::committed(),
        Model::with_characters(&relevance, folder.path())?,
    ];
    let texts = Texts::generate(&environment, &models, folder.path())?;

    for model in &models {
        let expected = texts.expected(&relevance, model)?;
        for program in &programs {
            let start = Instant::now();
            let predictions = texts.run(program, model, &environment)?;
            let excluded = texts.compare(program, model, &predictions, &expected)?;
            println!(
                "{}, model of {}: {} predictions agree, {excluded} are excluded, {:.1} s",
                program.name,
                model.name,
                predictions.len() - excluded,
                start.elapsed().as_secs_f64()
            );
        }
    }
    Ok(())
}
