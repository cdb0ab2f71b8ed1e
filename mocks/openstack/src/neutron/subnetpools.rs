use std::sync::Arc;

use ipnet::IpNet;
use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use super::access::is_set;
use super::addresses::Span;
use super::resource::Resource;
use super::subnet_cidr::{pool_version, prefixes_of, version_of};
use super::{Neutron, Resource::SubnetPool};
use crate::refused::{Answer, Refused};

const LENGTHS: [&str; 3] = ["min_prefixlen", "max_prefixlen", "default_prefixlen"];

impl Neutron<'_> {
    pub(super) fn make_subnetpool(&mut self, mut body: Body) -> Answer<String> {
        let version = checked_prefixes(&body)?;
        body.insert("ip_version".to_owned(), json!(version));
        let (least, most) = if version == 6 { (64, 128) } else { (8, 32) };
        let given = |name: &str| body.get(name).and_then(Value::as_u64);
        let min = given("min_prefixlen").unwrap_or(least);
        let max = given("max_prefixlen").unwrap_or(most);
        let default = given("default_prefixlen").unwrap_or(min);
        check_lengths(version, min, max, default)?;
        // Neutron 21 writes these three as text.
        for (name, length) in LENGTHS.into_iter().zip([min, max, default]) {
            body.insert(name.to_owned(), json!(length.to_string()));
        }
        body.entry("default_quota").or_insert(Value::Null);
        if is_set(&body, "is_default") {
            self.check_only_default(version, None)?;
        }
        if let Some(scope) = body.get("address_scope_id").and_then(Value::as_str) {
            self.check_scope(scope, version, None)?;
            self.check_scope_prefixes(scope, &prefixes_of(&body), None)?;
        }
        Ok(self.insert(SubnetPool, body))
    }

    pub(super) fn change_subnetpool(&mut self, object: &Object, mut asked: Body) -> Answer<()> {
        let version = pool_version(object);
        if is_set(&asked, "is_default") && !is_set(&object.body, "is_default") {
            self.check_only_default(version, Some(&object.id))?;
        }
        if asked.contains_key("prefixes") {
            let new = prefixes_of(&asked);
            let kept = |old: &IpNet| new.iter().any(|new| new.contains(old));
            if !prefixes_of(&object.body).iter().all(kept) {
                return Err(Refused::new(
                    400,
                    "IllegalSubnetPoolPrefixUpdate",
                    "Illegal update to prefixes: Existing prefixes must be a subset of the new \
                     prefixes.",
                ));
            }
        }
        let length = |name: &str| {
            let given = asked.get(name).and_then(Value::as_u64);
            given.unwrap_or_else(|| object.text(name).parse().unwrap_or_default())
        };
        let [min, max, default] = LENGTHS.map(length);
        check_lengths(version, min, max, default)?;
        for name in LENGTHS {
            if let Some(given) = asked.get(name).and_then(Value::as_u64) {
                asked.insert(name.to_owned(), json!(given.to_string()));
            }
        }
        if let Some(scope) = asked.get("address_scope_id").and_then(Value::as_str) {
            self.check_scope(scope, version, Some(&object.id))?;
            self.check_scope_prefixes(scope, &prefixes_of(&object.body), Some(&object.id))?;
        }
        self.change_plainly(SubnetPool, &object.id, asked)
    }

    pub(super) fn delete_subnetpool(&mut self, object: &Object) -> Answer<()> {
        if self
            .store
            .count_by(Resource::Subnet.plural(), "subnetpool_id", &object.id)
            > 0
        {
            return Err(Refused::new(
                400,
                "SubnetPoolDeleteError",
                "Unable to delete subnet pool: Subnet pool has existing allocations.",
            ));
        }
        self.store.remove(SubnetPool.plural(), &object.id);
        Ok(())
    }

    /// One default pool per family.
    fn check_only_default(&self, version: u64, but: Option<&str>) -> Answer<()> {
        let mut pools = self.store.list(SubnetPool.plural());
        let taken = pools.any(|pool| {
            is_set(&pool.body, "is_default")
                && pool_version(pool) == version
                && Some(pool.id.as_str()) != but
        });
        if taken {
            let message = "A default subnetpool for this IP family has already been set. Only one \
                           default may exist per IP family";
            return Err(Refused::input(message));
        }
        Ok(())
    }

    fn check_scope(&self, scope: &str, version: u64, pool: Option<&str>) -> Answer<()> {
        let scope = self.visible(Resource::AddressScope, scope)?;
        if pool_version(&scope) == version {
            return Ok(());
        }
        Err(Refused::new(
            400,
            "IllegalSubnetPoolIpVersionAssociationToAddressScope",
            format!(
                "Illegal subnetpool association: subnetpool {} cannot associate with address \
                 scope {} because subnetpool ip_version is not {}.",
                pool.unwrap_or(&scope.id),
                scope.id,
                pool_version(&scope)
            ),
        ))
    }

    /// Two pools of one scope have no address in common.
    fn check_scope_prefixes(
        &self,
        scope: &str,
        prefixes: &[IpNet],
        but: Option<&str>,
    ) -> Answer<()> {
        let spans: Vec<Span> = prefixes.iter().map(|prefix| Span::of(*prefix)).collect();
        let overlaps = |pool: &Arc<Object>| {
            let others = prefixes_of(&pool.body);
            pool.text("address_scope_id") == scope
                && Some(pool.id.as_str()) != but
                && others
                    .iter()
                    .any(|other| spans.iter().any(|span| span.overlaps(Span::of(*other))))
        };
        if self.store.list(SubnetPool.plural()).any(overlaps) {
            return Err(Refused::conflict(
                "AddressScopePrefixConflict",
                "Failed to associate address scope: subnetpools within an address scope must have \
                 unique prefixes.",
            ));
        }
        Ok(())
    }
}

fn checked_prefixes(body: &Body) -> Answer<u64> {
    let prefixes = prefixes_of(body);
    let Some(first) = prefixes.first() else {
        let message = "Empty subnet pool prefix list.";
        return Err(Refused::new(400, "EmptySubnetPoolPrefixList", message));
    };
    if prefixes
        .iter()
        .any(|other| version_of(*other) != version_of(*first))
    {
        let message = "Cannot mix IPv4 and IPv6 prefixes in a subnet pool.";
        return Err(Refused::new(400, "PrefixVersionMismatch", message));
    }
    let spans: Vec<Span> = prefixes.iter().map(|prefix| Span::of(*prefix)).collect();
    let doubled = spans
        .iter()
        .enumerate()
        .any(|(index, span)| spans[..index].iter().any(|other| other.overlaps(*span)));
    match doubled {
        // Neutron merges them; nobody has been seen to rely on that.
        true => Err(Refused::input("prefixes overlap")),
        false => Ok(version_of(*first)),
    }
}

fn check_lengths(version: u64, min: u64, max: u64, default: u64) -> Answer<()> {
    let illegal = |name: &str, length: u64, bound: &str, other: u64| {
        let message = format!("Illegal prefix bounds: {name}={length}, {bound}={other}.");
        Err(Refused::new(400, "IllegalSubnetPoolPrefixBounds", message))
    };
    let most = if version == 6 { 128 } else { 32 };
    if min > max {
        return illegal("min_prefixlen", min, "max_prefixlen", max);
    }
    if max > most {
        return illegal("max_prefixlen", max, "ip_version_max", most);
    }
    if default < min {
        return illegal("default_prefixlen", default, "min_prefixlen", min);
    }
    if default > max {
        return illegal("default_prefixlen", default, "max_prefixlen", max);
    }
    Ok(())
}
