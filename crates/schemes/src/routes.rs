//! `schemes::routes` — the only place this domain's routes are written.

use kernel::Permission::{SchemeEdit, SchemeRead};
use web::Need::May;
use web::{Method, Route, api, page, upload};

use crate::{official, own_edit, own_list, own_release, own_sample, scheme_list, scheme_show, unconfirmed_list};

/// All routes of this domain.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        page(Method::GET, "/schemes", "scheme_list", May(SchemeRead), scheme_list::page),
        page(Method::GET, "/schemes/{id}/{version}", "scheme_show", May(SchemeRead), scheme_show::page),
        page(Method::GET, "/schemes/{id}/{version}/official", "official_edit", May(SchemeEdit), official::page),
        upload("/schemes/{id}/{version}/official", "official_import", May(SchemeEdit), official::send),
        page(Method::POST, "/schemes/{id}/{version}/official/remove", "official_remove", May(SchemeEdit), official::remove),
        page(Method::GET, "/own-schemes", "own_list", May(SchemeEdit), own_list::page),
        page(Method::POST, "/own-schemes", "own_create", May(SchemeEdit), own_list::create),
        page(Method::GET, "/own-schemes/{id}/{version}", "own_edit", May(SchemeEdit), own_edit::page),
        page(Method::POST, "/own-schemes/{id}/{version}", "own_save", May(SchemeEdit), own_edit::save),
        upload("/own-schemes/{id}/{version}/questions", "own_import", May(SchemeEdit), own_edit::import),
        upload("/own-schemes/{id}/{version}/files", "own_files", May(SchemeEdit), own_edit::send_files),
        page(Method::GET, "/own-schemes/{id}/{version}/samples", "own_sample", May(SchemeEdit), own_sample::page),
        page(Method::POST, "/own-schemes/{id}/{version}/samples", "own_sample_change", May(SchemeEdit), own_sample::send),
        page(Method::POST, "/own-schemes/{id}/{version}/release", "own_release", May(SchemeEdit), own_release::send),
        page(Method::POST, "/own-schemes/{id}/{version}/next", "own_next", May(SchemeEdit), own_release::next),
        page(Method::POST, "/own-schemes/{id}/{version}/remove", "own_remove", May(SchemeEdit), own_release::remove),
        api(Method::GET, "/api/v1/own-schemes", "own_list_api", May(SchemeEdit), own_list::api),
        api(Method::POST, "/api/v1/own-schemes", "own_create_api", May(SchemeEdit), own_list::api_create),
        api(Method::POST, "/api/v1/own-schemes/{id}/{version}/release", "own_release_api", May(SchemeEdit), own_release::api),
        page(Method::GET, "/unconfirmed", "unconfirmed_list", May(SchemeRead), unconfirmed_list::page),
        api(Method::GET, "/api/v1/unconfirmed", "unconfirmed_list_api", May(SchemeRead), unconfirmed_list::api),
        api(Method::GET, "/api/v1/schemes", "scheme_list_api", May(SchemeRead), scheme_list::api),
        api(Method::GET, "/api/v1/schemes/{id}/{version}", "scheme_show_api", May(SchemeRead), scheme_show::api),
        api(Method::GET, "/api/v1/fact-types", "fact_type_list_api", May(SchemeRead), scheme_show::fact_types),
    ]
}
