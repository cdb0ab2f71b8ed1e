//! The project itself: quotas, permissions, constraints, regions and zones.

use mock_cloud::Request;
use mock_rest::Query;
use serde_json::{Value, json};

use crate::cloud::Gcp;
use crate::collection::{Collection, Place};
use crate::config::Region;
use crate::links::url;
use crate::refused::{Answer, Refused};

/// What counts against a quota.
const COUNTED: [Collection; 6] = [
    Collection::Addresses,
    Collection::Firewalls,
    Collection::Instances,
    Collection::Networks,
    Collection::Routers,
    Collection::Subnetworks,
];

impl Gcp {
    /// Whether the account has a permission for an object.
    pub(crate) fn may(&self, permission: &str, id: &str) -> Answer<()> {
        if self.is_hand || !self.config.denied.contains(permission) {
            return Ok(());
        }
        let project = format!("projects/{}", self.config.project);
        let id = if id.is_empty() { &project } else { id };
        let message = format!("Required '{permission}' permission for '{id}'");
        Err(Refused::new(403, "forbidden", message))
    }

    /// Whether the organisation permits what a constraint is about.
    pub(crate) fn permits(&self, constraint: &str, why: &str) -> Answer<()> {
        match !self.is_hand && self.config.constraints.contains(constraint) {
            true => Err(Refused::constraint(constraint, &self.config.project, why)),
            false => Ok(()),
        }
    }

    pub(crate) fn within_quota(&self, collection: Collection) -> Answer<()> {
        let Some(metric) = collection.metric() else {
            return Ok(());
        };
        match self.config.quotas.get(metric) {
            Some(most) if self.store.list(collection.plural()).count() >= *most => {
                Err(Refused::quota(metric, *most))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn quotas(&self, place: Place) -> Vec<Value> {
        let here = COUNTED.iter().filter(|one| {
            // Routers and subnetworks count for the whole project.
            let is_regional = matches!(one, Collection::Addresses | Collection::Instances);
            is_regional == (place == Place::Region)
        });
        here.filter_map(|collection| {
            let metric = collection.metric()?;
            let limit = *self.config.quotas.get(metric)?;
            let usage = self.store.list(collection.plural()).count();
            let number = |count| serde_json::Number::from(count);
            Some(json!({ "metric": metric, "limit": number(limit), "usage": number(usage) }))
        })
        .collect()
    }

    /// `GET projects/p`
    pub(crate) fn project(&self) -> Answer<Value> {
        let project = format!("projects/{}", self.config.project);
        self.may("compute.projects.get", &project)?;
        Ok(json!({
            "kind": "compute#project", "id": self.config.project_number.to_string(),
            "name": self.config.project, "selfLink": url(&project),
            "creationTimestamp": self.stamp(std::time::Duration::ZERO),
            "defaultNetworkTier": "PREMIUM", "xpnProjectStatus": "UNSPECIFIED_XPN_PROJECT_STATUS",
            "quotas": self.quotas(Place::Project),
        }))
    }

    pub(crate) fn regions(&self, query: &Query) -> Answer<Value> {
        self.may("compute.regions.list", "")?;
        let all = self.config.regions.iter().enumerate();
        let all = all
            .map(|(index, region)| self.shown_region(index, region))
            .collect();
        self.page("region", "regions", all, query)
    }

    pub(crate) fn region(&self, name: &str) -> Answer<Value> {
        self.may("compute.regions.get", "")?;
        let mut all = self.config.regions.iter().enumerate();
        let found = all.find(|(_, region)| region.name == name);
        let id = format!("projects/{}/regions/{name}", self.config.project);
        let (index, region) = found.ok_or_else(|| Refused::absent(&id))?;
        Ok(self.shown_region(index, region))
    }

    fn shown_region(&self, index: usize, region: &Region) -> Value {
        let project = format!("projects/{}", self.config.project);
        let zones = region.zones.iter();
        let zones = zones.map(|zone| url(&format!("{project}/zones/{}-{zone}", region.name)));
        json!({
            "kind": "compute#region", "id": (1000 + index * 10).to_string(), "name": region.name,
            "description": region.name, "selfLink": url(&format!("{project}/regions/{}", region.name)),
            "creationTimestamp": "1969-12-31T16:00:00.000-08:00", "supportsPzs": false,
            "status": if self.config.unreachable.contains(region.name) { "DOWN" } else { "UP" },
            "zones": zones.collect::<Vec<_>>(), "quotas": self.quotas(Place::Region),
        })
    }

    fn all_zones(&self) -> Vec<Value> {
        let project = format!("projects/{}", self.config.project);
        let regions = self.config.regions.iter().enumerate();
        let zones = regions.flat_map(|(index, region)| {
            let zones = region.zones.iter().enumerate();
            zones.map(move |(place, zone)| (index * 10 + place, region, zone))
        });
        zones
            .map(|(number, region, zone)| {
                let name = format!("{}-{zone}", region.name);
                json!({
                    "kind": "compute#zone", "id": (2000 + number).to_string(), "name": name,
                    "description": name, "selfLink": url(&format!("{project}/zones/{name}")),
                    "creationTimestamp": "1969-12-31T16:00:00.000-08:00", "supportsPzs": false,
                    "status": "UP", "region": url(&format!("{project}/regions/{}", region.name)),
                })
            })
            .collect()
    }

    pub(crate) fn zones(&self, query: &Query) -> Answer<Value> {
        self.may("compute.zones.list", "")?;
        self.page("zone", "zones", self.all_zones(), query)
    }

    pub(crate) fn zone(&self, name: &str) -> Answer<Value> {
        self.may("compute.zones.get", "")?;
        let found = self
            .all_zones()
            .into_iter()
            .find(|zone| zone["name"] == name);
        let id = format!("projects/{}/zones/{name}", self.config.project);
        found.ok_or_else(|| Refused::absent(&id))
    }

    pub(crate) fn known_zone(&self, name: &str) -> Answer<()> {
        match self.all_zones().iter().any(|zone| zone["name"] == name) {
            true => Ok(()),
            false => Err(Refused::parameter("zone", name, "Unknown zone.")),
        }
    }

    /// `projects/p:testIamPermissions` of the Resource Manager: those of the permissions that the
    /// account has.
    pub(crate) fn resource_manager(&self, rest: &str, request: &Request) -> Answer<Value> {
        let project = rest
            .strip_suffix(":testIamPermissions")
            .ok_or_else(Refused::no_route)?;
        if !self.config.is_called(project) {
            let (reason, name) = ("forbidden", "PERMISSION_DENIED");
            let message = "The caller does not have permission";
            return Err(Refused::front(
                403,
                reason,
                message,
                name,
                "IAM_PERMISSION_DENIED",
            ));
        }
        let body = mock_rest::object(request.body()).ok_or_else(Refused::json)?;
        let asked = crate::cloud::items(&body, "permissions");
        let is_permission = |value: &Value| {
            value
                .as_str()
                .is_some_and(|text| text.split('.').count() == 3)
        };
        if asked.is_empty() || asked.len() > 100 || !asked.iter().all(is_permission) {
            let (reason, name) = ("badRequest", "INVALID_ARGUMENT");
            let message = "Permissions must be 1 to 100 in the form <service>.<resource>.<verb>.";
            return Err(Refused::front(
                400,
                reason,
                message,
                name,
                "INVALID_ARGUMENT",
            ));
        }
        let has = |one: &&Value| {
            one.as_str()
                .is_none_or(|one| !self.config.denied.contains(one))
        };
        let granted: Vec<&Value> = asked.iter().filter(has).collect();
        match granted.is_empty() {
            true => Ok(json!({})),
            false => Ok(json!({ "permissions": granted })),
        }
    }
}
