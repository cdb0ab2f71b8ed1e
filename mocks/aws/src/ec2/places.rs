//! Regions, zones, and what an account is like.

use serde_json::{Value, json};

use super::{Ec2, Params, at, limits};
use crate::config::{Config, Zone, ZoneKind};
use crate::refused::{Answer, Refused};

pub(super) fn zone_named(config: &Config, name: &str) -> Option<Zone> {
    config.zones.iter().find(|zone| zone.name == name).cloned()
}

impl Ec2<'_> {
    pub(super) fn ordinary_zones(&self) -> Vec<Zone> {
        let zones = self.config.zones.iter();
        zones
            .filter(|zone| zone.kind == ZoneKind::AvailabilityZone)
            .cloned()
            .collect()
    }

    pub(super) fn describe_regions(&mut self, asked: Params<'_>) -> Answer<Value> {
        let named = asked.texts("RegionNames");
        if let Some(unknown) = named
            .iter()
            .find(|name| !self.config.regions.iter().any(|own| own == *name))
        {
            let message = format!("Invalid region provided: [{unknown}]");
            return Err(Refused::new("InvalidParameterValue", message));
        }
        let regions = self.config.regions.iter();
        let wanted = regions.filter(|name| named.is_empty() || named.contains(&name.as_str()));
        let shown = wanted.map(|name| {
            json!({
                "RegionName": name, "Endpoint": format!("ec2.{name}.amazonaws.com"),
                "OptInStatus": "opt-in-not-required",
            })
        });
        self.page_of(asked, "Regions", shown.collect(), REGION_FILTERS)
    }

    pub(super) fn describe_zones(&mut self, asked: Params<'_>) -> Answer<Value> {
        let (names, ids) = (asked.texts("ZoneNames"), asked.texts("ZoneIds"));
        let known = |name: &&&str| {
            !self
                .config
                .zones
                .iter()
                .any(|zone| zone.name == **name || zone.id == **name)
        };
        if let Some(unknown) = names.iter().chain(&ids).find(known) {
            let message = format!("Invalid availability zone: [{unknown}]");
            return Err(Refused::new("InvalidParameterValue", message));
        }
        let all = asked.flag("AllAvailabilityZones") == Some(true);
        let zones = self.config.zones.iter().filter(|zone| {
            let named = names.contains(&zone.name.as_str()) || ids.contains(&zone.id.as_str());
            match names.is_empty() && ids.is_empty() {
                true => all || zone.opted_in,
                false => named,
            }
        });
        let shown = zones.map(|zone| self.show_zone(zone)).collect();
        self.page_of(asked, "AvailabilityZones", shown, ZONE_FILTERS)
    }

    fn show_zone(&self, zone: &Zone) -> Value {
        let region = &self.config.region;
        let (kind, status) = match (zone.kind, zone.opted_in) {
            (ZoneKind::AvailabilityZone, _) => ("availability-zone", "opt-in-not-required"),
            (ZoneKind::LocalZone, true) => ("local-zone", "opted-in"),
            (ZoneKind::LocalZone, false) => ("local-zone", "not-opted-in"),
            (ZoneKind::WavelengthZone, true) => ("wavelength-zone", "opted-in"),
            (ZoneKind::WavelengthZone, false) => ("wavelength-zone", "not-opted-in"),
        };
        let group = zone.group(region);
        let mut shown = json!({
            "GroupName": match zone.kind {
                ZoneKind::AvailabilityZone => format!("{region}-zg-1"),
                ZoneKind::LocalZone | ZoneKind::WavelengthZone => group.clone(),
            },
            "Messages": [],
            "NetworkBorderGroup": group,
            "OptInStatus": status,
            "RegionName": region,
            "State": "available",
            "ZoneId": zone.id,
            "ZoneName": zone.name,
            "ZoneType": kind,
        });
        let parent = self.ordinary_zones().into_iter().next();
        if let Some(parent) = parent.filter(|_| zone.kind != ZoneKind::AvailabilityZone) {
            shown["ParentZoneName"] = json!(parent.name);
            shown["ParentZoneId"] = json!(parent.id);
        }
        shown
    }

    pub(super) fn describe_account(&mut self, asked: Params<'_>) -> Answer<Value> {
        let names = asked.texts("AttributeNames");
        let default = self
            .store
            .list("vpc")
            .find(|vpc| at(&vpc.body, "IsDefault") == true);
        let default = default.map_or_else(|| "none".to_owned(), |vpc| vpc.id.clone());
        let attributes = [
            ("supported-platforms", "VPC".to_owned()),
            ("default-vpc", default),
            (
                "vpc-max-elastic-ips",
                self.quota(limits::ADDRESSES).to_string(),
            ),
            ("max-elastic-ips", self.quota(limits::ADDRESSES).to_string()),
            ("vpc-max-security-groups-per-interface", "5".to_owned()),
            ("max-instances", "20".to_owned()),
        ];
        let wanted = attributes
            .iter()
            .filter(|(name, _)| names.is_empty() || names.contains(name));
        let shown = wanted.map(|(name, value)| {
            json!({ "AttributeName": name, "AttributeValues": [{ "AttributeValue": value }] })
        });
        Ok(json!({ "AccountAttributes": shown.collect::<Value>() }))
    }
}

const REGION_FILTERS: &[(&str, &str)] = &[
    ("endpoint", "Endpoint"),
    ("opt-in-status", "OptInStatus"),
    ("region-name", "RegionName"),
];

const ZONE_FILTERS: &[(&str, &str)] = &[
    ("group-name", "GroupName"),
    ("message", "Messages.Message"),
    ("opt-in-status", "OptInStatus"),
    ("parent-zone-id", "ParentZoneId"),
    ("parent-zone-name", "ParentZoneName"),
    ("region-name", "RegionName"),
    ("state", "State"),
    ("zone-id", "ZoneId"),
    ("zone-name", "ZoneName"),
    ("zone-type", "ZoneType"),
];
