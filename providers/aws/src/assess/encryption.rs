//! Gateways of a named VPC that its encryption controls keep shut. Pure.

use groundwork_model::{Family, Finding};

use crate::{
    assess::{Judge, calls, owner, routes::Path},
    codes,
    object::vpc::VpcState,
    watched::encryption::{Gateway, told},
};

/// Judges a default route that leads to a gateway which would work.
pub(crate) fn judge(judge: &mut Judge<'_>, path: &Path<'_>, by: &str, family: Family) {
    let Some(enforced) = &path.vpc.encryption else {
        return;
    };
    let lacks = enforced.lacks(Gateway::on_the_way(by).iter().copied());
    if lacks.is_empty() {
        return;
    }
    let message = format!(
        "{} has no way out over {family} by {by}: {} enforces encryption in transit, and {} are \
         not excluded",
        path.subnet.told(),
        path.vpc.told(),
        told(&lacks)
    );
    let finding = Finding::error(codes::ENCRYPTION, message);
    let call = calls::exclude_gateways(&enforced.control, &lacks);
    path.say(judge, finding, owner(&call));
}

/// The call without which a route through these gateways would be of no use, before the one that
/// makes the route.
pub(crate) fn first(vpc: &VpcState, gateways: &[Gateway]) -> Option<String> {
    let enforced = vpc.encryption.as_ref()?;
    let lacks = enforced.lacks(gateways.iter().copied());
    let call = calls::exclude_gateways(&enforced.control, &lacks);
    (!lacks.is_empty()).then_some(call)
}
