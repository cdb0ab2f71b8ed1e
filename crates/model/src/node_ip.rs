//! The addresses of a node, as the kubelet is told them.

use std::net::IpAddr;

use crate::Family;

/// The value of the kubelet's `--node-ip`, which it also writes into the annotation
/// `alpha.kubernetes.io/provided-node-ip`: one address, or one of each family.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NodeIp(Vec<IpAddr>);

impl NodeIp {
    /// Reads it as a cloud controller does. The kubelet alone forgives blanks, and leaves out what is
    /// no address without a word.
    ///
    /// # Errors
    /// Why a node with it is never initialised, as a sentence without its end.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("it is empty".to_owned());
        }
        let addresses = text.split(',').map(address);
        let addresses: Vec<IpAddr> = addresses.collect::<Result<_, _>>()?;
        match addresses.as_slice() {
            [_] => Ok(Self(addresses)),
            [a, b] if Family::of_address(a) != Family::of_address(b) => Ok(Self(addresses)),
            [a, _] => Err(format!(
                "it has two addresses of {}, and one of each family is allowed",
                Family::of_address(a)
            )),
            more => Err(format!(
                "it has {} addresses, and one of each family is allowed",
                more.len()
            )),
        }
    }

    /// The addresses, in their order: the first one's family is the node's primary one.
    pub fn addresses(&self) -> &[IpAddr] {
        &self.0
    }

    /// The address of a family.
    pub fn of(&self, family: Family) -> Option<IpAddr> {
        let mut all = self.0.iter();
        all.find(|address| Family::of_address(address) == family)
            .copied()
    }
}

fn address(text: &str) -> Result<IpAddr, String> {
    if text != text.trim() {
        return Err(format!("{text:?} has a blank beside the address"));
    }
    let address: IpAddr = text
        .parse()
        .map_err(|_| format!("{text:?} is not an address"))?;
    match address.is_unspecified() {
        true => Err(format!("{address} names no address")),
        false => Ok(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_or_one_of_each_family_is_read_in_its_order() {
        let read = |text: &str| NodeIp::parse(text).map(|ip| ip.addresses().to_vec());
        assert_eq!(read("10.0.0.5"), Ok(vec!["10.0.0.5".parse().unwrap()]));
        let both = NodeIp::parse("FD00:0::5,10.0.0.5").unwrap();
        assert_eq!(both.addresses()[0].to_string(), "fd00::5");
        assert_eq!(both.of(Family::V4), Some("10.0.0.5".parse().unwrap()));
        assert_eq!(NodeIp::parse("fd00::5").unwrap().of(Family::V4), None);
    }

    #[test]
    fn what_leaves_a_node_without_its_initialization_is_told() {
        for (text, why) in [
            ("", "empty"),
            ("not-an-ip,2001:db8::5", "not-an-ip"),
            ("10.0.0.5, fd00::5", "blank"),
            ("10.0.0.5,10.0.0.6", "two addresses of IPv4"),
            ("10.0.0.5,fd00::5,fd00::6", "3 addresses"),
            ("0.0.0.0", "names no address"),
            ("10.0.0.5,::", "names no address"),
            ("010.0.0.5", "not an address"),
            ("fe80::1%eth0", "not an address"),
            ("10.0.0.5,", "not an address"),
        ] {
            let told = NodeIp::parse(text).unwrap_err();
            assert!(told.contains(why), "{text}: {told}");
        }
    }
}
