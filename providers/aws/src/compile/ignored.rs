//! Fields that say nothing of a cluster's network: told, so that nobody relies on them. Pure.

use groundwork_model::Finding;

use crate::{
    codes,
    compile::Draft,
    spec::{field, given},
    survey::Named,
};

impl Draft<'_> {
    /// Fields about what is made, where all is there.
    pub(crate) fn ignored_by_existing(&mut self) {
        let spec = &self.target.spec;
        let why = "is about a VPC that is made, and this one exists";
        let fields = [
            ("vpcCidr", given(&spec.vpc_cidr).is_some()),
            ("privateSubnets", spec.private_subnets),
            ("natGateways", spec.nat_gateways.is_some()),
            ("dns64", spec.dns64),
        ];
        for (name, _) in fields.into_iter().filter(|(_, is_set)| *is_set) {
            self.ignored(name, why, "remove it");
        }
        self.ignored_with_ipv4(&[("ipv6Source", spec.ipv6_source.is_some())]);
    }

    /// Fields about what exists, where all is made, and about IPv6, where there is to be none.
    pub(crate) fn ignored_by_made(&mut self) {
        let spec = &self.target.spec;
        // One of ours is what we answer ourselves.
        let is_ours = |id: &str| {
            let mut ours = self.survey.our_tables.iter();
            ours.any(|table| table.common.id == id)
        };
        let is_missing = matches!(self.survey.vpc, Named::Missing(_));
        if !is_missing && given(&spec.route_table_id).is_some_and(|id| !is_ours(id)) {
            let why =
                "is about a VPC that exists, and this one is made with route tables of its own";
            self.ignored("routeTableID", why, "remove it");
        }
        let fields = [
            ("ipv6Source", spec.ipv6_source.is_some()),
            ("dns64", spec.dns64),
        ];
        self.ignored_with_ipv4(&fields);
    }

    fn ignored_with_ipv4(&mut self, fields: &[(&str, bool)]) {
        if self.is_dual() {
            return;
        }
        for (name, _) in fields.iter().filter(|(_, is_set)| *is_set) {
            let why = "is about IPv6, and the cluster is of IPv4 alone";
            let remedy = "remove it, or set spec.clusterNetwork.ipFamily to IPv4+IPv6";
            self.ignored(name, why, remedy);
        }
    }

    fn ignored(&mut self, name: &str, why: &str, remedy: &str) {
        let finding = Finding::warning(codes::IGNORED, format!("{name} {why}")).at(field(name));
        self.findings.push(finding.remedy(remedy));
    }
}
