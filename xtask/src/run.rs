//! `xtask::run` — installing what the tests need, and running everything in order.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::postgres::Postgres;

/// Debian packages the tests need, with a program that shows they are there.
const PACKAGES: &[(&str, &str)] = &[
    ("postgresql", "/usr/lib/postgresql"),
    ("chromium", "/usr/bin/chromium"),
    ("fonts-noto-cjk", "/usr/share/fonts/opentype/noto"),
    ("nodejs", "node"),
    ("npm", "npm"),
    ("zstd", "zstd"),
    ("python3", "python3"),
    ("poppler-utils", "/usr/bin/pdftoppm"),
    ("zbar-tools", "zbarimg"),
    ("gnupg", "gpg"),
    ("libreoffice-calc", "/usr/bin/soffice"),
];

pub(crate) fn say(text: &str) {
    writeln!(std::io::stdout(), "{text}").unwrap_or_default();
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let out = command.output().map_err(|e| format!("{command:?}: {e}"))?;
    if out.status.success() {
        Ok(String::from_utf8_lossy(&out.stdout).into_owned())
    } else {
        Err(format!("{command:?}: {}", String::from_utf8_lossy(&out.stderr)))
    }
}

pub(crate) fn run_quiet(command: &mut Command) -> Result<(), String> {
    // A server that stays would keep a pipe open, so nothing is captured.
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null()).status();
    if status.map_err(|e| format!("{command:?}: {e}"))?.success() { Ok(()) } else { Err(format!("{command:?} failed")) }
}

fn run(what: &str, command: &mut Command) -> Result<(), String> {
    say(&format!("== {what}"));
    let status = command.current_dir(root()).status().map_err(|e| format!("{what}: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("{what} failed")) }
}

fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    command.args(args);
    command
}

fn is_there(probe: &str) -> bool {
    if probe.starts_with('/') {
        return Path::new(probe).exists();
    }
    Command::new(probe).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
}

/// Installs missing packages where this machine lets us; says plainly what is missing else.
fn install() -> Result<(), String> {
    let missing: Vec<&str> = PACKAGES.iter().filter(|(_, probe)| !is_there(probe)).map(|(name, _)| *name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    say(&format!("== installing {}", missing.join(" ")));
    let apt = |args: &[&str]| Command::new("apt-get").args(args).env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null()).status();
    let updated = apt(&["update"]).is_ok_and(|s| s.success());
    let mut args = vec!["install", "-y", "--no-install-recommends"];
    args.extend(&missing);
    if updated && apt(&args).is_ok_and(|s| s.success()) {
        return Ok(());
    }
    Err(format!(
        "these packages are needed and could not be installed (run as root on Debian, or install them yourself): {}",
        missing.join(" ")
    ))
}

fn browser() -> Result<(), String> {
    let folder = root().join("tests/browser");
    let mut npm = Command::new("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).current_dir(&folder);
    say("== npm ci (browser tests)");
    if !npm.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success()) {
        return Err("npm ci failed in tests/browser".to_owned());
    }
    let mut node = Command::new("node");
    node.args(["tests/browser/run.mjs", "target/debug/ishigaki", "test-artefacts/browser"]);
    run("browser tests (screenshots in test-artefacts/browser)", &mut node)
}

/// Python with what reads our OSCAL and our workbooks independently; said plainly where it cannot be had.
fn python() -> Option<PathBuf> {
    let folder = root().join("target/python");
    let python = folder.join("bin/python");
    let wanted = root().join("tests/python/requirements.txt");
    let quiet = |command: &mut Command| command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success());
    let has = |python: &Path| quiet(Command::new(python).args(["-c", "import trestle.oscal.mapping, openpyxl"]));
    if !has(&python) {
        say("== pip install compliance-trestle, openpyxl (independent readers)");
        quiet(Command::new("python3").args(["-m", "venv"]).arg(&folder));
        quiet(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(wanted));
    }
    if has(&python) {
        return Some(python);
    }
    say(
        "== LEFT OUT: compliance-trestle and openpyxl could not be installed (python3 with venv and pip); nobody reads our OSCAL and workbooks independently",
    );
    None
}

/// The README's test command and what CI runs: everything, on both engines, in a browser.
pub(crate) fn test() -> Result<(), String> {
    install()?;
    check()?;
    let postgres = Postgres::start()?;
    let shared = root().join("../shared/data").exists();
    say(&format!(
        "== outside suites of ../shared/data: {}",
        if shared {
            "the folder is there: NIST's OSCAL files and the suites of component lists are read"
        } else {
            "not there; own fixtures only"
        }
    ));
    let mut tests = cargo(&["test", "--workspace", "--no-fail-fast"]);
    tests.env("ISHIGAKI_TEST_POSTGRES", &postgres.url);
    if let Some(python) = python() {
        tests.env("ISHIGAKI_TEST_PYTHON", python);
    }
    run("tests on SQLite and PostgreSQL", &mut tests)?;
    drop(postgres);
    // The server's own tests have built target/debug/ishigaki.
    browser()
}

/// Format, lints and house rules.
pub(crate) fn check() -> Result<(), String> {
    run("format", &mut cargo(&["fmt", "--all", "--check"]))?;
    crate::tidy::tidy()?;
    run("clippy", &mut cargo(&["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

/// Makes every generated file again: resolved schemes, JSON Schemas, page samples, reference.
pub(crate) fn generate() -> Result<(), String> {
    run("generating", cargo(&["test", "--quiet", "--workspace", "committed"]).env("ISHIGAKI_GENERATE", "1"))
}
