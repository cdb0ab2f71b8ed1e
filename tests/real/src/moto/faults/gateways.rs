//! Faults of gateways, and of what hangs on them.

use anyhow::Result;
use async_trait::async_trait;

use super::super::ask::{Answer, Ask};
use super::super::client::{Client, REGION};
use super::super::xml::Element;
use super::Fault;

/// The parts of a NAT gateway that a probe has made.
struct Made {
    gateway: String,
    address: String,
}

async fn nat(cloud: &Client) -> Result<Made> {
    let vpc = cloud.make("CreateVpc", &[("CidrBlock", "10.0.0.0/16")], "vpc/vpcId");
    let vpc = vpc.await?;
    let zone = format!("{REGION}a");
    let subnet = [
        ("VpcId", vpc.as_str()),
        ("CidrBlock", "10.0.1.0/24"),
        ("AvailabilityZone", &zone),
    ];
    let subnet = cloud
        .make("CreateSubnet", &subnet, "subnet/subnetId")
        .await?;
    let address = cloud.make("AllocateAddress", &[("Domain", "vpc")], "allocationId");
    let address = address.await?;
    let gateway = [("SubnetId", subnet.as_str()), ("AllocationId", &address)];
    let gateway = cloud.make("CreateNatGateway", &gateway, "natGateway/natGatewayId");
    let gateway = gateway.await?;
    Ok(Made { gateway, address })
}

fn addresses(gateway: &Element) -> &[Element] {
    gateway.items("natGatewayAddressSet")
}

/// moto calls the interface of a NAT gateway an ordinary one of nobody's. EC2 calls it
/// `nat_gateway`, and says in its description whose it is.
pub(super) struct NatInterfaceIsAnyones;

const INTERFACE: &str = "networkInterfaceId";

#[async_trait]
impl Fault for NatInterfaceIsAnyones {
    async fn is_there(&self, cloud: &Client) -> Result<bool> {
        nat(cloud).await?;
        let interfaces = cloud.list("DescribeNetworkInterfaces", None).await?;
        let mut kinds = interfaces.iter().map(|one| one.at("interfaceType"));
        Ok(kinds.any(|kind| kind != "nat_gateway"))
    }

    async fn correct(&self, moto: &Client, ask: &Ask, answer: &mut Answer) -> Result<()> {
        if ask.action() != "DescribeNetworkInterfaces" {
            return Ok(());
        }
        let gateways = moto.list("DescribeNatGateways", None).await?;
        for interface in answer.body.items_mut("networkInterfaceSet") {
            let is_its = |of: &Element| of.at(INTERFACE) == interface.at(INTERFACE);
            let gateway = gateways
                .iter()
                .find(|one| addresses(one).iter().any(is_its));
            if let Some(gateway) = gateway {
                let whose = format!("Interface for NAT Gateway {}", gateway.at("natGatewayId"));
                interface.set("interfaceType", "nat_gateway");
                interface.set("requesterManaged", "true");
                interface.set("description", &whose);
            }
        }
        Ok(())
    }
}

/// moto keeps the interface of a NAT gateway that is deleted, and the address on it. In EC2 the
/// interface goes with the gateway, and the address is free again.
pub(super) struct NatInterfaceStays;

#[async_trait]
impl Fault for NatInterfaceStays {
    async fn is_there(&self, cloud: &Client) -> Result<bool> {
        let made = nat(cloud).await?;
        let gateway = [("NatGatewayId", made.gateway.as_str())];
        cloud.call("DeleteNatGateway", &gateway).await?;
        let interfaces = cloud.list("DescribeNetworkInterfaces", None).await?;
        Ok(!interfaces.is_empty())
    }

    async fn correct(&self, moto: &Client, ask: &Ask, answer: &mut Answer) -> Result<()> {
        if ask.action() != "DeleteNatGateway" || !answer.is_ok() {
            return Ok(());
        }
        let id = ask.get("NatGatewayId").unwrap_or_default();
        let deleted = moto.list("DescribeNatGateways", Some(("nat-gateway-id", id)));
        for part in deleted.await?.iter().flat_map(addresses) {
            // They are gone where it was deleted before; then this is refused, and that is right.
            for (action, name, id) in [
                (
                    "DisassociateAddress",
                    "AssociationId",
                    part.at("associationId"),
                ),
                (
                    "DeleteNetworkInterface",
                    "NetworkInterfaceId",
                    part.at(INTERFACE),
                ),
            ] {
                moto.send(&Ask::new(action, &[(name, id)])).await?;
            }
        }
        Ok(())
    }
}

/// moto releases an address that is in use. EC2 refuses.
pub(super) struct AddressIsReleasedInUse;

#[async_trait]
impl Fault for AddressIsReleasedInUse {
    async fn is_there(&self, cloud: &Client) -> Result<bool> {
        let made = nat(cloud).await?;
        let address = [("AllocationId", made.address.as_str())];
        Ok(cloud
            .send(&Ask::new("ReleaseAddress", &address))
            .await?
            .is_ok())
    }

    async fn instead(&self, moto: &Client, ask: &Ask) -> Result<Option<Answer>> {
        let releases = ask.action() == "ReleaseAddress";
        let Some(id) = ask.get("AllocationId").filter(|_| releases) else {
            return Ok(None);
        };
        let found = moto.list("DescribeAddresses", Some(("allocation-id", id)));
        let used = found
            .await?
            .iter()
            .any(|address| !address.at("associationId").is_empty());
        let message = format!("The address {id} is in use.");
        Ok(used.then(|| Answer::refusal(400, "InvalidIPAddress.InUse", &message)))
    }
}

/// moto deletes a VPC that has gateways, or security groups besides its own. EC2 refuses.
pub(super) struct VpcGoesBeforeItsGateways;

#[async_trait]
impl Fault for VpcGoesBeforeItsGateways {
    async fn is_there(&self, cloud: &Client) -> Result<bool> {
        let vpc = cloud.make("CreateVpc", &[("CidrBlock", "10.0.0.0/16")], "vpc/vpcId");
        let vpc = vpc.await?;
        let vpc = [("VpcId", vpc.as_str())];
        cloud.call("CreateEgressOnlyInternetGateway", &vpc).await?;
        Ok(cloud.send(&Ask::new("DeleteVpc", &vpc)).await?.is_ok())
    }

    async fn instead(&self, moto: &Client, ask: &Ask) -> Result<Option<Answer>> {
        let Some(vpc) = ask.get("VpcId").filter(|_| ask.action() == "DeleteVpc") else {
            return Ok(None);
        };
        let attached = Some(("attachment.vpc-id", vpc));
        let gateways = moto.list("DescribeInternetGateways", attached).await?;
        let egress = moto
            .list("DescribeEgressOnlyInternetGateways", None)
            .await?;
        let of_it = |one: &Element| {
            one.items("attachmentSet")
                .iter()
                .any(|a| a.at("vpcId") == vpc)
        };
        let groups = moto
            .list("DescribeSecurityGroups", Some(("vpc-id", vpc)))
            .await?;
        let used = !gateways.is_empty()
            || egress.iter().any(of_it)
            || groups
                .iter()
                .any(|group| group.at("groupName") != "default");
        let message = format!("The vpc '{vpc}' has dependencies and cannot be deleted.");
        Ok(used.then(|| Answer::refusal(400, "DependencyViolation", &message)))
    }
}
