//! Ranges as others write them: one address stands for itself, and what is no range is left out, so that
//! nothing of somebody else's keeps a project from being read.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Deserializer};

/// A list of ranges.
pub(crate) fn all<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<IpNet>, D::Error> {
    let texts = Vec::<String>::deserialize(from)?;
    Ok(texts.iter().filter_map(|text| range(text)).collect())
}

/// One range, if it is one.
pub(crate) fn one<'de, D: Deserializer<'de>>(from: D) -> Result<Option<IpNet>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    Ok(text.and_then(|text| range(&text)))
}

fn range(text: &str) -> Option<IpNet> {
    let address = || text.parse::<IpAddr>().ok().map(IpNet::from);
    text.parse().ok().or_else(address)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_address_is_a_range_and_nonsense_is_none() {
        let ranges = all(json!(["192.0.2.1", "2001:db8::/32", "everybody"])).unwrap();
        let told: Vec<String> = ranges.iter().map(IpNet::to_string).collect();
        assert_eq!(told, ["192.0.2.1/32", "2001:db8::/32"]);
        assert_eq!(one(json!("nowhere")).unwrap(), None);
    }
}
