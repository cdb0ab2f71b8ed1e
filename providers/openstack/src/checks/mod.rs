//! What is asked before anything is made: extensions and quotas.

mod group_templates;

use std::collections::{BTreeMap, BTreeSet};

use groundwork_kit::{client::Call, quota::Demand, rules::Direction};
use groundwork_model::{Family, Finding};
use groundwork_provider::{Action, Error, Item, Listing, Look, Plan, Typed};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    api::Api,
    codes,
    object::{
        network::Network,
        router::Router,
        router_interface::RouterInterface,
        security_group::{SecurityGroup, SecurityGroupState},
        subnet::Subnet,
    },
};

/// Only OVN's routers bring it.
const OVN: &str = "external-gateway-multihoming";

/// Roles and extensions first: without them the rest makes no sense. A plan that makes nothing asks nothing.
pub(crate) async fn checks(look: &Look<'_, Api>, plan: &Plan) -> Vec<Finding> {
    let api = look.api();
    let mut findings: Vec<_> = roles(api, plan).await.into_iter().collect();
    let made: Vec<&Item> = plan
        .items
        .iter()
        .filter(|item| makes(item.action))
        .collect();
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
    match known {
        Ok(known) => findings.extend(extensions(known, &made)),
        Err(error) => findings.push(unread(&error)),
    }
    findings.extend(opened);
    match quota {
        Ok(quota) => findings.extend(quotas(&quota, &made)),
        Err(error) => findings.push(unknown(&error)),
    }
    findings
}

/// The token's roles, where anything is to be changed.
async fn roles(api: &Api, plan: &Plan) -> Option<Finding> {
    let mut actions = plan.items.iter().map(|item| item.action);
    let changes =
        actions.any(|action| makes(action) || matches!(action, Action::Delete | Action::Discard));
    let reader = api.token().reader().filter(|_| changes)?;
    // How strict the cloud is, its extensions say.
    api.rights()
        .await
        .map_or(Some(reader), |rights| rights.reader())
}

fn makes(action: Action) -> bool {
    match action {
        Action::Create | Action::Replace | Action::Update => true,
        Action::Ambiguous
        | Action::Delete
        | Action::Discard
        | Action::Keep
        | Action::Verified
        | Action::Violated => false,
    }
}

fn extensions(known: &BTreeSet<String>, made: &[&Item]) -> Vec<Finding> {
    let uses = |kind: &str| made.iter().any(|item| item.kind == kind);
    let mut subnets = made.iter().filter_map(|item| subnet(item));
    let pool = subnets.any(|subnet| subnet.range.value().pool().is_some());
    let needed = [
        ("router", uses(Router::KIND), "routers"),
        (
            "security-group",
            uses(SecurityGroup::KIND),
            "security groups",
        ),
        ("subnet_allocation", pool, "subnet pools"),
    ];
    let mut findings: Vec<_> = needed
        .into_iter()
        .filter(|(alias, needed, _)| *needed && !known.contains(*alias))
        .map(|(alias, _, what)| {
            let message = format!("the cloud has no extension {alias}, so it has no {what}");
            Finding::error(codes::EXTENSION, message)
                .remedy("have the extension turned on, or name objects that exist in the document")
        })
        .collect();
    if !known.contains("standard-attr-tag") {
        let message = "the cloud has no extension standard-attr-tag: objects get no tags, only their \
                       label in the description";
        findings.push(Finding::note(codes::EXTENSION, message));
    }
    findings.extend(ovn(known));
    findings
}

/// What differs where the network is OVN's, as far as clusters come to feel it.
fn ovn(known: &BTreeSet<String>) -> Option<Finding> {
    known.contains(OVN).then(|| {
        let message = "the cloud's network is OVN: requests for DHCP pass through the rules of the nodes' security \
                       group, so that a named group has to let them out; prefixes are not delegated; and nobody \
                       answers for IPv6 addresses that are routed to a node";
        Finding::note(codes::OVN, message)
    })
}

fn subnet(item: &Item) -> Option<Subnet> {
    let node = item.node.as_ref().filter(|_| item.kind == Subnet::KIND)?;
    node.desired.read().ok().map(Typed::into_owned)
}

fn unread(error: &Error) -> Finding {
    Finding::warning(
        codes::EXTENSION,
        format!("the cloud's extensions cannot be read: {error}"),
    )
    .remedy("look for yourself whether it has what is needed: openstack extension list --network")
}

fn unknown(error: &Error) -> Finding {
    Finding::warning(
        codes::QUOTA_UNKNOWN,
        format!("the project's quotas cannot be read: {error}"),
    )
    .remedy("check whether there is room: openstack quota show --usage")
}

#[derive(Deserialize)]
struct Quota {
    limit: i64,
    used: i64,
    #[serde(default)]
    reserved: i64,
}

impl Quota {
    fn demand(&self, name: &str, needed: u64) -> Demand {
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        Demand {
            limit: format!("quota {name}"),
            // A limit below zero is none.
            max: u64::try_from(self.limit).ok(),
            used: count(self.used.saturating_add(self.reserved)),
            needed,
        }
    }
}

/// What the plan makes, by the names that Neutron's quotas have for it.
fn needs(made: &[&Item]) -> BTreeMap<&'static str, u64> {
    const QUOTAS: &[(&str, &str)] = &[
        (Network::KIND, "network"),
        (Subnet::KIND, "subnet"),
        (Router::KIND, "router"),
        (RouterInterface::KIND, "port"),
        (SecurityGroup::KIND, "security_group"),
    ];
    let mut needs = BTreeMap::new();
    for item in made {
        let quota = QUOTAS.iter().find(|(kind, _)| *kind == item.kind);
        if let Some((_, quota)) = quota.filter(|_| item.action == Action::Create) {
            *needs.entry(*quota).or_default() += 1;
        }
        let rules = rules(item);
        if rules > 0 {
            *needs.entry("security_group_rule").or_default() += rules;
        }
    }
    needs
}

/// How many rules are added: those of a new group, with the two that Neutron makes itself; those
/// that an old one lacks.
fn rules(item: &Item) -> u64 {
    let node = item.node.as_ref();
    let desired = node
        .filter(|_| item.kind == SecurityGroup::KIND)
        .and_then(|node| node.desired.read::<SecurityGroup>().ok());
    let Some(wanted) = desired.as_ref().and_then(|group| group.rules.asked()) else {
        return 0;
    };
    let found = item
        .found
        .as_ref()
        .filter(|_| item.action != Action::Create);
    let state = found.and_then(|found| found.state.read::<SecurityGroupState>().ok());
    let count = match state {
        Some(state) => SecurityGroupState::merge(&state, wanted).missing.len(),
        None => {
            let ingress = wanted
                .iter()
                .filter(|rule| rule.direction == Direction::Ingress);
            ingress.count() + Family::BOTH.len()
        }
    };
    count as u64
}

fn quotas(details: &Value, made: &[&Item]) -> Vec<Finding> {
    let short = |(name, needed): (&'static str, u64)| {
        let quota = Quota::deserialize(&details[name]).ok()?;
        let remedy =
            format!("have the project's quota of {name} raised, or remove what is not used");
        quota.demand(name, needed).shortage(codes::QUOTA, remedy)
    };
    needs(made).into_iter().filter_map(short).collect()
}
