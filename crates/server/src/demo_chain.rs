//! `server::demo_chain` — the fictional supply chain of the demo: 120 suppliers in three tiers, with what they
//! supply, how long stocks last, and what nobody knows.

use kernel::{Rng as _, Scope, SeededRng};
use suppliers::{LinkInput, SupplierInput, links_add, supplier_edit};
use web::{Cx, Problem};

/// Companies of the collection that supply, and trades of those that are made up.
const KNOWN: &[&str] = &["a社", "b社", "c社", "d社", "e社", "g社", "k社", "l社", "o社", "s社"];
const TRADES: &[(&str, &str)] = &[
    ("鋳造", "鋳物"),
    ("鍛造", "鍛造品"),
    ("めっき", "めっき処理"),
    ("ねじ", "ねじ"),
    ("ばね", "ばね"),
    ("樹脂", "樹脂成形品"),
    ("ゴム", "パッキン"),
    ("電子", "制御基板"),
    ("配線", "ケーブル組立"),
    ("塗装", "塗装"),
    ("運送", "配送"),
    ("情報", "受発注システムの運用"),
];
const DEPARTMENTS: &[&str] = &["購買部", "工事部", "総務部"];

/// How many companies there are in each tier.
const TIERS: [usize; 3] = [50, 45, 25];

/// A row of dice that always falls the same way.
struct Dice(SeededRng);

impl Dice {
    fn throw(&self, sides: u8) -> usize {
        let mut byte = [0_u8; 1];
        self.0.fill(&mut byte);
        usize::from(byte[0] % sides)
    }

    fn pick<'a>(&self, list: &[&'a str]) -> &'a str {
        let sides = u8::try_from(list.len()).unwrap_or(1).max(1);
        list.get(self.throw(sides)).copied().unwrap_or("")
    }
}

fn supplier(dice: &Dice, n: usize, tier: usize) -> (SupplierInput, &'static str) {
    let (trade, item) = TRADES.get(n % TRADES.len()).copied().unwrap_or(("", ""));
    let name = match KNOWN.get(n) {
        Some(name) if tier == 0 => (*name).to_owned(),
        _ => format!("架空{trade} {:02}", n / TRADES.len() + 1),
    };
    let said = |yes: u8| match dice.throw(10) {
        0 | 1 => "unknown",
        n if n < usize::from(yes) + 2 => "yes",
        _ => "no",
    };
    let (confidential, stops, access, security_person) = (said(3), said(5), said(2), said(3));
    let sizes: &[&str] = if tier == 0 { &["320", "120", "48", "15", ""] } else { &["60", "22", "9", "4", ""] };
    let contact = (format!("{name} 窓口"), format!("madoguchi{n}@example.jp"), format!("00-0000-{n:04}"));
    let input = SupplierInput {
        name,
        department: dice.pick(DEPARTMENTS).to_owned(),
        work: item.to_owned(),
        confidential: confidential.to_owned(),
        stops: stops.to_owned(),
        access: access.to_owned(),
        security_person: security_person.to_owned(),
        employees: dice.pick(sizes).to_owned(),
        spend_yen: if tier == 0 { format!("{}", (dice.throw(90) + 1) * 500_000) } else { String::new() },
        certificates: if dice.throw(8) == 0 { "isms".to_owned() } else { String::new() },
        contacts: vec![contact],
        ..SupplierInput::default()
    };
    (input, item)
}

fn link(dice: &Dice, from: &str, to: &str, item: &str, tier: usize) -> LinkInput {
    LinkInput {
        supplier_id: from.to_owned(),
        customer_id: to.to_owned(),
        kind: if ["配送", "塗装", "めっき処理", "受発注システムの運用"].contains(&item) { "service" } else { "part" }.to_owned(),
        item: item.to_owned(),
        substitute: dice.pick(&["none", "none", "full", "some", "unknown"]).to_owned(),
        switch_days: dice.pick(&["10", "30", "60"]).to_owned(),
        stock_days: dice.pick(&["3", "5", "10", "20", "45", ""]).to_owned(),
        critical: dice.throw(5) == 0,
        basis: if tier == 0 || dice.throw(3) > 0 { "own" } else { "hearsay" }.to_owned(),
        ..LinkInput::default()
    }
}

/// Fills the chain of a buyer.
///
/// # Errors
/// The store's.
pub(crate) async fn fill(cx: &Cx, scope: &Scope) -> Result<(), Problem> {
    let dice = Dice(SeededRng::new(120));
    let mut tx = cx.write().await?;
    let (mut above, mut n, mut links): (Vec<String>, usize, Vec<LinkInput>) = (vec![String::new()], 0, Vec::new());
    for (tier, size) in TIERS.into_iter().enumerate() {
        let mut here = Vec::new();
        for _ in 0..size {
            let (input, item) = supplier(&dice, n, tier);
            let id = supplier_edit(cx, &mut tx, scope, None, &input).await?;
            let customers: Vec<&str> = above.iter().map(String::as_str).collect();
            for _ in 0..=(if tier == 0 { 0 } else { dice.throw(2) }) {
                links.push(link(&dice, &id, dice.pick(&customers), item, tier));
            }
            here.push(id);
            n += 1;
        }
        // One company of the second tier also supplies us directly.
        if let (1, Some(first)) = (tier, here.first()) {
            links.push(link(&dice, first, "", "補修部品", tier));
        }
        above = here;
    }
    links_add(cx, &mut tx, scope, &links).await?;
    Ok(tx.commit().await?)
}
