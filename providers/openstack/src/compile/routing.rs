//! The way out: router, external network, interfaces.

use groundwork_kit::document::{given, listed};
use groundwork_kit::named::Named;
use groundwork_model::Finding;
use groundwork_provider::{Handle, Want};

use crate::{
    codes,
    compile::{Draft, is_routed_elsewhere},
    object::{
        Object,
        router::Router,
        router_interface::RouterInterface,
        subnet::{Subnet, SubnetState},
    },
    spec::field,
};

/// The field that names an external network.
const POOL: &str = "floatingIPPool";

impl Draft<'_> {
    pub(crate) fn router(&mut self) -> Option<Handle<Router>> {
        let survey = self.survey;
        let named = self
            .found("router", "routerID", &survey.router)
            .or(survey.serving.as_ref());
        if is_routed_elsewhere(self.target) && named.is_none() {
            return None;
        }
        if let Some(one) = named.filter(|one| !one.ours) {
            let desired = Router {
                name: Want::Chosen(one.state.name.clone()),
                admin_state_up: Want::Asked(true),
                external_network: Want::Chosen(one.state.gateway().map(str::to_owned)),
            };
            return Some(self.graph.add_named("router", &one.state.id, desired));
        }
        let exists = named.map(|one| &one.state).or(survey.ours.router.as_ref());
        let desired = Router {
            name: Want::Asked(self.name()),
            admin_state_up: Want::Asked(true),
            external_network: self.external_network(exists.and_then(|state| state.gateway())),
        };
        Some(self.place("router", named, desired))
    }

    /// The named external network, the one that the router is in, or the only one.
    fn external_network(&mut self, exists: Option<&str>) -> Want<Option<String>> {
        let networks = &self.survey.external_networks;
        let told = networks
            .iter()
            .map(|state| format!("{} ({})", state.name, state.id));
        let told = listed(told);
        if let Some(name) = given(&self.target.spec.floating_ip_pool) {
            let fits: Vec<_> = networks
                .iter()
                .filter(|state| state.name == name || state.id == name)
                .collect();
            if let ([], Some(id)) = (fits.as_slice(), exists.filter(|_| networks.is_empty())) {
                return Want::Chosen(Some(id.to_owned()));
            }
            if let [one] = fits.as_slice() {
                return Want::Asked(Some(one.id.clone()));
            }
            let message = format!(
                "{} external networks are named {name}; there are: {told}",
                fits.len()
            );
            let remedy = "write the name or id of one of them into floatingIPPool";
            self.wrong(codes::EXTERNAL_NETWORK, POOL, message, remedy);
            return Want::Chosen(None);
        }
        if let Some(id) = exists {
            return Want::Chosen(Some(id.to_owned()));
        }
        if let [one] = networks.as_slice() {
            return Want::Chosen(Some(one.id.clone()));
        }
        let message = match networks.len() {
            0 => "there is no external network, so a router has no way out".to_owned(),
            count => format!("there are {count} external networks, and none is named: {told}"),
        };
        let remedy =
            "name one in floatingIPPool; or set externalGateway where the way out is not a router";
        self.wrong(codes::EXTERNAL_NETWORK, POOL, message, remedy);
        Want::Chosen(None)
    }

    /// Whether a router of the document's, or of ours, has anything to do: the subnets may all be of
    /// another project, whose routers join them.
    pub(crate) fn joins_something(&self) -> bool {
        let survey = self.survey;
        let unnamed = matches!(survey.router, Named::Unnamed) && survey.serving.is_none();
        let dual = self.target.addressing.family.is_dual_stack();
        let theirs = self.unjoinable(&survey.subnet).is_some()
            && (!dual || self.unjoinable(&survey.ipv6_subnet).is_some());
        !(unnamed && theirs)
    }

    /// A subnet that another project shares, and that only its owner can attach to a router.
    fn unjoinable<'s>(&self, named: &'s Named<SubnetState>) -> Option<&'s SubnetState> {
        let survey = self.survey;
        let attached = |state: &&SubnetState| {
            survey
                .attached
                .iter()
                .any(|interface| interface.subnet == state.id)
        };
        let theirs = named.external();
        theirs.filter(|state| survey.rights.is_guest_of(*state) && !attached(state))
    }

    /// Says of subnets that others share what their owner alone can do, and see.
    pub(crate) fn others_subnets(&mut self) {
        if is_routed_elsewhere(self.target) {
            return;
        }
        let survey = self.survey;
        let subnets = [
            ("subnetID", &survey.subnet),
            ("ipv6SubnetID", &survey.ipv6_subnet),
        ];
        for (name, named) in subnets {
            let Some(state) = self.unjoinable(named) else {
                continue;
            };
            let (told, project) = (state.told(), &state.project_id);
            let finding = match &survey.router {
                Named::One(_) => Finding::error(
                    codes::OWNER,
                    format!(
                        "{told} belongs to project {project}: only its owner can attach it to a router"
                    ),
                )
                .remedy(
                    "have the owner attach the subnet, and set externalGateway where that is a router of \
                     the owner's; or name subnets of the project",
                ),
                Named::Unnamed | Named::Missing(_) | Named::Several(..) => Finding::warning(
                    codes::ROUTER_UNSEEN,
                    format!(
                        "{told} belongs to project {project}: only its owner can attach it to a router, and \
                         whether one serves it cannot be seen"
                    ),
                )
                .remedy("ask the owner; set externalGateway once it is known that a router serves it"),
            };
            self.findings.push(finding.at(field(name)).about(told));
        }
    }

    /// Joins router and subnet, unless both are somebody else's: then it is checked only.
    pub(crate) fn interface(
        &mut self,
        address: &str,
        router: &Handle<Router>,
        subnet: &Handle<Subnet>,
        named: &Named<SubnetState>,
    ) {
        let routed = self.survey.routed();
        let foreign_router = routed.is_some_and(|one| !one.ours);
        if foreign_router && named.external().is_some() || self.unjoinable(named).is_some() {
            return;
        }
        let desired = RouterInterface {
            router: router.clone(),
            subnet: subnet.clone(),
        };
        self.graph.add(address, desired);
    }
}
