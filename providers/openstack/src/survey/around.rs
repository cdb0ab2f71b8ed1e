//! What is around the cluster's subnets: on the network, behind the router, and in the subnets.

use std::collections::BTreeSet;

use groundwork_provider::{Listed, ObjectRef, Result};

use super::{Holders, Survey, Surveyor};
use crate::{
    object::{Interface, Object, Router, Subnet, SubnetState},
    watched::Port,
};

impl Surveyor<'_> {
    /// Other subnets on the network and behind the router, and who has addresses of the cluster's.
    pub(super) async fn around(&self, survey: &mut Survey, ports: &Listed<Port>) -> Result<()> {
        let network = survey.own_network().into_iter();
        let on: BTreeSet<String> = network.flat_map(|n| n.subnets.clone()).collect();
        let router = survey.routed().map(|one| &one.state);
        let router = router.or(survey.ours.router.as_ref());
        let router = router.map(|state| ObjectRef::of::<Router>(&state.id));
        let behind = router.iter().flat_map(|router| ports.joining(router));
        let behind = behind.flat_map(|port| Interface::of(&port.state));
        let behind: BTreeSet<String> = behind.map(|interface| interface.subnet).collect();
        let ids = on.iter().chain(&behind).map(String::as_str);
        let subnets = self.reader.list::<Subnet>(ids).await?;
        let own: BTreeSet<&str> = survey.subnets().map(|s| s.id.as_str()).collect();
        let key = self.reader.target.key();
        let others = |ids: &BTreeSet<String>| -> Vec<SubnetState> {
            let others = ids.iter().filter(|id| !own.contains(id.as_str()));
            let found = others.filter_map(|id| subnets.by_id(id));
            // A twin of our own subnet is no neighbour: the engine decides which of them stays. Neither is
            // one of ours that has lost its label.
            let found =
                found.filter(|found| !self.reader.is_ours(found) && !found.state.is_tagged(&key));
            found.map(|found| found.state.clone()).collect()
        };
        let (neighbours, behind) = (others(&on), others(&behind));
        let holders = survey.subnets();
        let holders = holders.map(|subnet| (subnet.id.clone(), holders_of(subnet, ports)));
        survey.holders = holders.collect();
        (survey.neighbours, survey.behind) = (neighbours, behind);
        Ok(())
    }
}

fn holders_of(subnet: &SubnetState, ports: &Listed<Port>) -> Holders {
    let mut holders = Holders::default();
    let own = ObjectRef::of::<Subnet>(&subnet.id);
    for port in ports.joining(&own).map(|found| &found.state) {
        let addresses = port.fixed_ips.iter();
        let within = addresses.filter(|fixed| fixed.subnet_id == subnet.id);
        for address in within.map(|fixed| fixed.ip_address) {
            holders.used += usize::from(subnet.gives_out(address));
            let is_gateway = subnet.gateway_ip == Some(address);
            if port.is_interface() {
                // A router may answer at several: that of the gateway is what counts.
                let former = holders.routers.get(&port.device_id).copied();
                let best = former.filter(|_| !is_gateway).unwrap_or(address);
                holders.routers.insert(port.device_id.clone(), best);
            } else if is_gateway && !port.is_neutrons_own() {
                holders.gateway = Some(port.clone());
            }
        }
    }
    holders
}
