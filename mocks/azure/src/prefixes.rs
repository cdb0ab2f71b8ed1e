//! Ranges of addresses.

use ipnet::IpNet;
use mock_cloud::Body;
use serde_json::{Value, json};

use crate::refused::{Answer, Refused};

/// A range in CIDR notation. Bits behind its length are said by [`canonical`], with the id.
pub(crate) fn taken(value: &Value) -> Result<Value, String> {
    let text = value.as_str().ok_or("is not a text")?;
    text.parse::<IpNet>().map_err(
        |_| "is not formatted correctly. It should follow CIDR notation, for example 10.0.0.0/24",
    )?;
    Ok(json!(text))
}

/// The ranges in a list, without the texts that are none.
pub(crate) fn nets(value: Option<&Value>) -> Vec<IpNet> {
    let list = value.and_then(Value::as_array);
    let texts = list.into_iter().flatten().filter_map(Value::as_str);
    texts.filter_map(|text| text.parse().ok()).collect()
}

/// The ranges of a network.
pub(crate) fn of_network(body: &Body) -> Vec<IpNet> {
    nets(
        body.get("addressSpace")
            .and_then(|space| space.get("addressPrefixes")),
    )
}

/// The ranges of a subnet, which has one or several.
pub(crate) fn of_subnet(body: &Body) -> Vec<IpNet> {
    match body.get("addressPrefix") {
        Some(one) => nets(Some(&json!([one]))),
        None => nets(body.get("addressPrefixes")),
    }
}

/// No range has bits behind its length.
pub(crate) fn canonical(id: &str, all: &[IpNet]) -> Answer<()> {
    for net in all {
        if *net != net.trunc() {
            let message = format!(
                "The address prefix {net} in resource {id} has an invalid CIDR notation. For the given \
                 prefix length, the address prefix should be {}.",
                net.trunc()
            );
            return Err(Refused::new(400, "InvalidCIDRNotation", message));
        }
    }
    Ok(())
}

/// Whether two ranges have an address in common.
pub(crate) fn overlap(one: &IpNet, other: &IpNet) -> bool {
    one.contains(other) || other.contains(one)
}
