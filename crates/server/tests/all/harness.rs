//! Two organisations with every role over one engine, and requests without a network.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response, header};
use kernel::{FixedClock, OrganisationId, PersonId, Role, Scope, SeededRng};
use people::{ClaimInput, FirstCode, MemberInput, OrganisationInput};
use schemes::Catalog;
use serde_json::{Value, json};
use testkit::TestStore;
use tower::ServiceExt as _;
use web::{App, Config, Cx};

pub(crate) const PASSWORD: &str = "みずうみの上の赤い橋";

pub(crate) struct World {
    pub(crate) test: TestStore,
    pub(crate) app: Arc<App>,
    pub(crate) router: Router,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) a: Organisation,
    pub(crate) b: Organisation,
}

pub(crate) struct Organisation {
    pub(crate) id: OrganisationId,
    pub(crate) people: BTreeMap<Role, PersonId>,
    pub(crate) tokens: BTreeMap<Role, String>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) body: String,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("")
    }

    /// The session token set by this answer.
    pub(crate) fn session(&self) -> String {
        let cookie = self.header("set-cookie");
        cookie.split_once('=').map(|(_, v)| v.split(';').next().unwrap_or("").to_owned()).unwrap_or_default()
    }
}

/// A world on each engine.
pub(crate) async fn worlds() -> Vec<World> {
    let mut worlds = Vec::new();
    for test in testkit::stores(&server::migrations()).await {
        worlds.push(world(test, Config { security_contact: "mailto:security@example.invalid".into(), ..Config::default() }).await);
    }
    worlds
}

pub(crate) async fn world(test: TestStore, config: Config) -> World {
    world_with(test, config, Catalog::shipped().unwrap()).await
}

pub(crate) async fn world_with(test: TestStore, config: Config, catalog: Catalog) -> World {
    let clock = Arc::new(FixedClock::at("2026-11-21T00:00:00Z").unwrap());
    schemes::versions_register(&test.store, &catalog, &*clock).await.unwrap();
    let rng = Arc::new(SeededRng::new(42));
    let app = server::build_app(test.store.clone(), catalog, config, clock.clone(), rng, FirstCode::waiting("abc".into())).unwrap();
    let router = web::router(&app, &server::routes());
    let cx = Cx::without_request(&app, None);
    let organisation = |name: &str| OrganisationInput { name: name.into(), ..OrganisationInput::default() };
    let claim = ClaimInput {
        login: "a-admin".into(),
        person_name: "A社 管理者".into(),
        password: PASSWORD.into(),
        organisation: organisation("A社"),
    };
    let (person, a) = people::instance_claim(&cx, &claim).await.unwrap();
    let mut tx = cx.write().await.unwrap();
    let b = people::organisation_create(&cx, &mut tx, &organisation("b社"), None, &person).await.unwrap();
    // The founder leaves b社 to its own people.
    let scope_b = Scope::granted(b.clone(), person.clone(), Role::Admin);
    let input = MemberInput { login: "b-admin".into(), name: "b社 管理者".into(), role: "admin".into() };
    let (b_admin, _) = people::member_add(&cx, &mut tx, &scope_b, &input, Some(PASSWORD)).await.unwrap();
    tx.run(&scope_b, "DELETE FROM people_membership WHERE organisation_id = $1 AND person_id = $2", store::params![&person]).await.unwrap();
    tx.commit().await.unwrap();
    let a = fill(&cx, a, person, "a").await;
    let b = fill(&cx, b, b_admin, "b").await;
    World { test, app, router, clock, a, b }
}

async fn fill(cx: &Cx, id: OrganisationId, admin: PersonId, name: &'static str) -> Organisation {
    let mut people = BTreeMap::from([(Role::Admin, admin.clone())]);
    let scope = Scope::granted(id.clone(), admin, Role::Admin);
    let mut tx = cx.write().await.unwrap();
    for role in Role::ALL.iter().filter(|r| **r != Role::Admin) {
        let input = MemberInput { login: format!("{name}-{role}"), name: format!("{name} {role}"), role: role.to_string() };
        let (person, _) = people::member_add(cx, &mut tx, &scope, &input, Some(PASSWORD)).await.unwrap();
        people.insert(*role, person);
    }
    let mut tokens = BTreeMap::new();
    for (role, person) in &people {
        let scope = Scope::granted(id.clone(), person.clone(), *role);
        let token = people::token_create(cx, &mut tx, &scope, "test").await.unwrap();
        tokens.insert(*role, token.reveal().to_owned());
    }
    tx.commit().await.unwrap();
    Organisation { id, people, tokens }
}

impl World {
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response: Response<Body> = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body, bytes: bytes.to_vec() }
    }

    pub(crate) async fn api(&self, method: &str, path: &str, token: &str, body: Value) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("host", "127.0.0.1:7750");
        if !token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = if body.is_null() {
            Body::empty()
        } else {
            request = request.header("content-type", "application/json");
            Body::from(body.to_string())
        };
        self.send(request.body(body).unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str, session: &str) -> Answer {
        let request = Request::builder().uri(path).header("cookie", format!("ishigaki={session}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// The bytes of an answer that is no text; the session may be empty.
    pub(crate) async fn bytes(&self, path: &str, session: &str) -> Vec<u8> {
        let answer = self.get(path, session).await;
        assert_eq!(answer.status, 200, "{path}");
        answer.bytes
    }

    /// Posts a form with its token.
    pub(crate) async fn post(&self, path: &str, session: &str, fields: &[(&str, &str)]) -> Answer {
        let mut fields = fields.to_vec();
        let token = web::form_token(session);
        if !session.is_empty() {
            fields.push(("_csrf", &token));
        }
        let body = fields.iter().map(|(k, v)| format!("{k}={}", encode(v))).collect::<Vec<_>>().join("&");
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header("cookie", format!("ishigaki={session}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Signs in and returns the session token.
    pub(crate) async fn sign_in(&self, login: &str) -> String {
        let answer = self.post("/login", "", &[("login", login), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.session()
    }

    /// States a fact of A社 through the API.
    pub(crate) async fn state(&self, key: &str, answer: &str) -> Answer {
        let token = self.a.tokens[&Role::Staff].clone();
        self.api("PUT", &format!("/api/v1/facts/{key}"), &token, json!({ "answer": answer })).await
    }

    pub(crate) fn cx(&self) -> Cx {
        Cx::without_request(&self.app, None)
    }
}

pub(crate) fn encode(text: &str) -> String {
    text.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
