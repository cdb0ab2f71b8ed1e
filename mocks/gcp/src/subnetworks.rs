//! Subnetworks: ranges of both families inside a region.

use ipnet::{IpNet, Ipv4Net};
use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use crate::cloud::{Gcp, items};
use crate::collection::Collection;
use crate::links::{Scope, kind_and_name, url};
use crate::objects::{linked, taken};
use crate::operations::Effect;
use crate::prefixes::{long, parsed};
use crate::refused::{Answer, Refused};
use crate::tables;

/// Ranges that no subnetwork can have a part of.
const PROHIBITED: [&str; 6] = [
    "0.0.0.0/8",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "199.36.153.4/30",
    "224.0.0.0/4",
    "255.255.255.255/32",
];

impl Gcp {
    pub(crate) fn new_subnetwork(&mut self, scope: &Scope, body: Body) -> Answer<Body> {
        let mut body = body;
        let text = body["network"].as_str().unwrap_or_default();
        let network = self.referred(Collection::Networks, "network", text)?;
        self.may("compute.networks.updatePolicy", &network.id)?;
        body.insert("network".to_owned(), json!(url(&network.id)));
        if let Some(region) = body.get("region").and_then(Value::as_str)
            && !region.ends_with(&scope.to_string())
            && !scope.to_string().ends_with(&format!("/{region}"))
        {
            return Err(Refused::field(
                "region",
                &json!(region),
                "It is not the region of the request.",
            ));
        }
        self.check_stack(&network, &mut body)?;
        self.check_profile(&network, &body)?;
        self.check_ranges(&network.id, "", &body)?;
        if let Some(range) = body.get("ipCidrRange").and_then(ipv4) {
            let gateway = range.hosts().next().map(|gateway| gateway.to_string());
            body.insert("gatewayAddress".to_owned(), json!(gateway));
        }
        body.insert("fingerprint".to_owned(), json!(self.new_fingerprint()));
        Ok(body)
    }

    /// The stack type, the access type, and what they want of the network.
    fn check_stack(&mut self, network: &Object, body: &mut Body) -> Answer<()> {
        let stack = text(body, "stackType").to_owned();
        let access = text(body, "ipv6AccessType").to_owned();
        match (stack.as_str(), body.get("ipCidrRange")) {
            ("IPV6_ONLY", Some(range)) => {
                let why = "An IPv6-only subnetwork has no IPv4 range.";
                return Err(Refused::field("ipCidrRange", range, why));
            }
            ("IPV4_ONLY" | "IPV4_IPV6", None) => {
                let message = "Required field 'resource.ipCidrRange' not specified";
                return Err(Refused::new(400, "required", message));
            }
            _ => {}
        }
        if stack == "IPV4_ONLY" {
            let names = [
                "ipv6AccessType",
                "externalIpv6Prefix",
                "internalIpv6Prefix",
                "ipCollection",
            ];
            let extra = names
                .iter()
                .find_map(|name| Some((*name, body.get(*name)?)));
            return match extra {
                None => Ok(()),
                Some((name, value)) => {
                    let why = "It cannot be set for an IPv4-only subnetwork.";
                    Err(Refused::field(name, value, why))
                }
            };
        }
        if network.body.get("autoCreateSubnetworks") == Some(&json!(true)) {
            let why = "IPv6 is only supported in custom mode networks.";
            return Err(Refused::field("stackType", &json!(stack), why));
        }
        match access.as_str() {
            "EXTERNAL" => self.permits(
                "constraints/compute.disableVpcExternalIpv6",
                "Creating subnetworks with external IPv6 is not allowed.",
            )?,
            "INTERNAL" => self.permits(
                "constraints/compute.disableVpcInternalIpv6",
                "Creating subnetworks with internal IPv6 is not allowed.",
            )?,
            _ => {
                let message = "Required field 'resource.ipv6AccessType' not specified";
                return Err(Refused::new(400, "required", message));
            }
        }
        self.check_pool(body, &access)?;
        let has_ula = network.body.get("enableUlaInternalIpv6") == Some(&json!(true));
        if access == "INTERNAL" && !has_ula && !body.contains_key("ipCollection") {
            let why = "The network must have an internal IPv6 range: set enableUlaInternalIpv6.";
            return Err(Refused::field("ipv6AccessType", &json!(access), why));
        }
        self.check_prefix(network, body, &access)
    }

    /// A pool of somebody's own has to be for this.
    fn check_pool(&self, body: &mut Body, access: &str) -> Answer<()> {
        let Some(text) = body
            .get("ipCollection")
            .and_then(Value::as_str)
            .map(str::to_owned)
        else {
            return Ok(());
        };
        let pool = self.referred(Collection::PublicDelegatedPrefixes, "ipCollection", &text)?;
        if pool.text("mode") != format!("{access}_IPV6_SUBNETWORK_CREATION") {
            let why = format!("The prefix is not in mode {access}_IPV6_SUBNETWORK_CREATION.");
            return Err(Refused::field("ipCollection", &json!(text), why));
        }
        body.insert("ipCollection".to_owned(), json!(url(&pool.id)));
        Ok(())
    }

    /// A prefix that was asked for has to be there to be had.
    fn check_prefix(&self, network: &Object, body: &mut Body, access: &str) -> Answer<()> {
        let (name, other) = match access {
            "EXTERNAL" => ("externalIpv6Prefix", "internalIpv6Prefix"),
            _ => ("internalIpv6Prefix", "externalIpv6Prefix"),
        };
        if let Some(value) = body.get(other) {
            return Err(Refused::field(
                other,
                value,
                "It does not fit the access type.",
            ));
        }
        let Some(value) = body.get(name).cloned() else {
            return Ok(());
        };
        let refused = |why: &str| Err(Refused::field(name, &value, why));
        let Some(prefix) = parsed(&value).filter(|prefix| prefix.prefix_len() == 64) else {
            return refused("It must be a /64.");
        };
        let ula = network.body.get("internalIpv6Range").and_then(parsed);
        if access == "INTERNAL" && !ula.is_some_and(|ula| ula.contains(&prefix)) {
            return refused("It is not within the internal IPv6 range of the network.");
        }
        if self.is_assigned(prefix) {
            return refused("It is already in use.");
        }
        body.insert(name.to_owned(), json!(long(prefix)));
        body.insert("_asked".to_owned(), json!(true));
        Ok(())
    }

    /// What a network profile allows.
    fn check_profile(&self, network: &Object, body: &Body) -> Answer<()> {
        let profile = linked(&network.body, "networkProfile");
        let profile = self
            .store
            .find(Collection::NetworkProfiles.plural(), profile);
        let Some(features) = profile.and_then(|profile| profile.body.get("features")) else {
            return Ok(());
        };
        let stack = &body["stackType"];
        let allowed = features["subnetworkStackTypes"].as_array();
        match allowed.is_some_and(|allowed| !allowed.contains(stack)) {
            true => {
                let why = "The profile of the network does not allow it.";
                Err(Refused::field("stackType", stack, why))
            }
            false => Ok(()),
        }
    }

    /// Ranges are valid, and nobody else's in the network.
    fn check_ranges(&self, network: &str, own: &str, body: &Body) -> Answer<()> {
        let ranges = ranges(body);
        for (index, (field, range)) in ranges.iter().enumerate() {
            let value = json!(range.to_string());
            if let IpNet::V4(range) = range {
                let is_valid =
                    range.prefix_len() <= 29 && !PROHIBITED.iter().any(|net| overlap(*range, net));
                if !is_valid {
                    let why = "Must be a valid, non-reserved range of at most /29.";
                    return Err(Refused::field(field, &value, why));
                }
            }
            let twice = ranges[..index].iter().any(|(_, other)| meet(range, other));
            if twice {
                let why = "It overlaps with another range of the subnetwork.";
                return Err(Refused::field(field, &value, why));
            }
            for other in self.in_network(Collection::Subnetworks, network) {
                let is_taken = crate::subnetworks::ranges(&other.body)
                    .iter()
                    .any(|(_, theirs)| meet(range, theirs));
                if other.id != own && is_taken {
                    let (_, name) = kind_and_name(&other.id);
                    let region = self.scope_of(&other.id).to_string();
                    let region = region.trim_start_matches("regions/").to_owned();
                    let message = format!(
                        "Invalid IPCidrRange: {range} conflicts with existing subnetwork '{name}' in \
                         region '{region}'."
                    );
                    return Err(Refused::new(400, "invalid", message));
                }
            }
        }
        Ok(())
    }

    pub(crate) fn changed_subnetwork(&mut self, subnetwork: &Object, values: Body) -> Answer<Body> {
        let network = self.ready(Collection::Networks, linked(&subnetwork.body, "network"))?;
        let mut values = values;
        if values.get("privateIpGoogleAccess").is_some() {
            self.may(
                "compute.subnetworks.setPrivateIpGoogleAccess",
                &subnetwork.id,
            )?;
        }
        self.check_access(subnetwork, &values)?;
        if let Some("IPV4_ONLY") = values.get("stackType").and_then(Value::as_str) {
            return self.single(subnetwork, values);
        }
        let mut whole = subnetwork.body.clone();
        whole.remove("externalIpv6Prefix");
        whole.remove("internalIpv6Prefix");
        whole.extend(values.clone());
        whole.retain(|_, value| !value.is_null());
        self.check_stack(&network, &mut whole)?;
        self.check_profile(&network, &whole)?;
        self.check_ranges(&network.id, &subnetwork.id, &whole)?;
        for name in ["_asked", "ipCollection"] {
            if let Some(value) = whole.get(name) {
                values.insert(name.to_owned(), value.clone());
            }
        }
        if let Some(access) = whole.get("ipv6AccessType") {
            values.insert("_access".to_owned(), access.clone());
        }
        Ok(values)
    }

    /// The access type is chosen once.
    fn check_access(&self, subnetwork: &Object, values: &Body) -> Answer<()> {
        let chosen = subnetwork
            .body
            .get("ipv6AccessType")
            .or(subnetwork.body.get("_access"));
        match (chosen, values.get("ipv6AccessType")) {
            (Some(chosen), Some(value)) if !value.is_null() && chosen != value => {
                let why = "The IPv6 access type of a subnetwork cannot be changed.";
                Err(Refused::field("ipv6AccessType", value, why))
            }
            _ => Ok(()),
        }
    }

    /// Back to IPv4 alone, which takes that nobody uses the prefix.
    fn single(&self, subnetwork: &Object, values: Body) -> Answer<Body> {
        let user = self
            .store
            .list(Collection::Instances.plural())
            .find(|instance| {
                items(&instance.body, "networkInterfaces")
                    .iter()
                    .any(|interface| {
                        interface["subnetwork"] == json!(url(&subnetwork.id))
                            && interface["stackType"] != "IPV4_ONLY"
                    })
            });
        if let Some(user) = user {
            return Err(Refused::in_use(&subnetwork.id, &user.id));
        }
        if subnetwork.text("stackType") == "IPV6_ONLY" {
            let why = "The stack type of an IPv6-only subnetwork cannot be changed.";
            return Err(Refused::field("stackType", &values["stackType"], why));
        }
        let mut values = values;
        let access = subnetwork.body.get("ipv6AccessType").cloned();
        values.insert("_access".to_owned(), access.unwrap_or_default());
        for name in [
            "externalIpv6Prefix",
            "internalIpv6Prefix",
            "ipCollection",
            "ipv6AccessType",
            "ipv6CidrRange",
            "ipv6GceEndpoint",
            "systemReservedExternalIpv6Ranges",
            "systemReservedInternalIpv6Ranges",
        ] {
            values.insert(name.to_owned(), Value::Null);
        }
        Ok(values)
    }

    /// The range of a subnetwork only grows.
    pub(crate) fn expand(&mut self, id: &str, asked: Body) -> Answer<Value> {
        self.may("compute.subnetworks.expandIpCidrRange", id)?;
        let subnetwork = self.ready(Collection::Subnetworks, id)?;
        let asked = taken(tables::EXPAND, asked)?;
        let value = &asked["ipCidrRange"];
        let (new, old) = (
            ipv4(value),
            subnetwork.body.get("ipCidrRange").and_then(ipv4),
        );
        let grows = new
            .zip(old)
            .is_some_and(|(new, old)| new.contains(&old) && new != old);
        if !grows {
            let why = "It must contain the range that the subnetwork has.";
            return Err(Refused::field("ipCidrRange", value, why));
        }
        let mut whole = subnetwork.body.clone();
        whole.extend(asked.clone());
        self.check_ranges(linked(&subnetwork.body, "network"), id, &whole)?;
        self.start(
            "expandIpCidrRange",
            Collection::Subnetworks,
            id,
            Effect::Changed(asked),
        )
    }

    /// The routes of a subnetwork are there, and its prefix comes.
    pub(crate) fn made_subnetwork(&mut self, id: &str) {
        let found = self
            .store
            .find(Collection::Subnetworks.plural(), id)
            .cloned();
        let Some(subnetwork) = found else { return };
        let own = ranges(&subnetwork.body).into_iter().map(|(_, range)| range);
        let prefixes = ["externalIpv6Prefix", "internalIpv6Prefix"].iter();
        let prefixes = prefixes.filter_map(|name| subnetwork.body.get(*name).and_then(parsed));
        let is_asked = subnetwork.body.contains_key("_asked");
        let prefixes = prefixes.filter(|_| !is_asked).map(IpNet::V6);
        let wanted: Vec<String> = own.chain(prefixes).map(|range| range.to_string()).collect();
        for range in self.only_routes(id, &wanted) {
            self.subnetwork_route(id, &subnetwork, &range);
        }
        self.plan_prefix(&subnetwork);
    }
}

/// The primary and secondary ranges of a subnetwork, with their fields.
pub(crate) fn ranges(body: &Body) -> Vec<(&'static str, IpNet)> {
    let net = |value: &Value| value.as_str()?.parse().ok();
    let primary = body.get("ipCidrRange").and_then(net);
    let primary = primary.map(|net| ("ipCidrRange", net));
    let secondary = items(body, "secondaryIpRanges").iter();
    let secondary =
        secondary.filter_map(|range| Some(("secondaryIpRanges", net(&range["ipCidrRange"])?)));
    primary.into_iter().chain(secondary).collect()
}

fn ipv4(value: &Value) -> Option<Ipv4Net> {
    value.as_str()?.parse().ok()
}

fn meet(one: &IpNet, other: &IpNet) -> bool {
    one.contains(other) || other.contains(one)
}

fn overlap(range: Ipv4Net, text: &str) -> bool {
    text.parse::<Ipv4Net>()
        .is_ok_and(|net| net.contains(&range) || range.contains(&net))
}

fn text<'a>(body: &'a Body, name: &str) -> &'a str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}
