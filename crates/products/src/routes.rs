//! `products::routes` — the only place this domain's routes are written.

use kernel::Permission::{ProductEdit, ProductRead};
use web::Need::{May, Nobody, SignedIn};
use web::{Method, Route, api, api_file, page, upload, upload_api};

use crate::chain::{grant_list, notice_show, usage_list, usage_show, vulnerability_show};
use crate::provider::{file_show, publish};
use crate::{decision_show, product_list, product_show, product_take, release_show, vex_show, vulnerability_list, worksheet_show};

/// Room for a component list beside the form around it, in bytes.
const ROOM_BYTES: u64 = (sbom::DOCUMENT_MAX_BYTES as u64) + (1 << 20);

/// All routes of this domain.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        page(Method::GET, "/products", "product_list", May(ProductRead), product_list::page),
        page(Method::POST, "/products", "product_add", May(ProductEdit), product_list::send),
        page(Method::GET, "/products/{id}", "product_show", May(ProductRead), product_show::page),
        upload("/products/{id}/releases", "product_take", May(ProductEdit), product_take::send).with_room(ROOM_BYTES),
        page(Method::POST, "/products/{id}/drop", "product_drop", May(ProductEdit), product_show::send_drop),
        page(Method::GET, "/products/releases/{id}", "release_show", May(ProductRead), release_show::page),
        page(Method::GET, "/products/releases/{id}/file", "release_file", May(ProductRead), release_show::file),
        page(Method::GET, "/products/releases/{id}/decision", "decision_show", May(ProductRead), decision_show::page),
        page(Method::POST, "/products/releases/{id}/decision", "decision_make", May(ProductEdit), decision_show::send),
        page(Method::GET, "/products/releases/{id}/vex", "vex_export", May(ProductRead), vex_show::file),
        page(Method::POST, "/products/releases/{id}/drop", "release_drop", May(ProductEdit), release_show::send_drop),
        page(Method::GET, "/products/{id}/grants", "grant_list", May(ProductRead), grant_list::page),
        page(Method::POST, "/products/{id}/grants", "grant_make", May(ProductEdit), grant_list::send),
        page(Method::POST, "/products/grants/{id}/end", "grant_end", May(ProductEdit), grant_list::send_end),
        page(Method::GET, "/products/{id}/sheets/{sheet}", "worksheet_show", May(ProductRead), worksheet_show::page),
        page(Method::POST, "/products/{id}/sheets/{sheet}", "worksheet_change", May(ProductEdit), worksheet_show::send),
        page(Method::GET, "/products/{id}/sheets/{sheet}/print", "worksheet_print", May(ProductRead), worksheet_show::print),
        api(Method::GET, "/api/v1/products/{id}/sheets/{sheet}", "worksheet_show_api", May(ProductRead), worksheet_show::api),
        api(Method::POST, "/api/v1/products/{id}/sheets/{sheet}", "worksheet_change_api", May(ProductEdit), worksheet_show::api_change),
        page(Method::GET, "/products/uses", "usage_list", May(ProductRead), usage_list::page),
        page(Method::POST, "/products/uses", "use_add", May(ProductEdit), usage_list::send),
        page(Method::GET, "/products/uses/{id}", "usage_show", May(ProductRead), usage_show::page),
        page(Method::POST, "/products/uses/{id}", "use_set", May(ProductEdit), usage_show::send),
        page(Method::GET, "/products/uses/{id}/list", "use_list_file", May(ProductRead), usage_show::list),
        page(Method::POST, "/products/uses/{id}/end", "use_end", May(ProductEdit), usage_show::send_end),
        page(Method::GET, "/products/uses/{id}/notice", "notice_show", May(ProductRead), notice_show::page),
        page(Method::POST, "/products/uses/{id}/notice", "notice_acknowledge", May(ProductEdit), notice_show::send),
        page(Method::GET, "/products/vulnerabilities", "vulnerability_list", May(ProductRead), vulnerability_list::page),
        page(Method::GET, "/products/vulnerability", "vulnerability_show", May(ProductRead), vulnerability_show::page),
        page(Method::POST, "/products/releases/{id}/publication", "vex_publish", May(ProductEdit), publish::send),
        page(Method::POST, "/products/releases/{id}/publication/end", "vex_withdraw", May(ProductEdit), publish::send_end),
        api(Method::POST, "/api/v1/products/releases/{id}/publication", "vex_publish_api", May(ProductEdit), publish::api),
        page(Method::GET, "/csaf/{organisation}/{name}", "provider_show", Nobody, file_show::provider),
        page(Method::GET, "/csaf/{organisation}/white/{name}", "publication_list", Nobody, file_show::white_list),
        page(Method::GET, "/csaf/{organisation}/white/{year}/{name}", "publication_file", Nobody, file_show::white_file),
        api_file("/api/v1/csaf/{organisation}/{tlp}/{name}", "publication_list_api", SignedIn, file_show::kept_list),
        api_file("/api/v1/csaf/{organisation}/{tlp}/{year}/{name}", "publication_file_api", SignedIn, file_show::kept_file),
        page(Method::GET, "/.well-known/csaf/provider-metadata.json", "provider_known", Nobody, file_show::well_known),
        page(Method::GET, "/.well-known/security.txt", "security_contact_show", Nobody, file_show::security_txt),
        api(Method::GET, "/api/v1/products", "product_list_api", May(ProductRead), product_list::api),
        api(Method::POST, "/api/v1/products", "product_add_api", May(ProductEdit), product_list::api_add),
        upload_api("/api/v1/products/{id}/releases", "product_take_api", May(ProductEdit), product_take::api).with_room(ROOM_BYTES),
        api(Method::POST, "/api/v1/products/{id}/grants", "grant_make_api", May(ProductEdit), grant_list::api),
        api(Method::GET, "/api/v1/products/uses", "usage_list_api", May(ProductRead), usage_list::api),
        api(Method::POST, "/api/v1/products/uses", "use_add_api", May(ProductEdit), usage_list::api_add),
        api(Method::GET, "/api/v1/products/vulnerabilities", "vulnerability_list_api", May(ProductRead), vulnerability_list::api),
        api(Method::GET, "/api/v1/products/impact", "vulnerability_impact_api", May(ProductRead), vulnerability_show::api),
        api(Method::GET, "/api/v1/products/releases/{id}", "release_show_api", May(ProductRead), release_show::api),
    ]
}
