//! `web::cx` — what a request knows: the instance, who asks for which organisation, in which
//! language, and when. Handlers get a [`Cx`]; tests build the same one.

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

use axum::http::Extensions;
use kernel::{Clock, Code, Event, Instant, Lang, Permission, Rng, Role, Scope};
use store::{Store, StoreError, Tx};

use crate::problem::Problem;
use crate::route::Need;
use crate::texts::Texts;

/// Settings of an instance.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address people use, without a slash at the end. Cookies are `Secure` if it is https.
    pub public_url: String,
    /// Largest evidence file, in bytes.
    pub upload_limit_bytes: u64,
    /// Evidence of one organisation together, in bytes.
    pub quota_bytes: u64,
    /// Largest form or JSON body, in bytes.
    pub body_limit_bytes: usize,
    /// Questions a minute that one network may ask the public register without signing in; 0 for no limit.
    pub register_limit: u32,
    /// Whether components are looked up by their names too, where every hit is a candidate for somebody to look at.
    pub match_names: bool,
    /// To whom weaknesses of this instance are told, as `mailto:` or an address; empty if nobody is named.
    pub security_contact: String,
    /// Whether this is the fictional world of `ishigaki demo`.
    pub demo: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:7750".to_owned(),
            upload_limit_bytes: 20 * 1024 * 1024,
            quota_bytes: 5 * 1024 * 1024 * 1024,
            body_limit_bytes: 256 * 1024,
            register_limit: 120,
            match_names: false,
            security_contact: String::new(),
            demo: false,
        }
    }
}

/// Who is signed in, as the gate found it.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Organisation, person and role.
    pub scope: Scope,
    /// The person's name, for the page head.
    pub person_name: String,
    /// The organisation's name, for the page head.
    pub organisation_name: String,
    /// When the password was last given, for sensitive changes.
    pub proven_at: Instant,
}

/// A boxed future, as the gate returns it.
pub type GateFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A form that arrived without a session, to be offered again after sign-in.
#[derive(Debug, Clone, Default)]
pub struct Resume {
    /// Where it was going.
    pub path: String,
    /// Its fields, form-encoded.
    pub body: String,
}

/// What the web needs to know about people; `people` answers it, `server` wires it.
pub trait Gate: Send + Sync {
    /// Who holds this session cookie now.
    fn session<'a>(&'a self, app: &'a App, token: &'a str) -> GateFuture<'a, Option<Signed>>;
    /// Who holds this API token now.
    fn bearer<'a>(&'a self, app: &'a App, token: &'a str) -> GateFuture<'a, Option<Signed>>;
    /// Whether a role holds a permission.
    fn allows(&self, role: Role, permission: Permission) -> bool;
    /// The sign-in page that keeps a form for later.
    fn sign_in(&self, cx: &Cx, resume: &Resume) -> axum::response::Response;
}

/// The instance: everything requests share.
pub struct App {
    /// Database and files.
    pub store: Store,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub rng: Arc<dyn Rng>,
    /// Words.
    pub texts: Texts,
    /// Settings.
    pub config: Config,
    /// Sessions and permissions.
    pub gate: Arc<dyn Gate>,
    /// What domains share with their own handlers, by type.
    pub parts: Extensions,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("config", &self.config).finish_non_exhaustive()
    }
}

/// One request.
#[derive(Clone)]
pub struct Cx {
    /// The instance.
    pub app: Arc<App>,
    /// Who asks; none on public routes.
    pub signed: Option<Signed>,
    /// The language of the answer.
    pub lang: Lang,
    /// The address path asked for.
    pub path: String,
    /// The network the request came from.
    pub network: Option<IpAddr>,
    /// The session token of the request, empty if none.
    pub session: String,
    /// The token of somebody who answers without an account, empty if none.
    pub guest: String,
    /// What the browser calls itself, cut to 120 characters.
    pub agent: String,
    /// The token forms must carry, bound to the session.
    pub csrf: String,
}

impl std::fmt::Debug for Cx {
    /// Without session and form token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cx").field("path", &self.path).field("lang", &self.lang).finish_non_exhaustive()
    }
}

/// The network an address belongs to for limits: a /24 or /56 block.
#[must_use]
pub fn network_block(ip: Option<IpAddr>) -> String {
    match ip {
        Some(IpAddr::V4(ip)) => {
            let [a, b, c, _] = ip.octets();
            format!("{a}.{b}.{c}")
        }
        Some(IpAddr::V6(ip)) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{:x}", d & 0xff00)
        }
        None => "unknown".to_owned(),
    }
}

impl Cx {
    /// The network the request came from, as limits count it.
    #[must_use]
    pub fn network_block(&self) -> String {
        network_block(self.network)
    }

    /// A context without a request: for the operator's commands, background work and tests.
    #[must_use]
    pub fn without_request(app: &Arc<App>, scope: Option<Scope>) -> Self {
        let signed =
            scope.map(|scope| Signed { scope, person_name: String::new(), organisation_name: String::new(), proven_at: app.clock.now() });
        Self {
            app: Arc::clone(app),
            signed,
            lang: Lang::Ja,
            path: "/".to_owned(),
            network: None,
            session: String::new(),
            guest: String::new(),
            agent: String::new(),
            csrf: String::new(),
        }
    }

    /// The moment of this call.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.app.clock.now()
    }

    /// Who asks for which organisation.
    ///
    /// # Errors
    /// [`Code::SignInNeeded`] on a route that nobody guarded.
    pub fn scope(&self) -> Result<&Scope, Problem> {
        self.signed.as_ref().map(|s| &s.scope).ok_or_else(|| Problem::new(Code::SignInNeeded))
    }

    /// Whether the signed-in role may do this.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.signed.as_ref().is_some_and(|s| self.app.gate.allows(s.scope.role(), permission))
    }

    pub(crate) fn meets(&self, need: Need) -> bool {
        match need {
            Need::Nobody => true,
            Need::SignedIn => self.signed.is_some(),
            Need::May(permission) => self.may(permission),
        }
    }

    /// A part that a domain put into the instance.
    ///
    /// # Errors
    /// [`Code::Internal`] if the binary forgot to wire it.
    pub fn part<T: Clone + Send + Sync + 'static>(&self) -> Result<T, Problem> {
        self.app
            .parts
            .get::<T>()
            .cloned()
            .ok_or_else(|| Problem::new(Code::Internal).because(format!("part {} is not wired", std::any::type_name::<T>())))
    }

    /// A text in the request's language.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.app.texts.get(self.lang, key).to_owned()
    }

    /// Starts reading.
    ///
    /// # Errors
    /// The store's, as a problem.
    pub async fn read(&self) -> Result<Tx, Problem> {
        Ok(self.app.store.read().await?)
    }

    /// Starts changing.
    ///
    /// # Errors
    /// The store's, as a problem.
    pub async fn write(&self) -> Result<Tx, Problem> {
        Ok(self.app.store.write().await?)
    }

    /// Writes an event into the organisation's ledger.
    ///
    /// # Errors
    /// The store's, as a problem.
    pub async fn record(&self, tx: &mut Tx, event: Event) -> Result<(), Problem> {
        Ok(tx.record(self.scope()?, self.now(), &event).await?)
    }
}
