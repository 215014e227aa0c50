//! ishigaki — the one binary. Everything is in the library, so that tests reach it.

use std::process::ExitCode;

fn main() -> ExitCode {
    // The child that reads somebody's file does nothing else.
    if sheets::child_word(&[(sbom::READ_WORD, sbom::child_answer)]) {
        return ExitCode::SUCCESS;
    }
    server::cli::main()
}
