//! Needed columns in the schema of a Parquet file.

use parquet::basic::{ConvertedType, LogicalType};
use parquet::schema::types::{BasicTypeInfo, SchemaDescriptor, Type};

use crate::error::DataError;
use crate::source::columns::{Columns, listed, role};
use crate::source::settings::SourceSettings;

/// Column that is read.
pub(super) struct Needed {
    /// Index among the file's leaf columns.
    pub leaf: usize,
    /// Name in messages.
    pub role: String,
}

/// Column or group of columns of a schema.
struct Field<'s> {
    /// Name, or path of a column inside a struct.
    name: String,
    /// Index among the file's leaf columns; none for a group.
    leaf: Option<usize>,
    group: Option<&'s Type>,
}

/// Finds the needed columns of the file called `name`, in the order text, label, further columns.
pub(super) fn find_columns(
    schema: &SchemaDescriptor,
    settings: &SourceSettings,
    name: &str,
) -> Result<Vec<Needed>, DataError> {
    let fields = fields(schema);
    let names: Vec<_> = fields.iter().map(|field| field.name.as_str()).collect();
    let columns = Columns::find(&names, settings, name, "schema")?;

    let needed = columns.indices().enumerate().map(|(index, field)| {
        let field = &fields[field];
        let role = role(index, settings);
        let leaf = field.leaf.ok_or_else(|| DataError::Malformed {
            file: name.to_owned(),
            location: "schema".to_owned(),
            cause: format!("the {role} {}", describe_group(field, &names, index)),
        })?;
        Ok(Needed { leaf, role })
    });
    needed.collect()
}

/// Lists the columns outside groups, the groups, and the columns inside structs by their path
/// unless another column has that name.
fn fields(schema: &SchemaDescriptor) -> Vec<Field<'_>> {
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
                leaf: leaf.next().map(|(leaf, _)| leaf),
                group: Some(field),
            }
        })
        .collect();

    for (leaf, column) in leaves().filter(|(_, column)| column.path().parts().len() > 1) {
        let name = column.path().string();
        if fields.iter().all(|field| field.name != name) {
            fields.push(Field {
                name,
                leaf: Some(leaf),
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
