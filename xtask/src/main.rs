//! xtask — the project's own commands: `test`, `check`, `tidy`, `generate`. Everything with
//! logic that a person or CI runs on this repository is here; none of it ships.

mod postgres;
mod run;
mod tidy;

use std::process::ExitCode;

fn main() -> ExitCode {
    let word = std::env::args().nth(1).unwrap_or_default();
    let done = match word.as_str() {
        "test" => run::test(),
        "check" => run::check(),
        "tidy" => tidy::tidy(),
        "generate" => run::generate(),
        _ => Err("usage: cargo xtask test | check | tidy | generate".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            run::say(&format!("xtask {word}: {text}"));
            ExitCode::FAILURE
        }
    }
}
