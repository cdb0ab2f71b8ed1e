//! Address scopes: a router routes within one, translates IPv4 between two, and drops IPv6.

use groundwork_model::{Family, Finding};

use crate::{
    codes,
    compile::Draft,
    object::{Object, Router, Subnet},
    spec::field,
};

impl<'a> Draft<'a> {
    /// Says of an IPv6 subnet that its scope is not that of the external network.
    pub(crate) fn address_scope(&mut self) {
        let Some(scope) = self.scope() else {
            return;
        };
        let router = self.graph.of::<Router>().next();
        let gateway = router.and_then(|(_, router)| router.external_network.value().clone());
        let mut networks = self.survey.external_networks.iter();
        let network = networks.find(|state| Some(&state.id) == gateway.as_ref());
        let Some(network) = network.filter(|state| state.scope() != Some(scope)) else {
            return;
        };
        let theirs = network.scope();
        let theirs = theirs.map_or("none".to_owned(), |theirs| {
            format!("address scope {theirs}")
        });
        let message = format!(
            "the IPv6 subnet is in address scope {scope}, and {} in {theirs}: nodes have no way out over IPv6",
            network.told()
        );
        let finding = Finding::warning(codes::ADDRESS_SCOPE, message).about("subnet/ipv6");
        self.findings.push(finding.at(field("ipv6SubnetPool")).remedy(
            "use a subnet pool of the external network's address scope, or another external network",
        ));
    }

    /// The scope of a subnet that is made out of a pool, or of the network that a named one is in.
    fn scope(&self) -> Option<&'a str> {
        let survey = self.survey;
        let mut subnets = self.graph.of::<Subnet>();
        let (_, subnet) = subnets.find(|(_, subnet)| subnet.family == Family::V6)?;
        if survey.ipv6_subnet.one().is_some() {
            return survey.network.one()?.state.scope();
        }
        let pool = survey.pool(subnet.range.value().pool())?;
        pool.address_scope_id.as_deref()
    }
}
