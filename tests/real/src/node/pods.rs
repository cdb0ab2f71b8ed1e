//! Two nodes with pods, and a router between them, each in a network namespace of this machine.
//!
//! ```text
//!  pods of a ── node a ── router ── node b ── pods of b
//!                          │
//!                     far.test, DNS
//! ```
//!
//! The router stands for the network of a cloud that carries each node's range of pods to it. What answers at a
//! service's address is the pod itself, which has it too: so no packet is rewritten.

use std::fs;
use std::net::IpAddr;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::lab::{done, root};
use super::spaces;

/// A name outside of the cluster, with an address of each family.
pub const FAR_NAME: &str = "far.test";
/// The port on which it answers.
pub const FAR_PORT: u16 = 8443;
/// The number of what stands for everything outside: it lies behind the router as the nodes do.
const OUTSIDE: usize = 3;
const FAR: [&str; 2] = ["198.51.100.1", "2001:db8:f::1"];

/// The network. It lasts as long as its value.
pub struct PodNetwork {
    folder: TempDir,
    name: String,
    pods: Vec<String>,
    running: Vec<Child>,
}

impl PodNetwork {
    /// One in which everybody reaches everybody.
    ///
    /// # Errors
    /// Namespaces cannot be made, or what answers outside does not start.
    pub fn new() -> Result<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        spaces::remove_left_behind()?;
        let mut network = Self {
            folder: tempfile::tempdir()?,
            name: spaces::name("pods", number),
            pods: Vec::new(),
            running: Vec::new(),
        };
        network.router()?;
        for node in 1..=OUTSIDE {
            network.node(node)?;
        }
        network.far()?;
        Ok(network)
    }

    /// The addresses of a node, the first family first; the nodes are 1 and 2.
    #[must_use]
    pub fn node_ips(node: usize) -> [String; 2] {
        [format!("192.0.2.{node}1"), format!("2001:db8:{node}::1")]
    }

    /// The ranges of a node's pods.
    #[must_use]
    pub fn ranges(node: usize) -> [String; 2] {
        [
            format!("172.25.{node}.0/24"),
            format!("fd01:0:0:{node}::/64"),
        ]
    }

    fn pod_ips(node: usize, pod: usize) -> [String; 2] {
        [
            format!("172.25.{node}.{pod}"),
            format!("fd01:0:0:{node}::{pod}"),
        ]
    }

    /// The router drops without a word what comes from a node and goes there.
    ///
    /// # Errors
    /// The kernel does not take the rule.
    pub fn drop_on_the_way(&self, from: usize, to: &str) -> Result<()> {
        let family = if to.contains(':') { "-6" } else { "-4" };
        let rule = format!("{family} rule add iif n{from} to {to} blackhole");
        self.ip(&self.space("router"), &rule)
    }

    /// Makes a pod's namespace on a node; its addresses.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn pod(&mut self, node: usize) -> Result<(usize, Vec<IpAddr>)> {
        let number = self.pods.len() + 10;
        let (pod, host) = (
            self.space(&format!("pod{number}")),
            self.space(&format!("node{node}")),
        );
        self.pods.push(pod.clone());
        let [v4, v6] = Self::pod_ips(node, number);
        done(root("ip").args(["netns", "add", &pod]))?;
        for (space, line) in [
            (
                &host,
                format!("link add p{number} type veth peer name eth0 netns {pod}"),
            ),
            (&host, format!("link set p{number} addrgenmode none")),
            (&host, format!("addr add fe80::1/64 dev p{number} nodad")),
            (&host, format!("link set p{number} up")),
            (&pod, "link set lo up".to_owned()),
            (&pod, format!("addr add {v4}/32 dev eth0")),
            (&pod, format!("addr add {v6}/128 dev eth0 nodad")),
            (&pod, "link set eth0 up".to_owned()),
            (&pod, format!("route add 172.25.{node}.1 dev eth0")),
            (&pod, format!("route add default via 172.25.{node}.1")),
            (&pod, "-6 route add default via fe80::1 dev eth0".to_owned()),
            (&host, format!("route add {v4}/32 dev p{number}")),
            (&host, format!("-6 route add {v6}/128 dev p{number}")),
        ] {
            self.ip(space, &line)?;
        }
        Ok((number, vec![v4.parse()?, v6.parse()?]))
    }

    /// What is sent to a service's address comes to a pod on a node.
    ///
    /// # Errors
    /// The kernel does not take the routes.
    pub fn forward(&self, service: &str, node: usize, pod: usize) -> Result<()> {
        let [node_v4, node_v6] = Self::node_ips(node);
        let [pod_v4, pod_v6] = Self::pod_ips(node, pod);
        let (family, length, by_node, by_pod) = match service.contains(':') {
            true => ("-6", 128, node_v6, pod_v6),
            false => ("-4", 32, node_v4, pod_v4),
        };
        let to = format!("{family} route add {service}/{length} via");
        self.ip(&self.space("router"), &format!("{to} {by_node}"))?;
        self.ip(
            &self.space(&format!("node{node}")),
            &format!("{to} {by_pod}"),
        )?;
        let own = self.space(&format!("pod{pod}"));
        self.ip(
            &own,
            &format!("{family} addr add {service}/{length} dev lo"),
        )
    }

    /// Runs a container's command in a pod, as a user who may do nothing, with a `/dev` of its own; what it
    /// writes into its termination message comes into the file.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn run(&self, pod: usize, command: &[&str]) -> Result<(Child, String)> {
        let message = self.file(&format!("message-{pod}"), "")?;
        let names = self.file("resolv.conf", &format!("nameserver {}\n", FAR[0]))?;
        let script = CONTAINER
            .replace("MESSAGE", &message)
            .replace("NAMES", &names);
        let mut container = self.within(&format!("pod{pod}"), "unshare");
        container.args([
            "--mount",
            "--propagation",
            "private",
            "sh",
            "-c",
            &script,
            "container",
        ]);
        let log = fs::File::create(self.folder.path().join(format!("log-{pod}")))?;
        container.args(command).stdin(Stdio::null());
        container.stdout(log.try_clone()?).stderr(log);
        Ok((container.spawn().context("the container starts")?, message))
    }

    fn router(&self) -> Result<()> {
        let router = self.space("router");
        done(root("ip").args(["netns", "add", &router]))?;
        self.ip(&router, "link set lo up")?;
        self.forwards("router")
    }

    fn node(&self, node: usize) -> Result<()> {
        let (router, own) = (self.space("router"), self.space(&format!("node{node}")));
        let [v4, v6] = Self::node_ips(node);
        let [range_v4, range_v6] = Self::ranges(node);
        let gateway_v4 = format!("192.0.2.{node}2");
        let gateway_v6 = format!("2001:db8:{node}::2");
        done(root("ip").args(["netns", "add", &own]))?;
        for (space, line) in [
            (
                &router,
                format!("link add n{node} type veth peer name eth0 netns {own}"),
            ),
            (
                &router,
                format!("addr add {gateway_v4} peer {v4} dev n{node}"),
            ),
            (
                &router,
                format!("addr add {gateway_v6}/64 dev n{node} nodad"),
            ),
            (&router, format!("link set n{node} up")),
            (&own, "link set lo up".to_owned()),
            (&own, format!("addr add 172.25.{node}.1/32 dev lo")),
            (&own, format!("addr add {v4} peer {gateway_v4} dev eth0")),
            (&own, format!("addr add {v6}/64 dev eth0 nodad")),
            (&own, "link set eth0 up".to_owned()),
            (&own, format!("route add default via {gateway_v4}")),
            (&own, format!("-6 route add default via {gateway_v6}")),
            (&router, format!("route add {range_v4} via {v4}")),
            (&router, format!("-6 route add {range_v6} via {v6}")),
        ] {
            self.ip(space, &line)?;
        }
        self.forwards(&format!("node{node}"))
    }

    fn forwards(&self, side: &str) -> Result<()> {
        let mut sysctl = self.within(side, "sysctl");
        sysctl.args([
            "-qw",
            "net.ipv4.ip_forward=1",
            "net.ipv6.conf.all.forwarding=1",
        ]);
        done(&mut sysctl).map(drop)
    }

    /// A server that takes connections, and a name server that knows it.
    fn far(&mut self) -> Result<()> {
        let side = format!("node{OUTSIDE}");
        let [v4, v6] = Self::node_ips(OUTSIDE);
        for (far, gateway) in FAR.into_iter().zip([v4, v6]) {
            let family = if far.contains(':') { "-6" } else { "-4" };
            self.ip(&self.space(&side), &format!("addr add {far} dev lo"))?;
            let route = format!("{family} route add {far} via {gateway}");
            self.ip(&self.space("router"), &route)?;
        }
        let mut server = self.within(&side, "busybox");
        let port = FAR_PORT.to_string();
        server.args(["nc", "-ll", "-p", &port, "-e", "busybox", "true"]);
        let mut names = self.within(&side, "dnsmasq");
        names.args([
            "-k",
            "--conf-file=/dev/null",
            "--no-resolv",
            "--no-hosts",
            "--user=root",
        ]);
        names.arg(format!(
            "--pid-file={}",
            self.folder.path().join("pid").display()
        ));
        names.args(FAR.map(|far| format!("--address=/{FAR_NAME}/{far}")));
        for mut command in [server, names] {
            command
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            let child = command.spawn().with_context(|| format!("{command:?}"))?;
            self.running.push(child);
        }
        Ok(())
    }

    fn space(&self, side: &str) -> String {
        format!("{}-{side}", self.name)
    }

    fn within(&self, side: &str, program: &str) -> Command {
        let mut command = root("ip");
        command.args(["netns", "exec", &self.space(side), program]);
        command
    }

    fn ip(&self, space: &str, line: &str) -> Result<()> {
        let mut ip = root("ip");
        done(ip.args(["-n", space]).args(line.split(' '))).map(drop)
    }

    fn file(&self, name: &str, text: &str) -> Result<String> {
        let path = self.folder.path().join(name);
        fs::write(&path, text)?;
        Ok(path.display().to_string())
    }
}

impl Drop for PodNetwork {
    /// Ends everything that runs in the namespaces, and removes them.
    fn drop(&mut self) {
        let mut spaces = self.pods.clone();
        spaces.extend(["router", "node1", "node2", "node3"].map(|side| self.space(side)));
        for space in &spaces {
            spaces::end_all(space, "-KILL");
        }
        for child in &mut self.running {
            let _ = child.wait();
        }
        for space in &spaces {
            spaces::delete(space);
        }
    }
}

/// What a container runtime does, as far as the probe's pods can tell.
const CONTAINER: &str = "\
set -eu
mount --bind NAMES /etc/resolv.conf
chmod 666 MESSAGE
mount -t tmpfs tmpfs /run
mkdir /run/dev
touch /run/dev/null /run/dev/termination-log
mount --bind /dev/null /run/dev/null
mount --bind MESSAGE /run/dev/termination-log
mount --rbind /run/dev /dev
exec setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all -- \"$@\"
";
