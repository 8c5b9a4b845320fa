//! Words by which customers stop broadcasts, and have them again.
//!
//! A message counts only if it consists of such a word and nothing else, whatever its case, spaces
//! and punctuation: "Stop!" does, "please don't stop" does not. The lists are a setting.

/// What a customer asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// No more broadcasts.
    Unsubscribe,
    /// Broadcasts again.
    Subscribe,
}

/// The words that count, in a form that can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptOutWords {
    unsubscribe: Vec<String>,
    subscribe: Vec<String>,
}

impl OptOutWords {
    /// The words of the setting, in any case and with any spaces and punctuation.
    ///
    /// A word without a letter or digit is dropped, for it would match every "…" and every emoji. A
    /// word in both lists unsubscribes: sending to somebody who wanted to stop is the worse mistake.
    pub fn new<W: AsRef<str>>(unsubscribe: impl IntoIterator<Item = W>, subscribe: impl IntoIterator<Item = W>) -> Self {
        Self { unsubscribe: comparable_words(unsubscribe), subscribe: comparable_words(subscribe) }
    }

    /// What the message asks for, if it is one of the words.
    pub fn consent(&self, message: &str) -> Option<Consent> {
        let is = |words: &[String]| words.iter().any(|word| comparable(message).eq(word.chars()));
        if is(&self.unsubscribe) {
            Some(Consent::Unsubscribe)
        } else if is(&self.subscribe) {
            Some(Consent::Subscribe)
        } else {
            None
        }
    }
}

impl Default for OptOutWords {
    fn default() -> Self {
        Self::new(
            ["STOP", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPT OUT"],
            ["START", "UNSTOP", "SUBSCRIBE", "RESUBSCRIBE", "OPT IN"],
        )
    }
}

fn comparable(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase)
}

fn comparable_words<W: AsRef<str>>(words: impl IntoIterator<Item = W>) -> Vec<String> {
    words.into_iter().map(|word| comparable(word.as_ref()).collect::<String>()).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_opt_out_word_counts_in_any_case_and_with_any_punctuation() {
        let words = OptOutWords::default();
        for message in [
            "STOP",
            "stop",
            " Stop. ",
            "\"STOP\"",
            "s-t-o-p",
            "STOPALL",
            "stop all!",
            "Unsubscribe",
            "CANCEL",
            "End",
            "quit",
            "OPTOUT",
            "opt-out",
            "Opt  Out\n",
            "STOP 🛑",
        ] {
            assert_eq!(words.consent(message), Some(Consent::Unsubscribe), "{message:?}");
        }
    }

    #[test]
    fn an_opt_in_word_subscribes_again() {
        let words = OptOutWords::default();
        for message in ["START", "start!", "Unstop", "SUBSCRIBE", "opt in"] {
            assert_eq!(words.consent(message), Some(Consent::Subscribe), "{message:?}");
        }
    }

    #[test]
    fn ordinary_text_asks_for_nothing() {
        let words = OptOutWords::default();
        for message in [
            "",
            " ",
            "...",
            "🛑",
            "please stop",
            "stop it",
            "don't stop",
            "When does it end?",
            "stopp",
            "sto",
            "yes",
            "no",
            "restart",
            "ＳＴＯＰ",
        ] {
            assert_eq!(words.consent(message), None, "{message:?}");
        }
    }

    #[test]
    fn words_of_a_setting_in_other_scripts_are_compared_alike() {
        let words = OptOutWords::new(["СТОП", "إلغاء", "退订", "Straße!"], ["ΣΥΝΕΧΕΙΑ", "उपस्थित"]);
        for message in ["стоп", "Стоп.", "«إلغاء»", "退 订。", "STRAßE"] {
            assert_eq!(words.consent(message), Some(Consent::Unsubscribe), "{message:?}");
        }
        assert_eq!(words.consent("συνεχεια"), Some(Consent::Subscribe));
        assert_eq!(words.consent("उपस्थित!"), Some(Consent::Subscribe));
        assert_eq!(words.consent("STOP"), None);
    }

    #[test]
    fn a_setting_of_punctuation_matches_nothing() {
        let words = OptOutWords::new(["", "!!", " "], ["🙂"]);
        for message in ["", "!!", "🙂", "?"] {
            assert_eq!(words.consent(message), None, "{message:?}");
        }
    }

    #[test]
    fn a_word_in_both_lists_unsubscribes() {
        assert_eq!(OptOutWords::new(["end"], ["END"]).consent("End"), Some(Consent::Unsubscribe));
    }

    proptest! {
        #[test]
        fn a_word_with_more_letters_around_it_is_ordinary_text(before in "[a-z]{0,3} ?", after in " ?[x-z0-9]{1,3}") {
            prop_assert_eq!(OptOutWords::default().consent(&format!("{before}stop{after}")), None);
        }

        #[test]
        fn no_message_panics(message in "\\PC*|.*") {
            let _ = OptOutWords::default().consent(&message);
        }
    }
}
