//! What there is to choose from, and whom a choice reaches.

use groundwork_kit::document::given;
use groundwork_provider::{Listed, Result, Scope};

use super::{Reached, Survey, Surveyor};
use crate::{
    object::ExternalNetwork,
    watched::{NetworkPort, SubnetPool},
};

impl Surveyor<'_> {
    /// Makes the listings of what there is to choose from while the project's own are made: the
    /// look remembers them. What fails is asked for again, and reported, where it is needed. Of a
    /// cluster that was made before there is nothing to choose, as a rule.
    pub(super) async fn foresee(&self) {
        let (look, target) = (self.reader.look, self.reader.target);
        if !look.is_first() {
            return;
        }
        let (spec, scope) = (&target.spec, look.scope());
        let external = async {
            if given(&spec.router_id).is_none() && given(&spec.subnet_id).is_none() {
                look.list::<ExternalNetwork>(&scope).await.ok();
            }
        };
        let pools = async {
            if target.is_dual_stack() && given(&spec.ipv6_subnet_id).is_none() {
                look.list::<SubnetPool>(&scope).await.ok();
            }
        };
        tokio::join!(external, pools);
    }

    /// External networks, pools; and whom an IPv6 subnet reaches.
    pub(super) async fn choices(&self, survey: &mut Survey) -> Result<()> {
        let look = self.reader.look;
        let (scope, dual) = (look.scope(), self.reader.target.is_dual_stack());
        if dual && survey.ipv6_subnet.is_unnamed() {
            if self.chooses_pool(survey) {
                let pools = look.list::<SubnetPool>(&scope).await?;
                survey.pools = sorted(&pools, |state| &state.name);
            }
            if survey.ours.ipv6_subnet.is_none() {
                survey.reached = self.reached(survey).await?;
            }
        }
        if self.chooses_way_out(survey) || dual && survey.has_address_scopes() {
            let external = look.list::<ExternalNetwork>(&scope).await?;
            survey.external_networks = sorted(&external, |state| &state.name);
        }
        Ok(())
    }

    /// Whether it matters which pools there are. A subnet that exists is kept unless the document names
    /// a pool; of a network in an address scope, all pools of that scope are around.
    fn chooses_pool(&self, survey: &Survey) -> bool {
        survey.ours.ipv6_subnet.is_none()
            || given(&self.reader.target.spec.ipv6_subnet_pool).is_some()
            || survey.ipv6_scope().is_some()
    }

    /// Whether it matters which external networks there are. A router that leads out is kept there
    /// unless the document names an external network.
    fn chooses_way_out(&self, survey: &Survey) -> bool {
        let ours = survey.ours.router.as_ref();
        let leads_out = ours.is_some_and(|router| router.gateway().is_some());
        let kept = leads_out && given(&self.reader.target.spec.floating_ip_pool).is_none();
        survey.routed().is_none() && !kept
    }

    async fn reached(&self, survey: &Survey) -> Result<Option<Reached>> {
        let named = survey.network.one().map(|one| (&one.state, one.ours));
        let own = survey.ours.network.as_ref().map(|state| (state, true));
        let Some((network, ours)) = named.or(own) else {
            return Ok(None);
        };
        let within = Scope::within([network.id.clone()]);
        let ports = self.reader.look.list::<NetworkPort>(&within).await?;
        let ports = ports.iter();
        let on_it = ports.filter(|port| port.state.network_id == network.id);
        let ports = on_it.count();
        Ok(Some(Reached { ports, ours }))
    }
}

fn sorted<S: Clone>(listed: &Listed<S>, name: impl Fn(&S) -> &String) -> Vec<S> {
    let mut all: Vec<_> = listed.iter().collect();
    all.sort_by_key(|found| (name(&found.state), &found.id));
    all.into_iter().map(|found| found.state.clone()).collect()
}
