//! Spellings and paths that the published documentation prints beside the right ones.
//!
//! The list is closed. Each alias is answered directly, and each use is counted per calling
//! application (see [`crate::alias_uses`]), so that an operator sees who relies on one.

use msgboxx_model::text_enum;

text_enum! {
    /// One row of the documentation's own contradictions.
    Alias {
        /// The header `Authorisation` for `Authorization`.
        A1 = "A1",
        /// `/inboxes` for `/inbox`.
        A2 = "A2",
        /// `/webhooks` for `/webhook`.
        A3 = "A3",
        /// `POST /organisation` for `POST /webhook`.
        A4 = "A4",
        /// The names `apiAccountid` and `apiaccountId` for `apiAccountId`.
        A5 = "A5",
        /// `dateTime` for `datetime`, and the other way round; both are ignored in requests.
        A6 = "A6",
        /// A message posted to `/contact`.
        A7 = "A7",
        /// A webhook's type in another case, such as `APIAccount`.
        A8 = "A8",
    }
}

impl Alias {
    /// The alias by which `given` means the member or parameter `name`, if there is one.
    pub fn of_member(given: &str, name: &str) -> Option<Alias> {
        match (name, given) {
            ("apiAccountId", "apiAccountid" | "apiaccountId") => Some(Alias::A5),
            ("datetime", "dateTime") | ("dateTime", "datetime") => Some(Alias::A6),
            _ => None,
        }
    }
}
