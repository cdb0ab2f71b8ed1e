//! Routes: where packets go, and whether there is anything at the other end.

use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use super::vpc_blocks::{associated, ipv4_of};
use super::{Ec2, Kind, Params, at, blocks, items, limits, returned};
use crate::refused::{Answer, Refused};

const DESTINATIONS: [&str; 3] = [
    "DestinationCidrBlock",
    "DestinationIpv6CidrBlock",
    "DestinationPrefixListId",
];

/// Where a route may lead: the parameter, and the kinds of object behind it.
const TARGETS: [(&str, &[Kind]); 6] = [
    ("GatewayId", &[Kind::InternetGateway, Kind::VpcEndpoint]),
    (
        "EgressOnlyInternetGatewayId",
        &[Kind::EgressOnlyInternetGateway],
    ),
    ("NatGatewayId", &[Kind::NatGateway]),
    ("TransitGatewayId", &[Kind::TransitGateway]),
    ("NetworkInterfaceId", &[Kind::NetworkInterface]),
    ("VpcPeeringConnectionId", &[Kind::VpcPeeringConnection]),
];

impl Ec2<'_> {
    pub(super) fn create_route(&mut self, asked: Params<'_>) -> Answer<Value> {
        let table = self.find(Kind::RouteTable, asked.must("RouteTableId")?)?;
        let (name, destination) = destination(asked)?;
        self.not_local(&table, &destination)?;
        let target = self.target(&table, asked, name, &destination)?;
        let mut routes = items(&table.body, "Routes").to_vec();
        if let Some(there) = routes
            .iter()
            .find(|route| route[name] == destination.as_str())
        {
            // EC2 takes a route that is there with the same target.
            if target.iter().all(|(name, value)| there[name] == *value) {
                return Ok(returned());
            }
            let message = format!("The route identified by {destination} already exists.");
            return Err(Refused::new("RouteAlreadyExists", message));
        }
        // Each family by itself.
        let same = routes.iter().filter(|route| route[name].is_string());
        self.room(limits::ROUTES, same.count())?;
        routes.push(route(name, &destination, target));
        self.set(Kind::RouteTable, &table.id, json!({ "Routes": routes }));
        Ok(returned())
    }

    pub(super) fn replace_route(&mut self, asked: Params<'_>) -> Answer<Value> {
        let table = self.find(Kind::RouteTable, asked.must("RouteTableId")?)?;
        let (name, destination) = destination(asked)?;
        let target = self.target(&table, asked, name, &destination)?;
        let mut routes = items(&table.body, "Routes").to_vec();
        let there = routes
            .iter_mut()
            .find(|route| route[name] == destination.as_str());
        let Some(there) = there else {
            let message = format!(
                "There is no route defined for '{destination}' in the route table. \
                 Use CreateRoute instead."
            );
            return Err(Refused::new("InvalidParameterValue", message));
        };
        *there = route(name, &destination, target);
        self.set(Kind::RouteTable, &table.id, json!({ "Routes": routes }));
        Ok(json!({}))
    }

    pub(super) fn delete_route(&mut self, asked: Params<'_>) -> Answer<Value> {
        let table = self.find(Kind::RouteTable, asked.must("RouteTableId")?)?;
        let (name, destination) = destination(asked)?;
        if self.local(table.text("VpcId")).contains(&destination) {
            let message = format!(
                "cannot remove local route {destination} in route table {}",
                table.id
            );
            return Err(Refused::new("InvalidParameterValue", message));
        }
        let mut routes = items(&table.body, "Routes").to_vec();
        let before = routes.len();
        routes.retain(|route| route[name] != destination.as_str());
        if routes.len() == before {
            let message = format!(
                "no route with destination-cidr-block {destination} in route table {}",
                table.id
            );
            return Err(Refused::new("InvalidRoute.NotFound", message));
        }
        self.set(Kind::RouteTable, &table.id, json!({ "Routes": routes }));
        Ok(json!({}))
    }

    fn not_local(&self, table: &Object, destination: &str) -> Answer<()> {
        let vpc = table.text("VpcId");
        if self.local(vpc).iter().any(|local| local == destination) {
            let message = format!("The route identified by {destination} already exists.");
            return Err(Refused::new("RouteAlreadyExists", message));
        }
        Ok(())
    }

    /// The blocks to which every table of a VPC has a route by itself.
    fn local(&self, vpc: &str) -> Vec<String> {
        self.blocks_of_vpc(vpc)
    }

    fn target(
        &self,
        table: &Object,
        asked: Params<'_>,
        name: &str,
        destination: &str,
    ) -> Answer<Body> {
        let mut given = TARGETS.iter().filter(|(target, _)| asked.has(target));
        let (member, kinds) = match (given.next(), given.next()) {
            (Some(one), None) => *one,
            (None, _) => {
                let message = "The request must contain exactly one of gatewayId, natGatewayId, networkInterfaceId, \
                               vpcPeeringConnectionId, egressOnlyInternetGatewayId, transitGatewayId";
                return Err(Refused::new("MissingParameter", message));
            }
            (Some(_), Some(_)) => {
                let message = "Only one target of a route may be specified";
                return Err(Refused::combination(message));
            }
        };
        let id = asked.must(member)?;
        let kind = Kind::of_id(id).filter(|kind| kinds.contains(kind));
        let kind = kind.ok_or_else(|| {
            let wanted = kinds.first().copied().unwrap_or(Kind::InternetGateway);
            wanted.malformed(id)
        })?;
        let object = self.find(kind, id).map_err(|refused| {
            // Here alone it has this code.
            match kind == Kind::NatGateway {
                true => no_nat_gateway(format!("The natGateway ID '{id}' does not exist")),
                false => refused,
            }
        })?;
        self.reachable(table, kind, &object)?;
        family_fits(kind, name, destination)?;
        Ok(Body::from_iter([(member.to_owned(), json!(id))]))
    }

    fn reachable(&self, table: &Object, kind: Kind, target: &Object) -> Answer<()> {
        let vpc = table.text("VpcId");
        let attached = || at(&target.body, "Attachments")[0]["VpcId"] == vpc;
        let joined = |refused: bool| match refused {
            true => Err(not_in(table, &target.id)),
            false => Ok(()),
        };
        match kind {
            Kind::InternetGateway | Kind::EgressOnlyInternetGateway => joined(!attached()),
            Kind::NatGateway => {
                if matches!(target.text("State"), "failed" | "deleting") {
                    let message = format!("The Nat Gateway {} is not in a usable state", target.id);
                    return Err(no_nat_gateway(message));
                }
                joined(target.text("VpcId") != vpc)
            }
            Kind::NetworkInterface | Kind::VpcEndpoint => joined(target.text("VpcId") != vpc),
            Kind::TransitGateway => {
                let mut all = self.in_vpc(Kind::TransitGatewayAttachment, vpc);
                let there = all.any(|attachment| attachment.text("TransitGatewayId") == target.id);
                match there {
                    true => Ok(()),
                    false => Err(Kind::TransitGateway.absent(&target.id)),
                }
            }
            Kind::VpcPeeringConnection => {
                let sides = ["RequesterVpcInfo", "AccepterVpcInfo"];
                joined(
                    !sides
                        .iter()
                        .any(|side| at(&target.body, side)["VpcId"] == vpc),
                )
            }
            Kind::Address
            | Kind::DhcpOptions
            | Kind::IpamPool
            | Kind::Ipv6Pool
            | Kind::KeyPair
            | Kind::NetworkAcl
            | Kind::PrefixList
            | Kind::RouteTable
            | Kind::SecurityGroup
            | Kind::SecurityGroupRule
            | Kind::Subnet
            | Kind::SubnetCidrReservation
            | Kind::TransitGatewayAttachment
            | Kind::Vpc
            | Kind::VpnGateway => Err(kind.absent(&target.id)),
        }
    }

    /// Adds the routes that every table has, and says which lead nowhere.
    pub(super) fn show_routes(&self, shown: &mut Body) {
        let vpc = shown
            .get("VpcId")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let mut all = self.local_routes(&vpc);
        for route in items(shown, "Routes") {
            let mut route = route.clone();
            // A state that EC2 decides by itself, such as `filtered`, is set by hand.
            let is_set = route["State"].is_string();
            let state = match self.leads_somewhere(&vpc, &route) {
                true => "active",
                false => "blackhole",
            };
            if !is_set {
                route["State"] = json!(state);
            }
            all.push(route);
        }
        shown.insert("Routes".to_owned(), Value::Array(all));
    }

    fn local_routes(&self, vpc: &str) -> Vec<Value> {
        let local = |name: &str, block: Value| json!({ name: block, "GatewayId": "local", "Origin": "CreateRouteTable", "State": "active" });
        let Some(vpc) = self.store.find("vpc", vpc) else {
            return Vec::new();
        };
        let mut all: Vec<Value> = ipv4_of(&vpc.body)
            .into_iter()
            .map(|block| local("DestinationCidrBlock", json!(block)))
            .collect();
        let ipv6 = associated(
            &vpc.body,
            "Ipv6CidrBlockAssociationSet",
            "Ipv6CidrBlockState",
        );
        all.extend(
            ipv6.map(|block| local("DestinationIpv6CidrBlock", block["Ipv6CidrBlock"].clone())),
        );
        all
    }

    fn leads_somewhere(&self, vpc: &str, route: &Value) -> bool {
        let target = TARGETS
            .iter()
            .find_map(|(member, _)| route[*member].as_str());
        let Some((id, kind)) = target.and_then(|id| Some((id, Kind::of_id(id)?))) else {
            return true;
        };
        let Some(target) = self.store.find(kind.resource_type(), id) else {
            return false;
        };
        let attached = || at(&target.body, "Attachments")[0]["VpcId"] == vpc;
        if kind == Kind::NatGateway {
            return matches!(target.text("State"), "available" | "pending");
        }
        if kind == Kind::VpcPeeringConnection {
            return at(&target.body, "Status")["Code"] == "active";
        }
        let gateway = matches!(
            kind,
            Kind::InternetGateway | Kind::EgressOnlyInternetGateway
        );
        !gateway || attached()
    }
}

fn no_nat_gateway(message: String) -> Refused {
    Refused::new("InvalidNatGatewayID.NotFound", message)
}

fn destination(asked: Params<'_>) -> Answer<(&'static str, String)> {
    let mut given = DESTINATIONS.iter().filter(|name| asked.has(name));
    let (Some(name), None) = (given.next(), given.next()) else {
        let message = "The request must contain exactly one of destinationCidrBlock, \
                       destinationIpv6CidrBlock, destinationPrefixListId";
        return Err(Refused::new("MissingParameter", message));
    };
    let text = asked.must(name)?;
    let block = match *name {
        "DestinationCidrBlock" => blocks::ipv4("destinationCidrBlock", text)?.to_string(),
        "DestinationIpv6CidrBlock" => blocks::ipv6("destinationIpv6CidrBlock", text)?.to_string(),
        _ => text.to_owned(),
    };
    Ok((name, block))
}

/// Which families a target can carry.
fn family_fits(kind: Kind, name: &str, destination: &str) -> Answer<()> {
    let ipv6 = name == "DestinationIpv6CidrBlock";
    let egress_only = kind == Kind::EgressOnlyInternetGateway && name == "DestinationCidrBlock";
    // A NAT gateway takes IPv6 only to where NAT64 leads.
    let nat = kind == Kind::NatGateway && ipv6 && destination != "64:ff9b::/96";
    match egress_only || nat {
        true => {
            let message = format!(
                "Route destination {destination} doesn't match the address family of the target"
            );
            Err(Refused::new("InvalidParameterValue", message))
        }
        false => Ok(()),
    }
}

fn route(name: &str, destination: &str, target: Body) -> Value {
    let mut route = json!({ name: destination, "Origin": "CreateRoute" });
    for (name, value) in target {
        route[name] = value;
    }
    route
}

fn not_in(table: &Object, target: &str) -> Refused {
    let message = format!(
        "route table {} and network gateway {target} belong to different networks",
        table.id
    );
    Refused::new("InvalidParameterValue", message)
}
