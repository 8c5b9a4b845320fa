//! Rules for the shape of a file: documented, small, finished.

use crate::tidy::Finding;
use crate::tidy::source::Source;

/// A file has at most this many lines, but for a few.
const LINES: usize = 350;
/// One file in this many may be longer than [`LINES`].
const ONE_LONGER_IN: usize = 20;
/// No file is longer than this.
const LINES_AT_MOST: usize = 500;
/// A function outside tests has at most this many lines.
const FUNCTION_LINES: usize = 60;
/// Words that promise work instead of doing it. Taken apart, so that this file does not find itself.
const REMINDERS: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
/// Macros that stand for code that is missing.
const STUBS: [&str; 2] = [concat!("to", "do!("), concat!("unimple", "mented!(")];

/// All rules, over all Rust files.
pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = sources.iter().flat_map(check_one).collect();
    findings.extend(too_many_long_files(sources));
    findings
}

fn check_one(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut broken_at = |line: usize, broken: String| findings.push(Finding::new(format!("{}:{line}", source.path), broken));
    // Unit tests are about the file beside their folder, and say so by their name.
    if !source.text.starts_with("//!") && !source.path.ends_with("/tests.rs") {
        broken_at(1, "begins without module documentation (`//!`)".into());
    }
    if source.path.ends_with("/mod.rs") {
        broken_at(1, "is called mod.rs; put it beside its folder under the folder's name".into());
    }
    for (line, code) in source.code.lines().enumerate().map(|(index, code)| (index + 1, code)) {
        if code.contains("#[allow(") || code.contains("#![allow(") {
            broken_at(line, "uses `allow`; use `#[expect(…, reason = \"…\")]`".into());
        }
        if STUBS.iter().any(|stub| code.contains(stub)) {
            broken_at(line, "stands for code that is missing".into());
        }
    }
    for (line, _) in source.product_code().filter(|(_, code)| code.contains(".unwrap()")) {
        broken_at(line, "unwraps outside a test".into());
    }
    for comment in &source.comments {
        if let Some(word) = reminder_in(&comment.text) {
            broken_at(comment.line, format!("says {word}; do it, or open an issue"));
        }
    }
    for function in source.functions().iter().filter(|function| !source.is_test(*function.lines.start())) {
        let lines = function.lines.clone().count();
        if lines > FUNCTION_LINES {
            broken_at(*function.lines.start(), format!("`{}` has {lines} lines, more than {FUNCTION_LINES}", function.name));
        }
    }
    findings
}

/// Reminders in a file that is not Rust.
pub(crate) fn reminders(path: &str, text: &str) -> Vec<Finding> {
    let lines = text.lines().enumerate();
    let found = lines.filter_map(|(index, line)| reminder_in(line).map(|word| (index + 1, word)));
    found.map(|(line, word)| Finding::new(format!("{path}:{line}"), format!("says {word}; do it, or open an issue"))).collect()
}

fn reminder_in(text: &str) -> Option<&'static str> {
    let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.find_map(|word| REMINDERS.into_iter().find(|reminder| *reminder == word))
}

fn too_many_long_files(sources: &[Source]) -> Vec<Finding> {
    let lines = |source: &Source| source.text.lines().count();
    let long: Vec<&Source> = sources.iter().filter(|source| lines(source) > LINES).collect();
    let are_too_many = long.len() * ONE_LONGER_IN > sources.len();
    let judged = long.into_iter().filter(|source| are_too_many || lines(source) > LINES_AT_MOST);
    let said = |source: &Source| {
        let limit = if lines(source) > LINES_AT_MOST { LINES_AT_MOST } else { LINES };
        Finding::new(&source.path, format!("has {} lines, more than {limit}", lines(source)))
    };
    judged.map(said).collect()
}

#[cfg(test)]
mod tests {
    use super::{REMINDERS, STUBS, check, reminders};
    use crate::tidy::source::Source;

    fn findings(path: &str, body: &str) -> Vec<String> {
        check(&[Source::new(path, &format!("//! A file.\n{body}"))]).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_tidy_file_passes() {
        let body = "// .unwrap() is for tests\nfn f() { g(\"#[allow(x)]\") }\n#[cfg(test)]\nmod tests { fn t() { f().unwrap() } }\n";
        assert_eq!(findings("src/a.rs", body), Vec::<String>::new());
    }

    #[test]
    fn a_file_without_documentation_is_found() {
        assert_eq!(check(&[Source::new("src/a.rs", "fn f() {}\n")]).len(), 1);
        assert_eq!(check(&[Source::new("src/a/tests.rs", "fn f() {}\n")]).len(), 0);
    }

    #[test]
    fn a_mod_rs_is_found() {
        assert_eq!(findings("src/a/mod.rs", "").len(), 1);
    }

    #[test]
    fn planted_slips_are_found() {
        for slip in ["#[allow(dead_code)]\nfn f() {}", "fn f() { g().unwrap() }", "#![allow(unused)]"] {
            assert_eq!(findings("src/a.rs", slip).len(), 1, "{slip}");
        }
        for stub in STUBS {
            assert_eq!(findings("src/a.rs", &format!("fn f() {{ {stub}) }}")).len(), 1, "{stub}");
        }
    }

    #[test]
    fn reminders_are_found_in_comments_and_in_other_files() {
        for word in REMINDERS {
            assert_eq!(findings("src/a.rs", &format!("/// {word}: later\nfn f() {{}}")).len(), 1);
            assert_eq!(reminders("a.toml", &format!("a = 1 # {word}")).len(), 1);
        }
        assert!(reminders("a.toml", "a = \"todo el mundo\"").is_empty());
    }

    #[test]
    fn a_long_function_is_found_but_not_in_a_test() {
        let long = format!("fn long() {{\n{}}}\n", "    f();\n".repeat(60));
        assert_eq!(findings("src/a.rs", &long), ["src/a.rs:2: `long` has 62 lines, more than 60"]);
        assert!(findings("src/a.rs", &format!("#[cfg(test)]\nmod tests {{\n{long}}}\n")).is_empty());
    }

    #[test]
    fn one_long_file_among_twenty_is_tolerated_and_two_are_not() {
        let of = |long: usize| {
            let body = |index| format!("//! A file.\n{}", if index < long { "\n".repeat(400) } else { String::new() });
            check(&(0..20).map(|index| Source::new(format!("{index}.rs"), &body(index))).collect::<Vec<_>>()).len()
        };
        assert_eq!((of(1), of(2)), (0, 2));
    }

    #[test]
    fn a_very_long_file_is_never_tolerated() {
        let mut sources: Vec<Source> = (0..100).map(|index| Source::new(format!("{index}.rs"), "//! A file.\n")).collect();
        sources.push(Source::new("long.rs", &format!("//! A file.\n{}", "\n".repeat(500))));
        assert_eq!(check(&sources).len(), 1);
    }
}
