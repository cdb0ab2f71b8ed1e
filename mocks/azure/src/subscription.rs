//! The subscription: its state, its regions, its providers and its limits.

use mock_cloud::Request;
use mock_rest::Query;
use serde_json::{Value, json};

use crate::cloud::Azure;
use crate::config::Region;
use crate::kind::Kind;
use crate::refused::{Answer, Refused};
use crate::said::Said;

/// The providers that there are.
const PROVIDERS: [&str; 4] = [
    "Microsoft.Authorization",
    "Microsoft.Compute",
    "Microsoft.Network",
    "Microsoft.Resources",
];

impl Azure {
    pub(crate) fn is_own(&self, subscription: &str) -> Answer<()> {
        if subscription.eq_ignore_ascii_case(&self.config.subscription) {
            return Ok(());
        }
        let is_uuid = subscription.len() == 36 && subscription.matches('-').count() == 4;
        match is_uuid {
            true => {
                let message = format!("The subscription '{subscription}' could not be found.");
                Err(Refused::front(404, "SubscriptionNotFound", message))
            }
            false => {
                let message = format!(
                    "The provided subscription identifier '{subscription}' is malformed or invalid."
                );
                Err(Refused::front(400, "InvalidSubscriptionId", message))
            }
        }
    }

    pub(crate) fn writable(&self) -> Answer<()> {
        if self.config.subscription_state != "Disabled" {
            return Ok(());
        }
        let message = format!(
            "The subscription '{}' is disabled and therefore marked as read only. You cannot perform any \
             write actions on this subscription until it is re-enabled.",
            self.config.subscription
        );
        Err(Refused::front(409, "ReadOnlyDisabledSubscription", message))
    }

    pub(crate) fn registered(&self, kind: Kind) -> Answer<()> {
        let provider = kind.provider();
        if !self.config.unregistered.contains(provider) {
            return Ok(());
        }
        let message = format!(
            "The subscription is not registered to use namespace '{provider}'. See \
             https://aka.ms/rps-not-found for how to register subscriptions."
        );
        Err(Refused::front(
            409,
            "MissingSubscriptionRegistration",
            message,
        ))
    }

    /// A region by its name, or as people write it.
    pub(crate) fn region(&self, location: &str) -> Option<Region> {
        let plain = location.replace(' ', "");
        let mut regions = self.config.regions.iter();
        regions
            .find(|region| region.name.eq_ignore_ascii_case(&plain))
            .copied()
    }

    fn told(&self) -> Value {
        json!({
            "id": self.subscription_id(), "subscriptionId": self.config.subscription,
            "tenantId": self.config.tenant, "displayName": "Mock", "state": self.config.subscription_state,
            "authorizationSource": "RoleBased",
            "subscriptionPolicies": {
                "locationPlacementId": "Public_2014-09-01", "quotaId": "PayAsYouGo_2014-09-01",
                "spendingLimit": "Off",
            },
        })
    }

    pub(crate) fn subscriptions(&self, query: &Query) -> Answer<Said> {
        self.version("Microsoft.Resources", query)?;
        Ok(Said::new(200, json!({ "value": [self.told()] })))
    }

    pub(crate) fn subscription(&self, query: &Query) -> Answer<Said> {
        self.version("Microsoft.Resources", query)?;
        self.may(
            "Microsoft.Resources/subscriptions/read",
            &self.subscription_id(),
        )?;
        Ok(Said::new(200, self.told()))
    }

    pub(crate) fn locations(&self, query: &Query) -> Answer<Said> {
        self.version("Microsoft.Resources", query)?;
        self.may(
            "Microsoft.Resources/subscriptions/locations/read",
            &self.subscription_id(),
        )?;
        let location = |region: &Region| {
            let zone = |zone: &&str| json!({ "logicalZone": zone, "physicalZone": format!("{}-az{zone}", region.name) });
            let mut location = json!({
                "id": format!("{}/locations/{}", self.subscription_id(), region.name),
                "name": region.name, "type": "Region", "displayName": region.display,
                "regionalDisplayName": region.display,
                "metadata": { "regionType": "Physical", "regionCategory": "Recommended" },
            });
            if !region.zones.is_empty() {
                location["availabilityZoneMappings"] = region.zones.iter().map(zone).collect();
            }
            location
        };
        let all: Vec<Value> = self.config.regions.iter().map(location).collect();
        Ok(Said::new(200, json!({ "value": all })))
    }

    /// A provider: whether it is registered, and where it has what.
    pub(crate) fn provider(&self, name: &str, query: &Query) -> Answer<Said> {
        self.version("Microsoft.Resources", query)?;
        let name = known(name)?;
        let state = match self.config.unregistered.contains(name) {
            true => "NotRegistered",
            false => "Registered",
        };
        let places: Vec<&str> = self
            .config
            .regions
            .iter()
            .map(|region| region.display)
            .collect();
        let kinds = Kind::ALL.into_iter().filter(|kind| kind.provider() == name);
        let types: Vec<Value> = kinds
            .filter(|kind| kind.parent().is_none())
            .map(|kind| {
                json!({
                    "resourceType": kind.plural(), "locations": places,
                    "apiVersions": self.config.api_versions,
                })
            })
            .collect();
        let body = json!({
            "id": format!("{}/providers/{name}", self.subscription_id()), "namespace": name,
            "registrationPolicy": "RegistrationRequired", "registrationState": state,
            "resourceTypes": types,
        });
        Ok(Said::new(200, body))
    }

    pub(crate) fn register(&mut self, name: &str, query: &Query) -> Answer<Said> {
        let name = known(name)?;
        self.may(&format!("{name}/register/action"), &self.subscription_id())?;
        self.config.unregistered.remove(name);
        self.provider(name, query)
    }

    /// How much of each limit is used in a region.
    pub(crate) fn usages(&self, place: &str, request: &Request) -> Answer<Said> {
        let region = self.region(place).ok_or_else(|| {
            let message = format!("The location '{place}' does not exist.");
            Refused::front(404, "LocationNotFound", message)
        })?;
        let at = format!(
            "{}/providers/Microsoft.Network/locations/{}/usages",
            self.subscription_id(),
            region.name
        );
        self.may("Microsoft.Network/locations/usages/read", &at)?;
        let usage = |(name, most): (&String, &usize)| {
            let kind = Kind::ALL
                .into_iter()
                .find(|kind| kind.usage() == Some(name.as_str()));
            let used = kind.map_or(0, |kind| self.count(kind, region.name));
            json!({
                "id": format!("{at}/{name}"), "unit": "Count", "currentValue": used, "limit": most,
                "name": { "value": name, "localizedValue": name },
            })
        };
        let all = self.config.quotas.iter().map(usage).collect();
        self.page(all, request)
    }
}

fn known(name: &str) -> Answer<&'static str> {
    let mut all = PROVIDERS.into_iter();
    all.find(|own| own.eq_ignore_ascii_case(name))
        .ok_or_else(|| {
            let message = format!("The resource namespace '{name}' is invalid.");
            Refused::front(404, "InvalidResourceNamespace", message)
        })
}
