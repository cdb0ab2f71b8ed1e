//! Whose port is it? Another test run, or another program, may sit where we expect ours.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::process::Daemon;

/// `preferred` if nothing listens there, any free port otherwise. All on 127.0.0.1.
pub(crate) fn free(preferred: u16) -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, preferred))
        .or_else(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
    Ok(listener.local_addr()?.port())
}

/// Whether that process itself holds the listening socket of this port.
pub(crate) fn belongs_to(port: u16, pid: i32) -> bool {
    let Some(inode) = listening_inode(port) else {
        return false;
    };
    let wanted = format!("socket:[{inode}]");
    let Ok(files) = fs::read_dir(format!("/proc/{pid}/fd")) else {
        return false;
    };
    files
        .flatten()
        .any(|file| fs::read_link(file.path()).is_ok_and(|target| target == Path::new(&wanted)))
}

/// Waits until the daemon listens on its port and answers HTTP there.
///
/// # Errors
/// The daemon has ended, or did not answer within ten minutes; the end of its log is in the message.
pub(crate) fn await_http(daemon: &Daemon, port: u16) -> Result<()> {
    await_port(daemon, port, || answers_http(port))
}

/// Waits until the daemon listens on its port.
///
/// # Errors
/// As [`await_http`].
pub(crate) fn await_listener(daemon: &Daemon, port: u16) -> Result<()> {
    await_port(daemon, port, || true)
}

fn await_port(daemon: &Daemon, port: u16, ready: impl Fn() -> bool) -> Result<()> {
    const STEP: Duration = Duration::from_millis(50);
    const STEPS_MAX: u32 = 12_000;
    for _ in 0..STEPS_MAX {
        let Some(pid) = daemon.pid() else {
            bail!("{} has ended:\n{}", daemon.name(), daemon.log_tail());
        };
        if belongs_to(port, pid) && ready() {
            return Ok(());
        }
        thread::sleep(STEP);
    }
    bail!(
        "{} does not answer on port {port}:\n{}",
        daemon.name(),
        daemon.log_tail()
    )
}

/// Whether anything that speaks HTTP is there; which status does not matter.
pub(crate) fn answers_http(port: u16) -> bool {
    let ask = || -> std::io::Result<[u8; 5]> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        stream.write_all(b"GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")?;
        let mut start = [0; 5];
        stream.read_exact(&mut start)?;
        Ok(start)
    };
    ask().is_ok_and(|start| &start == b"HTTP/")
}

/// The kernel's number for the listening socket, from its table of sockets.
fn listening_inode(port: u16) -> Option<u64> {
    const LISTEN: &str = "0A";
    let table = fs::read_to_string("/proc/net/tcp").ok()?;
    let local = format!("0100007F:{port:04X}");
    table.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let matches = fields.get(1) == Some(&local.as_str()) && fields.get(3) == Some(&LISTEN);
        matches.then(|| fields.get(9)?.parse().ok()).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_belongs_to_the_process_that_listens_and_to_no_other() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let own = i32::try_from(std::process::id()).unwrap();
        assert!(belongs_to(port, own));
        assert!(!belongs_to(port, 1));
    }

    #[test]
    fn a_taken_port_is_not_chosen() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let taken = listener.local_addr().unwrap().port();
        assert_ne!(free(taken).unwrap(), taken);
    }
}
