//! The built program, started as an operator would: settings in the environment, a provisioning file, free ports.
//!
//! Its output goes to a file, which is shown only when something went wrong.

use crate::shell;
use crate::test::postgres::free_port;
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// 32 bytes in base64, of no value to anyone.
const SECRET_KEY: &str = "bXNnYm94eCBleHRlcm5hbCBjaGVja3M6IGEga2V5ISE=";

/// The running program; dropping it stops it.
pub(crate) struct Server {
    process: Child,
    log: PathBuf,
    listen: SocketAddr,
    simulator: SocketAddr,
}

impl Server {
    /// Provisions an empty database and starts the program on it; `folder` is emptied first.
    pub(crate) fn start(binary: &Path, folder: &Path, database: &str, provision: &Path) -> Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
        let listen = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let simulator = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let with_settings = |mut command: Command| {
            command.current_dir(folder).stdin(Stdio::null());
            command.envs([("MSGBOXX_LISTEN", listen.to_string()), ("MSGBOXX_SIMULATOR_LISTEN", simulator.to_string())]);
            command.env("MSGBOXX_DATA_DIR", folder).env("MSGBOXX_DATABASE_URL", database).env("MSGBOXX_SECRET_KEY", SECRET_KEY);
            command.envs([("MSGBOXX_SIMULATOR", "on"), ("MSGBOXX_SIMULATOR_TIMING", "instant")]);
            command.envs([("MSGBOXX_DEMO", "off"), ("MSGBOXX_RATE_LIMIT", "0")]);
            // Receivers of webhooks are on this machine.
            command.env("MSGBOXX_WEBHOOK_ALLOW", listen.ip().to_string());
            command
        };
        let mut apply = with_settings(Command::new(binary));
        let applied = apply.arg("apply").arg(provision).output().with_context(|| format!("cannot run {}", binary.display()))?;
        if !applied.status.success() {
            bail!("`{}` failed: {}", shell::shown(&apply), String::from_utf8_lossy(&applied.stderr).trim());
        }
        let log = folder.join("log");
        let output = File::create(&log)?;
        let mut serve = with_settings(shell::tied(binary, None));
        let process = serve.arg("serve").stdout(output.try_clone()?).stderr(output).spawn()?;
        let mut server = Self { process, log, listen, simulator };
        server.wait_until_ready()?;
        Ok(server)
    }

    /// Address of the API.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.listen)
    }

    /// Address of the simulated WhatsApp.
    pub(crate) fn simulator_url(&self) -> String {
        format!("http://{}", self.simulator)
    }

    /// Where its output went.
    pub(crate) fn log(&self) -> &Path {
        &self.log
    }

    /// Stops it and says whether it stopped in an orderly way, within the time an operator is promised.
    pub(crate) fn stop(mut self) -> Result<bool> {
        shell::signal("TERM", self.process.id())?;
        let deadline = Instant::now() + Duration::from_secs(25);
        while Instant::now() < deadline {
            if let Some(status) = self.process.try_wait()? {
                return Ok(status.success());
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(false)
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let deadline = Instant::now() + Duration::from_mins(1);
        while !is_ready(self.listen) {
            if self.process.try_wait()?.is_some() || Instant::now() > deadline {
                bail!("the server did not get ready: {}", fs::read_to_string(&self.log).unwrap_or_default());
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have stopped already, and then neither is needed.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Whether `/readyz` answers 200.
fn is_ready(server: SocketAddr) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&server, Duration::from_secs(5))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(format!("GET /readyz HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n\r\n").as_bytes())?;
        let mut status = String::new();
        BufReader::new(stream).read_line(&mut status)?;
        Ok(status)
    };
    ask().is_ok_and(|status| status.split(' ').nth(1) == Some("200"))
}

#[cfg(test)]
mod tests {
    use super::is_ready;
    use std::io::{BufRead, BufReader, Write};
    use std::net::{SocketAddr, TcpListener};
    use std::thread;

    fn answering(status: &'static str) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a caller");
            // Closing before the request is read would reset the connection.
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            assert!(lines.any(|line| line.is_empty()), "a whole request");
            write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n").expect("a listener");
        });
        address
    }

    #[test]
    fn a_server_is_ready_when_it_says_so() {
        assert!(is_ready(answering("200 OK")));
        assert!(!is_ready(answering("503 Service Unavailable")));
    }
}
