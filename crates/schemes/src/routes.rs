//! `schemes::routes` — the only place this domain's routes are written.

use kernel::Permission::{SchemeEdit, SchemeRead};
use web::Need::May;
use web::{Method, Route, api, page, upload};

use crate::{official, scheme_list, scheme_show, unconfirmed_list};

/// All routes of this domain.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        page(Method::GET, "/schemes", "scheme_list", May(SchemeRead), scheme_list::page),
        page(Method::GET, "/schemes/{id}/{version}", "scheme_show", May(SchemeRead), scheme_show::page),
        page(Method::GET, "/schemes/{id}/{version}/official", "official_edit", May(SchemeEdit), official::page),
        upload("/schemes/{id}/{version}/official", "official_import", May(SchemeEdit), official::send),
        page(Method::POST, "/schemes/{id}/{version}/official/remove", "official_remove", May(SchemeEdit), official::remove),
        page(Method::GET, "/unconfirmed", "unconfirmed_list", May(SchemeRead), unconfirmed_list::page),
        api(Method::GET, "/api/v1/unconfirmed", "unconfirmed_list_api", May(SchemeRead), unconfirmed_list::api),
        api(Method::GET, "/api/v1/schemes", "scheme_list_api", May(SchemeRead), scheme_list::api),
        api(Method::GET, "/api/v1/schemes/{id}/{version}", "scheme_show_api", May(SchemeRead), scheme_show::api),
        api(Method::GET, "/api/v1/fact-types", "fact_type_list_api", May(SchemeRead), scheme_show::fact_types),
    ]
}
