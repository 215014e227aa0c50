//! `schemes::catalog` — every fact type and scheme version this instance knows: shipped in the
//! binary, and added by the operator as folders. Loading checks everything; an invalid
//! shipped scheme is a failed build, an invalid added one a refused start.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::crosswalk::Crosswalk;
use crate::fact_type::{FactKind, FactType, TopicFile};
use crate::practice::Practice;
use crate::scheme::{Scheme, SchemeError, SchemeFolder};
use crate::value::Answer;

/// Path and content of every shipped data file.
static SHIPPED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// A topic of facts, for lists.
#[derive(Debug, Clone)]
pub struct Topic {
    /// Id.
    pub id: String,
    /// Japanese and English title.
    pub ja: String,
    /// English title.
    pub en: String,
    /// Place in lists.
    pub order: u32,
    /// Keys of its facts, in shown order.
    pub facts: Vec<String>,
    /// The scheme whose own questions these are; none for facts that many schemes read.
    pub scheme: Option<String>,
}

/// Everything known, checked.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    types: BTreeMap<String, FactType>,
    topics: Vec<Topic>,
    schemes: Vec<Arc<Scheme>>,
    practices: Arc<Vec<Practice>>,
    crosswalks: Arc<Vec<Crosswalk>>,
}

impl Catalog {
    /// The shipped catalog.
    ///
    /// # Errors
    /// [`SchemeError`] naming the file; a test makes sure that a build never ships one.
    pub fn shipped() -> Result<Self, SchemeError> {
        Self::load(SHIPPED.iter().map(|(path, text)| (*path, *text)))
    }

    /// Loads fact types from `facts/*.toml` and schemes from `schemes/<family>/<id>/<version>/`.
    ///
    /// # Errors
    /// [`SchemeError`] naming the file.
    pub fn load<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Self, SchemeError> {
        let mut catalog = Self::default();
        let (mut practices, mut crosswalks) = (Vec::new(), Vec::new());
        let mut folders: BTreeMap<String, SchemeFolder> = BTreeMap::new();
        for (path, text) in files {
            if path.starts_with("facts/") {
                catalog.add_topic(path, text)?;
            } else if path.starts_with("crosswalks/") {
                crosswalks.push(Crosswalk::read(path, text)?);
            } else if path.starts_with("practices/") {
                practices.extend(crate::practice::read(path, text)?);
            } else if let Some((folder, name)) = split_scheme_path(path) {
                folders.entry(folder).or_default().insert(name, text.to_owned());
            }
        }
        (catalog.practices, catalog.crosswalks) = (Arc::new(practices), Arc::new(crosswalks));
        catalog.topics.sort_by_key(|t| t.order);
        // What stands on another level comes after it.
        let (built, plain): (Vec<_>, Vec<_>) = folders.iter().partition(|(_, f)| has_base(f));
        for (path, folder) in plain.into_iter().chain(built) {
            catalog.add_scheme(path, folder)?;
        }
        catalog.check_practices()?;
        catalog.crosswalks.iter().try_for_each(|c| c.check(&catalog))?;
        Ok(catalog)
    }

    fn add_topic(&mut self, path: &str, text: &str) -> Result<(), SchemeError> {
        let folder = SchemeFolder::from([(path.to_owned(), text.to_owned())]);
        let file: TopicFile = crate::scheme::parse(&folder, path)?;
        let fail = |text: String| Err(SchemeError::Content(format!("{path}: {text}")));
        let mut facts = Vec::new();
        for written in file.fact {
            let key = written.key.clone();
            if !key.starts_with(&format!("{}.", file.topic)) {
                return fail(format!("{key} does not start with its topic"));
            }
            let needs_options = matches!(written.kind, FactKind::Choice | FactKind::Set);
            let texts_fit = [&written.ja, &written.en]
                .iter()
                .all(|t| t.options.len() == written.options.len() && written.options.iter().all(|o| t.options.contains_key(o)));
            if needs_options == written.options.is_empty() || !texts_fit {
                return fail(format!("{key}: options and their texts do not fit"));
            }
            if written.unit.is_some() != (written.kind == FactKind::Number) {
                return fail(format!("{key}: a number has a unit, nothing else has"));
            }
            let provenance = written.provenance.clone().unwrap_or_else(|| file.provenance.clone());
            facts.push(key.clone());
            let fact = FactType { topic: file.topic.clone(), file: written, provenance };
            if self.types.insert(key.clone(), fact).is_some() {
                return fail(format!("{key} stands twice"));
            }
        }
        self.topics.push(Topic { id: file.topic, ja: file.ja.title, en: file.en.title, order: file.order, facts, scheme: None });
        Ok(())
    }

    /// Adds a scheme version from its files; `path` is for messages.
    ///
    /// # Errors
    /// [`SchemeError`]; also if the same id and version is there already.
    pub fn add_scheme(&mut self, path: &str, folder: &SchemeFolder) -> Result<(), SchemeError> {
        let (scheme, asked) = Scheme::read(folder, self).map_err(|e| SchemeError::Content(format!("{path}: {e}")))?;
        if self.scheme(&scheme.id, Some(&scheme.version)).is_some() {
            return Err(SchemeError::Content(format!("{path}: {} is there already", scheme.name())));
        }
        self.add_questions(&scheme, asked).map_err(|e| SchemeError::Content(format!("{path}: {e}")))?;
        self.schemes.push(Arc::new(scheme));
        self.schemes.sort_by_key(|s| (s.id.clone(), order_of(&s.version)));
        Ok(())
    }

    /// A scheme's own questions become a topic of their own, after all shared ones. A later
    /// version words a question anew; what it no longer asks stays known.
    fn add_questions(&mut self, scheme: &Scheme, asked: Vec<FactType>) -> Result<(), SchemeError> {
        if asked.is_empty() {
            return Ok(());
        }
        if self.topics.iter().any(|t| t.id == scheme.id && t.scheme.is_none()) {
            return Err(SchemeError::Content(format!("{} is the name of a topic of facts already", scheme.id)));
        }
        let place = self.topics.iter().position(|t| t.id == scheme.id).unwrap_or_else(|| {
            let title = |lang: kernel::Lang| scheme.texts(lang).title.clone();
            let (ja, en) = (title(kernel::Lang::Ja), title(kernel::Lang::En));
            self.topics.push(Topic { id: scheme.id.clone(), ja, en, order: u32::MAX, facts: Vec::new(), scheme: Some(scheme.id.clone()) });
            self.topics.len() - 1
        });
        let Some(topic) = self.topics.get_mut(place) else { return Ok(()) };
        for fact in asked {
            let key = fact.key().to_owned();
            if let Some(known) = self.types.get(&key).filter(|k| k.kind() != fact.kind()) {
                return Err(SchemeError::Content(format!(
                    "{key} was a {} in another version and cannot become a {}",
                    known.kind(),
                    fact.kind()
                )));
            }
            if self.types.insert(key.clone(), fact).is_none() {
                topic.facts.push(key);
            }
        }
        Ok(())
    }

    /// All fact types by key.
    #[must_use]
    pub fn types(&self) -> &BTreeMap<String, FactType> {
        &self.types
    }

    /// The fact type with this key.
    #[must_use]
    pub fn fact(&self, key: &str) -> Option<&FactType> {
        self.types.get(key)
    }

    /// Topics in shown order.
    #[must_use]
    pub fn topics(&self) -> &[Topic] {
        &self.topics
    }

    /// The key after this one in shown order; none at the end.
    #[must_use]
    pub fn next_fact(&self, key: &str) -> Option<&str> {
        let own = self.topics.iter().find(|t| t.scheme.is_some() && t.facts.iter().any(|k| k == key));
        let shared = self.topics.iter().filter(|t| own.map_or(t.scheme.is_none(), |own| own.id == t.id));
        let mut keys = shared.flat_map(|t| &t.facts);
        keys.by_ref().find(|k| *k == key);
        keys.next().map(String::as_str)
    }

    /// Pairs of items between catalogs.
    #[must_use]
    pub fn crosswalks(&self) -> &[Crosswalk] {
        &self.crosswalks
    }

    /// What companies did, in written order.
    #[must_use]
    pub fn practices(&self) -> &[Practice] {
        &self.practices
    }

    /// The story with this id.
    #[must_use]
    pub fn practice(&self, id: &str) -> Option<&Practice> {
        self.practices.iter().find(|p| p.written.id == id)
    }

    fn check_practices(&self) -> Result<(), SchemeError> {
        let mut seen = std::collections::BTreeSet::new();
        for practice in self.practices.iter() {
            let id = &practice.written.id;
            if !seen.insert(id) {
                return Err(SchemeError::Content(format!("practice {id} stands twice")));
            }
            let known = |what: &str| {
                let (scheme, part) = what.split_once('/')?;
                let scheme = self.scheme(scheme, None)?;
                (scheme.file.groups.iter().any(|g| g == part) || scheme.criterion(part).is_some()).then_some(())
            };
            if let Some(what) = practice.written.serves.iter().find(|w| known(w).is_none()) {
                return Err(SchemeError::Content(format!("practice {id}: nothing is called {what}")));
            }
        }
        Ok(())
    }

    /// All scheme versions, by id and version.
    #[must_use]
    pub fn schemes(&self) -> &[Arc<Scheme>] {
        &self.schemes
    }

    /// A scheme version; the newest where no version is named.
    #[must_use]
    pub fn scheme(&self, id: &str, version: Option<&str>) -> Option<&Scheme> {
        self.schemes.iter().rev().find(|s| s.id == id && version.is_none_or(|v| s.version == v)).map(Arc::as_ref)
    }

    /// The scheme a person names: `id`, `id@3.1.0`, or `id@3.1` for the newest of 3.1.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Scheme> {
        let Some((id, version)) = name.split_once('@') else { return self.scheme(name, None) };
        let begin = format!("{version}.");
        self.schemes.iter().rev().find(|s| s.id == id && (s.version == version || s.version.starts_with(&begin))).map(Arc::as_ref)
    }

    /// The newest version of every scheme.
    pub fn newest(&self) -> impl Iterator<Item = &Scheme> {
        self.schemes.iter().map(Arc::as_ref).filter(|s| self.scheme(&s.id, None).is_some_and(|n| n.version == s.version))
    }

    /// Reads an answer for a fact from its text.
    ///
    /// # Errors
    /// The unknown key with its nearest, or what does not fit, as one line.
    pub fn read_answer(&self, key: &str, text: &str) -> Result<Answer, String> {
        let Some(fact) = self.fact(key) else {
            return Err(match nearest(key, self.types.keys().map(String::as_str)) {
                Some(near) => format!("unknown fact {key}; did you mean {near}?"),
                None => format!("unknown fact {key}"),
            });
        };
        fact.read(text).map_err(|e| format!("{key}: {e}"))
    }
}

fn has_base(folder: &SchemeFolder) -> bool {
    folder.get("scheme.toml").is_some_and(|text| text.lines().any(|l| l.starts_with("base =")))
}

/// `schemes/<family>/<id>/<version>/<file>` into folder and file.
fn split_scheme_path(path: &str) -> Option<(String, String)> {
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["schemes", _, _, _, file @ ..] if !file.is_empty() => {
            let folder = parts.iter().take(4).copied().collect::<Vec<_>>().join("/");
            Some((folder, file.join("/")))
        }
        _ => None,
    }
}

/// Sorts `2.10.0` after `2.9.0`.
fn order_of(version: &str) -> Vec<u64> {
    version.split('.').map(|p| p.parse().unwrap_or(0)).collect()
}

/// The most similar of `known`, if any is similar at all.
pub(crate) fn nearest<'a>(text: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    known
        .map(|k| (strsim::jaro_winkler(text, k), k))
        .filter(|(similar, _)| *similar > 0.6)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, k)| k.to_owned())
}
