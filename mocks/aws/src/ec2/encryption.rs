//! VPC encryption controls: what a VPC and its account show of them, and what may not be in a VPC
//! that enforces encryption: <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-encryption-controls.html>.

use std::collections::BTreeSet;

use mock_cloud::Body;
use serde_json::{Map, Value, json};

use super::{Ec2, Kind, Params};
use crate::refused::{Answer, Refused};

/// What carries packets that nobody encrypts, by the names of `ResourceExclusions`.
const EXCLUSIONS: [&str; 3] = ["InternetGateway", "EgressOnlyInternetGateway", "NatGateway"];

impl Ec2<'_> {
    /// The control of a VPC, as DescribeVpcs has it.
    pub(super) fn show_encryption(&self, shown: &mut Body) {
        let Some(encryption) = &self.config.encryption else {
            return;
        };
        let id = shown.get("VpcId").cloned().unwrap_or_default();
        let number = id.as_str().unwrap_or_default().trim_start_matches("vpc-");
        let exclusions = exclusions(&encryption.excluded);
        let exclusions = exclusions.map(|(name, state)| (name, json!({ "State": state })));
        let exclusions: Map<String, Value> = exclusions.collect();
        let control = json!({
            "VpcId": id,
            "VpcEncryptionControlId": format!("vpcec-{number}"),
            "Mode": encryption.mode,
            "State": "available",
            "ResourceExclusions": exclusions,
        });
        shown.insert("EncryptionControl".to_owned(), control);
    }

    /// Of the account, an exclusion is its state alone.
    pub(super) fn describe_account_encryption(&mut self, _: Params<'_>) -> Answer<Value> {
        let unmanaged = json!({
            "State": "default-state", "Mode": "unmanaged", "ManagedBy": "account",
        });
        let managed = self.config.account_encryption.as_ref().map(|of| {
            let exclusions = exclusions(&of.excluded);
            let exclusions = exclusions.map(|(name, state)| (name, json!(state)));
            json!({
                "State": "transitions-successful",
                "Mode": of.mode,
                "ManagedBy": of.managed_by,
                "Exclusions": exclusions.collect::<Map<_, _>>(),
            })
        });
        Ok(json!({ "AccountVpcEncryptionControl": managed.unwrap_or(unmanaged) }))
    }

    /// Refuses what a VPC that enforces encryption does not exclude. The documentation says that it
    /// is refused, and not with which code.
    pub(super) fn excluded_from_encryption(&self, vpc: &str, name: &str) -> Answer<()> {
        let vpc = self.find(Kind::Vpc, vpc)?;
        let shown = self.shown(Kind::Vpc, &vpc.body);
        let control = &shown["EncryptionControl"];
        let excluded = control["ResourceExclusions"][name]["State"] == "enabled";
        if control["Mode"] != "enforce" || excluded {
            return Ok(());
        }
        let message = format!(
            "VPC {} enforces encryption in transit, and has no exclusion for {name}",
            vpc.id
        );
        Err(Refused::new("OperationNotPermitted", message))
    }
}

fn exclusions(excluded: &BTreeSet<String>) -> impl Iterator<Item = (String, &'static str)> {
    EXCLUSIONS.iter().map(|name| {
        let is_excluded = excluded.contains(*name);
        let state = if is_excluded { "enabled" } else { "disabled" };
        ((*name).to_owned(), state)
    })
}
