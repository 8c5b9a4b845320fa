//! JSON for people, with every character as it came but for the white space between.

/// The body as lines; what is no JSON as it is.
pub(super) fn pretty(body: &[u8]) -> String {
    let text = printable(&String::from_utf8_lossy(body));
    if serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok() { laid_out(&text) } else { text }
}

/// Without what would move a terminal's cursor or change its colours.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' && c != '\t' { '\u{fffd}' } else { c }).collect()
}

fn laid_out(json: &str) -> String {
    let (mut out, mut depth, mut in_text, mut is_escaped, mut is_fresh) = (String::with_capacity(json.len() * 2), 0, false, false, false);
    for c in json.chars() {
        if in_text {
            out.push(c);
            in_text = is_escaped || c != '"';
            is_escaped = !is_escaped && c == '\\';
            continue;
        }
        if c.is_ascii_whitespace() {
            continue;
        }
        let closes = matches!(c, '}' | ']');
        if closes {
            depth -= 1;
        }
        // An empty list stays on its line.
        if is_fresh != closes && (is_fresh || closes) {
            begin_line(&mut out, depth);
        }
        is_fresh = matches!(c, '{' | '[');
        in_text = c == '"';
        out.push(c);
        match c {
            '{' | '[' => depth += 1,
            ',' => begin_line(&mut out, depth),
            ':' => out.push(' '),
            _ => {}
        }
    }
    out
}

fn begin_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn json_is_laid_out_and_its_order_numbers_and_escapes_stay() {
        let shown = pretty(br#"{"z":1.50, "a":["x\"]{,","\u00fc\\"], "e":{} ,"n":[[],[1]]}"#);
        let lines = [
            "{",
            "  \"z\": 1.50,",
            "  \"a\": [",
            "    \"x\\\"]{,\",",
            "    \"\\u00fc\\\\\"",
            "  ],",
            "  \"e\": {},",
            "  \"n\": [",
            "    [],",
            "    [",
            "      1",
            "    ]",
            "  ]",
            "}",
        ];
        assert_eq!(shown, lines.join("\n"));
    }

    #[test]
    fn what_is_no_json_is_shown_without_moving_the_cursor() {
        assert_eq!(pretty(b"{\"a\": \x1b[2J \xff"), "{\"a\": \u{fffd}[2J \u{fffd}");
    }

    proptest! {
        #[test]
        fn it_still_says_the_same(text in "[ -~]{0,20}", number in any::<i64>()) {
            let value = serde_json::json!({"text": text, "list": [number, [], {}, {"deep": [null, true]}]});
            let shown = pretty(value.to_string().as_bytes());
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).expect("JSON"), value);
        }
    }
}
