//! people — organisations, sites, persons, roles, sessions and API tokens: who may ask for
//! what. Not here: what an organisation states (`evidence`) or where it stands (`assess`).
//! Passkeys and OIDC will stand beside `password` and `second_factor`.

mod account_show;
mod choice_show;
mod company;
mod gate;
mod instance_claim;
mod ledger_list;
mod member_edit;
mod model;
mod organisation_create;
mod organisation_edit;
mod password;
mod password_change;
mod permissions;
mod routes;
mod samples;
mod second_factor;
mod session_open;
mod site_edit;
mod store;
mod throttle;
mod token_edit;

pub use company::{Company, Imported, companies_import, company_find};
pub use gate::PeopleGate;
pub use instance_claim::{ClaimInput, FirstCode, instance_claim, instance_is_claimed, organisation_found};
pub use member_edit::{MemberInput, member_add};
pub use model::{BANDS, INDUSTRIES, MIGRATIONS, TEXTS, Token};
pub use organisation_create::{OrganisationInput, OrganisationWatcher, organisation_create, organisation_for_bench};
pub use organisation_edit::{Profile, profile};
pub use permissions::{PermissionTable, permission_table};
pub use routes::routes;
pub use samples::samples;
pub use session_open::session_for_bench;
pub use site_edit::{SiteHead, SiteKind, site_add, site_list};
pub use store::SQL;
pub use throttle::sweep;
pub use token_edit::token_create;
