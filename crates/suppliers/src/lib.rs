//! suppliers — a buyer's view of its supply chain: who matters and why, what stops if one stops, what is
//! asked and answered, what is given back. Rows belong to the buyer; what a supplier states is its own,
//! and crosses only as a versioned snapshot that ends.

mod acting;
mod chain_show;
mod classes;
mod data;
mod impact_show;
mod link_edit;
mod link_show;
mod list_import;
mod list_read;
mod list_show;
mod routes;
mod rule_edit;
mod samples;
mod store;
mod supplier;
mod supplier_edit;
mod supplier_list;
mod supplier_show;
mod walk;
mod whole;

pub use data::Data;
pub use impact_show::{Impact, impact, impact_named};
pub use link_edit::{LinkInput, links_add};
pub use list_import::{ListReport, list_import};
pub use routes::routes;
pub use rule_edit::place_all;
pub use samples::samples;
pub use store::SQL;
pub use supplier::SupplierHead;
pub use supplier_edit::{SupplierInput, supplier_edit};
pub use whole::{LevelFuture, Levels};

use ::store::Migration;
use kernel::Lang;

/// The tables of this domain.
pub const MIGRATIONS: &[Migration] = &[
    Migration { domain: "suppliers", number: 1, name: "suppliers", sql: include_str!("../migrations/0001_suppliers.sql") },
    Migration { domain: "suppliers", number: 2, name: "link", sql: include_str!("../migrations/0002_link.sql") },
];

/// The texts of this domain.
pub const TEXTS: &[(Lang, &str)] = &[(Lang::Ja, include_str!("../texts/ja.ftl")), (Lang::En, include_str!("../texts/en.ftl"))];
