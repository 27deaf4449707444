//! The protocol over HTTP, one file per route.

mod body;
mod config;
mod documentation;
mod from_path;
mod infer;
mod infer_body;
mod infer_documentation;
mod infer_parameters;
mod infer_request;
mod infer_response;
mod metadata;
mod model_statistics;
mod ready;
mod repository_index;
mod repository_load;
mod repository_unload;
pub(crate) mod routes;
mod server;
mod statistics;
mod text_elements;
