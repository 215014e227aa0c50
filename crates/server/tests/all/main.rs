//! Tests of the whole house: pages and API over both engines, refusals from the route table,
//! the security list, the command line, crashes, schemas.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "helpers of tests fail by panicking"
)]

mod bad_input;
mod cli;
mod facts;
mod fiction;
mod files;
mod harness;
mod intake;
mod kill;
mod learn;
mod maturity;
mod own;
mod paths;
mod products;
mod provider;
mod refusal;
mod register;
mod requests;
mod samples;
mod sbom;
mod schema;
mod security;
mod sheet;
mod sink;
mod suppliers;
mod worker;
mod workshop;
