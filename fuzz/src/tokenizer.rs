//! The optimised token scan and scoring against the definition.

use std::cell::RefCell;

use relevance_pipeline::{Pipeline, ScoreBuffer, Scorer, TokenCharacters, TokenScan, tokens};

use crate::pipeline::{pipeline, union_pipeline};

/// A definition with its optimised form, and buffers that earlier inputs filled.
struct Engines {
    pipeline: Pipeline,
    scorer: Scorer,
    scan: TokenScan,
    buffer: ScoreBuffer,
}

thread_local! {
    static ENGINES: RefCell<Vec<Engines>> = RefCell::new(
        TokenCharacters::ALL
            .into_iter()
            .flat_map(|characters| [pipeline(characters), union_pipeline(characters)])
            .map(|pipeline| Engines {
                scorer: Scorer::from(&pipeline),
                pipeline,
                scan: TokenScan::default(),
                buffer: ScoreBuffer::default(),
            })
            .collect(),
    );
}

/// Checks that both ways find the same tokens and compute the same logit, for every setting.
///
/// # Panics
/// When the two differ.
pub fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    ENGINES.with_borrow_mut(|engines| {
        for engines in engines {
            engines.check_tokens(&text);
            engines.check_logit(&text);
        }
    });
}

impl Engines {
    fn check_tokens(&mut self, text: &str) {
        let characters = self.pipeline.features().token_characters;
        self.scan.read(text, characters);
        let want: Vec<&str> = tokens(text, characters).collect();
        let got: Vec<&str> = self.scan.spans().map(|span| &text[span]).collect();
        assert_eq!(got, want, "{characters}");

        for span in self.scan.spans() {
            let token = text[span.clone()].to_ascii_lowercase();
            assert_eq!(self.scan.packed(&span), packed(&token), "{token:?}");
        }
    }

    fn check_logit(&mut self, text: &str) {
        let coefficients = (&self.pipeline).into();
        let projection = self.scorer.project(text, coefficients, &mut self.buffer);
        let want = self.pipeline.logit(text);
        let got = projection.product + f64::from(self.pipeline.intercept());
        assert_eq!(got.to_bits(), want.to_bits(), "{got} instead of {want}");
        let characters = self.pipeline.characters();
        let ngrams = characters.map_or(0, |block| block.counts(text).len());
        assert_eq!(
            projection.known_terms as usize,
            self.pipeline.term_counts(text).len() + ngrams
        );

        let explanation = self
            .scorer
            .explain(text, coefficients, self.pipeline.intercept());
        // It adds the contributions in another order.
        assert!((explanation.logit - want).abs() < 1e-9, "{explanation:?}");
        assert_eq!(explanation.terms.len(), projection.known_terms as usize);

        let counts = self.scorer.count_tokens(text, &mut self.buffer);
        let characters = self.pipeline.features().token_characters;
        assert_eq!(counts.all, tokens(text, characters).count());
        self.buffer.trim();
    }
}

/// Returns the first bytes of a token in two numbers.
fn packed(token: &str) -> [u64; 2] {
    let mut bytes = [0; TokenScan::PACKED_BYTES];
    for (packed, byte) in bytes.iter_mut().zip(token.bytes()) {
        *packed = byte;
    }
    let [first, second] = [0, 8].map(|start| {
        let half = bytes[start..start + 8].try_into();
        u64::from_le_bytes(half.expect("a half has eight bytes"))
    });
    [first, second]
}
