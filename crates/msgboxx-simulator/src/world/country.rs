//! Calling codes and their countries, for the business-scoped ids that customers are given.
//!
//! A small selection; a number of another country gets the code of no country, `ZZ`.

const CODES: [(&str, &str); 50] = [
    ("1", "US"),
    ("7", "RU"),
    ("20", "EG"),
    ("27", "ZA"),
    ("30", "GR"),
    ("31", "NL"),
    ("32", "BE"),
    ("33", "FR"),
    ("34", "ES"),
    ("36", "HU"),
    ("39", "IT"),
    ("40", "RO"),
    ("41", "CH"),
    ("43", "AT"),
    ("44", "GB"),
    ("45", "DK"),
    ("46", "SE"),
    ("47", "NO"),
    ("48", "PL"),
    ("49", "DE"),
    ("51", "PE"),
    ("52", "MX"),
    ("54", "AR"),
    ("55", "BR"),
    ("56", "CL"),
    ("57", "CO"),
    ("58", "VE"),
    ("60", "MY"),
    ("61", "AU"),
    ("62", "ID"),
    ("63", "PH"),
    ("64", "NZ"),
    ("65", "SG"),
    ("66", "TH"),
    ("81", "JP"),
    ("82", "KR"),
    ("84", "VN"),
    ("86", "CN"),
    ("90", "TR"),
    ("91", "IN"),
    ("92", "PK"),
    ("212", "MA"),
    ("234", "NG"),
    ("254", "KE"),
    ("351", "PT"),
    ("353", "IE"),
    ("358", "FI"),
    ("380", "UA"),
    ("966", "SA"),
    ("971", "AE"),
];

/// The calling code that these digits begin with, and its country.
pub(crate) fn of(digits: &str) -> Option<(&'static str, &'static str)> {
    CODES.iter().find(|(code, _)| digits.starts_with(code)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_belongs_to_the_country_of_its_calling_code() {
        assert_eq!(of("447902111123"), Some(("44", "GB")));
        assert_eq!(of("35312345678"), Some(("353", "IE")));
        assert_eq!(of("999"), None);
    }

    #[test]
    fn no_calling_code_begins_with_another() {
        for (code, _) in CODES {
            let matching = CODES.iter().filter(|(other, _)| code.starts_with(other)).count();
            assert_eq!(matching, 1, "{code}");
        }
    }
}
