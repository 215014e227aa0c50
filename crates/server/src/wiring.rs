//! `server::wiring` — answers the questions that domains ask their neighbours, and puts the
//! instance together.

use std::pin::Pin;
use std::sync::Arc;

use assess::{Cause, assessment_refresh, assessments_default};
use evidence::{EchoFuture, FactEcho, FactStated, FactWatcher};
use kernel::{Clock, OrganisationId, Permission, PersonId, Rng, Role, Scope};
use people::{FirstCode, OrganisationWatcher, PeopleGate, permission_table};
use schemes::Catalog;
use store::{Store, Tx};
use web::{App, Config, Cx, NoticeFuture, Notices, Problem};

/// Whoever states a fact has the criteria that read it evaluated again.
struct Evaluate;

impl FactWatcher for Evaluate {
    fn stated<'a>(&'a self, cx: &'a Cx, tx: &'a mut Tx, scope: &'a Scope, fact: &'a FactStated) -> EchoFuture<'a> {
        Box::pin(async move {
            let changed = assessment_refresh(cx, tx, scope, Cause::Fact(&fact.key, &fact.site_id, &fact.version)).await?;
            let path = format!("/changes/{}?key={}&site={}", fact.version, fact.key, fact.site_id);
            Ok(FactEcho { changed, path })
        })
    }

    fn imported<'a>(&'a self, cx: &'a Cx, tx: &'a mut Tx, scope: &'a Scope, site: &'a str) -> EchoFuture<'a> {
        Box::pin(async move {
            let changed = assessment_refresh(cx, tx, scope, Cause::Site(site)).await?;
            Ok(FactEcho { changed, path: "/assessments".to_owned() })
        })
    }
}

/// A new organisation gets its assessments at once.
struct StartAssessments;

impl OrganisationWatcher for StartAssessments {
    fn created<'a>(
        &'a self,
        cx: &'a Cx,
        tx: &'a mut Tx,
        id: &'a OrganisationId,
        person: &'a PersonId,
    ) -> Pin<Box<dyn Future<Output = Result<(), Problem>> + Send + 'a>> {
        Box::pin(async move {
            let scope = Scope::granted(id.clone(), person.clone(), Role::Admin);
            assessments_default(cx, tx, &scope).await
        })
    }
}

/// Which level a supplier holds is in the register.
struct HeldLevels;

impl suppliers::Levels for HeldLevels {
    fn held<'a>(&'a self, cx: &'a Cx, tx: &'a mut Tx, numbers: &'a [String]) -> suppliers::LevelFuture<'a> {
        Box::pin(register::levels_held(cx, tx, numbers))
    }
}

/// Sheets a buyer asks with are kept where customers' sheets are.
struct KeptSheets;

impl suppliers::OwnSheets for KeptSheets {
    fn all<'a>(&'a self, tx: &'a mut Tx, scope: &'a Scope) -> suppliers::SheetFuture<'a, Vec<(String, String)>> {
        Box::pin(checksheets::sheets_lent(tx, scope))
    }

    fn find<'a>(&'a self, tx: &'a mut Tx, scope: &'a Scope, id: &'a str) -> suppliers::SheetFuture<'a, Option<suppliers::OwnSheet>> {
        Box::pin(async move {
            let found = checksheets::sheet_lent(tx, scope, id).await?;
            Ok(found.map(|s| suppliers::OwnSheet { name: s.name, kind: s.kind, sha256: s.sha256, layout: s.layout }))
        })
    }

    fn answers(&self, cx: &Cx, facts: &schemes::Facts, layout: &sheets::Layout) -> Result<Vec<Option<suppliers::Said>>, Problem> {
        checksheets::sheet_answers(cx, facts, layout)
    }
}

/// What the start page says beside the facts: stars that end.
struct StartPage;

impl Notices for StartPage {
    fn of<'a>(&'a self, cx: &'a Cx, tx: &'a mut Tx) -> NoticeFuture<'a> {
        Box::pin(async move { if cx.may(Permission::StarRead) { register::reminders(cx, tx).await } else { Ok(Vec::new()) } })
    }
}

/// Puts an instance together over an open, migrated store.
///
/// # Errors
/// What is wrong with the permission table; a test makes sure no build ships a broken one.
pub fn build_app(
    store: Store,
    catalog: Catalog,
    config: Config,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
    first_code: FirstCode,
) -> Result<Arc<App>, String> {
    let mut parts = axum::http::Extensions::new();
    parts.insert(register::Rules::of(&catalog)?);
    parts.insert(checksheets::Knowledge::shipped(&catalog)?);
    parts.insert(Arc::new(catalog));
    parts.insert(schemes::OwnCatalogs::default());
    parts.insert(register::CommonGrams::default());
    parts.insert(suppliers::Data::shipped()?);
    parts.insert(register::Limiter::default());
    parts.insert(Arc::new(drills::Lessons::shipped()?));
    parts.insert::<Arc<dyn FactWatcher>>(Arc::new(Evaluate));
    parts.insert::<Arc<dyn OrganisationWatcher>>(Arc::new(StartAssessments));
    parts.insert::<Arc<dyn suppliers::Levels>>(Arc::new(HeldLevels));
    parts.insert::<Arc<dyn suppliers::OwnSheets>>(Arc::new(KeptSheets));
    parts.insert::<Arc<dyn Notices>>(Arc::new(StartPage));
    parts.insert(mail::MailRoom::default());
    parts.insert(mail::Bell::default());
    parts.insert(sbom::Readers::default());
    parts.insert(first_code);
    let gate = Arc::new(PeopleGate { table: permission_table()? });
    Ok(Arc::new(App { store, clock, rng, texts: crate::texts(), config, gate, parts }))
}
