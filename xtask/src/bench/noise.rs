//! A larger set of examples from a smaller one: copies in which single words are replaced.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};

/// Of 2^32 words, how many are replaced: 5 %.
const REPLACED: u32 = u32::MAX / 20;
const SEED: u64 = 42;

/// Replaces words by words of the same texts, as often as those stand there.
///
/// The draws follow each other, so that a set is the beginning of every larger one.
pub struct Noise<'a> {
    words: Vec<&'a str>,
    random: ChaCha8Rng,
}

impl<'a> Noise<'a> {
    pub fn of(texts: impl Iterator<Item = &'a str>) -> Self {
        let words = texts
            .flat_map(|text| text.split(' '))
            .filter(|word| !word.is_empty())
            .collect();
        Self {
            words,
            random: ChaCha8Rng::seed_from_u64(SEED),
        }
    }

    /// The text with about one word in twenty replaced; blanks stay.
    pub fn apply(&mut self, text: &str) -> String {
        let mut noisy = String::with_capacity(text.len());
        for (place, word) in text.split(' ').enumerate() {
            if place > 0 {
                noisy.push(' ');
            }
            let is_replaced = !word.is_empty() && self.random.next_u32() < REPLACED;
            noisy.push_str(if is_replaced { self.draw() } else { word });
        }
        noisy
    }

    fn draw(&mut self) -> &'a str {
        let place = (u128::from(self.random.next_u64()) * self.words.len() as u128) >> 64;
        self.words[usize::try_from(place).expect("a place in a list")]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 3] = ["flood in the  city", "", "a fire"];

    #[test]
    fn about_one_word_in_twenty_is_replaced_by_another_of_the_texts() {
        let text = vec!["unique"; 20_000].join(" ");
        let noisy = Noise::of(TEXTS.into_iter()).apply(&text);
        let replaced: Vec<_> = noisy.split(' ').filter(|&word| word != "unique").collect();
        assert!((900..1100).contains(&replaced.len()), "{}", replaced.len());
        assert!(
            replaced
                .iter()
                .all(|word| ["flood", "in", "the", "city", "a", "fire"].contains(word))
        );
        assert_eq!(noisy.split(' ').count(), 20_000);
    }

    #[test]
    fn the_same_texts_give_the_same_noise() {
        let noisy = || {
            let mut noise = Noise::of(TEXTS.into_iter());
            TEXTS
                .repeat(50)
                .into_iter()
                .map(|text| noise.apply(text))
                .collect::<Vec<_>>()
        };
        assert_eq!(noisy(), noisy());
        assert_ne!(noisy(), TEXTS.repeat(50));
    }

    #[test]
    fn blanks_stay_where_they_are() {
        let mut noise = Noise::of(TEXTS.into_iter());
        for _ in 0..100 {
            let text = noise.apply("a  b ");
            let words: Vec<_> = text.split(' ').collect();
            assert_eq!((words.len(), words[1], words[3]), (4, "", ""), "{text:?}");
            assert_eq!(noise.apply(""), "");
        }
    }
}
