//! Nodes that wait for a cloud controller, and nodes whose status is not what their node-ip says: why, and what to
//! do. Pure.
//!
//! Kubelets that run with `--cloud-provider=external` taint their node until a cloud controller has initialized it.
//! The controller does that once it reports each address of the node-ip, and says in its log alone what it misses.
//! After that a node-ip that does not match keeps the status as it is, again with a line of the log.

use std::net::IpAddr;

use groundwork_model::{Family, NodeIp};

/// Why something is as it is and what to do, for one node and for several that have it in common.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cause {
    /// Why, of one node: a sentence without its end.
    pub why: String,
    /// What to do for one node.
    pub remedy: String,
    /// Why, of several nodes. Nodes whose texts here are the same have one cause.
    pub common: String,
    /// What to do for several nodes.
    pub common_remedy: String,
}

impl Cause {
    /// A cause that is told of several nodes as of one.
    pub fn new(why: impl Into<String>, remedy: impl Into<String>) -> Self {
        let (why, remedy) = (why.into(), remedy.into());
        Self {
            common: why.clone(),
            common_remedy: remedy.clone(),
            why,
            remedy,
        }
    }

    /// The same with another sentence for several nodes, which have other addresses each.
    pub fn in_common(mut self, why: impl Into<String>) -> Self {
        self.common = why.into();
        self
    }

    /// The same with another remedy for several nodes.
    pub fn remedy_in_common(mut self, remedy: impl Into<String>) -> Self {
        self.common_remedy = remedy.into();
        self
    }
}

/// What is known of a cluster's cloud controller. A cluster whose nodes alone can be seen shows which families it reports
/// and nothing else.
pub trait Reporter {
    /// Why no controller is at work, as far as can be seen.
    fn absence(&self) -> Option<Cause>;

    /// Why it reports no address of a family.
    fn lacks(&self, family: Family) -> Option<Cause>;

    /// Who initializes nodes: `the cloud controller of Hetzner`.
    fn title(&self) -> String {
        "a cloud controller".to_owned()
    }

    /// A mistake in its configuration that leaves every node waiting.
    fn mistake(&self) -> Option<Cause> {
        None
    }

    /// The exact cause for a node-ip, where its configuration shows it.
    fn exact(&self, _ip: &NodeIp) -> Option<Cause> {
        None
    }

    /// What it can be beside that, the likeliest first, as one text. `has_node_ip` says whether the node has a node-ip.
    fn likely(&self, _has_node_ip: bool) -> Option<String> {
        None
    }
}

/// Why a node with this node-ip waits for its cloud controller.
pub fn waits(node_ip: Option<&str>, reporter: &impl Reporter) -> Cause {
    let ip = match node_ip.map(|text| (text, NodeIp::parse(text))) {
        Some((text, Err(why))) => {
            return Cause::new(
                format!("its node-ip {text:?} matches no address of a cloud: {why}"),
                "correct the kubelet's node-ip, and restart it",
            );
        }
        Some((text, Ok(ip))) => Some((text, ip)),
        None => None,
    };
    let general = || reporter.absence().or_else(|| reporter.mistake());
    match (general(), ip) {
        (Some(general), _) => general,
        (None, Some((text, ip))) => of_node_ip(text, &ip, reporter),
        (None, None) => unknown(reporter),
    }
}

/// Each address of node-ip has to be one that the controller reports; else the node waits for ever.
fn of_node_ip(text: &str, ip: &NodeIp, reporter: &impl Reporter) -> Cause {
    if let Some(exact) = reporter.exact(ip) {
        return exact;
    }
    let families = ip.addresses().iter().map(Family::of_address);
    if let Some(Cause { why, remedy, .. }) = families.clone().find_map(|one| reporter.lacks(one)) {
        let named: Vec<String> = families.map(|family| family.to_string()).collect();
        let one = format!(
            "its node-ip {text} names {}, and {why}",
            named.join(" and ")
        );
        return Cause::new(one, remedy).in_common(why);
    }
    let title = reporter.title();
    let with_likely = |why: String| match reporter.likely(true) {
        Some(likely) => format!("{why}. What it can be, the likeliest first: {likely}"),
        None => why,
    };
    let one = format!(
        "{title} initializes it once it reports each address of its node-ip ({text}), and does not"
    );
    let common = format!(
        "{title} initializes a node once it reports each address of its node-ip, and does not"
    );
    Cause::new(
        with_likely(one),
        "look into the controller's log for the node: it names the address that it misses; correct \
         node-ip, or what the cloud has",
    )
    .in_common(with_likely(common))
}

/// Without a node-ip every address is welcome: the controller does not know the node at all.
fn unknown(reporter: &impl Reporter) -> Cause {
    let title = reporter.title();
    let why = format!(
        "it has no node-ip, and {title} does not know it: its name has to be the one that the cloud knows, \
         and its server has to report an address"
    );
    let why = match reporter.likely(false) {
        Some(likely) => format!("{why}. What it can be beside that: {likely}"),
        None => why,
    };
    Cause::new(
        why,
        "look into the controller's log for the node; correct the node's name, or the controller's \
         credentials and project",
    )
}

/// Why the status of an initialized node is not what its node-ip says, where it is not.
pub fn outdated(node_ip: &str, status: &[IpAddr]) -> Option<Cause> {
    let ip = match NodeIp::parse(node_ip) {
        Ok(ip) => ip,
        Err(why) => {
            return Some(Cause::new(
                format!("its node-ip is {node_ip:?}: {why}"),
                "correct the kubelet's node-ip, and restart it",
            ));
        }
    };
    if let Some(missing) = ip.addresses().iter().find(|one| !status.contains(one)) {
        const OLD: &str =
            "no longer kept up to date, and a new node with such a node-ip stays tainted";
        return Some(
            Cause::new(
                format!(
                    "it has {missing} in node-ip, and not in its status: its addresses are {OLD}"
                ),
                "name in node-ip the addresses that the host has now",
            )
            .in_common(format!(
                "node-ip names an address that is not in the status: the addresses are {OLD}"
            )),
        );
    }
    let first = |all: &[IpAddr]| all.first().map(Family::of_address);
    let is_turned = ip.addresses().len() == 2 && first(ip.addresses()) != first(status);
    is_turned.then(|| {
        Cause::new(
            format!("it has another family first in node-ip ({node_ip}) than in its status"),
            "order node-ip as the status is; between an internal and an external address the order never \
             changes: delete the Node and let it join again",
        )
        .in_common("node-ip has another family first than the status")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Reports(&'static [Family]);

    impl Reporter for Reports {
        fn absence(&self) -> Option<Cause> {
            self.0
                .is_empty()
                .then(|| Cause::new("none is at work", "install one"))
        }

        fn lacks(&self, family: Family) -> Option<Cause> {
            let is_missing = !self.0.contains(&family);
            is_missing
                .then(|| Cause::new(format!("it reports no {family} address"), "switch it on"))
        }
    }

    #[test]
    fn the_first_cause_that_explains_a_node_is_told() {
        let why = |node_ip, families| waits(node_ip, &Reports(families)).why;
        assert!(why(Some("10.0.0.5, fd00::5"), &[]).contains("blank"));
        assert_eq!(why(Some("10.0.0.5"), &[]), "none is at work");
        assert_eq!(
            why(Some("10.0.0.5,fd00::5"), &[Family::V4]),
            "its node-ip 10.0.0.5,fd00::5 names IPv4 and IPv6, and it reports no IPv6 address"
        );
        assert!(
            why(Some("fd00::5"), &[Family::V6]).contains("each address of its node-ip (fd00::5)")
        );
        assert!(why(None, &[Family::V4]).contains("does not know it"));
    }

    #[test]
    fn nodes_with_other_addresses_have_one_cause_in_common() {
        let cause = |node_ip| waits(Some(node_ip), &Reports(&[Family::V4]));
        let (one, other) = (cause("10.0.0.5,fd00::5"), cause("10.0.0.6,fd00::6"));
        assert_ne!(one.why, other.why);
        assert_eq!(one.common, other.common);
    }

    #[test]
    fn a_status_is_compared_with_node_ip_by_value_and_order() {
        let status: Vec<IpAddr> = ["fd00::5", "10.0.0.5"]
            .map(|ip| ip.parse().unwrap())
            .to_vec();
        let told = |node_ip| outdated(node_ip, &status).map(|cause| cause.why);
        assert_eq!(told("FD00:0::5,10.0.0.5"), None);
        assert_eq!(told("10.0.0.5"), None);
        assert!(
            told("10.0.0.6")
                .unwrap()
                .contains("10.0.0.6 in node-ip, and not in its status")
        );
        assert!(
            told("10.0.0.5,fd00::5")
                .unwrap()
                .contains("another family first")
        );
    }
}
