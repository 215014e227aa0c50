//! `server::cli` — the command words (contract: docs/reference/cli.md). Exit 0 fine, 1 a finding,
//! 2 bad input with one clear line on stderr. Every word has `--json`.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use kernel::{Clock as _, Day, Lang, random_token};
use people::FirstCode;
use schemes::{Catalog, SchemeDetails, SchemeHead};
use serde::Serialize;
use web::{Config, Cx};

use crate::organisation::OrganisationWord;
use crate::oscal::OscalWord;
use crate::serve::{Place, asked_to_stop, is_claimed, listen, load_catalog, open_app, open_store, read_scheme, serve_until};
use crate::system::{OsRng, SystemClock};

/// Ishigaki (石垣): where a company stands in Japan's industrial cybersecurity schemes.
#[derive(Debug, Parser)]
#[command(name = "ishigaki", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    word: Word,
    /// Print JSON for machines.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Word {
    /// Serve pages and API.
    Serve(ServeArgs),
    /// Serve a fictional world to try things out.
    Demo(DemoArgs),
    /// Look at schemes.
    Scheme(SchemeArgs),
    /// Assess one company's facts file, without a database.
    Assess(AssessArgs),
    /// Exchange catalogs, mappings and results in OSCAL.
    #[command(subcommand)]
    Oscal(OscalWord),
    /// Look after the organisations of an instance.
    #[command(subcommand)]
    Organisation(OrganisationWord),
    /// Look into the public register; is a star real?
    #[command(subcommand)]
    Register(crate::register::RegisterWord),
    /// Look after suppliers: take a list in, ask what stops.
    #[command(subcommand)]
    Supplier(crate::supplier::SupplierWord),
    /// Answer a customer's check sheet from facts.
    #[command(subcommand)]
    Sheet(crate::sheet::SheetWord),
    /// Component lists (SBOM): what they hold, what concerns them, what changed.
    #[command(subcommand)]
    Sbom(crate::sbom::SbomWord),
    /// Products: take advisories in, see whom they concern.
    #[command(subcommand)]
    Product(crate::product::ProductWord),
    /// What a maker says of vulnerabilities in a release (VEX).
    #[command(subcommand)]
    Vex(crate::product::VexWord),
    /// Look after the ledger.
    #[command(subcommand)]
    Audit(AuditWord),
    /// Write a backup while the server runs.
    Backup(FileArgs),
    /// Read a backup into an empty place (also: from SQLite to PostgreSQL).
    Restore(FileArgs),
    /// Measure: start, evaluate, grc, pages, compare, register, chain, sheets, sbom.
    Bench(crate::bench::BenchArgs),
}

/// Where the data is.
#[derive(Debug, Clone, Args)]
pub(crate) struct PlaceArgs {
    /// Folder of data.
    #[arg(long, default_value = "ishigaki-data", env = "ISHIGAKI_DATA")]
    data: PathBuf,
    /// PostgreSQL address; SQLite in the data folder if absent.
    #[arg(long, env = "ISHIGAKI_DATABASE", hide_env_values = true)]
    database: Option<String>,
}

impl From<PlaceArgs> for Place {
    fn from(args: PlaceArgs) -> Self {
        Self { data: args.data, database: args.database }
    }
}

#[derive(Debug, Args)]
struct ServeArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:7750")]
    listen: String,
    /// The address people use, if not the one listened on; cookies are Secure if it is https.
    #[arg(long)]
    public_url: Option<String>,
    /// Questions a minute that one network may ask the public register; 0 for no limit.
    #[arg(long, default_value_t = 120)]
    register_limit: u32,
    /// To whom weaknesses are told (`mailto:...` or https), for security.txt; without it there is none.
    #[arg(long, default_value = "")]
    security_contact: String,
    /// Look components of new releases up by equal names too; every hit is a candidate for somebody to look at.
    #[arg(long)]
    match_names: bool,
    /// Mail server as `smtp://NAME:PASSWORD@HOST:587?tls=required`; without one letters wait.
    #[arg(long, env = "ISHIGAKI_SMTP", hide_env_values = true)]
    smtp: Option<String>,
    /// From whom letters come.
    #[arg(long, default_value = "ishigaki@localhost", env = "ISHIGAKI_MAIL_FROM")]
    mail_from: String,
}

#[derive(Debug, Args)]
struct DemoArgs {
    /// Folder of data; kept for next time.
    #[arg(long, default_value = "ishigaki-demo")]
    data: PathBuf,
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:7750")]
    listen: String,
}

#[derive(Debug, Args)]
struct SchemeArgs {
    /// Folder of data with more schemes.
    #[arg(long, global = true, default_value = "ishigaki-data", env = "ISHIGAKI_DATA")]
    data: PathBuf,
    #[command(subcommand)]
    word: SchemeWord,
}

#[derive(Debug, Subcommand)]
enum SchemeWord {
    /// All schemes and versions.
    List,
    /// One scheme, `ID` or `ID@VERSION`.
    Show {
        /// Which.
        id: String,
    },
    /// What changed between two versions: `ID@VERSION ID@VERSION`.
    Diff {
        /// The older one.
        old: String,
        /// The newer one.
        new: String,
    },
    /// Check a version's folder, with its worked examples.
    Check {
        /// The folder that holds `scheme.toml`.
        path: PathBuf,
    },
}

#[derive(Debug, Args)]
struct AssessArgs {
    /// `ID` or `ID@VERSION`.
    #[arg(long)]
    scheme: String,
    /// TOML with `key = value`; `-` reads standard input.
    #[arg(long)]
    facts: PathBuf,
    /// The day of the evaluation, such as 2026-11-21; today if absent.
    #[arg(long)]
    day: Option<String>,
    /// Folder of data with more schemes.
    #[arg(long, default_value = "ishigaki-data", env = "ISHIGAKI_DATA")]
    data: PathBuf,
}

#[derive(Debug, Subcommand)]
enum AuditWord {
    /// Check every chain of the ledger.
    Verify(PlaceArgs),
}

#[derive(Debug, Args)]
struct FileArgs {
    /// The archive.
    file: PathBuf,
    #[command(flatten)]
    place: PlaceArgs,
}

/// What a word came to.
enum Outcome {
    Fine,
    Finding,
}

/// Runs the binary.
#[must_use]
pub fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_env("ISHIGAKI_LOG").unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            error.print().unwrap_or_default();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match run(cli) {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Finding) => ExitCode::from(1),
        Err(line) => {
            // One clear line; standard error may be closed, and then nobody is there to tell.
            writeln!(std::io::stderr(), "ishigaki: {line}").unwrap_or_default();
            ExitCode::from(2)
        }
    }
}

fn run(cli: Cli) -> Result<Outcome, String> {
    let runtime = || tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(|e| e.to_string());
    match cli.word {
        Word::Serve(args) => runtime()?.block_on(serve(args)),
        Word::Demo(args) => runtime()?.block_on(demo(args)),
        Word::Scheme(args) => scheme(args, cli.json),
        Word::Oscal(word) => oscal(&word, cli.json),
        Word::Assess(args) => assess(&args, cli.json),
        Word::Organisation(word) => {
            let added = runtime()?.block_on(crate::organisation::run(word))?;
            if cli.json {
                say_json(&added)?;
            } else {
                say(&added.text());
            }
            Ok(Outcome::Fine)
        }
        Word::Register(word) => runtime()?.block_on(register(word, cli.json)),
        Word::Supplier(word) => runtime()?.block_on(supplier(word, cli.json)),
        Word::Sheet(word) => runtime()?.block_on(sheet(word, cli.json)),
        Word::Product(word) => product(&runtime()?.block_on(crate::product::run(word))?, cli.json),
        Word::Vex(word) => runtime()?.block_on(crate::product::export(word)).map(|text| {
            if let Some(text) = text {
                say(&text);
            }
            Outcome::Fine
        }),
        Word::Sbom(word) => sbom(&runtime()?.block_on(crate::sbom::run(word))?, cli.json),
        Word::Audit(AuditWord::Verify(place)) => runtime()?.block_on(verify(place.into(), cli.json)),
        Word::Backup(args) => runtime()?.block_on(backup(args, cli.json)),
        Word::Restore(args) => runtime()?.block_on(restore(args, cli.json)),
        Word::Bench(args) => runtime()?.block_on(crate::bench::run(args)).map(|()| Outcome::Fine),
    }
}

/// Prints a line to standard output. A closed pipe ends the program's interest, not its work.
pub(crate) fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush()).unwrap_or_default();
}

fn say_json(value: &impl Serialize) -> Result<(), String> {
    say(&serde_json::to_string_pretty(value).map_err(|e| e.to_string())?);
    Ok(())
}

async fn serve(args: ServeArgs) -> Result<Outcome, String> {
    let code = random_token(&OsRng, 6);
    let shown: Vec<String> = code.as_bytes().chunks(4).map(|c| String::from_utf8_lossy(c).into_owned()).collect();
    let (listener, public_url) = listen(&args.listen, args.public_url).await?;
    let config = Config {
        public_url,
        register_limit: args.register_limit,
        match_names: args.match_names,
        security_contact: args.security_contact,
        ..Config::default()
    };
    let app = open_app(&args.place.into(), config, FirstCode::waiting(code)).await?;
    if let Some(smtp) = args.smtp {
        let post = mail::Post::new(&mail::SmtpAddress(smtp), &args.mail_from)?;
        Cx::without_request(&app, None).part::<mail::MailRoom>().map_err(|p| p.cause)?.open(post);
    }
    let claimed = is_claimed(&app).await?;
    let ready = move |address: std::net::SocketAddr| {
        say(&format!("石垣 (Ishigaki)  http://{address}"));
        if !claimed {
            say(&format!("はじめの設定 / first set-up:  http://{address}/start"));
            say(&format!("確認コード / one-time code:  {}", shown.join("-")));
        }
        say("止めるには Ctrl-C / stop with Ctrl-C");
    };
    serve_until(app, listener, asked_to_stop(), ready).await?;
    Ok(Outcome::Fine)
}

async fn demo(args: DemoArgs) -> Result<Outcome, String> {
    let place = Place { data: args.data.clone(), database: None };
    let (listener, public_url) = listen(&args.listen, None).await?;
    let config = Config { public_url, demo: true, ..Config::default() };
    let app = open_app(&place, config, FirstCode::default()).await?;
    let note = args.data.join("demo-logins.txt");
    if !is_claimed(&app).await? {
        say("架空の会社を用意しています… / making fictional companies …");
        let logins = crate::demo_fill(&app).await.map_err(|p| format!("{p}: {}", p.cause))?;
        let texts = crate::texts();
        let lines = logins.iter().map(|l| {
            let role = texts.get(Lang::Ja, &format!("role.{}", l.role)).to_owned();
            format!("{role}（{}、{}）  ログイン名 {}  パスワード {}", l.role, l.organisation, l.login, l.password)
        });
        let text = lines.collect::<Vec<_>>().join("\n") + "\n";
        tokio::fs::write(&note, text).await.map_err(|e| format!("cannot write {}: {e}", note.display()))?;
    }
    let logins = tokio::fs::read_to_string(&note).await.unwrap_or_default();
    let ready = move |address: std::net::SocketAddr| {
        say(&format!("石垣 お試し版 (Ishigaki demo)  http://{address}\n\n{logins}\n止めるには Ctrl-C / stop with Ctrl-C"));
    };
    serve_until(app, listener, asked_to_stop(), ready).await?;
    Ok(Outcome::Fine)
}

async fn register(word: crate::register::RegisterWord, json: bool) -> Result<Outcome, String> {
    use crate::register::Answer;
    match crate::register::run(word).await? {
        Answer::Found(found) if json => say_json(&found)?,
        Answer::Found(found) => found.lines().iter().for_each(|line| say(line)),
        Answer::Text(text) => say(text.trim_end()),
        Answer::Verdict(verdict) => {
            if json {
                say_json(&verdict)?;
            } else {
                verdict.lines().iter().for_each(|line| say(line));
            }
            return match verdict.exit() {
                0 => Ok(Outcome::Fine),
                1 => Ok(Outcome::Finding),
                _ => Err(format!("this is no star of this register: {}", verdict.finding)),
            };
        }
    }
    Ok(Outcome::Fine)
}

async fn supplier(word: crate::supplier::SupplierWord, json: bool) -> Result<Outcome, String> {
    use crate::supplier::Answer;
    match crate::supplier::run(word).await? {
        Answer::List(report) => {
            if json {
                say_json(&report)?;
            } else {
                report.lines().iter().for_each(|line| say(line));
            }
            Ok(if report.has_findings() { Outcome::Finding } else { Outcome::Fine })
        }
        Answer::Impact(found) => {
            if json {
                say_json(&found)?;
            } else {
                found.lines().iter().for_each(|line| say(line));
            }
            Ok(Outcome::Fine)
        }
        Answer::Replies(files) => {
            if json {
                say_json(&files)?;
            } else {
                for file in &files {
                    say(&file.line());
                }
            }
            Ok(if files.iter().any(suppliers::Intake::is_open) { Outcome::Finding } else { Outcome::Fine })
        }
    }
}

async fn sheet(word: crate::sheet::SheetWord, json: bool) -> Result<Outcome, String> {
    use crate::sheet::Answer;
    let count = match crate::sheet::run(word).await? {
        Answer::Inspected(found) => {
            if json {
                say_json(&found)?;
            } else {
                found.lines().iter().for_each(|line| say(line));
                let (questions, matched) = found.counts();
                say(&format!("{questions} questions, {matched} of them can be drafted once the facts are stated"));
                found.squared().iter().for_each(|name| say(&format!("{name}: one character a cell; answer this sheet by hand")));
            }
            found.counts().0
        }
        Answer::Filled(filled) => {
            let (done, open) = filled.counts();
            if json {
                say_json(&filled)?;
            } else {
                filled.lines().iter().for_each(|line| say(line));
                say(&format!("{done} filled, {open} left open"));
            }
            done + open
        }
    };
    Ok(if count == 0 { Outcome::Finding } else { Outcome::Fine })
}

fn product(report: &crate::product::Answer, json: bool) -> Result<Outcome, String> {
    if json {
        say_json(report)?;
    } else {
        report.lines().iter().for_each(|line| say(line));
    }
    Ok(if report.has_findings() { Outcome::Finding } else { Outcome::Fine })
}

fn sbom(answer: &crate::sbom::Answer, json: bool) -> Result<Outcome, String> {
    for line in answer.asides() {
        writeln!(std::io::stderr(), "{line}").unwrap_or_default();
    }
    if json {
        answer.json()?.iter().for_each(|text| say(text));
    } else {
        answer.lines().iter().for_each(|line| say(line));
    }
    Ok(if answer.is_finding() { Outcome::Finding } else { Outcome::Fine })
}

fn oscal(word: &OscalWord, json: bool) -> Result<Outcome, String> {
    match word {
        OscalWord::Import(args) => {
            let found = crate::oscal::import(args)?;
            if json {
                say_json(&found)?;
            } else {
                say(&format!("{}: {} requirements, {} criteria, in {}", found.name, found.requirements, found.criteria, found.folder));
            }
        }
        OscalWord::Export(args) => say_json(&crate::oscal::export(args)?)?,
    }
    Ok(Outcome::Fine)
}

fn scheme(args: SchemeArgs, json: bool) -> Result<Outcome, String> {
    let catalog = load_catalog(&args.data)?;
    match args.word {
        SchemeWord::List => {
            let heads: Vec<SchemeHead> = catalog.schemes().iter().map(|s| SchemeHead::of(s, Lang::Ja)).collect();
            if json {
                say_json(&heads)?;
            } else {
                for h in heads {
                    say(&format!(
                        "{:<20} {:<8} {:>3} requirements {:>4} criteria {:>3} pending  {}",
                        h.id, h.version, h.requirements, h.criteria, h.pending, h.title
                    ));
                }
            }
            Ok(Outcome::Fine)
        }
        SchemeWord::Show { id } => {
            let scheme = named(&catalog, &id)?;
            if json {
                say_json(&SchemeDetails::of(scheme, Lang::Ja))?;
            } else {
                say(&schemes::resolved(scheme));
            }
            Ok(Outcome::Fine)
        }
        SchemeWord::Diff { old, new } => {
            let found = schemes::difference(named(&catalog, &old)?, named(&catalog, &new)?, catalog.types());
            if json {
                say_json(&found)?;
            } else {
                say(&found.lines());
            }
            Ok(Outcome::Fine)
        }
        SchemeWord::Check { path } => check(&catalog, &path, json),
    }
}

fn named<'a>(catalog: &'a Catalog, name: &str) -> Result<&'a schemes::Scheme, String> {
    catalog.named(name).ok_or_else(|| format!("unknown scheme {name}; see: ishigaki scheme list"))
}

/// What `scheme check` found.
#[derive(Debug, Serialize)]
struct Checked {
    name: String,
    hash: String,
    wrong: Vec<String>,
}

fn check(catalog: &Catalog, path: &Path, json: bool) -> Result<Outcome, String> {
    let folder = read_scheme(path);
    let (scheme, _) = schemes::Scheme::read(&folder, catalog).map_err(|e| e.to_string().replace('\n', " "))?;
    let mut known = catalog.clone();
    if known.scheme(&scheme.id, Some(&scheme.version)).is_none() {
        known.add_scheme("", &folder).map_err(|e| e.to_string())?;
    }
    let wrong = schemes::run_cases(&scheme, &folder, &known).map_err(|e| e.to_string().replace('\n', " "))?;
    let found = Checked { name: scheme.name(), hash: scheme.hash.clone(), wrong: wrong.iter().map(ToString::to_string).collect() };
    if json {
        say_json(&found)?;
    } else {
        say(&format!("{} {}", found.name, found.hash));
        found.wrong.iter().for_each(|line| say(line));
    }
    Ok(if found.wrong.is_empty() { Outcome::Fine } else { Outcome::Finding })
}

fn assess(args: &AssessArgs, json: bool) -> Result<Outcome, String> {
    let catalog = load_catalog(&args.data)?;
    let text = if args.facts.as_os_str() == "-" { std::io::read_to_string(std::io::stdin()) } else { std::fs::read_to_string(&args.facts) };
    let text = text.map_err(|e| format!("cannot read {}: {e}", args.facts.display()))?;
    let day = match &args.day {
        Some(day) => Day::parse(day).map_err(|e| format!("--day: {e}"))?,
        None => SystemClock.now().day(),
    };
    let found = assess::cli::assess(&catalog, &args.scheme, &text, day)?;
    if json {
        say_json(&found)?;
    } else {
        say(&found.lines(&catalog, Lang::Ja));
    }
    Ok(Outcome::Fine)
}

/// What `audit verify` found.
#[derive(Debug, Serialize)]
struct Verified {
    entries: u64,
    chains: u64,
    problems: Vec<(String, &'static str)>,
}

async fn verify(place: Place, json: bool) -> Result<Outcome, String> {
    let store = open_store(&place, &SystemClock).await?;
    let report = store::ledger_verify(&store).await.map_err(|e| e.to_string())?;
    let problems: Vec<(String, &'static str)> = report.problems.into_iter().map(|p| (p.entry, p.what)).collect();
    let found = Verified { entries: report.entries, chains: report.chains, problems };
    if json {
        say_json(&found)?;
    } else {
        found.problems.iter().for_each(|(entry, what)| say(&format!("entry {entry}: {what}")));
        let word = if found.problems.is_empty() { "whole" } else { "NOT whole" };
        say(&format!("ledger {word}: {} entries in {} chains, {} problems", found.entries, found.chains, found.problems.len()));
    }
    store.close().await;
    Ok(if found.problems.is_empty() { Outcome::Fine } else { Outcome::Finding })
}

fn tell(summary: &store::ArchiveSummary, json: bool) -> Result<Outcome, String> {
    if json {
        say_json(summary)?;
    } else {
        say(&format!("{} tables, {} rows, {} files", summary.tables, summary.rows, summary.files));
    }
    Ok(Outcome::Fine)
}

async fn backup(args: FileArgs, json: bool) -> Result<Outcome, String> {
    let store = open_store(&args.place.into(), &SystemClock).await?;
    let partial = args.file.with_extension("partial");
    let cannot = |e: std::io::Error| format!("cannot write {}: {e}", args.file.display());
    let file = std::fs::File::create(&partial).map_err(cannot)?;
    let summary = store::backup(&store, std::io::BufWriter::new(&file), &SystemClock).await.map_err(|e| e.to_string())?;
    file.sync_all().and_then(|()| std::fs::rename(&partial, &args.file)).map_err(cannot)?;
    store.close().await;
    tell(&summary, json)
}

#[expect(clippy::future_not_send, reason = "runs on the main thread; see store::restore")]
async fn restore(args: FileArgs, json: bool) -> Result<Outcome, String> {
    let file = std::fs::File::open(&args.file).map_err(|e| format!("cannot read {}: {e}", args.file.display()))?;
    let store = open_store(&args.place.into(), &SystemClock).await?;
    let summary = store::restore(&store, std::io::BufReader::new(file)).await.map_err(|e| e.to_string())?;
    let report = store::ledger_verify(&store).await.map_err(|e| e.to_string())?;
    store.close().await;
    if let Some(problem) = report.problems.first() {
        return Err(format!("restored, but the ledger does not verify: entry {}: {}", problem.entry, problem.what));
    }
    tell(&summary, json)
}
