//! Files that are rendered for operating systems, before the real daemons that read them.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use real::node::{self, Daemon, GATEWAY, Lab, Method, NodeFile, Profile, State};

/// The address that a node makes of its MAC address.
const MADE: &str = "2001:db8:1:0:5054:ff:fe12:3456/64";

/// What an image of Ubuntu says of IPv4.
const IMAGE: &str = "network:\n  version: 2\n  ethernets:\n    eth0:\n      dhcp4: true\n";

/// Every method at once, each with a router and a node of its own.
fn each_method(test: impl Fn(Method) -> Result<()> + Sync) -> Result<()> {
    thread::scope(|scope| {
        let test = &test;
        let running = Method::ALL.map(|method| (method, scope.spawn(move || test(method))));
        for (method, running) in running {
            let ended = running
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            ended.with_context(|| format!("{method:?}"))?;
        }
        Ok(())
    })
}

/// A node gets its address and its default route, reaches what is far away, and keeps all of it once it forwards.
fn keeps_its_network(daemon: Daemon, system: &[&str], method: Method) -> Result<()> {
    let profile = Profile::rendered(system, method)?;
    let mut files = profile.files();
    if daemon == Daemon::Netplan {
        let mut image = NodeFile::new("/etc/netplan/50-cloud-init.yaml", IMAGE);
        image.permissions = "600".to_owned();
        files.push(image);
    }
    let mut lab = Lab::new(method)?;
    lab.boot(daemon, &files)?;
    let state = lab.settled()?;
    let address = state.addresses.join(" ");
    let is_fit = match method {
        Method::Slaac | Method::Stateless => address == MADE,
        Method::Stateful => address.starts_with("2001:db8:1::1") && address.ends_with("/128"),
        Method::Static => address == "2001:db8:1::10/64",
    };
    ensure!(is_fit, "its addresses are {address}");
    ensure!(
        state.gateways == [GATEWAY],
        "its gateways are {:?}",
        state.gateways
    );
    ensure!(
        lab.reaches()?,
        "it does not reach what is behind the router"
    );
    if method == Method::Stateless {
        ensure!(
            lab.served().contains("INFORMATION-REQUEST"),
            "{}",
            lab.served()
        );
    }
    lab.run(profile.sysctl()?)?;
    let forwarding = lab.run("cat /proc/sys/net/ipv6/conf/all/forwarding")?;
    ensure!(forwarding.trim() == "1", "it does not forward");
    lab.stays(&state)?;
    ensure!(
        lab.reaches()?,
        "it no longer reaches what is behind the router"
    );
    lab.left_alone()
}

#[test]
fn netplan_and_networkd_of_ubuntu() -> Result<()> {
    if !node::is_there() {
        return Ok(());
    }
    each_method(|method| keeps_its_network(Daemon::Netplan, &["ubuntu"], method))
}

#[test]
fn networkd_of_flatcar() -> Result<()> {
    if !node::is_there() {
        return Ok(());
    }
    each_method(|method| keeps_its_network(Daemon::Networkd, &["flatcar"], method))
}

#[test]
fn network_manager_of_rhel_10() -> Result<()> {
    if !node::is_there() {
        return Ok(());
    }
    each_method(|method| {
        keeps_its_network(Daemon::NetworkManager, &["rhel", "--release", "10"], method)
    })
}

/// A kernel that reads announcements itself: the file of sysctls keeps the route, and without it the route goes, which shows
/// that it would be seen.
#[test]
fn a_kernel_alone_keeps_its_route_with_the_file_and_loses_it_without() -> Result<()> {
    if !node::is_there() {
        return Ok(());
    }
    let profile = Profile::rendered(&["rhel", "--release", "9"], Method::Slaac)?;
    let mut lab = Lab::new(Method::Slaac)?;
    lab.boot(Daemon::Kernel, &profile.files()[..1])?;
    let has_route = |state: &State| !state.gateways.is_empty();
    until(&lab, has_route).context("it got no route")?;
    lab.run("sysctl -qw net.ipv6.conf.all.forwarding=1")?;
    until(&lab, |state| !has_route(state)).context("the route did not go")?;
    lab.run(profile.sysctl()?)?;
    let state = until(&lab, has_route).context("the route did not come back")?;
    lab.stays(&state)?;
    lab.left_alone()
}

/// A run that is interrupted removes nothing. The next one does, and leaves alone what another one uses.
#[test]
fn what_an_interrupted_run_left_is_removed() -> Result<()> {
    if !node::is_there() {
        return Ok(());
    }
    let mut interrupted = Command::new("true").spawn()?;
    interrupted.wait()?;
    let left = format!("groundwork-node-{}-0", interrupted.id());
    let used = format!("groundwork-node-{}-999", std::process::id());
    for name in [&left, &used] {
        let made = node::root("ip").args(["netns", "add", name]).status()?;
        ensure!(made.success(), "{name} is not made");
    }
    let mut daemon = node::root("ip");
    daemon.args(["netns", "exec", &left, "sleep", "60"]);
    let mut daemon = daemon.spawn()?;
    until_it_runs_in(&left)?;
    node::remove_left_behind()?;
    let listed = node::root("ip").args(["netns", "list"]).output()?.stdout;
    let listed = String::from_utf8(listed)?;
    node::root("ip").args(["netns", "delete", &used]).status()?;
    ensure!(!listed.contains(&left), "it is still there: {listed}");
    ensure!(listed.contains(&used), "it is gone: {listed}");
    ensure!(!daemon.wait()?.success(), "its daemon was not ended");
    Ok(())
}

/// Waits until something runs in a namespace.
fn until_it_runs_in(name: &str) -> Result<()> {
    for _ in 0..200 {
        let pids = node::root("ip").args(["netns", "pids", name]).output()?;
        if !pids.stdout.is_empty() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(50));
    }
    bail!("nothing runs in {name}")
}

/// Waits until a node is so.
fn until(lab: &Lab, is_so: impl Fn(&State) -> bool) -> Result<State> {
    for _ in 0..200 {
        let state = lab.state()?;
        if is_so(&state) && state.addresses == [MADE] {
            return Ok(state);
        }
        thread::sleep(Duration::from_millis(300));
    }
    bail!("it has {:?}", lab.state()?)
}

/// The variables of ifcfg files as a shell reads them, and as cloud-init writes them for the same method.
#[test]
fn ifcfg_variables_are_those_that_cloud_init_writes() -> Result<()> {
    if !node::is_there() {
        return Ok(());
    }
    for (method, kind) in [
        (Method::Slaac, "ipv6_slaac"),
        (Method::Stateless, "ipv6_dhcpv6-stateless"),
        (Method::Stateful, "ipv6_dhcpv6-stateful"),
        (Method::Static, "static6"),
    ] {
        let profile = Profile::rendered(&["rhel", "--release", "9"], method)?;
        let file = profile.files().pop().context("there is a file")?;
        let ours = variables(&file.text)?;
        for (name, value) in variables(&of_cloud_init(kind)?)? {
            let is_ours = name.starts_with("IPV6") || name.starts_with("DHCPV6C");
            // Without it NetworkManager sets no default route: docs/render.md.
            let is_known = method == Method::Stateful && name == "IPV6_AUTOCONF";
            if is_ours && !is_known {
                let gateway = value.replace("fe80::1", "fe80::1%eth0");
                let said = ours.get(&name).map(String::as_str);
                ensure!(
                    [Some(value.as_str()), Some(gateway.as_str())].contains(&said),
                    "{method:?} {name}: {said:?}, {value}"
                );
            }
        }
        for name in [
            "DEVICE",
            "ONBOOT",
            "BOOTPROTO",
            "IPV6INIT",
            "IPV6_AUTOCONF",
            "IPV6_DEFROUTE",
        ] {
            ensure!(ours.contains_key(name), "{method:?} lacks {name}");
        }
    }
    Ok(())
}

/// Every variable that a shell has after it has read a file of assignments.
fn variables(text: &str) -> Result<BTreeMap<String, String>> {
    let mut read = Command::new("env");
    read.args(["--ignore-environment", "/bin/sh", "-euc"]);
    let output = read.arg(format!("set -a\n{text}\nenv")).output()?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout)?;
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    Ok(pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect())
}

/// What cloud-init writes into ifcfg-eth0 for a kind of subnet.
fn of_cloud_init(kind: &str) -> Result<String> {
    let folder = tempfile::tempdir()?;
    let address = match kind {
        "static6" => "\n      address: 2001:db8:1::10/64\n      gateway: fe80::1",
        _ => "",
    };
    let config = folder.path().join("network.yaml");
    std::fs::write(
        &config,
        format!(
            "version: 1\nconfig:\n- type: physical\n  name: eth0\n  mac_address: '52:54:00:12:34:56'\n  subnets:\n    - type: {kind}{address}\n"
        ),
    )?;
    convert(&config, "sysconfig", "rhel", folder.path())?;
    let file = folder
        .path()
        .join("etc/sysconfig/network-scripts/ifcfg-eth0");
    std::fs::read_to_string(&file).with_context(|| file.display().to_string())
}

/// Has cloud-init turn a configuration of the network into files of another form.
fn convert(config: &Path, form: &str, distro: &str, folder: &Path) -> Result<()> {
    let mut convert = Command::new("cloud-init");
    convert.args(["devel", "net-convert", "--kind", "yaml", "--distro", distro]);
    convert.args(["--mac", "eth0,52:54:00:12:34:56", "--output-kind", form]);
    convert.arg("--network-data").arg(config);
    let output = convert.arg("--directory").arg(folder).output()?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

/// cloud-init takes the file for netplan as a configuration of the network, and writes the same for netplan.
#[test]
fn cloud_init_reads_what_netplan_reads() -> Result<()> {
    if !node::is_there() {
        return Ok(());
    }
    for method in Method::ALL {
        let profile = Profile::rendered(&["ubuntu"], method)?;
        let file = profile.files().pop().context("there is a file")?;
        let folder = tempfile::tempdir()?;
        let config = folder.path().join("netplan.yaml");
        std::fs::write(&config, &file.text)?;
        convert(&config, "netplan", "ubuntu", folder.path())?;
        let written =
            std::fs::read_to_string(folder.path().join("etc/netplan/50-cloud-init.yaml"))?;
        let asked: serde_json::Value = serde_saphyr::from_str(&file.text)?;
        let written: serde_json::Value = serde_saphyr::from_str(&written)?;
        let (asked, written) = (
            &asked["network"]["ethernets"],
            &written["network"]["ethernets"],
        );
        ensure!(asked == written, "{method:?}: {written} instead of {asked}");
    }
    Ok(())
}
