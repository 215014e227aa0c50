//! Tests of the whole house: pages and API over both engines, refusals from the route table,
//! the security list, the command line, crashes, schemas.
mod bad_input;
mod cli;
mod facts;
mod files;
mod harness;
mod kill;
mod refusal;
mod samples;
mod schema;
mod security;
mod worker;
