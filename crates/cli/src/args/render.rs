//! What `render` may be asked for.

use std::{net::Ipv6Addr, path::PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use groundwork_knowledge::Ipv6Method;
use ipnet::Ipv6Net;

use super::clouds;
use crate::clouds::Cloud;

/// What is rendered.
#[derive(Debug, Subcommand)]
pub(crate) enum Render {
    /// The cluster's `spec.clusterNetwork`, with everything that is chosen where it says nothing.
    ClusterNetwork,
    /// What each listed node joins the cluster with: a JoinConfiguration of kubeadm.
    #[cfg(feature = "byo")]
    Join(JoinOptions),
    /// What a Service of type LoadBalancer needs to be reached in both families, by the cluster's
    /// cloud and version.
    LoadbalancerAnnotations(ServiceOptions),
    /// What an operating system has to be told so that its nodes get an IPv6 address and keep it: part of
    /// an Operating System Profile of KKP.
    OperatingSystemProfile(ProfileOptions),
    /// What an account of a cloud has to be allowed, and nothing more.
    Policy(PolicyOptions),
}

#[derive(Args, Debug)]
pub(crate) struct ProfileOptions {
    /// Which operating system: ubuntu, centos-7, flatcar, rhel, rocky-linux.
    #[arg(long, value_name = "NAME")]
    pub(crate) system: String,
    /// Its release: 24.04, 9.4. Without it, the newest.
    #[arg(long, value_name = "VERSION", value_parser = release)]
    pub(crate) release: Option<String>,
    /// How the datacenter gives nodes their IPv6 address.
    #[arg(long, value_name = "METHOD")]
    pub(crate) ipv6: Ipv6Way,
    /// The interface of the node's default route: `ip route get 1` says it.
    #[arg(long, value_name = "NAME", default_value = "eth0", value_parser = interface)]
    pub(crate) interface: String,
    /// The node's address with the length of its prefix (static): 2001:db8::10/64.
    #[arg(long, value_name = "ADDRESS", required_if_eq("ipv6", "static"))]
    pub(crate) address: Option<Ipv6Net>,
    /// The gateway (static): fe80::1.
    #[arg(long, value_name = "ADDRESS", required_if_eq("ipv6", "static"))]
    pub(crate) gateway: Option<Ipv6Addr>,
    /// A whole profile of KKP, which this becomes a part of; - is standard input. `kubectl get osp
    /// osp-ubuntu -n kube-system -o yaml` prints one.
    #[arg(long, value_name = "FILE")]
    pub(crate) onto: Option<PathBuf>,
}

/// How a datacenter gives nodes their IPv6 address.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Ipv6Way {
    /// Routers announce the prefix, nodes make their address.
    Slaac,
    /// The same, and name servers come by DHCPv6.
    #[value(name = "dhcpv6-stateless")]
    Dhcpv6Stateless,
    /// Addresses come by DHCPv6, the route by announcements.
    #[value(name = "dhcpv6-stateful")]
    Dhcpv6Stateful,
    /// Address and gateway are written down.
    Static,
}

impl Ipv6Way {
    /// As what is known calls it.
    pub(crate) const fn method(self) -> Ipv6Method {
        match self {
            Self::Slaac => Ipv6Method::Slaac,
            Self::Dhcpv6Stateless => Ipv6Method::Dhcpv6Stateless,
            Self::Dhcpv6Stateful => Ipv6Method::Dhcpv6Stateful,
            Self::Static => Ipv6Method::Static,
        }
    }
}

/// Reads a release of an operating system.
fn release(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    match (1..=32).contains(&text.len()) && text.chars().all(plain) {
        true => Ok(text.to_owned()),
        false => Err("at most 32 letters, digits, '.' and '-'".to_owned()),
    }
}

/// Reads the name of an interface that Linux takes and that means nothing else in a file.
fn interface(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let is_fit = (1..=15).contains(&text.len())
        && text.chars().all(plain)
        && text.starts_with(|c: char| c.is_ascii_alphanumeric());
    match is_fit {
        true => Ok(text.to_owned()),
        false => Err("at most 15 letters, digits, '.', '_' and '-'".to_owned()),
    }
}

#[cfg(feature = "byo")]
#[derive(Args, Debug)]
pub(crate) struct JoinOptions {
    /// Only the file of this node.
    #[arg(long, value_name = "NAME")]
    pub(crate) node: Option<String>,
    /// Write the bootstrap token itself, not TOKEN in its place: a secret that lets nodes join.
    #[arg(long)]
    pub(crate) show_token: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ServiceOptions {
    /// The name of the Service.
    #[arg(long, value_name = "NAME", default_value = "web", value_parser = dns_label)]
    pub(crate) service: String,
}

#[derive(Args, Debug)]
pub(crate) struct PolicyOptions {
    /// Of which cloud; without it, that of the cluster in the documents.
    #[arg(value_parser = clouds())]
    pub(crate) cloud: Option<&'static Cloud>,
    /// For what the account is used; without it, for each.
    #[arg(long = "for", value_name = "USE")]
    pub(crate) purpose: Option<Purpose>,
}

/// What an account is used for.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Purpose {
    /// Look, and prove that a network is fit.
    Verify,
    /// That, and make and change what is ours.
    Provision,
    /// Look, and remove what is ours.
    Destroy,
}

/// Reads a name that Kubernetes takes (RFC 1035 label, at most 63 characters).
fn dns_label(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_fit = (1..=63).contains(&text.len())
        && text.chars().all(plain)
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-');
    match is_fit {
        true => Ok(text.to_owned()),
        false => Err("at most 63 small letters, digits and '-', a letter first".to_owned()),
    }
}
