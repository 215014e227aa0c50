//! `server::organisation` — the word `organisation add`: an organisation that stands on its own, such as
//! an expert, an examining body or a supplier, with its first person and a password shown once.

use clap::{Args, Subcommand};
use kernel::random_token;
use people::{ClaimInput, FirstCode, OrganisationInput, organisation_found};
use serde::Serialize;
use web::{Config, Cx, Problem};

use crate::cli::PlaceArgs;
use crate::register::line;
use crate::serve::open_app;

#[derive(Debug, Subcommand)]
pub(crate) enum OrganisationWord {
    /// Add an organisation with its first administrator.
    Add(AddArgs),
}

#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    /// Its name.
    name: String,
    /// Login of its first administrator, 3 to 64 characters.
    #[arg(long)]
    login: String,
    /// Name of that person.
    #[arg(long)]
    person: String,
    /// Corporate number, 13 digits; leave out where there is none.
    #[arg(long, default_value = "")]
    number: String,
    #[command(flatten)]
    place: PlaceArgs,
}

/// What was made.
#[derive(Debug, Serialize)]
pub(crate) struct Added {
    organisation_id: String,
    login: String,
    password: String,
}

impl Added {
    pub(crate) fn text(&self) -> String {
        format!("organisation {}\nlogin {}\npassword {}", self.organisation_id, self.login, self.password)
    }
}

/// Runs the word.
///
/// # Errors
/// One line for the operator.
pub(crate) async fn run(OrganisationWord::Add(args): OrganisationWord) -> Result<Added, String> {
    let app = open_app(&args.place.into(), Config::default(), FirstCode::default()).await?;
    let organisation = OrganisationInput { name: args.name, corporate_number: args.number, ..OrganisationInput::default() };
    let password = random_token(&*app.rng, 10);
    let input = ClaimInput { login: args.login, person_name: args.person, password: password.clone(), organisation };
    let cx = Cx::without_request(&app, None);
    let mut tx = cx.write().await.map_err(|p| line(&p))?;
    let taken = |p: Problem| {
        if p.code == kernel::Code::Conflict { "the login or the corporate number is taken".to_owned() } else { line(&p) }
    };
    let (_, id) = organisation_found(&cx, &mut tx, &input).await.map_err(taken)?;
    tx.commit().await.map_err(|e| e.to_string())?;
    Ok(Added { organisation_id: id.as_str().to_owned(), login: input.login, password })
}
