//! `people::token_edit` — API tokens: made after giving the password again, shown once, kept as
//! a digest, ended after a year at most.

use kernel::{Event, EventKind, Scope, TokenId, sha256_hex};
use store::{Tx, params};
use web::{Call, Cx, FieldError, Problem, Response, redirect};

use crate::model::{Token, name};
use crate::second_factor::prove;
use crate::store::{TOKEN_ADD, TOKEN_REVOKE};

/// A token lives so many seconds (365 days).
const LIFE_SECONDS: i64 = 365 * 86_400;

/// Makes a token for the person and organisation of `scope`.
///
/// # Errors
/// The store's.
pub async fn token_create(cx: &Cx, tx: &mut Tx, scope: &Scope, name: &str) -> Result<Token, Problem> {
    let (token, id) = (Token::random(&*cx.app.rng), TokenId::new(&*cx.app.clock, &*cx.app.rng));
    let hash = sha256_hex(token.reveal().as_bytes());
    let ends = cx.now().plus_seconds(LIFE_SECONDS);
    tx.run(scope, TOKEN_ADD, params![&id, hash, scope.person(), name, cx.now(), ends]).await?;
    tx.record(scope, cx.now(), &Event::new(EventKind::TokenCreated, id.as_str())).await?;
    Ok(token)
}

/// `POST /account/tokens`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let Some(name) = name(call.form.get("name")) else {
        return Err(Problem::invalid(vec![FieldError { field: "name".to_owned(), text: cx.t("account.token.name.wrong") }]));
    };
    prove(&cx, call.form.get("password")).await?;
    let mut tx = cx.write().await?;
    let token = token_create(&cx, &mut tx, cx.scope()?, &name).await?;
    tx.commit().await?;
    crate::account_show::show(&cx, token.reveal()).await
}

/// `POST /account/tokens/{id}/revoke`
pub(crate) async fn revoke(cx: Cx, call: Call) -> Result<Response, Problem> {
    let id: TokenId = call.id("id")?;
    let scope = cx.scope()?.clone();
    let mut tx = cx.write().await?;
    if tx.run(&scope, TOKEN_REVOKE, params![scope.person(), &id]).await? == 0 {
        return Err(Problem::not_found());
    }
    cx.record(&mut tx, Event::new(EventKind::TokenRevoked, id.as_str())).await?;
    tx.commit().await?;
    Ok(redirect("/account"))
}
