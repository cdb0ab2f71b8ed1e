//! From a cluster to its graph. Pure.

use groundwork_kit::named::{Belonging, Named};
use groundwork_model::Finding;
use groundwork_provider::{Graph, Handle, Want};
use sha2::{Digest as _, Sha256};

use crate::{
    codes,
    object::{
        Attachment, Category, Compute, Datastore, DatastoreCluster, EntityState, Folder, Network,
        ResourcePool, Tag,
    },
    path,
    spec::{self, VsphereTarget, field},
    survey::Survey,
};

/// The graph of a cluster, or everything that keeps it from having one.
pub(crate) fn compile(target: &VsphereTarget, survey: &Survey) -> Result<Graph, Vec<Finding>> {
    let mut compiler = Compiler {
        target,
        survey,
        graph: Graph::default(),
        findings: Vec::new(),
    };
    compiler.datacenter();
    // Without the datacenter nothing in it is found.
    if survey.datacenter.one().is_some() {
        compiler.compute();
        compiler.networks();
        compiler.storage();
        compiler.folder_and_tags();
    }
    let Compiler {
        mut graph,
        findings,
        ..
    } = compiler;
    match findings.iter().any(Finding::is_error) {
        true => Err(findings.into_iter().chain(graph.findings).collect()),
        false => {
            graph.findings.extend(findings);
            Ok(graph)
        }
    }
}

struct Compiler<'a> {
    target: &'a VsphereTarget,
    survey: &'a Survey,
    graph: Graph,
    findings: Vec<Finding>,
}

impl<'a> Compiler<'a> {
    fn datacenter(&mut self) {
        let named = spec::datacenter(self.target);
        self.found("datacenter", named, &self.survey.datacenter);
    }

    fn compute(&mut self) {
        let (survey, target) = (self.survey, self.target);
        let compute = self.found("compute cluster", spec::compute(target), &survey.compute);
        let compute = compute.map(|one| {
            self.graph
                .add_named("compute-cluster", &one.state.id, Compute {})
        });
        let pool = self.found(
            "resource pool",
            spec::resource_pool(target),
            &survey.resource_pool,
        );
        if let Some(one) = pool {
            self.graph
                .add_named("resource-pool", &one.state.id, ResourcePool { compute });
        }
    }

    fn networks(&mut self) {
        let names = spec::networks(self.target);
        if names.is_empty() {
            let message = "no network is named: machines are on that of their template, which is \
                           not verified";
            let finding = Finding::warning(codes::NO_NETWORK, message).at(field("networks"));
            self.findings
                .push(finding.remedy("name the networks that machines are to be on"));
        }
        let mut ids = Vec::new();
        for (number, (named, found)) in names.into_iter().zip(&self.survey.networks).enumerate() {
            let Some(one) = self.found("network", Some(named), found) else {
                continue;
            };
            // Two interfaces may be on one network.
            if !ids.contains(&&one.state.id) {
                ids.push(&one.state.id);
                let address = format!("network/{}", number + 1);
                self.graph.add_named(&address, &one.state.id, Network {});
            }
        }
    }

    fn storage(&mut self) {
        let (survey, target) = (self.survey, self.target);
        let datastore = self.found("datastore", spec::datastore(target), &survey.datastore);
        if let Some(one) = datastore {
            self.graph
                .add_named("datastore", &one.state.id, Datastore {});
        }
        let named = spec::datastore_cluster(target);
        if let Some(one) = self.found("datastore cluster", named, &survey.datastore_cluster) {
            let datastores = survey.in_datastore_cluster.clone();
            let desired = DatastoreCluster { datastores };
            self.graph
                .add_named("datastore-cluster", &one.state.id, desired);
        }
    }

    fn folder_and_tags(&mut self) {
        let folder = self.folder();
        let tags = self.tags();
        match (folder, self.survey.folder.external()) {
            (Some(folder), None) => {
                for (slug, tag) in tags {
                    let folder = folder.clone();
                    let address = format!("attachment/{slug}");
                    self.graph.add(&address, Attachment { folder, tag });
                }
            }
            (Some(_), Some(folder)) if !tags.is_empty() => self.tags_left(folder),
            (None | Some(_), _) => {}
        }
    }

    /// Nothing of somebody else's is changed, and that is how its tags are.
    fn tags_left(&mut self, folder: &EntityState) {
        let told = folder.told();
        let message = format!("folder {told} is somebody else's: the tags are not attached to it");
        let finding = Finding::note(codes::TAGS_LEFT, message).at(field("tags.tags"));
        let remedy = "attach them there if its owner agrees; machines get them all the same";
        self.findings.push(finding.about(told).remedy(remedy));
    }

    fn folder(&mut self) -> Option<Handle<Folder>> {
        let survey = self.survey;
        let name = survey.folder_names.last().cloned().unwrap_or_default();
        let named = spec::folder(self.target);
        let is_named = named.is_some();
        let one = match &survey.folder {
            Named::Several(..) => {
                self.found("folder", named, &survey.folder);
                return None;
            }
            Named::One(one) => Some(one),
            Named::Missing(_) | Named::Unnamed => None,
        };
        // Under its name or its uid, it is the same cluster: the engine tells of that.
        let one = one.filter(|one| one.ours || !self.is_same_cluster(&one.state));
        if let Some(one) = one.filter(|one| !one.ours) {
            if is_named {
                let desired = Folder {
                    name: Want::Chosen(one.state.name.clone()),
                    parent: one.state.parent.clone().unwrap_or_default(),
                    parent_path: parent(&one.state.path),
                };
                return Some(self.graph.add_named("folder", &one.state.id, desired));
            }
            self.name_taken(&one.state);
            return None;
        }
        self.own_folder(name, one)
    }

    /// Whether a folder is this cluster's under another key, with its uid and without.
    fn is_same_cluster(&self, folder: &EntityState) -> bool {
        let Some(label) = folder.owner_label() else {
            return false;
        };
        let (key, name) = (self.target.key(), self.target.name());
        let is_named = label.cluster.as_str() == name || key.as_str() == name;
        label.installation == self.target.installation && is_named
    }

    /// A folder of ours, whether it exists or not.
    fn own_folder(
        &mut self,
        name: String,
        one: Option<&Belonging<EntityState>>,
    ) -> Option<Handle<Folder>> {
        let above = self.survey.folder_parent.as_ref().filter(|above| {
            one.is_some() || above.child_type.iter().any(|of| of == "VirtualMachine")
        });
        let own = self.survey.own_folder.as_ref();
        let (parent, parent_path) = match (above, own) {
            (Some(above), _) => (above.id.clone(), above.path.clone()),
            (None, Some(own)) => {
                let above = own.parent.clone().unwrap_or_default();
                (above, parent(&own.path))
            }
            (None, None) => {
                self.no_place();
                return None;
            }
        };
        if let Some(own) = own.filter(|own| own.parent.as_deref() != Some(&*parent)) {
            self.moved(own, &parent_path);
        }
        let name = Want::Asked(name);
        let desired = Folder {
            name,
            parent,
            parent_path,
        };
        // What is taken over is found by its path, and not yet ours under its id.
        let named = one.filter(|one| spec::folder(self.target).is_some() && !one.adopted);
        Some(match named {
            Some(one) => self.graph.add_named("folder", &one.state.id, desired),
            None => self.graph.add("folder", desired),
        })
    }

    fn no_place(&mut self) {
        let names = &self.survey.folder_names;
        let above = names
            .split_last()
            .map(|(_, above)| above)
            .unwrap_or_default();
        let above = path::absolute(above.iter().map(|name| &**name));
        let message =
            format!("there is no folder of machines {above} that a folder could be made in");
        let at = match (spec::folder(self.target), &self.target.spec.base_path) {
            (Some(named), _) => named.field,
            (None, Some(_)) => field("basePath"),
            (None, None) => self.target.datacenter.field("spec.vsphere.rootPath"),
        };
        let finding = Finding::error(codes::MISSING, message).at(at);
        self.findings
            .push(finding.remedy("create it, or correct the path"));
    }

    fn moved(&mut self, own: &EntityState, wanted: &str) {
        let told = own.told();
        let message =
            format!("the cluster's folder {told} is not in {wanted}: it stays where it is");
        let finding = Finding::warning(codes::FOLDER_MOVED, message).about(told);
        self.findings
            .push(finding.remedy("move it, or change the document"));
    }

    fn name_taken(&mut self, other: &EntityState) {
        let told = other.told();
        let message = format!("folder {told} is somebody else's, and is where ours would be");
        let finding = Finding::error(codes::NAME_TAKEN, message).about(told);
        self.findings.push(finding.remedy(
            "name it in folder if the cluster is to use it; take it over with --adopt if the \
             reference system made it for this cluster",
        ));
    }

    /// The tags, each with the part of its address that tells it apart.
    fn tags(&mut self) -> Vec<(String, Handle<Tag>)> {
        let names = spec::tags(self.target);
        let named = spec::category(self.target).filter(|_| !names.is_empty());
        let Some(named) = named else {
            return Vec::new();
        };
        let Some(one) = self.found("tag category", Some(named), &self.survey.category) else {
            return Vec::new();
        };
        let several = names.len() > 1;
        let category = self
            .graph
            .add_named("tag-category", &one.state.id, Category { several });
        let mut tags = Vec::new();
        for named in names {
            let slug = slug(named.text);
            let desired = Tag {
                name: named.text.to_owned(),
                category: category.clone(),
            };
            let address = format!("tag/{slug}");
            let found = self.survey.tags.get(named.text).and_then(Named::one);
            tags.push((
                slug,
                match found.filter(|one| !one.ours) {
                    Some(one) => self.graph.add_named(&address, &one.state.id, desired),
                    None => self.graph.add(&address, desired),
                },
            ));
        }
        tags
    }

    /// The one object that a field names; a finding where there is none, or several.
    fn found<'s, S>(
        &mut self,
        what: &str,
        field: Option<spec::Named<'_>>,
        named: &'s Named<S>,
    ) -> Option<&'s Belonging<S>> {
        let finding = match named {
            Named::Unnamed => return None,
            Named::One(one) => return Some(one),
            Named::Missing(text) => {
                let message = format!("there is no {what} {text} that this user can see");
                let finding = Finding::error(codes::MISSING, message);
                finding
                    .remedy("correct the name or path (govc find), or give the user a role on it")
            }
            Named::Several(text, paths) => {
                let count = paths.len();
                let paths = paths.join(", ");
                let message = format!("{count} objects could be the {what} {text}: {paths}");
                let finding = Finding::error(codes::SEVERAL, message);
                finding.remedy("write the whole path instead of the name")
            }
        };
        let at = field.map(|named| named.field).unwrap_or_default();
        self.findings.push(finding.at(at));
        None
    }
}

/// The path of what an object is inside of.
fn parent(path: &str) -> String {
    path.rsplit_once('/')
        .map(|(above, _)| above.to_owned())
        .unwrap_or_default()
}

/// A name as a part of an address: itself where it can be, else a digest of it.
fn slug(name: &str) -> String {
    let is_fit = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    if name.len() <= 40 && name.chars().all(is_fit) {
        return name.to_owned();
    }
    let digest = Sha256::digest(name.as_bytes());
    let hex: String = digest[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("_{hex}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_has_one_address_whatever_its_name() {
        assert_eq!(slug("prod"), "prod");
        for name in ["a b", "straße", "a/b", &"x".repeat(41)] {
            let slug = slug(name);
            assert_eq!(slug.len(), 17, "{slug}");
            assert!(groundwork_model::Address::new(format!("attachment/{slug}")).is_ok());
        }
        assert_ne!(slug("a b"), slug("a  b"));
    }
}
