//! Iteration over the operations of a specification.

use aide::openapi::{OpenApi, Operation, PathItem, ReferenceOr};

/// All operations of a specification.
pub(crate) fn operations(specification: &mut OpenApi) -> impl Iterator<Item = &mut Operation> {
    let paths = specification
        .paths
        .iter_mut()
        .flat_map(|paths| paths.paths.values_mut());
    paths
        .filter_map(ReferenceOr::as_item_mut)
        .flat_map(operations_of)
}

/// All operations of a path.
pub(crate) fn operations_of(path: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem {
        get,
        put,
        post,
        delete,
        options,
        head,
        patch,
        trace,
        ..
    } = path;

    [get, put, post, delete, options, head, patch, trace]
        .into_iter()
        .flatten()
}
