//! Faults of subnets.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use async_trait::async_trait;
use ipnet::Ipv6Net;

use super::super::ask::{Answer, Ask};
use super::super::client::{Client, REGION};
use super::super::xml::Element;
use super::Fault;

/// A VPC with an IPv6 range: its id, and the range's first half.
async fn vpc(cloud: &Client) -> Result<(String, String)> {
    let vpc = cloud.make("CreateVpc", &[("CidrBlock", "10.0.0.0/16")], "vpc/vpcId");
    let vpc = vpc.await?;
    let asked = [
        ("VpcId", vpc.as_str()),
        ("AmazonProvidedIpv6CidrBlock", "true"),
    ];
    let range = "ipv6CidrBlockAssociation/ipv6CidrBlock";
    let range = cloud.make("AssociateVpcCidrBlock", &asked, range).await?;
    Ok((vpc, range.trim_end_matches("::/56").to_owned()))
}

/// A subnet of it with this IPv6 range.
async fn subnet(cloud: &Client, vpc: &str, ipv6: &str) -> Result<Answer> {
    let zone = format!("{REGION}a");
    let asked = [
        ("VpcId", vpc),
        ("CidrBlock", "10.0.1.0/24"),
        ("Ipv6CidrBlock", ipv6),
        ("AvailabilityZone", &zone),
    ];
    cloud.send(&Ask::new("CreateSubnet", &asked)).await
}

/// The subnets that an answer tells of.
fn told(answer: &mut Answer) -> &mut [Element] {
    match answer.body.name.as_str() {
        "CreateSubnetResponse" => answer.body.children.as_mut_slice(),
        _ => answer.body.items_mut("subnetSet"),
    }
}

/// moto writes the state of a subnet's IPv6 range as Python writes a dictionary:
/// `{'State': 'associated'}`. EC2 writes `associated`.
pub(super) struct RangeStateIsADict;

const RANGES: &str = "ipv6CidrBlockAssociationSet";
const STATE: &str = "ipv6CidrBlockState/state";

#[async_trait]
impl Fault for RangeStateIsADict {
    async fn is_there(&self, cloud: &Client) -> Result<bool> {
        let (vpc, range) = vpc(cloud).await?;
        let made = subnet(cloud, &vpc, &format!("{range}::/64")).await?.body;
        let mut ranges = made.items(&format!("subnet/{RANGES}")).iter();
        Ok(ranges.any(|range| range.at(STATE).contains('{')))
    }

    async fn correct(&self, _: &Client, _: &Ask, answer: &mut Answer) -> Result<()> {
        let ranges = told(answer).iter_mut().flat_map(|of| of.items_mut(RANGES));
        for state in ranges.filter_map(|range| range.find_mut(STATE)) {
            let word = state.text.split('\'').nth(3).map(str::to_owned);
            state.text = word.unwrap_or_else(|| state.text.clone());
        }
        Ok(())
    }
}

/// moto gives a subnet whichever IPv6 range is asked for. EC2 refuses one that is not in a range of
/// the VPC, is of no length for subnets, or overlaps with another subnet's.
pub(super) struct RangeIsUnchecked;

#[async_trait]
impl Fault for RangeIsUnchecked {
    async fn is_there(&self, cloud: &Client) -> Result<bool> {
        let (vpc, _) = vpc(cloud).await?;
        Ok(subnet(cloud, &vpc, "2001:db8::/56").await?.is_ok())
    }

    async fn instead(&self, moto: &Client, ask: &Ask) -> Result<Option<Answer>> {
        let adds = ["AssociateSubnetCidrBlock", "CreateSubnet"].contains(&ask.action());
        let range = ask.get("Ipv6CidrBlock").filter(|_| adds);
        let Some(range) = range else { return Ok(None) };
        let vpc = match (ask.get("VpcId"), ask.get("SubnetId")) {
            (Some(vpc), _) => vpc.to_owned(),
            (None, subnet) => {
                let subnet = Some(("subnet-id", subnet.unwrap_or_default()));
                let found = moto.list("DescribeSubnets", subnet).await?;
                found
                    .first()
                    .map_or("", |subnet| subnet.at("vpcId"))
                    .to_owned()
            }
        };
        let vpcs = moto.list("DescribeVpcs", Some(("vpc-id", &vpc))).await?;
        let subnets = moto.list("DescribeSubnets", Some(("vpc-id", &vpc))).await?;
        Ok(unfit(range, &ranges(&vpcs), &ranges(&subnets)))
    }
}

fn ranges(of: &[Element]) -> Vec<Ipv6Net> {
    let ranges = of.iter().flat_map(|of| of.items(RANGES));
    let there = ranges.filter(|range| !range.at(STATE).contains("disassociat"));
    there
        .filter_map(|range| range.at("ipv6CidrBlock").parse().ok())
        .collect()
}

fn unfit(range: &str, whole: &[Ipv6Net], taken: &[Ipv6Net]) -> Option<Answer> {
    let refusal = |code, what: &str| {
        let message = format!("The CIDR '{range}' {what}");
        Some(Answer::refusal(400, code, &message))
    };
    let Ok(net) = range.parse::<Ipv6Net>() else {
        return refusal("InvalidParameterValue", "is no IPv6 range");
    };
    let length = (44..=64).contains(&net.prefix_len()) && net.prefix_len() % 4 == 0;
    if !length || !whole.iter().any(|whole| whole.contains(&net)) {
        return refusal("InvalidSubnet.Range", "is invalid.");
    }
    let overlaps = |other: &&Ipv6Net| other.contains(&net) || net.contains(*other);
    match taken.iter().find(overlaps) {
        Some(_) => refusal("InvalidSubnet.Conflict", "conflicts with another subnet"),
        None => None,
    }
}

/// moto takes the switch for DNS64, and knows nothing of it afterwards. EC2 tells what it is.
#[derive(Default)]
pub(super) struct Dns64IsForgotten {
    /// By subnet.
    switched: Mutex<BTreeMap<String, String>>,
}

const DNS64: &str = "enableDns64";

#[async_trait]
impl Fault for Dns64IsForgotten {
    async fn is_there(&self, cloud: &Client) -> Result<bool> {
        let (vpc, range) = vpc(cloud).await?;
        let made = subnet(cloud, &vpc, &format!("{range}::/64")).await?.body;
        let id = made.at("subnet/subnetId");
        let on = [("SubnetId", id), ("EnableDns64.Value", "true")];
        cloud.call("ModifySubnetAttribute", &on).await?;
        let told = cloud
            .list("DescribeSubnets", Some(("subnet-id", id)))
            .await?;
        Ok(told.iter().any(|subnet| subnet.at(DNS64) != "true"))
    }

    async fn correct(&self, _: &Client, ask: &Ask, answer: &mut Answer) -> Result<()> {
        let mut switched = self.switched.lock().unwrap_or_else(PoisonError::into_inner);
        let switch = (ask.get("SubnetId"), ask.get("EnableDns64.Value"));
        if let ((Some(subnet), Some(value)), true) = (switch, answer.is_ok()) {
            switched.insert(subnet.to_owned(), value.to_owned());
        }
        for subnet in told(answer)
            .iter_mut()
            .filter(|told| !told.at("subnetId").is_empty())
        {
            let value = switched.get(subnet.at("subnetId")).cloned();
            subnet.set(DNS64, value.as_deref().unwrap_or("false"));
        }
        Ok(())
    }
}

/// moto deletes a subnet in which there are interfaces. EC2 refuses.
pub(super) struct InterfacesGoWithTheirSubnet;

#[async_trait]
impl Fault for InterfacesGoWithTheirSubnet {
    async fn is_there(&self, cloud: &Client) -> Result<bool> {
        let (vpc, range) = vpc(cloud).await?;
        let made = subnet(cloud, &vpc, &format!("{range}::/64")).await?.body;
        let id = [("SubnetId", made.at("subnet/subnetId"))];
        cloud.call("CreateNetworkInterface", &id).await?;
        Ok(cloud.send(&Ask::new("DeleteSubnet", &id)).await?.is_ok())
    }

    async fn instead(&self, moto: &Client, ask: &Ask) -> Result<Option<Answer>> {
        let subnet = ask
            .get("SubnetId")
            .filter(|_| ask.action() == "DeleteSubnet");
        let Some(subnet) = subnet else {
            return Ok(None);
        };
        let within = Some(("subnet-id", subnet));
        let interfaces = moto.list("DescribeNetworkInterfaces", within).await?;
        let message = format!("The subnet '{subnet}' has dependencies and cannot be deleted.");
        let used = !interfaces.is_empty();
        Ok(used.then(|| Answer::refusal(400, "DependencyViolation", &message)))
    }
}
