//! `server::bench::products` — advisories and lists into a store, a new advisory through a thousand companies, a list of
//! ten thousand findings among a million.

use std::path::Path;
use std::time::Duration;

use kernel::{OrganisationId, Scope};
use people::{FirstCode, OrganisationInput};
use products::{ChainSizes, Sent, Taken};
use sbom::Advisory;
use serde_json::json;
use web::{Config, Cx};

use super::chain::{buyer, problem};
use super::client::load;
use super::measure::{HEAD, Watch, peak_mib, row};
use super::sbom::{as_list, purls, spdx_lists};
use super::server::{BenchPlace, Measured};
use crate::cli::say;
use crate::sbom::advisory_folder;

/// Runs of each piece of work.
const RUNS: usize = 5;
/// Times a page is asked for.
const QUESTIONS: usize = 200;
/// Companies made in one transaction.
const STEP: usize = 100;

/// Runs the work on one engine.
pub(super) async fn products(engine: Option<&str>, suites: Option<&Path>, companies: usize) -> Result<(), String> {
    match suites {
        Some(root) => stored(engine, root).await?,
        None => say("LEFT OUT: --suites FOLDER names the unpacked folder of advisories and component lists; it was not given"),
    }
    chain(engine, companies).await
}

/// B2 and B3: what comes from files goes into an empty store.
async fn stored(engine: Option<&str>, root: &Path) -> Result<(), String> {
    say(&format!("\nbench products: advisories and lists into a store\n\n{HEAD}"));
    let (mut first, mut again) = (Vec::new(), Vec::new());
    let (mut cpu_first, mut cpu_again) = (Vec::new(), Vec::new());
    let mut taken = Taken::default();
    for _ in 0..RUNS {
        let place = BenchPlace::fresh(engine).await?;
        let app = crate::open_app(&place.0, Config::default(), FirstCode::default()).await?;
        let cx = Cx::without_request(&app, None);
        for (times, cpu) in [(&mut first, &mut cpu_first), (&mut again, &mut cpu_again)] {
            let (watch, before) = (Watch::start(), cpu_seconds());
            let known = products::advisory_digests(&cx).await.map_err(problem)?;
            let found = advisory_folder(&root.join("advisories-osv"), &known)?;
            let step = products::advisories_take(&cx, &found.all).await.map_err(problem)?;
            if step.added > 0 {
                taken = step;
            }
            times.push(watch.stop());
            cpu.push(Duration::from_secs_f64(cpu_seconds() - before));
        }
        app.store.close().await;
    }
    say(&row("B2 advisories into an empty store", &first, &format!("{} advisories", taken.added)));
    say(&row("… seconds of this process on the processor", &cpu_first, ""));
    say(&row("B2 the same again, unchanged", &again, ""));
    say(&row("… seconds of this process on the processor", &cpu_again, ""));
    lists(engine, root).await
}

/// Lists put in, one after the other, with every advisory known; also while all advisories are taken in anew.
async fn lists(engine: Option<&str>, root: &Path) -> Result<(), String> {
    let place = BenchPlace::fresh(engine).await?;
    let (scope, _, _) = buyer(&place).await?;
    let app = crate::open_app(&place.0, Config::default(), FirstCode::default()).await?;
    let cx = Cx::without_request(&app, None);
    let mut found = advisory_folder(&root.join("advisories-osv"), &std::collections::BTreeSet::new())?;
    products::advisories_take(&cx, &found.all).await.map_err(problem)?;
    let put = async |lists: &[Vec<u8>]| -> Result<Vec<Duration>, String> {
        let product = products::product_add(&cx, &scope, "x").await.map_err(problem)?;
        let mut times = Vec::new();
        for bytes in lists {
            let sent = Sent { version: "1".to_owned(), name: "x.json".to_owned(), bytes: bytes.clone() };
            let watch = Watch::start();
            products::product_take(&cx, &scope, &product, &sent).await.map_err(problem)?;
            times.push(watch.stop());
        }
        Ok(times)
    };
    let total = |times: &[Duration]| times.iter().sum::<Duration>().as_secs_f64();
    let large = spdx_lists(root)?;
    let times = put(&large).await?;
    say(&row(
        &format!("B3 {} SPDX documents put in, each compared with the one before", large.len()),
        &times,
        &format!("{:.2} s in all", total(&times)),
    ));
    let w1 = purls(&root.join("bench/w1-crates.purls"))?;
    let small: Vec<Vec<u8>> = w1.chunks_exact(300).cycle().take(100).map(as_list).collect();
    let times = put(&small).await?;
    say(&row("B3 lists of 300 components put in", &times, &format!("{:.0} a second", 100.0 / total(&times))));
    let watch = Watch::start();
    let part = |n: usize| small.get(n * 25..(n + 1) * 25).unwrap_or(&[]);
    let (a, b, c, d) = tokio::join!(Box::pin(put(part(0))), Box::pin(put(part(1))), Box::pin(put(part(2))), Box::pin(put(part(3))));
    let all = watch.stop();
    let times: Vec<Duration> = [a?, b?, c?, d?].concat();
    say(&row("… four at a time", &times, &format!("{:.0} a second", 100.0 / all.as_secs_f64())));
    // Every advisory changes, and meanwhile somebody puts a list in.
    for (_, bytes) in &mut found.all {
        bytes.push(b' ');
    }
    let rematch = async {
        let watch = Watch::start();
        products::advisories_take(&cx, &found.all).await.map_err(problem)?;
        Ok::<_, String>(watch.stop())
    };
    let (all, meanwhile) = tokio::join!(rematch, put(small.get(..20).unwrap_or(&small)));
    say(&row("B6 a list put in while everything is matched again", &meanwhile?, &format!("the matching took {:.1} s", all?.as_secs_f64())));
    app.store.close().await;
    Ok(())
}

/// Seconds this process has been on the processor, the threads of the database driver with it.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<f64> =
        text.rsplit(')').next().unwrap_or("").split_whitespace().skip(11).take(2).filter_map(|f| f.parse().ok()).collect();
    fields.iter().sum::<f64>() / 100.0
}

/// An advisory about the part that the first product of every company holds.
fn advisory(n: usize, fixed: &str, withdrawn: Option<&str>) -> Result<(Advisory, Vec<u8>), String> {
    let range = json!({ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": fixed }] });
    let affected = json!([{ "package": { "ecosystem": "crates.io", "name": "atty" }, "ranges": [range] }]);
    let body = json!({ "id": format!("B6-{n}"), "aliases": [format!("CVE-2099-{n:05}")], "withdrawn": withdrawn, "affected": affected });
    let bytes = body.to_string().into_bytes();
    Ok((serde_json::from_value(body).map_err(|e| e.to_string())?, bytes))
}

/// Companies beside the first.
async fn companies(cx: &Cx, scope: &Scope, count: usize) -> Result<Vec<OrganisationId>, String> {
    let mut all = vec![scope.id().clone()];
    while all.len() < count {
        let mut tx = cx.write().await.map_err(problem)?;
        for _ in 0..STEP.min(count - all.len()) {
            let input = OrganisationInput { name: format!("架空{}社", all.len()), ..OrganisationInput::default() };
            all.push(people::organisation_create(cx, &mut tx, &input, None, scope.person()).await.map_err(problem)?);
        }
        tx.commit().await.map_err(|e| e.to_string())?;
    }
    Ok(all)
}

/// B6 and B7.
async fn chain(engine: Option<&str>, count: usize) -> Result<(), String> {
    let sizes = ChainSizes { products: 10, components: 300, advisories: 5_000 };
    let place = BenchPlace::fresh(engine).await?;
    let (scope, _, session) = buyer(&place).await?;
    let app = crate::open_app(&place.0, Config::default(), FirstCode::default()).await?;
    let cx = Cx::without_request(&app, None);
    let all = companies(&cx, &scope, count).await?;
    products::chain_for_bench(&cx, &all, scope.person(), sizes).await.map_err(problem)?;
    let rows = count * sizes.products * sizes.components;
    say(&format!("\nbench products: {count} companies, {} products, {rows} component rows", count * sizes.products));
    if engine.is_none() {
        let file = std::fs::metadata(place.0.data.join("ishigaki.db")).map_or(0, |m| m.len());
        say(&format!("database: {} MiB, {} bytes a component row with everything around it", file >> 20, file / rows.max(1) as u64));
    }
    say(&format!("\n{HEAD}"));
    let mut times: [Vec<Duration>; 4] = Default::default();
    let mut told = [0; 3];
    let mut listed = 0;
    for n in 0..RUNS {
        for (kind, (fixed, withdrawn)) in
            [("0.3.0", None), ("0.1.0", None), ("0.3.0", Some("2026-11-21T00:00:00Z"))].into_iter().enumerate()
        {
            if kind == 2 {
                products::advisories_take(&cx, &[advisory(n, "0.3.1", None)?]).await.map_err(problem)?;
            }
            let one = [advisory(n, fixed, withdrawn)?];
            let watch = Watch::start();
            let taken = products::advisories_take(&cx, &one).await.map_err(problem)?;
            if let (Some(times), Some(told)) = (times.get_mut(kind), told.get_mut(kind)) {
                times.push(watch.stop());
                *told = taken.told.max(usize::try_from(taken.closed).unwrap_or(0));
            }
            if kind == 0 {
                let watch = Watch::start();
                listed = products::companies_affected(&cx, &format!("CVE-2099-{n:05}")).await.map_err(problem)?.len();
                times[3].push(watch.stop());
            }
        }
    }
    say(&row("B6 new advisory: matched, every use down the chain told", &times[0], &format!("{} told", told[0])));
    say(&row("B6 every affected company listed", &times[3], &format!("{listed} companies")));
    say(&row("B6 changed: no longer meant", &times[1], &format!("{} findings closed", told[1])));
    say(&row("B6 withdrawn", &times[2], &format!("{} findings closed", told[2])));
    products::findings_for_bench(&cx, &scope, sizes).await.map_err(problem)?;
    app.store.close().await;
    drop(app);
    let server = Measured::start(&place.0).await?;
    let head = format!("cookie: ishigaki={session}\r\n");
    for sort in ["urgency", "epss", "severity", "due"] {
        let path = format!("/products/vulnerabilities?sort={sort}");
        let got = load(&server.address, std::slice::from_ref(&head), &[path], 1, QUESTIONS).await?;
        say(&row(&format!("B7 open findings by {sort}, a page"), &got.times, &format!("{} bytes", got.bytes)));
    }
    let path = "/products/vulnerabilities?page=150".to_owned();
    let got = load(&server.address, &[head], &[path], 1, QUESTIONS).await?;
    say(&row("B7 the same, page 150", &got.times, ""));
    say(&format!("| memory of the server | | | | {:.0} MiB |", super::measure::memory_mib(server.pid())));
    say(&format!("| peak memory of this process | | | | {:.0} MiB |", peak_mib()));
    server.stop().await
}
