//! Tests of the schemes crate: shipped data, worked examples, laws of the evaluation, samples.
mod laws;
mod samples;
mod shipped;
