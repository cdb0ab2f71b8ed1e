//! The way out: router, external network, interfaces.

use groundwork_kit::{
    document::{given, listed},
    named::Named,
};
use groundwork_provider::{Handle, Want};

use crate::{
    codes,
    compile::{Draft, is_routed_elsewhere},
    object::{Object, Router, RouterInterface, Subnet, SubnetState},
    spec::{self, Place, field},
};

/// The field that names an external network.
const POOL: &str = "floatingIPPool";

impl Draft<'_> {
    pub(crate) fn router(&mut self) -> Option<Handle<Router>> {
        let survey = self.survey;
        let named = self.found("router", "routerID", &survey.router);
        let named = named.or(survey.serving.as_ref());
        if is_routed_elsewhere(self.target) && named.is_none() {
            return None;
        }
        let exists = named.map(|one| &one.state).or(survey.ours.router.as_ref());
        let exists = exists.and_then(|state| state.gateway());
        let external_network = match named.is_some_and(|one| !one.ours) {
            true => Want::Chosen(exists.map(str::to_owned)),
            false => self.external_network(exists),
        };
        let desired = Router {
            name: self.name_of(named),
            admin_state_up: Want::Asked(true),
            external_network,
        };
        Some(self.place("router", named, desired))
    }

    /// The named external network, the one that the router is in, or the only one.
    fn external_network(&mut self, exists: Option<&str>) -> Want<Option<String>> {
        let networks = &self.survey.external_networks;
        let id = |id: &str| Some(id.to_owned());
        let name = given(&self.target.spec.floating_ip_pool);
        let fits = networks
            .iter()
            .filter(|state| name.is_none_or(|name| state.name == name || state.id == name));
        let fits: Vec<&str> = fits.map(|state| state.id.as_str()).collect();
        match (name, exists, fits.as_slice()) {
            (None, Some(exists), _) => return Want::Chosen(id(exists)),
            // Of a router that is named, nobody has asked which external networks there are.
            (Some(_), Some(exists), []) if networks.is_empty() => return Want::Chosen(id(exists)),
            (Some(_), _, [one]) => return Want::Asked(id(one)),
            (None, None, [one]) => return Want::Chosen(id(one)),
            (Some(_), _, _) | (None, None, _) => {}
        }
        let told = networks.iter();
        let told = listed(told.map(|state| format!("{} ({})", state.name, state.id)));
        let count = fits.len();
        let (message, remedy) = match name {
            Some(name) => (
                format!("{count} external networks are named {name}; there are: {told}"),
                "write the name or id of one of them into floatingIPPool",
            ),
            None => (
                match count {
                    0 => "there is no external network, so a router has no way out".to_owned(),
                    _ => format!("there are {count} external networks, and none is named: {told}"),
                },
                "name one in floatingIPPool; or set externalGateway where the way out is not a router",
            ),
        };
        self.wrong(codes::EXTERNAL_NETWORK, POOL, message, remedy);
        Want::Chosen(None)
    }

    /// Whether a router of the document's, or of ours, has anything to do: the subnets may all be of
    /// another project, whose routers join them.
    pub(crate) fn joins_something(&self) -> bool {
        let survey = self.survey;
        let has_router = !survey.router.is_unnamed() || survey.serving.is_some();
        let mut named = spec::subnets(self.target).map(|place| survey.subnet(place.family).0);
        has_router || named.any(|named| self.unjoinable(named).is_none())
    }

    /// A subnet that another project shares, and that only its owner can attach to a router.
    fn unjoinable<'s>(&self, named: &'s Named<SubnetState>) -> Option<&'s SubnetState> {
        let survey = self.survey;
        let is_unattached = |state: &SubnetState| survey.routers_of(&state.id).next().is_none();
        let theirs = named.external();
        theirs.filter(|state| survey.rights.is_guest_of(*state) && is_unattached(state))
    }

    /// Says of subnets that others share what their owner alone can do, and see.
    pub(crate) fn others_subnets(&mut self) {
        if is_routed_elsewhere(self.target) {
            return;
        }
        for place in spec::SUBNETS {
            let (named, _) = self.survey.subnet(place.family);
            let Some(state) = self.unjoinable(named) else {
                continue;
            };
            let owners = format!(
                "belongs to project {}: only its owner can attach it to a router",
                state.project_id
            );
            let unseen = format!("{owners}, and whether one serves it cannot be seen");
            let (finding, remedy) = match self.survey.router.one() {
                Some(_) => (
                    state.error(codes::OWNER, &owners),
                    "have the owner attach the subnet, and set externalGateway where that is a router of \
                     the owner's; or name subnets of the project",
                ),
                None => (
                    state.warning(codes::ROUTER_UNSEEN, &unseen),
                    "ask the owner; set externalGateway once it is known that a router serves it",
                ),
            };
            self.findings
                .push(finding.at(field(place.field)).remedy(remedy));
        }
    }

    /// Joins router and subnet, unless both are somebody else's: then it is checked only.
    pub(crate) fn interface(
        &mut self,
        place: Place,
        router: &Handle<Router>,
        subnet: &Handle<Subnet>,
    ) {
        let (named, _) = self.survey.subnet(place.family);
        let routed = self.survey.routed();
        let foreign_router = routed.is_some_and(|one| !one.ours);
        if foreign_router && named.external().is_some() || self.unjoinable(named).is_some() {
            return;
        }
        let desired = RouterInterface {
            router: router.clone(),
            subnet: subnet.clone(),
        };
        self.graph.add(place.interface, desired);
    }
}
