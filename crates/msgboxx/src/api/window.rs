//! The filters `fromDate` (from that instant on) and `toDate` (before that instant).

use super::fields::{Fields, FromFields, Noted, value};
use msgboxx_model::Instant;

/// Both filters; an absent one does not filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// The first instant.
    pub(super) from: Option<Instant>,
    /// The first instant that is too late.
    pub(super) to: Option<Instant>,
}

impl FromFields for Window {
    fn read(fields: &mut Fields) -> Result<Self, Noted> {
        let (from, to) = (fields.optional("fromDate", value::instant), fields.optional("toDate", value::instant));
        let window = Self { from: from?, to: to? };
        match (window.from, window.to) {
            (Some(from), Some(to)) if from > to => Err(fields.note_invalid("fromDate", "is later than toDate")),
            _ => Ok(window),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::problem::Code;

    fn read(from: Option<&str>, to: Option<&str>) -> Result<Window, Code> {
        let pair = |name: &str, value: Option<&str>| value.map(|value| (name.to_owned(), Some(value.to_owned())));
        let pairs = [pair("fromDate", from), pair("toDate", to)].into_iter().flatten().collect();
        Fields::of_query(pairs).into_value::<Window>(false).map(|(window, _)| window).map_err(|problem| problem.code())
    }

    #[test]
    fn a_window_that_ends_before_it_begins_is_refused() {
        let day = |text| Instant::parse_request(text).ok();
        assert_eq!(read(None, None), Ok(Window { from: None, to: None }));
        assert_eq!(read(Some("2024-01-01"), Some("2024-01-01")), Ok(Window { from: day("2024-01-01"), to: day("2024-01-01") }));
        assert_eq!(read(Some("2024-01-02"), Some("2024-01-01")), Err(Code::InvalidParameter));
        assert_eq!(read(Some("yesterday"), None), Err(Code::InvalidParameter));
    }
}
