//! The public register: awarded, found, checked, revoked; on both engines, by the page, the API
//! and the command word, with second verifiers for the log.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::{Day, Role, Scope};
use register::{Award, EntryState, Finding, Holder, award, entry_change, star_verify};
use schemes::{Catalog, Scheme, Subject};
use serde_json::{Value, json};
use tlog_tiles::{Hash, check_record, check_tree, record_hash};
use web::Cx;

use crate::harness::{World, encode, worlds};

/// A star that ends in a year, for a name.
fn star<'a>(scheme: &'a Scheme, number: &str, name: &str, kana: &str, company: &str) -> Award<'a> {
    Award {
        scheme,
        number: number.to_owned(),
        subject: Subject::Organisation,
        site_id: String::new(),
        holder: Holder {
            name: name.to_owned(),
            kana: kana.to_owned(),
            corporate_number: company.to_owned(),
            prefecture: "23".to_owned(),
            industry: "E".to_owned(),
            employee_band: "51-100".to_owned(),
        },
        scope: "全社".to_owned(),
        confirmer: "架空評価機関".to_owned(),
        fields: BTreeMap::new(),
        from: Day::parse("2026-11-21").unwrap(),
        to: Some(Day::parse("2027-11-20").unwrap()),
    }
}

/// Awards stars to the organisation A社, each in a transaction of its own.
pub(crate) async fn awarded(w: &World, names: &[(&str, &str, &str, &str)]) {
    let catalog = Catalog::shipped().unwrap();
    let scheme = catalog.newest().max_by_key(|s| s.file.rung).unwrap();
    let scope = Scope::granted(w.a.id.clone(), w.a.people[&Role::Admin].clone(), Role::Admin);
    for (number, name, kana, company) in names {
        let mut tx = w.cx().write().await.unwrap();
        award(&w.cx(), &mut tx, &scope, &star(scheme, number, name, kana, company)).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// Numbers found by a text, through the public API.
async fn found(w: &World, text: &str) -> Vec<String> {
    let body = w.api("GET", &format!("/api/v1/register?q={}", encode(text)), "", Value::Null).await.json();
    body["rows"].as_array().unwrap().iter().map(|r| r["number"].as_str().unwrap().to_owned()).collect()
}

/// A context for an operator of the register, who is not of the holder's organisation.
fn operator(w: &World) -> Cx {
    let scope = Scope::granted(w.b.id.clone(), w.b.people[&Role::Registrar].clone(), Role::Registrar);
    Cx::without_request(&w.app, Some(scope))
}

async fn change(w: &World, number: &str, state: EntryState) -> Result<(), web::Problem> {
    let cx = operator(w);
    let mut tx = cx.write().await?;
    entry_change(&cx, &mut tx, number, state, "届出と事実が違ったため").await?;
    Ok(tx.commit().await?)
}

const NAMES: &[(&str, &str, &str, &str)] = &[
    ("S-1", "株式会社石垣精工", "イシガキセイコウ", "7000012050002"),
    ("S-2", "石垣工業株式会社", "イシガキコウギョウ", ""),
    ("S-3", "髙﨑キヤノン商會", "タカサキキャノンショウカイ", ""),
    ("S-4", "東海石垣精工販売", "", ""),
];

#[tokio::test]
async fn a_name_is_found_in_whatever_writing() {
    for w in worlds().await {
        awarded(&w, NAMES).await;
        assert_eq!(found(&w, "石垣精工").await, ["S-1", "S-4"], "names that begin so come first");
        for text in ["石垣精工㈱", "（株）石垣　精工", "いしがきせいこう", "ｲｼｶﾞｷｾｲｺｳ", "7000012050002", "７００００１２０５０００２", "s-1"]
        {
            assert_eq!(found(&w, text).await.first().map(String::as_str), Some("S-1"), "{text}");
        }
        assert_eq!(found(&w, "高崎キャノン商会").await, ["S-3"]);
        assert_eq!(found(&w, "垣").await.len(), 3, "one character is enough");
        assert_eq!(found(&w, "東海 販売").await, ["S-4"], "several words in any order");
        assert_eq!(found(&w, "ない会社").await, Vec::<String>::new());
        assert_eq!(found(&w, "%").await, Vec::<String>::new(), "signs of patterns are plain characters");
        let wrong = w.api("GET", "/api/v1/register?q=7000012050003", "", Value::Null).await.json();
        assert!(wrong["hint"].as_str().unwrap().contains("検査用数字"), "{wrong}");
        let page = w.get(&format!("/register?q={}&prefecture=23", encode("石垣精工")), "").await;
        assert!(page.status == 200 && page.body.contains("愛知県") && page.body.contains("有効"), "{}", page.body);
        assert!(
            !w.get(&format!("/register?q={}&on=2028-01-01", encode("石垣精工")), "").await.body.contains("S-1"),
            "it did not hold then"
        );
        assert!(w.get("/register?on=2026-12-01", "").await.body.contains("S-1"));
    }
}

#[tokio::test]
async fn a_star_verifies_until_it_is_revoked_and_the_log_shows_both() {
    for w in worlds().await {
        awarded(&w, NAMES).await;
        let entry = w.api("GET", "/api/v1/register/S-1", "", Value::Null).await.json();
        let star = entry["star"].as_str().unwrap().to_owned();
        let verdict = async |text: String| w.api("POST", "/api/v1/register/verify", "", json!({ "star": text })).await.json();
        assert_eq!(verdict(star.clone()).await["finding"], "good");
        assert_eq!(verdict("S-1".into()).await["statement"]["name"], "株式会社石垣精工");
        let before = tree(&w).await;
        change(&w, "S-1", EntryState::Suspended).await.unwrap();
        assert_eq!(verdict(star.clone()).await["finding"], "suspended");
        change(&w, "S-1", EntryState::Valid).await.unwrap();
        change(&w, "S-1", EntryState::Revoked).await.unwrap();
        assert_eq!(
            (&verdict(star.clone()).await["finding"], &verdict(star.clone()).await["day"]),
            (&json!("revoked"), &json!("2026-11-21"))
        );
        assert!(change(&w, "S-1", EntryState::Valid).await.is_err(), "revoked stays revoked");
        assert_eq!(verdict(star.replace("★", "☆")).await["finding"], "forged");
        let page = w.get("/register/verify?number=S-1", "").await.body;
        assert!(page.contains("取り消されています") && page.contains("2026年11月21日"), "{page}");
        let page = w.get("/register/entries/S-1", "").await.body;
        assert!(page.contains("届出と事実が違ったため") && page.contains("class=\"qr\""));
        let after = tree(&w).await;
        assert_eq!((before.0, after.0), (4, 7), "three changes are three leaves");
        let lines = w.get("/register/log/consistency?from=4&to=7", "").await.body;
        let proof: Vec<Hash> = lines.lines().map(|l| Hash(STANDARD.decode(l).unwrap().try_into().unwrap())).collect();
        check_tree(&proof, after.0, after.1, before.0, before.1).unwrap();
        assert_eq!(w.get("/register/log/consistency?from=8&to=7", "").await.status, 404);
    }
}

/// Size and root of the log as another program reads them.
async fn tree(w: &World) -> (u64, Hash) {
    let (checkpoint, keys) = (w.get("/register/log/checkpoint", "").await.body, w.get("/register/keys", "").await.body);
    let known: Vec<Box<dyn signed_note::Verifier>> =
        keys.lines().map(|k| Box::new(signed_note::StandardVerifier::new(k).unwrap()) as Box<dyn signed_note::Verifier>).collect();
    let note = signed_note::Note::from_bytes(checkpoint.as_bytes()).unwrap();
    let (good, _) = note.verify(&signed_note::VerifierList::new(known)).unwrap();
    assert_eq!(good.len(), 1);
    let tree = tlog_tiles::Checkpoint::from_bytes(note.text()).unwrap();
    (tree.size(), *tree.hash())
}

#[tokio::test]
async fn another_verifier_accepts_proofs_and_tiles() {
    for w in worlds().await {
        let names: Vec<(String, String)> = (0..21).map(|n| (format!("S-{n}"), format!("架空{n}製作所"))).collect();
        awarded(&w, &names.iter().map(|(n, name)| (n.as_str(), name.as_str(), "", "")).collect::<Vec<_>>()).await;
        let (size, root) = tree(&w).await;
        assert_eq!(size, 21);
        let hashes = w.bytes("/register/log/tile/0/000.p/21", "").await;
        let leaves = w.bytes("/register/log/tile/entries/000.p/21", "").await;
        let mut rest = leaves.as_slice();
        for n in 0..21_u64 {
            let length = usize::from(u16::from_be_bytes([rest[0], rest[1]]));
            let (body, after) = rest[2..].split_at(length);
            rest = after;
            let at = usize::try_from(n).unwrap() * 32;
            assert_eq!(record_hash(body).0, hashes[at..at + 32], "leaf {n}");
            assert!(!String::from_utf8_lossy(body).contains("架空"), "no name in what can never be removed");
            let text = w.get(&format!("/register/entries/S-{n}/proof"), "").await.body;
            assert!(text.starts_with("c2sp.org/tlog-proof@v1\n") && text.contains(&format!("\nindex {n}\n")), "{text}");
            let lines = text.lines().skip(3).take_while(|l| !l.is_empty());
            let proof: Vec<Hash> = lines.map(|l| Hash(STANDARD.decode(l).unwrap().try_into().unwrap())).collect();
            check_record(&proof, size, root, n, record_hash(body)).unwrap();
        }
        assert_eq!(w.get("/register/log/tile/0/000", "").await.status, 404, "a tile that is not full has its width in its name");
        assert_eq!(w.get("/register/log/tile/0/../../x", "").await.status, 404);
    }
}

#[tokio::test]
async fn figures_are_kept_with_every_award() {
    for w in worlds().await {
        awarded(&w, NAMES).await;
        let d = w.api("GET", "/api/v1/register-statistics", "", Value::Null).await.json();
        assert_eq!(
            (&d["total"], &d["prefectures"]["23"], &d["quarters"]["2026-Q4"], &d["large_cities"]),
            (&json!(4), &json!(4), &json!(4), &json!(4))
        );
        let none = w.api("GET", "/api/v1/register-statistics?scheme=csm-3", "", Value::Null).await.json();
        assert_eq!(none["total"], 0);
        let page = w.get("/register/statistics", "").await.body;
        assert!(page.contains("三大都市圏 4件") && page.contains("愛知県"), "{page}");
    }
}

#[tokio::test]
async fn keys_rotate_and_a_stolen_one_can_be_shut_off() {
    for w in worlds().await {
        awarded(&w, &NAMES[..1]).await;
        let cx = operator(&w);
        let old = w.get("/register/keys", "").await.body.trim().to_owned();
        let good = w.api("GET", "/api/v1/register/S-1", "", Value::Null).await.json()["star"].as_str().unwrap().to_owned();
        let mut tx = cx.write().await.unwrap();
        register::key_close(&cx, &mut tx, &old, Day::parse("2026-11-22").unwrap()).await.unwrap();
        tx.without_record("the command word records it");
        tx.commit().await.unwrap();
        let keys = w.get("/register/keys", "").await.body;
        assert!(keys.lines().count() == 2 && keys.contains(&format!("closed 2026-11-22 {old}")), "{keys}");
        let mut tx = cx.read().await.unwrap();
        assert_eq!(star_verify(&cx, &mut tx, &good).await.unwrap().finding, Finding::Good, "what it signed before goes on to count");
        let list = w.get("/register/status", "").await.body;
        assert!(list.contains("\nclosed 2026-11-22 ") && list.contains("\nkept "), "{list}");
        drop(tx);
        awarded(&w, &NAMES[1..2]).await;
        let new = w.api("GET", "/api/v1/register/S-2", "", Value::Null).await.json()["star"].as_str().unwrap().to_owned();
        assert_ne!(new.lines().last().unwrap().get(..40), good.lines().last().unwrap().get(..40), "another key signs now");
    }
}

#[tokio::test]
async fn scraping_is_slowed_down_and_told_where_the_file_is() {
    for w in worlds().await {
        let mut last = 200;
        for _ in 0..130 {
            last = w.get("/register?q=x", "").await.status;
        }
        assert_eq!(last, 429);
        let told = w.get("/register?q=x", "").await.body;
        assert!(told.contains("一括のファイル"), "{told}");
        let session = w.sign_in("a-viewer").await;
        assert_eq!(w.get("/register?q=x", &session).await.status, 200, "people who are signed in are not counted");
        w.clock.advance_seconds(60);
        assert_eq!(w.get("/register?q=x", "").await.status, 200);
    }
}

#[tokio::test]
async fn names_from_outside_become_neither_markup_nor_formulas() {
    for w in worlds().await {
        awarded(&w, &[("S-1", "=1+1<script>alert(1)</script>石垣", "", "")]).await;
        let page = w.get(&format!("/register?q={}", encode("石垣")), "").await.body;
        assert!(page.contains("&#60;script&#62;") || page.contains("&lt;script&gt;"), "{page}");
        assert!(!page.contains("<script>alert"));
    }
}

/// What a command word came to: exit status and standard output.
fn word(args: &[&str]) -> (i32, String) {
    let out = std::process::Command::new(env!("CARGO_BIN_EXE_ishigaki")).args(args).output().unwrap();
    (out.status.code().unwrap(), String::from_utf8_lossy(&out.stdout).into_owned())
}

#[tokio::test]
async fn the_command_word_says_good_ended_or_forged() {
    let folder = testkit::TempFolder::new("register-word");
    let (data, at) = (folder.path().display().to_string(), |name: &str| folder.path().join(name).display().to_string());
    let place = server::Place { data: folder.path().to_path_buf(), database: None };
    let app = server::open_app(&place, web::Config::default(), people::FirstCode::default()).await.unwrap();
    let organisation =
        people::OrganisationInput {
            name: "石垣精工".into(), employee_band: "51-100".into(), industry: "E".into(), ..Default::default()
        };
    let claim =
        people::ClaimInput { login: "soumu".into(), person_name: "総務".into(), password: crate::harness::PASSWORD.into(), organisation };
    let cx = Cx::without_request(&app, None);
    let (person, id) = people::instance_claim(&cx, &claim).await.unwrap();
    let scope = Scope::granted(id, person, Role::Admin);
    let (catalog, today) = (Catalog::shipped().unwrap(), cx.now().day());
    let scheme = catalog.newest().max_by_key(|s| s.file.rung).unwrap();
    let mut tx = cx.write().await.unwrap();
    for (number, to) in [("S-1", 30), ("S-2", -1), ("S-3", 30)] {
        let dates = (today.plus_days(-300), Some(today.plus_days(to)));
        let named = star(scheme, number, "株式会社石垣精工", "", "");
        award(&cx, &mut tx, &scope, &Award { from: dates.0, to: dates.1, ..named }).await.unwrap();
    }
    let signed = Cx::without_request(&app, Some(scope.clone()));
    entry_change(&signed, &mut tx, "S-3", EntryState::Revoked, "虚偽").await.unwrap();
    tx.commit().await.unwrap();
    app.store.close().await;
    let (code, found) = word(&["register", "search", "石垣精工", "--json", "--data", &data]);
    assert!(code == 0 && serde_json::from_str::<Value>(&found).unwrap()["rows"].as_array().unwrap().len() == 3, "{found}");
    let (code, _) = word(&["register", "publish", &at("public"), "--data", &data]);
    let read = |name: &str| std::fs::read_to_string(folder.path().join("public").join(name)).unwrap();
    let (csv, lines, note) = (read("entries.csv"), read("entries.jsonl"), read("entries.txt"));
    assert!(code == 0 && csv.lines().count() == 4 && lines.lines().count() == 3, "{csv}");
    let last: Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    assert_eq!((&last["number"], &last["state"]), (&json!("S-3"), &json!("revoked")));
    assert!(note.contains(&format!("entries.csv {}\n", kernel::sha256_hex(csv.as_bytes()))), "{note}");
    let key = register::Verifier::parse(word(&["register", "keys", "--data", &data]).1.trim()).unwrap();
    register::open(&note, &[key]).unwrap();
    std::fs::write(at("keys.txt"), word(&["register", "keys", "--data", &data]).1).unwrap();
    std::fs::write(at("status.txt"), word(&["register", "status", "--data", &data]).1).unwrap();
    let star = |number: &str| {
        let text = word(&["register", "verify", number, "--data", &data, "--json"]).1;
        serde_json::from_str::<Value>(&text).unwrap()["finding"].as_str().unwrap().to_owned()
    };
    assert_eq!(["S-1", "S-2", "S-3"].map(star), ["good", "expired", "revoked"]);
    let app = server::open_app(&place, web::Config::default(), people::FirstCode::default()).await.unwrap();
    let world = web::router(&app, &server::routes());
    for (number, code, says) in [("S-1", 0, "good"), ("S-2", 1, "expired"), ("S-3", 1, "revoked")] {
        let request =
            axum::http::Request::builder().uri(format!("/register/entries/{number}/star")).body(axum::body::Body::empty()).unwrap();
        let answer = tower::ServiceExt::oneshot(world.clone(), request).await.unwrap();
        let text = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        std::fs::write(at(number), &text).unwrap();
        let (keys, list) = (at("keys.txt"), at("status.txt"));
        let offline = |file: &str, day: &str| word(&["register", "verify", file, "--keys", &keys, "--list", &list, "--day", day]);
        let (got, out) = offline(&at(number), &today.to_string());
        assert!(got == code && out.starts_with(says), "{number}: {got} {out}");
        let forged = String::from_utf8_lossy(&text).replace("全社", "全社と子会社");
        assert_eq!(offline(&forged, &today.to_string()).0, 2);
        assert_eq!(offline(&forged[..120], &today.to_string()).0, 2, "cut off");
        let later = offline(&at("S-1"), &today.plus_days(20).to_string());
        assert!(number != "S-1" || (later.0 == 1 && later.1.starts_with("old_list")), "a replayed list proves nothing: {later:?}");
    }
    app.store.close().await;
}

/// Answers everything the newest version of a scheme reads, for A社.
async fn answered(w: &World, scheme: &str) {
    let catalog = Catalog::shipped().unwrap();
    let scheme = catalog.scheme(scheme, None).unwrap();
    let mut facts = serde_json::Map::new();
    let keys = scheme.facts().map(str::to_owned).chain(["governance.policy".into(), "governance.policy_published".into()]);
    for key in keys {
        let value = match catalog.fact(&key).unwrap().kind() {
            schemes::FactKind::Practice => "done",
            schemes::FactKind::YesNo => "yes",
            schemes::FactKind::Choice
            | schemes::FactKind::Set
            | schemes::FactKind::Number
            | schemes::FactKind::Date
            | schemes::FactKind::Text => "unknown",
        };
        facts.insert(key, json!(value));
    }
    let sent = w.api("POST", "/api/v1/facts", &w.a.tokens[&Role::Admin], json!({ "facts": facts })).await;
    assert_eq!(sent.status, 200, "{}", sent.body);
}

#[tokio::test]
async fn a_company_declares_and_everybody_can_check_it() {
    for w in worlds().await {
        let (admin, president) = (w.sign_in("a-admin").await, w.sign_in("a-president").await);
        let begun = w.post("/stars", &admin, &[("scheme", "security-action-2")]).await;
        assert_eq!(begun.status, 303, "{}", begun.body);
        let path = begun.header("location").to_owned();
        let page = w.get(&path, &admin).await.body;
        assert!(page.contains("足りない") && page.contains("/facts/") && page.contains("役割が「社長」の人だけ"), "{page}");
        let twice = w.post("/stars", &admin, &[("scheme", "security-action-2")]).await;
        assert!(twice.status == 409 && twice.body.contains("同じ制度の申請が進んでいます"), "{}", twice.body);
        let name = w.get("/account", &president).await.body;
        let name = name.split("href=\"/account\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
        let sign = [("name", name.as_str()), ("agreed", "yes")];
        let early = w.post(&format!("{path}/declare"), &president, &sign).await;
        assert!(early.status == 422 && early.body.contains("まだ宣言できません"), "{}", early.body);
        answered(&w, "security-action-2").await;
        let fields = [("scope", "会社全体と第一工場"), ("kana", "エーシャ"), ("prefecture", "23"), ("revision", "1")];
        assert_eq!(w.post(&path, &admin, &fields).await.status, 303);
        assert_eq!(w.post(&path, &admin, &fields).await.status, 409, "a second window does not overwrite the first");
        for wrong in [[("name", "ほかの人"), ("agreed", "yes")], [("name", name.as_str()), ("agreed", "")]] {
            assert_eq!(w.post(&format!("{path}/declare"), &president, &wrong).await.status, 422);
        }
        assert_eq!(w.post(&format!("{path}/declare"), &admin, &sign).await.status, 403, "only the head declares");
        let done = w.post(&format!("{path}/declare"), &president, &sign).await;
        assert_eq!(done.status, 303, "{}", done.body);
        let number = done.header("location").split('/').nth(2).unwrap().to_owned();
        assert!(number.len() == 11 && number.starts_with('5'), "{number}");
        let paper = w.get(&format!("/stars/{number}/certificate"), &president).await.body;
        assert!(paper.contains("令和8年") && paper.contains("会社全体と第一工場") && paper.contains("class=\"qr\""), "{paper}");
        assert_eq!(found(&w, "えーしゃ").await, [number.as_str()]);
        let verdict = w.api("POST", "/api/v1/register/verify", "", json!({ "star": number })).await.json();
        assert_eq!((&verdict["finding"], &verdict["statement"]["by"]), (&json!("good"), &json!("自己宣言")));
        let again = w.post("/stars", &admin, &[("scheme", "security-action-2")]).await;
        assert!(again.status == 409 && again.body.contains("すでに持っています"), "one star per company");
        assert_eq!(w.post(&format!("/stars/{number}/end"), &w.sign_in("b-admin").await, &[]).await.status, 404);
        assert_eq!(w.post(&format!("/stars/{number}/end"), &admin, &[]).await.status, 303);
        let verdict = w.api("POST", "/api/v1/register/verify", "", json!({ "star": number })).await.json();
        assert_eq!(verdict["finding"], "revoked");
        assert_eq!(w.post("/stars", &admin, &[("scheme", "security-action-2")]).await.status, 303, "then it can be declared anew");
    }
}

#[tokio::test]
async fn what_has_no_public_text_or_no_rules_cannot_be_applied_for() {
    for w in worlds().await {
        let admin = &w.a.tokens[&Role::Admin];
        let pending = w.api("POST", "/api/v1/stars", admin, json!({ "scheme": "cyberinfra-1" })).await;
        assert!(pending.status == 409 && pending.body.contains("本文が公開されていない"), "{}", pending.body);
        assert_eq!(w.api("POST", "/api/v1/stars", admin, json!({ "scheme": "csm-3" })).await.status, 404);
        let offers = w.api("GET", "/api/v1/stars", admin, Value::Null).await.json();
        assert!(offers["offers"].as_array().unwrap().len() >= 4, "{offers}");
    }
}

#[tokio::test]
async fn the_files_of_the_day_are_written_once_and_anybody_fetches_them() {
    for w in worlds().await {
        assert!(!register::bulk_daily(&w.cx()).await.unwrap(), "nothing to write before the first star");
        assert!(w.get("/register/files", "").await.body.contains("まだファイルがありません"));
        assert_eq!(w.get("/register/files/entries.csv", "").await.status, 404);
        awarded(&w, NAMES).await;
        assert!(register::bulk_daily(&w.cx()).await.unwrap());
        assert!(!register::bulk_daily(&w.cx()).await.unwrap(), "once a day");
        let csv = w.get("/register/files/entries.csv", "").await;
        assert_eq!(csv.header("content-length"), csv.body.len().to_string());
        assert_eq!(csv.body.lines().count(), NAMES.len() + 1);
        let note = w.get("/register/files/entries.txt", "").await.body;
        assert!(note.contains(&kernel::sha256_hex(csv.body.as_bytes())), "{note}");
        assert!(w.get("/register/files", "").await.body.contains(&format!("entries {}", NAMES.len())));
        for name in ["..%2Fishigaki.db", "entries.csv.part", "entries"] {
            assert_eq!(w.get(&format!("/register/files/{name}"), "").await.status, 404, "{name}");
        }
        w.clock.advance_seconds(86_400);
        assert!(register::bulk_daily(&w.cx()).await.unwrap(), "the next day again");
    }
}

#[tokio::test]
async fn a_clock_that_was_moved_changes_what_holds_and_never_the_log() {
    for w in worlds().await {
        awarded(&w, NAMES).await;
        let finding = async || w.api("POST", "/api/v1/register/verify", "", json!({ "star": "S-1" })).await.json()["finding"].clone();
        let size = async || w.get("/register/log/checkpoint", "").await.body.lines().nth(1).unwrap().parse::<u64>().unwrap();
        assert_eq!((finding().await, size().await), (json!("good"), NAMES.len() as u64));
        w.clock.advance_seconds(-10 * 86_400);
        assert_eq!(finding().await, "early", "the clock went back before its first day");
        change(&w, "S-2", EntryState::Suspended).await.unwrap();
        assert_eq!(size().await, NAMES.len() as u64 + 1, "the log only grows");
        w.clock.advance_seconds(10 * 86_400);
        assert_eq!(finding().await, "good");
        w.clock.advance_seconds(2 * 365 * 86_400);
        assert_eq!(finding().await, "expired");
    }
}

/// Rows in the layout of the national file: every number fits its check digit.
fn national(rows: std::ops::Range<u64>) -> String {
    let row = |n: u64| {
        let base = format!("{:012}", 100_000_000_000 + n);
        let digit = |(place, c): (usize, char)| u64::from(c.to_digit(10).unwrap()) * if place % 2 == 0 { 1 } else { 2 };
        let check = 9 - base.chars().rev().enumerate().map(digit).sum::<u64>() % 9;
        format!(
            "{n},{check}{base},01,0,2026-10-01,2026-10-01,\"架空{n}株式会社\",,301,愛知県,名古屋市,1,,23,100,4500001,,,,,,,2015-10-05,1,,,,,カクウ,0\n"
        )
    };
    rows.map(row).collect()
}

/// Reads some of a text, and then fails like a pulled plug.
struct Torn<'a>(&'a [u8]);

impl std::io::Read for Torn<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.0.is_empty() { Err(std::io::Error::other("torn")) } else { self.0.read(buffer) }
    }
}

#[tokio::test]
async fn the_national_file_is_taken_in_goes_on_after_a_stop_and_shows_names_back() {
    for w in worlds().await {
        let all = national(0..45_000);
        let part = national(0..25_000);
        let mut parts = 0;
        let stopped = people::companies_import(&w.cx(), Torn(part.as_bytes()), "file 1", |_| parts += 1).await;
        assert!(stopped.is_err() && parts == 1);
        let found = people::companies_import(&w.cx(), all.as_bytes(), "file 1", |_| {}).await.unwrap();
        assert_eq!((found.rows, found.before, found.companies, found.wrong), (45_000, 20_000, 25_000, 0));
        let again = people::companies_import(&w.cx(), all.as_bytes(), "file 1", |_| {}).await.unwrap();
        assert_eq!((again.before, again.companies), (0, 45_000), "a whole one is read anew");
        let number = all.lines().nth(30_000).unwrap().split(',').nth(1).unwrap().to_owned();
        let page = w.get(&format!("/register?q={number}"), "").await.body;
        assert!(page.contains("架空30000株式会社") && page.contains("台帳には載っていません"), "{page}");
        let child =
            w.api("POST", "/api/v1/organisations", &w.a.tokens[&Role::Admin], json!({ "name": "", "corporate_number": number })).await;
        assert_eq!(child.status, 200, "{}", child.body);
        let admin = w.sign_in("a-admin").await;
        assert!(w.get("/organisation", &admin).await.body.contains("架空30000株式会社"), "the name was completed");
        let other = all.lines().nth(7).unwrap().split(',').nth(1).unwrap().to_owned();
        let revision = w.get("/organisation", &admin).await.body;
        let revision = revision.split("name=\"revision\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let fields = [("name", "A社"), ("corporate_number", &other), ("employee_band", ""), ("industry", ""), ("revision", &revision)];
        assert_eq!(w.post("/organisation", &admin, &fields).await.status, 303);
        let page = w.get("/organisation", &admin).await.body;
        assert!(page.contains("架空7株式会社") && page.contains("下の名前と違います"), "{page}");
        let begun = w.post("/stars", &admin, &[("scheme", "ssdf-1.1")]).await;
        assert!(w.get(begun.header("location"), &admin).await.body.contains("公表されている名前は「架空7株式会社」"));
        for (text, says) in [("", "empty"), ("a,b\n1,2\n", "2 columns"), (&"x,y,z\n".repeat(200), "3 columns")] {
            let refused = people::companies_import(&w.cx(), text.as_bytes(), "", |_| {}).await.unwrap_err();
            assert!(refused.cause.contains(says), "{}", refused.cause);
        }
        let wrong = national(0..3).replace("架空1株", "\"\"架空1株").replacen(",01,", ",99,", 1);
        let found = people::companies_import(&w.cx(), wrong.as_bytes(), "", |_| {}).await.unwrap();
        assert!(found.companies >= 2, "{found:?}");
    }
}
