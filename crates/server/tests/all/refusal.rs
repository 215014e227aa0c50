//! Every route as nobody, as each role, and as a stranger of another organisation with this
//! one's ids. The table below must name every route; a new route without a row fails.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Permission, Role};
use people::permission_table;
use serde_json::{Value, json};
use web::{Kind, Need, Route};

use crate::files::{upload_api, upload_body};
use crate::harness::{World, worlds};

/// What a stranger meets who uses another organisation's ids.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stranger {
    /// Nothing of another organisation can be named here.
    OwnOnly,
    /// The id is not there for them.
    NotFound,
}
use Stranger::NotFound;

/// The table of expectations.
#[derive(serde::Deserialize)]
struct Table {
    stranger: BTreeMap<String, Stranger>,
}

/// Every route by name.
fn rows() -> BTreeMap<String, Stranger> {
    toml::from_str::<Table>(include_str!("../refusal.toml")).unwrap().stranger
}

/// Ids of A社, by the name they have in paths, queries and bodies.
async fn ids(w: &World) -> BTreeMap<String, String> {
    let admin = &w.a.tokens[&Role::Admin];
    let site = w.api("POST", "/api/v1/sites", admin, json!({ "name": "第一工場" })).await.json();
    let site_id = site["site_id"].as_str().unwrap().to_owned();
    let put = json!({ "answer": "done", "site_id": site_id });
    let fact = w.api("PUT", "/api/v1/facts/backup.taken", admin, put).await.json();
    let assessments = w.api("GET", "/api/v1/assessments", admin, Value::Null).await.json();
    let session = w.sign_in("a-admin").await;
    let added = w.send(upload_body("/facts/backup.taken/documents", &session, &site_id, "a.pdf", b"%PDF-1.7")).await;
    assert_eq!(added.status, 303, "{}", added.body);
    let page = w.get(&format!("/facts/backup.taken?site={site_id}"), &session).await.body;
    let document = page.split("/documents/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let account = w.get("/account", &session).await.body;
    let token = account.split("/account/tokens/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let csm = w.api("POST", "/api/v1/assessments", admin, json!({ "scheme": "csm-3" })).await.json();
    let csm = csm["assessment_id"].as_str().unwrap().to_owned();
    let kept = w.api("POST", &format!("/api/v1/assessments/{csm}/kept"), admin, json!({ "name": "2025" })).await.json();
    let average = json!({ "title": "x", "source": "x", "day": "2026-04-01", "lines": "d1,3" });
    let reference = w.api("POST", &format!("/api/v1/assessments/{csm}/references"), admin, average).await.json();
    crate::register::awarded(w, &[("S-1", "株式会社石垣精工", "", "")]).await;
    register::bulk_daily(&w.cx()).await.unwrap();
    let own = w.api("POST", "/api/v1/own-schemes", admin, json!({ "title": "点検表" })).await.json();
    let application = w.api("POST", "/api/v1/stars", admin, json!({ "scheme": "security-action-1" })).await.json();
    let (step, designation) = asked(w).await;
    let supplier = w.api("POST", "/api/v1/suppliers", admin, json!({ "name": "石垣精工" })).await.json();
    let link = json!([{ "supplier_id": supplier["supplier_id"], "item": "ねじ" }]);
    let link = w.api("POST", "/api/v1/supplier-links", admin, link).await.json();
    let (wave, request) = crate::requests::sent(w, admin).await;
    let way_in = crate::requests::handed(w, "a-admin", &request).await.0;
    let list = w.send(upload_api("/api/v1/supplier-lists", admin, "", "list.csv", "会社名\n東海電子\n".as_bytes())).await.json();
    let sheet = "No.,確認項目,回答（○／×）\n1,方針を定めている,\n".as_bytes();
    // The second of the same shape, so that there is one to compare it with.
    w.send(upload_api("/api/v1/sheets", admin, "", "sheet.csv", sheet)).await;
    let sheet = w.send(upload_api("/api/v1/sheets", admin, "", "sheet.csv", sheet)).await.json();
    let product = w.api("POST", "/api/v1/products", admin, json!({ "name": "計測器" })).await.json();
    let product = product["product_id"].as_str().unwrap().to_owned();
    crate::products::known(w).await;
    let parts = crate::products::list("1.0", &["pkg:cargo/atty@0.2.14"]);
    let release = w.send(upload_api(&format!("/api/v1/products/{product}/releases"), admin, "", "a.json", &parts)).await;
    assert_eq!(release.status, 200, "{}", release.body);
    let later = crate::products::published(w, admin, &product, &release.json()).await;
    let grant = crate::products::grant(w, admin, &product).await["grant_id"].as_str().unwrap().to_owned();
    BTreeMap::from([
        ("use".to_owned(), crate::products::used(w).await),
        ("grant".to_owned(), grant),
        ("release".to_owned(), release.json()["release_id"].as_str().unwrap().to_owned()),
        ("product".to_owned(), product),
        ("later_release".to_owned(), later),
        ("sheet".to_owned(), sheet["sheet_id"].as_str().unwrap().to_owned()),
        ("step".to_owned(), step),
        ("designation".to_owned(), designation),
        ("appeal".to_owned(), appealed(w).await),
        ("supplier".to_owned(), supplier["supplier_id"].as_str().unwrap().to_owned()),
        ("wave".to_owned(), wave),
        ("request".to_owned(), request),
        ("way_in".to_owned(), way_in),
        ("link".to_owned(), link[0].as_str().unwrap().to_owned()),
        ("list".to_owned(), list["list_id"].as_str().unwrap().to_owned()),
        ("application".to_owned(), application["application_id"].as_str().unwrap().to_owned()),
        ("own".to_owned(), own["id"].as_str().unwrap().to_owned()),
        ("reference".to_owned(), reference.as_str().unwrap().to_owned()),
        ("csm".to_owned(), csm),
        ("kept".to_owned(), kept["kept_id"].as_str().unwrap().to_owned()),
        ("site".to_owned(), site_id),
        ("version".to_owned(), fact["fact"]["version_id"].as_str().unwrap().to_owned()),
        ("assessment".to_owned(), assessments[2]["assessment_id"].as_str().unwrap().to_owned()),
        ("document".to_owned(), document),
        ("token".to_owned(), token),
        ("person".to_owned(), w.a.people[&Role::Viewer].to_string()),
        ("organisation".to_owned(), w.a.id.to_string()),
    ])
}

/// A step that A社 was asked to take, and its designation for that.
async fn asked(w: &World) -> (String, String) {
    let cx = w.cx();
    let mut tx = cx.write().await.unwrap();
    register::party_designate(&cx, &mut tx, "scs-3", register::OPERATOR, "A社").await.unwrap();
    tx.commit().await.unwrap();
    let (admin, registrar) = (&w.a.tokens[&Role::Admin], &w.a.tokens[&Role::Registrar]);
    let expert = json!({ "scheme": "scs-3", "part": "expert", "organisation": "A社" });
    let desk = w.api("POST", "/api/v1/register-desk/designations", registrar, expert).await.json();
    let application = w.api("POST", "/api/v1/stars", admin, json!({ "scheme": "scs-3" })).await.json();
    let path = format!("/api/v1/applications/{}/ask", application["application_id"].as_str().unwrap());
    let sent = w.api("POST", &path, admin, json!({ "party": w.a.id.as_str() })).await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    let steps = w.api("GET", "/api/v1/examinations", registrar, Value::Null).await.json();
    let designations = desk[0]["designations"].as_array().unwrap();
    let expert = designations.iter().find(|d| d["to"] != "").unwrap();
    (steps[0]["step_id"].as_str().unwrap().to_owned(), expert["designation_id"].as_str().unwrap().to_owned())
}

/// An appeal of A社 about a star of the scheme whose register it runs.
async fn appealed(w: &World) -> String {
    let (cx, id) = (w.cx(), kernel::AppealId::new(&*w.app.clock, &*w.app.rng));
    let scope = kernel::Scope::granted(w.a.id.clone(), w.a.people[&Role::Admin].clone(), Role::Admin);
    let mut tx = cx.write().await.unwrap();
    let add = "INSERT INTO register_appeal (organisation_id, appeal_id, number, scheme_id, body, made_at, made_by, state, answer, answered_at, answered_by)
        VALUES ($1, $2, 'S-1', 'scs-3', 'x', $3, $4, 'open', '', '', '')";
    tx.run(&scope, add, store::params![&id, cx.now(), scope.person()]).await.unwrap();
    tx.without_record("a row of this test");
    tx.commit().await.unwrap();
    id.to_string()
}

/// The route's path with A社's ids in it, also in the query.
fn filled(route: &Route, ids: &BTreeMap<String, String>) -> String {
    let id = match route.name {
        n if n.starts_with("document") => &ids["document"],
        n if ["assessment", "criterion", "audit"].iter().any(|start| n.starts_with(start)) => &ids["assessment"],
        n if ["question", "kept", "target", "state", "peer", "reference", "declaration"].iter().any(|start| n.starts_with(start)) => {
            &ids["csm"]
        }
        n if n.starts_with("member") => &ids["person"],
        n if n.starts_with("token") => &ids["token"],
        n if n.starts_with("site") => &ids["site"],
        "grant_end" => &ids["grant"],
        n if ["use_", "usage", "notice"].iter().any(|start| n.starts_with(start)) => &ids["use"],
        n if n.starts_with("product") || n.starts_with("grant") || n.starts_with("worksheet") => &ids["product"],
        n if ["release", "decision", "vex"].iter().any(|start| n.starts_with(start)) => &ids["release"],
        n if n.starts_with("sheet") || n.starts_with("mapping") => &ids["sheet"],
        "scheme_show" | "scheme_show_api" => "scs-3",
        n if n.starts_with("practice") => "3-2",
        n if n.starts_with("official") => "scs-3",
        n if n.starts_with("application") => &ids["application"],
        n if n.starts_with("examination") => &ids["step"],
        "designation_end" => &ids["designation"],
        "appeal_answer" | "appeal_answer_api" => &ids["appeal"],
        n if n.starts_with("own") => &ids["own"],
        n if n.starts_with("supplier") => &ids["supplier"],
        "link_change" | "link_end" => &ids["link"],
        n if ["link", "impact"].iter().any(|start| n.starts_with(start)) => &ids["supplier"],
        n if ["wave", "board", "heat", "intake"].iter().any(|start| n.starts_with(start)) => &ids["wave"],
        n if n.starts_with("request") || ["asked_open", "asked_answer_api"].contains(&n) => &ids["request"],
        n if n.starts_with("list") => &ids["list"],
        n if n.starts_with("lesson") => "11",
        n if n.starts_with("crosswalk") => "csm-3--cpsf-1",
        n if n.starts_with("version") => "security-action-1",
        _ => &ids["version"],
    };
    let version = if ["scheme", "official", "own"].iter().any(|start| route.name.starts_with(start)) { "1.0.0" } else { &ids["version"] };
    let path =
        route.path.replace("{id}", id).replace("{key}", "backup.taken").replace("{version}", version).replace("{criterion}", "1-2-1-1");
    let path = path
        .replace("{group}", "d1")
        .replace("{intake}", "1")
        .replace("{kept}", &ids["kept"])
        .replace("{form}", "education")
        .replace("{token}", &ids["way_in"])
        .replace("{reference}", &ids["reference"])
        .replace("{document}", &ids["document"]);
    let path = if route.name.starts_with("state") { format!("{path}?from={}", ids["kept"]) } else { path };
    let path = path.replace("{number}", "S-1").replace("{level}", "0").replace("{*tile}", "000.p/1");
    let path = if route.name == "consistency_show" { format!("{path}?from=0&to=1") } else { path };
    let path = path
        .replace("{organisation}", &ids["organisation"])
        .replace("{tlp}", "amber")
        .replace("{sheet}", "scope")
        .replace("{year}", "2026");
    let file = |id: &str| format!("{}.json", format!("vex-{}", ids[id]).to_lowercase());
    let path = match route.name {
        "provider_show" => path.replace("{name}", "provider-metadata.json"),
        "publication_list" | "publication_list_api" => path.replace("{name}", "feed.json"),
        "publication_file" => path.replace("{name}", &file("later_release")),
        "publication_file_api" => path.replace("{name}", &file("release")),
        _ => path,
    };
    let path = path.replace("{what}", "ask").replace("{name}", if route.name == "bulk_file" { "entries.txt" } else { "ishigaki.css" });
    let path = if route.name.starts_with("decision") { format!("{path}?v=CVE-2099-0001&c=cargo%2Fatty") } else { path };
    let named = ["notice", "vulnerability"].iter().any(|start| route.name.starts_with(start));
    let path = if named { format!("{path}?v=CVE-2099-0001") } else { path };
    if route.name.starts_with("fact") { format!("{path}?site={}", ids["site"]) } else { path }
}

async fn call(w: &World, route: &Route, path: &str, session: &str, token: &str, ids: &BTreeMap<String, String>) -> u16 {
    let site = ids["site"].as_str();
    match route.kind {
        Kind::Api => {
            let body = match route.name {
                _ if route.method.is_safe() || route.method == web::Method::DELETE => Value::Null,
                "application_start_api" => json!({ "scheme": "ssdf-1.1" }),
                "application_declare_api" => json!({ "name": "x", "agreed": true }),
                "application_ask_api" => json!({ "party": ids["organisation"] }),
                "examination_look_api" => json!({}),
                "examination_end_api" => json!({ "verdict": "pass" }),
                "desk_designate_api" => json!({ "scheme": "scs-3", "part": "expert", "organisation": "A社" }),
                "desk_state_api" => json!({ "state": "suspended", "reason": "x" }),
                "appeal_make_api" | "request_ask_api" => json!({ "body": "x" }),
                "appeal_answer_api" => json!({ "uphold": true, "answer": "x" }),
                "verify_api" => json!({ "star": "S-1" }),
                "own_release_api" | "list_take_api" | "wave_send_api" => Value::Null,
                "link_add_api" => json!([]),
                "supplier_judge_api" => json!({ "concern": "fine" }),
                "supplier_decide_api" => json!({ "decision": "x" }),
                "rule_edit_api" => json!({ "format": 1, "level": { "base": 3, "confidential": 4, "stops": 4, "access": 4 },
                    "class": { "b_employees": 300, "b_sales_million_yen": 5000, "c_employees": 20, "c_sales_million_yen": 300 } }),
                "asked_answer_api" => json!({ "person": "x", "answers": [] }),
                "grant_make_api" => json!({ "customer_name": "x", "share": "whole", "ends_on": "2027-01-01" }),
                "worksheet_change_api" => json!({ "who": { "choice": "own" } }),
                "vex_publish_api" => json!({ "tlp": "GREEN" }),
                "own_create_api" => json!({ "title": "点検表" }),
                "audit_set_api" => json!({ "findings": {} }),
                "fact_state_api" => json!({ "answer": "done", "site_id": site }),
                "fact_import_api" => json!({ "site_id": site, "facts": { "backup.taken": "done" } }),
                "assessment_start_api" => json!({ "scheme": "scs-3", "site_id": site }),
                "reference_add_api" => json!({ "title": "x", "source": "x", "day": "2026-04-01", "lines": "d1,3" }),
                "member_add_api" => json!({ "login": "", "name": "x", "role": "admin" }),
                _ => json!({ "name": "" }),
            };
            w.api(route.method.as_str(), path, token, body).await.status
        }
        Kind::Upload if route.is_api() => w.send(upload_api(path, token, site, "x.pdf", b"%PDF-1.7")).await.status,
        Kind::Upload => w.send(upload_body(path, session, site, "x.pdf", b"%PDF-1.7")).await.status,
        Kind::Page if route.is_api() => w.api(route.method.as_str(), path, token, Value::Null).await.status,
        Kind::Page if route.method.is_safe() => w.get(path, session).await.status,
        Kind::Page => {
            let fields = [
                ("site_id", site),
                ("answer", "done"),
                ("role", "viewer"),
                ("scheme", "scs-3"),
                ("organisation_id", &ids["organisation"]),
                ("scope", "全社"),
                ("revision", "0"),
                ("customer_name", "x"),
                ("share", "whole"),
                ("ends_on", "2027-01-01"),
                ("tlp", "WHITE"),
            ];
            w.post(path, session, &fields).await.status
        }
    }
}

#[tokio::test]
async fn the_table_names_every_route_and_no_other() {
    let table = rows();
    let rows: BTreeSet<&str> = table.keys().map(String::as_str).collect();
    let routes: BTreeSet<&str> = server::routes().iter().map(|r| r.name).collect();
    assert_eq!(rows, routes);
    assert_eq!(table.len(), server::routes().len(), "names are unique");
}

#[tokio::test]
async fn nobody_gets_past_a_guarded_route() {
    for w in worlds().await {
        let ids = ids(&w).await;
        for route in server::routes().iter().filter(|r| r.need != Need::Nobody) {
            let status = call(&w, route, &filled(route, &ids), "", "", &ids).await;
            let expected = if !route.is_api() && route.method.is_safe() { 303 } else { 401 };
            assert_eq!(status, expected, "{route:?}");
        }
    }
}

#[tokio::test]
async fn a_role_without_the_permission_is_refused() {
    for w in worlds().await {
        let (ids, table) = (ids(&w).await, permission_table().unwrap());
        for role in Role::ALL {
            let login = format!("a-{role}");
            for route in server::routes() {
                let Need::May(permission) = route.need else { continue };
                if table.allows(*role, permission) {
                    continue;
                }
                let session = if route.kind == Kind::Api { String::new() } else { w.sign_in(&login).await };
                let status = call(&w, &route, &filled(&route, &ids), &session, &w.a.tokens[role], &ids).await;
                assert_eq!(status, 403, "{role} {route:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_role_with_the_permission_is_let_in() {
    for w in worlds().await {
        let (ids, table) = (ids(&w).await, permission_table().unwrap());
        for role in Role::ALL {
            let session = w.sign_in(&format!("a-{role}")).await;
            for route in server::routes().iter().filter(|r| r.method.is_safe()) {
                let may = match route.need {
                    Need::Nobody | Need::SignedIn => true,
                    Need::May(permission) => table.allows(*role, permission),
                };
                if may {
                    let status = call(&w, route, &filled(route, &ids), &session, &w.a.tokens[role], &ids).await;
                    // A file is for the one person who took the step on; that has a test of its own.
                    // The form of a reply needs the browser that gave the code, and the reply itself was not sent yet.
                    let alone = ["examination_document", "reply_show", "help_guest", "tier_show", "request_reply_api", "reply_workbook"]
                        .contains(&route.name);
                    let personal = alone && status == 404;
                    assert!(matches!(status, 200 | 303) || personal, "{role} {route:?} gave {status}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_stranger_never_reaches_another_organisations_ids() {
    for w in worlds().await {
        let ids = ids(&w).await;
        let rows = rows();
        let before = w.api("GET", "/api/v1/facts", &w.a.tokens[&Role::Admin], Value::Null).await.body;
        for route in server::routes().iter().filter(|r| rows[r.name] == NotFound) {
            let may = |role: &Role| matches!(route.need, Need::May(p) if permission_table().unwrap().allows(*role, p));
            let role = [Role::Admin, Role::President].into_iter().find(may).unwrap_or(Role::Admin);
            let session = w.sign_in(&format!("b-{role}")).await;
            let status = call(&w, route, &filled(route, &ids), &session, &w.b.tokens[&role], &ids).await;
            // The last-administrator rule may answer first; either way nothing is learned or changed.
            assert!(status == 404 || (status == 409 && route.name == "member_remove"), "{route:?} gave {status}");
        }
        let after = w.api("GET", "/api/v1/facts", &w.a.tokens[&Role::Admin], Value::Null).await.body;
        assert_eq!(before, after, "nothing of A社 changed");
    }
}

#[tokio::test]
async fn lists_of_one_organisation_hold_nothing_of_another() {
    for w in worlds().await {
        let ids = ids(&w).await;
        let session = w.sign_in("b-admin").await;
        let routes = server::routes();
        for route in routes.iter().filter(|r| r.method.is_safe() && r.need != Need::Nobody && !r.name.starts_with("fact_")) {
            let path = filled(route, &ids);
            let body = if route.is_api() {
                w.api("GET", &path, &w.b.tokens[&Role::Admin], Value::Null).await.body
            } else {
                w.get(&path, &session).await.body
            };
            // What the stranger typed into the address may come back; nothing else may.
            for (kind, id) in ids.iter().filter(|(_, id)| !path.contains(id.as_str())) {
                assert!(!body.contains(id.as_str()), "{route:?} shows A社's {kind}");
            }
            assert!(!body.contains("第一工場") && !body.contains("a-viewer"), "{route:?} shows A社");
        }
    }
}

#[test]
fn every_permission_guards_a_route() {
    let used: BTreeSet<Permission> =
        server::routes().iter().filter_map(|r| if let Need::May(p) = r.need { Some(p) } else { None }).collect();
    assert_eq!(used.len(), Permission::ALL.len(), "a permission without a route is dead");
}
