//! The id in a path.

use super::fields::value;
use super::problem::{Code, Problem};
use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;
use uuid::Uuid;

/// The id that a path names. What is not a UUID names nothing: 404.
#[derive(Debug, Clone, Copy)]
pub(super) struct PathId<T>(pub(super) T);

impl<S: Send + Sync, T: From<Uuid> + Send> FromRequestParts<S> for PathId<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let parameters = RawPathParams::from_request_parts(parts, state).await.map_err(|_| Code::NotFound)?;
        let id = parameters.iter().next().and_then(|(_, text)| value::uuid(text));
        id.map(|id| Self(T::from(id))).ok_or_else(|| Code::NotFound.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, routing::get};
    use http::{Request, StatusCode};
    use tower::ServiceExt;

    async fn status(path: &str) -> StatusCode {
        async fn found(PathId(_): PathId<Uuid>) {}
        let router: Router = Router::new().route("/contact/{id}", get(found));
        let request = Request::get(path).body(Body::empty()).expect("a request");
        router.oneshot(request).await.expect("infallible").status()
    }

    #[tokio::test]
    async fn any_hyphenated_uuid_is_an_id_and_nothing_else_is() {
        for (id, expected) in [
            ("17b5c90a-7465-1097-b2db-66afa62c963f", 200),
            ("17B5C90A-7465-1097-B2DB-66AFA62C963F", 200),
            ("%317b5c90a-7465-1097-b2db-66afa62c963f", 200),
            ("1", 404),
            ("%FF", 404),
            ("%00", 404),
            ("..%2F17b5c90a-7465-1097-b2db-66afa62c963f", 404),
            ("17b5c90a746510977b2db66afa62c963f", 404),
        ] {
            assert_eq!(status(&format!("/contact/{id}")).await.as_u16(), expected, "{id}");
        }
    }
}
