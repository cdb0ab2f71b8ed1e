//! Public addresses and their prefixes.

use std::net::{Ipv4Addr, Ipv6Addr};

use mock_cloud::Body;
use serde_json::{Value, json};

use crate::cloud::Azure;
use crate::ids::name_of;
use crate::kind::Kind;
use crate::links::ids;
use crate::refused::{Answer, Refused};

/// Where Azure has its public addresses from.
const FOUR: u32 = u32::from_be_bytes([20, 50, 0, 0]);
const SIX: u128 = 0x2603_1020_0000_0000_0000_0000_0000_0000;

impl Azure {
    pub(crate) fn prepared_address(&mut self, id: &str, body: Body) -> Answer<Body> {
        let mut body = body;
        self.check_sku(Kind::PublicIpAddress, id, &mut body)?;
        let is_six = body.get("publicIPAddressVersion") == Some(&json!("IPv6"));
        self.unchanged(Kind::PublicIpAddress, id, &body, "publicIPAddressVersion")?;
        if sku(&body) == "Basic" {
            let family = if is_six { "IPv6" } else { "IPv4" };
            let message = format!(
                "Cannot create more than 0 {family} Basic SKU public IP addresses for this subscription in \
                 this region."
            );
            let code = format!("{family}BasicSkuPublicIpCountLimitReached");
            return Err(Refused::new(400, &code, message));
        }
        if body.get("publicIPAllocationMethod") != Some(&json!("Static")) {
            let message = format!(
                "{} sku public IP {} must have AllocationMethod set to Static.",
                sku(&body),
                name_of(id)
            );
            let code = "StandardSkuPublicIPAddressAllocationMethodMustBeStatic";
            return Err(Refused::new(400, code, message));
        }
        if let Some(prefix) = ids(&body, "publicIPPrefix").first()
            && let Some(prefix) = self.find(Kind::PublicIpPrefix, prefix)
        {
            let same = |name: &str| prefix.body.get(name) == body.get(name);
            if !same("publicIPAddressVersion") || sku(&prefix.body) != sku(&body) {
                let message = format!(
                    "Public IP {} and public IP prefix {} need one SKU and one IP version.",
                    name_of(id),
                    name_of(&prefix.id)
                );
                return Err(Refused::new(
                    400,
                    "PublicIPAddressNotMatchingPrefix",
                    message,
                ));
            }
        }
        if self.find(Kind::PublicIpAddress, id).is_none() {
            let address = self.drawn_address(is_six, 0);
            body.insert("ipAddress".to_owned(), json!(address));
        }
        body.entry("idleTimeoutInMinutes").or_insert(json!(4));
        Ok(body)
    }

    pub(crate) fn prepared_prefix(&mut self, id: &str, body: Body) -> Answer<Body> {
        let mut body = body;
        self.check_sku(Kind::PublicIpPrefix, id, &mut body)?;
        self.unchanged(Kind::PublicIpPrefix, id, &body, "prefixLength")?;
        let is_six = body.get("publicIPAddressVersion") == Some(&json!("IPv6"));
        let length = body
            .get("prefixLength")
            .and_then(Value::as_u64)
            .unwrap_or_default();
        let lengths = if is_six { 124..=127 } else { 28..=31 };
        if !lengths.contains(&length) {
            let message = format!(
                "Public IP prefix {} has the length {length}. It can be from {} to {}.",
                name_of(id),
                lengths.start(),
                lengths.end()
            );
            return Err(Refused::new(
                400,
                "PublicIpPrefixLengthNotSupported",
                message,
            ));
        }
        if self.find(Kind::PublicIpPrefix, id).is_none() {
            let most = if is_six { 128 } else { 32 };
            let free = u32::try_from(most - length).unwrap_or_default();
            let address = self.drawn_address(is_six, free);
            body.insert("ipPrefix".to_owned(), json!(format!("{address}/{length}")));
        }
        Ok(body)
    }

    /// An address of Azure, with so many free bits at its end.
    fn drawn_address(&mut self, is_six: bool, free: u32) -> String {
        let drawn = self.store.draw();
        match is_six {
            true => {
                let bits = SIX | (u128::from(drawn) << 16);
                Ipv6Addr::from_bits((bits >> free) << free).to_string()
            }
            false => {
                let low = u32::try_from(drawn & 0x0001_ffff).unwrap_or_default();
                Ipv4Addr::from_bits(((FOUR | low) >> free) << free).to_string()
            }
        }
    }

    /// The SKU is there in the region, is that of before, and has zones that the region has.
    pub(crate) fn check_sku(&self, kind: Kind, id: &str, body: &mut Body) -> Answer<()> {
        let usual = if kind == Kind::PublicIpAddress {
            "Basic"
        } else {
            "Standard"
        };
        body.entry("sku")
            .or_insert(json!({ "name": usual, "tier": "Regional" }));
        let name = sku(body).to_owned();
        let location = body
            .get("location")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let Some(region) = self.region(location) else {
            return Ok(());
        };
        if name == "StandardV2" && !region.has_standard_v2 {
            let message = format!(
                "The SKU StandardV2 of {} is not available in location '{}'.",
                kind.type_name(),
                region.name
            );
            return Err(Refused::new(400, "SkuNotAvailable", message));
        }
        let found = self.find(kind, id);
        if let Some(found) = found.filter(|found| sku(&found.body) != name) {
            let message = format!(
                "The SKU of {} {} cannot be changed from {} to {name}.",
                kind.word(),
                name_of(id),
                sku(&found.body)
            );
            return Err(Refused::new(400, "SkuCannotBeChanged", message));
        }
        let zones = crate::cloud::items(body, "zones")
            .iter()
            .filter_map(Value::as_str);
        if let Some(zone) = zones.into_iter().find(|zone| !region.zones.contains(zone)) {
            let message = format!(
                "The zone(s) '{zone}' for resource '{}/{}' is not supported. The supported zones for \
                 location '{}' are '{}'",
                kind.type_name(),
                name_of(id),
                region.name,
                region.zones.join(",")
            );
            return Err(Refused::front(
                400,
                "ResourceTypeAvailabilityZonesNotSupported",
                message,
            ));
        }
        Ok(())
    }

    /// A field that stays as it was made.
    fn unchanged(&self, kind: Kind, id: &str, body: &Body, field: &str) -> Answer<()> {
        let found = self.find(kind, id);
        match found.filter(|found| found.body.get(field) != body.get(field)) {
            None => Ok(()),
            Some(_) => {
                let message = format!(
                    "{field} of {} {} cannot be changed.",
                    kind.word(),
                    name_of(id)
                );
                Err(Refused::new(400, "PropertyChangeNotAllowed", message))
            }
        }
    }
}

/// The name of a SKU.
pub(crate) fn sku(body: &Body) -> &str {
    let sku = body.get("sku").and_then(|sku| sku["name"].as_str());
    sku.unwrap_or_default()
}
