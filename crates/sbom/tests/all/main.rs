//! Tests of component lists: small picks always, whole suites where they are at hand.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

mod laws;
mod picks;
mod pitfalls;
mod sources;
mod suites;
mod vex;
