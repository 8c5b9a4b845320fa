//! Rules about packages: which of our crates may use which, and what may be used of others.
//!
//! The allowed licences and the banned crates are those of `deny.toml`, so that cargo-deny, where it is installed, and this
//! agree.

use crate::shell;
use crate::tidy::Finding;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::HashSet;
use std::fs;
use std::process::Command;

/// Who may use whom of ours. Whoever is not listed may use everything.
const MAY_USE: [(&str, &[&str]); 6] = [
    ("msgboxx-model", &[]),
    ("msgboxx-store", &["msgboxx-model"]),
    ("msgboxx-cloud-api", &[]),
    ("msgboxx-simulator", &["msgboxx-cloud-api"]),
    ("msgboxx", &["msgboxx-model", "msgboxx-store", "msgboxx-cloud-api", "msgboxx-simulator"]),
    ("xtask", &[]),
];

/// What `cargo metadata` tells of our own crates, as far as it matters here.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Member>,
}

#[derive(Deserialize)]
struct Member {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
}

/// A package that is compiled, as `cargo tree` tells it.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Compiled<'a> {
    name: &'a str,
    version: &'a str,
    licence: &'a str,
}

/// The part of `deny.toml` that is kept here too.
#[derive(Deserialize)]
struct Policy {
    licenses: Licences,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Deserialize)]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

/// All rules, over what this checkout builds on this machine.
///
/// What is compiled comes from `cargo tree`: the lock file and `cargo metadata` also list packages that no enabled feature
/// asks for.
pub(crate) fn check() -> Result<Vec<Finding>> {
    let metadata = shell::output(Command::new("cargo").args(["metadata", "--format-version", "1", "--no-deps"]))?;
    let tree = shell::output(Command::new("cargo").args(["tree", "--workspace", "--prefix", "none", "--format", "{p}\t{l}"]))?;
    let policy = fs::read_to_string(shell::root().join("deny.toml")).context("cannot read deny.toml")?;
    let mut findings = forbidden_uses(&serde_json::from_str(&metadata)?);
    findings.extend(objections(&tree, &toml::from_str(&policy).context("deny.toml")?));
    Ok(findings)
}

fn forbidden_uses(metadata: &Metadata) -> Vec<Finding> {
    let ours: HashSet<&str> = metadata.packages.iter().map(|member| member.name.as_str()).collect();
    let mut findings = Vec::new();
    for member in &metadata.packages {
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == member.name) else { continue };
        let uses = member.dependencies.iter().map(|dependency| dependency.name.as_str()).filter(|name| ours.contains(name));
        let forbidden = uses.filter(|name| !allowed.contains(name));
        findings.extend(forbidden.map(|name| Finding::new(&member.name, format!("may not use {name}"))));
    }
    findings
}

fn objections(tree: &str, policy: &Policy) -> Vec<Finding> {
    let compiled: HashSet<Compiled> = tree.lines().filter_map(compiled).collect();
    let mut findings = Vec::new();
    for package in compiled {
        let place = format!("{} {}", package.name, package.version);
        if let Some(ban) = policy.bans.deny.iter().find(|ban| ban.name == package.name) {
            findings.push(Finding::new(&place, format!("is banned: {}", ban.reason)));
        }
        if !is_allowed(package.licence, &policy.licenses.allow) {
            findings.push(Finding::new(&place, format!("has the licence `{}`, which deny.toml does not allow", package.licence)));
        }
    }
    findings.sort_by(|a, b| a.place.cmp(&b.place));
    findings
}

/// Reads a line like `ring v0.17.14 (*)<tab>MIT`; `None` for a line without a package.
fn compiled(line: &str) -> Option<Compiled<'_>> {
    let (package, licence) = line.split_once('\t')?;
    let (name, version) = package.split_once(' ')?;
    Some(Compiled { name, version: version.split(' ').next()?, licence: licence.trim_end_matches(" (*)").trim() })
}

/// Whether an SPDX expression can be satisfied with allowed licences. `/` is the old way to write `OR`.
fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ").replace(" WITH ", "+WITH+");
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = tokens.as_slice();
    let is_satisfied = any_of(&mut rest, allowed);
    rest.is_empty() && is_satisfied
}

fn any_of(rest: &mut &[&str], allowed: &[String]) -> bool {
    let mut is_satisfied = all_of(rest, allowed);
    while let Some(("OR", after)) = rest.split_first().map(|(first, after)| (*first, after)) {
        *rest = after;
        is_satisfied |= all_of(rest, allowed);
    }
    is_satisfied
}

fn all_of(rest: &mut &[&str], allowed: &[String]) -> bool {
    let mut is_satisfied = one(rest, allowed);
    while let Some(("AND", after)) = rest.split_first().map(|(first, after)| (*first, after)) {
        *rest = after;
        is_satisfied &= one(rest, allowed);
    }
    is_satisfied
}

fn one(rest: &mut &[&str], allowed: &[String]) -> bool {
    let Some((first, after)) = rest.split_first() else { return false };
    *rest = after;
    if *first != "(" {
        return allowed.contains(&first.replace("+WITH+", " WITH "));
    }
    let is_satisfied = any_of(rest, allowed);
    let Some((&")", after)) = rest.split_first() else { return false };
    *rest = after;
    is_satisfied
}

#[cfg(test)]
mod tests {
    use super::{Policy, forbidden_uses, is_allowed, objections};
    use serde_json::{Value, json};

    fn policy() -> Policy {
        toml::from_str("licenses.allow = [\"MIT\"]\nbans.deny = [{ crate = \"ring\", reason = \"one TLS only\" }]").expect("a policy")
    }

    fn forbidden(members: &Value) -> Vec<String> {
        let metadata = serde_json::from_value(json!({ "packages": members })).expect("metadata");
        forbidden_uses(&metadata).iter().map(ToString::to_string).collect()
    }

    fn objected(tree: &str) -> Vec<String> {
        objections(tree, &policy()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_crate_that_uses_one_above_it_is_found() {
        let members = json!([
            { "name": "msgboxx-model", "dependencies": [{ "name": "serde" }] },
            { "name": "msgboxx-store", "dependencies": [{ "name": "msgboxx-model" }, { "name": "msgboxx" }] },
            { "name": "msgboxx", "dependencies": [{ "name": "msgboxx-store" }] },
            { "name": "bench", "dependencies": [{ "name": "msgboxx" }] },
        ]);
        assert_eq!(forbidden(&members), ["msgboxx-store: may not use msgboxx"]);
    }

    #[test]
    fn a_banned_crate_is_found() {
        assert_eq!(objected("ring v0.17.14\tMIT (*)\nstring v1.0.0\tMIT"), ["ring v0.17.14: is banned: one TLS only"]);
    }

    #[test]
    fn a_licence_that_is_not_allowed_is_found_once() {
        let said = ["a v1.0.0: has the licence `GPL-3.0-only`, which deny.toml does not allow"];
        assert_eq!(objected("a v1.0.0\tGPL-3.0-only\nb v1.0.0 (proc-macro)\tMIT\na v1.0.0\tGPL-3.0-only (*)"), said);
        assert_eq!(objected("a v1.0.0\t").len(), 1);
    }

    #[test]
    fn licence_expressions_are_understood() {
        let allowed = ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);
        for fine in ["MIT", "GPL-2.0 OR MIT", "MIT/GPL-2.0", "MIT AND (GPL-2.0 OR ISC)", "Apache-2.0 WITH LLVM-exception OR GPL-2.0"] {
            assert!(is_allowed(fine, &allowed), "{fine}");
        }
        for not_fine in ["", "GPL-2.0", "MIT AND GPL-2.0", "(MIT", "Apache-2.0", "MIT AND (GPL-2.0 OR Zlib)", "MIT MIT"] {
            assert!(!is_allowed(not_fine, &allowed), "{not_fine}");
        }
    }
}
