//! What decides the graph: which metros there are, and what the project has in this one.

use std::collections::BTreeMap;

use groundwork_kit::document::given;
use groundwork_provider::{Look, Result, Target};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::{
    api::Api,
    object::{PUBLIC_IPV6, Project, Reservation, ReservationState, Vlan},
    spec::{Datacenter, Spec},
    watched::Metro,
};

/// What was read.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Survey {
    /// The project's id, wherever it was given.
    pub project: String,
    /// Whether there is such a project.
    pub exists: bool,
    /// The codes of all metros, sorted.
    pub metros: Vec<String>,
    /// The IPv6 block that the project's servers in the metro have their addresses out of.
    pub ipv6: Option<String>,
    /// The blocks that nodes in the metro are reached in, by id: private IPv4, and IPv6.
    pub blocks: Vec<Block>,
    /// The VLANs of the project in the metro: ids by number.
    pub vlans: BTreeMap<u16, String>,
}

/// A block of addresses.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Block {
    /// Its id.
    pub id: String,
    /// Its type.
    pub kind: String,
    /// Its range.
    pub range: IpNet,
}

/// Reads it through the look.
pub(crate) async fn survey(
    look: &Look<'_, Api>,
    target: &Target<Spec, Datacenter>,
) -> Result<Survey> {
    let scope = look.scope();
    let (projects, metros, blocks, vlans) = (
        look.list::<Project>(&scope).await?,
        look.list::<Metro>(&scope).await?,
        look.list::<Reservation>(&scope).await?,
        look.list::<Vlan>(&scope).await?,
    );
    let metro = given(&target.cloud.metro).unwrap_or_default();
    let mut survey = Survey {
        project: look.api().project().to_owned(),
        exists: projects.iter().next().is_some(),
        ..Survey::default()
    };
    survey.metros = metros.iter().map(|one| one.state.code.clone()).collect();
    survey.metros.sort();
    let here = blocks.iter().map(|found| &found.state);
    let mut here: Vec<_> = here.filter(|block| block.metro() == metro).collect();
    here.sort_by(|a, b| a.id.cmp(&b.id));
    let of_nodes = |kind: &str| kind == PUBLIC_IPV6 || kind == "private_ipv4";
    let six = |block: &&&ReservationState| block.kind == PUBLIC_IPV6;
    // The block that came with the first server is the one that servers use unasked.
    let own = here.iter().filter(six);
    let own = own.max_by_key(|block| (block.management, std::cmp::Reverse(&block.id)));
    survey.ipv6 = own.map(|block| block.id.clone());
    let block = |block: &ReservationState| {
        let (id, kind) = (block.id.clone(), block.kind.clone());
        let range = block.range()?;
        Some(Block { id, kind, range })
    };
    let of_nodes = here.iter().filter(|block| of_nodes(&block.kind));
    survey.blocks = of_nodes.filter_map(|one| block(one)).collect();
    let vlans = vlans.iter().map(|found| &found.state);
    let vlans = vlans.filter(|vlan| vlan.metro_code.as_deref() == Some(metro));
    survey.vlans = vlans
        .filter_map(|vlan| Some((vlan.vxlan?, vlan.id.clone())))
        .collect();
    Ok(survey)
}
