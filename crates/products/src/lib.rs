//! products — a company's products and their releases, what they are made of, which advisories concern them. Not here:
//! reading component lists and matching, which are pure.

mod advisory;
mod finding;
mod product_list;
mod product_show;
mod product_take;
mod release;
mod release_show;
mod routes;
mod samples;
mod store;

pub use advisory::{Taken, advisories_take};
pub use routes::routes;
pub use samples::samples;
pub use store::SQL;

use ::store::Migration;
use kernel::Lang;

/// The tables of this domain.
pub const MIGRATIONS: &[Migration] =
    &[Migration { domain: "products", number: 1, name: "products", sql: include_str!("../migrations/0001_products.sql") }];

/// The texts of this domain.
pub const TEXTS: &[(Lang, &str)] = &[(Lang::Ja, include_str!("../texts/ja.ftl")), (Lang::En, include_str!("../texts/en.ftl"))];
