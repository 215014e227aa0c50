//! `server::demo` — a fictional world for the first minute: the companies of IPA's practice
//! collection with the sizes and sectors told there (others are made up), plausible facts
//! from a fixed seed, and one login per kind of user with a fresh password.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::{AssessmentId, Day, FixedClock, Lang, OrganisationId, PersonId, Rng, Role, Scope, SeededRng, random_token};
use people::{ClaimInput, MemberInput, OrganisationInput, SiteKind, instance_claim, member_add, organisation_create, site_add};
use register::{Award, FieldKind, FieldRule, Holder, Rules, award, party_designate};
use schemes::{Catalog, FactKind, FactType, Scheme, Subject, Unit};
use web::{App, Cx, Problem};

/// Name, employee band, industry letter, how much is in place (0 to 10). Bands of A to X and Z
/// follow the collection; Y and the small letters are made up where it names none.
const COMPANIES: &[(&str, &str, &str, u8)] = &[
    ("A社", "301-1000", "I", 6),
    ("B社", "301-1000", "E", 5),
    ("C社", "3001-", "E", 8),
    ("D社", "1001-3000", "I", 7),
    ("E社", "301-1000", "P", 4),
    ("F社", "301-1000", "I", 5),
    ("G社", "301-1000", "I", 5),
    ("H社", "301-1000", "E", 6),
    ("I社", "101-300", "D", 4),
    ("J社", "101-300", "O", 4),
    ("K社", "301-1000", "G", 8),
    ("L社", "101-300", "E", 4),
    ("M社", "1001-3000", "I", 6),
    ("N社", "1001-3000", "G", 8),
    ("O社", "51-100", "L", 6),
    ("P社", "1001-3000", "I", 7),
    ("Q社", "3001-", "E", 7),
    ("R社", "1001-3000", "I", 6),
    ("S社", "301-1000", "H", 5),
    ("T社", "301-1000", "N", 4),
    ("U社", "1001-3000", "I", 7),
    ("V社", "1001-3000", "E", 8),
    ("W社", "3001-", "E", 9),
    ("X社", "301-1000", "I", 6),
    ("Y社", "3001-", "E", 8),
    ("Z社", "3001-", "E", 9),
    ("a社", "101-300", "E", 5),
    ("b社", "51-100", "I", 3),
    ("c社", "301-1000", "E", 5),
    ("d社", "101-300", "E", 5),
    ("e社", "51-100", "E", 4),
    ("f社", "101-300", "I", 4),
    ("g社", "101-300", "E", 6),
    ("h社", "301-1000", "I", 5),
    ("i社", "101-300", "I", 5),
    ("j社", "101-300", "I", 6),
    ("k社", "21-50", "G", 3),
    ("l社", "51-100", "E", 3),
    ("m社", "101-300", "I", 5),
    ("n社", "101-300", "I", 6),
    ("o社", "101-300", "E", 5),
    ("p社", "301-1000", "E", 7),
    ("q社", "101-300", "I", 5),
    ("r社", "51-100", "I", 4),
    ("s社", "51-100", "E", 3),
    ("t社", "101-300", "G", 6),
];

/// Group companies of Z社, which looks after its affiliates in the collection.
const GROUP: &[&str] = &["a社", "c社", "g社", "s社"];
/// Who runs the registers and confirms.
const BODY: &str = "架空評価機関";
/// Who runs what the home company makes.
const CUSTOMER: &str = "架空ビル管理";
/// From how much in place on a company has declared itself.
const DECLARED_FROM: u8 = 4;
/// Where the services and people of the registers are, with the prefectures they serve.
const PLACES: &[(&str, &str)] = &[("東海", "23,21,22,24"), ("関東", "13,14,11,12"), ("関西", "27,26,28")];
/// The company whose people can sign in: 300 people, building equipment, no expert.
const HOME: &str = "I社";

/// A login to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoLogin {
    /// What kind of user.
    pub role: Role,
    /// Which company.
    pub organisation: &'static str,
    /// Login.
    pub login: String,
    /// Password, made for this instance.
    pub password: String,
}

/// Fills an empty instance.
///
/// # Errors
/// The store's, or [`kernel::Code::Conflict`] if it is not empty.
pub async fn fill(app: &Arc<App>) -> Result<Vec<DemoLogin>, Problem> {
    let cx = Cx::without_request(app, None);
    let password = || random_token(&*app.rng, 6);
    let admin = DemoLogin { role: Role::Admin, organisation: HOME, login: "admin".into(), password: password() };
    let home = COMPANIES.iter().find(|c| c.0 == HOME).ok_or_else(Problem::not_found)?;
    let input = ClaimInput {
        login: admin.login.clone(),
        person_name: "I社 管理 太郎".to_owned(),
        password: admin.password.clone(),
        organisation: organisation(home),
    };
    let before = Cx::without_request(&a_year_ago(app)?, None);
    let (person, home_id) = instance_claim(&before, &input).await?;
    let mut logins = vec![admin];
    let scope = Scope::granted(home_id.clone(), person.clone(), Role::Admin);
    for (role, login, name) in
        [(Role::Staff, "tantou", "I社 総務 花子"), (Role::Viewer, "etsuran", "I社 閲覧 次郎"), (Role::President, "shachou", "I社 社長")]
    {
        logins.push(add(&cx, &scope, role, login, name, HOME, password()).await?);
    }
    last_year(&before, &scope, home).await?;
    let mut tx = cx.write().await?;
    site_add(&cx, &mut tx, &scope, SiteKind::Site, "本社").await?;
    site_add(&cx, &mut tx, &scope, SiteKind::Site, "工事センター").await?;
    tx.commit().await?;
    state(&cx, &scope, home).await?;
    crate::demo_chain::fill(&cx, &scope).await?;
    crate::demo_products::fill(&cx, &scope).await?;
    world(&cx, &person).await?;
    assess::peers_publish(&cx).await?;
    let body = OrganisationInput { name: BODY.to_owned(), industry: "L".to_owned(), ..OrganisationInput::default() };
    let mut tx = cx.write().await?;
    let body = organisation_create(&cx, &mut tx, &body, None, &person).await?;
    tx.commit().await?;
    let customer = OrganisationInput { name: CUSTOMER.to_owned(), industry: "R".to_owned(), ..OrganisationInput::default() };
    let mut tx = cx.write().await?;
    let customer = organisation_create(&cx, &mut tx, &customer, None, &person).await?;
    tx.commit().await?;
    let customer = Scope::granted(customer, person.clone(), Role::Admin);
    crate::demo_products::chain(&cx, &scope, &customer).await?;
    logins.push(add(&cx, &customer, Role::Admin, "hozen", "架空ビル管理 保全 太郎", CUSTOMER, password()).await?);
    let scope = Scope::granted(body, person, Role::Admin);
    registers(&cx, &scope).await?;
    for (role, login, name) in [(Role::Assessor, "hyouka", "架空評価機関 評価員"), (Role::Registrar, "daichou", "架空評価機関 台帳運営")]
    {
        logins.push(add(&cx, &scope, role, login, name, BODY, password()).await?);
    }
    Ok(logins)
}

fn organisation((name, band, industry, _): &(&str, &str, &str, u8)) -> OrganisationInput {
    OrganisationInput {
        name: (*name).to_owned(),
        employee_band: (*band).to_owned(),
        industry: (*industry).to_owned(),
        corporate_number: String::new(),
    }
}

async fn add(
    cx: &Cx,
    scope: &Scope,
    role: Role,
    login: &str,
    name: &str,
    organisation: &'static str,
    password: String,
) -> Result<DemoLogin, Problem> {
    let input = MemberInput { login: login.to_owned(), name: name.to_owned(), role: role.to_string() };
    let mut tx = cx.write().await?;
    member_add(cx, &mut tx, scope, &input, Some(&password)).await?;
    tx.commit().await?;
    Ok(DemoLogin { role, organisation, login: login.to_owned(), password })
}

/// All other companies; Z社 first, so that its group can stand below it.
async fn world(cx: &Cx, person: &PersonId) -> Result<(), Problem> {
    let mut parent: Option<OrganisationId> = None;
    let (first, others): (Vec<&(&str, &str, &str, u8)>, Vec<_>) = COMPANIES.iter().filter(|c| c.0 != HOME).partition(|c| c.0 == "Z社");
    for company in first.into_iter().chain(others) {
        let below = parent.as_ref().filter(|_| GROUP.contains(&company.0));
        let mut tx = cx.write().await?;
        let id = organisation_create(cx, &mut tx, &organisation(company), below, person).await?;
        tx.commit().await?;
        let scope = Scope::granted(id.clone(), person.clone(), Role::Admin);
        start(cx, &scope).await?;
        state(cx, &scope, company).await?;
        if company.3 >= DECLARED_FROM {
            let catalog = cx.part::<Arc<Catalog>>()?;
            let first = catalog.newest().filter(|s| s.file.rung.is_some()).min_by_key(|s| s.file.rung);
            entry(cx, &scope, first, &holder(company), &BTreeMap::new()).await?;
        }
        if company.0 == "Z社" {
            parent = Some(id);
        }
    }
    Ok(())
}

fn holder((name, band, industry, maturity): &(&str, &str, &str, u8)) -> Holder {
    Holder {
        name: (*name).to_owned(),
        prefecture: format!("{:02}", 10 + maturity * 3),
        industry: (*industry).to_owned(),
        employee_band: (*band).to_owned(),
        ..Holder::default()
    }
}

/// Puts a star into the register, as if it had been won ten days ago.
async fn entry(cx: &Cx, scope: &Scope, scheme: Option<&Scheme>, holder: &Holder, fields: &BTreeMap<String, String>) -> Result<(), Problem> {
    let rules = cx.part::<Rules>()?;
    let Some((scheme, rules)) = scheme.and_then(|s| Some((s, rules.get(s)?))) else { return Ok(()) };
    let from = cx.now().day().plus_days(-10);
    let whole = scheme.file.subject == Subject::Organisation;
    let star = Award {
        scheme,
        number: rules.new_number(from, &*cx.app.rng),
        subject: scheme.file.subject,
        site_id: String::new(),
        holder: holder.clone(),
        scope: if whole { "会社全体".to_owned() } else { holder.name.clone() },
        confirmer: if rules.part.is_empty() { "自己宣言" } else { BODY }.to_owned(),
        fields: fields.clone(),
        from,
        to: rules.ends(from),
    };
    let mut tx = cx.write().await?;
    award(cx, &mut tx, scope, &star).await?;
    Ok(tx.commit().await?)
}

/// The fictional body runs every register and examines; services and people to be found in them.
async fn registers(cx: &Cx, body: &Scope) -> Result<(), Problem> {
    let (catalog, all) = (cx.part::<Arc<Catalog>>()?, cx.part::<Rules>()?);
    for scheme in catalog.newest().filter(|s| s.pending() == 0) {
        let Some(rules) = all.get(scheme).filter(|r| !r.part.is_empty()) else { continue };
        let mut tx = cx.write().await?;
        for part in rules.part.keys() {
            party_designate(cx, &mut tx, &scheme.id, part, BODY).await?;
        }
        tx.commit().await?;
        if !matches!(scheme.file.subject, Subject::Service | Subject::Person) {
            continue;
        }
        for (n, (place, areas)) in PLACES.iter().enumerate() {
            let value = |f: &FieldRule| match f.kind {
                FieldKind::Areas => (*areas).to_owned(),
                FieldKind::Choices if n == 0 => f.options.join(","),
                FieldKind::Choice | FieldKind::Choices => f.options.get(n % f.options.len().max(1)).cloned().unwrap_or_default(),
                FieldKind::Number => f.most.unwrap_or(1000).to_string(),
                FieldKind::Url => "https://example.jp/".to_owned(),
                FieldKind::Text => "架空の記入".to_owned(),
            };
            let fields = rules.field.iter().map(|f| (f.id.clone(), value(f))).collect();
            let name = format!("架空 {place}の{}", scheme.texts(Lang::Ja).title);
            entry(
                cx,
                body,
                Some(scheme),
                &Holder { name, prefecture: areas.get(..2).unwrap_or("13").to_owned(), ..Holder::default() },
                &fields,
            )
            .await?;
        }
    }
    Ok(())
}

/// The same instance as it was a year earlier.
fn a_year_ago(app: &Arc<App>) -> Result<Arc<App>, Problem> {
    let then = format!("{}T00:00:00Z", app.clock.now().day().plus_days(-365));
    let clock = FixedClock::at(&then).map_err(|e| Problem::new(kernel::Code::Internal).because(e.to_string()))?;
    Ok(Arc::new(App {
        store: app.store.clone(),
        clock: Arc::new(clock),
        rng: Arc::clone(&app.rng),
        texts: crate::texts(),
        config: app.config.clone(),
        gate: Arc::clone(&app.gate),
        parts: app.parts.clone(),
    }))
}

/// Starts the assessments in steps, beside those every organisation has.
async fn start(cx: &Cx, scope: &Scope) -> Result<Vec<AssessmentId>, Problem> {
    let catalog = cx.part::<Arc<Catalog>>()?;
    let mut tx = cx.write().await?;
    let mut started = Vec::new();
    for scheme in catalog.newest().filter(|s| s.scale().is_some() && s.file.subject == Subject::Organisation) {
        started.push(assess::assessment_start(cx, &mut tx, scope, scheme, "").await?);
    }
    tx.commit().await?;
    Ok(started)
}

/// What the first company answered a year ago, and the states it kept.
async fn last_year(cx: &Cx, scope: &Scope, home: &(&'static str, &'static str, &'static str, u8)) -> Result<(), Problem> {
    let started = start(cx, scope).await?;
    state(cx, scope, &(home.0, home.1, home.2, home.3.saturating_sub(2))).await?;
    let mut tx = cx.write().await?;
    for id in started {
        assess::assessment_keep(cx, &mut tx, scope, &id, "昨年の自己評価").await?;
    }
    Ok(tx.commit().await?)
}

async fn state(cx: &Cx, scope: &Scope, company: &(&str, &str, &str, u8)) -> Result<(), Problem> {
    let catalog = cx.part::<Arc<Catalog>>()?;
    let seed = company.0.bytes().fold(u64::from(company.3), |s, b| s.wrapping_mul(31).wrapping_add(u64::from(b)));
    let facts = plausible(&catalog, seed, company.3, cx.now().day());
    let mut tx = cx.write().await?;
    evidence::facts_import(cx, &mut tx, scope, "", &facts).await?;
    cx.part::<Arc<dyn evidence::FactWatcher>>()?.imported(cx, &mut tx, scope, "").await?;
    Ok(tx.commit().await?)
}

/// Facts as a company of this maturity might state them: some missing, some not known.
pub(crate) fn plausible(catalog: &Catalog, seed: u64, maturity: u8, today: Day) -> BTreeMap<String, String> {
    let rng = SeededRng::new(seed);
    let mut facts = BTreeMap::new();
    for (key, fact) in catalog.types() {
        let mut dice = [0_u8; 4];
        rng.fill(&mut dice);
        let [kind, level, size, back] = dice;
        if kind % 10 > 7 {
            continue;
        }
        let answer = if kind % 16 == 0 { "unknown".to_owned() } else { answer(fact, maturity, level, (size, back), today) };
        facts.insert(key.clone(), answer);
    }
    facts
}

fn answer(fact: &FactType, maturity: u8, level: u8, (size, back): (u8, u8), today: Day) -> String {
    let good = level % 11 <= maturity;
    let options = fact.options();
    let pick = |n: u8| options.get(usize::from(n) % options.len().max(1)).copied().unwrap_or("unknown").to_owned();
    match fact.kind() {
        FactKind::Practice if good => "done".to_owned(),
        FactKind::Practice if size.is_multiple_of(2) => "partial".to_owned(),
        FactKind::Practice => "none".to_owned(),
        FactKind::Choice => pick(if good { 0 } else { size }),
        FactKind::YesNo => if good { "yes" } else { "no" }.to_owned(),
        FactKind::Set if good => options.join(","),
        FactKind::Set => pick(size),
        FactKind::Number if fact.file.unit == Some(Unit::Step) => {
            let (min, max) = fact.range();
            // Around the middle of the scale, as far above or below it as the company is.
            (min + (max - min) * i64::from(maturity) / 10 + i64::from(size % 3) - 1).clamp(min, max).to_string()
        }
        FactKind::Number => {
            let (min, max) = fact.range();
            i64::from(if good { 10 } else { 6 + size % 20 }).clamp(min, max).to_string()
        }
        FactKind::Date => today.plus_days(-i64::from(back) - if good { 0 } else { 300 }).to_string(),
        FactKind::Text => "架空の記入".to_owned(),
    }
}
