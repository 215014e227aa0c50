//! The server is killed with SIGKILL in the middle of writes, a hundred times: no fact that
//! was acknowledged is gone, and the ledger verifies.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use kernel::{Role, Scope};
use people::{ClaimInput, FirstCode, OrganisationInput};
use server::Place;
use testkit::TempFolder;
use web::{Config, Cx};

const KILLS: usize = 100;
/// Milliseconds that a round waits for its first writes before the test gives up.
const PATIENCE_MS: usize = 60_000;
/// Facts that are written in turn; each value is the number of the write.
const KEYS: [&str; 3] = ["patch.critical_days", "auth.device_lock_failures", "password.lockout_failures"];

fn start(place: &Place, more: &[&str]) -> (Child, String) {
    let data = place.data.display().to_string();
    let mut command = Command::new(env!("CARGO_BIN_EXE_ishigaki"));
    command.args(["serve", "--data", &data, "--listen", "127.0.0.1:0"]).args(more).stdout(Stdio::piped()).stderr(Stdio::inherit());
    if let Some(url) = &place.database {
        command.args(["--database", url]);
    }
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.split("http://").nth(1).unwrap_or_else(|| panic!("no address in {line:?}")).trim().to_owned();
    (child, address)
}

/// One write; true if it was acknowledged.
fn put(address: &str, token: &str, key: &str, value: i64) -> bool {
    let body = format!("{{\"answer\":\"{value}\"}}");
    let Ok(mut stream) = TcpStream::connect(address) else { return false };
    let request = format!(
        "PUT /api/v1/facts/{key} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let mut answer = Vec::new();
    let sent = stream.write_all(request.as_bytes()).and_then(|()| stream.read_to_end(&mut answer));
    sent.is_ok() && answer.starts_with(b"HTTP/1.1 200")
}

/// Claims a fresh instance; returns its administrator's scope and API token.
async fn claimed(place: &Place) -> (Scope, String) {
    let app = server::open_app(place, Config::default(), FirstCode::default()).await.unwrap();
    let cx = Cx::without_request(&app, None);
    let input = ClaimInput {
        login: "admin".into(),
        person_name: "x".into(),
        password: "みずうみの上の赤い橋".into(),
        organisation: OrganisationInput { name: "石垣精工".into(), ..OrganisationInput::default() },
    };
    let (person, organisation) = people::instance_claim(&cx, &input).await.unwrap();
    let scope = Scope::granted(organisation, person, Role::Admin);
    let mut tx = cx.write().await.unwrap();
    let token = people::token_create(&cx, &mut tx, &scope, "kill").await.unwrap().reveal().to_owned();
    tx.commit().await.unwrap();
    app.store.close().await;
    (scope, token)
}

async fn hundred_kills(place: Place) {
    let (scope, token) = claimed(&place).await;
    let acknowledged: Arc<[AtomicI64; 3]> = Arc::new([const { AtomicI64::new(0) }; 3]);
    for round in 0..KILLS {
        let before: i64 = acknowledged.iter().map(|a| a.load(Ordering::SeqCst)).sum();
        let (mut child, address) = start(&place, &[]);
        let running = Arc::new(AtomicBool::new(true));
        let writers: Vec<_> = (0..KEYS.len())
            .map(|k| {
                let (acknowledged, running, token, address) =
                    (Arc::clone(&acknowledged), Arc::clone(&running), token.clone(), address.clone());
                std::thread::spawn(move || {
                    // Every write carries the next number of its fact, acknowledged or not.
                    // Nine a round stay below a thousand, the largest value that all three facts take.
                    let first = acknowledged[k].load(Ordering::SeqCst) + 1;
                    for next in first..first + 9 {
                        if running.load(Ordering::SeqCst) && put(&address, &token, KEYS[k], next) {
                            acknowledged[k].store(next, Ordering::SeqCst);
                        }
                    }
                })
            })
            .collect();
        // Not before two writes of this round are acknowledged, however slow the machine is, and
        // then at a different moment each time.
        let total = || acknowledged.iter().map(|a| a.load(Ordering::SeqCst)).sum::<i64>();
        let waited = (0..PATIENCE_MS).take_while(|_| {
            std::thread::park_timeout(Duration::from_millis(1));
            total() < before + 2
        });
        assert!(waited.count() < PATIENCE_MS, "round {round}: nothing is acknowledged");
        std::thread::park_timeout(Duration::from_millis(u64::try_from(round * 7 % 20).unwrap()));
        child.kill().unwrap();
        child.wait().unwrap();
        running.store(false, Ordering::SeqCst);
        for writer in writers {
            writer.join().unwrap();
        }
    }
    let app = server::open_app(&place, Config::default(), FirstCode::default()).await.unwrap();
    let report = store::ledger_verify(&app.store).await.unwrap();
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    let catalog = schemes::Catalog::shipped().unwrap();
    let mut tx = app.store.read().await.unwrap();
    let facts = evidence::company_facts(&mut tx, &scope, &catalog).await.unwrap();
    drop(tx);
    for (key, acknowledged) in KEYS.iter().zip(acknowledged.iter()) {
        let wanted = acknowledged.load(Ordering::SeqCst);
        assert!(wanted > 0, "{key} was never written; the test proves nothing about it");
        let stored: i64 = facts[*key].answer.value_text().parse().unwrap();
        assert!(stored >= wanted, "{key}: {wanted} was acknowledged, {stored} is stored");
    }
    app.store.close().await;
    let data = place.data.display().to_string();
    let mut verify = Command::new(env!("CARGO_BIN_EXE_ishigaki"));
    verify.args(["audit", "verify", "--data", &data]);
    if let Some(url) = &place.database {
        verify.args(["--database", url]);
    }
    let out = verify.output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stdout));
    if place.database.is_none() {
        alter_one_byte(&place);
        let out = verify.output().unwrap();
        assert_eq!(out.status.code(), Some(1));
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        let entry = format!("entry {}/5:", scope.id());
        assert!(text.contains(&entry), "{text}");
    }
}

/// Changes one byte of one ledger row in the file, as an intruder with an editor would.
fn alter_one_byte(place: &Place) {
    let path = place.data.join("ishigaki.db");
    std::thread::scope(|s| {
        s.spawn(|| {
            tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
                use sqlx::{Connection as _, Executor as _};
                let mut c = sqlx::SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap();
                let done = c
                    .execute(sqlx::raw_sql(
                        "UPDATE store_ledger SET object_id = 'X' || SUBSTR(object_id, 2) WHERE seq = 5 AND organisation_id <> 'system'",
                    ))
                    .await
                    .unwrap();
                assert_eq!(done.rows_affected(), 1);
                c.close().await.unwrap();
            });
        });
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn no_acknowledged_fact_is_lost_in_a_hundred_kills_sqlite() {
    let folder = TempFolder::new("kill");
    hundred_kills(Place { data: folder.path().to_owned(), database: None }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_acknowledged_fact_is_lost_in_a_hundred_kills_postgres() {
    let Ok(base) = std::env::var("ISHIGAKI_TEST_POSTGRES") else {
        assert!(std::env::var("CI").is_err(), "CI without PostgreSQL");
        return testkit::note("LEFT OUT: PostgreSQL. Run `cargo xtask test` to test both engines.");
    };
    let folder = TempFolder::new("kill-pg");
    let url = testkit::fresh_database(&base).await;
    hundred_kills(Place { data: folder.path().to_owned(), database: Some(url) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_taken_while_facts_are_written_restores_whole() {
    let folder = TempFolder::new("backup");
    let place = Place { data: folder.path().join("data"), database: None };
    let (scope, token) = claimed(&place).await;
    let (mut child, address) = start(&place, &[]);
    let running = Arc::new(AtomicBool::new(true));
    let writer = {
        let (running, token, address) = (Arc::clone(&running), token, address);
        std::thread::spawn(move || {
            let mut written = 0;
            while running.load(Ordering::SeqCst) && written < 999 {
                written += i64::from(put(&address, &token, KEYS[0], written + 1));
            }
            written
        })
    };
    let file = folder.path().join("copy.tar").display().to_string();
    let data = place.data.display().to_string();
    let other = folder.path().join("other").display().to_string();
    let ishigaki = |args: &[&str]| Command::new(env!("CARGO_BIN_EXE_ishigaki")).args(args).output().unwrap();
    let made = ishigaki(&["backup", &file, "--data", &data, "--json"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    running.store(false, Ordering::SeqCst);
    assert!(writer.join().unwrap() > 0, "facts were written meanwhile");
    child.kill().unwrap();
    child.wait().unwrap();
    let restored = ishigaki(&["restore", &file, "--data", &other]);
    assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
    assert!(ishigaki(&["audit", "verify", "--data", &other]).status.success());
    let again = ishigaki(&["restore", &file, "--data", &other]);
    assert_eq!(again.status.code(), Some(2), "never over existing data");
    let app = server::open_app(&Place { data: other.into(), database: None }, Config::default(), FirstCode::default()).await.unwrap();
    let mut tx = app.store.read().await.unwrap();
    let facts = evidence::company_facts(&mut tx, &scope, &schemes::Catalog::shipped().unwrap()).await.unwrap();
    assert!(facts.len() <= 1, "only what was written until then");
}

/// Requests of the wave that is killed, and how often.
const REQUESTS: usize = 1_000;
const WAVE_KILLS: usize = 6;

/// A wave to a thousand suppliers, accepted but not sent.
async fn accepted(place: &Place) {
    let (scope, _) = claimed(place).await;
    // Letters leave at any hour here, so that the test does not depend on when it runs.
    let rules = include_str!("../../../../rules/supplier-requests.toml").replace("from_hour = 9", "on_days_off = true\nfrom_hour = 0");
    std::fs::create_dir_all(place.data.join("rules")).unwrap();
    std::fs::write(place.data.join("rules/supplier-requests.toml"), rules.replace("to_hour = 17", "to_hour = 24")).unwrap();
    let app = server::open_app(place, Config::default(), FirstCode::default()).await.unwrap();
    let cx = Cx::without_request(&app, None);
    let mut tx = cx.write().await.unwrap();
    for n in 0..REQUESTS {
        let contact = (String::new(), format!("s{n}@example.jp"), String::new());
        let input =
            suppliers::SupplierInput { name: format!("架空商会 {n}"), contacts: vec![contact], ..suppliers::SupplierInput::default() };
        suppliers::supplier_edit(&cx, &mut tx, &scope, None, &input).await.unwrap();
    }
    let draft = suppliers::wave_add(&cx, &mut tx, &scope, "").await.unwrap();
    let input = suppliers::WaveInput {
        title: "2026年の確認".to_owned(),
        set: "yearly".to_owned(),
        need: "供給を一緒に守るために伺います。".to_owned(),
        cost: "費用は協議のうえ分担いたします。".to_owned(),
        contact: "購買部 03-0000-0000".to_owned(),
        deadline: cx.now().day().plus_days(60).to_string(),
        ..suppliers::WaveInput::default()
    };
    let draft = suppliers::wave_save(&cx, &mut tx, &scope, &draft.wave_id, &input, draft.revision).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(suppliers::wave_send(&cx, &scope, &draft.wave_id, draft.revision, false).await.unwrap(), REQUESTS);
    app.store.close().await;
}

async fn killed_wave(place: Place) {
    accepted(&place).await;
    let sink = crate::sink::Sink::start().await;
    let patience = |wanted: usize| {
        for _ in 0..PATIENCE_MS * 2 {
            if sink.letters().iter().map(|l| l.id.clone()).collect::<std::collections::BTreeSet<_>>().len() >= wanted {
                return;
            }
            std::thread::park_timeout(Duration::from_millis(1));
        }
        panic!("{} letters arrived, {wanted} wanted", sink.letters().len());
    };
    for round in 0..WAVE_KILLS {
        let (mut child, _) = start(&place, &["--smtp", &sink.address]);
        // Once while requests are still being made, then in the middle of sending.
        if round > 0 {
            patience(round * REQUESTS / (WAVE_KILLS + 1));
        }
        std::thread::park_timeout(Duration::from_millis(u64::try_from(round * 37 % 90).unwrap()));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let (mut child, _) = start(&place, &["--smtp", &sink.address]);
    patience(REQUESTS);
    child.kill().unwrap();
    child.wait().unwrap();
    let letters = sink.letters();
    let to: std::collections::BTreeSet<&str> = letters.iter().map(|l| l.to[0].as_str()).collect();
    let by_id: std::collections::BTreeMap<&str, &crate::sink::Arrived> = letters.iter().map(|l| (l.id.as_str(), l)).collect();
    assert_eq!((to.len(), by_id.len()), (REQUESTS, REQUESTS), "nobody is left out, and nobody gets two different letters");
    // A letter the server took in the very moment of a kill goes out again as the same letter.
    assert!(letters.len() <= REQUESTS + WAVE_KILLS, "{} letters", letters.len());
    let same = |a: &crate::sink::Arrived, b: &crate::sink::Arrived| (&a.to, &a.subject, &a.body) == (&b.to, &b.subject, &b.body);
    assert!(letters.iter().all(|l| same(by_id[l.id.as_str()], l)), "a second copy is the same letter");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wave_of_a_thousand_survives_kills_on_sqlite() {
    let folder = TempFolder::new("wave");
    killed_wave(Place { data: folder.path().to_owned(), database: None }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wave_of_a_thousand_survives_kills_on_postgres() {
    let Ok(base) = std::env::var("ISHIGAKI_TEST_POSTGRES") else {
        assert!(std::env::var("CI").is_err(), "CI without PostgreSQL");
        return testkit::note("LEFT OUT: PostgreSQL. Run `cargo xtask test` to test both engines.");
    };
    let folder = TempFolder::new("wave-pg");
    killed_wave(Place { data: folder.path().to_owned(), database: Some(testkit::fresh_database(&base).await) }).await;
}
