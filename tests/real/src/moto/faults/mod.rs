//! What moto does otherwise than EC2, and how it is put right. Each type here is one fault.
//!
//! Only what a network's life comes across is listed. Left as they are: moto looks at no signature,
//! never throttles, shows at once what was made, knows no quota of VPCs, and calls no route a
//! blackhole; our own mock does all of that.

mod gateways;
mod groups;
mod network_acls;
mod requests;
mod routes;
mod states;
mod subnets;

use anyhow::Result;
use async_trait::async_trait;

use super::ask::{Answer, Ask};
use super::client::Client;

pub(crate) use network_acls::retain;

/// Something that moto does otherwise than EC2.
#[async_trait]
pub trait Fault: Send + Sync {
    /// Its name, as in the list.
    fn name(&self) -> &'static str {
        let name = std::any::type_name::<Self>();
        name.rsplit("::").next().unwrap_or(name)
    }

    /// Whether it is there: asked in an account that nobody needs any more.
    async fn is_there(&self, cloud: &Client) -> Result<bool>;

    /// What is answered in moto's place.
    async fn instead(&self, _moto: &Client, _ask: &Ask) -> Result<Option<Answer>> {
        Ok(None)
    }

    /// What is put right in moto's answer, or done besides.
    async fn correct(&self, _moto: &Client, _ask: &Ask, _answer: &mut Answer) -> Result<()> {
        Ok(())
    }
}

/// All of them, in the order in which they are put right.
pub fn all() -> Vec<Box<dyn Fault>> {
    vec![
        Box::new(requests::BreaksDown),
        Box::new(requests::QuotasAreNotListed),
        Box::new(requests::DryRunIsDone),
        Box::new(subnets::RangeStateIsADict),
        Box::new(subnets::RangeIsUnchecked),
        Box::new(subnets::Dns64IsForgotten::default()),
        Box::new(subnets::InterfacesGoWithTheirSubnet),
        Box::new(groups::OnlyTheLastPermissionIsTold),
        Box::new(routes::AssociationStaysWithoutItsSubnet),
        Box::new(routes::Ipv6RouteIsOverwritten),
        Box::new(routes::EgressOnlyFilterIsUnknown),
        Box::new(gateways::NatInterfaceIsAnyones),
        Box::new(gateways::NatInterfaceStays),
        Box::new(gateways::AddressIsReleasedInUse),
        Box::new(gateways::VpcGoesBeforeItsGateways),
        Box::new(network_acls::Ipv6IsShutOut),
        Box::new(network_acls::StaysWithoutItsVpc),
        Box::new(states::EverythingIsThereAtOnce::default()),
        // Last: they are about the answer as it goes out.
        Box::new(requests::AllIsOnePage::default()),
        Box::new(requests::TokenIsIgnored::default()),
    ]
}
