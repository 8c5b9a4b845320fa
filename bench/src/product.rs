//! The release binary of msgboxx, and an installation that it runs on.

use crate::http::{self, Caller};
use crate::machine::root;
use crate::options::Options;
use crate::program::{Program, free_address};
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The user who signs in.
pub(crate) const EMAIL: &str = "admin@example.com";
pub(crate) const PASSWORD: &str = "correct horse battery staple";
/// Guards nothing but measurements; the same for all data sets, so that they can be moved and copied.
const SECRET_KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
/// So many that no caller is turned away, while each is still counted.
const RATE_LIMIT: &str = "4000000000";

/// Where an installation keeps its things.
#[derive(Debug, Clone)]
pub(crate) struct Installation {
    pub(crate) folder: PathBuf,
    /// As in `MSGBOXX_DATABASE_URL`.
    pub(crate) database: String,
}

/// The program.
pub(crate) struct Product {
    pub(crate) binary: PathBuf,
}

impl Product {
    /// Builds it, unless one is given.
    pub(crate) fn find(options: &Options) -> Result<Self> {
        if let Some(binary) = &options.binary {
            let binary = binary.canonicalize().with_context(|| format!("there is no {}", binary.display()))?;
            return Ok(Self { binary });
        }
        let status = Command::new("cargo").args(["build", "--release", "--package", "msgboxx"]).current_dir(root()).status()?;
        if !status.success() {
            bail!("msgboxx does not build");
        }
        Ok(Self { binary: root().join("target/release/msgboxx") })
    }

    /// A command on an installation.
    fn command(&self, at: &Installation) -> Command {
        let mut command = Command::new(&self.binary);
        command.env_clear().current_dir(&at.folder).envs([
            ("MSGBOXX_DATA_DIR", at.folder.display().to_string().as_str()),
            ("MSGBOXX_DATABASE_URL", &at.database),
            ("MSGBOXX_SECRET_KEY", SECRET_KEY),
            ("MSGBOXX_DEMO", "off"),
            ("MSGBOXX_LOG", "warn"),
            ("MSGBOXX_RATE_LIMIT", RATE_LIMIT),
            ("MSGBOXX_SIMULATOR_TIMING", "instant"),
            ("MSGBOXX_SIMULATOR", "on"),
            ("MSGBOXX_TOKEN_MINUTES", "1440"),
        ]);
        command
    }

    /// Provisions.
    pub(crate) fn apply(&self, at: &Installation, file: &Path) -> Result<()> {
        let output = self.command(at).arg("apply").arg(file).output().with_context(|| format!("cannot run {}", self.binary.display()))?;
        if !output.status.success() {
            bail!("apply failed: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(())
    }

    /// The server's command on a free address.
    pub(crate) fn serve(&self, at: &Installation) -> Result<(Command, SocketAddr)> {
        let (listen, simulator) = (free_address()?, free_address()?);
        let mut command = self.command(at);
        command.arg("serve").env("MSGBOXX_LISTEN", listen.to_string()).env("MSGBOXX_SIMULATOR_LISTEN", simulator.to_string());
        Ok((command, listen))
    }

    /// Starts the server and waits until it is ready.
    pub(crate) fn start(&self, at: &Installation) -> Result<Program> {
        let (command, listen) = self.serve(at)?;
        Program::start(command, listen, &at.folder.join("serve.log"))
    }

    /// A token that is good on this installation for a day, over restarts.
    pub(crate) fn token(&self, at: &Installation) -> Result<String> {
        let server = self.start(at)?;
        let token = sign_in(server.address)?;
        server.stop()?;
        Ok(token)
    }
}

/// A sign-in's request.
pub(crate) fn sign_in_request() -> Vec<u8> {
    let body = format!(r#"{{"username":"{EMAIL}","password":"{PASSWORD}"}}"#);
    http::post("/oauth/token", "X-Calling-Application: bench\r\n", &body)
}

/// Signs in.
pub(crate) fn sign_in(address: SocketAddr) -> Result<String> {
    #[derive(Deserialize)]
    struct Token {
        access_token: String,
    }
    let mut caller = Caller::connect(address)?;
    let body = caller.ask_for(200, &sign_in_request()).context("signing in")?;
    Ok(serde_json::from_slice::<Token>(body)?.access_token)
}
