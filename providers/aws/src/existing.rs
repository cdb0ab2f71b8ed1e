//! The graph of a network that exists: proven fit, and tagged for the cloud controller.

use groundwork_model::Finding;
use groundwork_provider::{Handle, Want};

use crate::{
    codes,
    compile::Draft,
    object::Tags,
    shared_tag::{MARK, SharedTag},
    spec::{field, given},
    subnet::{Subnet, SubnetState},
    survey::Named,
    vpc::Vpc,
    vpc_attributes::VpcAttributes,
};

impl Draft<'_> {
    /// A VPC of somebody else's, and its subnets.
    pub(crate) fn existing(&mut self) {
        let survey = self.survey;
        let Some(state) = survey.vpc.external() else {
            return;
        };
        let desired = Vpc {
            cidr: Want::Chosen(state.cidr.unwrap_or_default()),
            tags: Want::Chosen(Tags::new()),
        };
        let id = state.common.id.clone();
        let vpc = self.graph.add_named("vpc", &id, desired);
        self.graph
            .add("vpc/attributes", VpcAttributes { vpc: vpc.clone() });
        for named in &survey.subnets {
            match named {
                Named::Missing(id) => {
                    let message = format!("there is no subnet {id} in this account and region");
                    let finding = Finding::error(codes::MISSING, message).at(field("subnetIDs"));
                    self.findings.push(finding.remedy("correct subnetIDs"));
                }
                Named::Ours(state) | Named::External(state) => self.existing_subnet(&vpc, state),
                Named::Unnamed => {}
            }
        }
        self.security_group(&vpc);
        if let Some(table) = given(&self.target.spec.route_table_id) {
            let found = survey.tables.iter().find(|found| found.common.id == table);
            match found {
                Some(found) => self.shared_tag(table, &found.common.tags.clone()),
                None => {
                    let message = format!("there is no route table {table} in {id}");
                    let finding = Finding::error(codes::MISSING, message).at(field("routeTableID"));
                    self.findings
                        .push(finding.remedy("correct routeTableID, or remove it"));
                }
            }
        }
    }

    fn existing_subnet(&mut self, vpc: &Handle<Vpc>, state: &SubnetState) {
        let desired = Subnet {
            vpc: vpc.clone(),
            ipv6: None,
            zone: Want::Chosen(state.zone.clone()),
            ipv4_length: state.cidr.map_or(0, |cidr| cidr.prefix_len()),
            switches: Want::Chosen(Default::default()),
            tags: Want::Chosen(Tags::new()),
        };
        let id = state.common.id.clone();
        self.graph.add_named(&format!("subnet/{id}"), &id, desired);
        self.shared_tag(&id, &state.common.tags);
    }

    /// The cloud controller's tag, unless somebody else put it there: then it is theirs.
    pub(crate) fn shared_tag(&mut self, resource: &str, is: &Tags) {
        let cluster = self.target.name().to_owned();
        let marked = is.contains_key(&format!("{MARK}{cluster}"));
        if is.contains_key(&self.cluster_tag()) && !marked {
            return;
        }
        let tag = SharedTag {
            resource: resource.to_owned(),
            cluster,
        };
        self.graph.add(&format!("cluster-tag/{resource}"), tag);
    }
}
