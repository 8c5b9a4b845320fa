//! Tokens: signing in, refreshing, signing out.
//!
//! The refresh token travels only in a cookie that scripts cannot read and other sites cannot send.

mod cookie;

use super::ApiResult;
use super::answer::json;
use super::body::Body;
use super::edge::Notes;
use super::fields::{Fields, FromFields, Noted};
use super::openapi::body_schema;
use super::problem::{Code, Problem};
use super::query::{Nothing, Query};
use super::views::{TokenView, samples};
use crate::app::App;
use crate::auth::address::client_address;
use crate::auth::caller;
use crate::auth::refresh::{self, RefreshError, Tickets};
use crate::auth::sign_in::{self, Credentials, SignInError};
use crate::secrets::Secret;
use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::response::IntoResponse;
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// Characters in the name of a calling application.
const LONGEST_APPLICATION: usize = 200;
/// Characters in a user name or a password.
pub(super) const LONGEST_CREDENTIAL: usize = 1000;

/// What the calling program calls itself.
pub(super) struct CallingApplication(String);

impl FromRequestParts<Arc<App>> for CallingApplication {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        match calling_application(&parts.headers) {
            Some(name) => Ok(Self(name)),
            None if app.settings.require_calling_application => Err(Code::CallingApplicationRequired.into()),
            None => Ok(Self("unknown".to_owned())),
        }
    }
}

fn calling_application(headers: &HeaderMap) -> Option<String> {
    let name = str::from_utf8(headers.get("x-calling-application")?.as_bytes()).ok()?.trim();
    (1..=LONGEST_APPLICATION).contains(&name.chars().count()).then(|| name.to_owned())
}

/// Where the request comes from.
pub(super) struct ClientAddress(IpAddr);

impl FromRequestParts<Arc<App>> for ClientAddress {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
        Ok(Self(client_address(peer, &parts.headers, &app.settings.trusted_proxies)))
    }
}

/// A user name and a password.
pub(super) struct SignIn {
    username: String,
    password: Secret,
}

impl FromFields for SignIn {
    fn read(fields: &mut Fields) -> Result<Self, Noted> {
        // Unlike other texts a password keeps the white space around it.
        let read = |text: &str| {
            if text.chars().count() > LONGEST_CREDENTIAL { Err("must have at most 1000 characters".into()) } else { Ok(text.to_owned()) }
        };
        let (username, password) = (fields.required("username", read), fields.required("password", read));
        Ok(Self { username: username?, password: Secret::new(password?) })
    }
}

body_schema!(SignIn as "SignIn", "A user name and a password.", samples::sign_in);

/// Get an access token.
///
/// Call it once and keep the token until it expires. The refresh token comes in the cookie `refreshToken`.
#[utoipa::path(post, path = "/oauth/token", tag = "Token", operation_id = "createToken", request_body = SignIn,
    responses((status = 200, description = "The token", body = TokenView<'static>)))]
pub(super) async fn create_token(
    State(app): State<Arc<App>>,
    CallingApplication(calling_application): CallingApplication,
    ClientAddress(address): ClientAddress,
    _: Query<Nothing>,
    Body { value: SignIn { username, password }, .. }: Body<SignIn>,
) -> ApiResult {
    let tickets = sign_in::sign_in(&app, Credentials { username, password, calling_application, address }).await?;
    hand_out(&tickets)
}

fn hand_out(tickets: &Tickets) -> ApiResult {
    let mut response = json(&TokenView::new(tickets.access.token.expose(), tickets.access.expires_at))?;
    response.headers_mut().insert(header::SET_COOKIE, cookie::set(&tickets.refresh)?);
    Ok(response)
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Wrong => Code::InvalidCredentials.into(),
            SignInError::TooMany { retry_after } => Problem::new(Code::TooManyRequests).retry_after(retry_after.as_secs().max(1)),
            SignInError::Busy(_) => Problem::new(Code::Unavailable).retry_after(1),
            SignInError::Store(error) => error.into(),
        }
    }
}

/// Get the next access token.
///
/// Takes the cookie `refreshToken` and replaces it. A cookie that comes a second time ends the whole family.
#[utoipa::path(post, path = "/oauth/refresh", tag = "Token", operation_id = "refreshToken",
    responses((status = 200, description = "The token", body = TokenView<'static>)))]
pub(super) async fn refresh_token(
    State(app): State<Arc<App>>,
    CallingApplication(calling_application): CallingApplication,
    headers: HeaderMap,
    _: Query<Nothing>,
) -> ApiResult {
    refuse_foreign_pages(&app, &headers)?;
    let token = cookie::read(&headers).ok_or(Code::InvalidToken)?;
    let user_agent = headers.get(header::USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let client = refresh::Client { calling_application, user_agent: user_agent.unwrap_or_default() };
    match refresh::refresh(&app, token, client).await {
        Ok(tickets) => hand_out(&tickets),
        Err(RefreshError::Store(error)) => Err(error.into()),
        Err(RefreshError::Invalid) => {
            let mut response = Problem::new(Code::InvalidToken).into_response();
            response.headers_mut().insert(header::SET_COOKIE, cookie::CLEARED);
            Ok(response)
        }
    }
}

/// Sign out.
///
/// Ends the session of the refresh token, and of the access token if one is sent, and clears the cookie.
#[utoipa::path(post, path = "/oauth/revoke", tag = "Token", operation_id = "revokeToken",
    responses((status = 204, description = "Signed out")))]
pub(super) async fn revoke_token(State(app): State<Arc<App>>, notes: Notes, headers: HeaderMap, _: Query<Nothing>) -> ApiResult {
    refuse_foreign_pages(&app, &headers)?;
    if let Some(token) = cookie::read(&headers) {
        refresh::revoke(&app, token).await?;
    }
    if let Ok(grant) = caller::grant(&headers, &app, &notes) {
        refresh::end_session(&app, grant.organisation, grant.session).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie::CLEARED)]).into_response())
}

/// A page of another origin may not use the cookie, whatever CORS allows it otherwise.
fn refuse_foreign_pages(app: &App, headers: &HeaderMap) -> Result<(), Problem> {
    let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
    let is_ours = origin.to_str().is_ok_and(|origin| origin.eq_ignore_ascii_case(app.settings.public_url.as_str()));
    if is_ours { Ok(()) } else { Err(Code::Forbidden.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn an_application_has_a_name_of_1_to_200_characters() {
        let named = |name: &str| {
            let headers = HeaderMap::from_iter([(
                header::HeaderName::from_static("x-calling-application"),
                HeaderValue::from_bytes(name.as_bytes()).expect("a header"),
            )]);
            calling_application(&headers)
        };
        assert_eq!(named("  My Application Name Here ").as_deref(), Some("My Application Name Here"));
        assert_eq!(named(&"é".repeat(200)).as_deref(), Some("é".repeat(200).as_str()));
        for bad in ["", "  ", &"x".repeat(201)] {
            assert_eq!(named(bad), None, "{bad:?}");
        }
        assert_eq!(calling_application(&HeaderMap::new()), None);
    }

    #[test]
    fn a_password_keeps_its_white_space() {
        let members = vec![
            ("username".to_owned(), super::super::fields::Json::Text("ana@example.com".to_owned())),
            ("password".to_owned(), super::super::fields::Json::Text(" secret ".to_owned())),
        ];
        let (sign_in, _) = Fields::of_body(members).into_value::<SignIn>(false).expect("whole");
        assert_eq!(sign_in.password.expose(), " secret ");
    }
}
