//! `server::organisation` — the words `organisation add|numbers`: an organisation that stands on its own,
//! such as an expert, an examining body or a supplier, with its first person and a password shown once;
//! and the national file of corporate numbers.

use std::io::{IsTerminal as _, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use clap::{Args, Subcommand};
use kernel::random_token;
use people::{ClaimInput, FirstCode, Imported, OrganisationInput, organisation_found};
use serde::Serialize;
use web::{Config, Cx, Problem};

use crate::cli::PlaceArgs;
use crate::register::line;
use crate::serve::open_app;

#[derive(Debug, Subcommand)]
pub(crate) enum OrganisationWord {
    /// Add an organisation with its first administrator.
    Add(AddArgs),
    /// Take in the national file of corporate numbers (CSV in UTF-8 or Shift JIS), to complete and check names.
    Numbers(NumbersArgs),
}

#[derive(Debug, Args)]
pub(crate) struct NumbersArgs {
    /// The file; `-` reads standard input, as from `unzip -p`.
    file: PathBuf,
    #[command(flatten)]
    place: PlaceArgs,
}

/// What a word came to.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Answer {
    Added(Added),
    Numbers(Imported),
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Added(a) => format!("organisation {}\nlogin {}\npassword {}", a.organisation_id, a.login, a.password),
            Self::Numbers(n) => {
                let sums = format!("{} rows, {} companies, {} read before, {} wrong", n.rows, n.companies, n.before, n.wrong);
                [&[sums], n.told.as_slice()].concat().join("\n")
            }
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    /// Its name.
    name: String,
    /// Login of its first administrator, 3 to 64 characters.
    #[arg(long)]
    login: String,
    /// Name of that person.
    #[arg(long)]
    person: String,
    /// Corporate number, 13 digits; leave out where there is none.
    #[arg(long, default_value = "")]
    number: String,
    #[command(flatten)]
    place: PlaceArgs,
}

/// What was made.
#[derive(Debug, Serialize)]
pub(crate) struct Added {
    organisation_id: String,
    login: String,
    password: String,
}

/// Runs a word.
///
/// # Errors
/// One line for the operator.
pub(crate) async fn run(word: OrganisationWord) -> Result<Answer, String> {
    match word {
        OrganisationWord::Add(args) => add(args).await.map(Answer::Added),
        OrganisationWord::Numbers(args) => numbers(args).await.map(Answer::Numbers),
    }
}

/// Counts the bytes that were read.
struct Counted<R>(R, Arc<AtomicU64>);

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.0.read(buffer)?;
        self.1.fetch_add(u64::try_from(n).unwrap_or(0), Ordering::Relaxed);
        Ok(n)
    }
}

async fn numbers(args: NumbersArgs) -> Result<Imported, String> {
    let cannot = |e: std::io::Error| format!("cannot read {}: {e}", args.file.display());
    let app = open_app(&args.place.into(), Config::default(), FirstCode::default()).await?;
    let cx = Cx::without_request(&app, None);
    let bytes = Arc::new(AtomicU64::new(0));
    let (source, size, name): (Box<dyn Read + Send>, u64, String) = if args.file == Path::new("-") {
        (Box::new(std::io::stdin()), 0, String::new())
    } else {
        let file = std::fs::File::open(&args.file).map_err(cannot)?;
        let size = file.metadata().map_err(cannot)?.len();
        let name = args.file.file_name().map_or(String::new(), |n| n.to_string_lossy().into_owned());
        (Box::new(file), size, format!("{name} {size}"))
    };
    let so_far = Arc::clone(&bytes);
    let done =
        people::companies_import(&cx, Counted(source, bytes), &name, |found| progress(found, so_far.load(Ordering::Relaxed), size)).await;
    if std::io::stderr().is_terminal() {
        writeln!(std::io::stderr()).unwrap_or_default();
    }
    done.map_err(|p| line(&p))
}

/// A bar on a terminal, a line now and then elsewhere.
fn progress(found: &Imported, bytes: u64, size: u64) {
    let percent = (bytes * 100).checked_div(size).unwrap_or(0).min(100);
    let bar: String = (0..50).map(|n| if n * 2 < percent { '#' } else { '.' }).collect();
    let text = if size == 0 { format!("{} rows", found.rows) } else { format!("[{bar}] {percent} %  {} rows", found.rows) };
    let mut out = std::io::stderr();
    if out.is_terminal() {
        write!(out, "\r{text}").and_then(|()| out.flush()).unwrap_or_default();
    } else if found.rows.is_multiple_of(500_000) {
        writeln!(out, "{text}").unwrap_or_default();
    }
}

async fn add(args: AddArgs) -> Result<Added, String> {
    let app = open_app(&args.place.into(), Config::default(), FirstCode::default()).await?;
    let organisation = OrganisationInput { name: args.name, corporate_number: args.number, ..OrganisationInput::default() };
    let password = random_token(&*app.rng, 10);
    let input = ClaimInput { login: args.login, person_name: args.person, password: password.clone(), organisation };
    let cx = Cx::without_request(&app, None);
    let mut tx = cx.write().await.map_err(|p| line(&p))?;
    let taken = |p: Problem| {
        if p.code == kernel::Code::Conflict { "the login or the corporate number is taken".to_owned() } else { line(&p) }
    };
    let (_, id) = organisation_found(&cx, &mut tx, &input).await.map_err(taken)?;
    tx.commit().await.map_err(|e| e.to_string())?;
    Ok(Added { organisation_id: id.as_str().to_owned(), login: input.login, password })
}
