//! `web::notice` — lines that other rooms put on the start page: what ends, what waits.

use std::pin::Pin;

use store::Tx;

use crate::cx::Cx;
use crate::problem::Problem;

/// A line with the place where something can be done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// One sentence.
    pub text: String,
    /// A path of this instance.
    pub path: String,
}

/// What [`Notices::of`] gives.
pub type NoticeFuture<'a> = Pin<Box<dyn Future<Output = Result<Vec<Notice>, Problem>> + Send + 'a>>;

/// Who has lines for the start page. Wired in `server`.
pub trait Notices: Send + Sync {
    /// The lines for the organisation that asks.
    fn of<'a>(&'a self, cx: &'a Cx, tx: &'a mut Tx) -> NoticeFuture<'a>;
}
