//! The two namespaces, what runs in them, and what can be seen of the node.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use super::{Daemon, Method, NodeFile, spaces};

/// The router's address on the node's link.
pub const GATEWAY: &str = "fe80::1";
/// An address that is reached through the router alone.
pub const FAR: &str = "2001:db8:f::1";
/// How long an announced default route lives, in seconds.
const LIFETIME_S: u64 = 12;
/// How often a node is looked at until it has everything, and how long is waited in between: at least 90 seconds.
const LOOKS: u32 = 300;
const BETWEEN: Duration = Duration::from_millis(300);

/// A router and a node.
pub struct Lab {
    folder: TempDir,
    router: String,
    node: String,
    running: Vec<Child>,
    machine: Vec<String>,
}

/// What a node has.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct State {
    /// Its IPv6 addresses beyond the link, with their prefixes; none that is still being checked.
    pub addresses: Vec<String>,
    /// The gateways of its IPv6 default routes, each once.
    pub gateways: Vec<String>,
    /// Whether it has an IPv4 address.
    pub has_ipv4: bool,
}

impl Lab {
    /// A router that gives addresses so, and a link to a node that nothing runs on yet.
    ///
    /// # Errors
    /// Namespaces cannot be made, or the router's daemons do not start.
    pub fn new(method: Method) -> Result<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        spaces::remove_left_behind()?;
        let mut lab = Self {
            folder: tempfile::tempdir()?,
            router: spaces::name("router", number),
            node: spaces::name("node", number),
            running: Vec::new(),
            machine: machine()?,
        };
        lab.link()?;
        lab.announce(method)?;
        lab.serve(method)?;
        Ok(lab)
    }

    /// Fails where the node has changed the machine that it runs on.
    ///
    /// # Errors
    /// It has: what was so, and what is.
    pub fn left_alone(&self) -> Result<()> {
        let (before, after) = (&self.machine, machine()?);
        ensure!(
            *before == after,
            "the machine had {before:?}, and now has {after:?}"
        );
        Ok(())
    }

    fn link(&self) -> Result<()> {
        let (router, node) = (&self.router, &self.node);
        for line in [
            format!("netns add {router}"),
            format!("netns add {node}"),
            format!("-n {router} link add r0 type veth peer name eth0 netns {node}"),
            // So that the address that it makes is known.
            format!("-n {node} link set eth0 address 52:54:00:12:34:56"),
            format!("-n {node} link set lo up"),
            format!("-n {router} link set lo up"),
            format!("-n {router} addr add {FAR}/128 dev lo nodad"),
            format!("-n {router} link set r0 addrgenmode none"),
            format!("-n {router} addr add 192.0.2.1/24 dev r0"),
            format!("-n {router} addr add 2001:db8:1::1/64 dev r0 nodad"),
            format!("-n {router} addr add {GATEWAY}/64 dev r0 nodad"),
            format!("-n {router} link set r0 up"),
            format!("netns exec {router} sysctl -qw net.ipv6.conf.all.forwarding=1"),
        ] {
            done(root("ip").args(line.split(' ')))?;
        }
        Ok(())
    }

    fn announce(&mut self, method: Method) -> Result<()> {
        let (managed, other, autonomous) = match method {
            Method::Slaac | Method::Static => ("off", "off", "on"),
            Method::Stateless => ("off", "on", "on"),
            Method::Stateful => ("on", "on", "off"),
        };
        let text = format!(
            "interface r0 {{\n  AdvSendAdvert on;\n  MinRtrAdvInterval 3;\n  MaxRtrAdvInterval 4;\n  AdvDefaultLifetime \
             {LIFETIME_S};\n  AdvManagedFlag {managed};\n  AdvOtherConfigFlag {other};\n  prefix 2001:db8:1::/64 {{\n    \
             AdvOnLink on;\n    AdvAutonomous {autonomous};\n    AdvValidLifetime 60;\n    AdvPreferredLifetime 40;\n  }};\n}};\n"
        );
        let file = self.write("radvd.conf", &text)?;
        let pid = self.path("radvd.pid");
        let mut radvd = self.at_router("radvd");
        radvd.args(["-n", "-m", "stderr", "-C", &file, "-p", &pid]);
        self.start(radvd, "radvd.log")
    }

    fn serve(&mut self, method: Method) -> Result<()> {
        let mut dnsmasq = self.at_router("dnsmasq");
        dnsmasq
            .args(["-k", "--conf-file=/dev/null", "--port=0", "--user=root"])
            .args(["--interface=r0", "--bind-interfaces", "--log-dhcp"])
            .arg(format!("--log-facility={}", self.path("dnsmasq.log")))
            .arg(format!("--dhcp-leasefile={}", self.path("leases")))
            .arg(format!("--pid-file={}", self.path("dnsmasq.pid")))
            .args([
                "--dhcp-range=192.0.2.100,192.0.2.200,10m",
                "--dhcp-option=option6:dns-server,[2001:db8:1::53]",
            ]);
        match method {
            Method::Slaac | Method::Static => {}
            Method::Stateless => {
                dnsmasq.arg("--dhcp-range=2001:db8:1::,static,64,10m");
            }
            Method::Stateful => {
                dnsmasq.arg("--dhcp-range=2001:db8:1::100,2001:db8:1::1ff,64,10m");
            }
        }
        self.start(dnsmasq, "dnsmasq.out")
    }

    /// Starts the node with these files, which lie where they say.
    ///
    /// # Errors
    /// It does not start.
    pub fn boot(&mut self, daemon: Daemon, files: &[NodeFile]) -> Result<()> {
        let tree = self.folder.path().join("files");
        let mut modes = String::new();
        for file in files {
            let path = tree.join(file.path.trim_start_matches('/'));
            fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
            fs::write(&path, &file.text)?;
            modes += &format!("chmod {} {}\n", file.permissions, file.path);
        }
        let script = BOOT
            .replace("FILES", &tree.display().to_string())
            .replace("MODES\n", &modes)
            .replace("DAEMON", started(daemon));
        let script = self.write("boot.sh", &script)?;
        let mut node = root("ip");
        node.args(["netns", "exec", &self.node, "unshare", "--mount", "--uts"]);
        node.args(["--propagation", "private", "bash", &script]);
        self.start(node, "node.log")
    }

    /// Waits until the node has its addresses and its default route.
    ///
    /// # Errors
    /// It gets none; what its daemon said is in the message.
    pub fn settled(&self) -> Result<State> {
        for _ in 0..LOOKS {
            let state = self.state()?;
            if state.has_ipv4 && !state.addresses.is_empty() && !state.gateways.is_empty() {
                return Ok(state);
            }
            thread::sleep(BETWEEN);
        }
        bail!("it has only {:?}\n{}", self.state()?, self.said());
    }

    /// Looks again and again until an announced route would have run out, and says what was missing when.
    ///
    /// # Errors
    /// The node had something else in the meantime.
    pub fn stays(&self, expected: &State) -> Result<()> {
        // Two looks a second: it takes no less time.
        for _ in 0..2 * (LIFETIME_S + 4) {
            let state = self.state()?;
            ensure!(
                state == *expected,
                "{state:?} instead of {expected:?}\n{}",
                self.said()
            );
            thread::sleep(Duration::from_millis(500));
        }
        Ok(())
    }

    /// What the node has now.
    ///
    /// # Errors
    /// It cannot be looked at.
    pub fn state(&self) -> Result<State> {
        let ask = |line: &str| {
            let mut ip = root("ip");
            ip.args(["-n", &self.node]).args(line.split(' '));
            done(&mut ip)
        };
        let addresses = ask("-6 -o addr show dev eth0 scope global")?;
        let is_ready = |line: &&str| !line.contains("tentative") && !line.contains("dadfailed");
        let addresses = addresses.lines().filter(is_ready);
        let addresses = addresses.filter_map(|line| line.split_whitespace().nth(3));
        let routes = ask("-6 route show default")?;
        let mut gateways: Vec<String> = routes
            .lines()
            .filter_map(|line| {
                line.split_whitespace()
                    .skip_while(|word| *word != "via")
                    .nth(1)
            })
            .map(str::to_owned)
            .collect();
        gateways.dedup();
        Ok(State {
            addresses: addresses.map(str::to_owned).collect(),
            gateways,
            has_ipv4: ask("-4 -o addr show dev eth0")?.contains("inet "),
        })
    }

    /// Whether a connection from the node comes as far as the far address. Nothing listens there, and only it says so.
    ///
    /// # Errors
    /// It cannot be tried.
    pub fn reaches(&self) -> Result<bool> {
        let mut knock = root("ip");
        knock.args(["netns", "exec", &self.node, "timeout", "5", "bash", "-c"]);
        let output = knock.arg(format!("</dev/tcp/{FAR}/9")).output()?;
        Ok(String::from_utf8_lossy(&output.stderr).contains("refused"))
    }

    /// Runs a command on the node, where its files are.
    ///
    /// # Errors
    /// It fails.
    pub fn run(&self, line: &str) -> Result<String> {
        let pid = fs::read_to_string(self.folder.path().join("files/pid"))?;
        let mut enter = root("nsenter");
        enter.args(["--mount", "--net", "--target", pid.trim(), "--"]);
        done(enter.args(line.split(' ')))
    }

    /// What the DHCP server wrote down.
    #[must_use]
    pub fn served(&self) -> String {
        fs::read_to_string(self.path("dnsmasq.log")).unwrap_or_default()
    }

    /// What the node's daemon wrote down.
    fn said(&self) -> String {
        fs::read_to_string(self.path("node.log")).unwrap_or_default()
    }

    fn at_router(&self, program: &str) -> Command {
        let mut command = root("ip");
        command.args(["netns", "exec", &self.router, program]);
        command
    }

    fn start(&mut self, mut command: Command, log: &str) -> Result<()> {
        let log = fs::File::create(self.path(log))?;
        command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        let child = command.spawn().with_context(|| format!("{command:?}"))?;
        self.running.push(child);
        Ok(())
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn write(&self, name: &str, text: &str) -> Result<String> {
        fs::write(Path::new(&self.path(name)), text)?;
        Ok(self.path(name))
    }
}

impl Drop for Lab {
    /// Ends everything that runs in the two namespaces, and removes them.
    fn drop(&mut self) {
        for signal in ["-TERM", "-KILL"] {
            for name in [&self.node, &self.router] {
                spaces::end_all(name, signal);
            }
            thread::sleep(Duration::from_millis(200));
        }
        for child in &mut self.running {
            let _ = child.wait();
        }
        for name in [&self.node, &self.router] {
            spaces::delete(name);
        }
    }
}

/// A node's folders are its own, and hold nothing but the files that it is given.
const BOOT: &str = "\
set -eu
mount -t tmpfs tmpfs /run
# Daemons write more than their own files: NetworkManager the name servers, all of them a host's name.
cp -a /etc /run/etc
mount --bind /run/etc /etc
mkdir -p /run/dbus
install -d -o systemd-network -g systemd-network /run/systemd/netif/links /run/systemd/netif/leases /run/systemd/netif/lldp
chown -R systemd-network:systemd-network /run/systemd/netif
# systemd-networkd waits for no udev where /sys is not written to.
mount -o remount,ro,bind /sys
rm -rf /etc/systemd/network /etc/NetworkManager /etc/netplan /etc/sysctl.d
mkdir -p /etc/systemd/network /etc/NetworkManager/conf.d /etc/netplan /etc/sysctl.d
if [ -d /var/lib/NetworkManager ]; then mount -t tmpfs tmpfs /var/lib/NetworkManager; fi
printf '[main]\\nplugins=keyfile\\ndhcp=internal\\nno-auto-default=*\\n' > /etc/NetworkManager/NetworkManager.conf
echo $$ > FILES/pid
cp -a FILES/etc/. /etc/
MODES
dbus-daemon --system --nofork --nopidfile --address=unix:path=/run/dbus/system_bus_socket &
while [ ! -S /run/dbus/system_bus_socket ]; do sleep 0.1; done
DAEMON
";

/// What of a machine a daemon that is not kept apart writes first: name servers, and the host's name.
fn machine() -> Result<Vec<String>> {
    let files = [
        "/etc/resolv.conf",
        "/etc/hostname",
        "/proc/sys/kernel/hostname",
    ];
    let text = |file: &&str| Path::new(file).exists().then(|| fs::read_to_string(file));
    let texts: Result<Vec<String>, _> = files.iter().filter_map(text).collect();
    Ok(texts?)
}

/// How a daemon is started, in place of the shell.
const fn started(daemon: Daemon) -> &'static str {
    match daemon {
        Daemon::Kernel => "ip link set eth0 up\nexec sleep infinity",
        Daemon::Networkd => "exec /lib/systemd/systemd-networkd",
        Daemon::Netplan => "netplan generate\nexec /lib/systemd/systemd-networkd",
        Daemon::NetworkManager => "exec NetworkManager --no-daemon --log-level=INFO",
    }
}

/// A command of root's.
#[must_use]
pub fn root(program: &str) -> Command {
    match rustix::process::geteuid().is_root() {
        true => Command::new(program),
        false => {
            let mut sudo = Command::new("sudo");
            sudo.args(["--non-interactive", program]);
            sudo
        }
    }
}

/// Runs it; what it writes.
pub(crate) fn done(command: &mut Command) -> Result<String> {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().with_context(|| format!("{command:?}"))?;
    let told = String::from_utf8_lossy(&stderr);
    ensure!(status.success(), "{command:?}: {told}");
    Ok(String::from_utf8_lossy(&stdout).into_owned())
}
