//! A fictional scheme for products, by files alone, goes through its whole life: applied for,
//! examined with findings and a visit, verified by another body, decided by a second person,
//! declared, registered, renewed and revoked. Whoever is not independent is refused.

use std::collections::BTreeMap;

use kernel::{Role, Scope};
use people::{MemberInput, OrganisationInput};
use serde_json::{Value, json};
use testkit::TempFolder;
use web::Config;

use crate::files::upload_body;
use crate::harness::{PASSWORD, World, world_with};

const OWN: &str = "{ status = \"unverified\", source = \"OWN\", date = \"2026-11-21\" }";

/// A data folder with the scheme 町工場★.
fn data() -> TempFolder {
    let folder = TempFolder::new("workshop");
    let place = folder.path().join("schemes/ishigaki-seiko/workshop/1.0.0");
    std::fs::create_dir_all(place.join("texts")).unwrap();
    let scheme = format!(
        "format = 1\nid = \"workshop\"\nversion = \"1.0.0\"\npublished = \"2026-11-21\"\noperator = \"架空の組合\"\nlicence = \"Apache-2.0\"\nsubject = \"product\"\n\
         award = {{ level = \"町工場★\", by = \"third_party\", provenance = {OWN} }}\nprovenance = {OWN}\ngroups = [\"all\"]\n\
         [scoring]\nkind = \"all_met\"\n[sources]\nOWN = {{ title = \"own\" }}\n\
         [[requirement]]\nid = \"w1\"\ngroup = \"all\"\ncriterion = [{{ id = \"w1\", rule = {{ fact = \"backup.taken\", is = \"done\" }} }}]\n\
         [[requirement]]\nid = \"w2\"\ngroup = \"all\"\ncriterion = [{{ id = \"w2\", ask = \"practice\" }}]\n"
    );
    let texts = "title = \"町工場★\"\nsummary = \"架空の制度です。\"\nhow = \"機関が審査します。\"\n[group]\nall = \"すべて\"\n\
                 [requirement]\nw1 = \"控えを取っている\"\nw2 = \"更新を配っている\"\n";
    let words = "declaration = \"この製品が基準を満たすことを宣言します。\"\nfees = \"無料\"\nclaims_before = []\nclaims_after = []\n\
                 steps = { examine = \"審査\", verify = \"技術検証\", decide = \"判定\", declare = \"宣言\", register = \"登録\" }\n\
                 parts = { body = \"審査機関\", lab = \"検証機関\", operator = \"組合\" }\nholds = { body = \"-\", lab = \"星\", operator = \"-\" }\n\
                 fields = { area = \"対象地域\", kind = \"種類\" }\noptions = { tool = \"工具\", lamp = \"照明\" }\n";
    let register = format!(
        "format = 1\nnumber = \"W-{{year}}-{{random:6}}\"\nterm_months = 24\nneeds = \"met\"\nprovenance = {OWN}\n\
         path = [{{ id = \"examine\", kind = \"examine\", part = \"body\", on_site = true }}, \
         {{ id = \"verify\", kind = \"examine\", part = \"lab\", criteria = false }}, \
         {{ id = \"decide\", kind = \"decide\", part = \"body\", other_than = [\"examine\"] }}, {{ id = \"declare\", kind = \"declare\" }}, \
         {{ id = \"register\", kind = \"decide\", part = \"operator\" }}]\n\
         field = [{{ id = \"area\", kind = \"areas\", required = true }}, {{ id = \"kind\", kind = \"choice\", options = [\"tool\", \"lamp\"] }}]\n\
         [part.body]\nterm_months = 12\n[part.lab]\nterm_months = 36\nholds = [\"workshop-lab\"]\n[part.operator]\n[ja]\n{words}[en]\n{words}"
    );
    let register = register.replace("workshop-lab", "security-action-1");
    let files = [
        ("scheme.toml", scheme.as_str()),
        ("texts/ja.toml", texts),
        ("texts/en.toml", texts),
        ("cases.toml", "case = []\n"),
        ("register.toml", &register),
    ];
    for (name, text) in files {
        std::fs::write(place.join(name), text).unwrap();
    }
    folder
}

/// Organisations of the tests: a body with two people, a lab that holds a star, an operator.
pub(crate) struct Parties {
    pub(crate) body: [String; 2],
    pub(crate) lab: String,
    pub(crate) operator: String,
}

pub(crate) async fn party(w: &World, name: &str, logins: &[(&str, Role)]) -> Vec<String> {
    let cx = w.cx();
    let founder = w.a.people[&Role::Admin].clone();
    let mut tx = cx.write().await.unwrap();
    let input = OrganisationInput { name: name.into(), ..OrganisationInput::default() };
    let id = people::organisation_create(&cx, &mut tx, &input, None, &founder).await.unwrap();
    let scope = Scope::granted(id.clone(), founder.clone(), Role::Admin);
    for (login, role) in logins {
        let input = MemberInput { login: (*login).into(), name: (*login).into(), role: role.to_string() };
        people::member_add(&cx, &mut tx, &scope, &input, Some(PASSWORD)).await.unwrap();
    }
    tx.run(&scope, "DELETE FROM people_membership WHERE organisation_id = $1 AND person_id = $2", store::params![&founder]).await.unwrap();
    tx.commit().await.unwrap();
    let mut sessions = Vec::new();
    for (login, _) in logins {
        sessions.push(w.sign_in(login).await);
    }
    sessions
}

pub(crate) async fn parties(w: &World, scheme: &str) -> Parties {
    let body = party(w, "架空審査", &[("body-1", Role::Assessor), ("body-2", Role::Assessor)]).await;
    let lab = party(w, "架空検証", &[("lab-1", Role::Admin), ("lab-2", Role::President)]).await;
    let operator = party(w, "架空組合", &[("operator-1", Role::Registrar)]).await;
    let cx = w.cx();
    let mut tx = cx.write().await.unwrap();
    register::party_designate(&cx, &mut tx, scheme, register::OPERATOR, "架空組合").await.unwrap();
    tx.commit().await.unwrap();
    Parties { body: [body[0].clone(), body[1].clone()], lab: lab[0].clone(), operator: operator[0].clone() }
}

/// The step on top of a party's list.
pub(crate) async fn top(w: &World, session: &str) -> String {
    let page = w.get("/examinations", session).await.body;
    format!("/examinations/{}", page.split("/examinations/").nth(1).unwrap_or_else(|| panic!("{page}")).split('"').next().unwrap())
}

pub(crate) async fn takes(w: &World, session: &str) -> String {
    let step = top(w, session).await;
    let taken = w.post(&format!("{step}/take"), session, &[("independent", "yes")]).await;
    assert_eq!(taken.status, 303, "{}", taken.body);
    step
}

pub(crate) async fn posts(w: &World, path: &str, session: &str, fields: &[(&str, &str)]) {
    let done = w.post(path, session, fields).await;
    assert_eq!(done.status, 303, "{path}: {}", done.body);
}

pub(crate) async fn asks(w: &World, application: &str, session: &str) {
    let page = w.get(application, session).await.body;
    let party =
        page.split("id=\"party\"").nth(1).unwrap_or_else(|| panic!("{page}")).split("value=\"").nth(1).unwrap().split('"').next().unwrap();
    posts(w, &format!("{application}/ask"), session, &[("party", party)]).await;
}

pub(crate) async fn writes(w: &World, step: &str, session: &str, fields: &[(&str, &str)]) {
    let page = w.get(step, session).await.body;
    let revision = page.split("name=\"revision\" value=\"").nth(1).unwrap_or_else(|| panic!("{page}")).split('"').next().unwrap();
    let all: Vec<(&str, &str)> = fields.iter().copied().chain([("revision", revision)]).collect();
    posts(w, &format!("{step}/record"), session, &all).await;
}

/// Designates body and lab, and begins an application for a product.
async fn begun(w: &World, p: &Parties) -> (String, String) {
    let designate = async |part: &'static str, organisation: &'static str, credential: String| {
        let fields = [("scheme", "workshop"), ("part", part), ("organisation", organisation), ("credential", &credential)];
        w.post("/register-desk/designations", &p.operator, &fields).await
    };
    assert_eq!(designate("body", "架空審査", String::new()).await.status, 303);
    assert_eq!(designate("body", "ない会社", String::new()).await.status, 422);
    assert_eq!(designate("lab", "架空検証", "50000000000".into()).await.status, 422, "the lab holds no such star");
    let declared = w.post("/stars", &p.lab, &[("scheme", "security-action-1")]).await;
    let head = w.sign_in("lab-2").await;
    let done = w.post(&format!("{}/declare", declared.header("location")), &head, &[("name", "lab-2"), ("agreed", "yes")]).await;
    let number = done.header("location").split('/').nth(2).unwrap().to_owned();
    assert_eq!(designate("lab", "架空検証", number).await.status, 303);
    let admin = w.sign_in("a-admin").await;
    assert_eq!(w.post("/stars", &admin, &[("scheme", "workshop")]).await.status, 409, "a product is needed");
    let product = w.api("POST", "/api/v1/sites", &w.a.tokens[&Role::Admin], json!({ "name": "旋盤 甲", "kind": "product" })).await.json();
    let product = product["site_id"].as_str().unwrap().to_owned();
    let begun = w.post("/stars", &admin, &[("scheme", "workshop"), ("site_id", &product)]).await;
    assert_eq!(begun.status, 303, "{}", begun.body);
    (begun.header("location").to_owned(), product)
}

async fn fact(w: &World, product: &str, key: &str, answer: &str) {
    // A new token each time, because years pass in these tests.
    let (cx, staff) = (w.cx(), w.a.people[&Role::Staff].clone());
    let mut tx = cx.write().await.unwrap();
    let scope = Scope::granted(w.a.id.clone(), staff, Role::Staff);
    let token = people::token_create(&cx, &mut tx, &scope, "test").await.unwrap();
    tx.commit().await.unwrap();
    let body = json!({ "answer": answer, "site_id": product });
    let done = w.api("PUT", &format!("/api/v1/facts/{key}"), token.reveal(), body).await;
    assert_eq!(done.status, 200, "{}", done.body);
}

/// A world with the scheme, whoever plays its parts, and an application for a product.
async fn world_begun(test: testkit::TestStore, folder: &TempFolder) -> (World, Parties, String, String) {
    let w = world_with(test, Config::default(), server::load_catalog(folder.path()).unwrap()).await;
    let p = parties(&w, "workshop").await;
    let (application, product) = begun(&w, &p).await;
    (w, p, application, product)
}

/// The examination with two findings, answered and closed, a visit and a report.
async fn examined(w: &World, p: &Parties, application: &str, product: &str) {
    let admin = w.sign_in("a-admin").await;
    asks(w, application, &admin).await;
    assert_eq!(w.post(&format!("{application}/ask"), &admin, &[("party", "x")]).await.status, 409, "asked already");
    let step = top(w, &p.body[0]).await;
    assert!(!w.get(&step, &p.body[0]).await.body.contains("backup"), "nothing is shown before it is taken on");
    assert_eq!(w.post(&format!("{step}/take"), &p.body[0], &[]).await.status, 422, "interests are asked for");
    takes(w, &p.body[0]).await;
    let gaps = [("m.w1", "gap"), ("n.w1", "控えの記録がない"), ("m.w2", "gap"), ("n.w2", "配った記録がない")];
    posts(w, &format!("{step}/looks"), &p.body[0], &gaps).await;
    assert_eq!(w.post(&format!("{step}/looks"), &p.body[1], &gaps).await.status, 409, "only who took it on");
    let early = w.post(&format!("{step}/end"), &p.body[0], &[("verdict", "pass")]).await;
    assert!(early.status == 422 && early.body.contains("未解決の指摘"), "{}", early.body);
    let page = w.get(application, &admin).await.body;
    assert!(page.contains("控えの記録がない") && page.contains("未解決2件"), "{page}");
    fact(w, product, "backup.taken", "done").await;
    fact(w, product, "workshop.w2", "done").await;
    let file = upload_body("/facts/backup.taken/documents", &admin, product, "控え.pdf", b"%PDF-1.7 a");
    assert_eq!(w.send(file).await.status, 303);
    let id = step.rsplit('/').next().unwrap();
    let (one, two) = (format!("a.{id}/w1"), format!("a.{id}/w2"));
    posts(w, &format!("{application}/answers"), &admin, &[(&one, "記録を付けた"), (&two, "配り始めた")]).await;
    let bench = w.get(&step, &p.body[0]).await.body;
    assert!(bench.contains("記録を付けた"), "{bench}");
    let document = bench.split(&format!("{step}/documents/")).nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(w.get(&format!("{step}/documents/{document}"), &p.body[0]).await.status, 200);
    assert_eq!(w.get(&format!("{step}/documents/{document}"), &p.body[1]).await.status, 404);
    assert!(w.get(application, &admin).await.body.contains("架空審査 body-1"), "the applicant sees who opened it");
    assert!(w.get("/ledger", &admin).await.body.contains("証跡の閲覧"));
    posts(w, &format!("{step}/looks"), &p.body[0], &[("m.w1", "met"), ("m.w2", "met")]).await;
    writes(w, &step, &p.body[0], &[("plan", "全数"), ("report", "満たす")]).await;
    assert_eq!(w.post(&format!("{step}/end"), &p.body[0], &[("verdict", "pass")]).await.status, 422, "a visit is needed");
    writes(w, &step, &p.body[0], &[("plan", "全数"), ("visited_on", "2026-11-20"), ("visit", "工場長"), ("report", "満たす")]).await;
    posts(w, &format!("{step}/end"), &p.body[0], &[("verdict", "pass")]).await;
}

/// From the lab's verification to the register number.
async fn awarded(w: &World, p: &Parties, application: &str) -> String {
    let (admin, president) = (w.sign_in("a-admin").await, w.sign_in("a-president").await);
    asks(w, application, &admin).await;
    let step = takes(w, &p.lab).await;
    writes(w, &step, &p.lab, &[("report", "弱点なし")]).await;
    posts(w, &format!("{step}/end"), &p.lab, &[("verdict", "pass")]).await;
    let decision = top(w, &p.body[0]).await;
    let same = w.post(&format!("{decision}/take"), &p.body[0], &[("independent", "yes")]).await;
    assert!(same.status == 409 && same.body.contains("別の人"), "{}", same.body);
    takes(w, &p.body[1]).await;
    posts(w, &format!("{decision}/end"), &p.body[1], &[("verdict", "pass")]).await;
    let sign = [("name", "a president"), ("agreed", "yes")];
    let page = w.get("/account", &president).await.body;
    assert!(page.contains("a president"), "{page}");
    let early = w.post(&format!("{application}/declare"), &president, &sign).await;
    assert!(early.status == 422 && early.body.contains("載せる項目"), "{}", early.body);
    let revision = w.get(application, &admin).await.body;
    let revision = revision.split("name=\"revision\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let fields =
        [("scope", "甲の全型番"), ("revision", &revision), ("f.area", "23"), ("f.area", "24"), ("f.kind", "tool"), ("prefecture", "23")];
    posts(w, application, &admin, &fields).await;
    posts(w, &format!("{application}/declare"), &president, &sign).await;
    let registration = takes(w, &p.operator).await;
    posts(w, &format!("{registration}/end"), &p.operator, &[("verdict", "pass")]).await;
    let page = w.get(application, &admin).await.body;
    page.split("/register/entries/").nth(1).unwrap_or_else(|| panic!("{page}")).split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_scheme_of_files_alone_lives_from_application_to_revocation() {
    let folder = data();
    for test in testkit::stores(&server::migrations()).await {
        let (w, p, application, product) = world_begun(test, &folder).await;
        examined(&w, &p, &application, &product).await;
        let number = awarded(&w, &p, &application).await;
        assert!(number.starts_with("W-2026-"), "{number}");
        let entry = w.api("GET", &format!("/api/v1/register/{number}"), "", Value::Null).await.json();
        assert_eq!((&entry["head"]["name"], &entry["fields"]["事業者"]), (&json!("旋盤 甲"), &json!("A社")));
        assert_eq!((&entry["fields"]["対象地域"], &entry["fields"]["種類"]), (&json!("愛知県、三重県"), &json!("工具")));
        assert_eq!((&entry["confirmer"], &entry["head"]["to"]), (&json!("架空検証"), &json!("2028-11-20")));
        let verdict = async || w.api("POST", "/api/v1/register/verify", "", json!({ "star": number })).await.json();
        assert_eq!(verdict().await["finding"], "good");
        let admin = w.sign_in("a-admin").await;
        let again = w.post("/stars", &admin, &[("scheme", "workshop"), ("site_id", &product)]).await;
        assert!(again.status == 409, "it holds for long");
        w.clock.advance_seconds(665 * 86_400);
        let (admin, operator) = (w.sign_in("a-admin").await, w.sign_in("operator-1").await);
        assert!(w.get("/stars", &admin).await.body.contains("（2028-11-20）で終わります"));
        fact(&w, &product, "workshop.w2", "partial").await;
        let renewal = w.post("/stars", &admin, &[("scheme", "workshop"), ("site_id", &product)]).await;
        let page = w.get(renewal.header("location"), &admin).await.body;
        assert!(page.contains(&format!("登録番号 {number} の更新です")) && page.contains("/facts/workshop.w2"), "{page}");
        assert!(page.contains("甲の全型番"), "what was shown is taken over");
        let state = [("number", number.as_str()), ("state", "revoked"), ("state_reason", "")];
        assert_eq!(w.post("/register-desk/entries", &operator, &state).await.status, 422, "a reason is needed");
        let state = [("number", number.as_str()), ("state", "revoked"), ("state_reason", "届出と違った")];
        assert_eq!(w.post("/register-desk/entries", &admin, &state).await.status, 404, "not everybody's register");
        posts(&w, "/register-desk/entries", &operator, &state).await;
        assert_eq!((&verdict().await["finding"], &verdict().await["day"]), (&json!("revoked"), &json!("2028-09-16")));
    }
}

#[tokio::test]
async fn what_is_swapped_after_confirmation_is_noticed_and_confirmed_again() {
    let folder = data();
    for test in testkit::stores(&server::migrations()).await {
        let (w, p, application, product) = world_begun(test, &folder).await;
        examined(&w, &p, &application, &product).await;
        let admin = w.sign_in("a-admin").await;
        let file = upload_body("/facts/backup.taken/documents", &admin, &product, "控え.pdf", b"%PDF-1.7 b");
        assert_eq!(w.send(file).await.status, 303);
        asks(&w, &application, &admin).await;
        let step = takes(&w, &p.lab).await;
        writes(&w, &step, &p.lab, &[("report", "弱点なし")]).await;
        posts(&w, &format!("{step}/end"), &p.lab, &[("verdict", "pass")]).await;
        let decision = takes(&w, &p.body[1]).await;
        let swapped = w.post(&format!("{decision}/end"), &p.body[1], &[("verdict", "pass")]).await;
        assert!(swapped.status == 409 && swapped.body.contains("変わりました"), "{}", swapped.body);
        assert!(w.get(&application, &admin).await.body.contains("もう一度確認してもらう"));
        posts(&w, &format!("{application}/again"), &admin, &[]).await;
        let page = w.get(&application, &admin).await.body;
        assert!(page.contains("相手の作業を待っています"), "{page}");
    }
}

#[tokio::test]
async fn who_is_not_independent_or_not_designated_any_more_is_refused() {
    let folder = data();
    for test in testkit::stores(&server::migrations()).await {
        let (w, p, application, product) = world_begun(test, &folder).await;
        let admin = w.sign_in("a-admin").await;
        // The applicant itself is designated, and asks itself.
        let own = [("scheme", "workshop"), ("part", "body"), ("organisation", "A社")];
        posts(&w, "/register-desk/designations", &p.operator, &own).await;
        posts(&w, &format!("{application}/ask"), &admin, &[("party", w.a.id.as_str())]).await;
        let step = top(&w, &admin).await;
        for (login, says) in [("a-assessor", "属する人")] {
            let session = w.sign_in(login).await;
            let refused = w.post(&format!("{step}/take"), &session, &[("independent", "yes")]).await;
            assert!(refused.status == 409 && refused.body.contains(says), "{login}: {}", refused.body);
        }
        posts(&w, &format!("{step}/decline"), &admin, &[]).await;
        let other = w.api("GET", &format!("/api/v1{application}"), &w.a.tokens[&Role::Admin], Value::Null).await.json();
        let parties: BTreeMap<String, String> = other["parties"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| (p[1].as_str().unwrap().trim().to_owned(), p[0].as_str().unwrap().to_owned()))
            .collect();
        posts(&w, &format!("{application}/ask"), &admin, &[("party", &parties["架空審査"])]).await;
        let step = takes(&w, &p.body[0]).await;
        fact(&w, &product, "backup.taken", "done").await;
        fact(&w, &product, "workshop.w2", "done").await;
        posts(&w, &format!("{step}/looks"), &p.body[0], &[("m.w1", "met"), ("m.w2", "met")]).await;
        writes(&w, &step, &p.body[0], &[("visited_on", "2026-11-20"), ("visit", "工場長"), ("report", "満たす")]).await;
        w.clock.advance_seconds(366 * 86_400);
        let body = w.sign_in("body-1").await;
        let late = w.post(&format!("{step}/end"), &body, &[("verdict", "pass")]).await;
        assert!(late.status == 409 && late.body.contains("期間が終わっています"), "{}", late.body);
        assert_eq!(w.get(&step, &w.sign_in("lab-1").await).await.status, 404, "another body's step");
    }
}

#[tokio::test]
async fn an_appeal_is_answered_by_somebody_else_and_lets_a_revoked_star_hold_again() {
    let folder = data();
    for test in testkit::stores(&server::migrations()).await {
        let (w, p, application, product) = world_begun(test, &folder).await;
        examined(&w, &p, &application, &product).await;
        let number = awarded(&w, &p, &application).await;
        let (admin, appeal) = (w.sign_in("a-admin").await, format!("/stars/{number}/appeal"));
        let appealed = async |body: &'static str| w.post(&appeal, &admin, &[("body", body)]).await;
        assert_eq!(appealed("有効なのに").await.status, 409, "it holds");
        let revoke = [("number", number.as_str()), ("state", "revoked"), ("state_reason", "届出と違った")];
        posts(&w, "/register-desk/entries", &p.operator, &revoke).await;
        assert!(w.get("/stars", &admin).await.body.contains("異議を申し立てる"));
        assert_eq!(appealed("").await.status, 422, "a reason is needed");
        assert_eq!(appealed("届出は正しい").await.status, 303);
        assert_eq!(appealed("もう一度").await.status, 409, "one is open");
        let desk = w.get("/register-desk", &p.operator).await.body;
        assert!(desk.contains("届出は正しい"), "{desk}");
        let path = format!("/register-desk/appeals/{}", desk.split("/register-desk/appeals/").nth(1).unwrap().split('"').next().unwrap());
        let yes = [("uphold", "yes"), ("answer", "届出を確かめた")];
        let same = w.post(&path, &p.operator, &yes).await;
        assert!(same.status == 409 && same.body.contains("別の人"), "{}", same.body);
        let cx = w.cx();
        let mut tx = cx.write().await.unwrap();
        let row: (String,) = tx
            .one(
                &kernel::Unscoped::because("a test looks the operator up"),
                "SELECT organisation_id FROM people_organisation WHERE name = $1",
                store::params!["架空組合"],
            )
            .await
            .unwrap()
            .unwrap();
        let scope = Scope::granted(row.0.try_into().unwrap(), w.a.people[&Role::Admin].clone(), Role::Admin);
        let input = MemberInput { login: "operator-2".into(), name: "operator-2".into(), role: "registrar".into() };
        people::member_add(&cx, &mut tx, &scope, &input, Some(PASSWORD)).await.unwrap();
        tx.commit().await.unwrap();
        let second = w.sign_in("operator-2").await;
        assert_eq!(w.post(&path, &second, &[("uphold", "yes"), ("answer", "")]).await.status, 422);
        assert_eq!(w.post(&path, &admin, &yes).await.status, 404, "the holder does not run the register");
        posts(&w, &path, &second, &yes).await;
        let verdict = w.api("POST", "/api/v1/register/verify", "", json!({ "star": number })).await.json();
        assert_eq!(verdict["finding"], "good", "{verdict}");
        assert!(w.get("/stars", &admin).await.body.contains("届出を確かめた"));
        assert_ne!(w.post(&path, &second, &yes).await.status, 303, "answered once");
        posts(&w, &format!("/stars/{number}/end"), &admin, &[]).await;
        assert_eq!(appealed("やめたけれど").await.status, 409, "one's own decision");
    }
}

#[tokio::test]
async fn samples_are_drawn_by_the_system_and_every_draw_is_kept() {
    let folder = data();
    let test = testkit::stores(&server::migrations()).await.remove(0);
    let (w, p, application, _) = world_begun(test, &folder).await;
    asks(&w, &application, &w.sign_in("a-admin").await).await;
    let step = takes(&w, &p.body[0]).await;
    let draw = format!("{step}/sample");
    for wrong in ["0", "3", "x", "-1"] {
        let refused = w.post(&draw, &p.body[0], &[("n", wrong)]).await;
        assert!(refused.status == 422 && refused.body.contains("1から2まで"), "{wrong}: {}", refused.body);
    }
    assert_eq!(w.post(&draw, &p.body[1], &[("n", "1")]).await.status, 409, "only who took it on");
    posts(&w, &draw, &p.body[0], &[("n", "1")]).await;
    posts(&w, &draw, &p.body[0], &[("n", "1")]).await;
    writes(&w, &step, &p.body[0], &[("plan", "くじ引き")]).await;
    let page = w.get(&step, &p.body[0]).await.body;
    assert!(page.contains("抜き取り 1件（2回目のくじ引き）") && page.matches(">抜き取り</span>").count() == 1, "{page}");
    assert!(w.get("/ledger", &w.sign_in("a-admin").await).await.body.matches("抜き取り").count() >= 2, "the applicant sees every draw");
}

#[tokio::test]
async fn the_end_of_a_star_is_told_of_in_time_and_once() {
    let folder = data();
    for test in testkit::stores(&server::migrations()).await {
        let (w, p, application, product) = world_begun(test, &folder).await;
        examined(&w, &p, &application, &product).await;
        awarded(&w, &p, &application).await;
        let told = async || register::reminders_record(&w.cx()).await.unwrap();
        let home = async || w.get("/", &w.sign_in("a-admin").await).await.body;
        assert_eq!(told().await, 0);
        assert!(!home().await.contains("2028-11-20"));
        // From 2026-11-21 to its end on 2028-11-20 are 730 days.
        for (days, due) in [(639, 0), (1, 1), (1, 0), (58, 0), (1, 1), (23, 1), (7, 0), (6, 0), (1, 1), (1, 0), (20, 0)] {
            w.clock.advance_seconds(days * 86_400);
            assert_eq!(told().await, due, "{}", w.cx().now().day());
            assert_eq!(told().await, 0, "each once");
        }
        w.clock.advance_seconds(-(36 * 86_400));
        let page = home().await;
        assert!(page.contains("あと8日（2028-11-20）で終わります"), "{page}");
        let ledger = w.get("/ledger", &w.sign_in("a-admin").await).await.body;
        assert_eq!(ledger.matches("星の期限の知らせ").count(), 4, "{ledger}");
    }
}

#[tokio::test]
async fn an_older_version_can_be_applied_for_until_its_last_day() {
    let folder = data();
    let old = folder.path().join("schemes/ishigaki-seiko/workshop/1.0.0");
    let new = folder.path().join("schemes/ishigaki-seiko/workshop/2.0.0");
    std::fs::create_dir_all(new.join("texts")).unwrap();
    for name in ["scheme.toml", "texts/ja.toml", "texts/en.toml", "cases.toml", "register.toml"] {
        let text = std::fs::read_to_string(old.join(name)).unwrap();
        std::fs::write(new.join(name), text.replace("version = \"1.0.0\"", "version = \"2.0.0\"")).unwrap();
    }
    let register = std::fs::read_to_string(old.join("register.toml")).unwrap();
    std::fs::write(old.join("register.toml"), register.replacen("number =", "apply_until = \"2026-12-31\"\nnumber =", 1)).unwrap();
    for test in testkit::stores(&server::migrations()).await {
        let w = world_with(test, Config::default(), server::load_catalog(folder.path()).unwrap()).await;
        let apply = async |version: &str, name: &str| {
            let admin = w.sign_in("a-admin").await;
            let token = &w.a.tokens[&Role::Admin];
            let product = w.api("POST", "/api/v1/sites", token, json!({ "name": name, "kind": "product" })).await.json();
            let id = product["site_id"].as_str().unwrap().to_owned();
            w.post("/stars", &admin, &[("scheme", &format!("workshop@{version}")), ("site_id", &id)]).await.status
        };
        assert_eq!((apply("1.0.0", "甲").await, apply("2.0.0", "乙").await), (303, 303));
        w.clock.advance_seconds(40 * 86_400);
        assert_eq!(apply("1.0.0", "丙").await, 303, "the last day still counts");
        w.clock.advance_seconds(86_400);
        assert_eq!((apply("1.0.0", "丁").await, apply("2.0.0", "戊").await), (404, 303));
    }
}
