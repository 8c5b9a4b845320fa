//! An answer of the API, read.

use http::HeaderMap;
use serde_json::Value;

#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The body if the status is the expected one; else the test fails with what came.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        if self.text.is_empty() { Value::Null } else { self.json() }
    }

    /// The status and the stable code of a problem.
    pub(crate) fn refusal(&self) -> (u16, String) {
        let code = serde_json::from_str::<Value>(&self.text).ok().and_then(|json| Some(json["code"].as_str()?.to_owned()));
        (self.status, code.unwrap_or_else(|| self.text.clone()))
    }

    /// Fails unless this is that refusal.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) {
        assert_eq!(self.refusal(), (status, code.to_owned()), "{}", self.text);
    }

    /// A header as text; empty when absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }

    /// The body without what differs between any two requests.
    pub(crate) fn without_request_id(&self) -> Value {
        let mut json = self.json();
        json.as_object_mut().expect("an object").remove("requestId");
        json
    }
}
