//! VPCs, their IPv6 ranges and attributes, and tags.

use aws_sdk_ec2::types::{
    AttributeBooleanValue, ResourceType, Vpc, VpcAttributeName, VpcIpv6CidrBlockAssociation,
};
use groundwork_provider::Result;

use super::{
    Api, PAGE_ENTRIES, encryption::enforced, filters, gone::unless_gone, made, net, read_tags,
    specification, tag_list, text,
};
use crate::{
    object::{
        Common, Filter, Tags,
        shared_tag::ResourceTag,
        vpc::{Ipv6Block, VpcState},
    },
    spec::Ipv6Source,
    wire,
};

/// Switches of a VPC that no listing shows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Attribute {
    DnsHostnames,
    DnsSupport,
}

impl Api {
    pub(crate) async fn vpcs(&self, filter: Option<&Filter>) -> Result<Vec<VpcState>> {
        let call = self.ec2.describe_vpcs().set_filters(filters(filter));
        let found = paged!(call, PAGE_ENTRIES, "DescribeVpcs", vpcs);
        Ok(found.iter().map(vpc).collect())
    }

    pub(crate) async fn create_vpc(&self, cidr: &str, tags: &Tags) -> Result<VpcState> {
        const OPERATION: &str = "CreateVpc";
        let call = self.ec2.create_vpc().set_dry_run(self.dry).cidr_block(cidr);
        let call = call.tag_specifications(specification(ResourceType::Vpc, tags));
        let reply = call
            .send()
            .await
            .map_err(|error| wire::error(OPERATION, error))?;
        made(OPERATION, reply.vpc(), Vpc::vpc_id).map(vpc)
    }

    pub(crate) async fn delete_vpc(&self, id: &str) -> Result<()> {
        let call = self.ec2.delete_vpc().set_dry_run(self.dry).vpc_id(id);
        let sent = call.send().await;
        let sent = sent.map_err(|error| wire::error("DeleteVpc", error));
        unless_gone(sent, self.vpcs(Some(&Filter::by_id("vpc-id", id)))).await
    }

    /// Asks for an IPv6 range. It is there once its state is `associated`.
    pub(crate) async fn associate_ipv6(&self, vpc: &str, source: &Ipv6Source) -> Result<Ipv6Block> {
        const OPERATION: &str = "AssociateVpcCidrBlock";
        let call = self.ec2.associate_vpc_cidr_block().vpc_id(vpc);
        let call = match source {
            Ipv6Source::Amazon => call.amazon_provided_ipv6_cidr_block(true),
            Ipv6Source::Ipam {
                pool,
                netmask_length,
                cidr,
            } => call
                .ipv6_ipam_pool_id(pool)
                .set_ipv6_netmask_length(netmask_length.map(i32::from))
                .set_ipv6_cidr_block(cidr.clone()),
            Ipv6Source::Byoip { pool, cidr } => call.ipv6_pool(pool).ipv6_cidr_block(cidr),
        };
        let reply = call
            .send()
            .await
            .map_err(|error| wire::error(OPERATION, error))?;
        let association = reply.ipv6_cidr_block_association();
        let id = VpcIpv6CidrBlockAssociation::association_id;
        made(OPERATION, association, id).map(block)
    }

    pub(crate) async fn disassociate_ipv6(&self, association: &str) -> Result<()> {
        let call = self
            .ec2
            .disassociate_vpc_cidr_block()
            .association_id(association);
        let sent = call.send().await;
        let sent = sent.map_err(|error| wire::error("DisassociateVpcCidrBlock", error));
        let of_vpc = "ipv6-cidr-block-association.association-id";
        unless_gone(sent, self.vpcs(Some(&Filter::by_id(of_vpc, association)))).await
    }

    /// Whether names are resolved, and whether machines get names.
    pub(crate) async fn vpc_attribute(&self, vpc: &str, attribute: Attribute) -> Result<bool> {
        let name = match attribute {
            Attribute::DnsHostnames => VpcAttributeName::EnableDnsHostnames,
            Attribute::DnsSupport => VpcAttributeName::EnableDnsSupport,
        };
        let call = self
            .ec2
            .describe_vpc_attribute()
            .vpc_id(vpc)
            .attribute(name);
        let sent = call.send().await;
        let reply = sent.map_err(|error| wire::error("DescribeVpcAttribute", error))?;
        let value = match attribute {
            Attribute::DnsHostnames => reply.enable_dns_hostnames(),
            Attribute::DnsSupport => reply.enable_dns_support(),
        };
        Ok(value
            .and_then(AttributeBooleanValue::value)
            .unwrap_or_default())
    }

    /// EC2 takes one attribute a call.
    pub(crate) async fn set_vpc_attribute(&self, vpc: &str, attribute: Attribute) -> Result<()> {
        let on = AttributeBooleanValue::builder().value(true).build();
        let call = self.ec2.modify_vpc_attribute().vpc_id(vpc);
        let call = match attribute {
            Attribute::DnsHostnames => call.enable_dns_hostnames(on),
            Attribute::DnsSupport => call.enable_dns_support(on),
        };
        let sent = call.send().await;
        sent.map(drop)
            .map_err(|error| wire::error("ModifyVpcAttribute", error))
    }

    pub(crate) async fn create_tags(&self, id: &str, tags: &Tags) -> Result<()> {
        let call = self
            .ec2
            .create_tags()
            .set_dry_run(self.dry)
            .resources(id)
            .set_tags(Some(tag_list(tags)));
        call.send()
            .await
            .map(drop)
            .map_err(|error| wire::error("CreateTags", error))
    }

    pub(crate) async fn delete_tags(&self, id: &str, tags: &Tags) -> Result<()> {
        let call = self
            .ec2
            .delete_tags()
            .set_dry_run(self.dry)
            .resources(id)
            .set_tags(Some(tag_list(tags)));
        let sent = call.send().await;
        let sent = sent.map_err(|error| wire::error("DeleteTags", error));
        unless_gone(sent, self.tags(&Filter::by_id("resource-id", id))).await
    }

    /// The tags that a filter selects, of whichever object.
    pub(crate) async fn tags(&self, filter: &Filter) -> Result<Vec<ResourceTag>> {
        let call = self.ec2.describe_tags().set_filters(filters(Some(filter)));
        let found = paged!(call, PAGE_ENTRIES, "DescribeTags", tags);
        let tag = |tag: &aws_sdk_ec2::types::TagDescription| ResourceTag {
            resource: text(tag.resource_id()),
            key: text(tag.key()),
            value: text(tag.value()),
            written: false,
        };
        Ok(found.iter().map(tag).collect())
    }
}

fn vpc(vpc: &Vpc) -> VpcState {
    let associated = vpc.cidr_block_association_set().iter().filter(|block| {
        let state = block.cidr_block_state().and_then(|state| state.state());
        state.is_none_or(|state| state.as_str() == "associated")
    });
    VpcState {
        common: Common::new(vpc.vpc_id(), read_tags(vpc.tags())),
        cidr: net(vpc.cidr_block()),
        cidrs: associated
            .filter_map(|block| net(block.cidr_block()))
            .collect(),
        ipv6: vpc
            .ipv6_cidr_block_association_set()
            .iter()
            .map(block)
            .collect(),
        is_default: vpc.is_default().unwrap_or_default(),
        available: vpc
            .state()
            .is_none_or(|state| state.as_str() == "available"),
        owner_id: text(vpc.owner_id()),
        encryption: vpc.encryption_control().and_then(enforced),
    }
}

fn block(block: &aws_sdk_ec2::types::VpcIpv6CidrBlockAssociation) -> Ipv6Block {
    let state = block.ipv6_cidr_block_state();
    Ipv6Block {
        association: text(block.association_id()),
        cidr: net(block.ipv6_cidr_block()),
        pool: block.ipv6_pool().map(str::to_owned),
        border_group: block.network_border_group().map(str::to_owned),
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
