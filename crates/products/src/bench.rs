//! `products::bench` — what benches need to begin with: companies with products in each other's machines, components,
//! findings, decisions. Not for use otherwise.

use kernel::{OrganisationId, PersonId, Scope};
use store::params;
use web::{Cx, Problem};

use crate::chain::spread::CHAIN;
use crate::chain::store::{GRANT_ADD, GRANT_TAKE_FOR_BENCH, USE_ADD};
use crate::store::{
    ADVISORY_FILL_FOR_BENCH, COMPONENT_FILL_FOR_BENCH, DECISION_FILL_FOR_BENCH, FINDING_FILL_FOR_BENCH, FINDING_MORE_FOR_BENCH,
    FINDING_REFRESH_SIGNALS, PRODUCT_ADD, RELEASE_ADD, SIGNAL_FILL_FOR_BENCH,
};

/// How large a bench is.
#[derive(Debug, Clone, Copy)]
pub struct ChainSizes {
    /// Products of each company, one release each.
    pub products: usize,
    /// Components of each release.
    pub components: usize,
    /// Advisories for findings.
    pub advisories: usize,
}

fn id(company: usize, product: usize) -> String {
    format!("bench-{company:06}-{product:03}")
}

/// Companies whose products are used by the others: each release in two machines, and the first of each company inside
/// the second of the next one. The first release of each company holds `cargo/atty` 0.2.14.
///
/// # Errors
/// The store's.
pub async fn chain_for_bench(cx: &Cx, companies: &[OrganisationId], person: &PersonId, sizes: ChainSizes) -> Result<(), Problem> {
    let (now, until) = (cx.now(), cx.now().day().plus_days(300).to_string());
    let at = |n: usize| companies.get(n % companies.len().max(1)).ok_or_else(Problem::not_found);
    let mut tx = cx.write().await?;
    for (company, own) in companies.iter().enumerate() {
        let (mut products, mut releases, mut grants, mut uses) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for product in 0..sizes.products {
            let (id, version) = (id(company, product), format!("1.{product}"));
            products.push(params![own, &id, format!("製品 {product}"), now, person]);
            releases.push(params![own, &id, &id, version, "x.json", "", "cyclonedx-json", sizes.components, "", "{}", now, person]);
            let customers = [1, 7].into_iter().enumerate().map(|(n, step)| (n, company + product + step, String::new()));
            let inside = (product == 0).then(|| (2, company + 1, self::id((company + 1) % companies.len().max(1), 1)));
            for (n, customer, into) in customers.chain(inside) {
                let (grant, customer) = (format!("{id}-{n}"), at(customer)?);
                grants.push(params![own, &grant, &id, "客先", "answers", "", &grant, &until, now, person]);
                uses.push(params![customer, &grant, own, &grant, &id, "機械", "small", "high", into, "", 1, now, person]);
            }
        }
        tx.run_rows(&CHAIN, PRODUCT_ADD, &[], &products).await?;
        tx.run_rows(&CHAIN, RELEASE_ADD, &[], &releases).await?;
        tx.run_rows(&CHAIN, GRANT_ADD, &[], &grants).await?;
        tx.run_rows(&CHAIN, USE_ADD, &[], &uses).await?;
    }
    tx.run(&CHAIN, GRANT_TAKE_FOR_BENCH, params![]).await?;
    tx.run(&CHAIN, COMPONENT_FILL_FOR_BENCH, params![sizes.components - 1]).await?;
    tx.without_record("rows of a bench are nobody's");
    Ok(tx.commit().await?)
}

/// Findings: 99 of each release, and a thousand of each release of the one who looks; some of these are decided.
///
/// # Errors
/// The store's.
pub async fn findings_for_bench(cx: &Cx, viewer: &Scope, sizes: ChainSizes) -> Result<(), Problem> {
    let mut tx = cx.write().await?;
    tx.run(&CHAIN, ADVISORY_FILL_FOR_BENCH, params![sizes.advisories]).await?;
    tx.run(&CHAIN, SIGNAL_FILL_FOR_BENCH, params![]).await?;
    tx.run(&CHAIN, FINDING_FILL_FOR_BENCH, params![viewer.id(), sizes.advisories]).await?;
    tx.run(viewer, FINDING_MORE_FOR_BENCH, params![sizes.advisories]).await?;
    tx.run(viewer, DECISION_FILL_FOR_BENCH, params![viewer.person()]).await?;
    tx.run(&CHAIN, FINDING_REFRESH_SIGNALS, params!["", "~"]).await?;
    tx.without_record("rows of a bench are nobody's");
    Ok(tx.commit().await?)
}
