//! `products::chain` — what goes from company to company: grants, uses, notices, and the walk that tells everybody what a
//! vulnerability means for them. Not here: what a release is made of.

pub(crate) mod grant;
pub(crate) mod grant_list;
pub(crate) mod notice_show;
pub(crate) mod spread;
pub(crate) mod store;
pub(crate) mod usage;
pub(crate) mod usage_list;
pub(crate) mod usage_show;
pub(crate) mod vulnerability_show;
mod walk;
