//! Encryption controls of VPCs and of the account.

use aws_sdk_ec2::types::{
    AccountVpcEncryptionControl, VpcEncryptionControl, VpcEncryptionControlExclusion,
    VpcEncryptionControlExclusionState,
};
use groundwork_provider::Result;

use super::{Api, text};
use crate::{
    watched::encryption::{Attempted, Enforced, Gateway},
    wire,
};

impl Api {
    /// What the account attempts to enforce in its VPCs; nothing where it does not.
    pub(crate) async fn account_encryption(&self) -> Result<Option<Attempted>> {
        let sent = self.ec2.describe_account_vpc_encryption_control().send();
        let reply = sent
            .await
            .map_err(|error| wire::error("DescribeAccountVpcEncryptionControl", error))?;
        let control = reply.account_vpc_encryption_control();
        Ok(control.and_then(attempted))
    }
}

fn attempted(control: &AccountVpcEncryptionControl) -> Option<Attempted> {
    let enforces = control
        .mode()
        .is_some_and(|mode| mode.as_str() == "attempt-enforce");
    if !enforces {
        return None;
    }
    let exclusions = control.exclusions().map(|all| {
        [
            excluded(Gateway::Internet, all.internet_gateway()),
            excluded(Gateway::EgressOnly, all.egress_only_internet_gateway()),
            excluded(Gateway::Nat, all.nat_gateway()),
        ]
    });
    Some(Attempted {
        by_policy: control
            .managed_by()
            .is_some_and(|by| by.as_str() == "declarative-policy"),
        excluded: exclusions.into_iter().flatten().flatten().collect(),
    })
}

/// Monitoring stands in nobody's way, and neither does what failed or goes.
pub(super) fn enforced(control: &VpcEncryptionControl) -> Option<Enforced> {
    let state = control.state().map_or("available", |state| state.as_str());
    let stands = ["available", "creating", "enforce-in-progress"].contains(&state);
    let enforces = control
        .mode()
        .is_some_and(|mode| mode.as_str() == "enforce");
    if !stands || !enforces {
        return None;
    }
    let of = |gateway, exclusion: Option<&VpcEncryptionControlExclusion>| {
        excluded(gateway, exclusion.and_then(|exclusion| exclusion.state()))
    };
    let exclusions = control.resource_exclusions().map(|all| {
        [
            of(Gateway::Internet, all.internet_gateway()),
            of(Gateway::EgressOnly, all.egress_only_internet_gateway()),
            of(Gateway::Nat, all.nat_gateway()),
        ]
    });
    Some(Enforced {
        control: text(control.vpc_encryption_control_id()),
        excluded: exclusions.into_iter().flatten().flatten().collect(),
    })
}

/// An exclusion counts once it is in force.
fn excluded(
    gateway: Gateway,
    state: Option<&VpcEncryptionControlExclusionState>,
) -> Option<Gateway> {
    let is_excluded = state.is_some_and(|state| state.as_str() == "enabled");
    is_excluded.then_some(gateway)
}
