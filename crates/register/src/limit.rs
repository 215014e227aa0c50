//! `register::limit` — how often one network may ask the public register, so that nobody scrapes
//! what stands in the bulk file anyway. In memory, per process; whoever asks too often is told
//! where the file is.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use kernel::{Code, Instant};
use web::{Cx, Problem};

/// Networks remembered at most; beyond that the counts begin anew.
const NETWORKS_MAX: usize = 100_000;

/// How many questions of each network in the running minute.
type Counts = BTreeMap<String, (i64, u32)>;

/// What was asked lately.
#[derive(Debug, Clone, Default)]
pub struct Limiter(Arc<Mutex<Counts>>);

impl Limiter {
    /// Counts a question; whether it is within the limit. A limit of 0 is none.
    fn allows(&self, block: String, now: Instant, limit: u32) -> bool {
        let Ok(mut counts) = self.0.lock() else { return true };
        let minute = now.as_micros().div_euclid(60_000_000);
        if counts.len() > NETWORKS_MAX {
            counts.clear();
        }
        let entry = counts.entry(block).or_insert((minute, 0));
        *entry = if entry.0 == minute { (minute, entry.1.saturating_add(1)) } else { (minute, 1) };
        limit == 0 || entry.1 <= limit
    }
}

/// Refuses a question beyond the limit of this network; people who are signed in are not counted.
///
/// # Errors
/// [`Code::TooManyTries`], pointing to the bulk file.
pub(crate) fn check(cx: &Cx) -> Result<(), Problem> {
    let limiter = cx.part::<Limiter>()?;
    if cx.signed.is_some() || limiter.allows(cx.network_block(), cx.now(), cx.app.config.register_limit) {
        return Ok(());
    }
    Err(Problem::new(Code::TooManyTries).with_detail(cx.t("register.limit")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_held_back_within_a_minute_and_others_are_not() {
        let (limiter, now) = (Limiter::default(), Instant::parse("2026-11-21T00:00:10Z").unwrap());
        let block = |text: &str| web::network_block(Some(text.parse().unwrap()));
        let asked = |who: &str, at: Instant| limiter.allows(block(who), at, 2);
        assert!(asked("192.0.2.1", now) && asked("192.0.2.99", now));
        assert!(!asked("192.0.2.1", now), "the whole block is one network");
        assert!(asked("198.51.100.1", now) && asked("2001:db8::1", now) && asked("2001:db8:0:ff::1", now));
        assert!(!asked("2001:db8:0:1::1", now) && asked("2001:db8:0:100::1", now), "a /56 is one network");
        assert!(asked("192.0.2.1", now.plus_seconds(60)));
        assert!((0..9).all(|_| limiter.allows(block("192.0.2.1"), now, 0)), "a limit of 0 is none");
    }
}
