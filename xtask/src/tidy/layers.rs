//! Who may know what: SQL stands in the store, Meta's JSON in the Cloud API crates, and the domain's verbs know no web server.

use crate::tidy::Finding;
use crate::tidy::source::Source;

const STORE: &str = "crates/msgboxx-store/";
const META: [&str; 2] = ["crates/msgboxx-cloud-api/", "crates/msgboxx-simulator/"];
const META_NAMES: [&str; 3] = ["messaging_product", "biz_opaque_callback_data", "hub.mode"];
const APPLICATION: &str = "crates/msgboxx/src/";
/// Modules of the application that hold rules, and therefore nothing of HTTP.
const VERBS: [&str; 5] = ["broadcasts", "contacts", "inbox", "sending", "webhooks"];

/// All rules, over all Rust files.
pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    let products = sources.iter().filter(|source| source.path.starts_with("crates/"));
    products.flat_map(|source| [sql_outside_the_store(source), meta_names(source), http_in_verbs(source)].into_iter().flatten()).collect()
}

fn sql_outside_the_store(source: &Source) -> Vec<Finding> {
    if source.path.starts_with(STORE) {
        return Vec::new();
    }
    let literals = source.literals.iter().filter(|literal| !source.is_test(literal.line) && is_sql(&literal.text));
    literals.map(|literal| finding(source, literal.line, "has SQL; it belongs in msgboxx-store")).collect()
}

/// Whether a literal holds a statement: at its beginning, at the beginning of a line, or in brackets.
fn is_sql(literal: &str) -> bool {
    let statements = literal.split(['\n', '(', ';']);
    let words = |statement: &str| statement.to_lowercase().split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let whole = words(literal);
    statements.map(words).any(|statement| {
        let later = |word: &str| whole.iter().any(|w| w == word);
        match statement.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["select", ..] => later("from"),
            ["update", _, ..] => later("set"),
            ["insert", "into", ..] | ["delete", "from", ..] | ["create", "unique", "index", ..] => true,
            ["create" | "alter" | "drop", kind, ..] => matches!(*kind, "table" | "index"),
            _ => false,
        }
    })
}

fn meta_names(source: &Source) -> Vec<Finding> {
    if META.iter().any(|path| source.path.starts_with(path)) {
        return Vec::new();
    }
    let code = source.product_code();
    let literals = source.literals.iter().map(|literal| (literal.line, literal.text.as_str()));
    let literals = literals.filter(|(line, _)| !source.is_test(*line));
    let named = code.chain(literals).filter_map(|(line, text)| Some((line, META_NAMES.iter().find(|name| text.contains(**name))?)));
    named.map(|(line, name)| finding(source, line, format!("knows Meta's `{name}`; that belongs in msgboxx-cloud-api"))).collect()
}

fn http_in_verbs(source: &Source) -> Vec<Finding> {
    let Some(module) = source.path.strip_prefix(APPLICATION) else { return Vec::new() };
    let module = module.split(['/', '.']).next().unwrap_or_default();
    if !VERBS.contains(&module) {
        return Vec::new();
    }
    let mentions = source.product_code().filter(|(_, code)| mentions_path(code, "axum") || mentions_path(code, "http"));
    mentions.map(|(line, _)| finding(source, line, format!("`{module}` knows HTTP; that belongs in api/, web/ or jobs/"))).collect()
}

/// Whether `code` has `name::`, as a whole word.
fn mentions_path(code: &str, name: &str) -> bool {
    let is_part_of_a_word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(&format!("{name}::")).any(|(at, _)| !code[..at].ends_with(is_part_of_a_word))
}

fn finding(source: &Source, line: usize, broken: impl Into<String>) -> Finding {
    Finding::new(format!("{}:{line}", source.path), broken)
}

#[cfg(test)]
mod tests {
    use super::{check, is_sql};
    use crate::tidy::source::Source;

    fn broken(path: &str, text: &str) -> usize {
        check(&[Source::new(path, text)]).len()
    }

    #[test]
    fn sql_is_told_from_prose() {
        for sql in [
            "select id from contacts",
            "\n  SELECT id\n    FROM contacts",
            "insert into t (a) values ($1)",
            "update contacts set name = $1",
            "with x as (select 1 from t) table x",
            "delete from contacts",
            "create table t (id uuid)",
        ] {
            assert!(is_sql(sql), "{sql}");
        }
        for prose in ["select a contact", "the update was set aside", "messages deleted from a phone", "create a table of contents"] {
            assert!(!is_sql(prose), "{prose}");
        }
    }

    #[test]
    fn sql_is_found_outside_the_store_and_outside_tests_only() {
        let statement = "fn f() { q(\"delete from contacts\") }";
        assert_eq!(broken("crates/msgboxx/src/api/contact.rs", statement), 1);
        assert_eq!(broken("crates/msgboxx-store/src/contacts.rs", statement), 0);
        assert_eq!(broken("crates/msgboxx/tests/it/contact.rs", statement), 0);
        assert_eq!(broken("bench/src/main.rs", statement), 0);
    }

    #[test]
    fn metas_names_are_found_outside_the_cloud_api_crates_only() {
        for text in ["struct S { messaging_product: String }", "fn f() { q(\"hub.mode\") }", "fn f(biz_opaque_callback_data: u8) {}"] {
            assert_eq!(broken("crates/msgboxx/src/cloud_webhook.rs", text), 1, "{text}");
            assert_eq!(broken("crates/msgboxx-simulator/src/lib.rs", text), 0, "{text}");
            assert_eq!(broken("crates/msgboxx/tests/it/flow.rs", text), 0, "{text}");
        }
        assert_eq!(broken("crates/msgboxx/src/sending.rs", "// travels as biz_opaque_callback_data\n"), 0);
    }

    #[test]
    fn http_is_found_in_the_verbs_only() {
        for text in ["use axum::Json;", "fn f() -> http::StatusCode {}"] {
            assert_eq!(broken("crates/msgboxx/src/inbox/reply.rs", text), 1, "{text}");
            assert_eq!(broken("crates/msgboxx/src/webhooks.rs", text), 1, "{text}");
            assert_eq!(broken("crates/msgboxx/src/api/message.rs", text), 0, "{text}");
        }
        assert_eq!(broken("crates/msgboxx/src/inbox.rs", "use my_http::Thing; // axum::Json"), 0);
    }
}
