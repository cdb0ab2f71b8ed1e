//! NAT gateways.

use mock_cloud::Body;
use serde_json::{Value, json};

use crate::addresses::sku;
use crate::cloud::{Azure, items};
use crate::ids::{key, name_of};
use crate::kind::Kind;
use crate::links::ids;
use crate::refused::{Answer, Refused};

/// Which list holds addresses or prefixes of which version.
const LISTS: [(&str, Kind, &str); 4] = [
    ("publicIpAddresses", Kind::PublicIpAddress, "IPv4"),
    ("publicIpAddressesV6", Kind::PublicIpAddress, "IPv6"),
    ("publicIpPrefixes", Kind::PublicIpPrefix, "IPv4"),
    ("publicIpPrefixesV6", Kind::PublicIpPrefix, "IPv6"),
];

/// The most addresses of one version.
const ADDRESSES_MAX: usize = 16;

impl Azure {
    pub(crate) fn prepared_gateway(&self, id: &str, body: Body) -> Answer<Body> {
        let mut body = body;
        let name = name_of(id);
        let refuse = |code: &str, message: String| Err(Refused::new(400, code, message));
        if sku(&body).is_empty() {
            return refuse(
                "NatGatewaySkuRequired",
                format!("NAT gateway {name} needs a SKU: Standard or StandardV2."),
            );
        }
        if sku(&body) == "Basic" || sku(&body) == "Gateway" {
            return refuse(
                "NatGatewaySkuNotSupported",
                format!("NAT gateway {name} cannot have the SKU {}.", sku(&body)),
            );
        }
        self.check_sku(Kind::NatGateway, id, &mut body)?;
        let is_new_kind = sku(&body) == "StandardV2";
        let zones = items(&body, "zones").len();
        if (is_new_kind && zones == 1) || (!is_new_kind && zones > 1) {
            return refuse(
                "NatGatewayZonesNotSupported",
                format!(
                    "NAT gateway {name} of the SKU {} cannot be in {zones} zone(s).",
                    sku(&body)
                ),
            );
        }
        for (list, kind, version) in LISTS {
            let others = ids(&body, list);
            if version == "IPv6" && !is_new_kind && !others.is_empty() {
                return refuse(
                    "NatGatewayIPv6NotSupported",
                    format!(
                        "NAT gateway {name} has {list}, which only the SKU StandardV2 can have."
                    ),
                );
            }
            if others.len() > ADDRESSES_MAX {
                return refuse(
                    "NatGatewayPublicIpLimitReached",
                    format!("NAT gateway {name} has more than {ADDRESSES_MAX} {list}."),
                );
            }
            for other in others {
                self.check_member(id, &body, (kind, &other), version)?;
            }
        }
        body.entry("idleTimeoutInMinutes").or_insert(json!(4));
        Ok(body)
    }

    fn check_member(
        &self,
        id: &str,
        body: &Body,
        member: (Kind, &str),
        version: &str,
    ) -> Answer<()> {
        let (kind, other) = member;
        let Some(found) = self.find(kind, other) else {
            return Ok(());
        };
        let (name, word) = (name_of(id), name_of(other));
        if sku(&found.body) != sku(body) {
            let message = format!(
                "NAT gateway {name} of the SKU {} cannot use {} {word} of the SKU {}.",
                sku(body),
                kind.word(),
                sku(&found.body)
            );
            return Err(Refused::new(400, "NatGatewaySkuMismatch", message));
        }
        if found.text("publicIPAddressVersion") != version {
            let message = format!(
                "NAT gateway {name} cannot use {} {word} of {} as one of {version}.",
                kind.word(),
                found.text("publicIPAddressVersion")
            );
            return Err(Refused::new(
                400,
                "NatGatewayPublicIpVersionMismatch",
                message,
            ));
        }
        let is_elsewhere =
            body.get("location").and_then(Value::as_str) != Some(found.text("location"));
        if is_elsewhere {
            let message = format!(
                "Resource {other} referenced by resource {id} was not found. Please make sure that the \
                 referenced resource exists, and that both resources are in the same region."
            );
            return Err(Refused::new(400, "InvalidResourceReference", message));
        }
        let users = self.users(kind, &found.id);
        match users.into_iter().find(|user| key(user) != key(id)) {
            None => Ok(()),
            Some(user) => {
                let message = format!("{} {other} is already in use by {user}.", kind.word());
                Err(Refused::new(400, "PublicIPAddressInUse", message))
            }
        }
    }
}
