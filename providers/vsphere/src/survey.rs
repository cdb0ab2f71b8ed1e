//! What decides the graph: the objects that the documents name, and what is known of their networks.

use std::{collections::BTreeMap, net::Ipv6Addr, sync::Arc};

use groundwork_kit::named::{Belonging, Named, Reader};
use groundwork_provider::{Found, Listed, Listing, Look, Result, Scope};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::{
    api::{Api, tagging::CategoryState, tagging::TagState},
    object::{
        Attachment, COMPUTE, Category, DATASTORE_CLUSTERS, DATASTORES, Entity, EntityState, IpPool,
        IpPoolState, Machine, MachineState, NETWORKS, POOLS, Tag,
    },
    path,
    spec::{self, Datacenter, Spec, VsphereTarget},
};

/// What decides the graph.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Survey {
    /// The datacenter.
    pub datacenter: Named<EntityState>,
    /// The compute cluster.
    pub compute: Named<EntityState>,
    /// The networks, in the document's order.
    pub networks: Vec<Named<EntityState>>,
    /// The datastore.
    pub datastore: Named<EntityState>,
    /// The datastore cluster.
    pub datastore_cluster: Named<EntityState>,
    /// The datastores that are in that.
    pub in_datastore_cluster: Vec<String>,
    /// The resource pool.
    pub resource_pool: Named<EntityState>,
    /// The folder, at the path that the document names or the reference system would choose.
    pub folder: Named<EntityState>,
    /// The names of that path.
    pub folder_names: Vec<String>,
    /// The folder that it is, or would be, in.
    pub folder_parent: Option<EntityState>,
    /// The cluster's own folder, wherever it is.
    pub own_folder: Option<EntityState>,
    /// The category of tags.
    pub category: Named<CategoryState>,
    /// The tags, by name.
    pub tags: BTreeMap<String, Named<TagState>>,
    /// The templates of the datacenter, by field: how many machines are of that name, and whether it is
    /// a template.
    pub templates: BTreeMap<String, (usize, bool)>,
    /// What shows that machines have IPv6, by the id of a network.
    pub evidence: BTreeMap<String, Evidence>,
}

/// What is known of IPv6 on a network.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Evidence {
    /// Machines whose tools report a global address there.
    pub machines: usize,
    /// One of these addresses.
    pub address: Option<Ipv6Addr>,
    /// Ranges of IP pools, each with the name of its pool.
    pub pools: Vec<(String, IpNet)>,
}

type Read<'a> = Reader<'a, Api, Spec, Datacenter>;

/// Reads it: one listing of the inventory for everything, one of machines, and tags where some are named.
/// What does not depend on another answer is asked for beside it.
pub(crate) async fn survey(look: &Look<'_, Api>, target: &VsphereTarget) -> Result<Survey> {
    let reader = Reader { look, target };
    let is_dual_stack = target.is_dual_stack();
    let wants_machines = is_dual_stack || !target.cloud.templates.is_empty();
    let category = spec::category(target).filter(|_| !spec::tags(target).is_empty());
    let category = category.map(|named| named.text);
    let scope = look.scope();
    let (all, machines, categories) = tokio::try_join!(
        look.list::<Entity>(&scope),
        listed::<Machine>(look, wants_machines.then(|| look.scope())),
        listed::<Category>(look, category.map(|id| Scope::ids([id.to_owned()]))),
    )?;
    let mut survey = places(&reader, &all);
    folder(&reader, &all, &mut survey);
    if let Some(machines) = machines {
        templates(target, &machines, &mut survey);
        evidence(&machines, &mut survey);
    }
    if let (Some(id), Some(categories)) = (category, categories) {
        survey.category = reader.by_id(&categories, Some(id), |_| false);
    }
    let datacenter = survey.datacenter.one().filter(|_| is_dual_stack);
    let within = datacenter.map(|one| Scope::within([one.state.id.clone()]));
    let (pools, tags) = tokio::try_join!(listed::<IpPool>(look, within), tags(&reader, &survey))?;
    survey.tags = tags;
    if let Some(pools) = pools {
        ranges(&pools, &mut survey);
    }
    Ok(survey)
}

/// A listing that is wanted, if there is a scope for it.
async fn listed<L: Listing<Api = Api>>(
    look: &Look<'_, Api>,
    scope: Option<Scope>,
) -> Result<Option<Arc<Listed<L::State>>>> {
    match scope {
        Some(scope) => look.list::<L>(&scope).await.map(Some),
        None => Ok(None),
    }
}

/// The objects of some types that a text names: an absolute path, one relative to the datacenter's own
/// folder of that type, a name anywhere in the datacenter, or an id.
struct Finder<'a> {
    all: &'a Listed<EntityState>,
    /// The names down to the datacenter; nothing where there is none.
    datacenter: Vec<String>,
}

impl<'a> Finder<'a> {
    fn find(&self, room: &str, types: &[&str], text: &str) -> Vec<&'a Found<EntityState>> {
        let names = path::names(text);
        let of = || {
            let all = self.all.iter().map(|found| &**found);
            all.filter(|found| types.contains(&&*found.state.of))
        };
        if text.starts_with('/') || names.len() > 1 {
            let path = self.path(room, text);
            return of().filter(|found| found.state.path == path).collect();
        }
        let name = names.first().map_or("", |name| name);
        let below = path::absolute(self.datacenter.iter().map(|name| &**name)) + "/";
        let is_there = |found: &&Found<EntityState>| {
            found.state.name == name && found.state.path.starts_with(&below)
        };
        let named: Vec<_> = of().filter(is_there).collect();
        match named.is_empty() {
            true => of().filter(|found| found.id == text).collect(),
            false => named,
        }
    }

    /// The whole path of a text.
    fn path(&self, room: &str, text: &str) -> String {
        let names = path::names(text);
        let before = match text.starts_with('/') {
            true => Vec::new(),
            false => self
                .datacenter
                .iter()
                .map(|name| &**name)
                .chain([room])
                .collect(),
        };
        path::absolute(before.into_iter().chain(names.iter().map(|name| &**name)))
    }
}

fn named(
    reader: &Read<'_>,
    text: &str,
    found: &[&Found<EntityState>],
    is_usual: impl Fn(&EntityState) -> bool,
) -> Named<EntityState> {
    match found {
        [] => Named::Missing(text.to_owned()),
        [one] => Named::One(reader.belonging(one, is_usual)),
        several => {
            let mut paths: Vec<_> = several
                .iter()
                .map(|found| found.state.path.clone())
                .collect();
            paths.sort();
            Named::Several(text.to_owned(), paths)
        }
    }
}

fn finder<'a>(survey: &Survey, all: &'a Listed<EntityState>) -> Finder<'a> {
    let datacenter = survey
        .datacenter
        .one()
        .map(|one| path::names(&one.state.path));
    let datacenter = datacenter.unwrap_or_default();
    Finder { all, datacenter }
}

/// What the documents name, but for folders.
fn places(reader: &Read<'_>, all: &Listed<EntityState>) -> Survey {
    let target = reader.target;
    let mut survey = Survey::default();
    let of = |finder: &Finder<'_>, room, types: &[&str], text: Option<spec::Named<'_>>| {
        text.map_or(Named::Unnamed, |text| {
            named(
                reader,
                text.text,
                &finder.find(room, types, text.text),
                |_| false,
            )
        })
    };
    let everywhere = Finder {
        all,
        datacenter: Vec::new(),
    };
    survey.datacenter = of(&everywhere, "", &["Datacenter"], spec::datacenter(target));
    let finder = finder(&survey, all);
    survey.compute = of(&finder, "host", COMPUTE, spec::compute(target));
    let networks = spec::networks(target).into_iter();
    let networks = networks.map(|text| of(&finder, "network", NETWORKS, Some(text)));
    survey.networks = networks.collect();
    survey.datastore = of(&finder, "datastore", DATASTORES, spec::datastore(target));
    let pod = spec::datastore_cluster(target);
    survey.datastore_cluster = of(&finder, "datastore", DATASTORE_CLUSTERS, pod);
    survey.resource_pool = of(&finder, "host", POOLS, spec::resource_pool(target));
    let pod = survey
        .datastore_cluster
        .one()
        .map(|one| one.state.id.clone());
    let inside = all
        .iter()
        .filter(|found| pod.is_some() && found.state.parent == pod);
    survey.in_datastore_cluster = inside.map(|found| found.id.clone()).collect();
    survey
}

/// The folder, and where it is to be.
fn folder(reader: &Read<'_>, all: &Listed<EntityState>, survey: &mut Survey) {
    let target = reader.target;
    let finder = finder(survey, all);
    let own = spec::own_folder(target, &finder.datacenter);
    let own_path = path::absolute(own.iter().map(|name| &**name));
    let is_usual = |state: &EntityState| state.path == own_path;
    survey.folder = match spec::folder(target) {
        Some(text) => {
            let found = finder.find("vm", &["Folder"], text.text);
            survey.folder_names = path::names(&finder.path("vm", text.text));
            named(reader, text.text, &found, is_usual)
        }
        None => {
            survey.folder_names = own;
            let found = finder.find("vm", &["Folder"], &own_path);
            named(reader, &own_path, &found, is_usual)
        }
    };
    let above = survey.folder_names.split_last().map(|(_, above)| above);
    let above = path::absolute(above.unwrap_or_default().iter().map(|name| &**name));
    let mut parents = all.iter().filter(|found| found.state.of == "Folder");
    let parent = parents.find(|found| found.state.path == above);
    survey.folder_parent = parent.map(|found| found.state.clone());
    let ours = reader
        .ours(all)
        .into_iter()
        .find(|found| found.state.of == "Folder");
    survey.own_folder = ours.map(|found| found.state.clone());
}

fn templates(target: &VsphereTarget, machines: &Listed<MachineState>, survey: &mut Survey) {
    for named in spec::templates(target) {
        let name = path::names(named.text).pop().unwrap_or_default();
        let of = machines.iter().filter(|found| found.state.name == name);
        let (count, is_template) = of.fold((0, false), |(count, is), found| {
            (count + 1, is || found.state.template)
        });
        survey.templates.insert(named.field, (count, is_template));
    }
}

/// Who has IPv6 on the networks that are named.
fn evidence(machines: &Listed<MachineState>, survey: &mut Survey) {
    let networks = survey.networks.iter().filter_map(Named::one);
    for Belonging { state, .. } in networks {
        let mut evidence = Evidence::default();
        for found in machines
            .iter()
            .filter(|found| found.state.networks.contains(&state.id))
        {
            let mut there = found.state.ipv6.iter().filter(|(on, _)| *on == state.name);
            if let Some((_, address)) = there.next() {
                evidence.machines += 1;
                evidence.address.get_or_insert(*address);
            }
        }
        survey.evidence.insert(state.id.clone(), evidence);
    }
}

/// The ranges that IP pools have for the networks.
fn ranges(pools: &Listed<IpPoolState>, survey: &mut Survey) {
    for (network, evidence) in &mut survey.evidence {
        let of = pools
            .iter()
            .filter(|found| found.state.networks.contains(network));
        let ranges = of.flat_map(|found| {
            found
                .state
                .ranges
                .iter()
                .map(|range| (found.state.name.clone(), *range))
        });
        evidence.pools.extend(ranges);
    }
}

/// The category's tags of the names that are asked for. Those of our folder are known; the category is
/// asked for all of its tags only where one of the names is not among them.
async fn tags(reader: &Read<'_>, survey: &Survey) -> Result<BTreeMap<String, Named<TagState>>> {
    let Some(category) = survey.category.one().map(|one| &*one.state.id) else {
        return Ok(BTreeMap::new());
    };
    let attached = reader.look.list::<Attachment>(&reader.look.scope()).await?;
    let folder = survey.own_folder.as_ref().map(|folder| folder.id.clone());
    let mut tags = reader.look.list::<Tag>(&reader.look.scope()).await?;
    let is_known = |name: &str| {
        tags.iter().any(|tag| {
            let is_it = tag.state.name == name && tag.state.category_id == category;
            let on = |found: &&std::sync::Arc<Found<crate::object::AttachmentState>>| {
                Some(&found.state.folder) == folder.as_ref() && found.state.tag == tag.id
            };
            is_it && attached.iter().any(|found| on(&found))
        })
    };
    let names = spec::tags(reader.target);
    if !names.iter().all(|name| is_known(name.text)) {
        let within = Scope::within([category.to_owned()]);
        tags = reader.look.list::<Tag>(&within).await?;
    }
    let of = |state: &TagState, name: &str| state.name == name && state.category_id == category;
    let named = names.into_iter().map(|name| {
        let found = reader.by_name(&tags, Some(name.text), of, |_| false);
        (name.text.to_owned(), found)
    });
    Ok(named.collect())
}
