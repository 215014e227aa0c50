//! `server::bench::compare` — one company beside very many: the figures are published once, then
//! read. Also how long it takes to load every shipped scheme.

use kernel::{Rng as _, Role, Scope, SeededRng};
use people::{BANDS, ClaimInput, FirstCode, INDUSTRIES, OrganisationInput};
use schemes::{Catalog, Scheme};
use web::{Config, Cx};

use super::client::Client;
use super::measure::{HEAD, Watch, memory_mib, row};
use super::server::{BenchPlace, Measured};
use crate::cli::say;

/// The scheme with forty questions in five steps is found by its size, not by its name.
const QUESTIONS: usize = 40;
/// Companies put in per transaction.
const BATCH: usize = 10_000;
/// Reads measured.
const READS: usize = 60;

/// Runs the work on one engine.
pub(super) async fn compare(engine: Option<&str>, companies: usize) -> Result<(), String> {
    load_schemes()?;
    let place = BenchPlace::fresh(engine).await?;
    let (token, id, publish) = world(&place, companies).await?;
    let server = Measured::start(&place.0).await?;
    say(&format!("\nbench compare: one company beside {companies} × {QUESTIONS} answers\n\n{HEAD}"));
    say(&row("publish the figures, once a day in the background", &[publish], ""));
    let mut client = Client::connect(&server.address, &format!("authorization: Bearer {token}\r\n")).await?;
    let mut times = Vec::new();
    let mut bytes = 0;
    for n in 0..=READS {
        let watch = Watch::start();
        bytes = client.good("GET", &format!("/api/v1/assessments/{id}/peers"), "").await?.len();
        if n > 0 {
            times.push(watch.stop());
        }
    }
    say(&row("one company beside its peers", &times, &format!("{bytes} bytes")));
    say(&format!("\nmemory after everything: {:.1} MiB", memory_mib(server.pid())));
    server.stop().await
}

fn load_schemes() -> Result<(), String> {
    let mut times = Vec::new();
    for _ in 0..20 {
        let watch = Watch::start();
        let catalog = Catalog::shipped().map_err(|e| e.to_string())?;
        times.push(watch.stop());
        drop(catalog);
    }
    say(&format!("\nbench compare: loading what is shipped\n\n{HEAD}"));
    say(&row("load every shipped scheme, practice and crosswalk", &times, ""));
    Ok(())
}

/// Very many companies with an assessment each, put in directly; and one of our own.
async fn world(place: &BenchPlace, companies: usize) -> Result<(String, String, std::time::Duration), String> {
    let app = crate::open_app(&place.0, Config::default(), FirstCode::default()).await?;
    let cx = Cx::without_request(&app, None);
    let catalog = cx.part::<std::sync::Arc<Catalog>>().map_err(|p| p.cause)?;
    let scheme = catalog.newest().find(|s| s.criteria().count() == QUESTIONS && s.scale().is_some());
    let scheme = scheme.ok_or_else(|| format!("no scheme of {QUESTIONS} questions in steps"))?;
    let organisation =
        OrganisationInput { name: "own".into(), employee_band: "101-300".into(), industry: "E".into(), ..OrganisationInput::default() };
    let password = kernel::random_token(&*app.rng, 12);
    let input = ClaimInput { login: "bench".into(), person_name: "bench".into(), password, organisation };
    let (person, own) = people::instance_claim(&cx, &input).await.map_err(|p| p.cause)?;
    let scope = Scope::granted(own, person, Role::Admin);
    let mut tx = cx.write().await.map_err(|p| p.cause)?;
    let token = people::token_create(&cx, &mut tx, &scope, "bench").await.map_err(|p| p.cause)?.reveal().to_owned();
    let id = assess::assessment_start(&cx, &mut tx, &scope, scheme, "").await.map_err(|p| p.cause)?;
    tx.commit().await.map_err(|e| e.to_string())?;
    fill(&cx, scheme, companies).await?;
    let watch = Watch::start();
    assess::peers_publish(&cx).await.map_err(|p| p.cause)?;
    let publish = watch.stop();
    app.store.close().await;
    Ok((token, id.to_string(), publish))
}

/// Companies of every industry and size with answers drawn from a fixed seed.
async fn fill(cx: &Cx, scheme: &Scheme, companies: usize) -> Result<(), String> {
    let rng = SeededRng::new(42);
    for batch in (0..companies).step_by(BATCH) {
        let mut tx = cx.write().await.map_err(|p| p.cause)?;
        for n in batch..companies.min(batch + BATCH) {
            let industry = INDUSTRIES.get(n % INDUSTRIES.len()).copied().unwrap_or("T");
            let band = BANDS.get(n / INDUSTRIES.len() % BANDS.len()).copied().unwrap_or("1-5");
            let scope = people::organisation_for_bench(cx, &mut tx, band, industry).await.map_err(|p| p.cause)?;
            let mut dice = [0_u8; QUESTIONS];
            rng.fill(&mut dice);
            let steps: Vec<Option<i32>> = dice.iter().map(|d| Some(i32::from(d % 5) + 1)).collect();
            assess::assessment_for_bench(cx, &mut tx, &scope, scheme, &steps).await.map_err(|p| p.cause)?;
        }
        tx.without_record("rows of a bench are nobody's");
        tx.commit().await.map_err(|e| e.to_string())?;
    }
    Ok(())
}
