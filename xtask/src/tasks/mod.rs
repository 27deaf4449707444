//! One module per task.

pub mod bench;
pub mod browser;
pub mod button;
pub mod clients;
pub mod contract;
pub mod deploy;
pub mod examples;
pub mod fuzz;
pub mod generated;
pub mod guide;
pub mod image;
pub mod images;
pub mod life;
pub mod lint;
pub mod notices;
pub mod package;
pub mod policy;
pub mod python;
pub mod repository;
pub mod sample;
pub mod smoke;
pub mod soak;
pub mod spark;
pub mod test;
