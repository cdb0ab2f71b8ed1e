use serde_json::{Value, json};

use super::network_check::DELEGATION;
use super::values;
use crate::refused::{Answer, Refused};

/// Which values an attribute takes. Values are normalised on the way in, as Neutron does it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    AddressOrNull,
    Any,
    Cidr,
    Ethertype,
    FilledText,
    FixedIps,
    Flag,
    GatewayInfo,
    GroupName,
    Mac,
    Nameservers,
    NonNegative,
    OneOf(&'static [&'static str]),
    Pools,
    Pool,
    PortNumber,
    Prefix,
    PrefixList,
    Protocol,
    Routes,
    Text(usize),
    Texts,
    Uuid,
    UuidOrNull,
    Uuids,
    Version,
}

impl mock_rest::Form for Form {
    type Refused = Refused;

    fn accept(&self, name: &str, value: Value) -> Answer<Value> {
        let refuse =
            |reason: String| Refused::body(format!("Invalid input for {name}. Reason: {reason}."));
        match self {
            Self::Any => Ok(value),
            Self::Text(max) => values::text(&value, *max).map_err(refuse),
            Self::FilledText => values::filled(&value).map_err(refuse),
            Self::GroupName => values::group_name(&value, refuse),
            Self::Flag => values::flag(&value),
            Self::NonNegative => values::non_negative(&value, &refuse),
            Self::Version => values::version(&value, &refuse),
            Self::Uuid => values::uuid(&value).map_err(refuse),
            Self::Pool if value.is_null() || value == DELEGATION => Ok(value),
            Self::Pool => values::uuid(&value).map_err(refuse),
            Self::UuidOrNull | Self::AddressOrNull if value.is_null() => Ok(value),
            Self::UuidOrNull => values::uuid(&value).map_err(refuse),
            Self::Uuids => values::each(value, values::uuid).map_err(refuse),
            Self::Texts => {
                values::each(value, |text_value| values::text(text_value, 255)).map_err(refuse)
            }
            Self::OneOf(words) => values::one_of(&value, words).map_err(refuse),
            Self::AddressOrNull => values::address(&value).map_err(refuse),
            Self::Cidr if value.is_null() => Ok(value),
            Self::Cidr => values::cidr(&value),
            Self::PrefixList => values::prefix_list(value).map_err(refuse),
            Self::Nameservers if value.is_null() => Ok(json!([])),
            Self::Nameservers => values::nameservers(value).map_err(refuse),
            Self::Pools => values::pools(value).map_err(refuse),
            Self::Routes if value.is_null() => Ok(json!([])),
            Self::Routes => values::routes(value).map_err(refuse),
            Self::FixedIps => values::fixed_ips(value).map_err(refuse),
            Self::GatewayInfo => values::gateway_info(value).map_err(refuse),
            Self::Mac => values::mac(&value).map_err(refuse),
            Self::Ethertype => values::ethertype(&value),
            Self::PortNumber => values::port_number(&value),
            Self::Protocol => values::protocol(&value),
            Self::Prefix => values::prefix(&value),
        }
    }
}
