//! `server::bench::grc` — the work that peers were measured with: 200 or 4,000 assessments of a
//! 106-requirement catalog, ten sites a company, filled, read, changed and compared.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use kernel::{Rng as _, Role, Scope, SeededRng};
use people::{ClaimInput, FirstCode, OrganisationInput};
use schemes::{Catalog, FactKind};
use web::{Config, Cx};

use super::client::{Client, load};
use super::measure::{HEAD, Watch, memory_mib, row};
use super::server::{BenchPlace, Measured};
use crate::cli::say;

/// Requirements of the catalog, as in NIST CSF 2.0.
const REQUIREMENTS: usize = 106;
/// Sites, and so assessments, of one company.
const SITES: usize = 10;
/// Single answers written.
const WRITES: usize = 60;

/// One organisation: API token and sites.
struct Own {
    token: String,
    sites: Vec<String>,
}

/// Runs the work on one engine.
pub(super) async fn grc(engine: Option<&str>, assessments: usize) -> Result<(), String> {
    let place = BenchPlace::fresh(engine).await?;
    catalog(&place.0.data)?;
    let companies = (assessments / SITES).max(1);
    let (group, owns) = world(&place, companies).await?;
    let server = Measured::start(&place.0).await?;
    say(&format!("\nbench grc: {assessments} assessments × {REQUIREMENTS} requirements, {companies} companies of {SITES} sites\n\n{HEAD}"));
    let ids = create(&server, &owns).await?;
    fill(&server, &owns).await?;
    write(&server, &owns).await?;
    read(&server, &owns, &ids, &group).await?;
    rights(&server, &owns).await?;
    say(&format!("\nmemory after everything: {:.1} MiB", memory_mib(server.pid())));
    server.stop().await
}

/// The facts of the catalog: the first of those that many schemes read.
fn asked(catalog: &Catalog) -> impl Iterator<Item = (&str, &schemes::FactType)> {
    let shared = catalog.topics().iter().filter(|t| t.scheme.is_none()).map(|t| t.id.as_str()).collect::<Vec<_>>();
    let facts = catalog.types().iter().filter(move |(_, f)| shared.contains(&f.topic.as_str()));
    facts.map(|(k, f)| (k.as_str(), f)).take(REQUIREMENTS)
}

/// Writes a catalog of 106 requirements over the shipped fact types into the data folder.
fn catalog(data: &Path) -> Result<(), String> {
    let shipped = Catalog::shipped().map_err(|e| e.to_string())?;
    let mut scheme = String::from(
        "format = 1\nid = \"bench\"\nversion = \"1.0.0\"\npublished = \"2026-11-21\"\noperator = \"bench\"\nlicence = \"Apache-2.0\"\nsubject = \"organisation\"\n\
         award = { level = \"B\", by = \"self_declaration\", provenance = { status = \"unverified\", source = \"OWN\", date = \"2026-11-21\" } }\n\
         provenance = { status = \"unverified\", source = \"OWN\", date = \"2026-11-21\" }\nscoring = { kind = \"all_met\" }\ngroups = [\"1\", \"2\", \"3\", \"4\", \"5\", \"6\"]\n[sources]\nOWN = { title = \"bench\" }\n",
    );
    let mut texts = String::from(
        "title = \"bench\"\nsummary = \"bench\"\nhow = \"bench\"\ngroup = { 1 = \"a\", 2 = \"b\", 3 = \"c\", 4 = \"d\", 5 = \"e\", 6 = \"f\" }\n[requirement]\n",
    );
    for (n, (key, fact)) in asked(&shipped).enumerate() {
        let options = || fact.options().iter().map(|o| format!("\"{o}\"")).collect::<Vec<_>>().join(", ");
        let test = match fact.kind() {
            FactKind::Practice => "is = \"done\"".to_owned(),
            FactKind::Choice => format!("is = \"{}\"", fact.options().first().copied().unwrap_or("")),
            FactKind::Set => format!("has_all = [{}]", options()),
            FactKind::Number => "at_least = 8".to_owned(),
            FactKind::Date => "within_months = 12".to_owned(),
            FactKind::YesNo => "is = true".to_owned(),
            FactKind::Text => "stated = true".to_owned(),
        };
        // Writing to a String cannot fail.
        write!(scheme, "[[requirement]]\nid = \"R{n}\"\ngroup = \"{}\"\n[[requirement.criterion]]\nid = \"R{n}\"\nrule = {{ fact = \"{key}\", {test} }}\n", n % 6 + 1).unwrap_or_default();
        writeln!(texts, "R{n} = \"requirement {n}\"").unwrap_or_default();
    }
    let folder = data.join("schemes/bench/bench/1.0.0");
    std::fs::create_dir_all(folder.join("texts")).map_err(|e| e.to_string())?;
    for (name, text) in [("scheme.toml", &scheme), ("texts/ja.toml", &texts), ("texts/en.toml", &texts)] {
        std::fs::write(folder.join(name), text).map_err(|e| e.to_string())?;
    }
    Ok(())
}

/// A group of companies with ten sites each; returns the group's token too.
async fn world(place: &BenchPlace, companies: usize) -> Result<(String, Vec<Own>), String> {
    let app = crate::open_app(&place.0, Config::default(), FirstCode::default()).await?;
    let cx = Cx::without_request(&app, None);
    let organisation = |name: String| OrganisationInput { name, ..OrganisationInput::default() };
    let input = ClaimInput {
        login: "bench".into(),
        person_name: "bench".into(),
        password: kernel::random_token(&*app.rng, 12),
        organisation: organisation("group".into()),
    };
    let (person, group) = people::instance_claim(&cx, &input).await.map_err(|p| p.cause)?;
    let mut owns = Vec::new();
    let mut tx = cx.write().await.map_err(|p| p.cause)?;
    let scope = Scope::granted(group.clone(), person.clone(), Role::Admin);
    let token = people::token_create(&cx, &mut tx, &scope, "bench").await.map_err(|p| p.cause)?.reveal().to_owned();
    for n in 0..companies {
        let id = people::organisation_create(&cx, &mut tx, &organisation(format!("company {n}")), Some(&group), &person)
            .await
            .map_err(|p| p.cause)?;
        let scope = Scope::granted(id, person.clone(), Role::Admin);
        let token = people::token_create(&cx, &mut tx, &scope, "bench").await.map_err(|p| p.cause)?;
        let mut own = Own { token: token.reveal().to_owned(), sites: Vec::new() };
        for s in 0..SITES {
            own.sites.push(
                people::site_add(&cx, &mut tx, &scope, people::SiteKind::Site, &format!("site {s}")).await.map_err(|p| p.cause)?.site_id,
            );
        }
        owns.push(own);
    }
    tx.commit().await.map_err(|e| e.to_string())?;
    app.store.close().await;
    Ok((token, owns))
}

fn head(token: &str) -> String {
    format!("authorization: Bearer {token}\r\n")
}

/// Creates every assessment through the API, one after the other.
async fn create(server: &Measured, owns: &[Own]) -> Result<Vec<(String, String)>, String> {
    let (mut times, mut ids) = (Vec::new(), Vec::new());
    let all = Watch::start();
    for own in owns {
        let mut client = Client::connect(&server.address, &head(&own.token)).await?;
        for site in &own.sites {
            let watch = Watch::start();
            let body = format!("{{\"scheme\":\"bench\",\"site_id\":\"{site}\"}}");
            let answer = client.good("POST", "/api/v1/assessments", &body).await?;
            times.push(watch.stop());
            let id = answer.split("\"assessment_id\":\"").nth(1).and_then(|t| t.split('"').next()).unwrap_or("");
            ids.push((own.token.clone(), id.to_owned()));
        }
    }
    say(&row(&format!("create {} assessments, sequential", times.len()), &times, &format!("{:.2} s in all", all.stop().as_secs_f64())));
    Ok(ids)
}

/// Fills every site with 106 answers through the bulk API: 2 good : 1 in part : 1 none : 1 not known.
async fn fill(server: &Measured, owns: &[Own]) -> Result<(), String> {
    let shipped = Catalog::shipped().map_err(|e| e.to_string())?;
    let rng = SeededRng::new(42);
    let mut times = Vec::new();
    let all = Watch::start();
    for own in owns {
        let mut client = Client::connect(&server.address, &head(&own.token)).await?;
        for site in &own.sites {
            let mut facts: BTreeMap<&str, String> = BTreeMap::new();
            for (key, fact) in asked(&shipped) {
                let mut dice = [0_u8];
                rng.fill(&mut dice);
                let [dice] = dice;
                let good = || match fact.kind() {
                    FactKind::Practice => "done".to_owned(),
                    FactKind::Set => fact.options().join(","),
                    FactKind::Number => "10".to_owned(),
                    FactKind::Date => "2026-10-01".to_owned(),
                    FactKind::Choice | FactKind::YesNo => fact.options().first().copied().unwrap_or("").to_owned(),
                    FactKind::Text => "text".to_owned(),
                };
                let answer = match dice % 5 {
                    0 | 1 => good(),
                    2 if fact.kind() == FactKind::Practice => "partial".to_owned(),
                    3 if fact.takes_none() => "none".to_owned(),
                    _ => "unknown".to_owned(),
                };
                facts.insert(key, answer);
            }
            let body = serde_json::json!({ "site_id": site, "facts": facts }).to_string();
            let watch = Watch::start();
            client.good("POST", "/api/v1/facts", &body).await?;
            times.push(watch.stop());
        }
    }
    say(&row(
        &format!("fill {} answers, 106 a call", times.len() * REQUIREMENTS),
        &times,
        &format!("{:.2} s in all", all.stop().as_secs_f64()),
    ));
    Ok(())
}

/// Single answers of a site, each with everything that follows from it.
async fn write(server: &Measured, owns: &[Own]) -> Result<(), String> {
    let mut times = Vec::new();
    for n in 0..=3 * WRITES {
        let Some(own) = owns.get(n % owns.len().max(1)) else { continue };
        let site = own.sites.get(n % own.sites.len().max(1)).cloned().unwrap_or_default();
        let mut client = Client::connect(&server.address, &head(&own.token)).await?;
        let body = format!("{{\"answer\":\"{}\",\"site_id\":\"{site}\"}}", if n % 2 == 0 { "done" } else { "partial" });
        let watch = Watch::start();
        client.good("PUT", "/api/v1/facts/backup.taken", &body).await?;
        if n > 0 {
            times.push(watch.stop());
        }
    }
    say(&row("state one fact of a site", &times, "new connection each"));
    let mut whole = Vec::new();
    for n in 0..=WRITES {
        let Some(own) = owns.get(n % owns.len().max(1)) else { continue };
        let mut client = Client::connect(&server.address, &head(&own.token)).await?;
        let watch = Watch::start();
        client
            .good("PUT", "/api/v1/facts/backup.remote", &format!("{{\"answer\":\"{}\"}}", if n % 2 == 0 { "done" } else { "partial" }))
            .await?;
        whole.push(watch.stop());
    }
    say(&row("state one fact of the whole company", &whole, &format!("{SITES} sites look at it too")));
    Ok(())
}

/// What is read: words, heads to take in turn, paths, requests at one and at eight clients.
type Read<'a> = (&'a str, &'a [String], Vec<String>, [usize; 2]);

/// Lists, trees, details and comparisons at one and eight clients.
async fn read(server: &Measured, owns: &[Own], ids: &[(String, String)], group: &str) -> Result<(), String> {
    let heads: Vec<String> = owns.iter().map(|o| head(&o.token)).collect();
    let tree_heads: Vec<String> = ids.iter().map(|(token, _)| head(token)).collect();
    let tree_paths: Vec<String> = ids.iter().map(|(_, id)| format!("/api/v1/assessments/{id}")).collect();
    let of = |path: &str| vec![path.to_owned()];
    let group = vec![head(group)];
    let facts: Vec<String> = ids.iter().map(|(_, id)| format!("/api/v1/assessments/{id}/criteria/R1")).collect();
    let health = [String::new()];
    let work: [Read<'_>; 6] = [
        ("list of one company's assessments", &heads, of("/api/v1/assessments"), [60, 120]),
        ("one assessment's tree with deciding facts", &tree_heads, tree_paths, [60, 400]),
        ("one requirement with ways to meet it", &tree_heads, facts, [40, 80]),
        ("all facts of one company", &heads, of("/api/v1/facts"), [20, 48]),
        ("compare all of the group", &group, of("/api/v1/comparison?scheme=bench"), [7, 16]),
        ("health", &health, of("/health"), [100, 200]),
    ];
    for (what, heads, paths, sizes) in work {
        for (clients, total) in [1, 8].into_iter().zip(sizes) {
            load(&server.address, heads, &paths, clients, 8).await?;
            let mut times = Vec::new();
            let (mut best, mut bytes) = (0.0_f64, 0);
            for _ in 0..5 {
                let load = load(&server.address, heads, &paths, clients, total).await?;
                times.extend(load.times);
                best = best.max(load.per_second);
                bytes = load.bytes;
            }
            say(&row(&format!("{what} × {clients}"), &times, &format!("{best:.0} requests/s, {bytes} bytes")));
        }
    }
    Ok(())
}

/// A right just given works at once, a right just taken is gone at once.
async fn rights(server: &Measured, owns: &[Own]) -> Result<(), String> {
    let Some(own) = owns.first() else { return Ok(()) };
    let mut admin = Client::connect(&server.address, &head(&own.token)).await?;
    let mut stale = 0;
    for n in 0..140 {
        let made = admin.good("POST", "/api/v1/sites", &format!("{{\"name\":\"fresh {n}\"}}")).await?;
        let site = made.split("\"site_id\":\"").nth(1).and_then(|t| t.split('"').next()).unwrap_or("");
        let (status, _) =
            admin.send("PUT", "/api/v1/facts/backup.taken", &format!("{{\"answer\":\"done\",\"site_id\":\"{site}\"}}")).await?;
        stale += usize::from(status != 200);
    }
    say(&format!("| create a site, then use it at once, 7 × 20 | – | – | 140 | {stale} refused |"));
    Ok(())
}
