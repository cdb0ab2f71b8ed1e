//! What is asked before anything is made: extensions and quotas.

mod group_templates;

use std::collections::BTreeSet;

use groundwork_kit::{
    client::Call,
    quota::{self, Demand},
    rules::{Direction, Rule},
};
use groundwork_model::{Family, Finding};
use groundwork_provider::{Action, Item, Listing, Look, Plan, Resource, Typed};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    api::Api,
    codes,
    object::{Network, Router, RouterInterface, SecurityGroup, SecurityGroupState, Subnet},
};

/// Only OVN's routers bring it.
const OVN: &str = "external-gateway-multihoming";

/// Roles and extensions first: without them the rest makes no sense. A plan that makes nothing asks nothing.
pub(crate) async fn checks(look: &Look<'_, Api>, plan: &Plan) -> Vec<Finding> {
    let api = look.api();
    let mut findings: Vec<_> = roles(api, plan).await.into_iter().collect();
    let makes = |item: &&Item| item.action.creates() || item.action == Action::Update;
    let made: Vec<&Item> = plan.items.iter().filter(makes).collect();
    if made.is_empty() {
        return findings;
    }
    let path = format!("/v2.0/quotas/{}/details.json", api.project());
    let details = Call::get(path).under("quota");
    let (known, opened, quota) = tokio::join!(
        api.extensions(),
        group_templates::opened(api, &made),
        api.client.read::<Value>(&details),
    );
    findings.extend(match known {
        Ok(known) => extensions(known, &made),
        Err(error) => {
            let message = format!("the cloud's extensions cannot be read: {error}");
            let remedy = "look for yourself whether it has what is needed: openstack extension list --network";
            vec![Finding::warning(codes::EXTENSION, message).remedy(remedy)]
        }
    });
    findings.extend(opened);
    findings.extend(match quota {
        Ok(quota) => quotas(&quota, plan, &made),
        Err(error) => {
            let message = format!("the project's quotas cannot be read: {error}");
            let remedy = "check whether there is room: openstack quota show --usage";
            vec![Finding::warning(codes::QUOTA_UNKNOWN, message).remedy(remedy)]
        }
    });
    findings
}

/// The token's roles, where anything is to be changed.
async fn roles(api: &Api, plan: &Plan) -> Option<Finding> {
    plan.mutating().next()?;
    let reader = api.token.reader()?;
    // How strict the cloud is, its extensions say.
    api.rights()
        .await
        .map_or(Some(reader), |rights| rights.reader())
}

/// What an item asks for, if it is of a kind.
fn desired<R: Resource>(item: &Item) -> Option<Typed<'_, R>> {
    let node = item.node.as_ref().filter(|_| item.kind == R::KIND)?;
    node.desired.read().ok()
}

fn extensions(known: &BTreeSet<String>, made: &[&Item]) -> Vec<Finding> {
    let uses = |kind: &str| made.iter().any(|item| item.kind == kind);
    let mut subnets = made.iter().filter_map(|item| desired::<Subnet>(item));
    let pool = subnets.any(|subnet| subnet.range.value().pool().is_some());
    let group = uses(SecurityGroup::KIND);
    let needed = [
        ("router", uses(Router::KIND), "routers"),
        ("security-group", group, "security groups"),
        ("subnet_allocation", pool, "subnet pools"),
    ];
    let lacks = |alias: &str| !known.contains(alias);
    let missing = needed
        .into_iter()
        .filter(|(alias, needed, _)| *needed && lacks(alias));
    let missing = missing.map(|(alias, _, what)| {
        let message = format!("the cloud has no extension {alias}, so it has no {what}");
        Finding::error(codes::EXTENSION, message)
            .remedy("have the extension turned on, or name objects that exist in the document")
    });
    let untagged = lacks("standard-attr-tag").then(|| {
        let message = "the cloud has no extension standard-attr-tag: objects get no tags, only their \
                       label in the description";
        Finding::note(codes::EXTENSION, message)
    });
    // What differs where the network is OVN's, as far as clusters come to feel it.
    let ovn = known.contains(OVN).then(|| {
        let message = "the cloud's network is OVN: requests for DHCP pass through the rules of the nodes' security \
                       group, so that a named group has to let them out; prefixes are not delegated; and nobody \
                       answers for IPv6 addresses that are routed to a node";
        Finding::note(codes::OVN, message)
    });
    missing.chain(untagged).chain(ovn).collect()
}

#[derive(Deserialize)]
struct Quota {
    limit: i64,
    used: i64,
    #[serde(default)]
    reserved: i64,
}

/// What is counted, by kind.
const QUOTAS: &[(&str, &str)] = &[
    (Network::KIND, "network"),
    (Subnet::KIND, "subnet"),
    (Router::KIND, "router"),
    (RouterInterface::KIND, "port"),
    (SecurityGroup::KIND, "security_group"),
];

/// How many rules are added: those of a new group, with the two that Neutron makes itself; those
/// that an old one lacks.
fn rules(item: &Item) -> usize {
    let group = desired::<SecurityGroup>(item);
    let Some(wanted) = group.as_ref().and_then(|group| group.rules.asked()) else {
        return 0;
    };
    let found = item.found.as_ref();
    let found = found.filter(|_| item.action != Action::Create);
    match found.and_then(|found| found.state.read::<SecurityGroupState>().ok()) {
        Some(state) => SecurityGroupState::merge(&state, wanted).missing.len(),
        None => {
            let is_in = |rule: &&Rule| rule.direction == Direction::Ingress;
            wanted.iter().filter(is_in).count() + Family::BOTH.len()
        }
    }
}

fn quotas(details: &Value, plan: &Plan, made: &[&Item]) -> Vec<Finding> {
    let mut needed = quota::needed(plan, QUOTAS);
    let rules: usize = made.iter().map(|item| rules(item)).sum();
    needed.insert("security_group_rule", rules as u64);
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    let short = |(name, needed): (&str, u64)| {
        let quota = Quota::deserialize(&details[name]).ok()?;
        let demand = Demand {
            limit: format!("quota {name}"),
            // A limit below zero is none.
            max: u64::try_from(quota.limit).ok(),
            used: count(quota.used.saturating_add(quota.reserved)),
            needed,
        };
        let remedy =
            format!("have the project's quota of {name} raised, or remove what is not used");
        demand.shortage(codes::QUOTA, remedy)
    };
    needed.into_iter().filter_map(short).collect()
}
