//! How resources refer to one another.

use mock_cloud::Body;
use serde_json::{Value, json};

use crate::cloud::{Azure, items};
use crate::ids::key;
use crate::kind::Kind;
use crate::operations::WORK;
use crate::refused::{Answer, Refused};

/// A field that refers to resources of another kind.
pub(crate) struct Link {
    pub(crate) from: Kind,
    pub(crate) field: &'static str,
    pub(crate) to: Kind,
    /// What has to be allowed on the other one.
    pub(crate) action: &'static str,
    /// The field under which the store finds the one that refers; none where it is a list.
    pub(crate) index: Option<&'static str>,
}

pub(crate) const LINKS: [Link; 10] = [
    Link {
        from: Kind::Subnet,
        field: "networkSecurityGroup",
        to: Kind::NetworkSecurityGroup,
        action: "Microsoft.Network/networkSecurityGroups/join/action",
        index: Some("_networkSecurityGroup"),
    },
    Link {
        from: Kind::Subnet,
        field: "routeTable",
        to: Kind::RouteTable,
        action: "Microsoft.Network/routeTables/join/action",
        index: Some("_routeTable"),
    },
    Link {
        from: Kind::Subnet,
        field: "natGateway",
        to: Kind::NatGateway,
        action: "Microsoft.Network/natGateways/join/action",
        index: Some("_natGateway"),
    },
    Link {
        from: Kind::NetworkInterface,
        field: "networkSecurityGroup",
        to: Kind::NetworkSecurityGroup,
        action: "Microsoft.Network/networkSecurityGroups/join/action",
        index: Some("_networkSecurityGroup"),
    },
    Link {
        from: Kind::Peering,
        field: "remoteVirtualNetwork",
        to: Kind::VirtualNetwork,
        action: "Microsoft.Network/virtualNetworks/peer/action",
        index: None,
    },
    Link {
        from: Kind::NatGateway,
        field: "publicIpAddresses",
        to: Kind::PublicIpAddress,
        action: "Microsoft.Network/publicIPAddresses/join/action",
        index: None,
    },
    Link {
        from: Kind::NatGateway,
        field: "publicIpAddressesV6",
        to: Kind::PublicIpAddress,
        action: "Microsoft.Network/publicIPAddresses/join/action",
        index: None,
    },
    Link {
        from: Kind::NatGateway,
        field: "publicIpPrefixes",
        to: Kind::PublicIpPrefix,
        action: "Microsoft.Network/publicIPPrefixes/join/action",
        index: None,
    },
    Link {
        from: Kind::NatGateway,
        field: "publicIpPrefixesV6",
        to: Kind::PublicIpPrefix,
        action: "Microsoft.Network/publicIPPrefixes/join/action",
        index: None,
    },
    Link {
        from: Kind::PublicIpAddress,
        field: "publicIPPrefix",
        to: Kind::PublicIpPrefix,
        action: "Microsoft.Network/publicIPPrefixes/join/action",
        index: None,
    },
];

/// The ids in a field, which holds one reference or a list of them.
pub(crate) fn ids(body: &Body, field: &str) -> Vec<String> {
    let id = |value: &Value| value.get("id").and_then(Value::as_str).map(str::to_owned);
    match body.get(field) {
        Some(Value::Array(all)) => all.iter().filter_map(id).collect(),
        Some(one) => id(one).into_iter().collect(),
        None => Vec::new(),
    }
}

impl Azure {
    /// Each resource that a body refers to exists, may be joined, and is not being changed. The body
    /// with references as the store wants them.
    pub(crate) fn linked(&self, kind: Kind, id: &str, body: Body) -> Answer<Body> {
        let mut body = body;
        for link in LINKS.iter().filter(|link| link.from == kind) {
            let mut found = Vec::new();
            for text in ids(&body, link.field) {
                found.push(self.referred(id, link.field, link.to, link.action, &text)?);
            }
            if let Some(index) = link.index {
                let first = found.first().map(|first| key(first)).unwrap_or_default();
                body.insert(index.to_owned(), json!(first));
            }
        }
        Ok(body)
    }

    /// The id of what a resource refers to, as the other one is spelled.
    pub(crate) fn referred(
        &self,
        id: &str,
        field: &str,
        to: Kind,
        action: &str,
        text: &str,
    ) -> Answer<String> {
        let meant = self.meant(text).filter(|(kind, _)| *kind == to);
        let Some((_, other)) = meant else {
            if text.starts_with("/subscriptions/") && !text.contains(&self.config.subscription) {
                return Err(self.unauthorized_link(id, action, text));
            }
            let message = format!(
                "Property id '{text}' at path 'properties.{field}.id' is invalid. Expect fully qualified \
                 resource Id that start with '/subscriptions/{{subscriptionId}}' or \
                 '/providers/{{resourceProviderNamespace}}/'."
            );
            return Err(Refused::front(400, "LinkedInvalidPropertyId", message));
        };
        if !self.is_allowed(action) {
            return Err(self.unauthorized_link(id, action, &other));
        }
        let Some(found) = self.find(to, &other) else {
            let message = format!(
                "Resource {other} referenced by resource {id} was not found. Please make sure that the \
                 referenced resource exists, and that both resources are in the same region."
            );
            return Err(Refused::new(400, "InvalidResourceReference", message));
        };
        let work = found.text(WORK);
        if !work.is_empty() {
            let message = format!(
                "Cannot proceed with operation because resource {other} used by resource {id} is not in \
                 Succeeded state. Resource is in {} state and the last operation that updated/is updating \
                 the resource is Put{}Operation.",
                found.text("provisioningState"),
                to.word()
            );
            return Err(Refused::retryable(
                "ReferencedResourceNotProvisioned",
                message,
                10,
            ));
        }
        if found.text("provisioningState") == "Failed" {
            let message = format!(
                "Cannot proceed with operation because resource {other} used by resource {id} is not in \
                 Succeeded state. Resource is in Failed state."
            );
            return Err(Refused::new(
                400,
                "ReferencedResourceNotProvisioned",
                message,
            ));
        }
        Ok(other)
    }

    fn unauthorized_link(&self, id: &str, action: &str, other: &str) -> Refused {
        let who = &self.config.client_id;
        let message = format!(
            "The client '{who}' with object id '{who}' has permission to perform the action on scope \
             '{id}'; however, it does not have permission to perform action(s) '{action}' on the linked \
             scope(s) '{other}' (respectively) or the linked scope(s) are invalid."
        );
        Refused::front(403, "LinkedAuthorizationFailed", message)
    }

    /// The ids of those that refer to a resource.
    pub(crate) fn referring(&self, kind: Kind, id: &str) -> Vec<(Kind, String)> {
        let wanted = key(id);
        let mut found = Vec::new();
        for link in LINKS.iter().filter(|link| link.to == kind) {
            let plural = link.from.plural();
            let is_it = |body: &Body| ids(body, link.field).iter().any(|id| key(id) == wanted);
            let ids: Vec<String> = match link.index {
                Some(index) => {
                    let all = self.store.by(plural, index, &wanted);
                    all.map(|object| object.id.clone()).collect()
                }
                None => {
                    let all = self.store.list(plural).filter(|object| is_it(&object.body));
                    all.map(|object| object.id.clone()).collect()
                }
            };
            found.extend(ids.into_iter().map(|id| (link.from, id)));
        }
        found
    }

    /// The parts of interfaces and load balancers that are in a subnet, or use a public address.
    pub(crate) fn configurations(&self, field: &str, id: &str) -> Vec<String> {
        let wanted = key(id);
        let mut found = Vec::new();
        let holders = [
            (Kind::NetworkInterface, "ipConfigurations"),
            (Kind::LoadBalancer, "frontendIPConfigurations"),
        ];
        for (kind, list) in holders {
            for holder in self.store.list(kind.plural()) {
                let parts = items(&holder.body, list).iter();
                let uses = parts.filter(|part| {
                    let id = part["properties"][field]["id"].as_str();
                    id.is_some_and(|id| key(id) == wanted)
                });
                let name = |part: &Value| part["name"].as_str().unwrap_or_default().to_owned();
                found.extend(uses.map(|part| format!("{}/{list}/{}", holder.id, name(part))));
            }
        }
        found
    }
}
