//! Numbers of countries where WhatsApp writes one and the same phone in two ways (reference §1.2).
//!
//! Brazil: mobile numbers have a 9 after the area code, and WhatsApp leaves it out from area code 31
//! on. Mexico: WhatsApp puts a 1 after the country code. Argentina: it puts a 9 there.

/// The digits under which WhatsApp knows a new user with these digits.
pub(crate) fn canonical(digits: &str) -> Option<String> {
    let (country, rest) = digits.split_at_checked(2)?;
    match (country, rest.len()) {
        ("55", 11) if rest.as_bytes()[2] == b'9' && &rest[..2] >= "31" => Some(format!("55{}{}", &rest[..2], &rest[3..])),
        ("55", 10) if &rest[..2] < "31" && rest.as_bytes()[2] >= b'6' => Some(format!("55{}9{}", &rest[..2], &rest[2..])),
        ("52", 10) => Some(format!("521{rest}")),
        ("54", 10) => Some(format!("549{rest}")),
        _ => None,
    }
}

/// The other way of writing these digits, if there is one.
pub(crate) fn other(digits: &str) -> Option<String> {
    let (country, rest) = digits.split_at_checked(2)?;
    match (country, rest.len()) {
        ("55", 11) if rest.as_bytes()[2] == b'9' => Some(format!("55{}{}", &rest[..2], &rest[3..])),
        ("55", 10) => Some(format!("55{}9{}", &rest[..2], &rest[2..])),
        ("52", 10) => Some(format!("521{rest}")),
        ("52", 11) if rest.starts_with('1') => Some(format!("52{}", &rest[1..])),
        ("54", 10) => Some(format!("549{rest}")),
        ("54", 11) if rest.starts_with('9') => Some(format!("54{}", &rest[1..])),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_country_has_its_own_way() {
        for (written, known_as) in [
            ("5511987654321", None),
            ("551187654321", Some("5511987654321")),
            ("551132654321", None),
            ("5531987654321", Some("553187654321")),
            ("525512345678", Some("5215512345678")),
            ("5215512345678", None),
            ("541123456789", Some("5491123456789")),
            ("447902111123", None),
            ("5", None),
        ] {
            assert_eq!(canonical(written).as_deref(), known_as, "{written}");
        }
    }

    #[test]
    fn the_other_way_leads_back() {
        for digits in ["5511987654321", "553187654321", "525512345678", "5491123456789"] {
            let written = other(digits).expect("two ways");
            assert_eq!(other(&written).as_deref(), Some(digits));
        }
        assert_eq!(other("447902111123"), None);
    }
}
