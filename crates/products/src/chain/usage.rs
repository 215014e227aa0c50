//! `products::chain::usage` — what an organisation uses of other makers: taken by the code of a grant, named in its own words,
//! in something it runs or inside a release of its own.

use kernel::{Day, Event, EventKind, Scope, UseId};
use mail::Bell;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{Tx, params};
use web::{Cx, FieldError, Problem};

use crate::chain::grant::take;
use crate::chain::spread::{spread, tell_use, turn};
use crate::chain::store::{
    NOTICE_DROP_USE, NOTICE_STATE, NoticeRow, NoticeState, OPEN_IN_RELEASE, OpenRow, SHOWN_RELEASES, ShownRow, USE_ADD, USE_END, USE_LIST,
    USE_SET, UseRow,
};
use crate::decision::tree;
use crate::release::find as find_release;

/// Longest name of what it is used in, in characters.
const ASSET_MAX: usize = 200;

/// What somebody says of a use.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UseInput {
    /// The code of the grant; only when it is new.
    pub code: String,
    /// What it is used in, in one's own words.
    pub asset: String,
    /// The maker's release; the newest if it is new and empty.
    pub release_id: String,
    /// How it is reached from outside: an answer of the tree to `system_exposure`, or empty.
    pub exposure: String,
    /// How bad it is if it fails: an answer of the tree to `human_impact`, or empty.
    pub mission: String,
    /// The own release it goes into; empty if it ends here.
    pub in_release_id: String,
    /// Where news goes; empty for nowhere.
    pub mail: String,
    /// Whether the maker learns how many further companies were told, without their names.
    pub tells_on: bool,
}

impl UseRow {
    /// Whether its maker still tells of it.
    pub(crate) fn is_told(&self, today: Day) -> bool {
        self.ended_at.is_empty() && self.ends_on >= today.to_string()
    }

    /// What is known of it, as its form has it.
    pub(crate) fn input(&self) -> UseInput {
        UseInput {
            code: String::new(),
            asset: self.asset.clone(),
            release_id: self.release_id.clone(),
            exposure: self.exposure.clone(),
            mission: self.mission.clone(),
            in_release_id: self.in_release_id.clone(),
            mail: self.mail.clone(),
            tells_on: self.tells_on == 1,
        }
    }
}

/// Uses of the organisation: all, the one with an id, or those in one of its releases.
///
/// # Errors
/// The store's.
pub(crate) async fn uses(tx: &mut Tx, scope: &Scope, id: &str, inside: &str) -> Result<Vec<UseRow>, Problem> {
    Ok(tx.all(scope, USE_LIST, params![id, inside]).await?)
}

/// A use of the organisation.
///
/// # Errors
/// [`kernel::Code::NotFound`]; the store's.
pub(crate) async fn find(tx: &mut Tx, scope: &Scope, id: &str) -> Result<UseRow, Problem> {
    if id.is_empty() {
        return Err(Problem::not_found());
    }
    uses(tx, scope, id, "").await?.into_iter().next().ok_or_else(Problem::not_found)
}

/// The releases a grant shows to the organisation that took it, newest first.
///
/// # Errors
/// The store's.
pub(crate) async fn shown(tx: &mut Tx, scope: &Scope, (maker, grant): (&str, &str)) -> Result<Vec<ShownRow>, Problem> {
    Ok(tx.all(scope, SHOWN_RELEASES, params![maker, grant]).await?)
}

/// Checks what was said; the release must be one the grant shows, the own release one's own.
async fn checked(cx: &Cx, tx: &mut Tx, scope: &Scope, input: &UseInput, releases: &[ShownRow]) -> Result<UseInput, Problem> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, key: &str| errors.push(FieldError { field: field.to_owned(), text: cx.t(key) });
    let asset = input.asset.trim();
    if asset.is_empty() || asset.chars().count() > ASSET_MAX {
        wrong("asset", "use.wrong.asset");
    }
    let mail = input.mail.trim();
    let is_mail = mail.len() <= 254
        && !mail.contains(char::is_whitespace)
        && mail.split_once('@').is_some_and(|(a, b)| !a.is_empty() && b.contains('.'));
    if !mail.is_empty() && !is_mail {
        wrong("mail", "use.wrong.mail");
    }
    let release = if input.release_id.is_empty() { releases.first() } else { releases.iter().find(|r| r.release_id == input.release_id) };
    if release.is_none() {
        wrong("release_id", "use.wrong.release");
    }
    if !input.in_release_id.is_empty() && find_release(tx, scope, &input.in_release_id).await.is_err() {
        wrong("in_release_id", "use.wrong.inside");
    }
    let (Some(release), true) = (release, errors.is_empty()) else { return Err(Problem::invalid(errors)) };
    let tree = tree("deployer")?;
    let known = |key: &str, answer: &str| tree.inputs.iter().any(|i| i.key == key && i.values.iter().any(|v| v == answer));
    let answer = |key: &str, given: &str| if known(key, given) { given.to_owned() } else { String::new() };
    Ok(UseInput {
        code: String::new(),
        asset: asset.to_owned(),
        release_id: release.release_id.clone(),
        exposure: answer("system_exposure", &input.exposure),
        mission: answer("human_impact", &input.mission),
        in_release_id: input.in_release_id.clone(),
        mail: mail.to_owned(),
        tells_on: input.tells_on,
    })
}

/// Adds a use by the code of a grant, and tells it at once what holds. Returns its id.
///
/// # Errors
/// [`kernel::Code::Invalid`] by field; the same for a code that is wrong, ended or somebody else's; the store's.
pub async fn use_add(cx: &Cx, scope: &Scope, input: &UseInput) -> Result<String, Problem> {
    let mut tx = turn(cx).await?;
    let wrong = |field: &str, key: &str| Problem::invalid(vec![FieldError { field: field.to_owned(), text: cx.t(key) }]);
    let Some((maker, grant)) = take(cx, &mut tx, scope, &input.code).await? else { return Err(wrong("code", "use.wrong.code")) };
    let releases = shown(&mut tx, scope, (&maker, &grant)).await?;
    if releases.is_empty() {
        return Err(wrong("code", "use.wrong.empty"));
    }
    let input = checked(cx, &mut tx, scope, input, &releases).await?;
    let id = UseId::new(&*cx.app.clock, &*cx.app.rng).to_string();
    insert(cx, &mut tx, scope, (&id, &maker, &grant), &input).await?;
    let event = Event::new(EventKind::UseAdded, &id).with("grant", &grant);
    tx.record(scope, cx.now(), &event).await?;
    let row = find(&mut tx, scope, &id).await?;
    tell_use(cx, &mut tx, scope.id().as_str(), &row).await?;
    tx.commit().await?;
    cx.part::<Bell>()?.ring();
    Ok(id)
}

async fn insert(cx: &Cx, tx: &mut Tx, scope: &Scope, (id, maker, grant): (&str, &str, &str), input: &UseInput) -> Result<(), Problem> {
    let i = input;
    let values = params![
        id,
        maker,
        grant,
        &i.release_id,
        &i.asset,
        &i.exposure,
        &i.mission,
        &i.in_release_id,
        &i.mail,
        i.tells_on,
        cx.now(),
        scope.person()
    ];
    tx.run(scope, USE_ADD, values).await?;
    Ok(())
}

/// Changes a use: a release that mends closes what it mends.
///
/// # Errors
/// [`kernel::Code::Invalid`] by field; [`kernel::Code::NotFound`]; the store's.
pub async fn use_set(cx: &Cx, scope: &Scope, id: &str, input: &UseInput) -> Result<(), Problem> {
    let mut tx = turn(cx).await?;
    let before = find(&mut tx, scope, id).await?;
    let releases = shown(&mut tx, scope, (&before.maker_id, &before.grant_id)).await?;
    let mut input = input.clone();
    if input.release_id.is_empty() {
        input.release_id.clone_from(&before.release_id);
    }
    let i = checked(cx, &mut tx, scope, &input, &releases).await?;
    let values = params![id, &i.release_id, &i.asset, &i.exposure, &i.mission, &i.in_release_id, &i.mail, i.tells_on];
    tx.run_one(scope, USE_SET, values).await?;
    let event = Event::new(EventKind::UseChanged, id).with("release", &i.release_id);
    tx.record(scope, cx.now(), &event).await?;
    let row = find(&mut tx, scope, id).await?;
    tell_use(cx, &mut tx, scope.id().as_str(), &row).await?;
    if !before.in_release_id.is_empty() && before.in_release_id != i.in_release_id {
        respread(cx, &mut tx, scope, id).await?;
    }
    tx.commit().await?;
    cx.part::<Bell>()?.ring();
    Ok(())
}

/// What the use was told of is looked at again down the chain.
async fn respread(cx: &Cx, tx: &mut Tx, scope: &Scope, id: &str) -> Result<(), Problem> {
    let told: Vec<NoticeState> = tx.all(scope, NOTICE_STATE, params![id]).await?;
    for notice in &told {
        spread(cx, tx, &notice.vulnerability).await?;
    }
    Ok(())
}

/// Ends a use: it is told nothing more, and what it was told is removed.
///
/// # Errors
/// [`kernel::Code::NotFound`]; the store's.
pub(crate) async fn end(cx: &Cx, scope: &Scope, id: &str) -> Result<(), Problem> {
    let mut tx = turn(cx).await?;
    let usage = find(&mut tx, scope, id).await?;
    tx.run_one(scope, USE_END, params![id, cx.now()]).await?;
    if !usage.in_release_id.is_empty() {
        respread(cx, &mut tx, scope, id).await?;
    }
    tx.run(scope, NOTICE_DROP_USE, params![id]).await?;
    tx.record(scope, cx.now(), &Event::new(EventKind::UseEnded, id)).await?;
    tx.commit().await?;
    Ok(())
}

/// A new release of one's own holds the parts the one before held, until somebody says otherwise.
///
/// # Errors
/// The store's.
pub(crate) async fn carry_over(cx: &Cx, tx: &mut Tx, scope: &Scope, (before, release): (&str, &str)) -> Result<(), Problem> {
    for usage in uses(tx, scope, "", before).await? {
        let id = UseId::new(&*cx.app.clock, &*cx.app.rng).to_string();
        let input = UseInput { in_release_id: release.to_owned(), ..usage.input() };
        insert(cx, tx, scope, (&id, &usage.maker_id, &usage.grant_id), &input).await?;
        let row = find(tx, scope, &id).await?;
        tell_use(cx, tx, scope.id().as_str(), &row).await?;
    }
    Ok(())
}

/// What holds for a vulnerability in what is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// No advisory with this number is known here.
    Unknown,
    /// It was looked for in the release and nothing names it.
    NotFound,
    /// It is or was told of: the status of VEX.
    Told(String),
}

/// What holds for a vulnerability in what is used. Once its grant has ended, only what was told before.
///
/// # Errors
/// The store's.
pub(crate) async fn ask(cx: &Cx, tx: &mut Tx, usage: &UseRow, notices: &[NoticeRow], vulnerability: &str) -> Result<Answer, Problem> {
    if let Some(told) = notices.iter().find(|n| n.vulnerability == vulnerability) {
        return Ok(Answer::Told(told.status.clone()));
    }
    if !usage.is_told(cx.now().day()) {
        return Ok(Answer::Unknown);
    }
    let open: Vec<OpenRow> = tx.all(&crate::chain::spread::CHAIN, OPEN_IN_RELEASE, params![&usage.maker_id, &usage.release_id]).await?;
    if open.iter().any(|o| o.vulnerability == vulnerability) {
        // Open there and not told here: its maker said that it does not concern this product.
        return Ok(Answer::Told("not_affected".to_owned()));
    }
    let known = crate::advisory::vulnerability_known(tx, vulnerability).await?;
    Ok(if known.is_some() { Answer::NotFound } else { Answer::Unknown })
}
