//! `people::routes` — the only place this domain's routes are written.

use kernel::Permission::{AccountEdit, LedgerRead, OrganisationEdit, OrganisationRead, PersonEdit, PersonRead};
use web::Need::{May, Nobody, SignedIn};
use web::{Method, Route, api, page};

use crate::{
    account_show, choice_show, instance_claim, ledger_list, member_edit, organisation_create, organisation_edit, password_change,
    second_factor, session_open, site_edit, token_edit,
};

/// All routes of this domain.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        page(Method::GET, "/start", "instance_show", Nobody, instance_claim::page),
        page(Method::POST, "/start", "instance_claim", Nobody, instance_claim::send),
        page(Method::GET, "/login", "session_show", Nobody, session_open::page),
        page(Method::POST, "/login", "session_open", Nobody, session_open::send),
        page(Method::POST, "/login/code", "session_prove", Nobody, session_open::code),
        page(Method::POST, "/logout", "session_close", SignedIn, session_open::close),
        page(Method::POST, "/session/organisation", "session_move", SignedIn, session_open::organisation),
        page(Method::POST, "/language", "language_choose", Nobody, session_open::language),
        page(Method::GET, "/choose", "choice_list", SignedIn, choice_show::page),
        page(Method::GET, "/choose/{what}", "choice_show", SignedIn, choice_show::page),
        page(Method::GET, "/account", "account_show", May(AccountEdit), account_show::page),
        page(Method::POST, "/account/password", "password_change", May(AccountEdit), password_change::page),
        page(Method::GET, "/account/second-factor", "second_factor_show", May(AccountEdit), second_factor::page),
        page(Method::POST, "/account/second-factor", "second_factor_add", May(AccountEdit), second_factor::add),
        page(Method::POST, "/account/second-factor/remove", "second_factor_remove", May(AccountEdit), second_factor::remove),
        page(Method::POST, "/account/sessions/{id}/end", "session_end", May(AccountEdit), account_show::end_session),
        page(Method::POST, "/account/tokens", "token_create", May(AccountEdit), token_edit::page),
        page(Method::POST, "/account/tokens/{id}/revoke", "token_revoke", May(AccountEdit), token_edit::revoke),
        page(Method::GET, "/organisation", "organisation_show", May(OrganisationRead), organisation_edit::page),
        page(Method::POST, "/organisation", "organisation_change", May(OrganisationEdit), organisation_edit::change),
        page(Method::POST, "/organisation/children", "organisation_create", May(OrganisationEdit), organisation_create::page),
        page(Method::POST, "/organisation/sites", "site_add", May(OrganisationEdit), site_edit::add),
        page(Method::POST, "/organisation/sites/{id}/close", "site_close", May(OrganisationEdit), site_edit::close),
        page(Method::GET, "/members", "member_list", May(PersonRead), member_edit::page),
        page(Method::POST, "/members", "member_add", May(PersonEdit), member_edit::add),
        page(Method::POST, "/members/{id}/role", "member_change", May(PersonEdit), member_edit::change),
        page(Method::POST, "/members/{id}/remove", "member_remove", May(PersonEdit), member_edit::remove),
        page(Method::GET, "/ledger", "ledger_list", May(LedgerRead), ledger_list::page),
        api(Method::GET, "/api/v1/ledger", "ledger_list_api", May(LedgerRead), ledger_list::api),
        api(Method::GET, "/api/v1/account", "account_show_api", SignedIn, account_show::api),
        api(Method::GET, "/api/v1/organisations", "organisation_list_api", May(OrganisationRead), organisation_create::api_list),
        api(Method::POST, "/api/v1/organisations", "organisation_create_api", May(OrganisationEdit), organisation_create::api),
        api(Method::GET, "/api/v1/sites", "site_list_api", May(OrganisationRead), site_edit::api_list),
        api(Method::POST, "/api/v1/sites", "site_add_api", May(OrganisationEdit), site_edit::api_add),
        api(Method::GET, "/api/v1/members", "member_list_api", May(PersonRead), member_edit::api_list),
        api(Method::POST, "/api/v1/members", "member_add_api", May(PersonEdit), member_edit::api_add),
    ]
}
