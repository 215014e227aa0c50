//! `products::chain::spread` — tells everybody who uses a release what holds for it now: after an advisory, a decision, a new
//! release, a change of what is used. What was told stays with whoever was told; what is told crosses a company border by
//! a grant that was taken and has not ended.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Instant, Lang, Unscoped};
use mail::{Letter, letter_queue};
use store::{Param, StoreError, Turn, Tx, params};
use web::{Cx, Problem};

use crate::chain::store::{
    DECISION_OF, DecidedRow, FOUND_IN, FoundRow, NOTICE_CLOSE, NOTICE_MEND, NOTICE_MENDED, NOTICE_SET, NOTICE_STATE, NoticeState,
    OPEN_IN_RELEASE, OpenRow, ReachedRow, USE_REACHED, UseRow,
};
use crate::chain::walk::{Said, Stand, Usage, walk};
use crate::store::{DECISION_ALL, DecisionRow};

/// A vulnerability goes through companies; each is told of its own use only.
pub(crate) const CHAIN: Unscoped = Unscoped::because("what is told follows grants from company to company; each sees its own notices only");

/// A transaction that changes what follows from components, advisories and decisions: one at a time, as each reads what the
/// others write.
///
/// # Errors
/// The store's.
pub(crate) async fn turn(cx: &Cx) -> Result<Tx, Problem> {
    let mut tx = cx.write().await?;
    tx.alone(Turn::Chain).await?;
    Ok(tx)
}

/// How a part is named where components are: what is decided of it holds for every release that holds the product.
pub(crate) fn part(product: &str) -> String {
    format!("product:{product}")
}

fn said(status: &str, action: &str, impact: &str) -> Said {
    Said { stand: Stand::of(status), action: action.to_owned(), impact: impact.to_owned() }
}

/// Of what holds for several components of a release, the worst holds for it.
fn worst<K: Ord>(all: &mut BTreeMap<K, Said>, key: K, says: Said) {
    let known = all.entry(key).or_insert_with(|| says.clone());
    if *known < says {
        *known = says;
    }
}

/// The last decision of each product and component.
type Decided = BTreeMap<(String, String), Said>;

async fn decided_of(tx: &mut Tx, vulnerability: &str) -> Result<Decided, StoreError> {
    let all: Vec<DecidedRow> = tx.all(&CHAIN, DECISION_OF, params![vulnerability]).await?;
    Ok(all.into_iter().map(|d| ((d.product_id, d.package), said(&d.status, &d.action, &d.impact))).collect())
}

/// What releases say by their own components.
async fn own_of(tx: &mut Tx, vulnerability: &str, decided: &Decided) -> Result<BTreeMap<String, Said>, StoreError> {
    let found: Vec<FoundRow> = tx.all(&CHAIN, FOUND_IN, params![vulnerability]).await?;
    let mut own: BTreeMap<String, Said> = BTreeMap::new();
    for row in found {
        let says = decided.get(&(row.product_id, row.package)).cloned().unwrap_or_else(Said::open);
        worst(&mut own, row.release_id, says);
    }
    Ok(own)
}

/// Tells everybody whom a vulnerability concerns now, or concerned before. Returns how many uses hear something new.
///
/// # Errors
/// The store's.
pub(crate) async fn spread(cx: &Cx, tx: &mut Tx, vulnerability: &str) -> Result<usize, Problem> {
    let today = cx.now().day().to_string();
    let uses: Vec<ReachedRow> = tx.all(&CHAIN, USE_REACHED, params![vulnerability, today]).await?;
    if uses.is_empty() {
        return Ok(0);
    }
    let decided = decided_of(tx, vulnerability).await?;
    let own = own_of(tx, vulnerability, &decided).await?;
    let usage = |u: &ReachedRow| Usage {
        from: u.release_id.clone(),
        into: (!u.in_release_id.is_empty()).then(|| u.in_release_id.clone()),
        decided: decided.get(&(u.in_product.clone(), part(&u.maker_product))).cloned(),
    };
    let told = walk(&own, &uses.iter().map(usage).collect::<Vec<_>>());
    let mut teller = Teller::new(cx.now());
    for (row, now) in uses.iter().zip(told) {
        let before = Before { status: &row.status, action: &row.action, impact: &row.impact, is_closed: !row.closed_at.is_empty() };
        let to = To { organisation: &row.organisation_id, usage: &row.use_id, release: &row.release_id, mail: &row.mail };
        teller.tell(tx, (&to, vulnerability), &before, now.as_ref()).await?;
    }
    teller.finish(cx, tx).await
}

/// Tells one use all that holds for the release it is of now; nothing once its grant has ended.
///
/// # Errors
/// The store's.
pub(crate) async fn tell_use(cx: &Cx, tx: &mut Tx, organisation: &str, usage: &UseRow) -> Result<(), Problem> {
    if !usage.is_told(cx.now().day()) {
        return Ok(());
    }
    let open: Vec<OpenRow> = tx.all(&CHAIN, OPEN_IN_RELEASE, params![&usage.maker_id, &usage.release_id]).await?;
    let decided: Vec<DecisionRow> = tx.all(&CHAIN, DECISION_ALL, params![&usage.maker_id, &usage.product_id]).await?;
    let decided: BTreeMap<(&str, &str), Said> =
        decided.iter().map(|d| ((d.vulnerability.as_str(), d.package.as_str()), said(&d.status, &d.action, &d.impact))).collect();
    let mut now: BTreeMap<&str, Said> = BTreeMap::new();
    for row in &open {
        let carried = || if row.status.is_empty() { Said::open() } else { said(&row.status, &row.action, &row.impact) };
        let says = decided.get(&(row.vulnerability.as_str(), row.package.as_str())).cloned().unwrap_or_else(carried);
        worst(&mut now, &row.vulnerability, says);
    }
    let before: Vec<NoticeState> = tx.all(&CHAIN, NOTICE_STATE, params![organisation, &usage.use_id]).await?;
    let before: BTreeMap<&str, &NoticeState> = before.iter().map(|n| (n.vulnerability.as_str(), n)).collect();
    let all: BTreeSet<&str> = now.keys().chain(before.keys()).copied().collect();
    let mut teller = Teller::new(cx.now());
    let to = To { organisation, usage: &usage.use_id, release: &usage.release_id, mail: &usage.mail };
    for vulnerability in all.iter().copied() {
        let known = before.get(vulnerability).map_or_else(Before::default, |n| Before {
            status: &n.status,
            action: &n.action,
            impact: &n.impact,
            is_closed: !n.closed_at.is_empty(),
        });
        // What another release held is left behind with it.
        let gone = before.get(vulnerability).filter(|n| n.release_id != usage.release_id && n.closed_at.is_empty());
        if let (Some(_), None) = (gone, now.get(vulnerability)) {
            teller.close(tx, (&to, vulnerability), "moved").await?;
            continue;
        }
        teller.tell(tx, (&to, vulnerability), &known, now.get(vulnerability)).await?;
    }
    teller.finish(cx, tx).await?;
    if !usage.in_release_id.is_empty() {
        for vulnerability in all {
            spread(cx, tx, vulnerability).await?;
        }
    }
    Ok(())
}

/// Tells users of older releases that a new one mends what concerns them.
///
/// # Errors
/// The store's.
pub(crate) async fn tell_mended(cx: &Cx, tx: &mut Tx, (maker, product, release): (&str, &str, &str)) -> Result<(), Problem> {
    if tx.run(&CHAIN, NOTICE_MEND, params![maker, product, release, cx.now(), cx.now().day().to_string()]).await? == 0 {
        return Ok(());
    }
    let to: Vec<(String, String)> = tx.all(&CHAIN, NOTICE_MENDED, params![release, maker, product]).await?;
    letters(cx, tx, &to.into_iter().collect()).await
}

/// Whom it is about.
struct To<'a> {
    organisation: &'a str,
    usage: &'a str,
    release: &'a str,
    mail: &'a str,
}

/// What was told before; the status is empty if nothing was.
#[derive(Default)]
struct Before<'a> {
    status: &'a str,
    action: &'a str,
    impact: &'a str,
    is_closed: bool,
}

/// Writes what is new, and collects who gets a letter.
struct Teller {
    now: Instant,
    told: usize,
    rows: Vec<Vec<Param>>,
    letters: BTreeSet<(String, String)>,
}

impl Teller {
    fn new(now: Instant) -> Self {
        Self { now, told: 0, rows: Vec::new(), letters: BTreeSet::new() }
    }

    async fn tell(
        &mut self,
        tx: &mut Tx,
        (to, vulnerability): (&To<'_>, &str),
        before: &Before<'_>,
        now: Option<&Said>,
    ) -> Result<(), StoreError> {
        let was_open = !before.status.is_empty() && !before.is_closed;
        let Some(now) = now else {
            return if was_open { self.close(tx, (to, vulnerability), "gone").await } else { Ok(()) };
        };
        let same = (before.status, before.action, before.impact) == (now.stand.word(), now.action.as_str(), now.impact.as_str());
        let is_open = now.stand.is_open();
        if (same && was_open == is_open) || (!is_open && !was_open) {
            return Ok(());
        }
        let (closed_at, because) = if is_open { (String::new(), "") } else { (self.now.text(), now.stand.word()) };
        self.rows.push(params![
            to.organisation,
            to.usage,
            vulnerability,
            to.release,
            now.stand.word(),
            &now.action,
            &now.impact,
            self.now,
            closed_at,
            because
        ]);
        self.noted(to, is_open);
        Ok(())
    }

    async fn close(&mut self, tx: &mut Tx, (to, vulnerability): (&To<'_>, &str), because: &str) -> Result<(), StoreError> {
        tx.run(&CHAIN, NOTICE_CLOSE, params![to.organisation, to.usage, vulnerability, self.now, because]).await?;
        self.noted(to, false);
        Ok(())
    }

    fn noted(&mut self, to: &To<'_>, is_open: bool) {
        self.told += usize::from(is_open);
        if !to.mail.is_empty() {
            self.letters.insert((to.organisation.to_owned(), to.mail.to_owned()));
        }
    }

    /// Writes what was collected. Returns how many uses hear something new.
    async fn finish(self, cx: &Cx, tx: &mut Tx) -> Result<usize, Problem> {
        tx.run_rows(&CHAIN, NOTICE_SET, &[], &self.rows).await?;
        letters(cx, tx, &self.letters).await?;
        Ok(self.told)
    }
}

/// Queues letters: at most one an hour to each address, which says where to look and nothing else.
async fn letters(cx: &Cx, tx: &mut Tx, all: &BTreeSet<(String, String)>) -> Result<(), Problem> {
    let text = |key: &str| cx.app.texts.get(Lang::Ja, key).replace('|', "\n");
    let link = format!("{}/products/uses", cx.app.config.public_url);
    let (subject, body) = (text("notice.letter.subject"), text("notice.letter").replace("{ $link }", &link));
    let hour: String = cx.now().text().chars().take(13).collect();
    for (organisation, to) in all {
        let key = format!("notice:{to}:{hour}");
        let letter = Letter { organisation, key: &key, to, subject: &subject, body: &body };
        letter_queue(tx, &*cx.app.clock, &*cx.app.rng, &letter, cx.now()).await?;
    }
    Ok(())
}
