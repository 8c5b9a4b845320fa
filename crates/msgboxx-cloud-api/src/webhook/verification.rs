//! WhatsApp's question whether a callback address is ours. Source: Meta's "Create a webhook endpoint".

/// The query of the verifying GET.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// What only the owner of the address and WhatsApp know.
    pub verify_token: String,
    /// To be sent back bare, with status 200.
    pub challenge: String,
}

impl Verification {
    /// Reads a query string; nothing if it is no such question.
    pub fn parse(query: &str) -> Option<Self> {
        let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
        let value = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.to_string());
        if value("hub.mode")? != "subscribe" {
            return None;
        }
        Some(Self { verify_token: value("hub.verify_token")?, challenge: value("hub.challenge")? })
    }

    /// The question as a query string, to ask it of an address of ours.
    pub fn to_query(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("hub.mode", "subscribe"), ("hub.challenge", &self.challenge), ("hub.verify_token", &self.verify_token)])
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_query_is_understood() {
        let asked = Verification::parse("hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=a%20secret");
        assert_eq!(asked, Some(Verification { verify_token: "a secret".to_owned(), challenge: "1158201444".to_owned() }));
    }

    #[test]
    fn what_is_asked_is_understood() {
        let asked = Verification { verify_token: "ä &=+".to_owned(), challenge: "42".to_owned() };
        assert_eq!(Verification::parse(&asked.to_query()), Some(asked));
    }

    #[test]
    fn another_query_is_not() {
        assert_eq!(Verification::parse("hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=a"), None);
        assert_eq!(Verification::parse(""), None);
    }
}
