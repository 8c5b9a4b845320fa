//! The binary with a database of its own, on free ports.

use crate::client::Client;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

pub(crate) const PASSWORD: &str = "correct horse battery staple";
pub(crate) const ACCOUNT: &str = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
pub(crate) const OTHER_ACCOUNT: &str = "7f2280ed-40bd-4bba-a813-a833f022cdf9";
pub(crate) const FOREIGN_ACCOUNT: &str = "cbe2b1f5-e732-459c-982b-541e4f134cb3";
pub(crate) const NUMBER: &str = "+447700900001";
pub(crate) const CUSTOMER: &str = "+447902111123";

const PROVISION: &str = include_str!("provision.toml");

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// A running server. It is killed when dropped.
pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) simulator: String,
    pub(crate) http: reqwest::Client,
    environment: Vec<(String, String)>,
    database: Option<Database>,
    child: Option<Child>,
    dir: TempDir,
}

impl Server {
    pub(crate) async fn start(engine: Engine) -> Server {
        Self::start_with(engine, &[]).await
    }

    /// With further environment variables.
    pub(crate) async fn start_with(engine: Engine, more: &[(&str, &str)]) -> Server {
        let dir = TempDir::new().expect("a temporary folder");
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(Database::create().await),
        };
        let (listen, simulator) = (free_address(), free_address());
        let mut environment: Vec<(String, String)> = [
            ("MSGBOXX_LISTEN", listen.as_str()),
            ("MSGBOXX_SIMULATOR_LISTEN", &simulator),
            ("MSGBOXX_SIMULATOR", "on"),
            ("MSGBOXX_SIMULATOR_TIMING", "instant"),
            ("MSGBOXX_DEMO", "off"),
            ("MSGBOXX_RATE_LIMIT", "0"),
            // Tests move the clock; their tokens outlive that.
            ("MSGBOXX_TOKEN_MINUTES", "10000"),
            ("MSGBOXX_LOG", "warn"),
            ("MSGBOXX_SECRET_KEY", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="),
        ]
        .iter()
        .chain(more)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
        environment.push(("MSGBOXX_DATA_DIR".to_owned(), dir.path().display().to_string()));
        if let Some(database) = &database {
            environment.push(("MSGBOXX_DATABASE_URL".to_owned(), database.url.clone()));
        }
        let mut server = Server {
            url: format!("http://{listen}"),
            simulator: format!("http://{simulator}"),
            http: reqwest::Client::builder().no_proxy().build().expect("a client"),
            environment,
            database,
            child: None,
            dir,
        };
        server.apply(PROVISION);
        server.run().await;
        server
    }

    /// Provisions and fails the test with the program's own words if that fails.
    pub(crate) fn apply(&self, text: &str) {
        let file = self.dir.path().join("provision.toml");
        std::fs::write(&file, text).expect("the provisioning file");
        let output = self.command().arg("apply").arg(&file).output().expect("apply runs");
        assert!(output.status.success(), "apply failed: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// What a command prints; it fails the test with the program's own words if it fails.
    pub(crate) fn msgboxx(&self, arguments: &[&str]) -> String {
        let output = self.command().args(arguments).output().expect("the command runs");
        assert!(output.status.success(), "{arguments:?} failed: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_msgboxx"));
        command.env_clear().envs(self.environment.iter().cloned()).current_dir(self.dir.path());
        command
    }

    /// Starts the program and waits until it can serve.
    pub(crate) async fn run(&mut self) {
        let log = std::fs::File::options().create(true).append(true).open(self.dir.path().join("log")).expect("a log file");
        let child = self.command().arg("serve").stdout(Stdio::null()).stderr(log).spawn().expect("the program starts");
        self.child = Some(child);
        for _ in 0..1_000 {
            if self.http.get(format!("{}/readyz", self.url)).send().await.is_ok_and(|answer| answer.status() == 200) {
                return;
            }
            let ended = self.child.as_mut().and_then(|child| child.try_wait().ok().flatten());
            assert!(ended.is_none(), "the program ended: {}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the program never became ready: {}", self.log());
    }

    /// Ends the program as a power failure of its process would.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("kill -9");
            child.wait().expect("its end");
        }
    }

    /// Another process of the program on the same database, which writes to the same log.
    pub(crate) fn spawn(&self, command: &str, environment: &[(&str, &str)]) -> Child {
        let log = std::fs::File::options().create(true).append(true).open(self.dir.path().join("log")).expect("a log file");
        let mut program = self.command();
        program.arg(command).envs(environment.iter().copied()).stdout(Stdio::null()).stderr(log);
        program.spawn().expect("the program starts")
    }

    /// Stops the process where it stands, or lets it go on: a signal by its name, such as `STOP`.
    pub(crate) fn signal(&self, name: &str) {
        if let Some(child) = &self.child {
            signal(child, name);
        }
    }

    /// Runs a statement on the server's PostgreSQL database.
    pub(crate) async fn sql(&self, statement: &str) {
        let database = self.database.as_ref().expect("a PostgreSQL database");
        execute(&database.url, statement.to_owned()).await;
    }

    /// Where the database is.
    pub(crate) fn database(&self) -> msgboxx_store::Database {
        match &self.database {
            Some(database) => msgboxx_store::Database::Postgres(database.url.clone()),
            None => msgboxx_store::Database::Sqlite(self.dir.path().join("msgboxx.db")),
        }
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    /// Signed in as one of the provisioned users.
    pub(crate) async fn sign_in(&self, email: &str) -> Client {
        Client::sign_in(self, email).await
    }

    /// A customer writes, and the message has arrived in the API when this returns.
    pub(crate) async fn customer_writes(&self, from: &str, to: &str, text: &str) -> String {
        let body = serde_json::json!({"from": from, "to": to, "name": "Rosa", "type": "text", "text": {"body": text}});
        let answer =
            self.http.post(format!("{}/simulator/messages", self.simulator)).json(&body).send().await.expect("the simulator answers");
        assert_eq!(answer.status(), 202);
        let answer: serde_json::Value = answer.json().await.expect("JSON");
        answer["id"].as_str().expect("a wamid").to_owned()
    }

    /// What is on a customer's phone, oldest first.
    pub(crate) async fn phone(&self, number: &str) -> Vec<serde_json::Value> {
        let url = format!("{}/simulator/messages?phone={}", self.simulator, number.replace('+', "%2B"));
        let list: serde_json::Value = self.http.get(url).send().await.expect("the simulator answers").json().await.expect("JSON");
        list["items"].as_array().expect("items").clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the program's log:\n{}", self.log());
        }
        self.kill();
        drop(self.database.take());
    }
}

/// Asks again until the answer is there; a test that waits in vain fails with what it waited for.
pub(crate) async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..1_500 {
        if let Some(answer) = ask().await {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("waited in vain for {what}");
}

/// Sends a signal by its name.
pub(crate) fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").arg(format!("-{name}")).arg(child.id().to_string()).status().expect("kill runs");
    assert!(sent.success(), "the signal {name} could not be sent");
}

pub(crate) fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a free port").to_string()
}

/// A PostgreSQL database that is dropped with this value.
struct Database {
    url: String,
    admin_url: String,
    name: String,
}

impl Database {
    #[expect(clippy::disallowed_methods, reason = "where PostgreSQL runs is the test run's own setting")]
    async fn create() -> Database {
        let admin_url = std::env::var("MSGBOXX_TEST_POSTGRES")
            .expect("MSGBOXX_TEST_POSTGRES is not set: run the tests with `cargo xtask test`, which starts a PostgreSQL");
        let name = format!("process_{}", uuid::Uuid::new_v4().simple());
        execute(&admin_url, format!("create database {name}")).await;
        let mut url: url::Url = admin_url.parse().expect("a URL");
        url.set_path(&name);
        Database { url: url.to_string(), admin_url, name }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (admin_url, drop_it) = (self.admin_url.clone(), format!("drop database {} with (force)", self.name));
        // A runtime of its own: the test's may be ending.
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(execute(&admin_url, drop_it));
        });
        drop(thread.join());
    }
}

async fn execute(url: &str, statement: String) {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.expect("PostgreSQL answers");
    let driver = tokio::spawn(connection);
    client.batch_execute(&statement).await.expect("the statement runs");
    drop(client);
    drop(driver.await);
}
