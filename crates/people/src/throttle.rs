//! `people::throttle` — slows down guessing, per login and per network; never locks for good.

use kernel::{Code, Instant, Unscoped};
use store::{Tx, params};
use web::{Cx, Problem};

use crate::model::wait_seconds;
use crate::model::{ABSOLUTE_SECONDS, IDLE_SECONDS};
use crate::store::{SESSION_SWEEP, THROTTLE_CLEAR, THROTTLE_FAIL, THROTTLE_FIND, THROTTLE_SWEEP};

const SIGN_IN: Unscoped = Unscoped::because("before sign-in there is no organisation");

/// The two buckets of a try: the login, and the network (a /24 or /56 block).
pub(crate) fn buckets(cx: &Cx, login: &str) -> [String; 2] {
    let network = cx.network_block();
    [format!("login:{}", kernel::sha256_hex(login.as_bytes())), format!("network:{network}")]
}

/// Refuses a try that comes too early.
///
/// # Errors
/// [`Code::TooManyTries`] with the seconds to wait.
pub(crate) async fn check(cx: &Cx, tx: &mut Tx, login: &str) -> Result<(), Problem> {
    for (place, bucket) in buckets(cx, login).iter().enumerate() {
        let row: Option<(i64, String)> = tx.one(&SIGN_IN, THROTTLE_FIND, params![bucket]).await?;
        let Some((failures, at)) = row else { continue };
        // A network is shared by many people, so it may fail ten times as often.
        let failures = if place == 0 { failures } else { failures / 10 };
        let until = Instant::parse(&at).map(|at| at.plus_seconds(wait_seconds(failures)));
        let wait = until.map_or(0, |until| until.seconds_since(cx.now()));
        if wait > 0 {
            let text = cx.app.texts.fill(cx.lang, "session.wait", &[("seconds", wait.to_string())]);
            return Err(Problem::new(Code::TooManyTries).with_detail(text));
        }
    }
    Ok(())
}

/// Counts a failure.
///
/// # Errors
/// The store's.
pub(crate) async fn fail(cx: &Cx, tx: &mut Tx, login: &str) -> Result<(), Problem> {
    for bucket in buckets(cx, login) {
        tx.run(&SIGN_IN, THROTTLE_FAIL, params![bucket, cx.now()]).await?;
    }
    Ok(())
}

/// Forgets the failures of a login that got in; the network keeps its own.
///
/// # Errors
/// The store's.
pub(crate) async fn clear(cx: &Cx, tx: &mut Tx, login: &str) -> Result<(), Problem> {
    let [login, _] = buckets(cx, login);
    tx.run(&SIGN_IN, THROTTLE_CLEAR, params![login]).await?;
    Ok(())
}

/// Removes sessions that have ended and failures older than a day.
///
/// # Errors
/// The store's.
pub async fn sweep(cx: &Cx) -> Result<(), Problem> {
    let back = |seconds: i64| cx.now().plus_seconds(-seconds);
    let mut tx = cx.write().await?;
    tx.run(&SIGN_IN, SESSION_SWEEP, params![back(ABSOLUTE_SECONDS), back(IDLE_SECONDS)]).await?;
    tx.run(&SIGN_IN, THROTTLE_SWEEP, params![back(86_400)]).await?;
    tx.without_record("what has run out is no event");
    Ok(tx.commit().await?)
}
