//! Breaks of the driver for Equinix Metal. It creates nothing: what it reads, and what it says.

use super::{Break, shared};

const API: &str = "providers/equinix/src/api.rs";
const RESERVATION: &str = "providers/equinix/src/object/reservation.rs";
const VLAN: &str = "providers/equinix/src/object/vlan.rs";
const COMPILE: &str = "providers/equinix/src/compile.rs";
const SURVEY: &str = "providers/equinix/src/survey.rs";
const ASSESS: &str = "providers/equinix/src/assess.rs";
const PROVIDER: &str = "providers/equinix/src/provider.rs";

pub(super) const BREAKS: &[Break] = &[
    Break::new(
        "first-page-only",
        "a listing ends with its first page",
        API,
        r#"at: "/meta/next/href","#,
        r#"at: "/nowhere","#,
    ),
    Break::new(
        "missing-project-fails",
        "a project that does not exist is no finding but an error",
        API,
        "Err(error) if error.kind == ErrorKind::Conflict => Ok(Vec::new()),",
        "Err(error) if error.message.is_empty() => Ok(Vec::new()),",
    ),
    Break::new(
        "type-not-compared",
        "a block of IPv4 passes for one of IPv6",
        RESERVATION,
        r#"Change::between("type", &state.kind.as_str(), &PUBLIC_IPV6)"#,
        r#"Change::between("type", &PUBLIC_IPV6, &PUBLIC_IPV6)"#,
    ),
    Break::new(
        "metro-not-compared",
        "a block in another metro passes",
        RESERVATION,
        r#"Change::between("metro", &state.metro(), &self.metro.as_str())"#,
        r#"Change::between("metro", &self.metro.as_str(), &self.metro.as_str())"#,
    ),
    Break::new(
        "state-not-compared",
        "a block that nobody has approved passes",
        RESERVATION,
        r#"Change::between("state", &is, &CREATED)"#,
        r#"Change::between("state", &is, &is)"#,
    ),
    Break::new(
        "default-compared",
        "a VLAN is compared with what is its owner's to choose",
        VLAN,
        r#"Change::between("vxlan", &state.vxlan, &number),"#,
        r#"Change::between("vxlan", &state.vxlan, &number),
            Change::between("description", &state.description.as_deref().unwrap_or("-"), &"kubernetes"),"#,
    ),
    Break::new(
        "missing-vlan-passes",
        "a VLAN that does not exist is not missed",
        COMPILE,
        "None => findings.push(no_vlan(index, *number, &metro)),",
        "None => drop(no_vlan(index, *number, &metro)),",
    ),
    Break::new(
        "vlans-of-other-metros",
        "a VLAN of another metro is taken for one of this metro",
        SURVEY,
        "let vlans = vlans.filter(|vlan| vlan.metro_code.as_deref() == Some(metro));",
        "let vlans = vlans.filter(|vlan| vlan.metro_code.is_some());",
    ),
    Break::new(
        "overlaps-not-judged",
        "a block that overlaps with pods or services passes",
        ASSESS,
        "met.collect()",
        "met.take(0).collect()",
    ),
    shared::operations(PROVIDER),
    shared::features(PROVIDER),
];
