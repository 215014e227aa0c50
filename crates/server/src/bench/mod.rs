//! `server::bench` — `ishigaki bench`: measures this very binary as a child process. Prints
//! machine, sizes, median, p95 and memory; docs/benchmarks.md holds what was measured.
//! Nothing here asserts a time.

mod chain;
mod client;
mod compare;
mod grc;
mod measure;
mod products;
mod register;
mod sbom;
mod server;
mod sheets;
mod single;

use clap::Args;

use crate::cli::say;

/// What to measure.
#[derive(Debug, Args)]
pub struct BenchArgs {
    /// `start`, `evaluate`, `grc`, `pages`, `compare`, `register`, `chain`, `sheets`, `sbom` or `products`; all if absent.
    name: Option<String>,
    /// `PostgreSQL` server to measure on, as well as on `SQLite`; a database is made on it.
    #[arg(long, env = "ISHIGAKI_BENCH_POSTGRES", hide_env_values = true)]
    postgres: Option<String>,
    /// How many assessments the `grc` bench has.
    #[arg(long, default_value_t = 200)]
    assessments: usize,
    /// How many companies the `compare` bench has.
    #[arg(long, default_value_t = 150_000)]
    companies: usize,
    /// How many entries the `register` bench has.
    #[arg(long, default_value_t = 400_000)]
    entries: usize,
    /// How many rows of corporate numbers the `register` bench takes in.
    #[arg(long, default_value_t = 5_000_000)]
    numbers: u64,
    /// How many suppliers the `chain` bench has.
    #[arg(long, default_value_t = 4_000)]
    suppliers: usize,
    /// How many links the `chain` bench has.
    #[arg(long, default_value_t = 100_000)]
    links: usize,
    /// How many companies the `products` bench has, with ten products each.
    #[arg(long, default_value_t = 1_000)]
    makers: usize,
    /// How many filled workbooks the `sheets` bench reads.
    #[arg(long, default_value_t = 3_100)]
    workbooks: usize,
    /// A Python with openpyxl, which the `sheets` bench is compared with.
    #[arg(long)]
    python: Option<std::path::PathBuf>,
    /// The unpacked folder of advisories and component lists that the `sbom` and `products` benches read.
    #[arg(long)]
    suites: Option<std::path::PathBuf>,
}

/// Runs benches.
///
/// # Errors
/// One line for the operator.
pub(crate) async fn run(args: BenchArgs) -> Result<(), String> {
    let known = ["start", "evaluate", "grc", "pages", "compare", "register", "chain", "sheets", "sbom", "products"];
    let wanted = args.name.as_deref();
    if wanted.is_some_and(|w| !known.contains(&w)) {
        return Err(format!("no bench {}; there are: {}", wanted.unwrap_or(""), known.join(", ")));
    }
    say(&measure::machine());
    let is_wanted = |name: &str| wanted.is_none_or(|w| w == name);
    if is_wanted("evaluate") {
        single::evaluate()?;
    }
    if is_wanted("sheets") {
        sheets::sheets(args.workbooks, args.python.as_deref()).await?;
    }
    if is_wanted("sbom") {
        sbom::sbom(args.suites.as_deref())?;
    }
    if wanted.is_some_and(|w| ["evaluate", "sheets", "sbom"].contains(&w)) {
        return Ok(());
    }
    for engine in [None, args.postgres.as_deref()].into_iter().enumerate().filter(|(n, e)| *n == 0 || e.is_some()).map(|(_, e)| e) {
        say(&format!("\n### {}", if engine.is_some() { "PostgreSQL" } else { "SQLite" }));
        if is_wanted("start") {
            single::start(engine).await?;
        }
        if is_wanted("pages") {
            single::pages(engine).await?;
        }
        if is_wanted("compare") {
            compare::compare(engine, args.companies).await?;
        }
        if is_wanted("register") {
            register::register(engine, args.entries, args.numbers).await?;
        }
        if is_wanted("chain") {
            chain::chain(engine, chain::Sizes { suppliers: args.suppliers, links: args.links }).await?;
        }
        if is_wanted("products") {
            products::products(engine, args.suites.as_deref(), args.makers).await?;
        }
        if is_wanted("grc") {
            grc::grc(engine, args.assessments).await?;
        }
    }
    Ok(())
}
