//! VPCs, with what EC2 makes along with each: a main route table, a default network ACL, a default
//! security group.

use serde_json::{Value, json};

use super::tags::shown;
use super::vpc_blocks::Chosen;
use super::{Ec2, Kind, Params, Tags, at, blocks, items, limits, object, returned};
use crate::refused::{Answer, Refused};

impl Ec2<'_> {
    pub(super) fn create_vpc(&mut self, asked: Params<'_>) -> Answer<Value> {
        if asked.has("Ipv4IpamPoolId") {
            let message = "The mock has no IPAM pools for IPv4";
            return Err(Refused::new("UnsupportedOperation", message));
        }
        let block = blocks::ipv4("cidrBlock", asked.must("CidrBlock")?)?;
        if !(16..=28).contains(&block.prefix_len()) {
            let message = format!("The CIDR '{block}' is invalid.");
            return Err(Refused::new("InvalidVpc.Range", message));
        }
        let tags = self.specified(asked, &[Kind::Vpc])?;
        let there = self.store.list("vpc").count();
        self.room(limits::VPCS, there)?;
        let tenancy = asked.text("InstanceTenancy").unwrap_or("default");
        let chosen = self.choose_ipv6(asked)?;
        let id = self.new_vpc(&block.to_string(), tenancy, &tags, false, chosen);
        let mut vpc = self.made(Kind::Vpc, &id)?;
        for association in vpc["Ipv6CidrBlockAssociationSet"]
            .as_array_mut()
            .into_iter()
            .flatten()
        {
            *association = Self::without_block(association);
        }
        Ok(json!({ "Vpc": vpc }))
    }

    fn new_vpc(
        &mut self,
        block: &str,
        tenancy: &str,
        tags: &Tags,
        default: bool,
        ipv6: Option<Chosen>,
    ) -> String {
        let association = self.fresh("vpc-cidr-assoc");
        let body = json!({
            "CidrBlock": block,
            "CidrBlockAssociationSet": [{
                "AssociationId": association,
                "CidrBlock": block,
                "CidrBlockState": { "State": "associated" },
            }],
            "DhcpOptionsId": self.usual_dhcp_options(),
            "InstanceTenancy": tenancy,
            "Ipv6CidrBlockAssociationSet": [],
            "IsDefault": default,
            "OwnerId": self.config.account,
            "State": "pending",
            "_EnableDnsHostnames": default,
            "_EnableDnsSupport": true,
            "_EnableNetworkAddressUsageMetrics": false,
        });
        let id = self.insert(Kind::Vpc, tags, body);
        let has_ipv6 = ipv6.is_some();
        if let Some(chosen) = ipv6 {
            let association = self.associate_ipv6(&id, chosen);
            self.set(
                Kind::Vpc,
                &id,
                json!({ "Ipv6CidrBlockAssociationSet": [association] }),
            );
        }
        self.settles(Kind::Vpc, &id, json!({ "State": "available" }));
        self.main_table(&id);
        self.default_acl(&id);
        if has_ipv6 {
            self.let_ipv6_through(&id);
        }
        self.default_group(&id);
        id
    }

    pub(super) fn delete_vpc(&mut self, asked: Params<'_>) -> Answer<Value> {
        let id = asked.must("VpcId")?;
        self.find(Kind::Vpc, id)?;
        if self.vpc_in_use(id) {
            let message = format!("The vpc '{id}' has dependencies and cannot be deleted.");
            return Err(Refused::dependency(message));
        }
        for kind in [Kind::RouteTable, Kind::NetworkAcl, Kind::SecurityGroup] {
            let own: Vec<String> = self
                .in_vpc(kind, id)
                .map(|object| object.id.clone())
                .collect();
            for id in own {
                if kind == Kind::SecurityGroup {
                    self.remove_group(&id);
                } else {
                    self.remove(kind, &id);
                }
            }
        }
        self.remove(Kind::Vpc, id);
        Ok(returned())
    }

    fn vpc_in_use(&self, id: &str) -> bool {
        let any = |kind| self.in_vpc(kind, id).next().is_some();
        let attached = |kind: Kind| {
            let mut all = self.store.list(kind.resource_type());
            all.any(|gateway| at(&gateway.body, "Attachments")[0]["VpcId"] == id)
        };
        let by_vpn = |gateway: &mock_cloud::Object| {
            let mut all = items(&gateway.body, "VpcAttachments").iter();
            all.any(|one| one["VpcId"] == id && one["State"] != "detached")
        };
        let own = |kind, is_own: fn(&mock_cloud::Object) -> bool| {
            self.in_vpc(kind, id).any(|object| is_own(object))
        };
        any(Kind::Subnet)
            || any(Kind::NatGateway)
            || any(Kind::NetworkInterface)
            || any(Kind::VpcEndpoint)
            || attached(Kind::InternetGateway)
            || attached(Kind::EgressOnlyInternetGateway)
            || own(Kind::SecurityGroup, |group| {
                group.text("GroupName") != "default"
            })
            || own(Kind::RouteTable, |table| {
                !super::route_tables::is_main(&table.body)
            })
            || own(Kind::NetworkAcl, |acl| at(&acl.body, "IsDefault") != true)
            || any(Kind::TransitGatewayAttachment)
            || self
                .store
                .list("vpn-gateway")
                .any(|gateway| by_vpn(gateway))
    }

    /// The default VPC of a new account, with a subnet in each ordinary zone and a way out.
    pub(crate) fn furnish_default_vpc(&mut self) {
        let none = Tags::new();
        let id = self.new_vpc("172.31.0.0/16", "default", &none, true, None);
        self.set(Kind::Vpc, &id, json!({ "State": "available" }));
        let gateway = self.new_internet_gateway(&none);
        let attachment = json!([{ "State": "available", "VpcId": id }]);
        self.set(
            Kind::InternetGateway,
            &gateway,
            json!({ "Attachments": attachment }),
        );
        let zones = self.ordinary_zones();
        for (number, zone) in zones.iter().enumerate() {
            let block = format!("172.31.{}.0/20", number * 16);
            let subnet = self.new_subnet(&id, zone, &block, None, &none);
            let values =
                json!({ "DefaultForAz": true, "MapPublicIpOnLaunch": true, "State": "available" });
            self.set(Kind::Subnet, &subnet, values);
        }
        let main = self.main_table_of(&id);
        let route = json!({
            "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway, "Origin": "CreateRoute",
        });
        self.set(Kind::RouteTable, &main, json!({ "Routes": [route] }));
    }

    /// What [`Config`](crate::Config) says of pools.
    pub(crate) fn furnish_pools(&mut self) {
        for pool in self.config.ipam_pools.clone() {
            let ipv6 = pool.cidrs.iter().any(|cidr| cidr.contains(':'));
            let public = ipv6 && !self.config.private_pools.contains(&pool.id);
            let body = json!({
                "IpamPoolId": pool.id,
                "IpamPoolArn": format!("arn:aws:ec2::{}:ipam-pool/{}", self.config.account, pool.id),
                "OwnerId": self.config.account,
                "Locale": pool.locale.clone().unwrap_or_else(|| self.config.region.clone()),
                "AddressFamily": if ipv6 { "ipv6" } else { "ipv4" },
                "AllocationDefaultNetmaskLength": pool.default_netmask,
                "State": "create-complete",
                "IpamScopeType": if public { "public" } else { "private" },
                "Tags": shown(&Tags::new()),
            });
            self.store.insert("ipam-pool", &pool.id, object(body));
        }
        for pool in self.config.ipv6_pools.clone() {
            let cidrs: Value = pool
                .cidrs
                .iter()
                .map(|cidr| json!({ "Cidr": cidr }))
                .collect();
            let body = json!({
                "PoolId": pool.id, "Description": "", "PoolCidrBlocks": cidrs, "Tags": [],
            });
            self.store.insert("ipv6pool-ec2", &pool.id, object(body));
        }
    }
}
