//! The list of `docs/security/asvs.md`, as far as it applies to what exists: each test is one
//! way in which products of this kind were broken.

use axum::body::Body;
use axum::http::Request;
use kernel::Role;
use serde_json::{Value, json};

use crate::harness::{PASSWORD, worlds};

#[tokio::test]
async fn nested_foreign_ids_are_not_attached() {
    for w in worlds().await {
        let site = w.api("POST", "/api/v1/sites", &w.a.tokens[&Role::Admin], json!({ "name": "第一工場" })).await.json()["site_id"]
            .as_str()
            .unwrap()
            .to_owned();
        let b = &w.b.tokens[&Role::Admin];
        assert_eq!(w.api("PUT", "/api/v1/facts/backup.taken", b, json!({ "answer": "done", "site_id": site })).await.status, 404);
        assert_eq!(w.api("POST", "/api/v1/facts", b, json!({ "site_id": site, "facts": { "backup.taken": "done" } })).await.status, 404);
        assert_eq!(w.api("POST", "/api/v1/assessments", b, json!({ "scheme": "scs-3", "site_id": site })).await.status, 404);
        let facts = w.api("GET", "/api/v1/facts", b, Value::Null).await.json();
        assert_eq!(facts["facts"], json!([]));
    }
}

#[tokio::test]
async fn fields_one_may_not_set_are_refused_by_name() {
    for w in worlds().await {
        let token = &w.a.tokens[&Role::Staff];
        for field in ["organisation_id", "stated_by", "version_id", "is_admin"] {
            let answer = w.api("PUT", "/api/v1/facts/backup.taken", token, json!({ "answer": "done", field: w.b.id.to_string() })).await;
            assert_eq!(answer.status, 422, "{field}");
            assert!(answer.body.contains("unknown field"), "{}", answer.body);
        }
    }
}

#[tokio::test]
async fn no_creating_path_gives_more_than_the_creator_may() {
    for w in worlds().await {
        let body = json!({ "login": "intruder", "name": "x", "role": "admin" });
        for role in Role::ALL.iter().filter(|r| **r != Role::Admin) {
            assert_eq!(w.api("POST", "/api/v1/members", &w.a.tokens[role], body.clone()).await.status, 403, "{role} by API");
            assert_eq!(
                w.api("POST", "/api/v1/organisations", &w.a.tokens[role], json!({ "name": "x" })).await.status,
                403,
                "{role} new organisation"
            );
            let session = w.sign_in(&format!("a-{role}")).await;
            assert_eq!(
                w.post("/members", &session, &[("login", "intruder"), ("name", "x"), ("role", "admin")]).await.status,
                403,
                "{role} by page"
            );
            let own = w.a.people[role].to_string();
            assert_eq!(w.post(&format!("/members/{own}/role"), &session, &[("role", "admin")]).await.status, 403, "{role} own role");
        }
        assert_eq!(
            w.post("/start", "", &[("code", "abc"), ("login", "second"), ("person_name", "x"), ("password", PASSWORD), ("name", "x")])
                .await
                .status,
            409,
            "the instance is claimed once"
        );
    }
}

#[tokio::test]
async fn a_password_change_ends_other_sessions_and_tokens() {
    for w in worlds().await {
        let (here, there) = (w.sign_in("a-staff").await, w.sign_in("a-staff").await);
        let answer = w.post("/account/password", &here, &[("password", PASSWORD), ("new_password", "別の長い合言葉にする")]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        assert_eq!(w.get("/account", &there).await.status, 303, "the other session is gone");
        assert_eq!(w.get("/account", &here).await.status, 303, "the old token of this session is gone too");
        assert_eq!(w.get("/account", &answer.session()).await.status, 200, "this session goes on with a new token");
        assert_eq!(w.api("GET", "/api/v1/account", &w.a.tokens[&Role::Staff], Value::Null).await.status, 401, "API tokens are gone");
    }
}

#[tokio::test]
async fn a_role_just_taken_is_gone_and_one_just_given_works() {
    for w in worlds().await {
        let admin = w.sign_in("a-admin").await;
        let viewer = w.a.people[&Role::Viewer].to_string();
        assert_eq!(w.api("PUT", "/api/v1/facts/backup.taken", &w.a.tokens[&Role::Viewer], json!({ "answer": "done" })).await.status, 403);
        assert_eq!(w.post(&format!("/members/{viewer}/role"), &admin, &[("role", "staff")]).await.status, 303);
        assert_eq!(w.api("PUT", "/api/v1/facts/backup.taken", &w.a.tokens[&Role::Viewer], json!({ "answer": "done" })).await.status, 200);
        assert_eq!(w.post(&format!("/members/{viewer}/remove"), &admin, &[]).await.status, 303);
        assert_eq!(w.api("GET", "/api/v1/facts", &w.a.tokens[&Role::Viewer], Value::Null).await.status, 401);
    }
}

#[tokio::test]
async fn the_last_administrator_cannot_be_lost() {
    for w in worlds().await {
        let admin = w.sign_in("a-admin").await;
        let own = w.a.people[&Role::Admin].to_string();
        assert_eq!(w.post(&format!("/members/{own}/role"), &admin, &[("role", "viewer")]).await.status, 409);
        assert_eq!(w.post(&format!("/members/{own}/remove"), &admin, &[]).await.status, 409);
    }
}

#[tokio::test]
async fn sign_out_idleness_and_age_end_a_session() {
    for w in worlds().await {
        let session = w.sign_in("a-staff").await;
        w.post("/logout", &session, &[]).await;
        assert_eq!(w.get("/facts", &session).await.status, 303);
        let session = w.sign_in("a-staff").await;
        for _ in 0..2 {
            w.clock.advance_seconds(5 * 3600);
            assert_eq!(w.get("/facts", &session).await.status, 200, "used every five hours");
        }
        w.clock.advance_seconds(3 * 3600);
        assert_eq!(w.get("/facts", &session).await.status, 303, "twelve hours are over");
        let session = w.sign_in("a-staff").await;
        w.clock.advance_seconds(8 * 3600 + 1);
        assert_eq!(w.get("/facts", &session).await.status, 303, "eight idle hours");
    }
}

#[tokio::test]
async fn guessing_slows_down_and_never_locks_for_good() {
    for w in worlds().await {
        let guess = async |login: &str| w.post("/login", "", &[("login", login), ("password", "wrong")]).await.status;
        for _ in 0..5 {
            assert_eq!(guess("a-staff").await, 401);
        }
        assert_eq!(guess("a-staff").await, 429, "the fifth failure makes one wait");
        assert_eq!(w.post("/login", "", &[("login", "a-staff"), ("password", PASSWORD)]).await.status, 429, "also with the right password");
        w.clock.advance_seconds(3);
        assert_eq!(w.post("/login", "", &[("login", "a-staff"), ("password", PASSWORD)]).await.status, 303, "waiting is enough");
    }
}

#[tokio::test]
async fn unknown_people_and_wrong_passwords_look_the_same() {
    for w in worlds().await {
        let known = w.post("/login", "", &[("login", "a-staff"), ("password", "wrong")]).await;
        let unknown = w.post("/login", "", &[("login", "z-staff"), ("password", "wrong")]).await;
        assert_eq!(known.status, unknown.status);
        assert_eq!(known.body.replace("a-staff", ""), unknown.body.replace("z-staff", ""));
    }
}

#[tokio::test]
async fn a_change_from_another_site_or_without_token_is_refused() {
    for w in worlds().await {
        let session = w.sign_in("a-staff").await;
        for route in server::routes().iter().filter(|r| !r.method.is_safe()) {
            let path = route.path.replace("{key}", "backup.taken").replace("{id}", &w.b.id.to_string());
            for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
                let request = Request::builder()
                    .method(route.method.clone())
                    .uri(&path)
                    .header("host", "127.0.0.1:7750")
                    .header("cookie", format!("ishigaki={session}"))
                    .header(name, value);
                assert_eq!(w.send(request.body(Body::empty()).unwrap()).await.status, 403, "{route:?} {name}");
            }
            if route.kind == web::Kind::Page && route.need != web::Need::Nobody {
                let request = Request::builder()
                    .method("POST")
                    .uri(&path)
                    .header("cookie", format!("ishigaki={session}"))
                    .header("content-type", "application/x-www-form-urlencoded");
                let body = Body::from("answer=done&_csrf=0000");
                let status = w.send(request.body(body).unwrap()).await.status;
                assert_eq!(status, 403, "{route:?} without its token");
            }
        }
        let request = Request::builder()
            .method("PUT")
            .uri("/api/v1/facts/backup.taken")
            .header("cookie", format!("ishigaki={session}"))
            .header("content-type", "application/json");
        assert_eq!(
            w.send(request.body(Body::from("{\"answer\":\"done\"}")).unwrap()).await.status,
            403,
            "a cookie alone changes nothing by API"
        );
    }
}

#[tokio::test]
async fn looking_changes_nothing() {
    for w in worlds().await {
        let session = w.sign_in("a-admin").await;
        let before = store::ledger_verify(&w.test.store).await.unwrap().entries;
        for route in server::routes().iter().filter(|r| r.method.is_safe()) {
            let path = route.path.replace("{key}", "backup.taken").replace("{id}/{version}", "scs-3/1.0.0").replace("{what}", "ask");
            w.get(&path, &session).await;
        }
        assert_eq!(store::ledger_verify(&w.test.store).await.unwrap().entries, before);
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    for w in worlds().await {
        let session = w.sign_in("a-admin").await;
        for route in server::routes() {
            let path = route.path.replace("{name}", "ishigaki.css");
            let request = Request::builder().method(route.method.clone()).uri(&path).header("cookie", format!("ishigaki={session}"));
            let answer = w.send(request.body(Body::empty()).unwrap()).await;
            assert!(answer.header("content-security-policy").starts_with("default-src 'none'"), "{route:?}");
            assert!(!answer.header("content-security-policy").contains("unsafe"), "{route:?}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{route:?}");
            assert_eq!(answer.header("referrer-policy"), "same-origin", "{route:?}");
            assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{route:?}");
            let cached = answer.header("cache-control").contains("immutable");
            assert!(cached == (route.name == "asset_show" && answer.status == 200), "{route:?} {}", answer.header("cache-control"));
            assert_eq!(answer.header("access-control-allow-origin"), "", "{route:?}");
            let kind = answer.header("content-type");
            let typed = kind.contains("charset=utf-8") || kind.contains("json") || kind.contains("text/csv") || answer.body.is_empty();
            assert!(typed || kind.contains("spreadsheetml") || kind.starts_with("font/") || kind.starts_with("image/"), "{route:?} {kind}");
        }
    }
}

#[tokio::test]
async fn behind_https_cookies_are_host_bound_and_the_site_insists() {
    for test in testkit::stores(&server::migrations()).await {
        let config = web::Config { public_url: "https://ishigaki.example".into(), ..web::Config::default() };
        let w = crate::harness::world(test, config).await;
        let answer = w.post("/login", "", &[("login", "a-staff"), ("password", PASSWORD)]).await;
        let cookie = answer.header("set-cookie");
        assert!(
            cookie.starts_with("__Host-ishigaki=")
                && cookie.contains("HttpOnly")
                && cookie.contains("Secure")
                && cookie.contains("SameSite=Lax"),
            "{cookie}"
        );
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000; includeSubDomains");
        assert_eq!(answer.session().len(), 64, "256 random bits");
    }
}

#[tokio::test]
async fn next_leads_only_within_the_site() {
    for w in worlds().await {
        for next in ["https://evil.example", "//evil.example", "/\\evil.example", "/%5cevil.example", "javascript:alert(1)"] {
            let answer = w.post("/login", "", &[("login", "a-staff"), ("password", PASSWORD), ("next", next)]).await;
            assert_eq!(answer.header("location"), "/", "{next}");
        }
        let answer = w.post("/language", "", &[("lang", "en"), ("next", "//evil.example")]).await;
        assert_eq!(answer.header("location"), "/");
    }
}

#[tokio::test]
async fn what_people_type_is_never_markup_or_formula() {
    for w in worlds().await {
        let session = w.sign_in("a-admin").await;
        let nasty = "=cmd|'/C calc'!A0<script>alert(1)</script>\"onmouseover=x";
        w.post("/organisation", &session, &[("name", nasty), ("revision", "1")]).await;
        w.post("/organisation/sites", &session, &[("site_name", nasty)]).await;
        w.post("/members", &session, &[("login", "nasty"), ("name", nasty), ("role", "viewer")]).await;
        w.post("/facts/backup.taken", &session, &[("answer", "done"), ("owner", nasty), ("reason", nasty), ("revision", "0")]).await;
        w.post("/account/tokens", &session, &[("name", nasty), ("password", PASSWORD)]).await;
        let mut seen = 0;
        for path in [
            "/",
            "/facts",
            "/facts/backup.taken",
            "/facts/backup.taken/history",
            "/organisation",
            "/members",
            "/assessments",
            "/comparison",
            "/ledger",
            "/account",
        ] {
            let body = w.get(path, &session).await.body;
            assert!(!body.contains("<script>alert") && !body.contains("\"onmouseover"), "{path}");
            seen += usize::from(body.contains("&#60;script&#62;") || body.contains("&lt;script&gt;"));
        }
        assert!(seen >= 7, "the texts do appear, escaped: {seen}");
        let csv = w.get("/facts.csv", &session).await.body;
        assert!(csv.contains("\"'=cmd"), "{csv}");
        assert!(w.get("/comparison.csv", &session).await.body.contains("\"'=cmd"));
    }
}

#[tokio::test]
async fn one_time_codes_work_once() {
    for w in worlds().await {
        let session = w.sign_in("a-staff").await;
        let page = w.get("/account/second-factor", &session).await.body;
        let secret = page.split("name=\"secret\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let totp = totp(&secret);
        let now = u64::try_from(kernel::Clock::now(&*w.clock).as_millis() / 1000).unwrap();
        let answer = w.post("/account/second-factor", &session, &[("secret", &secret), ("code", &totp.generate(now).to_string())]).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let recovery = answer.body.split("class=\"secret\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
        w.clock.advance_seconds(60);
        let half = async || {
            let answer = w.post("/login", "", &[("login", "a-staff"), ("password", PASSWORD)]).await;
            assert!(answer.body.contains("確認番号"), "the password alone opens nothing");
            let half = answer.session();
            assert_eq!(w.get("/facts", &half).await.status, 303, "half a session opens nothing");
            half
        };
        let code = totp.generate(now + 60).to_string();
        assert_eq!(w.post("/login/code", &half().await, &[("code", &code)]).await.status, 303, "the code works");
        assert_eq!(w.post("/login/code", &half().await, &[("code", &code)]).await.status, 401, "but once");
        assert_eq!(w.post("/login/code", &half().await, &[("code", &recovery)]).await.status, 303, "a recovery code works");
        assert_eq!(w.post("/login/code", &half().await, &[("code", &recovery)]).await.status, 401, "but once");
        let late = half().await;
        w.clock.advance_seconds(601);
        let answer = w.post("/login/code", &late, &[("code", &totp.generate(now + 661).to_string())]).await;
        assert_eq!(answer.header("location"), "/login", "half a sign-in ends after ten minutes");
    }
}

fn totp(secret_hex: &str) -> totp_rs::Totp {
    let bytes: Vec<u8> = (0..secret_hex.len() / 2).map(|i| u8::from_str_radix(&secret_hex[2 * i..2 * i + 2], 16).unwrap()).collect();
    let secret: [u8; 20] = bytes.try_into().unwrap();
    totp_rs::Builder::new().with_secret(secret).with_skew(1).build().unwrap()
}

#[tokio::test]
async fn secrets_stand_nowhere_readable() {
    for w in worlds().await {
        let session = w.sign_in("a-admin").await;
        let token = &w.a.tokens[&Role::Admin];
        assert!(token.starts_with("ishi_pat_") && token.len() == 73);
        let mut file = Vec::new();
        store::backup(&w.test.store, &mut file, &*w.clock).await.unwrap();
        let text = String::from_utf8_lossy(&file);
        assert!(text.contains("people_token") && text.contains("$argon2id$v=19$m=19456,t=2,p=1$"));
        for secret in [token.as_str(), session.as_str(), PASSWORD] {
            assert!(!text.contains(secret), "a secret stands in the backup");
        }
        assert!(!format!("{:?}", w.cx()).contains(&session));
    }
}

#[tokio::test]
async fn errors_tell_no_inner_details() {
    for w in worlds().await {
        let token = &w.a.tokens[&Role::Staff];
        for (method, path) in [
            ("GET", "/api/v1/facts/'%20OR%201=1"),
            ("GET", "/api/v1/assessments/x"),
            ("GET", "/api/v1/nowhere"),
            ("PATCH", "/api/v1/facts"),
            ("GET", "/api/v1/changes/'"),
        ] {
            let answer = w.api(method, path, token, Value::Null).await;
            assert!((400..500).contains(&answer.status), "{path} {}", answer.status);
            for word in ["sqlite", "SELECT", "postgres", "panicked", ".rs"] {
                assert!(!answer.body.contains(word), "{path}: {}", answer.body);
            }
        }
    }
}
