//! Faults of states that pass.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use async_trait::async_trait;

use super::super::ask::{Answer, Ask};
use super::super::client::Client;
use super::super::xml::Element;
use super::Fault;

/// moto's objects are there, and gone, at once. In EC2 an IPv6 range is `associating` first, a
/// subnet `pending`, a NAT gateway `pending` and later `deleting`.
#[derive(Default)]
pub(super) struct EverythingIsThereAtOnce {
    /// By id: the state, and in how many more answers it is shown.
    passing: Mutex<BTreeMap<String, (&'static str, u32)>>,
}

/// How often it is seen, the answer to the request itself included. In EC2 it is seconds for most,
/// and a minute or two for NAT gateways; here it does not depend on how fast anybody is.
const LOOKS: u32 = 3;

const RANGES: &str = "ipv6CidrBlockAssociationSet";

#[async_trait]
impl Fault for EverythingIsThereAtOnce {
    async fn is_there(&self, cloud: &Client) -> Result<bool> {
        let vpc = cloud.make("CreateVpc", &[("CidrBlock", "10.0.0.0/16")], "vpc/vpcId");
        let vpc = vpc.await?;
        let range = [
            ("VpcId", vpc.as_str()),
            ("AmazonProvidedIpv6CidrBlock", "true"),
        ];
        cloud.call("AssociateVpcCidrBlock", &range).await?;
        let vpcs = cloud.list("DescribeVpcs", Some(("vpc-id", &vpc))).await?;
        let mut ranges = vpcs.iter().flat_map(|vpc| vpc.items(RANGES));
        Ok(ranges.any(|range| range.at("ipv6CidrBlockState/state") == "associated"))
    }

    async fn correct(&self, _: &Client, ask: &Ask, answer: &mut Answer) -> Result<()> {
        if !answer.is_ok() {
            return Ok(());
        }
        let body = &answer.body;
        match ask.action() {
            "AssociateSubnetCidrBlock" | "AssociateVpcCidrBlock" => {
                self.begin(
                    body.at("ipv6CidrBlockAssociation/associationId"),
                    "associating",
                );
            }
            "CreateSubnet" => {
                self.begin(body.at("subnet/subnetId"), "pending");
                for range in body.items(&format!("subnet/{RANGES}")) {
                    self.begin(range.at("associationId"), "associating");
                }
            }
            "CreateNatGateway" => self.begin(body.at("natGateway/natGatewayId"), "pending"),
            "DeleteNatGateway" => self.begin(body.at("natGatewayId"), "deleting"),
            _ => {}
        }
        self.show(&mut answer.body);
        Ok(())
    }
}

impl EverythingIsThereAtOnce {
    fn begin(&self, id: &str, state: &'static str) {
        let mut passing = self.passing.lock().unwrap_or_else(PoisonError::into_inner);
        passing.insert(id.to_owned(), (state, LOOKS));
    }

    /// The state that is seen of it this time.
    fn look(&self, id: &str) -> Option<&'static str> {
        let mut passing = self.passing.lock().unwrap_or_else(PoisonError::into_inner);
        let (state, left) = passing.get_mut(id)?;
        *left = left.checked_sub(1)?;
        Some(*state)
    }

    /// In whichever answer: an element that has an id with a state that has not passed.
    fn show(&self, element: &mut Element) {
        // A NAT gateway names its subnet as well.
        const PLACES: [(&str, &str); 3] = [
            ("associationId", "ipv6CidrBlockState/state"),
            ("natGatewayId", "state"),
            ("subnetId", "state"),
        ];
        let place = PLACES.iter().find(|(id, _)| element.find(id).is_some());
        if let Some((id, state)) = place
            && element.find(state).is_some()
            && let Some(word) = self.look(element.at(id))
            && let Some(shown) = element.find_mut(state)
        {
            word.clone_into(&mut shown.text);
        }
        element
            .children
            .iter_mut()
            .for_each(|child| self.show(child));
    }
}
