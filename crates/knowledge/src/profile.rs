//! How nodes get their IPv6 address: the files that say it to an operating system.

use std::{
    collections::BTreeMap,
    fmt,
    net::{IpAddr, Ipv6Addr},
};

use ipnet::Ipv6Net;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Known;

/// How a datacenter gives nodes their IPv6 address.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(rename_all = "camelCase")]
pub enum Ipv6Method {
    /// Routers announce the prefix, and nodes make their address (RFC 4862).
    Slaac,
    /// The same, and name servers come by DHCPv6 (RFC 8415 section 6.1).
    Dhcpv6Stateless,
    /// Routers announce that addresses come by DHCPv6 (RFC 8415 section 6.2).
    Dhcpv6Stateful,
    /// The address and the gateway are written down.
    Static,
}

impl Ipv6Method {
    /// Every one.
    pub const ALL: [Self; 4] = [
        Self::Slaac,
        Self::Dhcpv6Stateless,
        Self::Dhcpv6Stateful,
        Self::Static,
    ];
}

impl fmt::Display for Ipv6Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Slaac => "slaac",
            Self::Dhcpv6Stateless => "dhcpv6-stateless",
            Self::Dhcpv6Stateful => "dhcpv6-stateful",
            Self::Static => "static",
        })
    }
}

/// Releases of an operating system whose network is said in one form.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SystemProfile {
    /// The operating system, by its name in the matrix.
    pub system: String,
    /// Its name in KKP's operating system profiles.
    pub os_name: String,
    /// The releases, the newest first: `9` is 9.4 too. None: every one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub releases: Vec<String>,
    /// The form, by its name.
    pub form: String,
}

impl SystemProfile {
    fn has(&self, release: &str) -> bool {
        let is = |one: &String| {
            let rest = release.strip_prefix(one.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.releases.is_empty() || self.releases.iter().any(is)
    }
}

/// A form in which an operating system is told of its network.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NetworkForm {
    /// Its name.
    pub name: String,
    /// With what it was run; or that it was not.
    pub proven: String,
    /// What is to be known of it; a sentence without its capital and its full stop.
    pub says: String,
    /// The file.
    pub file: NodeFile,
    /// The commands that make it count.
    pub apply: Vec<String>,
    /// The pages that say so, the best first.
    pub sources: Vec<String>,
    /// The day on which somebody looked, such as 2026-11-28.
    #[schemars(extend("format" = "date"))]
    pub checked: String,
}

/// A file of a node. In its path and its text stand `{interface}`, `{address}` with its prefix, `{gateway}`, and
/// `{scopedGateway}`, which has the interface where it is link-local.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NodeFile {
    /// Where it lies.
    pub path: String,
    /// Who may read it, as `chmod` writes it.
    pub permissions: u32,
    /// What it says, by how the address comes.
    pub texts: BTreeMap<Ipv6Method, String>,
}

/// The interface of a node, and what is written down of it.
#[derive(Clone, Debug)]
pub struct Interface {
    /// Its name.
    pub name: String,
    /// Its address with the length of its prefix, and its gateway, where they do not come by themselves.
    pub fixed: Option<(Ipv6Net, Ipv6Addr)>,
}

impl Interface {
    /// A text with what it says of this interface.
    pub fn fill(&self, text: &str) -> String {
        let text = text.replace("{interface}", &self.name);
        let Some((address, gateway)) = self.fixed else {
            return text;
        };
        let scope = match gateway.is_unicast_link_local() {
            true => format!("%{}", self.name),
            false => String::new(),
        };
        let text = text.replace("{address}", &address.to_string());
        let text = text.replace("{scopedGateway}", &format!("{gateway}{scope}"));
        text.replace("{gateway}", &gateway.to_string())
    }

    /// Why the address and the gateway cannot be those of a node; the end of a sentence.
    pub fn fault(&self) -> Option<String> {
        let (address, gateway) = self.fixed?;
        let host = address.addr();
        let is_unicast = |address: Ipv6Addr| {
            !(address.is_unspecified() || address.is_loopback() || address.is_multicast())
        };
        let told = match () {
            () if !is_unicast(host) || host.is_unicast_link_local() => "no node can have it",
            () if host == address.network() && address.prefix_len() < 127 => {
                "it is the address at which the routers of its subnet answer"
            }
            () if !is_unicast(gateway) => {
                return Some(format!("{gateway} is the address of no gateway"));
            }
            () if gateway == host => "it is the gateway too",
            () => return None,
        };
        Some(format!(
            "{} cannot be the node's address: {told}",
            IpAddr::V6(host)
        ))
    }
}

impl Known {
    /// How a release of an operating system is told of its network. Without a release, the newest.
    ///
    /// # Errors
    /// What there is instead; the end of a sentence.
    pub fn profile(
        &self,
        system: &str,
        release: Option<&str>,
    ) -> Result<(&SystemProfile, &NetworkForm), String> {
        let of: Vec<&SystemProfile> = self
            .profiles
            .iter()
            .filter(|one| one.system == system)
            .collect();
        let fit = of
            .iter()
            .find(|one| release.is_none_or(|release| one.has(release)));
        let Some(profile) = fit else {
            let names = |names: Vec<&str>| names.join(", ");
            let known: Vec<&str> = self.systems.iter().map(|one| one.name.as_str()).collect();
            let releases = of.iter().flat_map(|one| &one.releases).map(String::as_str);
            return Err(match of.is_empty() {
                true => format!(
                    "no operating system is called {system:?}: there are {}",
                    names(known)
                ),
                false => format!(
                    "release {} of {system} is not known: there are {}",
                    release.unwrap_or_default(),
                    names(releases.collect())
                ),
            });
        };
        let form = self.forms.iter().find(|form| form.name == profile.form);
        let form = form.ok_or_else(|| format!("no form is called {:?}", profile.form))?;
        Ok((profile, form))
    }
}
