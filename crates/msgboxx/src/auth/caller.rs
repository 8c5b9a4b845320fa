//! Who calls the public API: the parameter types by which a handler says what it asks of its caller.
//!
//! A handler without one of these has no organisation to ask the database for. They verify the
//! bearer token, count the request against the caller's allowance, and leave their name for the
//! statistics of aliases.

use super::access::{Access, AccessError};
use super::token::Grant;
use crate::api::alias::Alias;
use crate::api::edge::Notes;
use crate::api::problem::{Code, Problem};
use crate::app::App;
use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, HeaderName, header};
use std::ops::Deref;
use std::sync::Arc;

/// Anybody who is signed in.
#[derive(Debug, Clone)]
pub struct Caller(Arc<Access>);

/// Somebody who may change the organisation's settings; anybody else gets a 403.
#[derive(Debug, Clone)]
pub struct Administrator(Arc<Access>);

impl Caller {
    /// What they may see, to be taken into a unit of work.
    pub fn access(&self) -> Arc<Access> {
        self.0.clone()
    }
}

impl Deref for Caller {
    type Target = Access;

    fn deref(&self) -> &Access {
        &self.0
    }
}

impl Administrator {
    /// What they may see, to be taken into a unit of work.
    pub fn access(&self) -> Arc<Access> {
        self.0.clone()
    }
}

impl Deref for Administrator {
    type Target = Access;

    fn deref(&self) -> &Access {
        &self.0
    }
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let notes = Notes::of(&parts.extensions);
        let grant = grant(&parts.headers, app, &notes)?;
        let access = app.access.of(&app.store, &grant).await.map_err(|error| match error {
            AccessError::Ended => Problem::new(Code::InvalidToken),
            AccessError::Store(error) => error.into(),
        })?;
        let application: Arc<str> = grant.calling_application.into();
        notes.caller(grant.organisation, application.clone());
        if let Some(allowance) = app.rate_limit.count(grant.organisation, &application) {
            notes.allowance(allowance);
            if !allowance.is_granted {
                return Err(Problem::new(Code::TooManyRequests).retry_after(allowance.reset));
            }
        }
        Ok(Self(access))
    }
}

impl FromRequestParts<Arc<App>> for Administrator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let Caller(access) = Caller::from_request_parts(parts, app).await?;
        if access.is_administrator() { Ok(Self(access)) } else { Err(Code::Forbidden.into()) }
    }
}

/// What the bearer token says. Nothing is told about what is wrong with it.
pub(crate) fn grant(headers: &HeaderMap, app: &App, notes: &Notes) -> Result<Grant, Problem> {
    let token = bearer_token(headers, notes).ok_or(Code::InvalidToken)?;
    app.tokens.verify(token, app.clock.now()).map_err(|_| Code::InvalidToken.into())
}

/// The documentation's prose spells the header with an s; that is read when the right one is absent.
const MISSPELLED: HeaderName = HeaderName::from_static("authorisation");

fn bearer_token<'h>(headers: &'h HeaderMap, notes: &Notes) -> Option<&'h str> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let mut value = given.next();
    let mut is_repeated = given.next().is_some();
    if value.is_none() {
        let mut given = headers.get_all(&MISSPELLED).iter();
        value = given.next();
        is_repeated = given.next().is_some();
        notes.aliases(value.map(|_| Alias::A1));
    }
    let (scheme, token) = value.filter(|_| !is_repeated)?.to_str().ok()?.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn token(headers: &[(&'static str, &'static str)]) -> Option<String> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        bearer_token(&map, &Notes::default()).map(str::to_owned)
    }

    #[test]
    fn the_scheme_is_read_in_any_case_with_any_number_of_spaces() {
        for value in ["Bearer t.o.k", "bearer t.o.k", "BEARER   t.o.k", " Bearer t.o.k "] {
            assert_eq!(token(&[("authorization", value)]).as_deref(), Some("t.o.k"), "{value}");
        }
        for value in ["t.o.k", "Basic t.o.k", "Bearer", "Bearert.o.k", ""] {
            assert_eq!(token(&[("authorization", value)]), None, "{value}");
        }
    }

    #[test]
    fn the_misspelled_header_counts_only_when_the_right_one_is_absent() {
        assert_eq!(token(&[("authorisation", "Bearer a")]).as_deref(), Some("a"));
        assert_eq!(token(&[("authorisation", "Bearer a"), ("authorization", "Bearer b")]).as_deref(), Some("b"));
        assert_eq!(token(&[("authorisation", "Bearer a"), ("authorization", "Basic b")]), None);
    }

    #[test]
    fn two_tokens_are_none() {
        assert_eq!(token(&[("authorization", "Bearer a"), ("authorization", "Bearer b")]), None);
        assert_eq!(token(&[("authorisation", "Bearer a"), ("authorisation", "Bearer b")]), None);
    }
}
