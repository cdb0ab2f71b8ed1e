//! Faults of network ACLs.

use anyhow::Result;
use async_trait::async_trait;

use super::super::ask::{Answer, Ask};
use super::super::client::Client;
use super::super::xml::Element;
use super::Fault;

const LISTING: &str = "DescribeNetworkAcls";

/// moto's ACL of a VPC says nothing of IPv6, and so lets none through. EC2 adds entries that let all
/// of it through when the VPC gets an IPv6 range.
pub(super) struct Ipv6IsShutOut;

#[async_trait]
impl Fault for Ipv6IsShutOut {
    async fn is_there(&self, cloud: &Client) -> Result<bool> {
        let vpc = cloud.make("CreateVpc", &[("CidrBlock", "10.0.0.0/16")], "vpc/vpcId");
        let vpc = vpc.await?;
        let range = [
            ("VpcId", vpc.as_str()),
            ("AmazonProvidedIpv6CidrBlock", "true"),
        ];
        cloud.call("AssociateVpcCidrBlock", &range).await?;
        let acls = cloud.list(LISTING, Some(("vpc-id", &vpc))).await?;
        let mut entries = acls.iter().flat_map(|acl| acl.items("entrySet"));
        Ok(!entries.any(|entry| entry.at("ipv6CidrBlock") == "::/0"))
    }

    async fn correct(&self, moto: &Client, ask: &Ask, answer: &mut Answer) -> Result<()> {
        let gets_ipv6 = ask.get("AmazonProvidedIpv6CidrBlock") == Some("true");
        if ask.action() != "AssociateVpcCidrBlock" || !gets_ipv6 || !answer.is_ok() {
            return Ok(());
        }
        let vpc = ask.get("VpcId").unwrap_or_default();
        let acls = moto.list(LISTING, Some(("vpc-id", vpc))).await?;
        for acl in acls.iter().filter(|acl| acl.at("default") == "true") {
            for (number, action) in [("101", "allow"), ("32768", "deny")] {
                for egress in ["true", "false"] {
                    let entry = [
                        ("NetworkAclId", acl.at("networkAclId")),
                        ("RuleNumber", number),
                        ("RuleAction", action),
                        ("Egress", egress),
                        ("Protocol", "-1"),
                        ("Ipv6CidrBlock", "::/0"),
                    ];
                    // A VPC that had a range before has the entries.
                    moto.send(&Ask::new("CreateNetworkAclEntry", &entry))
                        .await?;
                }
            }
        }
        Ok(())
    }
}

/// moto keeps the ACL of a VPC that is deleted, and its association with a subnet that is. In EC2
/// they go as well.
pub(super) struct StaysWithoutItsVpc;

#[async_trait]
impl Fault for StaysWithoutItsVpc {
    async fn is_there(&self, cloud: &Client) -> Result<bool> {
        let vpc = cloud.make("CreateVpc", &[("CidrBlock", "10.0.0.0/16")], "vpc/vpcId");
        let vpc = vpc.await?;
        cloud.call("DeleteVpc", &[("VpcId", &vpc)]).await?;
        let acls = cloud.list(LISTING, Some(("vpc-id", &vpc))).await?;
        Ok(!acls.is_empty())
    }

    async fn correct(&self, moto: &Client, ask: &Ask, answer: &mut Answer) -> Result<()> {
        if ask.action() == LISTING
            && let Some(set) = answer.body.find_mut("networkAclSet")
        {
            retain(moto, &mut set.children).await?;
        }
        Ok(())
    }
}

/// What of a listing of ACLs is still there.
pub(crate) async fn retain(moto: &Client, acls: &mut Vec<Element>) -> Result<()> {
    let ids = |found: Vec<Element>, name: &str| -> Vec<String> {
        found.iter().map(|one| one.at(name).to_owned()).collect()
    };
    let vpcs = ids(moto.list("DescribeVpcs", None).await?, "vpcId");
    let subnets = ids(moto.list("DescribeSubnets", None).await?, "subnetId");
    acls.retain(|acl| vpcs.iter().any(|vpc| vpc == acl.at("vpcId")));
    for set in acls
        .iter_mut()
        .filter_map(|acl| acl.find_mut("associationSet"))
    {
        set.children
            .retain(|of| subnets.iter().any(|subnet| subnet == of.at("subnetId")));
    }
    Ok(())
}
