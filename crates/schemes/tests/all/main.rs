//! Tests of the schemes crate: shipped data, worked examples, laws of the evaluation, samples.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail by panicking")]

mod laws;
mod oscal;
mod practices;
mod samples;
mod shipped;
