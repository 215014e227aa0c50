//! evidence — facts with their whole history, and the files that prove them. Owns what a
//! company stated; what follows from it is `assess`'s to say, told through [`FactWatcher`].

mod claim_read;
mod document_edit;
mod fact_export;
mod fact_history;
mod fact_import;
mod fact_list;
mod fact_read;
mod fact_state;
mod file_type;
mod model;
mod routes;
mod samples;
mod store;
mod view;

pub use claim_read::{Claim, claims, document_hashes, document_of};
pub use document_edit::{DocumentHead, document_add, documents_expire};
pub use fact_import::facts_import;
pub use fact_read::{SiteFacts, company_facts, facts_of, site_facts, stated_by};
pub use fact_state::{EchoFuture, FactEcho, FactInput, FactStated, FactWatcher, fact_state};
pub use model::{MIGRATIONS, TEXTS};
pub use routes::routes;
pub use samples::samples;
pub use store::SQL;
pub use view::{FactDetails, FactHead};
