//! Whether what customers write reaches us: the subscription at WhatsApp, and our own webhook as WhatsApp would call it.

use crate::account_health::Look;
use crate::accounts::Account;
use crate::cli::doctor::Findings;
use crate::config::Settings;
use crate::provision::entries::is_real;
use msgboxx_cloud_api::signature;
use msgboxx_cloud_api::webhook::Verification;

/// A post of WhatsApp about nothing: signed, it is taken and changes nothing.
const EMPTY_POST: &str = r#"{"object":"whatsapp_business_account","entry":[]}"#;

pub(super) fn report_subscription(findings: &mut Findings, what: &str, look: &Look, settings: &Settings, is_simulated: bool) {
    let (Ok(number), Some(apps)) = (&look.number, &look.apps) else { return };
    match apps {
        Ok(apps) if apps.is_empty() => {
            findings.broken(what, "webhook subscription: no app receives what customers write: subscribe yours to the business account");
        }
        Ok(apps) => findings.fine(what, format!("webhook subscription: {} receives what customers write", named(apps.len()))),
        Err(error) => findings.broken(what, format!("webhook subscription: {error}")),
    }
    let addresses = &number.webhooks;
    let used = addresses.phone_number.as_ref().or(addresses.business_account.as_ref()).or(addresses.application.as_ref());
    let ours = format!("{}/whatsapp/webhook", settings.public_url);
    if let Some(used) = used.filter(|used| !is_simulated && **used != ours) {
        findings.note(what, format!("webhook subscription: WhatsApp posts to {used}, while we are reached at {ours}"));
    }
}

fn named(apps: usize) -> String {
    if apps == 1 { "one app".to_owned() } else { format!("each of {apps} apps") }
}

pub(super) fn report_address(findings: &mut Findings, what: &str, settings: &Settings, account: &Account) {
    if is_real(&account.route.base_url) && !settings.public_url.as_str().starts_with("https://") {
        findings.broken(what, format!("WhatsApp calls https addresses only, and MSGBOXX_PUBLIC_URL is {}", settings.public_url));
    }
}

/// Calls our own webhook as WhatsApp does when it is set up.
pub(super) async fn verification(http: &reqwest::Client, settings: &Settings, account: &Account) -> Result<String, String> {
    let question = Verification { verify_token: account.verify_token.expose().to_owned(), challenge: "doctor".to_owned() };
    let mut url = address(settings)?;
    url.set_query(Some(&question.to_query()));
    let shown = settings.public_url.as_str();
    let answer = http.get(url).send().await.map_err(|_| format!("webhook: nobody answers at {shown}: is msgboxx serve running?"))?;
    match answer.text().await.as_deref() {
        Ok("doctor") => Ok(format!("webhook: {shown} answers with the verify token")),
        _ => Err(format!("webhook: {shown} does not answer as msgboxx with this verify token does")),
    }
}

/// Posts to our own webhook, signed as WhatsApp signs.
pub(super) async fn signature(http: &reqwest::Client, settings: &Settings, account: &Account) -> Result<String, String> {
    let signed = signature::sign(account.app_secret.expose(), EMPTY_POST.as_bytes());
    let post = http.post(address(settings)?).header(signature::HEADER, signed).header("content-type", "application/json").body(EMPTY_POST);
    let answer = post.send().await.map_err(|_| "signature: nobody answers".to_owned())?;
    match answer.status().as_u16() {
        200 => Ok("signature: what is signed with the app secret is taken".to_owned()),
        401 => Err("signature: what is signed with the app secret is refused: another database answers there".to_owned()),
        status => Err(format!("signature: the webhook answers {status}")),
    }
}

fn address(settings: &Settings) -> Result<url::Url, String> {
    url::Url::parse(&format!("{}/whatsapp/webhook", settings.public_url)).map_err(|error| error.to_string())
}
