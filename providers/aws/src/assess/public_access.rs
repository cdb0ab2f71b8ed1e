//! Routes that VPC Block Public Access keeps from the internet. Pure.

use groundwork_model::{Family, Finding};

use crate::{
    assess::{Judge, calls, owner, routes::Path},
    codes,
};

/// Judges a default route that leads to a gateway which would work.
pub(crate) fn judge(judge: &mut Judge<'_>, path: &Path<'_>, by: &str, family: Family) {
    let blocked = path.subnet.blocked;
    let (why, mode) = match by.split('-').next() {
        Some("igw") => (blocked.by_internet_gateway(), "allow-bidirectional"),
        Some("eigw") => (blocked.by_one_way(), "allow-egress"),
        _ => return,
    };
    let Some(why) = why else { return };
    let message = format!(
        "{} reaches nothing over {family}: VPC Block Public Access is on for {by} ({why})",
        path.subnet.told()
    );
    let finding = Finding::error(codes::BLOCKED, message);
    let call = calls::exclude_subnet(&path.subnet.common.id, mode);
    path.say(judge, finding, owner(&call));
}
