//! Address scopes: a router routes within one, translates IPv4 between two, and drops IPv6.

use groundwork_kit::named::Named;
use groundwork_model::Finding;
use groundwork_provider::Handle;

use crate::{
    codes,
    compile::Draft,
    object::{Object, router::Router, subnet::Subnet},
    spec::field,
};

impl Draft<'_> {
    /// Says of an IPv6 subnet that its scope is not that of the external network.
    pub(crate) fn address_scope(&mut self, subnet: &Handle<Subnet>, router: &Handle<Router>) {
        let Some(scope) = self.scope_of(subnet) else {
            return;
        };
        let router: Option<Router> = self.desired(router);
        let gateway = router.and_then(|router| router.external_network.value().clone());
        let mut networks = self.survey.external_networks.iter();
        let network = networks.find(|state| Some(&state.id) == gateway.as_ref());
        let Some(network) = network.filter(|state| state.ipv6_address_scope != Some(scope.clone()))
        else {
            return;
        };
        let theirs = network.ipv6_address_scope.as_deref();
        let message = format!(
            "the IPv6 subnet is in address scope {scope}, and {} in {}: nodes have no way out over IPv6",
            network.told(),
            theirs.map_or("none".to_owned(), |theirs| format!(
                "address scope {theirs}"
            ))
        );
        let finding = Finding::warning(codes::ADDRESS_SCOPE, message).about("subnet/ipv6");
        self.findings.push(finding.at(field("ipv6SubnetPool")).remedy(
            "use a subnet pool of the external network's address scope, or another external network",
        ));
    }

    /// The scope of a subnet that is made out of a pool, or of the network that a named one is in.
    fn scope_of(&self, subnet: &Handle<Subnet>) -> Option<String> {
        if let Named::One(_) = &self.survey.ipv6_subnet {
            return self.survey.network.one()?.state.ipv6_address_scope.clone();
        }
        let subnet: Subnet = self.desired(subnet)?;
        self.survey
            .pool(subnet.range.value().pool())?
            .address_scope_id
            .clone()
    }
}
