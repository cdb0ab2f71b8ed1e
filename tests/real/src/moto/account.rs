//! An account of moto's, for one test alone.

use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::client::{Client, REGION};
use super::faults;
use super::proxy::Proxy;
use super::xml::Element;
use crate::binary::Seat;
use crate::document::Document;
use crate::inventory::{self, Inventory};
use crate::run;

/// The kinds that an account can have: the listing, and where an id stands.
const KINDS: [(&str, &str, &str); 12] = [
    ("addresses", "DescribeAddresses", "allocationId"),
    (
        "egress-only-gateways",
        "DescribeEgressOnlyInternetGateways",
        "egressOnlyInternetGatewayId",
    ),
    ("endpoints", "DescribeVpcEndpoints", "vpcEndpointId"),
    (
        "interfaces",
        "DescribeNetworkInterfaces",
        "networkInterfaceId",
    ),
    (
        "internet-gateways",
        "DescribeInternetGateways",
        "internetGatewayId",
    ),
    ("nat-gateways", "DescribeNatGateways", "natGatewayId"),
    ("network-acls", "DescribeNetworkAcls", "networkAclId"),
    ("route-tables", "DescribeRouteTables", "routeTableId"),
    ("rules", "DescribeSecurityGroupRules", "securityGroupRuleId"),
    ("security-groups", "DescribeSecurityGroups", "groupId"),
    ("subnets", "DescribeSubnets", "subnetId"),
    ("vpcs", "DescribeVpcs", "vpcId"),
];

/// Switches of a VPC that no listing shows.
const ATTRIBUTES: [&str; 2] = ["enableDnsHostnames", "enableDnsSupport"];

/// An account with nothing in it but the default VPC that every account has.
pub struct Account {
    /// Its owner at work, by requests of his own; through the proxy, as everybody.
    pub owner: Client,
    proxy: Proxy,
    moto: Client,
}

impl Account {
    /// A new one.
    ///
    /// # Errors
    /// No port for its proxy.
    pub fn open(moto: &str) -> Result<Self> {
        let number = number();
        let proxy = Proxy::start(moto, &number)?;
        Ok(Self {
            owner: Client::new(&proxy.url, &number),
            proxy,
            moto: Client::new(moto, &number),
        })
    }

    /// A seat at which the program reaches it.
    ///
    /// # Errors
    /// No temporary folder to be had.
    pub fn seat(&self) -> Result<Seat> {
        Seat::with_environment(&[("AWS_ENDPOINT_URL", &self.proxy.url)])
    }

    /// A dual-stack cluster that leaves everything to defaults.
    pub fn document(&self, name: &str) -> Document {
        let section = json!({
            "accessKeyID": "AKIATEST",
            "secretAccessKey": "secret",
            "nodePortsAllowedIPRanges": {"cidrBlocks": ["192.0.2.0/24", "2001:db8:1::/48"]},
            "sshSources": ["192.0.2.0/24"],
        });
        Document::new("aws", name, section, json!({ "region": REGION }))
    }

    /// What would have changed something of all that was asked since the last time, by action.
    pub fn mutating_calls(&self) -> Vec<String> {
        let calls = self.proxy.calls();
        let mutating = calls.iter().filter(|ask| ask.is_mutating());
        let own = mutating.filter(|ask| ask.action() != "GetCallerIdentity");
        own.map(|ask| ask.action().to_owned()).collect()
    }

    /// Everything that the account has now, from moto itself.
    ///
    /// # Errors
    /// A listing fails.
    pub async fn inventory(&self) -> Result<Inventory> {
        let mut inventory = Inventory::default();
        for (kind, listing, id) in KINDS {
            let mut found = self.moto.list(listing, None).await?;
            // Listed for an hour, in EC2 as well.
            found.retain(|one| one.at("state") != "deleted");
            if kind == "network-acls" {
                faults::retain(&self.moto, &mut found).await?;
            }
            let mut objects = Vec::new();
            for one in &found {
                let mut object = one.value();
                object["id"] = json!(one.at(id));
                object["name"] = json!(name(one));
                if kind == "vpcs" {
                    object["attributes"] = self.attributes(one.at(id)).await?;
                }
                objects.push(object);
            }
            inventory.add(kind, &objects);
        }
        Ok(inventory)
    }

    /// Waits until nothing more appears or goes: for requests whose sender is dead.
    ///
    /// # Errors
    /// A listing fails.
    pub async fn settle(&self) -> Result<()> {
        inventory::settle(async || self.inventory().await).await
    }

    /// Looks until every network has been there for a while, as its owner sees it.
    ///
    /// # Errors
    /// A listing fails, or something never comes.
    pub async fn arrive(&self) -> Result<()> {
        const LOOKS_MAX: u32 = 100;
        let has_come = |one: &Element| {
            let mut ranges = one.items("ipv6CidrBlockAssociationSet").iter();
            one.at("state") == "available"
                && ranges.all(|range| range.at("ipv6CidrBlockState/state") == "associated")
        };
        for _ in 0..LOOKS_MAX {
            let vpcs = self.owner.list("DescribeVpcs", None).await?;
            let subnets = self.owner.list("DescribeSubnets", None).await?;
            if vpcs.iter().chain(&subnets).all(has_come) {
                return Ok(());
            }
        }
        bail!("something of the account never comes")
    }

    async fn attributes(&self, vpc: &str) -> Result<Value> {
        let mut values = json!({});
        for name in ATTRIBUTES {
            let asked = [("VpcId", vpc), ("Attribute", name)];
            let told = self.moto.call("DescribeVpcAttribute", &asked).await?;
            values[name] = json!(told.at(&format!("{name}/value")));
        }
        Ok(values)
    }
}

/// The tag `Name`.
fn name(of: &Element) -> &str {
    let mut tags = of.items("tagSet").iter();
    let name = tags.find(|tag| tag.at("key") == "Name");
    name.map_or("", |tag| tag.at("value"))
}

/// A number that no other account of this or a former run has.
pub fn number() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(1);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    // Twelve digits, as every account has.
    format!("{:09}{count:03}", run::number() % 1_000_000_000)
}
