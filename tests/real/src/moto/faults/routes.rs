//! Faults of routes.

use anyhow::Result;
use async_trait::async_trait;

use super::super::ask::{Answer, Ask};
use super::super::client::Client;
use super::Fault;

/// moto overwrites an IPv6 route by a second one to the same destination. EC2 says that it exists.
pub(super) struct Ipv6RouteIsOverwritten;

#[async_trait]
impl Fault for Ipv6RouteIsOverwritten {
    async fn is_there(&self, cloud: &Client) -> Result<bool> {
        let vpc = cloud.make("CreateVpc", &[("CidrBlock", "10.0.0.0/16")], "vpc/vpcId");
        let vpc = vpc.await?;
        let table = [("VpcId", vpc.as_str())];
        let table = cloud
            .make("CreateRouteTable", &table, "routeTable/routeTableId")
            .await?;
        let gateway = "internetGateway/internetGatewayId";
        let gateway = cloud.make("CreateInternetGateway", &[], gateway).await?;
        let route = [
            ("RouteTableId", table.as_str()),
            ("DestinationIpv6CidrBlock", "::/0"),
            ("GatewayId", &gateway),
        ];
        cloud.call("CreateRoute", &route).await?;
        Ok(cloud.send(&Ask::new("CreateRoute", &route)).await?.is_ok())
    }

    async fn instead(&self, moto: &Client, ask: &Ask) -> Result<Option<Answer>> {
        let creates = ask.action() == "CreateRoute";
        let to = ask.get("DestinationIpv6CidrBlock").filter(|_| creates);
        let (Some(to), Some(table)) = (to, ask.get("RouteTableId")) else {
            return Ok(None);
        };
        let tables = moto.list("DescribeRouteTables", Some(("route-table-id", table)));
        let tables = tables.await?;
        let mut routes = tables.iter().flat_map(|table| table.items("routeSet"));
        let there = routes.any(|route| route.at("destinationIpv6CidrBlock") == to);
        let message = format!("The route identified by {to} already exists.");
        Ok(there.then(|| Answer::refusal(400, "RouteAlreadyExists", &message)))
    }
}

/// moto keeps a route table's association with a subnet that is deleted. In EC2 it goes with it.
pub(super) struct AssociationStaysWithoutItsSubnet;

#[async_trait]
impl Fault for AssociationStaysWithoutItsSubnet {
    async fn is_there(&self, cloud: &Client) -> Result<bool> {
        let vpc = cloud.make("CreateVpc", &[("CidrBlock", "10.0.0.0/16")], "vpc/vpcId");
        let vpc = vpc.await?;
        let subnet = [("VpcId", vpc.as_str()), ("CidrBlock", "10.0.1.0/24")];
        let subnet = cloud
            .make("CreateSubnet", &subnet, "subnet/subnetId")
            .await?;
        let table = [("VpcId", vpc.as_str())];
        let table = cloud
            .make("CreateRouteTable", &table, "routeTable/routeTableId")
            .await?;
        let both = [("RouteTableId", table.as_str()), ("SubnetId", &subnet)];
        cloud.call("AssociateRouteTable", &both).await?;
        cloud.call("DeleteSubnet", &[("SubnetId", &subnet)]).await?;
        Ok(!associations(cloud, &subnet).await?.is_empty())
    }

    async fn correct(&self, moto: &Client, ask: &Ask, answer: &mut Answer) -> Result<()> {
        if ask.action() == "DeleteSubnet" && answer.is_ok() {
            let subnet = ask.get("SubnetId").unwrap_or_default();
            for association in associations(moto, subnet).await? {
                let id = [("AssociationId", association.as_str())];
                moto.call("DisassociateRouteTable", &id).await?;
            }
        }
        Ok(())
    }
}

/// The ids of a subnet's associations with route tables.
async fn associations(cloud: &Client, subnet: &str) -> Result<Vec<String>> {
    let tables = cloud.list("DescribeRouteTables", None).await?;
    let all = tables
        .iter()
        .flat_map(|table| table.items("associationSet"));
    let its = all.filter(|of| of.at("subnetId") == subnet);
    Ok(its
        .map(|of| of.at("routeTableAssociationId").to_owned())
        .collect())
}

/// moto does not know the filter that finds routes by an egress-only gateway. EC2 does.
pub(super) struct EgressOnlyFilterIsUnknown;

const BY_EGRESS_ONLY: &str = "route.egress-only-internet-gateway-id";

#[async_trait]
impl Fault for EgressOnlyFilterIsUnknown {
    async fn is_there(&self, cloud: &Client) -> Result<bool> {
        let filter = [
            ("Filter.1.Name", BY_EGRESS_ONLY),
            ("Filter.1.Value.1", "eigw-0"),
        ];
        let asked = Ask::new("DescribeRouteTables", &filter);
        Ok(!cloud.send(&asked).await?.is_ok())
    }

    async fn instead(&self, moto: &Client, ask: &Ask) -> Result<Option<Answer>> {
        let filters = ask.get("Filter.1.Name") == Some(BY_EGRESS_ONLY);
        let (true, Some(gateway)) = (filters, ask.get("Filter.1.Value.1")) else {
            return Ok(None);
        };
        let mut answer = moto.send(&Ask::new(ask.action(), &[])).await?;
        if let Some(tables) = answer.body.find_mut("routeTableSet") {
            tables.children.retain(|table| {
                let mut routes = table.items("routeSet").iter();
                routes.any(|route| route.at("egressOnlyInternetGatewayId") == gateway)
            });
        }
        Ok(Some(answer))
    }
}
