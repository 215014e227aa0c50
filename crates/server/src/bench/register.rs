//! `server::bench::register` — the public register at national size: search, entry page,
//! verification, checkpoint; beside it what a search without an index does.

use std::collections::BTreeMap;
use std::io::Write as _;

use kernel::{Role, Scope, SeededRng};
use people::{ClaimInput, FirstCode, INDUSTRIES, OrganisationInput};
use register::{Award, Holder};
use schemes::{Catalog, Subject};
use web::{Config, Cx};

use super::client::{Client, load};
use super::measure::{HEAD, Watch, memory_mib, row};
use super::server::{BenchPlace, Measured};
use crate::cli::say;

/// Entries put in per transaction.
const BATCH: usize = 5_000;
/// Questions measured per row.
const QUESTIONS: usize = 4_000;
/// Scans without an index measured.
const SCANS: usize = 20;

/// What names of companies are made of.
const PLACES: &[&str] = &[
    "東海",
    "中央",
    "日本",
    "大和",
    "三河",
    "北陸",
    "関東",
    "西日本",
    "瀬戸内",
    "信州",
    "石垣",
    "武蔵",
    "相模",
    "播磨",
    "筑紫",
    "出羽",
    "近江",
    "若狭",
    "美濃",
    "尾張",
    "遠州",
    "駿河",
    "甲州",
    "上毛",
    "常陸",
    "房総",
    "越後",
    "能登",
    "丹波",
    "備前",
    "安芸",
    "長門",
    "土佐",
    "伊予",
    "阿波",
    "肥後",
    "薩摩",
    "日向",
    "豊後",
    "琉球",
];
const FAMILIES: &[&str] = &[
    "佐藤",
    "鈴木",
    "高橋",
    "田中",
    "伊藤",
    "渡辺",
    "山本",
    "中村",
    "小林",
    "加藤",
    "吉田",
    "山田",
    "佐々木",
    "山口",
    "松本",
    "井上",
    "木村",
    "林",
    "斎藤",
    "清水",
    "山崎",
    "森",
    "池田",
    "橋本",
    "阿部",
    "石川",
    "山下",
    "中島",
    "石井",
    "小川",
    "前田",
    "岡田",
    "長谷川",
    "藤田",
    "後藤",
    "近藤",
    "村上",
    "遠藤",
    "青木",
    "坂本",
    "福田",
    "太田",
    "西村",
    "藤井",
    "金子",
    "和田",
    "中野",
    "原田",
    "松田",
    "竹内",
];
const TRADES: &[&str] = &[
    "工業",
    "製作所",
    "精工",
    "精機",
    "電機",
    "電子",
    "化学",
    "金属",
    "鉄工",
    "鋼材",
    "製鋼",
    "樹脂",
    "ゴム",
    "硝子",
    "紙業",
    "印刷",
    "繊維",
    "食品",
    "醸造",
    "製菓",
    "水産",
    "農園",
    "林業",
    "建設",
    "土木",
    "設備",
    "塗装",
    "電設",
    "住宅",
    "不動産",
    "運輸",
    "物流",
    "倉庫",
    "海運",
    "自動車",
    "部品",
    "機工",
    "計器",
    "光学",
    "医療",
    "薬品",
    "商事",
    "商会",
    "商店",
    "産業",
    "興業",
    "技研",
    "システム",
    "ソフト",
    "情報サービス",
];
const FORMS: &[&str] = &["株式会社", "有限会社", "合同会社", ""];

fn pick<'a>(list: &[&'a str], n: usize) -> &'a str {
    list.get(n % list.len()).copied().unwrap_or("")
}

/// The name of the n-th company; half have the legal form in front.
fn name(n: usize) -> String {
    let (place, family) = (pick(PLACES, n), pick(FAMILIES, n / PLACES.len()));
    let (trade, more) = (pick(TRADES, n / (PLACES.len() * FAMILIES.len())), n / (PLACES.len() * FAMILIES.len() * TRADES.len()));
    let (form, more) = (pick(FORMS, n / 3), if more == 0 { String::new() } else { format!("第{more}") });
    if n.is_multiple_of(2) { format!("{form}{place}{family}{trade}{more}") } else { format!("{family}{trade}{place}{more}{form}") }
}

/// What people look for: whole names, parts of them, very common words, register numbers.
fn questions(entries: usize) -> Vec<String> {
    let ask = |n: usize| match n % 5 {
        0 => name(n * 7919 % entries),
        1 => format!("{}{}", pick(PLACES, n / 5), pick(FAMILIES, n / 7)),
        2 => format!("{}{}", pick(FAMILIES, n / 5), pick(TRADES, n / 3)),
        3 => pick(TRADES, n / 5).to_owned(),
        _ => format!("B-{:07}", n * 104_729 % entries),
    };
    (0..500).map(|n| format!("/api/v1/register?q={}", web::percent(&ask(n)))).collect()
}

/// Runs the work on one engine.
pub(super) async fn register(engine: Option<&str>, entries: usize, numbers: u64) -> Result<(), String> {
    let place = BenchPlace::fresh(engine).await?;
    let watch = Watch::start();
    let scan = fill(&place, entries).await?;
    let filled = watch.stop();
    let server = Measured::start(&place.0).await?;
    wait_for_learning(&server, entries).await?;
    say(&format!("\nbench register: {entries} entries of the public register\n\n{HEAD}"));
    say(&row("award, sign, log and index all entries", &[filled], ""));
    let asked = questions(entries);
    for clients in [1, 8] {
        let got = load(&server.address, &[String::new()], &asked, clients, QUESTIONS).await?;
        say(&row(&format!("search × {clients}"), &got.times, &format!("{:.0} requests/s, {} bytes", got.per_second, got.bytes)));
    }
    say(&row("the same names without an index (LIKE over all names)", &scan, ""));
    let pages: Vec<String> = (0..500).map(|n| format!("/register/entries/B-{:07}", n * 104_729 % entries)).collect();
    for clients in [1, 8] {
        let got = load(&server.address, &[String::new()], &pages, clients, QUESTIONS / 2).await?;
        say(&row(&format!("entry page × {clients}"), &got.times, &format!("{:.0} requests/s, {} bytes", got.per_second, got.bytes)));
    }
    let paths: Vec<String> = (0..500).map(|n| format!("/register/verify?number=B-{:07}", n * 104_729 % entries)).collect();
    let got = load(&server.address, &[String::new()], &paths, 8, QUESTIONS / 4).await?;
    say(&row("verify page × 8", &got.times, &format!("{:.0} requests/s", got.per_second)));
    let got = load(&server.address, &[String::new()], &["/register/statistics".to_owned()], 1, 100).await?;
    say(&row("statistics page × 1", &got.times, ""));
    let got = load(&server.address, &[String::new()], &["/register/log/checkpoint".to_owned()], 1, 200).await?;
    say(&row("signed checkpoint × 1", &got.times, ""));
    let proofs: Vec<String> = (0..200).map(|n| format!("/register/entries/B-{:07}/proof", n * 104_729 % entries)).collect();
    let got = load(&server.address, &[String::new()], &proofs, 1, 200).await?;
    say(&row("proof of inclusion × 1", &got.times, ""));
    let memory = memory_mib(server.pid());
    server.stop().await?;
    let public = place.0.data.join("published");
    let (took, peak) = word(&["register", "publish", &public.display().to_string()], &place).await?;
    say(&row("write the bulk files of all entries", &[took], &format!("peak memory {peak:.0} MiB")));
    let file = place.0.data.join("numbers.csv");
    let size = national(&file, numbers).map_err(|e| e.to_string())?;
    let (took, peak) = word(&["organisation", "numbers", &file.display().to_string()], &place).await?;
    let more = format!("{numbers} rows, {} MiB, peak memory {peak:.0} MiB", size / 1_048_576);
    say(&row("take in the national file of corporate numbers", &[took], &more));
    say(&format!("\nmemory of the server after everything: {memory:.1} MiB"));
    Ok(())
}

/// Runs a command word as a process of its own: how long, and its greatest memory in MiB.
async fn word(words: &[&str], place: &BenchPlace) -> Result<(std::time::Duration, f64), String> {
    let mut command = tokio::process::Command::new(std::env::current_exe().map_err(|e| e.to_string())?);
    command.args(words).arg("--data").arg(&place.0.data).env_remove("ISHIGAKI_DATABASE").kill_on_drop(true);
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    if let Some(url) = &place.0.database {
        command.args(["--database", url]);
    }
    let watch = Watch::start();
    let mut child = command.spawn().map_err(|e| e.to_string())?;
    let (pid, mut peak) = (child.id().unwrap_or(0), 0.0_f64);
    loop {
        if let Some(status) = child.try_wait().map_err(|e| e.to_string())? {
            return if status.success() { Ok((watch.stop(), peak)) } else { Err(format!("{words:?} failed")) };
        }
        peak = peak.max(memory_mib(pid));
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// A file in the layout of the national one. Returns its size in bytes.
fn national(path: &std::path::Path, rows: u64) -> std::io::Result<u64> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
    for n in 0..rows {
        let base = format!("{:012}", 100_000_000_000 + n * 7);
        let digit = |(place, c): (usize, u8)| u64::from(c - b'0') * if place % 2 == 0 { 1 } else { 2 };
        let check = 9 - base.bytes().rev().enumerate().map(digit).sum::<u64>() % 9;
        let name = name(usize::try_from(n).unwrap_or(0));
        writeln!(
            out,
            "{n},{check}{base},01,0,2026-10-01,2026-10-01,\"{name}\",,301,\"愛知県\",\"名古屋市中区\",\"架空町1丁目2番3号\",,23,106,4600001,,,,,,,2015-10-05,1,,,,,\"カクウ\",0"
        )?;
    }
    out.flush()?;
    out.get_ref().metadata().map(|m| m.len())
}

/// The server learns the common pairs of the index just after its start, beside its first answers.
async fn wait_for_learning(server: &Measured, entries: usize) -> Result<(), String> {
    let mut client = Client::connect(&server.address, "").await?;
    client.good("GET", "/api/v1/register?q=B-0000001", "").await?;
    tokio::time::sleep(std::time::Duration::from_secs(2 + u64::try_from(entries / 50_000).unwrap_or(0))).await;
    // After that it writes the files of the day.
    for _ in 0..600 {
        if client.good("GET", "/api/v1/register-files", "").await?.contains("entries.txt") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    Ok(())
}

/// Awards all entries; how long names take to find without an index.
async fn fill(place: &BenchPlace, entries: usize) -> Result<Vec<std::time::Duration>, String> {
    let app = crate::open_app(&place.0, Config::default(), FirstCode::default()).await?;
    let cx = Cx::without_request(&app, None);
    let catalog = cx.part::<std::sync::Arc<Catalog>>().map_err(|p| p.cause)?;
    let scheme = catalog.newest().min_by_key(|s| s.criteria().count()).ok_or("no scheme")?;
    let organisation =
        OrganisationInput { name: "own".into(), employee_band: "101-300".into(), industry: "E".into(), ..OrganisationInput::default() };
    let password = kernel::random_token(&SeededRng::new(1), 12);
    let input = ClaimInput { login: "bench".into(), person_name: "bench".into(), password, organisation };
    let (person, own) = people::instance_claim(&cx, &input).await.map_err(|p| p.cause)?;
    let scope = Scope::granted(own, person, Role::Admin);
    let from = cx.now().day().plus_days(-100);
    for batch in (0..entries).step_by(BATCH) {
        let mut tx = cx.write().await.map_err(|p| p.cause)?;
        let mut stars = Vec::new();
        for n in batch..entries.min(batch + BATCH) {
            let holder = Holder {
                name: name(n),
                prefecture: format!("{:02}", n % 47 + 1),
                industry: pick(INDUSTRIES, n).to_owned(),
                employee_band: pick(people::BANDS, n / 7).to_owned(),
                ..Holder::default()
            };
            stars.push(Award {
                scheme,
                number: format!("B-{n:07}"),
                subject: Subject::Organisation,
                site_id: String::new(),
                holder,
                scope: "全社".to_owned(),
                confirmer: "自己宣言".to_owned(),
                fields: BTreeMap::new(),
                from,
                to: Some(from.plus_days(364)),
            });
        }
        register::awards(&cx, &mut tx, &scope, &stars).await.map_err(|p| p.cause)?;
        tx.without_record("rows of a bench are nobody's");
        tx.commit().await.map_err(|e| e.to_string())?;
    }
    let mut scan = Vec::new();
    for n in 0..SCANS {
        let mut tx = cx.read().await.map_err(|p| p.cause)?;
        let watch = Watch::start();
        register::search_for_bench(&mut tx, &name(n * 7919 % entries)).await.map_err(|p| p.cause)?;
        scan.push(watch.stop());
    }
    app.store.close().await;
    Ok(scan)
}
