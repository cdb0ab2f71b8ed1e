//! Subnets.

use aws_sdk_ec2::types::{
    AttributeBooleanValue, ResourceType, Subnet, SubnetIpv6CidrBlockAssociation,
};
use groundwork_provider::Result;

use super::{
    Api, PAGE_ENTRIES, filters, gone::unless_gone, made, net, read_tags, specification, text,
};
use crate::{
    object::{Common, Filter, Tags, subnet::SubnetState, vpc::Ipv6Block},
    watched::public_access::Blocked,
    wire,
};

/// A subnet that is to be made.
#[derive(Clone, Debug)]
pub(crate) struct NewSubnet<'a> {
    pub(crate) vpc: &'a str,
    pub(crate) zone: &'a str,
    pub(crate) cidr: &'a str,
    pub(crate) ipv6: Option<&'a str>,
}

/// A switch of a subnet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Switch {
    AssignIpv6,
    MapPublicIpv4,
    Dns64,
}

impl Api {
    pub(crate) async fn subnets(&self, filter: Option<&Filter>) -> Result<Vec<SubnetState>> {
        let call = self.ec2.describe_subnets().set_filters(filters(filter));
        let found = paged!(call, PAGE_ENTRIES, "DescribeSubnets", subnets);
        Ok(found.iter().map(subnet).collect())
    }

    pub(crate) async fn create_subnet(
        &self,
        new: NewSubnet<'_>,
        tags: &Tags,
    ) -> Result<SubnetState> {
        const OPERATION: &str = "CreateSubnet";
        let call = self
            .ec2
            .create_subnet()
            .set_dry_run(self.dry)
            .vpc_id(new.vpc)
            .cidr_block(new.cidr);
        let call = call
            .availability_zone(new.zone)
            .set_ipv6_cidr_block(new.ipv6.map(str::to_owned))
            .tag_specifications(specification(ResourceType::Subnet, tags));
        let reply = call
            .send()
            .await
            .map_err(|error| wire::error(OPERATION, error))?;
        made(OPERATION, reply.subnet(), Subnet::subnet_id).map(subnet)
    }

    pub(crate) async fn delete_subnet(&self, id: &str) -> Result<()> {
        let call = self.ec2.delete_subnet().set_dry_run(self.dry).subnet_id(id);
        let sent = call.send().await;
        let sent = sent.map_err(|error| wire::error("DeleteSubnet", error));
        unless_gone(sent, self.subnets(Some(&Filter::by_id("subnet-id", id)))).await
    }

    pub(crate) async fn associate_subnet_ipv6(&self, id: &str, cidr: &str) -> Result<Ipv6Block> {
        const OPERATION: &str = "AssociateSubnetCidrBlock";
        let call = self
            .ec2
            .associate_subnet_cidr_block()
            .subnet_id(id)
            .ipv6_cidr_block(cidr);
        let reply = call
            .send()
            .await
            .map_err(|error| wire::error(OPERATION, error))?;
        let association = reply.ipv6_cidr_block_association();
        let id = SubnetIpv6CidrBlockAssociation::association_id;
        made(OPERATION, association, id).map(block)
    }

    /// EC2 takes one attribute a call.
    pub(crate) async fn switch_subnet(&self, id: &str, switch: Switch, on: bool) -> Result<()> {
        let on = AttributeBooleanValue::builder().value(on).build();
        let call = self.ec2.modify_subnet_attribute().subnet_id(id);
        let call = match switch {
            Switch::AssignIpv6 => call.assign_ipv6_address_on_creation(on),
            Switch::MapPublicIpv4 => call.map_public_ip_on_launch(on),
            Switch::Dns64 => call.enable_dns64(on),
        };
        let sent = call.send().await;
        sent.map(drop)
            .map_err(|error| wire::error("ModifySubnetAttribute", error))
    }
}

fn subnet(subnet: &Subnet) -> SubnetState {
    let state = subnet.state().map_or("available", |state| state.as_str());
    SubnetState {
        common: Common::new(subnet.subnet_id(), read_tags(subnet.tags())),
        vpc: text(subnet.vpc_id()),
        zone: text(subnet.availability_zone()),
        cidr: net(subnet.cidr_block()),
        ipv6: subnet
            .ipv6_cidr_block_association_set()
            .iter()
            .map(block)
            .collect(),
        assign_ipv6: subnet.assign_ipv6_address_on_creation().unwrap_or_default(),
        map_public_ipv4: subnet.map_public_ip_on_launch().unwrap_or_default(),
        dns64: subnet.enable_dns64().unwrap_or_default(),
        ipv6_native: subnet.ipv6_native().unwrap_or_default(),
        free_addresses: subnet.available_ip_address_count().unwrap_or_default(),
        available: state == "available",
        // EC2 knows more than these two since 2025, and may come to know others.
        failed: (!matches!(state, "available" | "pending")).then(|| state.to_owned()),
        blocked: subnet
            .block_public_access_states()
            .and_then(|states| states.internet_gateway_block_mode())
            .map_or(Blocked::Nothing, |mode| Blocked::of(mode.as_str())),
        owner_id: text(subnet.owner_id()),
    }
}

fn block(block: &aws_sdk_ec2::types::SubnetIpv6CidrBlockAssociation) -> Ipv6Block {
    let state = block.ipv6_cidr_block_state();
    Ipv6Block {
        association: text(block.association_id()),
        cidr: net(block.ipv6_cidr_block()),
        pool: None,
        border_group: None,
        private: block
            .ipv6_address_attribute()
            .is_some_and(|attribute| attribute.as_str() == "private"),
        state: text(
            state
                .and_then(|state| state.state())
                .map(|state| state.as_str()),
        ),
        why: state
            .and_then(|state| state.status_message())
            .map(str::to_owned),
    }
}
