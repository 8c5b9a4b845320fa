//! Tags of a contact: short words, in the order given.
//!
//! Two tags that differ only by case are the same tag, and the first spelling stays.

use std::collections::HashSet;

/// How many tags a contact may have.
pub const MAX_TAGS: usize = 50;
/// How many characters a tag may have.
pub const MAX_TAG_CHARACTERS: usize = 100;

/// Why a list of tags is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TagsError {
    /// More different tags than a contact may have.
    #[error("there may be at most {MAX_TAGS} different tags")]
    TooMany,
    /// One tag is too long; holds its place in the list, from 1, and its length in characters.
    #[error("tag {place} has {characters} characters, but may have at most {MAX_TAG_CHARACTERS}")]
    TooLong {
        /// Its place in the list as it was given, from 1.
        place: usize,
        /// Its length in characters, without outer white space.
        characters: usize,
    },
    /// One tag contains the character U+0000, which cannot be stored; holds its place, from 1.
    #[error("tag {place} contains the character U+0000")]
    Nul {
        /// Its place in the list as it was given, from 1.
        place: usize,
    },
}

/// The tags without outer white space, without empty and repeated ones, in the order given.
pub fn normalised_tags<T: AsRef<str>>(given: impl IntoIterator<Item = T>) -> Result<Vec<String>, TagsError> {
    let mut tags = Vec::new();
    let mut seen = HashSet::new();
    for (index, tag) in given.into_iter().enumerate() {
        let tag = tag.as_ref().trim();
        check_tag(tag, index + 1)?;
        if tag.is_empty() || !seen.insert(tag.to_lowercase()) {
            continue;
        }
        if tags.len() == MAX_TAGS {
            return Err(TagsError::TooMany);
        }
        tags.push(tag.to_owned());
    }
    Ok(tags)
}

fn check_tag(tag: &str, place: usize) -> Result<(), TagsError> {
    let characters = tag.chars().count();
    if characters > MAX_TAG_CHARACTERS {
        return Err(TagsError::TooLong { place, characters });
    }
    if tag.contains('\0') {
        return Err(TagsError::Nul { place });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_trimmed_and_empty_and_repeated_ones_dropped_in_order() {
        let tags = normalised_tags([" prospect", "customer ", "", "Customer", "\t", "ÉTÉ", "été", "vip"]);
        assert_eq!(tags, Ok(["prospect", "customer", "ÉTÉ", "vip"].map(String::from).to_vec()));
        assert_eq!(normalised_tags([""; 0]), Ok(Vec::new()));
    }

    #[test]
    fn fifty_different_tags_are_allowed_and_repeats_do_not_count() {
        let fifty: Vec<String> = (0..50).map(|number| format!("tag {number}")).collect();
        let repeated = fifty.iter().chain(&fifty).map(|tag| tag.to_uppercase());
        assert_eq!(normalised_tags(repeated).map(|tags| tags.len()), Ok(50));
        assert_eq!(normalised_tags(fifty.iter().map(String::as_str).chain(["one more"])), Err(TagsError::TooMany));
    }

    #[test]
    fn a_tag_has_at_most_a_hundred_characters_not_bytes() {
        let hundred = "é".repeat(100);
        assert_eq!(normalised_tags([format!(" {hundred} ")]), Ok(vec![hundred.clone()]));
        let error = normalised_tags(["short".to_owned(), format!("{hundred}é")]).expect_err("too long");
        assert_eq!(error, TagsError::TooLong { place: 2, characters: 101 });
        assert_eq!(error.to_string(), "tag 2 has 101 characters, but may have at most 100");
    }

    #[test]
    fn a_tag_that_cannot_be_stored_is_refused() {
        assert_eq!(normalised_tags(["a\0b"]), Err(TagsError::Nul { place: 1 }));
    }
}
