//! Route tables, their routes and associations.

use aws_sdk_ec2::types::{ResourceType, Route, RouteTable};
use groundwork_model::Family;
use groundwork_provider::Result;
use ipnet::IpNet;

use super::{Api, filters, gone::unless_gone, made, made_id, read_tags, specification, text};
use crate::{
    object::{
        Common, Filter, Tags,
        route_table::{Association, Entry, RouteTableState},
    },
    wire,
};

/// Entries a page of route tables.
const TABLE_ENTRIES: i32 = 100;

/// Where a route leads, by id.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Hop<'a> {
    Internet(&'a str),
    EgressOnly(&'a str),
    Nat(&'a str),
}

impl<'a> Hop<'a> {
    pub(crate) fn id(self) -> &'a str {
        match self {
            Self::Internet(id) | Self::EgressOnly(id) | Self::Nat(id) => id,
        }
    }

    /// The filter that finds the tables with such a route.
    fn filter(self) -> &'static str {
        match self {
            Self::Internet(_) => "route.gateway-id",
            Self::EgressOnly(_) => "route.egress-only-internet-gateway-id",
            Self::Nat(_) => "route.nat-gateway-id",
        }
    }
}

impl Api {
    pub(crate) async fn route_tables(
        &self,
        filter: Option<&Filter>,
    ) -> Result<Vec<RouteTableState>> {
        let call = self
            .ec2
            .describe_route_tables()
            .set_filters(filters(filter));
        let found = paged!(call, TABLE_ENTRIES, "DescribeRouteTables", route_tables);
        Ok(found.iter().map(table).collect())
    }

    pub(crate) async fn create_route_table(
        &self,
        vpc: &str,
        token: &str,
        tags: &Tags,
    ) -> Result<RouteTableState> {
        const OPERATION: &str = "CreateRouteTable";
        let tags = specification(ResourceType::RouteTable, tags);
        let call = self
            .ec2
            .create_route_table()
            .set_dry_run(self.dry)
            .vpc_id(vpc)
            .client_token(token);
        let sent = call.tag_specifications(tags).send().await;
        let reply = sent.map_err(|error| wire::error(OPERATION, error))?;
        made(OPERATION, reply.route_table(), RouteTable::route_table_id).map(table)
    }

    /// A table as it is now. A rehearsal, whose replies are empty, does not look.
    pub(crate) async fn route_table_now(&self, id: &str) -> Result<Option<RouteTableState>> {
        if self.dry.is_some() {
            return Ok(None);
        }
        let filter = Filter::by_id("route-table-id", id);
        Ok(self.route_tables(Some(&filter)).await?.pop())
    }

    /// The tables with a route by a gateway, as they are now. A rehearsal does not look.
    pub(crate) async fn tables_by_now(&self, hop: Hop<'_>) -> Result<Vec<RouteTableState>> {
        if self.dry.is_some() {
            return Ok(Vec::new());
        }
        let filter = Filter::by_id(hop.filter(), hop.id());
        self.route_tables(Some(&filter)).await
    }

    pub(crate) async fn delete_route_table(&self, id: &str) -> Result<()> {
        let sent = self
            .ec2
            .delete_route_table()
            .set_dry_run(self.dry)
            .route_table_id(id)
            .send()
            .await;
        let sent = sent.map_err(|error| wire::error("DeleteRouteTable", error));
        unless_gone(
            sent,
            self.route_tables(Some(&Filter::by_id("route-table-id", id))),
        )
        .await
    }

    pub(crate) async fn create_route(&self, table: &str, to: IpNet, hop: Hop<'_>) -> Result<()> {
        let call = self
            .ec2
            .create_route()
            .set_dry_run(self.dry)
            .route_table_id(table);
        let call = match Family::of(&to) {
            Family::V4 => call.destination_cidr_block(to.to_string()),
            Family::V6 => call.destination_ipv6_cidr_block(to.to_string()),
        };
        let call = match hop {
            Hop::Internet(id) => call.gateway_id(id),
            Hop::EgressOnly(id) => call.egress_only_internet_gateway_id(id),
            Hop::Nat(id) => call.nat_gateway_id(id),
        };
        let sent = call.send().await;
        sent.map(drop)
            .map_err(|error| wire::error("CreateRoute", error))
    }

    pub(crate) async fn replace_route(&self, table: &str, to: IpNet, hop: Hop<'_>) -> Result<()> {
        let call = self
            .ec2
            .replace_route()
            .set_dry_run(self.dry)
            .route_table_id(table);
        let call = match Family::of(&to) {
            Family::V4 => call.destination_cidr_block(to.to_string()),
            Family::V6 => call.destination_ipv6_cidr_block(to.to_string()),
        };
        let call = match hop {
            Hop::Internet(id) => call.gateway_id(id),
            Hop::EgressOnly(id) => call.egress_only_internet_gateway_id(id),
            Hop::Nat(id) => call.nat_gateway_id(id),
        };
        let sent = call.send().await;
        sent.map(drop)
            .map_err(|error| wire::error("ReplaceRoute", error))
    }

    pub(crate) async fn delete_route(&self, table: &str, to: IpNet) -> Result<()> {
        let call = self
            .ec2
            .delete_route()
            .set_dry_run(self.dry)
            .route_table_id(table);
        let call = match Family::of(&to) {
            Family::V4 => call.destination_cidr_block(to.to_string()),
            Family::V6 => call.destination_ipv6_cidr_block(to.to_string()),
        };
        let sent = call.send().await;
        let sent = sent.map_err(|error| wire::error("DeleteRoute", error));
        unless_gone(
            sent,
            self.route_tables(Some(&Filter::by_id("route-table-id", table))),
        )
        .await
    }

    /// Answers with the association's id.
    pub(crate) async fn associate_route_table(&self, table: &str, subnet: &str) -> Result<String> {
        const OPERATION: &str = "AssociateRouteTable";
        let call = self
            .ec2
            .associate_route_table()
            .set_dry_run(self.dry)
            .route_table_id(table)
            .subnet_id(subnet);
        let reply = call
            .send()
            .await
            .map_err(|error| wire::error(OPERATION, error))?;
        made_id(OPERATION, reply.association_id()).map(str::to_owned)
    }

    /// Answers with the new association's id.
    pub(crate) async fn replace_association(
        &self,
        association: &str,
        table: &str,
    ) -> Result<String> {
        const OPERATION: &str = "ReplaceRouteTableAssociation";
        let call = self
            .ec2
            .replace_route_table_association()
            .set_dry_run(self.dry)
            .association_id(association);
        let sent = call.route_table_id(table).send().await;
        let reply = sent.map_err(|error| wire::error(OPERATION, error))?;
        made_id(OPERATION, reply.new_association_id()).map(str::to_owned)
    }

    pub(crate) async fn disassociate_route_table(&self, association: &str) -> Result<()> {
        let sent = self
            .ec2
            .disassociate_route_table()
            .set_dry_run(self.dry)
            .association_id(association)
            .send()
            .await;
        let sent = sent.map_err(|error| wire::error("DisassociateRouteTable", error));
        unless_gone(
            sent,
            self.route_tables(Some(&Filter::by_id(
                "association.route-table-association-id",
                association,
            ))),
        )
        .await
    }
}

fn table(table: &RouteTable) -> RouteTableState {
    let associations = table.associations();
    let live = associations.iter().filter(|association| {
        let state = association
            .association_state()
            .and_then(|state| state.state());
        state.is_none_or(|state| matches!(state.as_str(), "associated" | "associating"))
    });
    let association = |of: &aws_sdk_ec2::types::RouteTableAssociation| {
        let id = text(of.route_table_association_id());
        let subnet = of.subnet_id()?.to_owned();
        Some(Association { id, subnet })
    };
    RouteTableState {
        common: Common::new(table.route_table_id(), read_tags(table.tags())),
        vpc: text(table.vpc_id()),
        main: associations.iter().any(|a| a.main().unwrap_or_default()),
        associations: live.filter_map(association).collect(),
        routes: table.routes().iter().map(entry).collect(),
    }
}

fn entry(route: &Route) -> Entry {
    let to = route
        .destination_cidr_block()
        .or(route.destination_ipv6_cidr_block())
        .or(route.destination_prefix_list_id());
    let by = route
        .nat_gateway_id()
        .or(route.egress_only_internet_gateway_id())
        .or(route.transit_gateway_id())
        .or(route.vpc_peering_connection_id())
        .or(route.network_interface_id())
        .or(route.local_gateway_id())
        .or(route.carrier_gateway_id())
        .or(route.core_network_arn())
        .or(route.odb_network_arn())
        .or(route.gateway_id())
        .or(route.instance_id());
    let state = route.state().map_or("active", |state| state.as_str());
    Entry {
        to: text(to),
        by: text(by),
        blackhole: state == "blackhole",
        idle: (!matches!(state, "active" | "blackhole")).then(|| state.to_owned()),
        written: route
            .origin()
            .is_none_or(|origin| origin.as_str() == "CreateRoute"),
    }
}
