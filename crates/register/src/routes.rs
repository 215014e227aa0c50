//! `register::routes` — the only place this domain's routes are written.

use kernel::Permission::{StarApply, StarDeclare, StarRead};
use web::Need::{May, Nobody};
use web::{Method, Route, api, page, upload};

use crate::{application_edit, certificate_show, entry_search, entry_show, log_show, star_list, statistic_show, verify_show};

/// All routes of this domain.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        page(Method::GET, "/register", "entry_search", Nobody, entry_search::page),
        page(Method::GET, "/register/entries/{number}", "entry_show", Nobody, entry_show::page),
        page(Method::GET, "/register/entries/{number}/qr.svg", "entry_qr", Nobody, entry_show::qr),
        page(Method::GET, "/register/entries/{number}/star", "entry_star", Nobody, entry_show::star),
        page(Method::GET, "/register/entries/{number}/proof", "entry_proof", Nobody, entry_show::proof),
        page(Method::GET, "/register/statistics", "statistic_show", Nobody, statistic_show::page),
        page(Method::GET, "/register/statistics.csv", "statistic_export", Nobody, statistic_show::csv),
        api(Method::GET, "/api/v1/register-statistics", "statistic_show_api", Nobody, statistic_show::api),
        page(Method::GET, "/register/verify", "verify_show", Nobody, verify_show::page),
        upload("/register/verify", "verify_send", Nobody, verify_show::send),
        page(Method::GET, "/register/keys", "key_list", Nobody, log_show::key_list),
        page(Method::GET, "/register/status", "status_show", Nobody, log_show::status),
        page(Method::GET, "/register/log/checkpoint", "checkpoint_show", Nobody, log_show::checkpoint_show),
        page(Method::GET, "/register/log/consistency", "consistency_show", Nobody, log_show::consistency_show),
        page(Method::GET, "/register/log/tile/{level}/{*tile}", "tile_show", Nobody, log_show::tile_show),
        page(Method::GET, "/stars", "star_list", May(StarRead), star_list::page),
        page(Method::POST, "/stars", "application_start", May(StarApply), star_list::send),
        page(Method::POST, "/stars/{number}/end", "star_end", May(StarApply), star_list::end),
        page(Method::GET, "/stars/{number}/certificate", "star_certificate", May(StarRead), certificate_show::page),
        page(Method::GET, "/applications/{id}", "application_show", May(StarRead), application_edit::page),
        page(Method::POST, "/applications/{id}", "application_save", May(StarApply), application_edit::send),
        page(Method::POST, "/applications/{id}/declare", "application_declare", May(StarDeclare), application_edit::send_declaration),
        page(Method::POST, "/applications/{id}/withdraw", "application_withdraw", May(StarApply), application_edit::withdraw),
        api(Method::GET, "/api/v1/stars", "star_list_api", May(StarRead), star_list::api),
        api(Method::POST, "/api/v1/stars", "application_start_api", May(StarApply), star_list::api_start),
        api(Method::GET, "/api/v1/applications/{id}", "application_show_api", May(StarRead), application_edit::api),
        api(Method::POST, "/api/v1/applications/{id}/declare", "application_declare_api", May(StarDeclare), application_edit::api_declare),
        api(Method::GET, "/api/v1/register", "entry_search_api", Nobody, entry_search::api),
        api(Method::GET, "/api/v1/register/{number}", "entry_show_api", Nobody, entry_show::api),
        api(Method::POST, "/api/v1/register/verify", "verify_api", Nobody, verify_show::api),
    ]
}
