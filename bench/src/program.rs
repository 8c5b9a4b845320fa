//! A server under measurement: started, watched, stopped. It does not outlive this value.

use crate::http::{self, Caller};
use anyhow::{Context, Result, bail};
use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const START_TIMEOUT: Duration = Duration::from_mins(1);
const STOP_TIMEOUT: Duration = Duration::from_secs(30);

/// A running server.
pub(crate) struct Program {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Program {
    /// Starts it; what it says goes to `log`.
    pub(crate) fn spawn(mut command: Command, address: SocketAddr, log: &Path) -> Result<Self> {
        let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
        let child = command.spawn().with_context(|| format!("cannot run {}", command.get_program().display()))?;
        Ok(Self { child, address })
    }

    /// Starts it and waits until it says that it is ready.
    pub(crate) fn start(command: Command, address: SocketAddr, log: &Path) -> Result<Self> {
        let mut program = Self::spawn(command, address, log)?;
        let deadline = Instant::now() + START_TIMEOUT;
        while !is_ready(address) {
            if program.child.try_wait()?.is_some() || Instant::now() > deadline {
                bail!("a server did not start: {}", std::fs::read_to_string(log).unwrap_or_default());
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(program)
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop and waits for it.
    pub(crate) fn stop(mut self) -> Result<()> {
        signal("TERM", self.child.id())?;
        let deadline = Instant::now() + STOP_TIMEOUT;
        while self.child.try_wait()?.is_none() {
            if Instant::now() > deadline {
                bail!("a server did not stop");
            }
            thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Already gone is as good.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn is_ready(address: SocketAddr) -> bool {
    Caller::connect(address).is_ok_and(|mut caller| caller.ask_for(200, &http::get("/readyz", "")).is_ok())
}

/// Memory of a process that no file stands behind, in MiB. Mapped database pages belong to the kernel's cache.
pub(crate) fn anonymous_memory(process: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).context("the process is gone")?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).context("the kernel does not tell RssAnon")?;
    let kib: u32 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(f64::from(kib) / 1024.0)
}

/// Processor time that a process has used, in milliseconds. It says what work costs even while others keep the machine busy.
pub(crate) fn processor_time(process: u32) -> Result<f64> {
    // Linux counts this file's times in hundredths of a second on all its platforms.
    const TICK_MILLISECONDS: f64 = 10.0;
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).context("the process is gone")?;
    // The name in brackets may hold anything; user and system time are the 14th and 15th field, the name is the 2nd.
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace();
    let ticks = after_name.skip(11).take(2).map(|field| Ok(field.parse::<u32>()?)).sum::<Result<u32>>()?;
    Ok(f64::from(ticks) * TICK_MILLISECONDS)
}

/// An address of the loopback interface that was free a moment ago.
pub(crate) fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// Sends a signal, `TERM` or `INT`. The shell has its own `kill`: a small system may have no program of that name.
pub(crate) fn signal(name: &str, process: u32) -> Result<()> {
    let status = Command::new("sh").arg("-c").arg(format!("kill -{name} {process}")).status()?;
    if status.success() { Ok(()) } else { bail!("cannot send {name} to process {process}") }
}
