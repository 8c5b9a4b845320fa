//! Matching against tables, against an exhaustive search, and against crafted texts.

use super::*;
use proptest::prelude::*;

fn found(template: &str, text: &str) -> Option<Vec<String>> {
    match_text(template, text).ok().map(|pairs| pairs.into_iter().map(|(_, value)| value).collect())
}

fn position(template: &str, text: &str) -> Option<usize> {
    match_text(template, text).err().map(|mismatch| mismatch.position)
}

const HOUSE: &str = "Hi {{1}}, thanks for the conversation earlier about {{2}} lets catch up soon.";

#[test]
fn the_documented_example_gives_its_values() {
    let text = "Hi John, thanks for the conversation earlier about the 2 bedroom house you are interested in, lets catch up soon.";
    let values = match_text(HOUSE, text).expect("the documented text matches");
    let expected = [("1", "John"), ("2", "the 2 bedroom house you are interested in,")];
    assert_eq!(values, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[test]
fn values_come_out_as_the_template_leaves_room_for_them() {
    for (template, text, expected) in [
        ("Hello", "Hello", &[] as &[&str]),
        ("", "", &[]),
        ("{{1}}", "x", &["x"]),
        ("Hi {{name}}!", "Hi Jo!", &["Jo"]),
        ("Hi {{1}}!", "Hi !!", &["!"]),
        ("{{1}} and {{2}}", "a and b and c", &["a", "b and c"]),
        ("{{1}}{{2}}", "abc", &["a", "bc"]),
        ("{{1}}.", "a.b.", &["a.b"]),
        ("{{2}}-{{1}}", "x-y", &["x", "y"]),
        ("{{1}} or {{1}}", "a or a", &["a"]),
        ("{{1}} or {{1}}", "a or b or a or b", &["a or b"]),
        ("{{1}}{{1}}", "éé", &["é"]),
        ("{{1}}{{2}}{{1}}", "abcab", &["ab", "c"]),
        ("{{1}}x{{2}}x{{1}}", "axxbxcxax", &["ax", "bxc"]),
        ("{{1}}{{1}}{{2}}{{4}}{{3}}{{4}}{{5}}{{5}}", "bbaabaabbabab", &["b", "aa", "b", "aab", "ab"]),
        ("Hi {{1}}, 退订{{2}}🙂", "Hi Zoë, 退订été🙂", &["Zoë", "été"]),
        ("Hi {{1}}!", "Hi  !", &[" "]),
    ] {
        assert_eq!(
            found(template, text).as_deref(),
            Some(expected.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>().as_slice()),
            "{template} / {text}"
        );
    }
}

#[test]
fn line_ends_and_outer_white_space_do_not_matter() {
    let values = Some(vec!["a\nb".to_owned()]);
    assert_eq!(found("Hi\r\n{{1}}\nBye", "\r\n Hi\na\r\nb\r\nBye \n"), values);
    assert_eq!(found(" Hi\n{{1}}\r\nBye\r\n", "Hi\r\na\nb\nBye"), values);
}

#[test]
fn nothing_else_is_forgiven() {
    for text in ["hi Jo, bye", "Hi  Jo, bye.", "Hi Jo,  bye", "Hi Jo , bye!", "Hi , bye", "Hi Jo,\u{a0}bye", "Hi Jo", "", "x Hi Jo, bye"] {
        assert_eq!(found("Hi {{1}}, bye", text), None, "{text}");
    }
    assert_eq!(found("é", "e\u{301}"), None);
    assert_eq!(found("{{1}} or {{1}}", "a or b"), None);
    assert_eq!(found("", "x"), None);
}

#[test]
fn a_mismatch_names_the_first_character_that_differs() {
    for (template, text, expected) in [
        ("Hello", "Hallo", 2),
        ("Hello", "Hell", 5),
        ("Hello", "Hello you", 6),
        ("Hi {{1}}!", "Hi Bob", 7),
        ("Hi {{1}}!", "Hi Bob! Bye", 8),
        ("Hi {{1}}", "Hi", 3),
        ("Hi {{1}}, bye", "Ho Bob, bye", 2),
        ("Zoë {{1}}, 退订!", "Zoë ok, 退丁!", 10),
        ("Hi {{1}}, bye", "  Hi Bob, buy", 12),
        ("a\n{{1}}!b", "a\r\nx!c", 5),
        ("{{1}} or {{1}}!", "a or b!", 6),
        ("{{1}}{{2}}", "a", 2),
        ("{{1}}{{1}}", "ab", 2),
        ("", "x", 1),
        ("é", "è", 1),
    ] {
        assert_eq!(position(template, text), Some(expected), "{template} / {text}");
    }
    let misspelt = "Hi John, thanks fro the conversation earlier about the house lets catch up soon.";
    assert_eq!(position(HOUSE, misspelt), Some(misspelt.find("ro the").expect("is there") + 1));
    let message = match_text("Hello", "Hallo").expect_err("differs").to_string();
    assert_eq!(message, "differs from the template at character 2");
}

/// The specification itself: every way to cut the text, shortest values from the left.
fn exhaustive<'t>(parts: &[Segment<'_>], text: &'t str, known: &mut Vec<(String, &'t str)>) -> bool {
    let Some((first, rest)) = parts.split_first() else { return text.is_empty() };
    let fixed = match first {
        Segment::Literal(literal) => Some((*literal).to_owned()),
        Segment::Placeholder(name) => known.iter().find(|(placeholder, _)| placeholder == name).map(|(_, value)| (*value).to_owned()),
    };
    if let Some(fixed) = fixed {
        return text.strip_prefix(&fixed).is_some_and(|text| exhaustive(rest, text, known));
    }
    let Segment::Placeholder(name) = first else { return false };
    text.char_indices().map(|(at, character)| at + character.len_utf8()).any(|end| {
        let depth = known.len();
        known.push(((*name).to_owned(), &text[..end]));
        let matches = exhaustive(rest, &text[end..], known);
        if !matches {
            known.truncate(depth);
        }
        matches
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn the_search_finds_what_an_exhaustive_one_finds(template in r"(a|b|é|\{\{1\}\}|\{\{2\}\}|\{\{3\}\}){0,7}", text in "[abé]{0,10}") {
        let mut known = Vec::new();
        let expected = exhaustive(&segments(&template), &text, &mut known);
        let values = match_text(&template, &text);
        prop_assert_eq!(values.is_ok(), expected);
        if let Ok(values) = values {
            prop_assert_eq!(values.iter().map(|(name, value)| (name.clone(), value.as_str())).collect::<Vec<_>>(), known);
        }
    }

    #[test]
    fn a_rendered_text_matches_and_renders_to_itself(
        template in r"([ab,é\n]|\{\{[123]\}\}| \{\{name\}\}, ){0,12}",
        values in proptest::collection::vec("[ab,é]([ab ,é\r\n]{0,6}[ab,é])?", 4),
    ) {
        let given: Vec<_> = ["1", "2", "3", "name"].into_iter().zip(values).collect();
        let text = render(&template, &given).expect("all have values");
        let recovered = match_text(&template, &text).expect("a rendered text matches");
        prop_assert_eq!(render(&template, &recovered), Ok(text));
    }

    #[test]
    fn the_position_is_inside_the_text_or_just_behind_it(template in r"([ab\n é]|\{\{[12]\}\}){0,9}", text in "[ab\r\n é]{0,12}") {
        if let Err(Mismatch { position }) = match_text(&template, &text) {
            prop_assert!((1..=text.chars().count() + 1).contains(&position), "{position}");
        }
    }

    #[test]
    fn no_text_panics(template in ".*", text in ".*", filled in r"(\{\{[a-c1-3]\}\}|.){0,20}") {
        let _ = match_text(&template, &text);
        let _ = match_text(&filled, &text);
        let _ = example_text(&filled, &[&text]);
    }
}

fn join(count: usize, piece: impl Fn(usize) -> String) -> String {
    (1..=count).map(piece).collect::<Vec<_>>().concat()
}

/// Each of these takes for ever in a search that tries all cuts: the test ends or is killed.
#[test]
fn crafted_texts_are_decided_soon() {
    let many_a = "a".repeat(4_096);
    let separated = join(10, |number| format!("{{{{{number}}}}}a"));
    assert_eq!(found(&format!("{}b", separated.trim_end_matches('a')), &many_a), None);
    assert_eq!(found(&format!("{separated}c"), &format!("{many_a}b")), None);

    let adjacent = join(100, |number| format!("{{{{{number}}}}}"));
    assert_eq!(found(&format!("{adjacent}b"), &many_a), None);
    assert_eq!(found(&adjacent, &many_a).map(|values| values.len()), Some(100));

    let blocks = join(10, |number| format!("{{{{{number}}}}}aaaaaaaaaaaaaaaaaaaaaaaaaab"));
    assert_eq!(found(&blocks, &many_a), None);
}

#[test]
fn crafted_repeats_are_decided_soon_too() {
    let many_a = "a".repeat(4_096);
    assert_eq!(found("{{1}}{{2}}{{3}}b{{1}}{{2}}{{3}}c", &format!("{many_a}b{many_a}d")), None);
    let pairs = join(20, |number| format!("{{{{{number}}}}}{{{{{number}}}}}"));
    assert_eq!(found(&format!("{pairs}b"), &many_a), None);
    let twice = join(20, |number| format!("{{{{{number}}}}}a"));
    assert_eq!(found(&format!("{twice}{twice}b"), &format!("{many_a}c")), None);
}
