//! products — a company's products and their releases, what they are made of, which advisories concern them. Not here:
//! reading component lists and matching, which are pure.

mod advisory;
mod bench;
mod chain;
mod decision;
mod decision_show;
mod finding;
mod lifecycle;
mod product_list;
mod product_show;
mod product_take;
mod provider;
mod release;
mod release_show;
mod routes;
mod samples;
mod signal;
mod store;
mod vex_show;
mod vulnerability_list;
mod worksheet;
mod worksheet_show;

pub use advisory::{Taken, advisories_take, advisory_digests, companies_affected};
pub use bench::{ChainSizes, chain_for_bench, findings_for_bench};
pub use chain::grant::{GrantInput, grant_make};
pub use chain::store::{Affected, SQL as CHAIN_SQL};
pub use chain::usage::{UseInput, use_add, use_set};
pub use lifecycle::lifecycles_take;
pub use product_list::product_add;
pub use product_take::{Sent, product_named, product_take};
pub use provider::store::SQL as PROVIDER_SQL;
pub use routes::routes;
pub use samples::samples;
pub use signal::{Signals, signals_take};
pub use store::{ProductNamed, SQL};
pub use vex_show::{VexFormat, vex_export};

use ::store::Migration;
use kernel::Lang;

/// The tables of this domain.
pub const MIGRATIONS: &[Migration] = &[
    Migration { domain: "products", number: 1, name: "products", sql: include_str!("../migrations/0001_products.sql") },
    Migration { domain: "products", number: 2, name: "decisions", sql: include_str!("../migrations/0002_decisions.sql") },
    Migration { domain: "products", number: 3, name: "chain", sql: include_str!("../migrations/0003_chain.sql") },
    Migration { domain: "products", number: 4, name: "urgency", sql: include_str!("../migrations/0004_urgency.sql") },
    Migration { domain: "products", number: 5, name: "known", sql: include_str!("../migrations/0005_known.sql") },
    Migration { domain: "products", number: 6, name: "exception", sql: include_str!("../migrations/0006_exception.sql") },
    Migration { domain: "products", number: 7, name: "identity", sql: include_str!("../migrations/0007_identity.sql") },
    Migration { domain: "products", number: 8, name: "provider", sql: include_str!("../migrations/0008_provider.sql") },
    Migration { domain: "products", number: 9, name: "worksheet", sql: include_str!("../migrations/0009_worksheet.sql") },
    Migration { domain: "products", number: 10, name: "lifecycle", sql: include_str!("../migrations/0010_lifecycle.sql") },
];

/// The texts of this domain.
pub const TEXTS: &[(Lang, &str)] = &[(Lang::Ja, include_str!("../texts/ja.ftl")), (Lang::En, include_str!("../texts/en.ftl"))];
