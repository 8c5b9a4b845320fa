//! What the process asks of the operating system before it does anything.

use rustix::fs::Mode;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit, umask};

/// Files are their owner's alone, a crash leaves no copy of our memory behind, and there may be as
/// many connections as the system allows.
pub(super) fn prepare() {
    umask(Mode::RWXG | Mode::RWXO);
    let nothing = Rlimit { current: Some(0), maximum: Some(0) };
    let files = Rlimit { current: getrlimit(Resource::Nofile).maximum, ..getrlimit(Resource::Nofile) };
    for (resource, limit) in [(Resource::Core, nothing), (Resource::Nofile, files)] {
        if let Err(error) = setrlimit(resource, limit) {
            tracing::debug!(?resource, %error, "a limit cannot be changed");
        }
    }
}
