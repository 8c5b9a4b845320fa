//! Every documented code has advice, and the advice is usable.

use super::*;
use std::collections::HashSet;

/// The codes of the reference's table, without its ranges.
const DOCUMENTED: &[i64] = &[
    0, 190, 3, 10, 200, 250, 299, 131_005, 33, 100, 1, 2, 4, 80_007, 130_429, 131_056, 131_048, 131_064, 133_016, 131_000, 131_016,
    131_057, 133_004, 131_008, 131_009, 131_021, 131_026, 131_030, 131_031, 368, 130_497, 130_403, 130_472, 131_037, 131_042, 131_045,
    133_010, 131_047, 131_049, 131_050, 131_051, 131_052, 131_053, 131_055, 134_100, 134_101, 134_102, 131_062, 131_063, 132_000, 132_001,
    132_005, 132_007, 132_008, 132_012, 132_015, 132_016, 132_018, 132_068, 132_069, 133_000, 133_005, 133_006, 133_008, 133_009, 133_015,
    135_000, 137_000, 139_200, 613, 17, 32, 2_388_019, 2_388_039, 2_388_040, 2_388_047, 2_388_072, 2_388_073, 2_388_293, 2_388_299,
    2_388_318, 2_388_330, 131_201, 131_215, 131_020, 131_041, 131_059, 138_000, 138_018,
];

#[test]
fn every_documented_code_has_its_advice() {
    for code in DOCUMENTED {
        assert!(is_known(*code), "{code}");
    }
}

#[test]
fn no_code_stands_twice_and_each_sentence_is_one() {
    let mut seen = HashSet::new();
    for (code, advice) in all() {
        assert!(seen.insert(code), "{code} stands twice");
        assert!(advice.sentence.ends_with('.') && advice.sentence.len() > 25, "{code}");
        assert!(!advice.sentence.contains(&code.to_string()) || *code < 10, "{code}: people do not read codes");
    }
}

#[test]
fn codes_act_where_they_apply() {
    let rows = [
        (190, Action::AskPerson { scope: Scope::Account }),
        (131_042, Action::AskPerson { scope: Scope::Waba }),
        (130_429, retry(Scope::Number, 1, None)),
        (131_056, retry(Scope::Pair, 4, None)),
        (80_007, retry(Scope::Waba, 120, None)),
        (131_000, retry(Scope::Message, 10, Some(4))),
        (131_047, Action::Discard),
        (132_001, Action::Discard),
        (250, Action::AskPerson { scope: Scope::Account }),
        (987_654, Action::Discard),
    ];
    for (code, action) in rows {
        assert_eq!(advice(code).action, action, "{code}");
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
    assert_eq!(seconds(Action::Discard, 1), None);
}
