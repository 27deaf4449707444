//! Made texts.

use relevance_data::{Dataset, Label};

use crate::archive;

/// Texts in a script without spaces: words of two letters among letters of no meaning, where one kind
/// of words is about the subject.
pub fn without_spaces() -> Dataset {
    const RELEVANT: [&str; 6] = ["洪水", "地震", "火灾", "台风", "救援", "灾情"];
    const OTHERS: [&str; 6] = ["电影", "音乐", "足球", "早餐", "假期", "朋友"];
    const LETTERS: [char; 12] = [
        '一', '的', '了', '在', '人', '有', '我', '他', '这', '中', '大', '来',
    ];

    let mut seed = 7_u32;
    let mut random = |limit: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) as usize % limit
    };

    let mut dataset = archive();
    for (index, label) in dataset.labels.iter_mut().enumerate() {
        *label = Some(if index % 2 == 0 {
            Label::Relevant
        } else {
            Label::NotRelevant
        });
    }
    let texts = (0..dataset.labels.len()).map(|index| {
        let words = if index % 2 == 0 { RELEVANT } else { OTHERS };
        let mut text = String::new();
        for _ in 0..3 {
            text.extend((0..3 + random(6)).map(|_| LETTERS[random(LETTERS.len())]));
            text.push_str(words[random(words.len())]);
        }
        text
    });
    let texts: Vec<String> = texts.collect();
    dataset.texts = texts.iter().map(String::as_str).collect();
    dataset
}
