//! Subnets that we have made, judged by what their fields do not show. Pure.

use groundwork_model::Finding;

use crate::{
    assess::{Judge, calls},
    codes,
    object::subnet::{Subnet, SubnetState},
    spec::field,
};

/// Public ones lead to an internet gateway, private ones to an egress-only one, and by NAT gateways
/// through public ones.
pub(crate) fn judge(judge: &mut Judge<'_>) {
    let ours = judge
        .states
        .of::<Subnet>()
        .filter(|(_, known, _)| known.managed);
    for (address, _, state) in ours {
        let why = match address.as_str().starts_with("subnet/public/") {
            true => state.blocked.by_internet_gateway(),
            false => state.blocked.by_one_way(),
        };
        if let Some(why) = why {
            blocked(judge, &state, why);
        }
        private(judge, &state);
    }
}

fn blocked(judge: &mut Judge<'_>, state: &SubnetState, why: &str) {
    let told = state.told();
    let message = format!("{told} reaches nothing: VPC Block Public Access is on ({why})");
    let finding = Finding::error(codes::BLOCKED, message);
    let call = calls::exclude_vpc(&state.vpc, "allow-bidirectional");
    judge.say(finding, told, format!("have the VPC excluded: {call}"));
}

/// The pool that the document names is of the private scope.
fn private(judge: &mut Judge<'_>, state: &SubnetState) {
    let block = state.ipv6_block().filter(|block| block.is_private());
    let Some(range) = block.filter(|_| judge.dual).and_then(|block| block.cidr) else {
        return;
    };
    let told = state.told();
    let message =
        format!("{told} has the private range {range}, which no gateway carries to the internet");
    let finding = Finding::error(codes::ROUTE, message).at(field("ipv6Source"));
    let remedy = "name a source of public ranges, and recreate the network (--replace vpc)";
    judge.say(finding, told, remedy);
}
