//! `register::way` — an application on its way: what it rests on now, where it stands on the path
//! of its scheme, and what happens when a step is done. Who may take a step is asked elsewhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::{ApplicationId, Event, EventKind, OrganisationId, Scope, StepId};
use schemars::JsonSchema;
use schemes::{Catalog, Facts, Scheme, Subject};
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx, params};
use web::{Cx, Problem};

use crate::award::{Award, Holder, award};
use crate::keys::REGISTER;
use crate::rules::{Readiness, Rules, RulesFile, Step, StepKind};
use crate::snapshot::Snapshot;
use crate::store::{
    APPLICATION_DONE, APPLICATION_FIND, APPLICATION_MOVE, ApplicationRow, DESIGNATION_VALID, DesignationRow, ENTRY_SAME_COMPANY, STEP_ADD,
    STEP_LIST, StepRow,
};

/// Tries to find a number that is free.
const NUMBER_TRIES: usize = 5;

/// The name of the field that holds the organisation behind a product, service or person.
pub(crate) const BEHIND: &str = "organisation";

/// What the register will show beside name and number of the organisation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Details {
    /// What it covers, in words.
    pub(crate) scope: String,
    /// JIS X 0401 code.
    pub(crate) prefecture: String,
    /// Reading of the name in kana.
    pub(crate) kana: String,
    /// The scheme's own fields; several choices are divided by commas.
    pub(crate) fields: BTreeMap<String, String>,
}

/// An application with everything it rests on now.
pub(crate) struct Way {
    pub(crate) row: ApplicationRow,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) facts: Facts,
    /// The applicant, for whom everything of it is read and written.
    pub(crate) scope: Scope,
    rules: Rules,
    files: BTreeMap<String, Vec<String>>,
}

/// What is in the way, by the key of its text.
pub(crate) fn conflict(cx: &Cx, key: &str) -> Problem {
    Problem::new(kernel::Code::Conflict).with_detail(cx.t(key))
}

/// The parties that may play a part of a scheme today.
///
/// # Errors
/// The store's.
pub(crate) async fn parties(cx: &Cx, tx: &mut Tx, scheme: &str, part: &str) -> Result<Vec<DesignationRow>, Problem> {
    Ok(tx.all(&REGISTER, DESIGNATION_VALID, params![scheme, part, cx.now().day().to_string()]).await?)
}

impl Way {
    /// An application of the organisation that asks.
    ///
    /// # Errors
    /// [`kernel::Code::NotFound`] where it is not the organisation's.
    pub(crate) async fn own(cx: &Cx, tx: &mut Tx, id: &str) -> Result<Self, Problem> {
        Self::find(cx, tx, cx.scope()?.clone(), id).await
    }

    /// An application of somebody else, found by a step that the organisation that asks was given.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn of_step(cx: &Cx, tx: &mut Tx, step: &StepRow) -> Result<Self, Problem> {
        let by = cx.scope()?;
        let applicant = OrganisationId::try_from(step.organisation_id.clone()).map_err(|_| Problem::not_found())?;
        let scope = Scope::granted(applicant, by.person().clone(), by.role());
        Self::find(cx, tx, scope, &step.application_id).await
    }

    async fn find(cx: &Cx, tx: &mut Tx, scope: Scope, id: &str) -> Result<Self, Problem> {
        let id = ApplicationId::try_from(id.to_owned()).map_err(|_| Problem::not_found())?;
        let row: Option<ApplicationRow> = tx.one(&scope, APPLICATION_FIND, params![&id]).await?;
        let row = row.ok_or_else(Problem::not_found)?;
        let (catalog, rules) = (cx.part::<Arc<Catalog>>()?, cx.part::<Rules>()?);
        let facts = evidence::facts_of(tx, &scope, &catalog, &row.site_id).await?;
        let files = evidence::document_hashes(tx, &scope, &row.site_id).await?;
        Ok(Self { row, catalog, facts, scope, rules, files })
    }

    /// The scheme version applied for.
    ///
    /// # Errors
    /// [`kernel::Code::NotFound`] if its files are gone.
    pub(crate) fn scheme(&self) -> Result<&Scheme, Problem> {
        self.catalog.scheme(&self.row.scheme_id, Some(&self.row.version)).ok_or_else(Problem::not_found)
    }

    /// Its rules.
    ///
    /// # Errors
    /// [`kernel::Code::NotFound`] if its files are gone.
    pub(crate) fn rules(&self) -> Result<&RulesFile, Problem> {
        self.rules.get(self.scheme()?).ok_or_else(Problem::not_found)
    }

    /// The step it is at; none once it is awarded.
    pub(crate) fn step(&self) -> Option<&Step> {
        self.rules().ok().and_then(|r| r.step(self.row.place)).filter(|_| self.row.state == "open")
    }

    /// What the register will show.
    pub(crate) fn details(&self) -> Details {
        serde_json::from_str(&self.row.details).unwrap_or_default()
    }

    /// What is shown now.
    ///
    /// # Errors
    /// [`kernel::Code::NotFound`] if the scheme is gone.
    pub(crate) fn snapshot(&self) -> Result<Snapshot, Problem> {
        Ok(Snapshot::of(self.scheme()?, &self.facts, &self.files))
    }

    /// What was shown when the last examination ended; none before.
    pub(crate) fn sealed(&self) -> Option<Snapshot> {
        Snapshot::parse(&self.row.sealed)
    }

    /// How far the applicant is by its own facts.
    ///
    /// # Errors
    /// [`kernel::Code::NotFound`] if the scheme is gone.
    pub(crate) fn readiness(&self, cx: &Cx) -> Result<Readiness, Problem> {
        Ok(Readiness::of(self.scheme()?, self.rules()?.needs, &self.facts, cx.now().day()))
    }

    /// Whether it can be declared, decided and awarded: confirmed and unchanged since, or ready by
    /// its own facts where nobody confirms.
    ///
    /// # Errors
    /// [`kernel::Code::Conflict`] with what is in the way.
    pub(crate) fn check(&self, cx: &Cx) -> Result<(), Problem> {
        let ready = self.readiness(cx)?;
        if ready.pending > 0 {
            return Err(conflict(cx, "application.wrong.pending"));
        }
        match self.sealed() {
            Some(before) if before != self.snapshot()? => Err(conflict(cx, "application.wrong.changed")),
            Some(_) if ready.conditions.is_empty() => Ok(()),
            None if ready.is_ready() => Ok(()),
            Some(_) | None => Err(conflict(cx, "application.wrong.not_ready")),
        }
    }

    /// The steps that others took or were asked for, oldest first.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn steps(&self, tx: &mut Tx) -> Result<Vec<StepRow>, Problem> {
        Ok(tx.all(&self.scope, STEP_LIST, params![&self.row.application_id]).await?)
    }

    /// The last examination that was done; `whole` asks for one that went through every criterion.
    ///
    /// # Errors
    /// [`kernel::Code::NotFound`] if the scheme's files are gone.
    pub(crate) fn last_examined<'a>(&self, steps: &'a [StepRow], whole: bool) -> Result<Option<&'a StepRow>, Problem> {
        let rules = self.rules()?;
        let examines = |s: &StepRow| rules.step(s.place).is_some_and(|step| step.kind == StepKind::Examine && (step.criteria || !whole));
        Ok(steps.iter().rev().find(|s| s.state == "done" && examines(s)))
    }

    /// Asks a party to take the step the application is at.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn ask(&self, cx: &Cx, tx: &mut Tx, party: &str, place: i64) -> Result<(), Problem> {
        let id = StepId::new(&*cx.app.clock, &*cx.app.rng);
        tx.run(&self.scope, STEP_ADD, params![&id, &self.row.application_id, place, party, cx.now()]).await?;
        let event = Event::new(EventKind::StepAsked, &self.row.application_id).with("step", id.as_str()).with("party", party);
        self.note(cx, tx, &event, party).await
    }

    /// Records what happened for the applicant, and for the party where that is another organisation.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn note(&self, cx: &Cx, tx: &mut Tx, event: &Event, party: &str) -> Result<(), Problem> {
        let actor = cx.scope()?.person().as_str().to_owned();
        tx.record_as(Some(self.scope.id().as_str()), &actor, cx.now(), event).await?;
        if party != self.scope.id().as_str() {
            tx.record_as(Some(party), &actor, cx.now(), event).await?;
        }
        Ok(())
    }

    /// Moves to another place of the path; `sealed` is what was shown, as text.
    ///
    /// # Errors
    /// [`StoreError::Stale`] if somebody else moved or changed it meanwhile.
    pub(crate) async fn move_to(&mut self, tx: &mut Tx, place: i64, sealed: &str) -> Result<(), Problem> {
        let moved = params![&self.row.application_id, place, sealed, self.row.revision];
        if tx.run(&self.scope, APPLICATION_MOVE, moved).await? == 0 {
            return Err(StoreError::Stale.into());
        }
        (self.row.place, self.row.revision) = (place, self.row.revision + 1);
        sealed.clone_into(&mut self.row.sealed);
        Ok(())
    }

    /// Ends the step it is at. A decision is asked for by itself; after the last step the star is
    /// awarded, and its number returned.
    ///
    /// # Errors
    /// [`kernel::Code::Conflict`] if nobody may decide, or something changed since it was confirmed.
    pub(crate) async fn advance(&mut self, cx: &Cx, tx: &mut Tx) -> Result<Option<String>, Problem> {
        let (place, sealed) = (self.row.place + 1, self.row.sealed.clone());
        let Some(next) = self.rules()?.step(place).cloned() else { return self.finish(cx, tx).await.map(Some) };
        self.move_to(tx, place, &sealed).await?;
        if next.kind == StepKind::Decide {
            let party = self.decider(cx, tx, &next).await?;
            self.ask(cx, tx, &party, place).await?;
        }
        Ok(None)
    }

    /// Who decides: the party that took the last step of the same part, else the first that may.
    async fn decider(&self, cx: &Cx, tx: &mut Tx, next: &Step) -> Result<String, Problem> {
        let rules = self.rules()?;
        let same = |s: &&StepRow| s.state == "done" && rules.step(s.place).is_some_and(|step| step.part == next.part);
        if let Some(step) = self.steps(tx).await?.iter().rev().find(same) {
            return Ok(step.party_id.clone());
        }
        let first = parties(cx, tx, &self.row.scheme_id, &next.part).await?.into_iter().next();
        first.map(|d| d.organisation_id).ok_or_else(|| conflict(cx, "application.wrong.no_party"))
    }

    /// Awards the star; the application ends.
    async fn finish(&self, cx: &Cx, tx: &mut Tx) -> Result<String, Problem> {
        self.check(cx)?;
        let (scheme, rules, today) = (self.scheme()?, self.rules()?, cx.now().day());
        let profile = people::profile(tx, &self.scope).await?;
        self.once(cx, tx, &profile.corporate_number).await?;
        let (shown, steps) = (self.details(), self.steps(tx).await?);
        if rules.lacks(&shown.fields) {
            return Err(conflict(cx, "application.wrong.fields"));
        }
        let confirmer = self.last_examined(&steps, false)?.map_or_else(|| cx.t("application.by.self"), |s| s.party.clone());
        let number = free_number(cx, tx, rules).await?;
        let done = params![&self.row.application_id, self.snapshot()?.text(), &number, self.row.revision];
        if tx.run(&self.scope, APPLICATION_DONE, done).await? == 0 {
            return Err(StoreError::Stale.into());
        }
        let mut fields = shown.fields.clone();
        let name = match self.site_name(tx).await? {
            Some(name) if scheme.file.subject != Subject::Organisation => {
                fields.insert(BEHIND.to_owned(), profile.name.clone());
                name
            }
            _ => profile.name.clone(),
        };
        let star = Award {
            scheme,
            number: number.clone(),
            subject: scheme.file.subject,
            site_id: self.row.site_id.clone(),
            holder: Holder {
                name,
                kana: shown.kana,
                corporate_number: profile.corporate_number,
                prefecture: shown.prefecture,
                industry: profile.industry,
                employee_band: profile.employee_band,
            },
            scope: shown.scope,
            confirmer,
            fields,
            from: today,
            to: rules.ends(today),
        };
        award(cx, tx, &self.scope, &star).await?;
        Ok(number)
    }

    /// The site, product, service or person it is about; none for the whole organisation.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn site_name(&self, tx: &mut Tx) -> Result<Option<String>, Problem> {
        let sites = people::site_list(tx, &self.scope).await?;
        Ok(sites.into_iter().find(|s| s.site_id == self.row.site_id).map(|s| s.name))
    }

    /// Refuses a second star of the same company, under whatever account.
    ///
    /// # Errors
    /// [`kernel::Code::Conflict`].
    async fn once(&self, cx: &Cx, tx: &mut Tx, company: &str) -> Result<(), Problem> {
        if company.is_empty() || !self.row.site_id.is_empty() {
            return Ok(());
        }
        let values = params![company, &self.row.scheme_id, self.scope.id(), cx.now().day().to_string()];
        let same: Option<(i64,)> = tx.one(&REGISTER, ENTRY_SAME_COMPANY, values).await?;
        if same.is_some_and(|(n,)| n > 0) {
            return Err(conflict(cx, "application.wrong.same_company"));
        }
        Ok(())
    }
}

/// A register number that no entry has.
async fn free_number(cx: &Cx, tx: &mut Tx, rules: &RulesFile) -> Result<String, Problem> {
    for _ in 0..NUMBER_TRIES {
        let number = rules.new_number(cx.now().day(), &*cx.app.rng);
        match crate::award::entry(tx, &number).await {
            Err(problem) if problem.code == kernel::Code::NotFound => return Ok(number),
            Err(problem) => return Err(problem),
            Ok(_) => {}
        }
    }
    Err(Problem::new(kernel::Code::Internal).because("no free register number"))
}
