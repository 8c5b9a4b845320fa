use super::*;
use std::io::Write;

fn flags(pairs: &[(&str, &str)]) -> Flags {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(text.as_bytes()).expect("written");
    file
}

fn read(flags: &Flags, environment: &Environment) -> Result<Settings, String> {
    Settings::read(flags, environment, None).map_err(|error| error.to_string())
}

fn defaults() -> Settings {
    read(&Flags::new(), &Environment::default()).expect("the defaults are valid")
}

#[test]
fn the_defaults_are_the_documented_ones() {
    let settings = defaults();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.public_url.as_str(), "http://127.0.0.1:8080");
    assert_eq!(settings.database, Database::Sqlite("./data/msgboxx.db".into()));
    assert_eq!(settings.media, MediaLocation::Directory("./data/media".into()));
    assert_eq!(settings.simulator.mode, SimulatorMode::Auto);
    assert_eq!(settings.simulator.url.as_str(), "http://127.0.0.1:8081");
    assert_eq!(settings.simulator.timing, Timing::Brisk);
    assert_eq!(settings.clock, ClockSource::System);
    assert_eq!((settings.admin_email.as_str(), settings.admin_password.is_none(), settings.demo), ("admin@localhost", true, true));
    assert_eq!((settings.rate_limit, settings.token_life), (6000, Duration::from_hours(1)));
    assert!(settings.statement_cache && settings.require_calling_application && !settings.contact_deletion);
    assert!(settings.trusted_proxies.is_empty() && settings.cors_origins.is_empty() && settings.webhook_allow.is_empty());
    assert!(settings.metrics_listen.is_none() && settings.smtp_url.is_none() && settings.secret_key.is_none());
    assert_eq!((settings.log.filter.as_str(), settings.log.format), ("info", LogFormat::Text));
}

#[test]
fn a_flag_beats_the_environment_which_beats_the_file() {
    let file = file("listen = \"127.0.0.1:1\"\nrate_limit = 1\ntoken_minutes = 1\n");
    let environment = Environment::from([("MSGBOXX_LISTEN", "127.0.0.1:2"), ("MSGBOXX_RATE_LIMIT", "2")]);
    let settings = Settings::read(&flags(&[("listen", "127.0.0.1:3")]), &environment, Some(file.path())).expect("valid");
    assert_eq!((settings.listen.port(), settings.rate_limit, settings.token_life), (3, 2, Duration::from_mins(1)));
}

#[test]
fn addresses_follow_the_listeners_that_are_set() {
    let given = flags(&[("listen", "0.0.0.0:90"), ("simulator_listen", "127.0.0.1:91"), ("data_dir", "/srv/x")]);
    let settings = read(&given, &Environment::default()).expect("valid");
    assert_eq!((settings.public_url.as_str(), settings.simulator.url.as_str()), ("http://0.0.0.0:90", "http://127.0.0.1:91"));
    assert_eq!(settings.database, Database::Sqlite("/srv/x/msgboxx.db".into()));
}

#[test]
fn databases_are_read_from_their_urls() {
    let database = |url| read(&flags(&[("database_url", url)]), &Environment::default()).map(|settings| settings.database);
    assert_eq!(database("sqlite:some/file.db"), Ok(Database::Sqlite("some/file.db".into())));
    assert_eq!(database("postgresql://u:p@h/d"), Ok(Database::Postgres("postgresql://u:p@h/d".to_owned())));
    assert!(database("mysql://h/d").is_err());
}

#[test]
fn a_file_may_use_numbers_truth_values_and_lists() {
    let file = file("demo = false\nrate_limit = 0\ntrusted_proxies = [\"10.0.0.0/8\", \"192.0.2.1\"]\n");
    let settings = Settings::read(&Flags::new(), &Environment::default(), Some(file.path())).expect("valid");
    assert_eq!((settings.demo, settings.rate_limit, settings.trusted_proxies.len()), (false, 0, 2));
}

#[test]
fn an_unknown_key_in_the_file_is_an_error_with_its_line() {
    let file = file("# mine\nlisten = \"127.0.0.1:1\"\n\ncolour = \"red\"\n[section]\n");
    let error = Settings::read(&Flags::new(), &Environment::default(), Some(file.path())).expect_err("unknown").to_string();
    assert!(error.contains(":4: unknown setting colour") && error.contains(":5: unknown setting section"), "{error}");
}

#[test]
fn a_file_that_is_named_must_be_there_and_be_toml() {
    let missing = Settings::read(&Flags::new(), &Environment::default(), Some(Path::new("/nowhere.toml")));
    assert!(missing.expect_err("missing").to_string().contains("/nowhere.toml cannot be read"));
    let file = file("listen = \"127.0.0.1:1\"\nlisten\n");
    let error = Settings::read(&Flags::new(), &Environment::default(), Some(file.path())).expect_err("no TOML").to_string();
    assert!(error.contains(":2: "), "{error}");
}

#[test]
fn every_bad_value_is_reported_with_where_it_was_given_and_why() {
    let environment = Environment::from([("MSGBOXX_LISTEN", "here"), ("MSGBOXX_SIMULATOR", "maybe")]);
    let file = file("\ntoken_minutes = 0\n");
    let error = Settings::read(&flags(&[("demo", "perhaps")]), &environment, Some(file.path())).expect_err("bad");
    let text = error.to_string();
    for part in [
        "MSGBOXX_LISTEN must be an address and a port such as 127.0.0.1:8080, not \"here\"",
        "MSGBOXX_SIMULATOR must be auto, on or off, not \"maybe\"",
        ":2: token_minutes must be a number from 1 to 525600, not \"0\"",
        "--demo must be on or off, not \"perhaps\"",
    ] {
        assert!(text.contains(part), "{text}");
    }
    assert!(!error.is_usage(), "not all of it was given on the command line");
}

#[test]
fn a_bad_flag_is_wrong_usage() {
    let error = Settings::read(&flags(&[("demo", "perhaps")]), &Environment::default(), None).expect_err("bad");
    assert!(error.is_usage());
}

#[test]
fn secrets_are_not_shown_in_errors_nor_in_the_settings() {
    let error = read(&flags(&[("smtp_url", "canary"), ("database_url", "canary")]), &Environment::default()).expect_err("bad");
    assert!(!error.contains("canary"), "{error}");
    let given = [
        ("secret_key", "canary"),
        ("admin_password", "canary"),
        ("database_url", "postgres://canary@h/d"),
        ("smtp_url", "smtp://canary@h"),
    ];
    let settings = read(&flags(&given), &Environment::default()).expect("valid");
    assert!(!format!("{settings:?}").contains("canary"));
}

#[test]
fn an_empty_variable_counts_as_not_given() {
    assert_eq!(read(&Flags::new(), &Environment::from([("MSGBOXX_LISTEN", "")])).map(|s| s.listen.port()), Ok(8080));
}

/// The catalogue and the typed settings name the same things: each changed setting changes the result or fails.
#[test]
fn every_setting_in_the_catalogue_is_read() {
    for setting in catalog::settings() {
        let value = if setting.default == "on" { "off" } else { "%" };
        let read = read(&flags(&[(setting.key, value)]), &Environment::default());
        let is_read = read.map_or(true, |settings| format!("{settings:?}") != format!("{:?}", defaults()));
        assert!(is_read, "{} is not read", setting.key);
    }
}
