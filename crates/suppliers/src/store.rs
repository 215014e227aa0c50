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

macro_rules! wave {
    () => {
        "wave_id, title, state, content, questions, guard, deadline, request_count, revision"
    };
}

/// A request with the name of its supplier.
macro_rules! request {
    () => {
        "r.organisation_id, r.request_id, r.wave_id, r.supplier_id, s.name, r.number, r.state, r.department, r.class, r.asked, r.cells, r.weak_count,
        r.version, r.holder_id, r.person, r.deadline, r.code_hash, r.code_until, r.code_count"
    };
}

macro_rules! intake {
    () => {
        "SELECT intake_id, name, file_sha256, state, request_id, report, made_by FROM suppliers_intake WHERE organisation_id = $1 AND wave_id = $2 "
    };
}

macro_rules! link {
    () => {
        "link_id, supplier_id, customer_id, kind, item, substitute, switch_days, stock_days, environment, data, access, clause, department,
        critical, basis, ended_on"
    };
}

/// Everybody a stop of the supplier `$2` may reach on the day `$3`.
macro_rules! reach {
    () => {
        "WITH RECURSIVE reach (id) AS (SELECT s.supplier_id FROM suppliers_supplier s WHERE s.organisation_id = $1 AND s.supplier_id = $2
        UNION SELECT l.customer_id FROM reach r CROSS JOIN suppliers_link l
        WHERE l.organisation_id = $1 AND l.supplier_id = r.id AND (l.ended_on = '' OR l.ended_on > $3)) "
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
    SUPPLIER_PLACE_200 = "UPDATE suppliers_supplier SET class = $2, level = $3, revision = revision + 1 WHERE organisation_id = $1 AND supplier_id IN (
        $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28,
        $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53,
        $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64, $65, $66, $67, $68, $69, $70, $71, $72, $73, $74, $75, $76, $77, $78,
        $79, $80, $81, $82, $83, $84, $85, $86, $87, $88, $89, $90, $91, $92, $93, $94, $95, $96, $97, $98, $99, $100, $101, $102, $103,
        $104, $105, $106, $107, $108, $109, $110, $111, $112, $113, $114, $115, $116, $117, $118, $119, $120, $121, $122, $123, $124, $125, $126, $127, $128,
        $129, $130, $131, $132, $133, $134, $135, $136, $137, $138, $139, $140, $141, $142, $143, $144, $145, $146, $147, $148, $149, $150, $151, $152, $153,
        $154, $155, $156, $157, $158, $159, $160, $161, $162, $163, $164, $165, $166, $167, $168, $169, $170, $171, $172, $173, $174, $175, $176, $177, $178,
        $179, $180, $181, $182, $183, $184, $185, $186, $187, $188, $189, $190, $191, $192, $193, $194, $195, $196, $197, $198, $199, $200, $201, $202, $203)";
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
    NODE_LIST = "SELECT s.supplier_id, s.name, s.class, s.level, s.corporate_number, s.department
        FROM suppliers_supplier s WHERE s.organisation_id = $1 AND s.state <> 'merged' ORDER BY s.name, s.supplier_id";
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
    // CROSS JOIN keeps the order on SQLite, which else reads every link of the organisation (1.5 s for 100,000).
    LINK_REACH = concat!(reach!(), "SELECT l.supplier_id, l.customer_id, l.item, l.substitute, l.switch_days, l.stock_days
        FROM reach r CROSS JOIN suppliers_link l WHERE l.organisation_id = $1 AND l.supplier_id = r.id AND (l.ended_on = '' OR l.ended_on > $3)");
    NODE_REACH = concat!(reach!(), "SELECT s.supplier_id, s.name, COALESCE(c.name, '') AS contact, COALESCE(c.phone, '') AS phone
        FROM reach r CROSS JOIN suppliers_supplier s LEFT JOIN suppliers_contact c ON c.organisation_id = $1 AND c.supplier_id = s.supplier_id
        AND c.place = 1 WHERE s.organisation_id = $1 AND s.supplier_id = r.id");
    LINK_ALL = "SELECT supplier_id, customer_id, item, substitute, switch_days, stock_days, critical, basis FROM suppliers_link
        WHERE organisation_id = $1 AND (ended_on = '' OR ended_on > $2) ORDER BY supplier_id, customer_id, link_id";
    WAVE_ADD = "INSERT INTO suppliers_wave (organisation_id, wave_id, title, state, content, questions, guard, before_id, deadline, request_count, made_at,
        made_by, sent_at, revision) VALUES ($1, $2, $3, 'draft', $4, '', '', $5, $6, 0, $7, $8, '', 1)";
    WAVE_FIND = concat!("SELECT ", wave!(), " FROM suppliers_wave WHERE organisation_id = $1 AND wave_id = $2");
    WAVE_LIST = "SELECT wave_id, title, state, '' AS content, '' AS questions, '' AS guard, deadline, request_count, revision
        FROM suppliers_wave WHERE organisation_id = $1 ORDER BY made_at DESC, wave_id DESC LIMIT 100";
    WAVE_SAVE = "UPDATE suppliers_wave SET title = $3, content = $4, deadline = $5, revision = revision + 1
        WHERE organisation_id = $1 AND wave_id = $2 AND revision = $6 AND state = 'draft'";
    WAVE_ACCEPT = "UPDATE suppliers_wave SET state = 'sending', content = $3, questions = $4, guard = $5, deadline = $6, request_count = $7, sent_at = $8,
        revision = revision + 1 WHERE organisation_id = $1 AND wave_id = $2 AND state = 'draft' AND revision = $9";
    WAVE_STATE = "UPDATE suppliers_wave SET state = $3, revision = revision + 1 WHERE organisation_id = $1 AND wave_id = $2 AND state = $4";
    WAVE_DROP = "DELETE FROM suppliers_wave WHERE organisation_id = $1 AND wave_id = $2 AND state = 'draft'";
    WAVE_OPEN = "SELECT organisation_id, wave_id, deadline FROM suppliers_wave WHERE state = 'open' AND deadline <> '' ORDER BY organisation_id, wave_id";
    WAVE_BEFORE = "SELECT wave_id FROM suppliers_wave WHERE organisation_id = $1 AND state IN ('open', 'closed') AND wave_id <> $2
        ORDER BY sent_at DESC LIMIT 1";
    REQUEST_ADD = "INSERT INTO suppliers_request (organisation_id, request_id, wave_id, supplier_id, number, check_hash, state, department, class, asked, cells,
        weak_count, version, until_at, holder_id, person, queued_at, opened_at, submitted_at, confirmed_at, deadline, reminded, code_hash, code_until,
        code_count, revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', 0, 0, '', $11, '', $12, '', '', '', $13, '', '', '', 0, 1)
        ON CONFLICT (organisation_id, wave_id, supplier_id) DO NOTHING";
    REQUEST_ASKED = "SELECT supplier_id FROM suppliers_request WHERE organisation_id = $1 AND wave_id = $2";
    REQUEST_INDEX = "SELECT r.request_id, r.number, s.folded, s.corporate_number, s.code FROM suppliers_request r JOIN suppliers_supplier s
        ON s.organisation_id = r.organisation_id AND s.supplier_id = r.supplier_id WHERE r.organisation_id = $1 AND r.wave_id = $2 ORDER BY r.request_id";
    INTAKE_ADD = "INSERT INTO suppliers_intake (organisation_id, wave_id, intake_id, name, file_sha256, state, request_id, report, made_at, made_by)
        VALUES ($1, $2, $3, $4, $5, $6, '', $7, $8, $9)";
    INTAKE_NEXT = concat!(intake!(), "AND state IN ('packed', 'waiting') ORDER BY state, name, intake_id LIMIT $3");
    INTAKE_ALL = concat!(intake!(), "ORDER BY name, intake_id");
    INTAKE_FIND = concat!(intake!(), "AND intake_id = $3");
    INTAKE_PAGE = concat!(intake!(), "AND ($3 = '' OR state = $3) ORDER BY name, intake_id LIMIT $4 OFFSET $5");
    INTAKE_COUNT = "SELECT state, COUNT(*) FROM suppliers_intake WHERE organisation_id = $1 AND wave_id = $2 GROUP BY state ORDER BY state";
    INTAKE_SET = "UPDATE suppliers_intake SET state = $4, request_id = $5, report = $6 WHERE organisation_id = $1 AND wave_id = $2 AND intake_id = $3";
    INTAKE_STOP = "UPDATE suppliers_intake SET state = CASE state WHEN 'packed' THEN 'packed_stopped' ELSE 'stopped' END
        WHERE organisation_id = $1 AND wave_id = $2 AND state IN ('packed', 'waiting')";
    INTAKE_RESUME = "UPDATE suppliers_intake SET state = CASE state WHEN 'packed_stopped' THEN 'packed' ELSE 'waiting' END
        WHERE organisation_id = $1 AND wave_id = $2 AND state IN ('packed_stopped', 'stopped')";
    INTAKE_CLEAR = "DELETE FROM suppliers_intake WHERE organisation_id = $1 AND wave_id = $2 AND state NOT IN ('packed', 'waiting')";
    REQUEST_FIND = concat!("SELECT ", request!(), " FROM suppliers_request r JOIN suppliers_supplier s ON s.organisation_id = r.organisation_id
        AND s.supplier_id = r.supplier_id WHERE r.organisation_id = $1 AND r.request_id = $2");
    REQUEST_NUMBERED = concat!("SELECT ", request!(), " FROM suppliers_request r JOIN suppliers_supplier s ON s.organisation_id = r.organisation_id
        AND s.supplier_id = r.supplier_id WHERE r.number = $1 AND r.check_hash = $2");
    REQUEST_DOOR = concat!("SELECT ", request!(), " FROM suppliers_door d JOIN suppliers_request r ON r.organisation_id = d.organisation_id
        AND r.request_id = d.request_id JOIN suppliers_supplier s ON s.organisation_id = r.organisation_id AND s.supplier_id = r.supplier_id
        WHERE d.token_hash = $1 AND d.kind = $2 AND d.until_at > $3");
    REQUEST_HELD = concat!("SELECT ", request!(), " FROM suppliers_request r JOIN suppliers_supplier s ON s.organisation_id = r.organisation_id
        AND s.supplier_id = r.supplier_id WHERE r.holder_id = $1 ORDER BY r.request_id DESC LIMIT 200");
    REQUEST_OF = concat!("SELECT ", request!(), " FROM suppliers_request r JOIN suppliers_supplier s ON s.organisation_id = r.organisation_id
        AND s.supplier_id = r.supplier_id WHERE r.organisation_id = $1 AND r.supplier_id = $2 ORDER BY r.request_id DESC LIMIT 50");
    REQUEST_WAVE = concat!("SELECT ", request!(), " FROM suppliers_request r JOIN suppliers_supplier s ON s.organisation_id = r.organisation_id
        AND s.supplier_id = r.supplier_id WHERE r.organisation_id = $1 AND r.wave_id = $2 AND ($3 = '' OR r.state = $3) AND ($4 = '' OR r.department = $4)
        ORDER BY CASE $5 WHEN 'weak' THEN 0 - r.weak_count ELSE 0 END, s.name, r.request_id LIMIT $6 OFFSET $7");
    REQUEST_COUNT = "SELECT department, state, COUNT(*) FROM suppliers_request WHERE organisation_id = $1 AND wave_id = $2
        GROUP BY department, state ORDER BY department, state";
    REQUEST_CELLS = "SELECT r.request_id, s.name, r.class, r.asked, CASE WHEN r.until_at > $3 THEN r.cells ELSE '' END AS cells, r.weak_count
        FROM suppliers_request r JOIN suppliers_supplier s ON s.organisation_id = r.organisation_id AND s.supplier_id = r.supplier_id
        WHERE r.organisation_id = $1 AND r.wave_id = $2 ORDER BY r.weak_count DESC, s.name, r.request_id";
    REQUEST_LATE = concat!("SELECT ", request!(), " FROM suppliers_request r JOIN suppliers_supplier s ON s.organisation_id = r.organisation_id
        AND s.supplier_id = r.supplier_id WHERE r.organisation_id = $1 AND r.wave_id = $2 AND r.state IN ('sent', 'opened', 'question', 'returned')
        AND r.reminded <> $3 ORDER BY r.request_id LIMIT $4");
    REQUEST_REMINDED = "UPDATE suppliers_request SET reminded = $3 WHERE organisation_id = $1 AND request_id = $2 AND reminded <> $3";
    REQUEST_STATE = "UPDATE suppliers_request SET state = $3, revision = revision + 1 WHERE organisation_id = $1 AND request_id = $2";
    REQUEST_OPENED = "UPDATE suppliers_request SET state = CASE state WHEN 'sent' THEN 'opened' ELSE state END, opened_at = CASE opened_at WHEN '' THEN $3 ELSE opened_at END,
        code_hash = '', code_count = 0 WHERE organisation_id = $1 AND request_id = $2";
    REQUEST_CODE = "UPDATE suppliers_request SET code_hash = $3, code_until = $4, code_count = 0 WHERE organisation_id = $1 AND request_id = $2
        AND (code_until = '' OR code_until < $5)";
    REQUEST_MISS = "UPDATE suppliers_request SET code_count = code_count + 1 WHERE organisation_id = $1 AND request_id = $2";
    REQUEST_SUBMIT = "UPDATE suppliers_request SET state = 'submitted', cells = $3, weak_count = $4, version = version + 1, until_at = $5, person = $6,
        submitted_at = $7, confirmed_at = '', revision = revision + 1 WHERE organisation_id = $1 AND request_id = $2
        AND state IN ('sent', 'opened', 'question', 'returned', 'submitted', 'withdrawn')";
    REQUEST_CONFIRM = "UPDATE suppliers_request SET state = 'confirmed', confirmed_at = $3, revision = revision + 1
        WHERE organisation_id = $1 AND request_id = $2 AND state = 'submitted'";
    REQUEST_RETURN = "UPDATE suppliers_request SET state = 'returned', reminded = '', deadline = $3, revision = revision + 1
        WHERE organisation_id = $1 AND request_id = $2 AND state IN ('submitted', 'confirmed')";
    REQUEST_WITHDRAW = "UPDATE suppliers_request SET state = 'withdrawn', cells = '', weak_count = 0, until_at = '', person = '', revision = revision + 1
        WHERE organisation_id = $1 AND request_id = $2 AND version > 0 AND state <> 'withdrawn'";
    REQUEST_CLAIM = "UPDATE suppliers_request SET holder_id = $3 WHERE organisation_id = $1 AND request_id = $2 AND holder_id = ''";
    SUPPLIER_LINK = "UPDATE suppliers_supplier SET linked_id = $3, revision = revision + 1 WHERE organisation_id = $1 AND supplier_id = $2 AND linked_id = ''";
    DOOR_ADD = "INSERT INTO suppliers_door (token_hash, organisation_id, request_id, kind, code_hash, made_at, until_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    DOOR_CODE = "SELECT code_hash FROM suppliers_door WHERE token_hash = $1 AND until_at > $2";
    DOOR_REVOKE = "DELETE FROM suppliers_door WHERE organisation_id = $1 AND request_id = $2";
    DOOR_END = "DELETE FROM suppliers_door WHERE token_hash = $1";
    DOOR_SWEEP = "DELETE FROM suppliers_door WHERE until_at < $1";
    ANSWER_SET = "INSERT INTO suppliers_answer (organisation_id, request_id, item_id, answer, body, saved_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (organisation_id, request_id, item_id) DO UPDATE SET answer = excluded.answer, body = excluded.body, saved_at = excluded.saved_at";
    ANSWER_LIST = "SELECT item_id, answer, body FROM suppliers_answer WHERE organisation_id = $1 AND request_id = $2 ORDER BY item_id";
    ANSWER_CLEAR = "DELETE FROM suppliers_answer WHERE organisation_id = $1 AND request_id = $2";
    SNAPSHOT_ADD = "INSERT INTO suppliers_snapshot (organisation_id, request_id, version, holder_id, content, digest, made_at, until_at, withdrawn_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '')";
    SNAPSHOT_LAST = "SELECT version, content, digest, made_at, until_at FROM suppliers_snapshot WHERE organisation_id = $1 AND request_id = $2
        AND withdrawn_at = '' AND until_at > $3 ORDER BY version DESC LIMIT 1";
    SNAPSHOT_WITHDRAW = "UPDATE suppliers_snapshot SET withdrawn_at = $3, content = '' WHERE organisation_id = $1 AND request_id = $2 AND withdrawn_at = ''";
    SNAPSHOT_TEXTS = "SELECT n.request_id, n.content FROM suppliers_snapshot n JOIN suppliers_request r ON r.organisation_id = n.organisation_id
        AND r.request_id = n.request_id AND r.version = n.version WHERE n.organisation_id = $1 AND r.wave_id = $2 AND n.withdrawn_at = ''
        AND n.until_at > $3 ORDER BY n.request_id";
    REQUEST_BEFORE = "SELECT request_id FROM suppliers_request WHERE organisation_id = $1 AND supplier_id = $2 AND wave_id <> $3 AND version > 0
        ORDER BY submitted_at DESC LIMIT 1";
    WAVE_FILL_FOR_BENCH = "UPDATE suppliers_wave SET state = 'open', questions = $3, request_count = $4 WHERE organisation_id = $1 AND wave_id = $2";
    REQUEST_FILL_FOR_BENCH = "UPDATE suppliers_request SET state = 'submitted', cells = $3, weak_count = $4, until_at = $5, version = 1 WHERE organisation_id = $1 AND request_id = $2";
    REQUEST_OPEN_FOR_BENCH = "UPDATE suppliers_request SET state = 'opened' WHERE organisation_id = $1 AND request_id = $2";
    ANSWER_COUNT_FOR_BENCH = "SELECT COUNT(*) FROM suppliers_answer a JOIN suppliers_request r ON r.organisation_id = a.organisation_id
        AND r.request_id = a.request_id WHERE a.organisation_id = $1 AND r.wave_id = $2 AND a.answer = 'done'";
    MESSAGE_ADD = "INSERT INTO suppliers_message (organisation_id, request_id, message_id, item_id, kind, side, body, person, made_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    MESSAGE_LIST = "SELECT message_id, item_id, kind, side, body, person, made_at FROM suppliers_message WHERE organisation_id = $1 AND request_id = $2
        ORDER BY made_at, message_id";
    FEEDBACK_FIND = "SELECT content, state, sent_at FROM suppliers_feedback WHERE organisation_id = $1 AND request_id = $2";
    FEEDBACK_SET = "INSERT INTO suppliers_feedback (organisation_id, request_id, content, state, sent_at, revision) VALUES ($1, $2, $3, $4, $5, 1)
        ON CONFLICT (organisation_id, request_id) DO UPDATE SET content = excluded.content, state = excluded.state, sent_at = excluded.sent_at,
        revision = suppliers_feedback.revision + 1";
    FEEDBACK_STATE = "UPDATE suppliers_feedback SET state = $3, revision = revision + 1 WHERE organisation_id = $1 AND request_id = $2 AND state = $4";
    DEPARTMENT_SET = "INSERT INTO suppliers_department (organisation_id, department, person, mail) VALUES ($1, $2, $3, $4)
        ON CONFLICT (organisation_id, department) DO UPDATE SET person = excluded.person, mail = excluded.mail";
    DEPARTMENT_ALL = "SELECT department, person, mail FROM suppliers_department WHERE organisation_id = $1 ORDER BY department";
    HELP_ADD = "INSERT INTO suppliers_help (organisation_id, help_id, request_id, question, shown, answer, folded, state, asked_at, answered_at)
        VALUES ($1, $2, $3, $4, '', '', '', 'open', $5, '')";
    HELP_FIND = "SELECT help_id, question, shown, answer, state FROM suppliers_help WHERE organisation_id = $1 AND help_id = $2";
    HELP_LIST = "SELECT help_id, question, shown, answer, state FROM suppliers_help WHERE organisation_id = $1
        AND ($2 = '' OR REPLACE(folded, $2, '') <> folded) ORDER BY CASE state WHEN 'open' THEN 0 ELSE 1 END, asked_at DESC, help_id LIMIT 100";
    HELP_SHOWN = "SELECT help_id, '' AS question, shown, answer, state FROM suppliers_help WHERE organisation_id = $1 AND state = 'published'
        AND ($2 = '' OR REPLACE(folded, $2, '') <> folded) ORDER BY asked_at DESC, help_id LIMIT 100";
    HELP_OWN = "SELECT help_id, question, shown, answer, state FROM suppliers_help WHERE organisation_id = $1 AND request_id = $2
        AND state <> 'published' ORDER BY asked_at DESC, help_id LIMIT 50";
    HELP_ANSWER = "UPDATE suppliers_help SET shown = $3, answer = $4, folded = $5, state = $6, answered_at = $7 WHERE organisation_id = $1 AND help_id = $2";
    SEMINAR_ADD = "INSERT INTO suppliers_seminar (organisation_id, seminar_id, title, day, place, address) VALUES ($1, $2, $3, $4, $5, $6)";
    SEMINAR_DROP = "DELETE FROM suppliers_seminar WHERE organisation_id = $1 AND seminar_id = $2";
    SEMINAR_LIST = "SELECT seminar_id, title, day, place, address FROM suppliers_seminar WHERE organisation_id = $1 ORDER BY day DESC, seminar_id LIMIT 100";
    TIER_ADD = "INSERT INTO suppliers_tier (organisation_id, supplier_id, version, request_id, content, made_at, until_at, withdrawn_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, '')";
    TIER_LAST = "SELECT version, content, until_at FROM suppliers_tier WHERE organisation_id = $1 AND supplier_id = $2 AND withdrawn_at = '' AND until_at > $3
        ORDER BY version DESC LIMIT 1";
    TIER_WITHDRAW = "UPDATE suppliers_tier SET withdrawn_at = $3, content = '' WHERE organisation_id = $1 AND supplier_id = $2 AND withdrawn_at = ''";
    ORGANISATION_NAME = "SELECT name FROM people_organisation WHERE organisation_id = $1";
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

impl LinkRow {
    /// A link that a supplier told of: nothing but who and what is known.
    pub(crate) fn handed(supplier: &str, customer: &str, item: &str) -> Self {
        let unknown = || "unknown".to_owned();
        Self {
            link_id: String::new(),
            supplier_id: supplier.to_owned(),
            customer_id: customer.to_owned(),
            kind: "part".to_owned(),
            item: item.to_owned(),
            substitute: unknown(),
            switch_days: None,
            stock_days: None,
            environment: unknown(),
            data: unknown(),
            access: unknown(),
            clause: String::new(),
            department: String::new(),
            critical: 1,
            basis: "handed".to_owned(),
            ended_on: String::new(),
        }
    }
}

/// A link as walks need it.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct StepRow {
    pub(crate) supplier_id: String,
    pub(crate) customer_id: String,
    pub(crate) item: String,
    pub(crate) substitute: String,
    pub(crate) switch_days: Option<i64>,
    pub(crate) stock_days: Option<i64>,
}

/// A link as questions to the whole chain need it.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct ReachRow {
    #[sqlx(flatten)]
    pub(crate) step: StepRow,
    pub(crate) critical: i64,
    pub(crate) basis: String,
}

impl std::ops::Deref for ReachRow {
    type Target = StepRow;

    fn deref(&self) -> &StepRow {
        &self.step
    }
}

/// Somebody a stop reaches, with whom to call.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct CallRow {
    pub(crate) supplier_id: String,
    pub(crate) name: String,
    pub(crate) contact: String,
    pub(crate) phone: String,
}

/// A company as the picture of the chain needs it.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct NodeRow {
    pub(crate) supplier_id: String,
    pub(crate) name: String,
    pub(crate) class: String,
    pub(crate) level: i64,
    pub(crate) corporate_number: String,
    pub(crate) department: String,
}

/// A round of requests.
#[derive(Debug, Clone, Default, FromRow)]
pub(crate) struct WaveRow {
    pub(crate) wave_id: String,
    pub(crate) title: String,
    /// `draft`, `sending`, `open` or `closed`.
    pub(crate) state: String,
    pub(crate) content: String,
    pub(crate) questions: String,
    pub(crate) guard: String,
    pub(crate) deadline: String,
    pub(crate) request_count: i64,
    pub(crate) revision: i64,
}

/// A request to one supplier, with its name.
#[derive(Debug, Clone, Default, FromRow)]
pub(crate) struct RequestRow {
    /// The buyer.
    pub(crate) organisation_id: String,
    pub(crate) request_id: String,
    pub(crate) wave_id: String,
    pub(crate) supplier_id: String,
    pub(crate) name: String,
    pub(crate) number: String,
    pub(crate) state: String,
    pub(crate) department: String,
    pub(crate) class: String,
    pub(crate) asked: String,
    pub(crate) cells: String,
    pub(crate) weak_count: i64,
    pub(crate) version: i64,
    /// The organisation of this instance that answers; empty without an account.
    pub(crate) holder_id: String,
    pub(crate) person: String,
    pub(crate) deadline: String,
    pub(crate) code_hash: String,
    pub(crate) code_until: String,
    pub(crate) code_count: i64,
}

/// A row of the heat map.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct CellsRow {
    pub(crate) request_id: String,
    pub(crate) name: String,
    pub(crate) class: String,
    pub(crate) asked: String,
    pub(crate) cells: String,
    pub(crate) weak_count: i64,
}

/// A reply as it was sent.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct SnapshotRow {
    pub(crate) version: i64,
    pub(crate) content: String,
    pub(crate) digest: String,
    pub(crate) made_at: String,
    pub(crate) until_at: String,
}

/// A file that came back to a wave.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct IntakeRow {
    pub(crate) intake_id: String,
    pub(crate) name: String,
    pub(crate) file_sha256: String,
    pub(crate) state: String,
    pub(crate) request_id: String,
    pub(crate) report: String,
    pub(crate) made_by: String,
}

/// A request with what its supplier is known by.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct WhoseRow {
    pub(crate) request_id: String,
    pub(crate) number: String,
    pub(crate) folded: String,
    pub(crate) corporate_number: String,
    pub(crate) code: String,
}

/// A message both sides hold.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct MessageRow {
    pub(crate) message_id: String,
    pub(crate) item_id: String,
    pub(crate) kind: String,
    /// `buyer` or `supplier`.
    pub(crate) side: String,
    pub(crate) body: String,
    pub(crate) person: String,
    pub(crate) made_at: String,
}

/// What the buyer gave back.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct FeedbackRow {
    pub(crate) content: String,
    /// `draft`, `sent`, `contested` or `settled`.
    pub(crate) state: String,
    pub(crate) sent_at: String,
}

/// A question to the help desk.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct HelpRow {
    pub(crate) help_id: String,
    pub(crate) question: String,
    /// The question as it is published; empty until it is answered.
    pub(crate) shown: String,
    pub(crate) answer: String,
    /// `open`, `answered` or `published`.
    pub(crate) state: String,
}

/// A seminar or video.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct SeminarRow {
    pub(crate) seminar_id: String,
    pub(crate) title: String,
    pub(crate) day: String,
    pub(crate) place: String,
    pub(crate) address: String,
}

/// What a supplier told of its own suppliers.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct TierRow {
    pub(crate) version: i64,
    pub(crate) content: String,
    pub(crate) until_at: String,
}
