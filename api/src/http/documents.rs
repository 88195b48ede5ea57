//! Which documents are run: any, or none but those that were registered when the server started.
//!
//! How a request names a registered document follows the appendix "Persisted Documents" of GraphQL over HTTP:
//! `documentId`, as `sha256:<hex>` or as a name. The other two ways in use, `id` and the extension
//! `persistedQuery`, mean the same.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_graphql::Pos;
use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};

use super::parameters::{Asked, Operation, Refusal};
use crate::error::Code;
use crate::graphql::limits::{Limits, Rejection, admit};
use crate::settings::Settings;

/// How a SHA-256 identifies a document.
const SHA256: &str = "sha256:";

/// How many documents are expected among those that are remembered.
const DOCUMENTS: usize = 200;

/// How many bytes the texts of all documents have that are remembered: parsed, they take some twenty times as much.
const REMEMBERED: u64 = 256 * 1024;

/// Which documents are run.
pub struct Register {
    /// Documents that were parsed and may be run: front ends send the same few all day.
    admitted: Cache<String, Arc<ExecutableDocument>, Length>,
    /// The registered documents; none where any document is run.
    trusted: Option<Trusted>,
    /// Whether the schema can be asked for.
    introspection: bool,
}

/// What a document takes of what is remembered: its length.
#[derive(Clone)]
struct Length;

impl Weighter<String, Arc<ExecutableDocument>> for Length {
    fn weight(&self, text: &String, _: &Arc<ExecutableDocument>) -> u64 {
        text.len() as u64
    }
}

/// Registered documents.
#[derive(Default)]
struct Trusted {
    by_identifier: HashMap<String, Arc<str>>,
    texts: HashSet<Arc<str>>,
}

impl Register {
    /// The register that the settings describe. A registered document that could never be run is an error: its
    /// client would be the one to find out.
    pub fn open(settings: &Settings) -> Result<Self, String> {
        let introspection = settings.documents.show_schema(settings.production);
        let admitted = Cache::with_weighter(DOCUMENTS, REMEMBERED, Length);
        let mut register = Self { admitted, trusted: None, introspection };
        if let Some(path) = &settings.documents.trusted {
            let trusted = register.load(path, &settings.limits);
            register.trusted = Some(trusted.map_err(|error| format!("documents.trusted: {error}"))?);
        }
        Ok(register)
    }

    /// The operation that is asked for, if it is one that may be run.
    pub fn operation(&self, mut asked: Asked) -> Result<Operation, Refusal> {
        let query = match (&self.trusted, asked.query.take()) {
            (Some(trusted), query) => trusted.choose(query, &asked.identifiers)?,
            (None, Some(query)) => query,
            (None, None) if asked.identifiers.is_empty() => return Err(Refusal::wrong("query", "a string")),
            (None, None) => {
                let message = "This server keeps no documents. Send the document itself in \"query\".";
                return Err(Refusal::malformed(message));
            }
        };
        Ok(asked.of(query))
    }

    /// The document of this text, if it is one, within the limits, and may be run here.
    pub fn document(&self, text: &str, limits: &Limits) -> Result<Arc<ExecutableDocument>, Rejection> {
        if let Some(document) = self.admitted.get(text) {
            return Ok(document);
        }
        let document = Arc::new(admit(text, limits)?);
        self.allows(&document)?;
        self.admitted.insert(text.to_owned(), Arc::clone(&document));
        Ok(document)
    }

    /// Refuses a document that asks for the schema where it is not shown.
    fn allows(&self, document: &ExecutableDocument) -> Result<(), Rejection> {
        if self.introspection {
            return Ok(());
        }
        let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set);
        let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set);
        match operations.chain(fragments).find_map(|set| introspection(&set.node)) {
            Some(at) => {
                let message = "This server does not show its schema. It is published as schema.graphql.";
                Err(Rejection { code: Code::Forbidden, message: message.into(), at: Some(at) })
            }
            None => Ok(()),
        }
    }

    fn load(&self, path: &Path, limits: &Limits) -> Result<Trusted, String> {
        let mut trusted = Trusted::default();
        for file in files(path).map_err(|error| format!("{}: {error}", path.display()))? {
            let documents = read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
            for (name, text) in documents {
                self.check(&text, limits)
                    .and_then(|()| trusted.add(&name, text))
                    .map_err(|error| format!("{}: {name:?}: {error}", file.display()))?;
            }
        }
        if trusted.texts.is_empty() {
            return Err(format!("{}: there is no document", path.display()));
        }
        Ok(trusted)
    }

    /// Whether a document could be run at all.
    fn check(&self, text: &str, limits: &Limits) -> Result<(), String> {
        let document = admit(text, limits).map_err(|rejection| rejection.message.into_owned())?;
        self.allows(&document).map_err(|rejection| rejection.message.into_owned())
    }
}

impl Trusted {
    /// Registers a document by its digest, and by its name if that is another.
    fn add(&mut self, name: &str, text: String) -> Result<(), String> {
        let digest = digest(&text);
        let text: Arc<str> = text.into();
        self.texts.insert(Arc::clone(&text));
        let canonical = canonical(name);
        if canonical.starts_with(SHA256) && canonical != digest {
            return Err("the name is not the SHA-256 of the document".to_owned());
        }
        if canonical != digest && !is_name(name) {
            return Err("a name is made of letters, digits and -._~".to_owned());
        }
        let other = self.by_identifier.insert(canonical, Arc::clone(&text));
        if other.is_some_and(|other| other != text) {
            return Err("another document has this name".to_owned());
        }
        self.by_identifier.insert(digest, text);
        Ok(())
    }

    /// The registered document that a request means. What the request says is never repeated to it.
    fn choose(&self, query: Option<String>, identifiers: &[String]) -> Result<String, Refusal> {
        let unknown =
            || Refusal::malformed("Only registered documents are run here, and this is none of them.");
        if query.is_none() && identifiers.is_empty() {
            return Err(Refusal::wrong("documentId", "the identifier of a registered document"));
        }
        let mut chosen = match query {
            Some(query) => Some(self.texts.get(query.as_str()).ok_or_else(unknown)?),
            None => None,
        };
        for identifier in identifiers {
            let text = self.by_identifier.get(&canonical(identifier)).ok_or_else(unknown)?;
            if *chosen.get_or_insert(text) != text {
                return Err(Refusal::malformed("The request names two different documents."));
            }
        }
        chosen.map(|text| text.to_string()).ok_or_else(unknown)
    }
}

/// Where in a selection set the schema is asked for. Fragments are looked at where they are written.
fn introspection(set: &SelectionSet) -> Option<Pos> {
    set.items.iter().find_map(|selection| match &selection.node {
        Selection::Field(field) => match field.node.name.node.as_str() {
            "__schema" | "__type" => Some(field.pos),
            _ => introspection(&field.node.selection_set.node),
        },
        Selection::InlineFragment(inline) => introspection(&inline.node.selection_set.node),
        Selection::FragmentSpread(_) => None,
    })
}

/// An identifier in the one form by which documents are kept: some clients leave the prefix of a digest out.
fn canonical(identifier: &str) -> String {
    let hex = identifier.strip_prefix(SHA256).unwrap_or(identifier);
    if hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return format!("{SHA256}{}", hex.to_ascii_lowercase());
    }
    identifier.to_owned()
}

fn digest(text: &str) -> String {
    let hex: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{SHA256}{hex}")
}

/// Whether a name is one that the specification leaves to us.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

/// The file, or the files of the folder in the order of their names.
fn files(path: &Path) -> Result<Vec<PathBuf>, String> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = fs::read_dir(path).map_err(|error| error.to_string())?;
    let files = entries.map(|entry| entry.map(|entry| entry.path()).map_err(|error| error.to_string()));
    let mut files = files.collect::<Result<Vec<_>, _>>()?;
    files.retain(|file| is_json(file) || file.extension().is_some_and(|extension| extension == "graphql"));
    files.sort();
    Ok(files)
}

fn is_json(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "json")
}

/// The documents of one file, by their names.
fn read(file: &Path) -> Result<BTreeMap<String, String>, String> {
    let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
    if file.extension().is_some_and(|extension| extension == "graphql") {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        return Ok(BTreeMap::from([(name, text)]));
    }
    serde_json::from_str(&text).map_err(|error| error.to_string())
}
