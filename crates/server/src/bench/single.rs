//! `server::bench::single` — start, evaluate, pages: what one process and one company need.

use std::time::Duration;

use kernel::Day;
use schemes::{Catalog, Facts, Standing, standing};

use super::client::load;
use super::measure::{HEAD, Watch, memory_mib, row};
use super::server::{BenchPlace, Measured};
use crate::cli::say;

/// Runs of everything that is measured whole.
const RUNS: usize = 5;

/// Empty folder to first 200, restart on the demo world, idle memory.
pub(super) async fn start(engine: Option<&str>) -> Result<(), String> {
    let (mut first, mut again, mut idle) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..=RUNS {
        let place = BenchPlace::fresh(engine).await?;
        let server = Measured::start(&place.0).await?;
        first.push(server.ready);
        server.stop().await?;
    }
    let place = demo(engine).await?;
    for _ in 0..=RUNS {
        let server = Measured::start(&place.0).await?;
        again.push(server.ready);
        tokio::time::sleep(Duration::from_secs(8)).await;
        idle.push(memory_mib(server.pid()));
        server.stop().await?;
    }
    // The first run warms the caches of the machine.
    say(&format!("\nbench start\n\n{HEAD}"));
    say(&row("empty folder to first 200", first.get(1..).unwrap_or_default(), ""));
    say(&row("restart on the demo world (47 organisations)", again.get(1..).unwrap_or_default(), ""));
    say(&format!("\nidle memory 8 s after start: {:.1} MiB", idle.iter().copied().fold(0.0, f64::max)));
    Ok(())
}

async fn demo(engine: Option<&str>) -> Result<BenchPlace, String> {
    let place = BenchPlace::fresh(engine).await?;
    let app = crate::open_app(&place.0, web::Config::default(), people::FirstCode::default()).await?;
    crate::demo_fill(&app).await.map_err(|p| p.cause)?;
    app.store.close().await;
    Ok(place)
}

/// One company against every shipped scheme version.
pub(super) fn evaluate() -> Result<(), String> {
    let catalog = Catalog::shipped().map_err(|e| e.to_string())?;
    let today = Day::parse("2026-11-21").map_err(|e| e.to_string())?;
    let answers = crate::demo::plausible(&catalog, 42, 6, today);
    let facts: Facts = answers.iter().filter_map(|(k, v)| Some((k.clone(), catalog.read_answer(k, v).ok()?.into()))).collect();
    let mut loads = Vec::new();
    for _ in 0..=RUNS * 4 {
        let watch = Watch::start();
        drop(Catalog::shipped().map_err(|e| e.to_string())?);
        loads.push(watch.stop());
    }
    let (mut all, mut criteria) = (Vec::new(), 0);
    for _ in 0..201 {
        let watch = Watch::start();
        let standings: Vec<Standing> =
            catalog.schemes().iter().flat_map(|s| s.criteria().map(|c| standing(c, &facts, today)).collect::<Vec<_>>()).collect();
        all.push(watch.stop());
        criteria = standings.len();
    }
    say(&format!("\nbench evaluate\n\n{HEAD}"));
    let more = format!("{criteria} criteria of {} scheme versions, {} facts, explained", catalog.schemes().len(), facts.len());
    let whole = format!("{} fact types, {} scheme versions, checked", catalog.types().len(), catalog.schemes().len());
    say(&row("load the shipped catalog", loads.get(1..).unwrap_or_default(), &whole));
    say(&row("one company against every shipped scheme", all.get(1..).unwrap_or_default(), &more));
    Ok(())
}

/// The pages people open, signed in, on the demo world.
pub(super) async fn pages(engine: Option<&str>) -> Result<(), String> {
    let place = demo(engine).await?;
    let app = crate::open_app(&place.0, web::Config::default(), people::FirstCode::default()).await?;
    let session = people::session_for_bench(&web::Cx::without_request(&app, None), "admin").await.map_err(|p| p.cause)?;
    app.store.close().await;
    let server = Measured::start(&place.0).await?;
    let head = vec![format!("cookie: ishigaki={session}\r\n")];
    let catalog = schemes::Catalog::shipped().map_err(|e| e.to_string())?;
    let largest = catalog.newest().filter(|s| s.pending() == 0 && s.file.rung.is_some()).max_by_key(|s| s.criteria().count());
    let scheme = largest.map_or(String::new(), |s| format!("/schemes/{}/{}", s.id, s.version));
    say(&format!("\nbench pages (demo world, signed in as administrator of I社)\n\n{HEAD}"));
    for path in [
        "/",
        "/facts",
        "/facts/backup.taken",
        "/facts/check",
        "/assessments",
        "/comparison",
        scheme.as_str(),
        "/organisation",
        "/members",
        "/ledger",
        "/account",
    ] {
        for clients in [1, 8] {
            let paths = [path.to_owned()];
            load(&server.address, &head, &paths, clients, 16).await?;
            let load = load(&server.address, &head, &paths, clients, 400).await?;
            say(&row(&format!("{path} × {clients}"), &load.times, &format!("{:.0} requests/s, {} bytes", load.per_second, load.bytes)));
        }
    }
    say(&format!("\nmemory after: {:.1} MiB", memory_mib(server.pid())));
    server.stop().await
}
