use super::report::Outcome;
use super::*;
use crate::auth::password::Verdict;
use crate::secrets::{Place, Secret};
use crate::testing::{TestDatabase, on_both_engines};
use msgboxx_model::{Contact, ContactStatus, Inbox, Organisation, OrganisationId, Role, Template, User};
use msgboxx_store::{AccountRoute, SignInUser};
use std::path::Path;

on_both_engines!(
    the_documented_example_can_be_applied_and_a_second_run_changes_nothing,
    what_is_new_for_subscribers_writes_an_event_once,
    a_given_id_is_kept_and_secrets_are_sealed_for_their_place,
    only_what_differs_is_changed,
    a_password_is_set_when_the_user_is_made_and_never_changed_later,
    an_account_without_credentials_lives_on_the_simulator_with_made_up_ones,
    an_account_is_matched_by_its_number_and_may_get_another_name,
    what_is_no_longer_in_the_file_stays,
    entries_may_refer_to_what_an_earlier_file_made,
    what_contradicts_the_database_is_reported_with_its_line_and_nothing_is_changed,
    templates_become_what_the_cloud_api_takes,
    an_empty_database_is_filled_once,
    without_the_demonstration_there_is_the_administrator_and_nothing_else,
    nobody_is_made_administrator_of_a_database_that_was_provisioned,
);

/// The example of the operator's documentation, with secrets in place of dots.
const EXAMPLE: &str = include_str!("tests/example.toml");

/// An installation on a database.
struct Installation {
    store: Store,
    keys: InstallationKey,
    passwords: Passwords,
}

impl Installation {
    fn on(database: &TestDatabase) -> Self {
        let keys = InstallationKey::from_base64(InstallationKey::generate().expose()).expect("a key");
        Self { store: database.store.clone(), keys, passwords: Passwords::start().expect("threads") }
    }

    async fn with(database: &TestDatabase, text: &str) -> Self {
        let installation = Self::on(database);
        installation.apply(text).await;
        installation
    }

    async fn apply(&self, text: &str) -> Report {
        let file = read_text(text).unwrap_or_else(|mistakes| panic!("a good file: {mistakes:?}"));
        apply(&self.store, &self.keys, &self.passwords, file).await.unwrap_or_else(|error| panic!("applied: {error:?}"))
    }

    /// The mistakes that the database shows.
    async fn refuses(&self, text: &str) -> Vec<String> {
        let file = read_text(text).unwrap_or_else(|mistakes| panic!("a good file: {mistakes:?}"));
        match apply(&self.store, &self.keys, &self.passwords, file).await {
            Err(ProvisionError::Mistakes(mistakes)) => lines(&mistakes),
            other => panic!("mistakes, not {other:?}"),
        }
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl AsyncFn(&mut Tx<'_>, OrganisationId) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        let read = self.store.read(async move |tx: &mut Tx<'_>| {
            let organisation = tx.organisations().await?.first().map_or(OrganisationId(uuid::Uuid::nil()), |first| first.id);
            work(tx, organisation).await
        });
        read.await.expect("read")
    }

    async fn organisations(&self) -> Vec<Organisation> {
        self.read(async |tx, _| tx.organisations().await).await
    }

    async fn account(&self) -> AccountRoute {
        self.read(async |tx, _| tx.account_routes().await).await.remove(0)
    }

    async fn inboxes(&self) -> Vec<Inbox> {
        self.read(async |tx, organisation| tx.inboxes(organisation).await).await
    }

    async fn templates(&self) -> Vec<Template> {
        self.read(async |tx, organisation| tx.templates(organisation).await).await
    }

    async fn user(&self, email: &'static str) -> Option<User> {
        self.read(async |tx, _| tx.user_with_email(email).await).await.map(|(_, user)| user)
    }

    async fn signs_in(&self, email: &'static str, password: &str) -> bool {
        let user: Option<SignInUser> = self.read(async |tx, _| tx.user_for_sign_in(email).await).await;
        let verdict = self.passwords.verify(Secret::new(password.to_owned()), user.and_then(|user| user.password_hash)).await;
        matches!(verdict, Ok(Verdict::Right { .. }))
    }

    async fn contact(&self, number: &'static str) -> Option<Contact> {
        let account = self.account().await.api_account_id;
        self.read(async move |tx, organisation| {
            let identity = msgboxx_store::ContactIdentity {
                mobile_number: msgboxx_model::MobileNumber::parse(number).ok(),
                ..msgboxx_store::ContactIdentity::default()
            };
            tx.contact_with_identity(organisation, account, &identity).await
        })
        .await
    }

    async fn events(&self) -> Vec<String> {
        // On PostgreSQL the sequencer gives them their places.
        self.store.write(async |tx: &mut Tx<'_>| tx.number_events(1000).await).await.expect("numbered");
        let events = self.read(async |tx, organisation| tx.events_after(organisation, 0, 1000).await).await;
        events.into_iter().map(|event| event.name).collect()
    }
}

fn read_text(text: &str) -> Result<ProvisioningFile, Vec<Mistake>> {
    read(text, Path::new("x.toml"), &|name| (name == "A_SECRET").then(|| "from the environment".to_owned()))
}

fn lines(mistakes: &[Mistake]) -> Vec<String> {
    mistakes.iter().map(|mistake| format!("{}: {}", mistake.line, mistake.reason)).collect()
}

/// The mistakes that the text alone shows.
fn mistakes(text: &str) -> Vec<String> {
    lines(&read_text(text).expect_err("mistakes"))
}

async fn the_documented_example_can_be_applied_and_a_second_run_changes_nothing(database: &TestDatabase) {
    let installation = Installation::on(database);
    let first = installation.apply(EXAMPLE).await;
    assert_eq!([Outcome::Created, Outcome::Changed, Outcome::LeftAlone].map(|outcome| first.count(outcome)), [8, 0, 0], "{first}");
    let second = installation.apply(EXAMPLE).await;
    assert_eq!([Outcome::Created, Outcome::Changed, Outcome::LeftAlone].map(|outcome| second.count(outcome)), [0, 0, 8], "{second}");
    assert!(second.to_string().ends_with("0 created, 0 changed, 8 left alone"), "{second}");
}

async fn what_is_new_for_subscribers_writes_an_event_once(database: &TestDatabase) {
    let installation = Installation::with(database, EXAMPLE).await;
    installation.apply(EXAMPLE).await;
    assert_eq!(installation.events().await, ["apiaccount", "inbox", "template", "contact"]);
}

async fn a_given_id_is_kept_and_secrets_are_sealed_for_their_place(database: &TestDatabase) {
    let installation = Installation::with(database, EXAMPLE).await;
    let account = installation.account().await;
    assert_eq!(account.api_account_id.to_string(), "3fa85f64-5717-4562-b3fc-2c963f66afa6");
    let place = Place::of("api_accounts", "access_token_sealed", account.organisation_id, account.api_account_id);
    assert_eq!(
        installation.keys.open(&place, &account.access_token_sealed).map(|secret| secret.expose().to_owned()),
        Ok("token".to_owned())
    );
    assert!(!account.is_simulated);
}

async fn only_what_differs_is_changed(database: &TestDatabase) {
    let installation = Installation::with(database, EXAMPLE).await;
    let changed = EXAMPLE
        .replace("access_token = \"token\"", "access_token_env = \"A_SECRET\"")
        .replace("role = \"administrator\"", "role = \"agent\"")
        .replace("status = \"Presubscribed\"", "status = \"Unsubscribed\"");
    let report = installation.apply(&changed).await;
    assert_eq!([Outcome::Created, Outcome::Changed, Outcome::LeftAlone].map(|outcome| report.count(outcome)), [0, 3, 5], "{report}");
    assert_eq!(installation.user("john@example.com").await.map(|user| user.role), Some(Role::Agent));
    let contact = installation.contact("+447902111123").await.expect("still there");
    assert_eq!((contact.status, contact.tags), (ContactStatus::Unsubscribed, vec!["prospect".to_owned()]));
}

async fn a_password_is_set_when_the_user_is_made_and_never_changed_later(database: &TestDatabase) {
    let installation = Installation::with(database, EXAMPLE).await;
    installation.apply(&EXAMPLE.replace("a long passphrase", "another passphrase")).await;
    assert!(installation.signs_in("john@example.com", "a long passphrase").await);
    assert!(!installation.signs_in("john@example.com", "another passphrase").await);
}

async fn an_account_without_credentials_lives_on_the_simulator_with_made_up_ones(database: &TestDatabase) {
    let text = "[[organisation]]\nname = \"A\"\n[[organisation.api_account]]\nname = \"Shop\"\nphone_number = \"+44 7700 900001\"\n";
    let installation = Installation::with(database, text).await;
    let account = installation.account().await;
    assert!(account.is_simulated && account.base_url.is_empty() && account.phone_number_id.len() == 15);
    assert_eq!(installation.inboxes().await.into_iter().map(|inbox| inbox.name).collect::<Vec<_>>(), ["Shop"]);
    let again = installation.apply(text).await;
    assert_eq!(again.count(Outcome::LeftAlone), 2, "{again}");
    assert_eq!(installation.account().await, account, "what was made up stays");
}

async fn an_account_is_matched_by_its_number_and_may_get_another_name(database: &TestDatabase) {
    let text = "[[organisation]]\nname = \"A\"\n[[organisation.api_account]]\nname = \"Shop\"\nphone_number = \"+447700900001\"\n";
    let installation = Installation::with(database, text).await;
    let report = installation.apply(&text.replace("Shop", "Store")).await;
    assert_eq!((report.count(Outcome::Created), report.count(Outcome::Changed)), (0, 1), "{report}");
    assert_eq!(installation.account().await.name, "Store");
}

async fn what_is_no_longer_in_the_file_stays(database: &TestDatabase) {
    let installation = Installation::with(database, EXAMPLE).await;
    installation.apply("[[organisation]]\nname = \"Stitch Recruit\"\n").await;
    assert!(installation.contact("+447902111123").await.is_some() && installation.user("john@example.com").await.is_some());
}

async fn entries_may_refer_to_what_an_earlier_file_made(database: &TestDatabase) {
    let installation = Installation::with(database, EXAMPLE).await;
    let more = "[[organisation]]\nname = \"Stitch Recruit\"\n[[organisation.team]]\nname = \"Night\"\nusers = [\"JOHN@example.com\"]\n\
                api_accounts = [\"Stitch Recruit Contract\"]\n";
    assert_eq!(installation.apply(more).await.count(Outcome::Created), 1);
}

async fn what_contradicts_the_database_is_reported_with_its_line_and_nothing_is_changed(database: &TestDatabase) {
    let installation = Installation::with(database, EXAMPLE).await;
    let other = "[[organisation]]\nname = \"Other\"\n\
                 [[organisation.api_account]]\nname = \"Stolen\"\nphone_number = \"+447700900001\"\n\
                 [[organisation.api_account]]\nid = \"3fa85f64-5717-4562-b3fc-2c963f66afa6\"\nname = \"B\"\nphone_number = \"+447700900002\"\n\
                 [[organisation.user]]\nemail = \"John@Example.com\"\nrole = \"agent\"\n\
                 [[organisation.inbox]]\nname = \"x\"\napi_account = \"Stitch Recruit Contract\"\n\
                 [[organisation.team]]\nname = \"y\"\nusers = [\"john@example.com\"]\n\
                 [[organisation.user]]\nemail = \"new@example.com\"\nrole = \"agent\"\n";
    assert_eq!(
        installation.refuses(other).await,
        [
            "5: phone_number +447700900001 already belongs to another organisation",
            "7: id 3fa85f64-5717-4562-b3fc-2c963f66afa6 is already an API account of another organisation",
            "11: email John@Example.com already belongs to a user of another organisation",
            "15: unknown API account \"Stitch Recruit Contract\"",
            "18: unknown user john@example.com",
            "20: the user new@example.com is new and needs password, password_env or password_file",
        ]
    );
    assert_eq!(installation.organisations().await.len(), 1);
}

async fn templates_become_what_the_cloud_api_takes(database: &TestDatabase) {
    let installation = Installation::with(database, EXAMPLE).await;
    let template = installation.templates().await.remove(0);
    assert_eq!(template.example, ["John", "the house"]);
    let components: serde_json::Value = serde_json::from_str(&template.components).expect("JSON");
    assert_eq!(
        components,
        serde_json::json!([
            {"type": "HEADER", "format": "TEXT", "text": "Hello"},
            {"type": "BODY", "text": "Hi {{1}}, about {{2}}", "example": {"body_text": [["John", "the house"]]}},
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Yes"}]}
        ])
    );
}

async fn an_empty_database_is_filled_once(database: &TestDatabase) {
    let installation = Installation::on(database);
    let settings =
        crate::config::Settings::read(&crate::config::Flags::new(), &crate::config::Environment::default(), None).expect("defaults");
    let fill = || first_run(&installation.store, &installation.keys, &installation.passwords, &settings);
    let first = fill().await.expect("filled").expect("it was empty");
    let password = first.made_up_password.expect("none was set");
    assert!(installation.signs_in("admin@localhost", password.expose()).await);
    assert_eq!(installation.user("admin@localhost").await.map(|user| user.role), Some(Role::Administrator));
    assert_eq!(installation.organisations().await[0].name, "Demo");
    assert!(fill().await.expect("nothing to do").is_none());
}

async fn without_the_demonstration_there_is_the_administrator_and_nothing_else(database: &TestDatabase) {
    let installation = Installation::on(database);
    let flags = [("demo", "off"), ("admin_password", "chosen by the operator"), ("admin_email", "Boss@Example.com")];
    let flags = flags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let settings = crate::config::Settings::read(&flags, &crate::config::Environment::default(), None).expect("valid");
    let first = first_run(&installation.store, &installation.keys, &installation.passwords, &settings).await.expect("filled");
    assert!(first.expect("it was empty").made_up_password.is_none());
    assert!(installation.signs_in("boss@example.com", "chosen by the operator").await);
    assert_eq!(installation.organisations().await[0].name, "My organisation");
    assert!(installation.inboxes().await.is_empty() && installation.events().await.is_empty());
}

async fn nobody_is_made_administrator_of_a_database_that_was_provisioned(database: &TestDatabase) {
    let installation = Installation::with(database, EXAMPLE).await;
    let settings =
        crate::config::Settings::read(&crate::config::Flags::new(), &crate::config::Environment::default(), None).expect("defaults");
    let first = first_run(&installation.store, &installation.keys, &installation.passwords, &settings).await.expect("nothing to do");
    assert!(first.is_none() && installation.organisations().await.len() == 1);
}

#[test]
fn every_mistake_of_the_text_is_reported_with_its_line() {
    let text = include_str!("tests/mistakes.toml");
    for (line, content) in text.lines().enumerate() {
        let Some((_, expected)) = content.split_once("#! ") else { continue };
        let found = mistakes(text);
        let wanted = format!("{}: {expected}", line + 1);
        assert!(found.contains(&wanted), "{wanted}\nis not in\n{}", found.join("\n"));
    }
    assert_eq!(mistakes(text).len(), text.matches("#! ").count(), "{}", mistakes(text).join("\n"));
}

#[test]
fn a_text_that_is_not_toml_is_reported_with_its_line() {
    let found = mistakes("[[organisation]]\nname = \n");
    assert!(found[0].starts_with("2: "), "{found:?}");
}

#[test]
fn secrets_come_from_the_environment_and_from_files_beside_the_file() {
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::write(directory.path().join("token"), "from a file\n").expect("written");
    let text = EXAMPLE
        .replace("access_token = \"token\"", "access_token_file = \"token\"")
        .replace("app_secret = \"secret\"", "app_secret_env = \"A_SECRET\"");
    let path = directory.path().join("x.toml");
    let file = read(&text, &path, &|name| (name == "A_SECRET").then(|| "from the environment".to_owned())).expect("a good file");
    let whatsapp = file.organisations[0].api_accounts[0].whatsapp.as_ref().expect("given");
    assert_eq!((whatsapp.access_token.expose(), whatsapp.app_secret.expose()), ("from a file", "from the environment"));
}
