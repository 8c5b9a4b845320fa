//! Pages of lists: `page`, `pageSize`, and the envelope around the items.

use super::fields::{Fields, FromFields, Noted, value};
use super::views::Page;
use msgboxx_model::Instant;
use msgboxx_store::{PageRequest, Records};
use serde::Serialize;

/// Records on a page unless the client asks for fewer, and the most that it may ask for.
const PAGE_SIZE: u64 = 100;

/// Which page the client wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Paging {
    page: i64,
    size: i64,
}

impl FromFields for Paging {
    fn read(fields: &mut Fields) -> Result<Self, Noted> {
        let page = read_page(fields);
        let size = fields.optional("pageSize", |text| match value::counting_number(text) {
            Ok(size) if size <= PAGE_SIZE => Ok(size),
            _ => Err("must be a whole number from 1 to 100".into()),
        });
        Ok(Self { page: saturate(page?), size: saturate(size?.unwrap_or(PAGE_SIZE)) })
    }
}

impl Paging {
    /// The page of records that are all here.
    pub(super) fn page_of<T>(self, all: Vec<T>) -> Records<T> {
        let record_count = i64::try_from(all.len()).unwrap_or(i64::MAX);
        let skipped = usize::try_from((self.page - 1).saturating_mul(self.size)).unwrap_or(usize::MAX);
        let items = all.into_iter().skip(skipped).take(usize::try_from(self.size).unwrap_or_default());
        Records { items: items.collect(), record_count }
    }

    /// The page of the records from one instant on and before another.
    pub(super) fn within(self, from: Option<Instant>, to: Option<Instant>) -> PageRequest {
        PageRequest { page: self.page, size: self.size, from, to }
    }
}

/// Asks for `page` alone, 1 unless given.
pub(super) fn read_page(fields: &mut Fields) -> Result<u64, Noted> {
    Ok(fields.optional("page", value::counting_number)?.unwrap_or(1))
}

/// The envelope around a page.
pub(super) fn envelope<'a, T, V: Serialize + From<&'a T>>(records: &'a Records<T>, paging: Paging) -> Page<V> {
    envelope_of(records, paging, V::from)
}

/// The same, of records that do not turn into their views by themselves.
pub(super) fn envelope_of<'a, T, V: Serialize>(records: &'a Records<T>, paging: Paging, view: impl FnMut(&'a T) -> V) -> Page<V> {
    Page::new(records.items.iter().map(view).collect(), records.record_count, paging.size)
}

fn saturate(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    fn read(pairs: &[(&str, &str)]) -> Option<(i64, i64)> {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned()))).collect();
        Fields::of_query(pairs).into_value::<Paging>(false).ok().map(|(paging, _)| (paging.page, paging.size))
    }

    #[test]
    fn pages_count_from_one_and_hold_a_hundred() {
        assert_eq!(read(&[]), Some((1, 100)));
        assert_eq!(read(&[("page", "3"), ("pageSize", "1")]), Some((3, 1)));
        assert_eq!(read(&[("page", "99999999999999999999"), ("pageSize", "100")]), Some((i64::MAX, 100)));
        for bad in [("page", "0"), ("page", "-1"), ("page", "x"), ("page", ""), ("pageSize", "0"), ("pageSize", "101"), ("pageSize", "1.5")]
        {
            assert_eq!(read(&[bad]), None, "{bad:?}");
        }
    }

    #[test]
    fn a_page_beyond_the_last_is_empty_with_the_same_count() {
        let pages = |page, size| Paging { page, size }.page_of(vec!['a', 'b', 'c']);
        assert_eq!(pages(1, 2), Records { items: vec!['a', 'b'], record_count: 3 });
        assert_eq!(pages(2, 2), Records { items: vec!['c'], record_count: 3 });
        assert_eq!(pages(i64::MAX, 100), Records { items: vec![], record_count: 3 });
    }

    #[test]
    fn the_number_of_pages_is_rounded_up_and_nought_without_records() {
        for (records, size, pages) in [(0, 100, 0), (1, 100, 1), (100, 100, 1), (101, 100, 2), (7, 3, 3)] {
            let page = Page::<()>::new(vec![], records, size);
            assert_eq!(serde_json::to_value(&page).expect("JSON")["paging"], serde_json::json!({"recordCount": records, "pages": pages}));
        }
    }
}
