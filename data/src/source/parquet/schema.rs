//! Needed columns in the schema of a Parquet file.

use parquet::basic::{ConvertedType, LogicalType};
use parquet::schema::types::{BasicTypeInfo, SchemaDescriptor, Type};

use super::partitions::Partition;
use crate::error::DataError;
use crate::source::columns::{Columns, listed, role};
use crate::source::settings::SourceSettings;

/// Column that is read.
pub(super) struct Needed {
    pub place: Place,
    /// Name in messages.
    pub role: String,
}

/// Place of the values of a column.
#[derive(Clone)]
pub(super) enum Place {
    /// In the file's leaf column with this index.
    Leaf(usize),
    /// In the name of a folder, the same in all rows.
    Folder(String),
}

/// Column or group of columns of a schema.
struct Field<'s> {
    /// Name, or path of a column inside a struct.
    name: String,
    /// Its values; none for a group.
    place: Option<Place>,
    group: Option<&'s Type>,
}

/// Finds the needed columns of the file called `name` among its own and those of its folders, in the
/// order text, label, further columns.
pub(super) fn find_columns(
    schema: &SchemaDescriptor,
    partitions: &[Partition],
    settings: &SourceSettings,
    name: &str,
) -> Result<Vec<Needed>, DataError> {
    let fields = fields(schema, partitions);
    let names: Vec<_> = fields.iter().map(|field| field.name.as_str()).collect();
    let columns = Columns::find(&names, settings, name, "schema")?;

    let needed = columns.indices().enumerate().map(|(index, field)| {
        let field = &fields[field];
        let role = role(index, settings);
        let place = field.place.clone().ok_or_else(|| DataError::Malformed {
            file: name.to_owned(),
            location: "schema".to_owned(),
            cause: format!("the {role} {}", describe_group(field, &names, index)),
        })?;
        Ok(Needed { place, role })
    });
    needed.collect()
}

/// Lists the columns outside groups, the groups, the columns inside structs by their path, and those
/// of folders, the latter two unless another column has that name.
fn fields<'s>(schema: &'s SchemaDescriptor, partitions: &[Partition]) -> Vec<Field<'s>> {
    let leaves = || {
        let leaves = schema.columns().iter().enumerate();
        leaves.filter(|(_, column)| column.max_rep_level() == 0)
    };

    let top = schema.root_schema().get_fields().iter();
    let mut fields: Vec<_> = top
        .map(|field| {
            let mut leaf = leaves().filter(|(_, leaf)| leaf.path().parts() == [field.name()]);
            Field {
                name: field.name().to_owned(),
                place: leaf.next().map(|(leaf, _)| Place::Leaf(leaf)),
                group: Some(field),
            }
        })
        .collect();

    let nested = leaves().filter(|(_, column)| column.path().parts().len() > 1);
    let nested = nested.map(|(leaf, column)| (column.path().string(), Place::Leaf(leaf)));
    let of_folders = partitions
        .iter()
        .map(|Partition { name, value }| (name.clone(), Place::Folder(value.clone())));
    for (name, place) in nested.chain(of_folders) {
        if fields.iter().all(|field| field.name != name) {
            fields.push(Field {
                name,
                place: Some(place),
                group: None,
            });
        }
    }
    fields
}

/// Describes a group of columns where one column is needed; `index` is that of the role.
fn describe_group(field: &Field<'_>, names: &[&str], index: usize) -> String {
    let expected = "expected one value per row";
    let info = field.group.map(Type::get_basic_info);
    let is_logical = |kind: &LogicalType| {
        info.is_some_and(|info| {
            info.logical_type_ref()
                .is_some_and(|logical| logical == kind)
        })
    };
    let converted = info.map(BasicTypeInfo::converted_type);
    if is_logical(&LogicalType::Map) || converted == Some(ConvertedType::MAP) {
        return format!("is a map; {expected}");
    }

    let prefix = format!("{}.", field.name);
    let inside: Vec<_> = names
        .iter()
        .copied()
        .filter(|name| name.starts_with(&prefix))
        .collect();
    if inside.is_empty() {
        return format!("is a list; {expected}");
    }

    let flag = match index {
        0 => "--text-column",
        1 => "--label-column",
        _ => "--column",
    };
    format!(
        "is a struct; name one of its columns with `{flag}`: {}",
        listed(&inside)
    )
}
