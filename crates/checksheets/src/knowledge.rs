//! `checksheets::knowledge` — what understanding a sheet needs: words, known sheets, texts. Read at the start,
//! learned when the first sheet comes.

use std::sync::{Arc, OnceLock};

use kernel::Day;
use schemes::{Catalog, Facts};
use sheets::{Book, Correction, Layout, SheetWords};

use crate::data::QuestionWords;
use crate::draft::{Accepted, Sources};
use crate::mapping::Mappings;
use crate::matching::Matcher;

/// Words of questions and sheets, mapping files, and what was learned from the catalog's texts.
#[derive(Debug)]
pub struct Knowledge {
    pub(crate) words: QuestionWords,
    pub(crate) heads: SheetWords,
    pub(crate) mappings: Mappings,
    matcher: OnceLock<Matcher>,
}

impl Knowledge {
    /// Reads the files built into this program.
    ///
    /// # Errors
    /// The first file that does not fit.
    pub fn shipped(catalog: &Catalog) -> Result<Arc<Self>, String> {
        let mappings = Mappings::shipped(catalog)?;
        let heads = SheetWords::shipped()?.with_known(mappings.by_heads());
        Ok(Arc::new(Self { words: QuestionWords::shipped(catalog)?, heads, mappings, matcher: OnceLock::new() }))
    }

    /// What a file asks; corrections stand in place of the guess for their sheets.
    #[must_use]
    pub fn layout(&self, book: &Book, said: &[Correction]) -> Layout {
        sheets::layout(book, &self.heads, said)
    }

    /// What was learned, at the first call.
    pub fn matcher(&self, catalog: &Catalog) -> &Matcher {
        self.matcher.get_or_init(|| Matcher::new(catalog, &self.words))
    }

    /// Everything a draft is made from.
    pub fn sources<'a>(&'a self, catalog: &'a Catalog, facts: &'a Facts, accepted: &'a Accepted, today: Day) -> Sources<'a> {
        Sources { catalog, words: &self.words, mappings: &self.mappings, matcher: self.matcher(catalog), facts, accepted, today }
    }
}
