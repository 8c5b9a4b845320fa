//! Who still relies on the documentation's misspellings.
//!
//! Counted in memory and written now and then: what is lost with the process is a few counts of a
//! statistic, and no request waits for it.

use crate::api::alias::Alias;
use msgboxx_model::OrganisationId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Uses of one alias by one calling application of one organisation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AliasUse {
    /// Whose application it is.
    pub organisation: OrganisationId,
    /// What the application calls itself.
    pub application: Arc<str>,
    /// What it relies on.
    pub alias: Alias,
}

/// Counts that are not written yet. Clones are the same counts.
#[derive(Debug, Clone, Default)]
pub struct AliasUses(Arc<Mutex<HashMap<AliasUse, i64>>>);

impl AliasUses {
    /// Counts these.
    pub fn count(&self, organisation: OrganisationId, application: &Arc<str>, aliases: &[Alias]) {
        if aliases.is_empty() {
            return;
        }
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for &alias in aliases {
            *counts.entry(AliasUse { organisation, application: application.clone(), alias }).or_default() += 1;
        }
    }

    /// Takes what was counted since the last time.
    pub fn take(&self) -> HashMap<AliasUse, i64> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn uses_are_counted_for_each_application_and_taken_once() {
        let uses = AliasUses::default();
        let organisation = OrganisationId(Uuid::from_u128(1));
        let (zap, erp): (Arc<str>, Arc<str>) = ("zap".into(), "erp".into());
        uses.count(organisation, &zap, &[Alias::A5, Alias::A5]);
        uses.count(organisation, &zap, &[Alias::A5]);
        uses.count(organisation, &erp, &[Alias::A2]);
        uses.count(organisation, &erp, &[]);
        let mut taken: Vec<_> = uses.take().into_iter().map(|(one, n)| (one.application.to_string(), one.alias, n)).collect();
        taken.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(taken, [("erp".to_owned(), Alias::A2, 1), ("zap".to_owned(), Alias::A5, 3)]);
        assert!(uses.take().is_empty());
    }
}
