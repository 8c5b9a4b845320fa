//! Finds SQL in Rust source.

use std::fs;
use std::path::Path;

/// For which engine a text is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Both engines.
    Same,
    /// Both engines, and on PostgreSQL also with a lock.
    Locking,
    /// The first of a pair.
    SqliteOnly,
    /// The second of a pair.
    PostgresOnly,
}

/// A statement and where it stands.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) file: String,
    pub(super) form: Form,
    text: String,
}

impl Found {
    pub(super) fn for_sqlite(&self) -> Option<String> {
        (self.form != Form::PostgresOnly).then(|| self.text.replace('$', "?"))
    }

    pub(super) fn for_postgres(&self) -> Vec<String> {
        match self.form {
            Form::SqliteOnly => Vec::new(),
            Form::Same | Form::PostgresOnly => vec![self.text.clone()],
            Form::Locking => vec![self.text.clone(), format!("{} for no key update", self.text)],
        }
    }
}

/// Every statement of the crate outside its tests.
pub(super) fn statements() -> Vec<Found> {
    let mut found = Vec::new();
    read_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found
}

fn read_folder(folder: &Path, found: &mut Vec<Found>) {
    for entry in fs::read_dir(folder).expect("the source is there") {
        let path = entry.expect("the source can be listed").path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        if ["tests", "tests.rs", "testing", "testing.rs"].contains(&name) {
            continue;
        }
        if path.is_dir() {
            read_folder(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = fs::read_to_string(&path).expect("the source can be read");
            let source = source.split("#[cfg(test)]").next().unwrap_or_default();
            found.extend(literals(source).into_iter().filter_map(|literal| statement(&path, literal)));
        }
    }
}

/// The table behind a name in a statement: its own, or that before the alias.
pub(super) fn table_called<'t>(text: &'t str, name: &'t str) -> &'t str {
    let words: Vec<&str> = text.split_whitespace().collect();
    let aliased = words.windows(3).find(|three| ["from", "join"].contains(&three[0]) && three[2].trim_end_matches(')') == name);
    aliased.map_or(name, |three| three[1])
}

/// A string literal and the code right before it.
struct Literal<'s> {
    before: &'s str,
    text: String,
}

fn statement(path: &Path, literal: Literal<'_>) -> Option<Found> {
    let starts = ["select ", "insert into ", "update ", "delete from ", "with "];
    let is_statement = starts.iter().any(|start| literal.text.starts_with(start)) && literal.text.contains(char::is_whitespace);
    let before = literal.before.trim_end();
    let form = if before.ends_with("Statement::pair(") {
        Form::SqliteOnly
    } else if before.ends_with("\",") && path.ends_with("dialect.rs") {
        Form::PostgresOnly
    } else if before.ends_with("locking!(") {
        Form::Locking
    } else {
        Form::Same
    };
    is_statement.then(|| Found { file: path.display().to_string(), form, text: literal.text })
}

/// The string literals of a source text, without those in comments.
fn literals(source: &str) -> Vec<Literal<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(step) = source[at..].find(['"', '/', '\'']) {
        let place = at + step;
        let rest = &source[place..];
        at = if rest.starts_with("//") {
            place + rest.find('\n').unwrap_or(rest.len())
        } else if let Some(rest) = rest.strip_prefix('"') {
            let (text, length) = quoted(rest);
            found.push(Literal { before: &source[..place], text });
            place + 1 + length
        } else if rest.starts_with("'\"'") {
            place + 3
        } else {
            place + 1
        };
    }
    found
}

/// The text up to the closing quotation mark, and how far that is with the mark.
fn quoted(rest: &str) -> (String, usize) {
    let mut text = String::new();
    let mut chars = rest.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return (text, at + 1),
            '\\' => text.extend(chars.next().map(|(_, escaped)| escaped).filter(|escaped| *escaped != '\n')),
            _ => text.push(char),
        }
    }
    (text, rest.len())
}

#[test]
fn literals_are_told_from_comments_and_characters() {
    let source = "// \"select 0\"\nlet mark = '\"'; let text = \"select 1\"; f(\"say \\\"update x\\\"\")";
    let texts: Vec<String> = literals(source).into_iter().map(|literal| literal.text).collect();
    assert_eq!(texts, ["select 1", "say \"update x\""]);
}
