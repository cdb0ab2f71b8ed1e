//! What a cluster needs besides the network. Pure.

use groundwork_model::Finding;

use crate::{
    codes,
    compile::Draft,
    spec::{Spec, field, given},
};

/// The fields that name what is not made here, with what each is for.
const ROLES: [(&str, &str); 2] = [
    (
        "roleARN",
        "the control plane needs a role with the cloud controller's policy",
    ),
    ("instanceProfileName", "machines need an instance profile"),
];

fn unnamed(spec: &Spec) -> Vec<(&'static str, &'static str)> {
    let named = [&spec.role_arn, &spec.instance_profile_name];
    let roles = ROLES.into_iter().zip(named);
    roles
        .filter(|(_, named)| given(named).is_none())
        .map(|(role, _)| role)
        .collect()
}

/// Somebody who says that roles are his own has to say which: nobody else would find them.
pub(crate) fn roles(spec: &Spec) -> Vec<Finding> {
    if spec.disable_iam_reconciling != Some(true) {
        return Vec::new();
    }
    let missing = |(name, why): (&str, &str)| {
        let message = format!("disableIAMReconciling is set, and {name} is missing: {why}");
        let finding = Finding::error(codes::IAM, message).at(field(name));
        finding.remedy(format!(
            "name it in {name}, or remove disableIAMReconciling"
        ))
    };
    unnamed(spec).into_iter().map(missing).collect()
}

impl Draft<'_> {
    /// Said of every cluster, whatever its network.
    pub(crate) fn limitations(&mut self) {
        let spec = &self.target.spec;
        let named = unnamed(spec).into_iter().map(|(name, why)| {
            let message = format!("roles and instance profiles are not made: {why}");
            let finding = Finding::note(codes::IAM, message).at(field(name));
            finding.remedy(format!(
                "make it once for the account, and name it in {name}"
            ))
        });
        self.findings.extend(named);
    }
}
