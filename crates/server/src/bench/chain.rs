//! `server::bench::chain` — a buyer with thousands of suppliers: list, class and level, heat map, what stops,
//! board, five hundred suppliers answering at once, a wave to all, also after a kill.

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use kernel::{Rng as _, Role, Scope, SeededRng};
use people::{ClaimInput, FirstCode, OrganisationInput};
use suppliers::{LinkInput, WaveInput};
use web::{Config, Cx};

use super::client::{Client, load};
use super::measure::{HEAD, Watch, memory_mib, row};
use super::server::{BenchPlace, Measured};
use crate::cli::say;

/// Sizes of the bench.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    pub(super) suppliers: usize,
    pub(super) links: usize,
}

/// Suppliers that answer at once, and saves of each.
const ANSWERING: usize = 500;
const SAVES: usize = 10;

/// Workbooks that come back.
const REPLIES: usize = 3_100;
const MINUTE: Duration = Duration::from_mins(1);

/// Times a question is asked.
const QUESTIONS: usize = 200;

/// Seconds a wave may take before the bench gives up.
const PATIENCE_SECONDS: u64 = 120;

fn pick<'a>(list: &[&'a str], n: usize) -> &'a str {
    list.get(n % list.len().max(1)).copied().unwrap_or("")
}

#[expect(clippy::needless_pass_by_value, reason = "stands in map_err")]
pub(super) fn problem(p: web::Problem) -> String {
    crate::register::line(&p)
}

/// A list as a buyer has it.
fn list(path: &std::path::Path, rows: usize) -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
    writeln!(out, "会社名,担当部署,機密を扱う,止まると困る,社内に入れる,セキュリティ担当者,従業員数,年間取引額,担当者名,メール")?;
    for n in 0..rows {
        let said = |k: usize| pick(&["○", "×", "×", ""], n / k + k);
        writeln!(
            out,
            "架空{}{}第{n}工場株式会社,{},{},{},{},{},{},{}万円,担当 {n},s{n}@example.jp",
            pick(&["東海", "関東", "三河", "北陸", "瀬戸内", "信州"], n),
            pick(&["精工", "鋳造", "電子", "樹脂", "運送"], n / 6),
            pick(&["購買部", "製造部", "総務部", "設計部"], n / 10),
            said(1),
            said(3),
            said(7),
            pick(&["有", "無", "無", ""], n),
            n % 900 + 3,
            n % 4000 + 1,
        )?;
    }
    out.flush()
}

/// An instance with one buyer: its scope, an API token and a session.
pub(super) async fn buyer(place: &BenchPlace) -> Result<(Scope, String, String), String> {
    let app = crate::open_app(&place.0, Config::default(), FirstCode::default()).await?;
    let cx = Cx::without_request(&app, None);
    let organisation =
        OrganisationInput { name: "I社".into(), employee_band: "1001-3000".into(), industry: "E".into(), ..OrganisationInput::default() };
    let password = kernel::random_token(&SeededRng::new(1), 12);
    let input = ClaimInput { login: "bench".into(), person_name: "bench".into(), password, organisation };
    let (person, own) = people::instance_claim(&cx, &input).await.map_err(problem)?;
    let scope = Scope::granted(own, person, Role::Admin);
    let mut tx = cx.write().await.map_err(problem)?;
    let token = people::token_create(&cx, &mut tx, &scope, "bench").await.map_err(problem)?.reveal().to_owned();
    tx.commit().await.map_err(|e| e.to_string())?;
    let session = people::session_for_bench(&cx, "bench").await.map_err(problem)?;
    app.store.close().await;
    Ok((scope, token, session))
}

/// Runs the work on one engine.
pub(super) async fn chain(engine: Option<&str>, sizes: Sizes) -> Result<(), String> {
    let place = BenchPlace::fresh(engine).await?;
    let (scope, token, session) = buyer(&place).await?;
    say(&format!("\nbench chain: {} suppliers × 153 questions, {} links in three tiers\n\n{HEAD}", sizes.suppliers, sizes.links));
    say(&row("take a list in", &[import(&place, sizes.suppliers).await?], ""));
    let app = crate::open_app(&place.0, Config::default(), FirstCode::default()).await?;
    let cx = Cx::without_request(&app, None);
    let ids = suppliers::ids_for_bench(&cx, &scope).await.map_err(problem)?;
    links(&cx, &scope, &ids, sizes.links).await.map_err(problem)?;
    let wave = suppliers::filled_wave_for_bench(&cx, &scope, &ids).await.map_err(problem)?;
    app.store.close().await;
    drop(app);
    rules(&place, &token, sizes.suppliers).await?;
    pages(&place, (&token, &session), &ids, &wave).await?;
    answering(&place, &scope, &wave).await?;
    let wave = waves(&place, &token, sizes.suppliers).await?;
    replies(&place, &scope, &wave).await
}

/// The `supplier import` word as a process of its own.
async fn import(place: &BenchPlace, rows: usize) -> Result<Duration, String> {
    let file = place.0.data.join("list.csv");
    list(&file, rows).map_err(|e| e.to_string())?;
    let mut command = word(place, "import")?;
    command.arg(&file);
    let watch = Watch::start();
    let out = command.output().await.map_err(|e| e.to_string())?;
    let took = watch.stop();
    // Names that are alike are a finding, so the word ends with 1.
    if out.status.code().is_some_and(|c| c < 2) { Ok(took) } else { Err(String::from_utf8_lossy(&out.stderr).into_owned()) }
}

/// A tenth of the suppliers supply us, the others one another, in three tiers.
async fn links(cx: &Cx, scope: &Scope, ids: &[String], count: usize) -> Result<(), web::Problem> {
    let (first, second) = (ids.len() / 10, ids.len() / 2);
    let id = |n: usize| ids.get(n % ids.len().max(1)).cloned().unwrap_or_default();
    let dice = SeededRng::new(100_000);
    let throw = |sides: usize| {
        let mut bytes = [0_u8; 4];
        dice.fill(&mut bytes);
        usize::try_from(u32::from_le_bytes(bytes)).unwrap_or(0) % sides.max(1)
    };
    for batch in (0..count).step_by(5_000) {
        let mut inputs = Vec::new();
        for n in batch..count.min(batch + 5_000) {
            let (from, to) = match n % 20 {
                0 => (id(n / 20 % first), String::new()),
                k if k % 2 == 0 => (id(first + throw(second - first)), id(throw(first))),
                _ => (id(second + throw(ids.len() - second)), id(first + throw(second - first))),
            };
            inputs.push(LinkInput {
                supplier_id: from,
                customer_id: to,
                item: format!("品目{n}"),
                substitute: pick(&["none", "full", "some", "unknown"], n).to_owned(),
                switch_days: "30".to_owned(),
                stock_days: pick(&["3", "10", "20", "45", ""], n / 3).to_owned(),
                ..LinkInput::default()
            });
        }
        let mut tx = cx.write().await?;
        suppliers::links_add(cx, &mut tx, scope, &inputs).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// The buyer changes its rules so that every supplier moves, and back again.
async fn rules(place: &BenchPlace, token: &str, all: usize) -> Result<(), String> {
    let server = Measured::start(&place.0).await?;
    let mut client = Client::connect(&server.address, &format!("authorization: Bearer {token}\r\n")).await?;
    let mut times = Vec::new();
    for level in [5, 4, 5, 4, 5, 4] {
        let levels = serde_json::json!({ "base": level, "confidential": level, "stops": level, "access": level });
        let sizes = serde_json::json!({ "b_employees": 300, "b_sales_million_yen": 5000, "c_employees": 20, "c_sales_million_yen": 300 });
        let body = serde_json::json!({ "format": 1, "level": levels, "class": sizes }).to_string();
        let watch = Watch::start();
        let moved = client.good("PUT", "/api/v1/supplier-rules", &body).await?;
        times.push(watch.stop());
        if moved.trim() != all.to_string() {
            return Err(format!("{moved} of {all} suppliers moved"));
        }
    }
    say(&row("class and level of all, every supplier moves", &times, ""));
    server.stop().await
}

async fn pages(place: &BenchPlace, (token, session): (&str, &str), ids: &[String], wave: &str) -> Result<(), String> {
    let server = Measured::start(&place.0).await?;
    let head = format!("cookie: ishigaki={session}\r\n");
    let bearer = format!("authorization: Bearer {token}\r\n");
    let ask = async |name: &str, paths: &[String], head: &str, clients: usize, total: usize| -> Result<(), String> {
        let got = load(&server.address, &[head.to_owned()], paths, clients, total).await?;
        say(&row(name, &got.times, &format!("{:.0} requests/s, {} bytes", got.per_second, got.bytes)));
        Ok(())
    };
    ask("list of suppliers, a page", &["/suppliers?sort=spend".to_owned()], &head, 1, QUESTIONS).await?;
    ask("board", &[format!("/suppliers/waves/{wave}/board")], &head, 1, QUESTIONS).await?;
    ask("heat map, whole answer", &[format!("/suppliers/waves/{wave}/heat")], &head, 1, QUESTIONS / 4).await?;
    let reach = |start: usize| -> Vec<String> {
        ids.iter().skip(start).step_by(ids.len() / 50 + 1).map(|id| format!("/api/v1/suppliers/{id}/impact")).collect()
    };
    ask("what stops, any supplier", &reach(0), &bearer, 1, QUESTIONS).await?;
    ask("what stops, third tier only", &reach(ids.len() / 2), &bearer, 1, QUESTIONS).await?;
    ask("weak points of the whole chain", &["/api/v1/supplier-weak-points".to_owned()], &bearer, 1, 10).await?;
    say(&format!("\nmemory of the server after these: {:.1} MiB\n\n{HEAD}", memory_mib(server.pid())));
    server.stop().await
}

/// Five hundred suppliers save their drafts at the same time, over their own connections.
async fn answering(place: &BenchPlace, scope: &Scope, wave: &str) -> Result<(), String> {
    let app = crate::open_app(&place.0, Config::default(), FirstCode::default()).await?;
    let cx = Cx::without_request(&app, None);
    let doors = suppliers::doors_for_bench(&cx, scope, wave, ANSWERING).await.map_err(problem)?;
    app.store.close().await;
    drop(app);
    let server = Arc::new(Measured::start(&place.0).await?);
    let all = Watch::start();
    let (mut tasks, count) = (Vec::new(), u32::try_from(ANSWERING).unwrap_or(1));
    for (n, door) in doors.into_iter().enumerate() {
        let server = Arc::clone(&server);
        tasks.push(tokio::spawn(async move {
            let head = format!("cookie: ishigaki_reply={door}\r\nsec-fetch-site: same-origin\r\n");
            let mut client = Client::connect(&server.address, &head).await?;
            let mut times = Vec::new();
            // Five thousand saves in a minute: everybody saves every six seconds, one after the other.
            tokio::time::sleep(MINUTE / count * u32::try_from(n).unwrap_or(0) / u32::try_from(SAVES).unwrap_or(1)).await;
            let mut beat = tokio::time::interval(MINUTE / u32::try_from(SAVES).unwrap_or(1));
            for save in 0..SAVES {
                beat.tick().await;
                let body = (save * 8..save * 8 + 8).map(|q| format!("a-{q}=done&t-{q}=x")).collect::<Vec<_>>().join("&");
                let watch = Watch::start();
                let (status, answer) = client.post("/reply/form", &body).await?;
                if status != 303 {
                    return Err(format!("a save was answered {status}: {}", answer.chars().take(200).collect::<String>()));
                }
                times.push(watch.stop());
            }
            Ok::<_, String>(times)
        }));
    }
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.map_err(|e| e.to_string())??);
    }
    let minute = f64::from(u32::try_from(times.len()).unwrap_or(0)) / all.stop().as_secs_f64() * 60.0;
    Arc::into_inner(server).ok_or("still in use")?.stop().await?;
    let app = crate::open_app(&place.0, Config::default(), FirstCode::default()).await?;
    let kept = suppliers::answers_for_bench(&Cx::without_request(&app, None), scope, wave).await.map_err(problem)?;
    app.store.close().await;
    say(&row(
        &format!("save of a draft, {ANSWERING} suppliers at once"),
        &times,
        &format!("{minute:.0} saves a minute, {kept} answers kept"),
    ));
    Ok(())
}

/// A wave to everybody: accepted, all letters queued; the second one is killed in the middle.
async fn waves(place: &BenchPlace, token: &str, all: usize) -> Result<String, String> {
    let mut wave_id = String::new();
    for killed in [false, true] {
        let mut server = Measured::start(&place.0).await?;
        let head = format!("authorization: Bearer {token}\r\n");
        let mut client = Client::connect(&server.address, &head).await?;
        let wave = WaveInput { title: "bench".to_owned(), contact: "x".to_owned(), ..WaveInput::default() };
        let content = serde_json::json!({ "content": wave }).to_string();
        let made = client.good("POST", "/api/v1/supplier-waves", &content).await?;
        let id = made.split("\"wave_id\":\"").nth(1).and_then(|t| t.split('"').next()).ok_or("no wave")?.to_owned();
        let watch = Watch::start();
        client.good("POST", &format!("/api/v1/supplier-waves/{id}/send"), "").await?;
        let accepted = watch.stop();
        if killed {
            tokio::time::sleep(Duration::from_millis(300)).await;
            server.stop().await?;
            server = Measured::start(&place.0).await?;
            client = Client::connect(&server.address, &head).await?;
        }
        let mut queued = 0;
        for _ in 0..PATIENCE_SECONDS * 20 {
            let board = client.good("GET", &format!("/api/v1/supplier-waves/{id}/board"), "").await?;
            queued = board.split("\"sum\":").skip(1).filter_map(|t| t.split(['}', ',']).next()?.parse::<usize>().ok()).sum();
            if queued >= all && board.contains("\"state\":\"open\"") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let took = watch.stop();
        let what = if killed { ", killed after 0.3 s" } else { "" };
        say(&row(&format!("wave to {all}: accepted{what}"), &[accepted], ""));
        say(&row(&format!("wave to {all}: all requests and letters queued{what}"), &[took], &format!("{queued} requests")));
        server.stop().await?;
        wave_id = id;
    }
    Ok(wave_id)
}

/// Workbooks that came back, by the `supplier replies` word as a process of its own: each in a child, each a reply.
async fn replies(place: &BenchPlace, scope: &Scope, wave: &str) -> Result<(), String> {
    let app = crate::open_app(&place.0, Config::default(), FirstCode::default()).await?;
    let books = suppliers::workbooks_for_bench(&Cx::without_request(&app, None), scope, wave, REPLIES).await.map_err(problem)?;
    app.store.close().await;
    let folder = place.0.data.join("replies");
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    for (name, bytes) in &books {
        std::fs::write(folder.join(name), bytes).map_err(|e| e.to_string())?;
    }
    let mut command = word(place, "replies")?;
    command.arg(&folder).args(["--wave", wave, "--json"]);
    let watch = Watch::start();
    let out = command.output().await.map_err(|e| e.to_string())?;
    let took = watch.stop();
    let taken = String::from_utf8_lossy(&out.stdout).matches("\"taken\"").count();
    say(&row(&format!("{} workbooks read back into a wave", books.len()), &[took], &format!("{taken} taken as replies")));
    Ok(())
}

/// A word of `supplier` as a process of its own.
fn word(place: &BenchPlace, word: &str) -> Result<tokio::process::Command, String> {
    let mut command = tokio::process::Command::new(std::env::current_exe().map_err(|e| e.to_string())?);
    command.args(["supplier", word]).arg("--data").arg(&place.0.data).env_remove("ISHIGAKI_DATABASE");
    if let Some(url) = &place.0.database {
        command.args(["--database", url]);
    }
    Ok(command)
}
