//! `suppliers::store` — every SQL text of this domain. One text, two engines.

use serde::{Deserialize, Serialize};
use sqlx::FromRow;

macro_rules! supplier {
    () => {
        "supplier_id, code, name, folded, corporate_number, linked_id, state, merged_into, source, department, work, hit, environment, internet,
        confidential, stops, access, security_person, employees, capital_yen, sales_million_yen, spend_yen, certificates, class, level, concern,
        concern_text, owner, policy, until_day, decision, decided_at, decided_by, survey_at, created_at, changed_at, revision"
    };
}

macro_rules! link {
    () => {
        "link_id, supplier_id, customer_id, kind, item, substitute, switch_days, stock_days, environment, data, access, clause, department,
        critical, basis, ended_on"
    };
}

/// What narrows the list of suppliers: state, folded text, class, level, department, concern.
macro_rules! narrowed {
    () => {
        "organisation_id = $1 AND state = $2 AND ($3 = '' OR REPLACE(folded, $3, '') <> folded OR corporate_number = $3 OR code = $3)
        AND ($4 = '' OR class = $4 OR ($4 = 'unknown' AND class = '')) AND ($5 < 0 OR level = $5) AND ($6 = '' OR department = $6)
        AND ($7 = '' OR concern = $7)"
    };
}

store::sql! {
    SUPPLIER_SAVE = concat!("INSERT INTO suppliers_supplier (organisation_id, ", supplier!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
        $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38)
        ON CONFLICT (organisation_id, supplier_id) DO UPDATE SET code = excluded.code, name = excluded.name, folded = excluded.folded,
        corporate_number = excluded.corporate_number, linked_id = excluded.linked_id, state = excluded.state, merged_into = excluded.merged_into,
        source = excluded.source, department = excluded.department, work = excluded.work, hit = excluded.hit, environment = excluded.environment,
        internet = excluded.internet, confidential = excluded.confidential, stops = excluded.stops, access = excluded.access,
        security_person = excluded.security_person, employees = excluded.employees, capital_yen = excluded.capital_yen,
        sales_million_yen = excluded.sales_million_yen, spend_yen = excluded.spend_yen, certificates = excluded.certificates,
        class = excluded.class, level = excluded.level, concern = excluded.concern, concern_text = excluded.concern_text, owner = excluded.owner,
        policy = excluded.policy, until_day = excluded.until_day, decision = excluded.decision, decided_at = excluded.decided_at,
        decided_by = excluded.decided_by, survey_at = excluded.survey_at, changed_at = excluded.changed_at, revision = excluded.revision
        WHERE suppliers_supplier.revision = excluded.revision - 1");
    SUPPLIER_PLACE = "UPDATE suppliers_supplier SET class = $3, level = $4, revision = revision + 1 WHERE organisation_id = $1 AND supplier_id = $2";
    SUPPLIER_FIND = concat!("SELECT ", supplier!(), " FROM suppliers_supplier WHERE organisation_id = $1 AND supplier_id = $2");
    SUPPLIER_ALL = concat!("SELECT ", supplier!(), " FROM suppliers_supplier WHERE organisation_id = $1 AND state <> 'merged' ORDER BY name, supplier_id");
    SUPPLIER_PAGE = concat!("SELECT ", supplier!(), " FROM suppliers_supplier WHERE ", narrowed!(), "
        ORDER BY CASE $8 WHEN 'class' THEN class WHEN 'department' THEN department ELSE '' END,
        CASE $8 WHEN 'level' THEN 0 - level WHEN 'spend' THEN 0 - COALESCE(spend_yen, 0) ELSE 0 END, name, supplier_id LIMIT $9 OFFSET $10");
    SUPPLIER_COUNT = concat!("SELECT COUNT(*) FROM suppliers_supplier WHERE ", narrowed!());
    SUPPLIER_NUMBERED = "SELECT supplier_id FROM suppliers_supplier WHERE organisation_id = $1 AND corporate_number = $2 AND supplier_id <> $3
        AND state <> 'merged' LIMIT 1";
    SUPPLIER_REMOVE = "DELETE FROM suppliers_supplier WHERE organisation_id = $1 AND supplier_id = $2 AND revision = $3";
    PLACE_COUNT = "SELECT class, level, COUNT(*) FROM suppliers_supplier WHERE organisation_id = $1 AND state = 'active' GROUP BY class, level ORDER BY class, level";
    DEPARTMENT_LIST = "SELECT department, COUNT(*), CAST(SUM(CASE WHEN survey_at = '' THEN 0 ELSE 1 END) AS BIGINT) FROM suppliers_supplier
        WHERE organisation_id = $1 AND state = 'active' GROUP BY department ORDER BY department";
    CONTACT_SET = "INSERT INTO suppliers_contact (organisation_id, supplier_id, place, name, mail, phone, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (organisation_id, supplier_id, place) DO UPDATE SET name = excluded.name, mail = excluded.mail, phone = excluded.phone,
        changed_at = excluded.changed_at";
    CONTACT_LIST = "SELECT place, name, mail, phone FROM suppliers_contact WHERE organisation_id = $1 AND supplier_id = $2 ORDER BY place";
    CONTACT_CLEAR = "DELETE FROM suppliers_contact WHERE organisation_id = $1 AND supplier_id = $2";
    LIST_ADD = "INSERT INTO suppliers_list (organisation_id, list_id, file_name, state, content, added_count, changed_count, made_at, made_by)
        VALUES ($1, $2, $3, 'draft', $4, 0, 0, $5, $6)";
    LIST_FIND = "SELECT list_id, file_name, state, content, added_count, changed_count, made_at FROM suppliers_list WHERE organisation_id = $1 AND list_id = $2";
    LIST_ALL = "SELECT list_id, file_name, state, '' AS content, added_count, changed_count, made_at FROM suppliers_list WHERE organisation_id = $1
        ORDER BY list_id DESC LIMIT 50";
    LIST_DONE = "UPDATE suppliers_list SET state = 'done', content = '', added_count = $3, changed_count = $4
        WHERE organisation_id = $1 AND list_id = $2 AND state = 'draft'";
    LIST_UNDONE = "UPDATE suppliers_list SET state = 'undone' WHERE organisation_id = $1 AND list_id = $2 AND state = 'done'";
    LIST_DROP = "DELETE FROM suppliers_list WHERE organisation_id = $1 AND list_id = $2 AND state = 'draft'";
    LIST_ROW_ADD = "INSERT INTO suppliers_list_row (organisation_id, list_id, supplier_id, before, revision) VALUES ($1, $2, $3, $4, $5)";
    LIST_ROW_ALL = "SELECT supplier_id, before, revision FROM suppliers_list_row WHERE organisation_id = $1 AND list_id = $2 ORDER BY supplier_id";
    LIST_ROW_CLEAR = "DELETE FROM suppliers_list_row WHERE organisation_id = $1 AND list_id = $2";
    RULE_FIND = "SELECT rules, revision FROM suppliers_rule WHERE organisation_id = $1";
    RULE_SET = "INSERT INTO suppliers_rule (organisation_id, rules, revision, changed_at, changed_by) VALUES ($1, $2, 1, $3, $4)
        ON CONFLICT (organisation_id) DO UPDATE SET rules = excluded.rules, revision = suppliers_rule.revision + 1, changed_at = excluded.changed_at,
        changed_by = excluded.changed_by";
    SUPPLIER_NAMES = "SELECT supplier_id, name FROM suppliers_supplier WHERE organisation_id = $1 AND state = 'active' ORDER BY name, supplier_id";
    SUPPLIER_ANYWHERE = "SELECT organisation_id, supplier_id FROM suppliers_supplier WHERE supplier_id = $1 LIMIT 2";
    SUPPLIER_NAMED = "SELECT organisation_id, supplier_id FROM suppliers_supplier WHERE state = 'active' AND (folded = $1 OR corporate_number = $2)
        ORDER BY organisation_id, supplier_id LIMIT 2";
    NODE_LIST = "SELECT s.supplier_id, s.name, s.class, s.level, s.corporate_number, s.department, COALESCE(c.name, '') AS contact,
        COALESCE(c.phone, '') AS phone FROM suppliers_supplier s LEFT JOIN suppliers_contact c ON c.organisation_id = s.organisation_id
        AND c.supplier_id = s.supplier_id AND c.place = 1 WHERE s.organisation_id = $1 AND s.state <> 'merged' AND ($2 = '' OR s.supplier_id = $2)
        ORDER BY s.name, s.supplier_id";
    LINK_ADD = concat!("INSERT INTO suppliers_link (organisation_id, ", link!(), ", changed_at, revision)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, '', $17, 1)");
    LINK_FIND = concat!("SELECT ", link!(), " FROM suppliers_link WHERE organisation_id = $1 AND link_id = $2");
    LINK_OF = concat!("SELECT ", link!(), " FROM suppliers_link WHERE organisation_id = $1 AND supplier_id = $2
        UNION SELECT ", link!(), " FROM suppliers_link WHERE organisation_id = $1 AND customer_id = $2 ORDER BY item, link_id");
    LINK_END = "UPDATE suppliers_link SET ended_on = $3, changed_at = $4, revision = revision + 1 WHERE organisation_id = $1 AND link_id = $2";
    LINK_SET = "UPDATE suppliers_link SET substitute = $3, switch_days = $4, stock_days = $5, critical = $6, changed_at = $7, revision = revision + 1
        WHERE organisation_id = $1 AND link_id = $2";
    LINK_MOVE_SUPPLIER = "UPDATE suppliers_link SET supplier_id = $3 WHERE organisation_id = $1 AND supplier_id = $2";
    LINK_MOVE_CUSTOMER = "UPDATE suppliers_link SET customer_id = $3 WHERE organisation_id = $1 AND customer_id = $2";
    LINK_OWN_DROP = "DELETE FROM suppliers_link WHERE organisation_id = $1 AND supplier_id = $2 AND customer_id = $2";
    LINK_REACH = "WITH RECURSIVE reach (id) AS (SELECT s.supplier_id FROM suppliers_supplier s WHERE s.organisation_id = $1 AND s.supplier_id = $2
        UNION SELECT l.customer_id FROM suppliers_link l JOIN reach r ON l.supplier_id = r.id
        WHERE l.organisation_id = $1 AND (l.ended_on = '' OR l.ended_on > $3))
        SELECT l.supplier_id, l.customer_id, l.item, l.substitute, l.switch_days, l.stock_days, l.critical, l.basis FROM suppliers_link l JOIN reach r
        ON l.supplier_id = r.id WHERE l.organisation_id = $1 AND (l.ended_on = '' OR l.ended_on > $3)";
    LINK_ALL = "SELECT supplier_id, customer_id, item, substitute, switch_days, stock_days, critical, basis FROM suppliers_link
        WHERE organisation_id = $1 AND (ended_on = '' OR ended_on > $2) ORDER BY supplier_id, customer_id, link_id";
    ORGANISATION_FIRST = "SELECT organisation_id FROM people_organisation ORDER BY created_at, organisation_id LIMIT 1";
    ORGANISATION_NAMED = "SELECT organisation_id FROM people_organisation WHERE name = $1 OR corporate_number = $1 OR organisation_id = $1
        ORDER BY organisation_id LIMIT 2";
}

/// All that is known of a supplier.
#[derive(Debug, Clone, Default, PartialEq, Eq, FromRow, Serialize, Deserialize)]
pub(crate) struct SupplierRow {
    pub(crate) supplier_id: String,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) folded: String,
    pub(crate) corporate_number: String,
    /// The organisation of this instance it is, if any.
    pub(crate) linked_id: String,
    /// `active`, `ended` or `merged`.
    pub(crate) state: String,
    pub(crate) merged_into: String,
    /// `list`, `hand` or `handed`.
    pub(crate) source: String,
    pub(crate) department: String,
    pub(crate) work: String,
    pub(crate) hit: String,
    pub(crate) environment: String,
    pub(crate) internet: String,
    pub(crate) confidential: String,
    pub(crate) stops: String,
    pub(crate) access: String,
    pub(crate) security_person: String,
    pub(crate) employees: Option<i64>,
    pub(crate) capital_yen: Option<i64>,
    pub(crate) sales_million_yen: Option<i64>,
    pub(crate) spend_yen: Option<i64>,
    pub(crate) certificates: String,
    pub(crate) class: String,
    pub(crate) level: i64,
    pub(crate) concern: String,
    pub(crate) concern_text: String,
    pub(crate) owner: String,
    pub(crate) policy: String,
    pub(crate) until_day: String,
    pub(crate) decision: String,
    pub(crate) decided_at: String,
    pub(crate) decided_by: String,
    pub(crate) survey_at: String,
    pub(crate) created_at: String,
    pub(crate) changed_at: String,
    pub(crate) revision: i64,
}

/// A person to write to.
#[derive(Debug, Clone, Default, PartialEq, Eq, FromRow)]
pub(crate) struct ContactRow {
    pub(crate) place: i64,
    pub(crate) name: String,
    pub(crate) mail: String,
    pub(crate) phone: String,
}

/// A list that was taken in, or waits to be.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct ListRow {
    pub(crate) list_id: String,
    pub(crate) file_name: String,
    pub(crate) state: String,
    pub(crate) content: String,
    pub(crate) added_count: i64,
    pub(crate) changed_count: i64,
    pub(crate) made_at: String,
}

/// A link of the chain.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct LinkRow {
    pub(crate) link_id: String,
    pub(crate) supplier_id: String,
    /// Empty for the buyer itself.
    pub(crate) customer_id: String,
    pub(crate) kind: String,
    pub(crate) item: String,
    pub(crate) substitute: String,
    pub(crate) switch_days: Option<i64>,
    pub(crate) stock_days: Option<i64>,
    pub(crate) environment: String,
    pub(crate) data: String,
    pub(crate) access: String,
    pub(crate) clause: String,
    pub(crate) department: String,
    pub(crate) critical: i64,
    /// `own`, `handed` or `hearsay`.
    pub(crate) basis: String,
    pub(crate) ended_on: String,
}

impl LinkRow {
    /// For pages shown to tests and reviewers.
    pub(crate) fn sample(supplier: &str, customer: &str) -> Self {
        let unknown = || "unknown".to_owned();
        Self {
            link_id: format!("{supplier}{customer}"),
            supplier_id: supplier.into(),
            customer_id: customer.into(),
            kind: "part".into(),
            item: "ねじ".into(),
            substitute: "none".into(),
            switch_days: None,
            stock_days: Some(10),
            environment: unknown(),
            data: unknown(),
            access: unknown(),
            clause: String::new(),
            department: String::new(),
            critical: 1,
            basis: "own".into(),
            ended_on: String::new(),
        }
    }
}

/// A link as walks need it.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct ReachRow {
    pub(crate) supplier_id: String,
    pub(crate) customer_id: String,
    pub(crate) item: String,
    pub(crate) substitute: String,
    pub(crate) switch_days: Option<i64>,
    pub(crate) stock_days: Option<i64>,
    pub(crate) critical: i64,
    pub(crate) basis: String,
}

/// A company as the picture of the chain needs it, with whom to call.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct NodeRow {
    pub(crate) supplier_id: String,
    pub(crate) name: String,
    pub(crate) class: String,
    pub(crate) level: i64,
    pub(crate) corporate_number: String,
    pub(crate) department: String,
    pub(crate) contact: String,
    pub(crate) phone: String,
}
