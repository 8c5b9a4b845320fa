//! The whole program in one process, with a world that every test finds: two organisations, their
//! people, accounts and customers (see `provision.toml`), and a customer's phone.

mod answer;
mod caller;
mod database;
mod receiver;
mod whatsapp;

pub(crate) use answer::Answer;
pub(crate) use caller::{APPLICATION, Caller};
pub(crate) use database::Engine;
pub(crate) use receiver::{Call, Receiver};

use database::TestDatabase;
use msgboxx::app::{App, open_store};
use msgboxx::clock::Clock;
use msgboxx::config::{Environment, Flags, Settings};
use msgboxx::simulated::{self, Numbers};
use msgboxx::{http, jobs, provision, router};
use msgboxx_simulator::{SimulatorClock, SimulatorHandle};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The account of most tests.
pub(crate) const ACCOUNT: &str = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
/// An account of the same organisation that the agent may not see.
pub(crate) const OFFICE: &str = "7f2280ed-40bd-4bba-a813-a833f022cdf9";
/// An account of another organisation.
pub(crate) const FOREIGN: &str = "cbe2b1f5-e732-459c-982b-541e4f134cb3";
pub(crate) const INBOX: &str = "84ca7cae-b7aa-47da-bafa-b9bb4acd2c7e";
pub(crate) const ADMINISTRATOR: &str = "f771cea9-cae7-4155-aff9-199ca1fcc690";
pub(crate) const AGENT: &str = "8492a9d3-af16-4375-ba7c-9f67325a6a3d";
/// Somebody without any account.
pub(crate) const NOBODY: &str = "cd30d620-9a0e-428d-86a6-acaa54be9b72";
pub(crate) const TEAM: &str = "ba8ed474-11d2-4e40-a35d-61c25ec5b894";
/// A team that is linked to the office only.
pub(crate) const OFFICE_TEAM: &str = "dac042bb-31b6-41fe-b70a-20f5d73c0464";
pub(crate) const TEMPLATE: &str = "0bbadd13-0e3f-4ebb-9f65-9e6ee460d7ba";
/// A template that WhatsApp refused.
pub(crate) const REJECTED_TEMPLATE: &str = "0bbadd13-0e3f-4ebb-9f65-9e6ee460d7bb";
/// The customer of the account.
pub(crate) const CONTACT: &str = "17b5c90a-7465-1097-b2db-66afa62c963f";
/// A customer of the office.
pub(crate) const OFFICE_CONTACT: &str = "a38f0fc8-cb26-4266-bbd9-35eb8dbd6947";
/// A customer of another organisation.
pub(crate) const FOREIGN_CONTACT: &str = "19d9be10-1d9c-4d9c-82d6-974c12aa0a93";
/// Well-formed, and nobody's.
pub(crate) const ABSENT: &str = "deadbeef-0000-4000-8000-000000000000";
pub(crate) const NUMBER: &str = "+447700900001";
pub(crate) const CUSTOMER: &str = "+447902111123";
/// What the template says to somebody.
pub(crate) const BROADCAST: &str = "Hi Jack, thanks for the conversation earlier about the 2 bedroom house in Swindon lets catch up soon.";

/// A running program.
pub(crate) struct TestApp {
    pub(crate) app: Arc<App>,
    router: axum::Router,
    simulator: String,
    pub(crate) http: reqwest::Client,
    pub(crate) stop: CancellationToken,
    tasks: TaskTracker,
    _database: TestDatabase,
    _directory: TempDir,
}

impl TestApp {
    /// Runs a test and stops the program afterwards.
    pub(crate) async fn run(engine: Engine, test: impl AsyncFnOnce(&TestApp)) {
        Self::run_with(engine, |_| {}, test).await;
    }

    /// The same with other settings.
    pub(crate) async fn run_with(engine: Engine, change: impl FnOnce(&mut Settings), test: impl AsyncFnOnce(&TestApp)) {
        let app = Self::start(engine, change).await;
        test(&app).await;
        app.stop.cancel();
        app.tasks.close();
        app.tasks.wait().await;
    }

    async fn start(engine: Engine, change: impl FnOnce(&mut Settings)) -> Self {
        let directory = TempDir::new().expect("a temporary folder");
        let database = TestDatabase::create(engine, directory.path()).await;
        let (listener, address) = listen().await;
        let (simulator_listener, simulator_address) = listen().await;
        let mut settings = settings(directory.path(), address, simulator_address);
        settings.database = database.location.clone();
        change(&mut settings);
        let clock = Clock::new(SimulatorClock::new());
        let (store, _) = open_store(&settings, &clock).await.expect("the database opens");
        let app = Arc::new(App::new(settings, store, clock.clone()).await.expect("the application starts"));
        apply(&app).await;
        let numbers = Numbers::of_database(&app.store, &app.keys).await.expect("the accounts can be read");
        let server = format!("http://{address}");
        let simulator = simulated::start(&app.settings, &server, simulator_listener, clock.simulated().clone(), numbers).await;
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        keep(&tasks, &stop, simulator.expect("the simulator starts"));
        jobs::start(&app, &tasks, &stop).await.expect("the workers start");
        let router = router::router(app.clone());
        tasks.spawn(http::serve(listener, router.clone(), stop.clone()));
        Self {
            app,
            router,
            simulator: format!("http://{simulator_address}"),
            http: reqwest::Client::builder().no_proxy().build().expect("a client"),
            stop,
            tasks,
            _database: database,
            _directory: directory,
        }
    }

    /// Somebody who has not signed in.
    pub(crate) fn stranger(&self) -> Caller {
        Caller::new(self.router.clone(), None)
    }

    /// Somebody who sends this as their token.
    pub(crate) fn bearer(&self, token: &str) -> Caller {
        Caller::new(self.router.clone(), Some(token.to_owned()))
    }

    /// The administrator of the organisation.
    pub(crate) async fn administrator(&self) -> Caller {
        self.sign_in("admin@example.com").await
    }

    /// An agent who sees only [`ACCOUNT`].
    pub(crate) async fn agent(&self) -> Caller {
        self.sign_in("agent@example.com").await
    }

    /// The administrator of another organisation.
    pub(crate) async fn foreigner(&self) -> Caller {
        self.sign_in("stranger@example.com").await
    }

    async fn sign_in(&self, email: &str) -> Caller {
        let answer = self.stranger().token(email).await;
        self.bearer(answer.json()["access_token"].as_str().expect("a token"))
    }

    /// The customer writes; returns when the message is in the API.
    pub(crate) async fn customer_says(&self, text: &str) -> Value {
        let body = json!({"from": CUSTOMER, "to": NUMBER, "name": "Rosa", "type": "text", "text": {"body": text}});
        let answer =
            self.http.post(format!("{}/simulator/messages", self.simulator)).json(&body).send().await.expect("the simulator answers");
        assert_eq!(answer.status(), 202);
        let administrator = self.administrator().await;
        self.eventually("the customer's message", async || {
            administrator.items("/message").await.into_iter().find(|it| it["bodyText"] == text)
        })
        .await
    }

    /// The customer sends something of this type, with this body; returns at once.
    pub(crate) async fn customer_sends(&self, kind: &str, body: Value) {
        let message = json!({"from": CUSTOMER, "to": NUMBER, "name": "Rosa", "type": kind, kind: body});
        let url = format!("{}/simulator/messages", self.simulator);
        let answer = self.http.post(url).json(&message).send().await.expect("the simulator answers");
        assert_eq!(answer.status(), 202, "{}", answer.text().await.unwrap_or_default());
    }

    /// Calls any address, as a browser would that has nothing but the address.
    pub(crate) fn call(&self, method: reqwest::Method, url: &str) -> reqwest::RequestBuilder {
        self.http.request(method, url)
    }

    /// What is on the customer's phone, oldest first.
    pub(crate) async fn phone(&self) -> Vec<Value> {
        let url = format!("{}/simulator/messages?phone={}", self.simulator, CUSTOMER.replace('+', "%2B"));
        let list: Value = self.http.get(url).send().await.expect("the simulator answers").json().await.expect("JSON");
        list["items"].as_array().expect("items").clone()
    }

    /// Moves the clock of the whole program forward.
    pub(crate) fn hours_pass(&self, hours: u64) {
        self.app.clock.simulated().advance(hours * 3_600);
    }

    /// Asks again after each commit until the answer is there.
    pub(crate) async fn eventually<T>(&self, what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
        let mut committed = self.app.store.committed();
        let asking = async {
            loop {
                committed.borrow_and_update();
                if let Some(answer) = ask().await {
                    return answer;
                }
                committed.changed().await.expect("the store lives");
            }
        };
        tokio::time::timeout(Duration::from_secs(30), asking).await.unwrap_or_else(|_| panic!("waited in vain for {what}"))
    }
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

fn settings(directory: &Path, address: SocketAddr, simulator: SocketAddr) -> Settings {
    let environment = Environment::from([
        ("MSGBOXX_LISTEN", address.to_string().as_str()),
        ("MSGBOXX_SIMULATOR_LISTEN", simulator.to_string().as_str()),
        ("MSGBOXX_SIMULATOR_TIMING", "instant"),
        ("MSGBOXX_DATA_DIR", directory.to_str().expect("a plain path")),
        ("MSGBOXX_RATE_LIMIT", "0"),
        // Tests move the clock; their tokens outlive that.
        ("MSGBOXX_TOKEN_MINUTES", "10000"),
        ("MSGBOXX_SECRET_KEY", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="),
    ]);
    Settings::read(&Flags::new(), &environment, None).expect("the settings are right")
}

async fn apply(app: &App) {
    let file = provision::read(include_str!("provision.toml"), Path::new("provision.toml"), &|_| None).expect("the file is right");
    provision::apply(&app.store, &app.keys, &app.passwords, file).await.expect("the file can be applied");
}

fn keep(tasks: &TaskTracker, stop: &CancellationToken, simulator: SimulatorHandle) {
    let stop = stop.clone();
    tasks.spawn(async move {
        stop.cancelled().await;
        simulator.shutdown().await;
    });
}
