//! Every documented code has a sentence and an action, and the action is the documented one.
//!
//! The table is written down from the documentation's column "retry", apart from the tables under test.

use super::*;
use std::collections::HashSet;

/// What the documentation says about trying again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Documented {
    /// Yes, and what has to wait.
    Again(Scope),
    /// No: this message or call is lost.
    No,
    /// No: somebody has to be told.
    Person(Scope),
}

use Documented::{Again, No, Person};
use Scope::{Account, Message, Number, Pair, Waba};

/// Token, permissions, and how fast one may call.
const CALLS: &[(i64, Documented)] = &[
    (0, Person(Account)),
    (190, Person(Account)),
    (104, Person(Account)),
    (3, Person(Account)),
    (10, Person(Account)),
    (131_005, Person(Account)),
    (33, Person(Number)),
    (100, No),
    (1, Again(Message)),
    (2, Again(Number)),
    (4, Again(Account)),
    (17, Again(Account)),
    (32, Again(Account)),
    (613, Again(Account)),
    (80_007, Again(Waba)),
    (130_429, Again(Number)),
    (131_056, Again(Pair)),
    (131_048, Again(Number)),
    (131_000, Again(Message)),
    (131_016, Again(Number)),
    (131_057, Again(Number)),
    (133_004, Again(Number)),
];

/// The account, the number and its registration.
const CHANNEL: &[(i64, Documented)] = &[
    (368, Person(Waba)),
    (131_031, Person(Waba)),
    (131_037, Person(Number)),
    (131_042, Person(Waba)),
    (131_045, Person(Number)),
    (131_063, Person(Waba)),
    (131_064, Person(Waba)),
    (133_000, Person(Number)),
    (133_005, Person(Number)),
    (133_006, Person(Number)),
    (133_008, Person(Number)),
    (133_009, Person(Number)),
    (133_010, Person(Number)),
    (133_015, Again(Message)),
    (133_016, Again(Message)),
    (139_200, Person(Waba)),
];

/// The message, its recipient and its template.
const MESSAGES: &[(i64, Documented)] = &[
    (130_403, No),
    (130_472, No),
    (130_497, No),
    (131_008, No),
    (131_009, No),
    (131_021, No),
    (131_026, No),
    (131_030, No),
    (131_047, No),
    (131_049, Again(Message)),
    (131_050, No),
    (131_051, No),
    (131_052, No),
    (131_053, No),
    (131_055, No),
    (131_062, No),
    (132_000, No),
    (132_001, No),
    (132_005, No),
    (132_007, No),
    (132_008, No),
    (132_012, No),
    (132_015, No),
    (132_016, No),
    (132_018, No),
    (132_068, No),
    (132_069, Again(Message)),
    (134_100, No),
    (134_101, Again(Message)),
    (134_102, No),
    (135_000, No),
    (137_000, No),
    (2_388_019, No),
    (2_388_039, No),
    (2_388_040, No),
    (2_388_047, No),
    (2_388_072, No),
    (2_388_073, No),
    (2_388_293, No),
    (2_388_299, No),
    (2_388_318, No),
    (2_388_330, No),
    (131_020, No),
    (131_041, No),
    (131_059, No),
];

/// Documented as ranges: permissions, groups, calls, user names.
fn ranges() -> impl Iterator<Item = (i64, Documented)> {
    let refused = (131_201..=131_215).chain(138_000..=138_018).chain(147_001..=147_005).map(|code| (code, No));
    (200..=299).map(|code| (code, Person(Account))).chain(refused)
}

fn documented() -> impl Iterator<Item = (i64, Documented)> {
    [CALLS, CHANNEL, MESSAGES].into_iter().flatten().copied().chain(ranges())
}

#[test]
fn every_documented_code_has_its_sentence_and_the_documented_action() {
    for (code, expected) in documented() {
        assert!(is_known(code), "{code} has no advice");
        let advice = advice(code);
        let action = match advice.action {
            Action::Retry { scope, after, .. } => {
                assert!(!after.is_zero(), "{code} does not say after how long");
                Again(scope)
            }
            Action::Discard => No,
            Action::AskPerson { scope } => Person(scope),
        };
        assert_eq!(action, expected, "{code}");
        assert_ne!(advice.sentence, UNKNOWN.sentence, "{code}");
    }
}

#[test]
fn no_code_stands_twice_and_each_sentence_is_for_people() {
    let mut seen = HashSet::new();
    for (code, advice) in all() {
        assert!(seen.insert(code), "{code} stands twice");
        assert!(advice.sentence.ends_with('.') && advice.sentence.len() > 25, "{code}");
        assert!(!advice.sentence.contains(&code.to_string()) || *code < 10, "{code}: people do not read codes");
    }
}

#[test]
fn waits_are_those_of_the_documentation() {
    let first = |code: i64| advice(code).action.wait(1).map(|wait| wait.as_secs());
    let rows = [
        (131_056, Some(4)),
        (130_429, Some(1)),
        (131_057, Some(60)),
        (131_048, Some(2 * 3600)),
        (131_049, Some(24 * 3600)),
        (134_101, Some(600)),
        (133_015, Some(300)),
        (133_016, Some(72 * 3600)),
        (131_047, None),
        (190, None),
        (987_654, None),
    ];
    for (code, seconds) in rows {
        assert_eq!(first(code), seconds, "{code}");
    }
}

#[test]
fn waits_grow_up_to_a_limit_and_end_when_tries_run_out() {
    let seconds = |action: Action, tries| action.wait(tries).map(|wait| wait.as_secs());
    let pair = advice(131_056).action;
    assert_eq!([1, 2, 3, 4, 5, 40].map(|tries| seconds(pair, tries)), [4, 16, 64, 256, 900, 900].map(Some));
    let number = advice(130_429).action;
    assert_eq!([1, 2, 3, 40].map(|tries| seconds(number, tries)), [1, 2, 4, 900].map(Some));
    let slow = advice(131_048).action;
    assert_eq!([1, 2].map(|tries| seconds(slow, tries)), [7200, 7200].map(Some));
    let few = advice(131_000).action;
    assert_eq!([1, 4, 5].map(|tries| seconds(few, tries)), [Some(10), Some(80), None]);
    let days = advice(131_049).action;
    assert_eq!([1, 2, 3, 4].map(|tries| seconds(days, tries)), [Some(86_400), Some(172_800), Some(345_600), None]);
    assert_eq!(seconds(Action::Discard, 1), None);
}
