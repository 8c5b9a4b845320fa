//! A test of the repository itself: the rules that a reviewer would otherwise have to remember.
//!
//! It reads text, not meaning: a small lexer tells code, comments and literals apart, and that is all it needs.

mod layers;
mod packages;
mod source;
mod style;

use crate::shell;
use anyhow::{Context, Result};
use source::Source;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// Folders that hold nothing of ours.
const SKIPPED_FOLDERS: [&str; 5] = ["target", ".git", "node_modules", "data", "__pycache__"];
/// Files with words of ours, beside Rust's.
const TEXT_EXTENSIONS: [&str; 8] = ["toml", "py", "js", "mjs", "css", "html", "sql", "sh"];

/// A rule that is broken somewhere.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// A file, a line of it, or a package.
    place: String,
    broken: String,
}

impl Finding {
    fn new(place: impl Into<String>, broken: impl Into<String>) -> Self {
        Self { place: place.into(), broken: broken.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.broken)
    }
}

/// Checks everything and prints what it finds.
pub(crate) fn run() -> Result<bool> {
    let mut findings = Vec::new();
    let mut sources = Vec::new();
    for file in files_below(shell::root())? {
        let path = file.strip_prefix(shell::root())?.to_string_lossy().into_owned();
        match file.extension().and_then(|extension| extension.to_str()) {
            Some("rs") => sources.push(Source::new(path, &read(&file)?)),
            Some(extension) if TEXT_EXTENSIONS.contains(&extension) => findings.extend(style::reminders(&path, &read(&file)?)),
            _ => {}
        }
    }
    findings.extend(style::check(&sources));
    findings.extend(layers::check(&sources));
    findings.extend(packages::check()?);
    for finding in &findings {
        eprintln!("tidy: {finding}");
    }
    Ok(findings.is_empty())
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if entry.file_type()?.is_file() {
            files.push(entry.path());
        } else if entry.file_type()?.is_dir() && !SKIPPED_FOLDERS.iter().any(|skipped| name == *skipped) {
            files.extend(files_below(&entry.path())?);
        }
    }
    files.sort();
    Ok(files)
}
