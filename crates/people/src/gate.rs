//! `people::gate` — answers the web's question "who is this?" from the database, on every
//! request: a right just taken is gone at once, on every node.

use kernel::{Instant, OrganisationId, Permission, PersonId, Role, Scope, Unscoped, sha256_hex};
use store::{StoreError, params};
use web::{App, Cx, Gate, GateFuture, Resume, Signed};

use crate::model::{ABSOLUTE_SECONDS, IDLE_SECONDS, Token};
use crate::permissions::PermissionTable;
use crate::store::{SESSION_FIND, SESSION_SEEN, SessionRow, TOKEN_FIND, TokenRow};

const SIGN_IN: Unscoped = Unscoped::because("a session or token names its own organisation");
/// The last use is written at most this often, in seconds.
const SEEN_EVERY_SECONDS: i64 = 300;

/// The gate over the tables of this domain.
#[derive(Debug)]
pub struct PeopleGate {
    /// Role × permission.
    pub table: PermissionTable,
}

fn broken(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "people_session", column, row: "of this request".to_owned() }
}

/// Builds the scope from what the database says. The only place outside the operator's
/// commands where a scope of a request is made.
fn scope(organisation: String, person: String, role: &str) -> Result<Scope, StoreError> {
    let organisation = OrganisationId::try_from(organisation).map_err(|_| broken("organisation_id"))?;
    let person = PersonId::try_from(person).map_err(|_| broken("person_id"))?;
    Ok(Scope::granted(organisation, person, Role::parse(role).map_err(|_| broken("role"))?))
}

impl Gate for PeopleGate {
    fn session<'a>(&'a self, app: &'a App, token: &'a str) -> GateFuture<'a, Option<Signed>> {
        Box::pin(async move {
            let hash = sha256_hex(token.as_bytes());
            let mut tx = app.store.read().await?;
            let row: Option<SessionRow> = tx.one(&SIGN_IN, SESSION_FIND, params![&hash]).await?;
            drop(tx);
            let Some(row) = row.filter(|r| !r.proven_at.is_empty()) else { return Ok(None) };
            let read = |text: &str, column| Instant::parse(text).map_err(|_| broken(column));
            let (created, seen, now) = (read(&row.created_at, "created_at")?, read(&row.seen_at, "seen_at")?, app.clock.now());
            if now.seconds_since(created) > ABSOLUTE_SECONDS || now.seconds_since(seen) > IDLE_SECONDS {
                return Ok(None);
            }
            if now.seconds_since(seen) > SEEN_EVERY_SECONDS {
                let mut tx = app.store.write().await?;
                tx.run(&SIGN_IN, SESSION_SEEN, params![&hash, now]).await?;
                tx.without_record("the last use of a session is not an event");
                tx.commit().await?;
            }
            Ok(Some(Signed {
                scope: scope(row.organisation_id, row.person_id, &row.role)?,
                person_name: row.person_name,
                organisation_name: row.organisation_name,
                proven_at: read(&row.proven_at, "proven_at")?,
            }))
        })
    }

    fn bearer<'a>(&'a self, app: &'a App, token: &'a str) -> GateFuture<'a, Option<Signed>> {
        Box::pin(async move {
            if !token.starts_with(Token::PREFIX) {
                return Ok(None);
            }
            let mut tx = app.store.read().await?;
            let hash = sha256_hex(token.as_bytes());
            let row: Option<TokenRow> = tx.one(&SIGN_IN, TOKEN_FIND, params![hash, app.clock.now()]).await?;
            let Some(row) = row else { return Ok(None) };
            Ok(Some(Signed {
                scope: scope(row.organisation_id, row.person_id, &row.role)?,
                person_name: row.person_name,
                organisation_name: row.organisation_name,
                proven_at: Instant::parse(&row.proven_at).map_err(|_| broken("created_at"))?,
            }))
        })
    }

    fn allows(&self, role: Role, permission: Permission) -> bool {
        self.table.allows(role, permission)
    }

    fn sign_in(&self, cx: &Cx, resume: &Resume) -> web::Response {
        crate::session_open::kept_form_page(cx, resume)
    }
}
