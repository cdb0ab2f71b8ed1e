//! What another cluster, or a controller, says it owns: it deletes that with its cluster. Pure.

use std::collections::BTreeSet;

use groundwork_model::Finding;

use crate::{
    assess::Judge,
    codes,
    object::{
        Tags,
        shared_tag::{CLUSTER_TAG, MARK},
    },
    spec::field,
    survey::Named,
};

/// Keys that begin so, and end with the name of the cluster that an object is made for.
const BY_KEY: [(&str, &str); 2] = [
    // https://cluster-api-aws.sigs.k8s.io/topics/bring-your-own-aws-infrastructure
    (
        "sigs.k8s.io/cluster-api-provider-aws/cluster/",
        "Cluster API",
    ),
    // KKP: pkg/provider/cloud/aws/provider.go
    ("owned-by.kubermatic.k8c.io/", "KKP"),
];
/// Keys whose value is the name of the cluster that an object is made for.
const BY_VALUE: [(&str, &str); 2] = [
    // https://kops.sigs.k8s.io/run_in_existing_vpc/
    ("KubernetesCluster", "kOps"),
    // https://eksctl.io
    ("alpha.eksctl.io/cluster-name", "eksctl"),
];
/// How Gardener names the clusters that it makes; its tags have the value 1.
const SHOOT: &str = "shoot--";

/// Who deletes an object one day: the controller, and the cluster.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Owner {
    controller: &'static str,
    cluster: String,
}

/// Judges what the document names, and what gets the cluster's tag.
pub(crate) fn judge(judge: &mut Judge<'_>) {
    let survey = judge.survey;
    let vpc = survey.vpc.external();
    let vpc = vpc.map(|vpc| (vpc.told(), &vpc.common.tags, judge.vpc_place()));
    let subnets = survey.subnets.iter().filter_map(Named::external);
    let subnets = subnets.map(|subnet| {
        let place = judge.place(&subnet.common.id);
        (subnet.told(), &subnet.common.tags, place)
    });
    let group = survey.security_group.external();
    let group = group.map(|group| (group.told(), &group.common.tags, field("securityGroupID")));
    let named: Vec<_> = vpc.into_iter().chain(subnets).chain(group).collect();
    for (told, tags, place) in named {
        owned(judge, &told, tags, place);
    }
}

fn owned(judge: &mut Judge<'_>, told: &str, tags: &Tags, place: String) {
    let owners = owners(tags, judge.target.name());
    if owners.is_empty() {
        return;
    }
    let owner = |owner: &Owner| format!("{} (cluster {})", owner.controller, owner.cluster);
    let all: Vec<String> = owners.iter().map(owner).collect();
    let message = format!(
        "{told} is owned by {}, by its tags: it may be deleted together with that cluster",
        all.join(" and ")
    );
    let finding = Finding::warning(codes::OWNED, message).at(place);
    let remedy = "name objects that outlive other clusters, or have those clusters' tags say \
                  shared";
    judge.say(finding, told.to_owned(), remedy);
}

/// Those besides the cluster itself.
fn owners(tags: &Tags, cluster: &str) -> BTreeSet<Owner> {
    let owners = tags.iter().filter_map(|(key, value)| {
        let of = |controller, cluster: &str| {
            let cluster = cluster.to_owned();
            Some(Owner {
                controller,
                cluster,
            })
        };
        let mut by_key = BY_KEY.iter();
        let by_key = by_key.find_map(|(begin, of)| Some((*of, key.strip_prefix(begin)?)));
        let by_value = BY_VALUE.iter().find(|(name, _)| name == key);
        let by_value = by_value.map(|(_, of)| (*of, value.as_str()));
        if let Some((controller, name)) = by_key.or(by_value) {
            return of(controller, name);
        }
        let name = key.strip_prefix(CLUSTER_TAG)?;
        match value.as_str() {
            // KKP's own tag is beside it where KKP made the object.
            "owned" => of("a cloud controller", name),
            "1" if name.starts_with(SHOOT) => of("Gardener", name),
            _ => None,
        }
    });
    let mut owners: BTreeSet<Owner> = owners.collect();
    owners.retain(|owner| owner.cluster != cluster);
    // Whoever tags for himself tags for the cloud controller as well.
    let known: BTreeSet<String> = owners
        .iter()
        .filter(|owner| owner.controller != "a cloud controller")
        .map(|owner| owner.cluster.clone())
        .collect();
    owners.retain(|owner| {
        owner.controller != "a cloud controller" || !known.contains(&owner.cluster)
    });
    // A cluster of ours that shares it says so itself.
    owners.retain(|owner| !tags.contains_key(&format!("{MARK}{}", owner.cluster)));
    owners
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(tags: &[(&str, &str)]) -> Vec<String> {
        let tags = tags.iter();
        let tags = tags.map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        let owners = owners(&tags.collect(), "harbour").into_iter();
        owners
            .map(|owner| format!("{} {}", owner.controller, owner.cluster))
            .collect()
    }

    #[test]
    fn owners_are_known_by_their_tags() {
        let cluster = "kubernetes.io/cluster/other";
        assert_eq!(of(&[(cluster, "owned")]), ["a cloud controller other"]);
        assert_eq!(of(&[(cluster, "shared")]), [""; 0]);
        assert_eq!(of(&[("kubernetes.io/cluster/harbour", "owned")]), [""; 0]);
        let capi = "sigs.k8s.io/cluster-api-provider-aws/cluster/other";
        assert_eq!(
            of(&[(capi, "owned"), (cluster, "owned")]),
            ["Cluster API other"]
        );
        let shoot = "kubernetes.io/cluster/shoot--dev--other";
        assert_eq!(of(&[(shoot, "1")]), ["Gardener shoot--dev--other"]);
        assert_eq!(of(&[("KubernetesCluster", "other")]), ["kOps other"]);
        let kkp = "owned-by.kubermatic.k8c.io/other";
        assert_eq!(of(&[(kkp, ""), (cluster, "")]), ["KKP other"]);
        let ours = "owned-by.kubermatic.k8c.io/harbour";
        assert_eq!(of(&[(ours, "")]), [""; 0], "the cluster's own");
    }
}
