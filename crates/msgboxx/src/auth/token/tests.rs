use super::*;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

const NOW: i64 = 1_700_000_000;

fn key(kid: &str, secret: &str) -> TokenKey {
    TokenKey { kid: kid.to_owned(), secret: Secret::new(secret.repeat(4)) }
}

fn tokens() -> Tokens {
    Tokens::new(&[key("1", "first secret"), key("2", "second secret")], Duration::from_hours(1)).expect("keys")
}

fn grant() -> Grant {
    let id = Uuid::from_u128;
    Grant { user: UserId(id(1)), organisation: OrganisationId(id(2)), session: SessionId(id(3)), calling_application: "My App".to_owned() }
}

fn at(seconds: i64) -> Instant {
    Instant::from_seconds(seconds)
}

fn encode(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// Signs any two texts with a key that the installation has.
fn signed(header: &str, claims: &str, secret: &str) -> String {
    let message = format!("{}.{}", encode(header), encode(claims));
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret.repeat(4).as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(aws_lc_rs::hmac::sign(&key, message.as_bytes())))
}

fn good_header() -> String {
    let header = encoded_header("2");
    String::from_utf8(URL_SAFE_NO_PAD.decode(header).expect("base64")).expect("JSON")
}

fn good_claims() -> Value {
    let id = |n| Uuid::from_u128(n).to_string();
    json!({"iss": "msgboxx", "aud": "msgboxx-api", "sub": id(1), "org": id(2), "sid": id(3), "app": "My App",
           "iat": NOW, "nbf": NOW, "exp": NOW + 3600, "jti": id(4)})
}

fn with(member: &str, value: Value) -> String {
    let mut claims = good_claims();
    claims[member] = value;
    claims.to_string()
}

fn without(member: &str) -> String {
    let mut claims = good_claims();
    claims.as_object_mut().expect("an object").remove(member);
    claims.to_string()
}

#[test]
fn an_issued_token_says_who_the_caller_is() {
    let issued = tokens().issue(&grant(), at(NOW));
    assert_eq!(tokens().verify(issued.token.expose(), at(NOW)), Ok(grant()));
}

#[test]
fn the_claim_exp_is_the_instant_that_clients_are_told() {
    let issued = tokens().issue(&grant(), at(NOW).plus(Duration::from_millis(999)));
    let payload = issued.token.expose().split('.').nth(1).expect("three parts").to_owned();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).expect("base64")).expect("JSON");
    assert_eq!(claims["exp"].as_i64(), Some(NOW + 3600));
    assert_eq!(issued.expires_at, at(NOW + 3600));
}

#[test]
fn a_token_ends_at_its_second() {
    let issued = tokens().issue(&grant(), at(NOW));
    let last = at(NOW + 3600).minus(Duration::from_micros(1));
    assert_eq!(tokens().verify(issued.token.expose(), last), Ok(grant()));
    assert_eq!(tokens().verify(issued.token.expose(), at(NOW + 3600)), Err(TokenError::Expired));
}

#[test]
fn two_tokens_of_one_moment_are_different() {
    let tokens = tokens();
    assert_ne!(tokens.issue(&grant(), at(NOW)).token, tokens.issue(&grant(), at(NOW)).token);
}

#[test]
fn older_keys_still_verify_and_unknown_ones_do_not() {
    let old = Tokens::new(&[key("1", "first secret")], Duration::from_hours(1)).expect("a key");
    assert_eq!(tokens().verify(old.issue(&grant(), at(NOW)).token.expose(), at(NOW)), Ok(grant()));
    let foreign = Tokens::new(&[key("3", "third secret")], Duration::from_hours(1)).expect("a key");
    assert_eq!(tokens().verify(foreign.issue(&grant(), at(NOW)).token.expose(), at(NOW)), Err(TokenError::Invalid));
}

#[test]
fn a_small_difference_between_two_nodes_clocks_is_forgiven() {
    let ahead = tokens().issue(&grant(), at(NOW + 30));
    assert_eq!(tokens().verify(ahead.token.expose(), at(NOW)), Ok(grant()));
}

/// The premise of the tables below: what they change is the only thing that is wrong.
#[test]
fn the_hand_made_token_is_accepted_as_it_is() {
    let token = signed(&good_header(), &good_claims().to_string(), "second secret");
    assert_eq!(tokens().verify(&token, at(NOW)), Ok(grant()));
}

#[test]
fn no_other_header_is_accepted_though_the_signature_is_right() {
    let forged = [
        r#"{"typ":"at+jwt","alg":"none","kid":"2"}"#,
        r#"{"typ":"at+jwt","alg":"None","kid":"2"}"#,
        r#"{"typ":"at+jwt","alg":"nOnE","kid":"2"}"#,
        r#"{"typ":"at+jwt","alg":"","kid":"2"}"#,
        r#"{"typ":"at+jwt","alg":null,"kid":"2"}"#,
        r#"{"typ":"at+jwt","alg":"HS384","kid":"2"}"#,
        r#"{"typ":"at+jwt","alg":"HS512","kid":"2"}"#,
        r#"{"typ":"at+jwt","alg":"hs256","kid":"2"}"#,
        r#"{"typ":"at+jwt","alg":"RS256","kid":"2"}"#,
        r#"{"typ":"at+jwt","alg":"PS256","kid":"2"}"#,
        r#"{"typ":"at+jwt","alg":"ES256","kid":"2"}"#,
        r#"{"typ":"at+jwt","alg":"EdDSA","kid":"2"}"#,
        r#"{"typ":"JWT","alg":"HS256","kid":"2"}"#,
        r#"{"typ":"rt+jwt","alg":"HS256","kid":"2"}"#,
        r#"{"alg":"HS256","kid":"2"}"#,
        r#"{"typ":"at+jwt","alg":"HS256"}"#,
        r#"{"typ":"at+jwt","alg":"HS256","kid":""}"#,
        r#"{"typ":"at+jwt","alg":"HS256","kid":"3"}"#,
        r#"{"typ":"at+jwt","alg":"HS256","kid":2}"#,
        r#"{"typ":"at+jwt","alg":"HS256","kid":["2"]}"#,
        r#"{"typ":"at+jwt","alg":"HS256","kid":"../../../dev/null"}"#,
        r#"{"typ":"at+jwt","alg":"HS256","kid":"/proc/sys/kernel/ostype"}"#,
        r#"{"typ":"at+jwt","alg":"HS256","kid":"2' or '1'='1"}"#,
        r#"{"typ":"at+jwt","alg":"HS256","kid":"2\u0000"}"#,
        r#"{"typ":"at+jwt","alg":"HS256","kid":"https://evil.example/key"}"#,
        r#"{"typ":"at+jwt","alg":"HS256","kid":"2","jku":"https://evil.example/jwks.json"}"#,
        r#"{"typ":"at+jwt","alg":"HS256","kid":"2","x5u":"https://evil.example/cert.pem"}"#,
        r#"{"typ":"at+jwt","alg":"HS256","kid":"2","jwk":{"kty":"oct","k":"AAAA"}}"#,
        r#"{"typ":"at+jwt","alg":"HS256","kid":"2","x5c":["AAAA"]}"#,
        r#"{"typ":"at+jwt","alg":"HS256","kid":"2","crit":["exp"]}"#,
        r#"{"typ":"at+jwt","alg":"HS256","kid":"2","b64":false}"#,
        r#"{"typ":"at+jwt","alg":"HS256","kid":"2","zip":"DEF"}"#,
        r#"{"typ":"at+jwt","alg":"HS256","kid":"2","kid":"2"}"#,
        r#"{"typ":"at+jwt","alg":"none","alg":"HS256","kid":"2"}"#,
        r#" {"typ":"at+jwt","alg":"HS256","kid":"2"}"#,
        r#"["typ","alg"]"#,
        "null",
        "",
    ];
    for header in forged {
        assert_ne!(header, good_header());
        for secret in ["second secret", "first secret", ""] {
            let token = signed(header, &good_claims().to_string(), secret);
            assert_eq!(tokens().verify(&token, at(NOW)), Err(TokenError::Invalid), "{header}");
        }
    }
}

#[test]
fn a_known_kid_with_another_keys_signature_is_refused() {
    let token = signed(&good_header(), &good_claims().to_string(), "first secret");
    assert_eq!(tokens().verify(&token, at(NOW)), Err(TokenError::Invalid));
}

#[test]
fn claims_that_are_not_exactly_ours_are_refused() {
    let twice = good_claims().to_string().replacen('{', &format!(r#"{{"sub":"{}","#, Uuid::from_u128(9)), 1);
    let forged = [
        with("iss", json!("other")),
        with("iss", json!(["msgboxx"])),
        with("iss", json!("MSGBOXX")),
        with("aud", json!("other")),
        with("aud", json!(["msgboxx-api", "other"])),
        with("aud", json!("")),
        with("sub", json!("admin")),
        with("sub", json!({"$ne": 1})),
        with("sub", json!(1)),
        with("org", json!(null)),
        with("sid", json!("' or 1=1")),
        with("app", json!(1)),
        with("exp", json!("9999999999")),
        with("exp", json!("1e400")).replace("\"1e400\"", "1e400"),
        with("exp", json!(9_999_999_999.5)),
        with("exp", json!(null)),
        with("nbf", json!(NOW + 3600)),
        with("iat", json!(NOW + 3600)),
        with("role", json!("administrator")),
        with("scope", json!("admin")),
        without("iss"),
        without("aud"),
        without("sub"),
        without("org"),
        without("sid"),
        without("exp"),
        without("nbf"),
        without("iat"),
        twice,
        "[]".to_owned(),
        "null".to_owned(),
        "{}".to_owned(),
        String::new(),
    ];
    for claims in forged {
        let token = signed(&good_header(), &claims, "second secret");
        assert_eq!(tokens().verify(&token, at(NOW)), Err(TokenError::Invalid), "{claims}");
    }
}

#[test]
fn an_expired_token_stays_expired_however_the_number_is_written() {
    for exp in [json!(NOW), json!(NOW - 1), json!(0), json!(-1), json!(i64::MIN)] {
        let token = signed(&good_header(), &with("exp", exp), "second secret");
        assert_eq!(tokens().verify(&token, at(NOW)), Err(TokenError::Expired));
    }
}

#[test]
fn no_changed_character_is_accepted() {
    let issued = tokens().issue(&grant(), at(NOW));
    let token = issued.token.expose();
    for place in 0..token.len() {
        for replacement in ["A", "B", "_", ".", "=", " "] {
            let mut changed = token.to_owned();
            changed.replace_range(place..=place, replacement);
            if changed != token {
                assert_eq!(tokens().verify(&changed, at(NOW)), Err(TokenError::Invalid), "{place} {replacement:?}");
            }
        }
    }
}

#[test]
fn a_token_in_any_other_form_is_refused() {
    let issued = tokens().issue(&grant(), at(NOW));
    let token = issued.token.expose();
    let parts: Vec<&str> = token.split('.').collect();
    let unsigned = format!("{}.{}", parts[0], parts[1]);
    for form in [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        unsigned.clone(),
        format!("{unsigned}."),
        format!("{token}."),
        format!("{token}.x"),
        format!(".{token}"),
        format!("{token}="),
        format!("{token} "),
        format!(" {token}"),
        format!("{token}\n"),
        format!("{}.{}.{}", parts[1], parts[0], parts[2]),
        format!("{}.{}.{}.{}.{}", parts[0], parts[1], parts[2], parts[1], parts[2]),
        token.to_uppercase(),
        "x".repeat(1_000_000),
        format!("{unsigned}.{}", "A".repeat(43)),
    ] {
        assert_eq!(tokens().verify(&form, at(NOW)), Err(TokenError::Invalid), "{}", &form[..form.len().min(80)]);
    }
}
