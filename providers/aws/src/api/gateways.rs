//! Ways out: internet gateways, egress-only gateways, addresses and NAT gateways.

use aws_sdk_ec2::types::{
    Address, DomainType, EgressOnlyInternetGateway, InternetGateway, NatGateway, ResourceType,
};
use groundwork_provider::Result;
use jiff::Timestamp;

use super::{
    Api, PAGE_ENTRIES, filters, gone::unless_gone, made, made_id, read_tags, specification, text,
};
use crate::{
    object::{
        Common, Filter, Tags, address::AddressState, egress_only_gateway::EgressOnlyGatewayState,
        internet_gateway::InternetGatewayState, nat_gateway::NatGatewayState,
    },
    wire,
};

/// Entries a page of egress-only gateways.
const EGRESS_ENTRIES: i32 = 255;

impl Api {
    pub(crate) async fn internet_gateways(
        &self,
        filter: Option<&Filter>,
    ) -> Result<Vec<InternetGatewayState>> {
        let call = self
            .ec2
            .describe_internet_gateways()
            .set_filters(filters(filter));
        let found = paged!(
            call,
            PAGE_ENTRIES,
            "DescribeInternetGateways",
            internet_gateways
        );
        Ok(found.iter().map(internet_gateway).collect())
    }

    pub(crate) async fn create_internet_gateway(
        &self,
        tags: &Tags,
    ) -> Result<InternetGatewayState> {
        const OPERATION: &str = "CreateInternetGateway";
        let tags = specification(ResourceType::InternetGateway, tags);
        let call = self
            .ec2
            .create_internet_gateway()
            .set_dry_run(self.dry)
            .tag_specifications(tags);
        let reply = call
            .send()
            .await
            .map_err(|error| wire::error(OPERATION, error))?;
        let gateway = reply.internet_gateway();
        made(OPERATION, gateway, InternetGateway::internet_gateway_id).map(internet_gateway)
    }

    pub(crate) async fn attach_internet_gateway(&self, gateway: &str, vpc: &str) -> Result<()> {
        let call = self
            .ec2
            .attach_internet_gateway()
            .set_dry_run(self.dry)
            .internet_gateway_id(gateway)
            .vpc_id(vpc);
        let sent = call.send().await;
        sent.map(drop)
            .map_err(|error| wire::error("AttachInternetGateway", error))
    }

    pub(crate) async fn detach_internet_gateway(&self, gateway: &str, vpc: &str) -> Result<()> {
        let call = self
            .ec2
            .detach_internet_gateway()
            .set_dry_run(self.dry)
            .internet_gateway_id(gateway)
            .vpc_id(vpc);
        let sent = call.send().await;
        let sent = sent.map_err(|error| wire::error("DetachInternetGateway", error));
        let attached = async {
            let one = Filter::by_id("internet-gateway-id", gateway);
            let mut found = self.internet_gateways(Some(&one)).await?;
            found.retain(|state| state.vpc.as_deref() == Some(vpc));
            Ok(found)
        };
        unless_gone(sent, attached).await
    }

    pub(crate) async fn delete_internet_gateway(&self, gateway: &str) -> Result<()> {
        let sent = self
            .ec2
            .delete_internet_gateway()
            .set_dry_run(self.dry)
            .internet_gateway_id(gateway)
            .send()
            .await;
        let sent = sent.map_err(|error| wire::error("DeleteInternetGateway", error));
        unless_gone(
            sent,
            self.internet_gateways(Some(&Filter::by_id("internet-gateway-id", gateway))),
        )
        .await
    }

    pub(crate) async fn egress_only_gateways(
        &self,
        filter: Option<&Filter>,
    ) -> Result<Vec<EgressOnlyGatewayState>> {
        let call = self
            .ec2
            .describe_egress_only_internet_gateways()
            .set_filters(filters(filter));
        let found = paged!(
            call,
            EGRESS_ENTRIES,
            "DescribeEgressOnlyInternetGateways",
            egress_only_internet_gateways
        );
        Ok(found.iter().map(egress_only).collect())
    }

    pub(crate) async fn create_egress_only_gateway(
        &self,
        vpc: &str,
        token: &str,
        tags: &Tags,
    ) -> Result<EgressOnlyGatewayState> {
        const OPERATION: &str = "CreateEgressOnlyInternetGateway";
        let tags = specification(ResourceType::EgressOnlyInternetGateway, tags);
        let call = self
            .ec2
            .create_egress_only_internet_gateway()
            .set_dry_run(self.dry)
            .vpc_id(vpc);
        let sent = call
            .client_token(token)
            .tag_specifications(tags)
            .send()
            .await;
        let reply = sent.map_err(|error| wire::error(OPERATION, error))?;
        let gateway = reply.egress_only_internet_gateway();
        let id = EgressOnlyInternetGateway::egress_only_internet_gateway_id;
        made(OPERATION, gateway, id).map(egress_only)
    }

    pub(crate) async fn delete_egress_only_gateway(&self, id: &str) -> Result<()> {
        let call = self
            .ec2
            .delete_egress_only_internet_gateway()
            .set_dry_run(self.dry);
        let sent = call.egress_only_internet_gateway_id(id).send().await;
        let sent = sent.map_err(|error| wire::error("DeleteEgressOnlyInternetGateway", error));
        // No filter knows their ids.
        let there = async {
            let mut found = self.egress_only_gateways(None).await?;
            found.retain(|state| state.common.id == id);
            Ok(found)
        };
        unless_gone(sent, there).await
    }

    pub(crate) async fn addresses(&self, filter: Option<&Filter>) -> Result<Vec<AddressState>> {
        // EC2 gives all of them in one page.
        let call = self.ec2.describe_addresses().set_filters(filters(filter));
        let reply = call
            .send()
            .await
            .map_err(|error| wire::error("DescribeAddresses", error))?;
        let of_vpc = reply
            .addresses()
            .iter()
            .filter(|address| address.allocation_id().is_some());
        Ok(of_vpc.map(address).collect())
    }

    pub(crate) async fn allocate_address(&self, tags: &Tags) -> Result<AddressState> {
        const OPERATION: &str = "AllocateAddress";
        let tags_of = specification(ResourceType::ElasticIp, tags);
        let call = self
            .ec2
            .allocate_address()
            .set_dry_run(self.dry)
            .domain(DomainType::Vpc)
            .tag_specifications(tags_of);
        let reply = call
            .send()
            .await
            .map_err(|error| wire::error(OPERATION, error))?;
        let id = made_id(OPERATION, reply.allocation_id())?;
        Ok(AddressState {
            common: Common::new(Some(id), tags.clone()),
            address: text(reply.public_ip()),
            association: None,
        })
    }

    pub(crate) async fn release_address(&self, id: &str) -> Result<()> {
        let sent = self
            .ec2
            .release_address()
            .set_dry_run(self.dry)
            .allocation_id(id)
            .send()
            .await;
        let sent = sent.map_err(|error| wire::error("ReleaseAddress", error));
        unless_gone(
            sent,
            self.addresses(Some(&Filter::by_id("allocation-id", id))),
        )
        .await
    }

    pub(crate) async fn nat_gateways(
        &self,
        filter: Option<&Filter>,
    ) -> Result<Vec<NatGatewayState>> {
        let call = self.ec2.describe_nat_gateways().set_filter(filters(filter));
        let found = paged!(call, PAGE_ENTRIES, "DescribeNatGateways", nat_gateways);
        Ok(found.iter().map(nat_gateway).collect())
    }

    pub(crate) async fn create_nat_gateway(
        &self,
        subnet: &str,
        allocation: &str,
        token: &str,
        tags: &Tags,
    ) -> Result<NatGatewayState> {
        const OPERATION: &str = "CreateNatGateway";
        let tags = specification(ResourceType::Natgateway, tags);
        let call = self
            .ec2
            .create_nat_gateway()
            .set_dry_run(self.dry)
            .subnet_id(subnet)
            .allocation_id(allocation);
        let sent = call
            .client_token(token)
            .tag_specifications(tags)
            .send()
            .await;
        let reply = sent.map_err(|error| wire::error(OPERATION, error))?;
        made(OPERATION, reply.nat_gateway(), NatGateway::nat_gateway_id).map(nat_gateway)
    }

    pub(crate) async fn delete_nat_gateway(&self, id: &str) -> Result<()> {
        let sent = self
            .ec2
            .delete_nat_gateway()
            .set_dry_run(self.dry)
            .nat_gateway_id(id)
            .send()
            .await;
        let sent = sent.map_err(|error| wire::error("DeleteNatGateway", error));
        // One that went is listed for an hour.
        let there = async {
            let one = Filter::by_id("nat-gateway-id", id);
            let mut found = self.nat_gateways(Some(&one)).await?;
            found.retain(|state| state.status != "deleted");
            Ok(found)
        };
        unless_gone(sent, there).await
    }
}

fn internet_gateway(gateway: &InternetGateway) -> InternetGatewayState {
    let attached = gateway.attachments().iter().find(|attachment| {
        let state = attachment.state();
        state.is_none_or(|state| matches!(state.as_str(), "available" | "attached" | "attaching"))
    });
    InternetGatewayState {
        common: Common::new(gateway.internet_gateway_id(), read_tags(gateway.tags())),
        vpc: attached
            .and_then(|attachment| attachment.vpc_id())
            .map(str::to_owned),
    }
}

fn egress_only(gateway: &EgressOnlyInternetGateway) -> EgressOnlyGatewayState {
    let vpc = gateway
        .attachments()
        .iter()
        .find_map(|attachment| attachment.vpc_id());
    let id = gateway.egress_only_internet_gateway_id();
    EgressOnlyGatewayState {
        common: Common::new(id, read_tags(gateway.tags())),
        vpc: text(vpc),
    }
}

fn address(address: &Address) -> AddressState {
    AddressState {
        common: Common::new(address.allocation_id(), read_tags(address.tags())),
        address: text(address.public_ip()),
        association: address.association_id().map(str::to_owned),
    }
}

fn nat_gateway(gateway: &NatGateway) -> NatGatewayState {
    let addresses = gateway.nat_gateway_addresses();
    let created = gateway.create_time().map(|time| time.as_nanos());
    NatGatewayState {
        common: Common::new(gateway.nat_gateway_id(), read_tags(gateway.tags())),
        vpc: text(gateway.vpc_id()),
        subnet: text(gateway.subnet_id()),
        allocations: addresses
            .iter()
            .filter_map(|a| a.allocation_id())
            .map(str::to_owned)
            .collect(),
        status: text(gateway.state().map(|state| state.as_str())),
        private: gateway
            .connectivity_type()
            .is_some_and(|kind| kind.as_str() == "private"),
        why: gateway.failure_message().map(str::to_owned),
        made_at: created.and_then(|nanos| Timestamp::from_nanosecond(nanos).ok()),
    }
}
