//! Flags that errors propose for tables with other columns or another encoding.

use std::fs;

use relevance_data::{Dataset, LabelSettings, SourceSettings, open_all, with_proposal};
use tempfile::tempdir;

/// Returns the message of a file that cannot be read, behind the error's own part.
fn proposal(name: &str, content: impl AsRef<[u8]>, settings: &SourceSettings) -> Option<String> {
    let directory = tempdir().unwrap();
    let path = directory.path().join(name);
    fs::write(&path, content).unwrap();

    let locations = [path];
    let source = open_all(&locations, settings).unwrap();
    let error = Dataset::read(source.as_ref(), &LabelSettings::default()).unwrap_err();
    let message = with_proposal(error, &locations, settings).to_string();
    let (_, proposal) = message.split_once("; perhaps it is read with ")?;
    Some(proposal.to_owned())
}

fn usual() -> SourceSettings {
    SourceSettings::default()
}

#[test]
fn columns_of_labels_and_sentences_are_proposed() {
    let tweet = |id: u32| match id % 2 {
        0 => {
            format!("{id},ann,the river is rising,https://example.org/a/long/address/{id},flood\n")
        }
        _ => format!("{id},bob,\"a quiet day, all day\",https://example.org/{id},other\n"),
    };
    let tweets: String = (0..18).map(tweet).collect();
    let tweets = format!(
        "id,user,tweet,url,kind\n{}",
        tweets.replace(",ann,", ",bob,")
    );
    let objects = "{\"body\": \"the river is rising\", \"is_flood\": true, \"tags\": [\"a\"]}\n\
                   {\"body\": \"a quiet day\", \"is_flood\": false, \"tags\": []}\n";
    let unnamed = "spam,win a prize now\nham,see you at home\n";
    let numbered = SourceSettings {
        header: false,
        ..usual()
    };
    let named = SourceSettings {
        text_column: Some("tweet".to_owned()),
        ..usual()
    };

    for (name, content, settings, want) in [
        (
            "a.csv",
            tweets.as_str(),
            &usual(),
            "`--text-column tweet --label-column kind`",
        ),
        ("a.csv", tweets.as_str(), &named, "`--label-column kind`"),
        (
            "a.jsonl",
            objects,
            &usual(),
            "`--text-column body --label-column is_flood`",
        ),
        (
            "a.csv",
            unnamed,
            &numbered,
            "`--text-column 2 --label-column 1`",
        ),
        (
            "a.csv",
            "1,win a prize now,spam\n2,see you at home,ham\n3,win two prizes,spam\n",
            &usual(),
            "`--no-header --text-column 2 --label-column 3`",
        ),
        (
            "a.csv",
            "the text,label\nthe river is rising,1\na quiet day,0\n",
            &usual(),
            "`--text-column 'the text'`",
        ),
        (
            "a.csv",
            "message,comment,label\nok,the river is rising,1\nok,a quiet day,0\n",
            &usual(),
            "`--text-column comment`",
        ),
    ] {
        assert_eq!(
            proposal(name, content, settings).as_deref(),
            Some(want),
            "{content}"
        );
    }
}

#[test]
fn another_encoding_is_proposed_beside_the_columns() {
    let latin = "ham,the caf\u{e9} is na\u{ef}ve,,\n";
    let late = "ham,see you at home,,\n".repeat(5000) + latin;
    for rows in [latin, &late] {
        let table = format!("v1,v2,,\nspam,win a prize now,,\n{rows}");
        let table: Vec<u8> = table
            .chars()
            .filter_map(|character| character.try_into().ok())
            .collect();
        assert_eq!(
            proposal("a.csv", table, &usual()).as_deref(),
            Some("`--encoding windows-1252 --text-column v2 --label-column v1`")
        );
    }
}

#[test]
fn nothing_is_proposed_where_columns_cannot_be_told() {
    for content in [
        "a,b\n1,2\n3,4\n",
        "a,b,c\nyes,true,ok\nno,false,ok\n",
        "a,b\n",
    ] {
        assert_eq!(proposal("a.csv", content, &usual()), None, "{content}");
    }
}

#[test]
fn nothing_is_proposed_where_a_value_cannot_be_typed() {
    let fields = "the text\u{1}the label\nthe river is rising\u{1}yes\na quiet day\u{1}no\n";
    assert_eq!(proposal("a.csv", fields, &usual()), None);
}
