//! What a cluster needs besides the network, and what its addresses cannot do. Pure.

use groundwork_kit::document::given;
use groundwork_model::Finding;

use super::{Draft, host};
use crate::{
    codes, names,
    object::SubnetworkState,
    spec::{AccessType, field},
};

impl Draft<'_> {
    /// Said of every cluster, whatever its network.
    pub(super) fn limitations(&mut self) {
        let tag = names::tag(self.target.name());
        match host(self.survey) {
            Some(project) => self.findings.push(shared(project, &tag)),
            None => self.findings.push(node_tag(&tag)),
        }
        if !self.is_dual() {
            return;
        }
        let named = self.survey.subnetwork.external();
        let is_own_pool = given(&self.target.spec.ip_collection).is_some();
        if named.is_none() && is_own_pool {
            self.findings.push(machines_alone());
        }
        if named.is_none() && self.target.spec.access_type() == AccessType::Internal {
            self.findings.push(internal());
        }
    }
}

/// KKP gives it to machines by itself.
fn node_tag(tag: &str) -> Finding {
    let message = format!(
        "the firewall rules are for machines with the network tag {tag}: a node without it lets nobody in"
    );
    let finding = Finding::note(codes::NODE_TAG, message);
    finding.remedy(format!(
        "KKP sets it; elsewhere add {tag} to the tags of the MachineDeployment"
    ))
}

fn shared(project: &str, tag: &str) -> Finding {
    let message = format!(
        "the network belongs to project {project}: its firewall rules are made there, and here they are only \
         verified"
    );
    let finding = Finding::warning(codes::SHARED, message).at(field("network"));
    finding.remedy(format!(
        "have its owner allow what machines with the network tag {tag} need; findings name what is \
         missing"
    ))
}

/// Nothing is made in another project.
pub(super) fn subnetwork_of(project: &str) -> Finding {
    let message = format!(
        "the network belongs to project {project}, where no subnetwork is made, and none is named"
    );
    let finding = Finding::error(codes::SHARED, message).at(field("subnetwork"));
    finding.remedy(format!(
        "have its owner make a subnetwork, and give the account the role roles/compute.networkUser on it; \
         then name it: projects/{project}/regions/REGION/subnetworks/NAME"
    ))
}

fn machines_alone() -> Finding {
    let message =
        "load balancers cannot have IPv6 addresses of one's own prefix: machines alone can";
    let finding = Finding::note(codes::ENDPOINT, message).at(field("ipCollection"));
    finding.remedy("remove ipCollection for a range of Google's own if the cluster needs them")
}

/// Ours would be made anew, with every machine in it.
pub(super) fn other_kind(own: &SubnetworkState, asked: AccessType) -> Option<Finding> {
    let is = own.access_type().filter(|is| *is != asked)?;
    let message = format!(
        "{} has {} IPv6 addresses, and that cannot be changed: for {} ones it is deleted and made anew",
        own.told(),
        is.as_str(),
        asked.as_str()
    );
    let finding = Finding::warning(codes::ACCESS_TYPE, message).at(field("ipv6AccessType"));
    Some(finding.about(own.told()).remedy(
        "remove ipv6AccessType to keep it; or make another cluster, and move what runs in this one",
    ))
}

fn internal() -> Finding {
    let message = "nodes' IPv6 addresses are of the network alone: they reach no IPv6 address of the \
                   internet, and nobody there reaches them; this cannot be changed later";
    let finding = Finding::note(codes::INTERNAL_IPV6, message).at(field("ipv6AccessType"));
    finding.remedy("set ipv6AccessType to External for addresses of the internet")
}
