//! Every path of the program, in one list.

use crate::api::edge::{Edge, edge};
use crate::api::problem::{Code, Problem};
use crate::app::App;
use axum::Router;
use axum::extract::Request;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use http::Uri;
use http::uri::PathAndQuery;
use std::convert::Infallible;
use std::sync::Arc;
use tower::ServiceExt;

/// The whole program's routes.
pub fn router(app: Arc<App>) -> Router {
    let settings = &app.settings;
    let state = Arc::new(Edge {
        public_url: settings.public_url.as_str().to_owned(),
        cors_origins: settings.cors_origins.clone(),
        alias_uses: app.alias_uses.clone(),
    });
    let api = Router::from(crate::api::routes())
        .merge(crate::health::router())
        .merge(crate::metrics::router())
        .merge(crate::cloud_webhook::router())
        .merge(crate::media::router());
    let api = with_fallbacks(api).with_state(app.clone());
    // The web inbox has a trailing slash of its own, so it stands before the place where they go.
    with_fallbacks(crate::web::router())
        .with_state(app)
        .fallback_service(without_trailing_slash(api))
        .layer(from_fn_with_state(state, edge))
}

fn with_fallbacks(router: Router<Arc<App>>) -> Router<Arc<App>> {
    router.fallback(async || Problem::new(Code::NotFound)).method_not_allowed_fallback(async || Problem::new(Code::MethodNotAllowed))
}

/// Answers a path with a slash at its end as the path without it; never by a redirect, since clients
/// turn a redirected POST into a GET.
fn without_trailing_slash(
    router: Router,
) -> impl tower::Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static {
    tower::service_fn(move |mut request: Request| {
        if let Some(uri) = stripped(request.uri()) {
            *request.uri_mut() = uri;
        }
        router.clone().oneshot(request)
    })
}

/// The same address without one slash at the end of its path, if it has one.
fn stripped(uri: &Uri) -> Option<Uri> {
    let path = uri.path().strip_suffix('/').filter(|path| !path.is_empty() && !path.ends_with('/'))?;
    let path_and_query = uri.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(path_and_query).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slash_at_the_end_of_a_path_goes() {
        let without = |uri: &str| stripped(&uri.parse().expect("a URI")).map(|uri| uri.to_string());
        assert_eq!(without("/contact/").as_deref(), Some("/contact"));
        assert_eq!(without("/contact/?page=1/").as_deref(), Some("/contact?page=1/"));
        assert_eq!(without("http://h.example/contact/").as_deref(), Some("http://h.example/contact"));
        for uri in ["/", "/contact", "/contact?page=/", "/contact//", "//"] {
            assert_eq!(without(uri), None, "{uri}");
        }
    }
}
