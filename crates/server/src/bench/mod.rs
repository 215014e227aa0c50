//! `server::bench` — `ishigaki bench`: measures this very binary. Prints machine, sizes, median,
//! p95 and memory; docs/benchmarks.md holds what was measured. Nothing here asserts a time.

use clap::Args;

/// What to measure.
#[derive(Debug, Args)]
pub struct BenchArgs {
    /// `start`, `evaluate`, `grc` or `pages`; all if absent.
    name: Option<String>,
}

/// Runs a bench.
///
/// # Errors
/// One line for the operator.
pub fn run(args: BenchArgs, _json: bool) -> Result<(), String> {
    Err(format!("bench {:?} is not there yet", args.name))
}
