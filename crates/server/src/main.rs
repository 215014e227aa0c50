//! ishigaki — the one binary. Everything is in the library, so that tests reach it.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::main()
}
