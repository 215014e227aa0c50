//! `people::password_change` — a new password for oneself. Ends every other session and every
//! API token of the person.

use kernel::{Event, EventKind, Unscoped, sha256_hex};
use store::params;
use web::{Call, Cx, FieldError, Problem, Response, redirect, set_session_cookie};

use crate::password;
use crate::second_factor::prove;
use crate::store::{PERSON_PASSWORD, SESSION_END_OTHERS, TOKEN_REVOKE_ALL};

const OWN: Unscoped = Unscoped::because("a person's own account; the person's id is bound as a parameter");

/// `POST /account/password`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    prove(&cx, call.form.get("password")).await?;
    let person = cx.scope()?.person().clone();
    let new = call.form.get("new_password").to_owned();
    if let Some(key) = password::fault(&new, "") {
        let field = FieldError { field: "new_password".to_owned(), text: cx.t(key) };
        return Err(Problem::invalid(vec![field]));
    }
    let hash = password::hash(new, &*cx.app.rng).await?;
    let mut tx = cx.write().await?;
    tx.run_one(&OWN, PERSON_PASSWORD, params![&person, hash]).await?;
    tx.run(&OWN, SESSION_END_OTHERS, params![&person, sha256_hex(cx.session.as_bytes())]).await?;
    tx.run(&OWN, TOKEN_REVOKE_ALL, params![&person]).await?;
    let token = crate::session_open::renew(&cx, &mut tx).await?;
    cx.record(&mut tx, Event::new(EventKind::PasswordChanged, person.as_str())).await?;
    tx.commit().await?;
    let mut response = redirect("/account");
    if let Ok(cookie) = set_session_cookie(&cx.app.config, &token).parse() {
        response.headers_mut().insert("set-cookie", cookie);
    }
    Ok(response)
}
