//! What the API server does with a new Service: it gives it families and addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use mock_cloud::Body;
use serde_json::{Value, json};

use crate::{
    apiserver::Apiserver,
    status::{Answer, Status},
};

impl Apiserver {
    /// Gives a service its families and addresses, by its policy and the ranges that there are.
    pub(crate) fn give_addresses(&self, body: &mut Body) -> Answer<()> {
        let mut spec = body.remove("spec").unwrap_or_else(|| json!({}));
        let ranges = self.service_ranges();
        let policy = spec["ipFamilyPolicy"]
            .as_str()
            .unwrap_or("SingleStack")
            .to_owned();
        let asked: Vec<String> = spec["ipFamilies"]
            .as_array()
            .map(|all| {
                all.iter()
                    .filter_map(|one| one.as_str().map(str::to_owned))
                    .collect()
            })
            .unwrap_or_default();
        let has: Vec<&str> = ranges.iter().map(|(family, ..)| *family).collect();
        if let Some(missing) = asked.iter().find(|one| !has.contains(&one.as_str())) {
            return Err(invalid(&format!(
                "Invalid value: [\"{missing}\"]: not configured on this cluster"
            )));
        }
        if policy == "RequireDualStack" && has.len() < 2 {
            return Err(invalid(
                "Invalid value: \"RequireDualStack\": this cluster is not configured for dual-stack services",
            ));
        }
        let count = if policy == "SingleStack" {
            asked.len().clamp(1, 1)
        } else {
            has.len()
        };
        let mut families: Vec<String> = asked;
        for family in has {
            if families.len() < count && !families.iter().any(|one| one == family) {
                families.push(family.to_owned());
            }
        }
        let mut ips = Vec::new();
        for family in &families {
            let range = ranges.iter().find(|(own, ..)| own == family);
            match range {
                Some((_, IpAddr::V6(_), length)) if *length < 64 => return Err(full()),
                Some((_, first, _)) => ips.push(self.next_ip(*first).to_string()),
                None => {}
            }
        }
        spec["ipFamilyPolicy"] = json!(policy);
        spec["ipFamilies"] = json!(families);
        if spec["clusterIP"] != "None" {
            spec["clusterIP"] = json!(ips.first());
            spec["clusterIPs"] = json!(ips);
        }
        body.insert("spec".to_owned(), spec);
        Ok(())
    }

    /// Family, first address and prefix length of the API server's own ranges.
    fn service_ranges(&self) -> Vec<(&'static str, IpAddr, u8)> {
        let own = self.store.find("servicecidrs", "kubernetes");
        let texts = own
            .map(|own| own.body["spec"]["cidrs"].clone())
            .unwrap_or_default();
        let texts = texts.as_array().cloned().unwrap_or_default();
        let read = |text: &Value| {
            let (address, length) = text.as_str()?.split_once('/')?;
            let address: IpAddr = address.parse().ok()?;
            let family = if address.is_ipv4() { "IPv4" } else { "IPv6" };
            Some((family, address, length.parse().ok()?))
        };
        texts.iter().filter_map(read).collect()
    }

    /// The real one draws; this one counts.
    fn next_ip(&self, first: IpAddr) -> IpAddr {
        let taken = self.store.list("services").count() as u32 + 10;
        match first {
            IpAddr::V4(first) => Ipv4Addr::from_bits(first.to_bits() + taken).into(),
            IpAddr::V6(first) => Ipv6Addr::from_bits(first.to_bits() + u128::from(taken)).into(),
        }
    }
}

fn invalid(why: &str) -> Status {
    Status::new(
        422,
        "Invalid",
        format!("Service is invalid: spec.ipFamilyPolicy: {why}"),
    )
}

fn full() -> Status {
    let message = "Internal error occurred: failed to allocate a serviceIP: range is full";
    Status::new(500, "InternalError", message)
}
