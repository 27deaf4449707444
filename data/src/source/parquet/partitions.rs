//! Columns whose values are in the names of folders, as Hive and Spark partition a table:
//! `day=2026-01-31/label=spam/part-0.parquet`.

use percent_encoding::percent_decode_str;

/// Name of the folder with the rows whose value is NULL, behind the `=`.
const NULL: &str = "__HIVE_DEFAULT_PARTITION__";

/// Column that has one value in all rows of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Partition {
    pub name: String,
    /// The value; empty for NULL.
    pub value: String,
}

impl Partition {
    /// Returns the column that the name of a folder stands for, if it has the form `name=value`.
    pub fn of_folder(folder: &str) -> Option<Self> {
        let (name, value) = folder.split_once('=')?;
        let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let is_null = value == NULL;
        (!name.is_empty()).then(|| Self {
            name: decode(name),
            value: if is_null {
                String::new()
            } else {
                decode(value)
            },
        })
    }

    /// Returns the columns that the folders around a file stand for, the outermost first.
    pub fn of_path(path: &str) -> Vec<Self> {
        let folders = path.rsplit(['/', '\\']).skip(1);
        let mut partitions: Vec<_> = folders.map_while(Self::of_folder).collect();
        partitions.reverse();
        partitions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_the_folders_next_to_the_file() {
        for (path, want) in [
            ("a.parquet", &[][..]),
            ("x=1.parquet", &[]),
            ("/data/a=1/b/c=2/part-0.parquet", &[("c", "2")]),
            (
                "day=2026-01-31/label=not%20so%2Fgood/part-0.parquet",
                &[("day", "2026-01-31"), ("label", "not so/good")],
            ),
            (
                "label=__HIVE_DEFAULT_PARTITION__/x.parquet",
                &[("label", "")],
            ),
            ("a==b/x.parquet", &[("a", "=b")]),
            ("=b/x.parquet", &[]),
        ] {
            let got = Partition::of_path(path);
            let got: Vec<_> = got
                .iter()
                .map(|partition| (&*partition.name, &*partition.value))
                .collect();
            assert_eq!(got, want, "{path}");
        }
    }
}
