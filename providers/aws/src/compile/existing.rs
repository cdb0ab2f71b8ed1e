//! The graph of a network that exists: proven fit, and tagged for the cloud controller.

use groundwork_model::{Address, Finding};
use groundwork_provider::{Handle, Want};

use crate::{
    codes,
    compile::Draft,
    object::{
        Tags,
        route_table::RouteTableState,
        shared_tag::{self, MARK, SharedTag},
        subnet::{Subnet, SubnetState},
        vpc::{Vpc, VpcState},
        vpc_attributes::VpcAttributes,
    },
    spec::{field, given},
    survey::{Named, named_subnets},
};

impl Draft<'_> {
    /// A VPC of somebody else's, and its subnets.
    pub(crate) fn existing(&mut self, state: &VpcState) {
        let desired = Vpc {
            cidr: Want::Chosen(state.cidr.unwrap_or_default()),
            tags: Want::Chosen(Tags::new()),
        };
        let id = state.common.id.clone();
        let vpc = self.graph.add_named("vpc", &id, desired);
        let attributes = VpcAttributes {
            vpc: vpc.clone(),
            names: Want::Chosen(true),
        };
        self.graph.add("vpc/attributes", attributes);
        self.ignored_by_existing();
        let survey = self.survey;
        let within = survey.subnets.iter().filter_map(Named::state);
        // One of another VPC is judged, and nothing more.
        for subnet in within.filter(|subnet| subnet.vpc == id) {
            self.existing_subnet(&vpc, subnet);
        }
        self.security_group(&vpc);
        self.named_table(&id);
    }

    /// Subnets that the document names have to be there, whosever VPC they are in.
    pub(crate) fn missing_subnets(&mut self) {
        for (index, id) in named_subnets(&self.target.spec) {
            let is_missing = |named: &Named<SubnetState>| match named {
                Named::Missing(missing) => missing == id,
                Named::Unnamed | Named::NoDefault | Named::Ours(_) | Named::External(_) => false,
            };
            if self.survey.subnets.iter().any(is_missing) {
                self.missing(&format!("subnet {id}"), &format!("subnetIDs[{index}]"));
            }
        }
    }

    /// What else is named and not there. Of a graph the engine says it; where none can be made,
    /// nobody else would.
    pub(crate) fn missing_objects(&mut self) {
        if let Named::Missing(id) = &self.survey.vpc {
            self.missing(&format!("VPC {id}"), "vpcID");
        }
        if let Named::Missing(id) = &self.survey.security_group {
            self.missing(&format!("security group {id}"), "securityGroupID");
        }
    }

    fn missing(&mut self, what: &str, place: &str) {
        let message = format!("there is no {what} in this account and region");
        let finding = Finding::error(codes::MISSING, message).at(field(place));
        self.findings
            .push(finding.remedy("correct the id, or remove it"));
    }

    /// In a VPC of ours, subnets are ours as well.
    pub(crate) fn foreign_subnets(&mut self) {
        let foreign = self.survey.subnets.iter().filter_map(Named::external);
        let foreign: Vec<&str> = foreign.map(|subnet| subnet.common.id.as_str()).collect();
        for (index, id) in named_subnets(&self.target.spec) {
            if foreign.contains(&id) {
                let message =
                    format!("subnet {id} is not this cluster's, and its VPC is: all is made");
                let finding = Finding::error(codes::CONTRADICTION, message);
                let finding = finding.at(field(&format!("subnetIDs[{index}]")));
                self.findings
                    .push(finding.remedy("remove the id, or name another VPC"));
            }
        }
    }

    /// There is nothing to take the place of a default VPC that the account does not have.
    pub(crate) fn no_default_vpc(&mut self) {
        let message = "the default VPC is to be used, and the account has none in this region";
        let finding = Finding::error(codes::MISSING, message).at(field("useDefaultVpc"));
        let remedy = "have one made: aws ec2 create-default-vpc; or name a VPC in vpcID";
        self.findings.push(finding.remedy(remedy));
    }

    /// The route table that the cloud controller may write to.
    fn named_table(&mut self, vpc: &str) {
        let survey = self.survey;
        let Some(id) = given(&self.target.spec.route_table_id) else {
            return;
        };
        let place = field("routeTableID");
        let is_named = |table: &&RouteTableState| table.common.id == id;
        match survey.tables.iter().find(is_named) {
            Some(_)
                if survey
                    .vpc
                    .state()
                    .is_some_and(|vpc| survey.is_foreign(&vpc.owner_id)) =>
            {
                let message =
                    format!("route table {id} is another account's: it gets no tag from here");
                let finding = Finding::note(codes::SHARED_VPC, message).at(place);
                let remedy = "have the cloud controller write no routes, or that account tag it";
                self.findings.push(finding.remedy(remedy));
            }
            Some(found) => self.shared_tag(id, &found.common.tags),
            None => {
                let message = format!("there is no route table {id} in {vpc}");
                let finding = Finding::error(codes::MISSING, message).at(place);
                self.findings
                    .push(finding.remedy("correct routeTableID, or remove it"));
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
        if Address::new(format!("cluster-tag/{id}")).is_err() {
            let message = format!("EC2 lists a subnet with an id that is none: {id:?}");
            let remedy = "name the subnets to be used in subnetIDs";
            let finding = Finding::error(codes::MISSING, message).remedy(remedy);
            return self.findings.push(finding);
        }
        self.graph.add_named(&format!("subnet/{id}"), &id, desired);
        // Of a whole VPC, nodes are in those that are fit: one without room is not, and stays as it is.
        let named = named_subnets(&self.target.spec).next().is_some();
        let tags = &state.common.tags;
        if named || shared_tag::no_room(tags, self.target.name()).is_none() {
            self.shared_tag(&id, tags);
        }
    }

    /// The cloud controller's tag, unless somebody else put it there: then it is theirs.
    pub(crate) fn shared_tag(&mut self, resource: &str, is: &Tags) {
        let cluster = self.target.name().to_owned();
        let marked = is.contains_key(&format!("{MARK}{cluster}"));
        let tagged = is.contains_key(&self.cluster_tag());
        if tagged && !marked {
            return;
        }
        let tag = SharedTag {
            resource: resource.to_owned(),
            cluster,
            lost: marked && !tagged,
        };
        self.graph.add(&format!("cluster-tag/{resource}"), tag);
    }
}
