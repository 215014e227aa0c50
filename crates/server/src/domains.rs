//! `server::domains` — the one list of domains: their routes, tables, texts and statements.

use kernel::Lang;
use store::Migration;
use web::{Route, Texts};

/// Every route of the house.
#[must_use]
pub fn routes() -> Vec<Route> {
    let mut all = web::asset_routes();
    all.extend(crate::openapi::routes());
    for domain in [
        people::routes,
        schemes::routes,
        evidence::routes,
        assess::routes,
        drills::routes,
        register::routes,
        suppliers::routes,
        checksheets::routes,
        products::routes,
    ] {
        all.extend(domain());
    }
    all
}

/// Every migration, in the order they are applied.
#[must_use]
pub fn migrations() -> Vec<Migration> {
    [
        store::MIGRATIONS,
        mail::MIGRATIONS,
        people::MIGRATIONS,
        schemes::MIGRATIONS,
        evidence::MIGRATIONS,
        assess::MIGRATIONS,
        drills::MIGRATIONS,
        register::MIGRATIONS,
        suppliers::MIGRATIONS,
        checksheets::MIGRATIONS,
        products::MIGRATIONS,
    ]
    .concat()
}

/// All words.
#[must_use]
pub fn texts() -> Texts {
    let files: [&[(Lang, &str)]; 10] = [
        web::TEXTS,
        people::TEXTS,
        schemes::TEXTS,
        evidence::TEXTS,
        assess::TEXTS,
        drills::TEXTS,
        register::TEXTS,
        suppliers::TEXTS,
        checksheets::TEXTS,
        products::TEXTS,
    ];
    Texts::join(&files)
}

/// Every SQL constant of the house by name.
#[must_use]
pub fn sql() -> Vec<(&'static str, &'static str)> {
    [
        store::LEDGER_SQL,
        store::JOB_SQL,
        store::MIGRATE_SQL,
        mail::SQL,
        people::SQL,
        schemes::SQL,
        evidence::SQL,
        assess::SQL,
        drills::SQL,
        register::SQL,
        suppliers::SQL,
        checksheets::SQL,
        products::SQL,
        products::CHAIN_SQL,
        products::PROVIDER_SQL,
    ]
    .concat()
}
