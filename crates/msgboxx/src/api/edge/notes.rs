//! What the parts of a request tell its edge.
//!
//! Extractors see only the request; these notes, shared through its extensions, carry what they
//! learn to where the answer is finished.

use super::super::alias::Alias;
use crate::alias_uses::AliasUses;
use crate::rate_limit::Allowance;
use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{Extensions, HeaderMap, HeaderName};
use msgboxx_model::OrganisationId;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What is known of one request so far. Clones are the same notes.
#[derive(Debug, Clone, Default)]
pub struct Notes(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    aliases: Mutex<Vec<Alias>>,
    caller: OnceLock<(OrganisationId, Arc<str>)>,
    allowance: OnceLock<Allowance>,
}

impl<S: Sync> FromRequestParts<S> for Notes {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.extensions))
    }
}

impl Notes {
    /// The notes of a request; new ones where no edge made any.
    pub fn of(extensions: &Extensions) -> Self {
        extensions.get().cloned().unwrap_or_default()
    }

    /// These aliases were used.
    pub fn aliases(&self, aliases: impl IntoIterator<Item = Alias>) {
        let mut noted = self.0.aliases.lock().unwrap_or_else(PoisonError::into_inner);
        noted.extend(aliases);
    }

    /// The organisation and the calling application are these. The first word counts.
    pub fn caller(&self, organisation: OrganisationId, application: Arc<str>) {
        let _ = self.0.caller.set((organisation, application));
    }

    /// This much is left of the caller's allowance. The first word counts.
    pub fn allowance(&self, allowance: Allowance) {
        let _ = self.0.allowance.set(allowance);
    }

    /// Counts the aliases and tells the client its allowance.
    pub(super) fn settle(&self, alias_uses: &AliasUses, headers: &mut HeaderMap) {
        if let Some((organisation, application)) = self.0.caller.get() {
            let aliases = std::mem::take(&mut *self.0.aliases.lock().unwrap_or_else(PoisonError::into_inner));
            alias_uses.count(*organisation, application, &aliases);
        }
        if let Some(allowance) = self.0.allowance.get() {
            super::set(headers, HeaderName::from_static("ratelimit-policy"), &allowance.policy_header());
            super::set(headers, HeaderName::from_static("ratelimit"), &allowance.header());
        }
    }
}
