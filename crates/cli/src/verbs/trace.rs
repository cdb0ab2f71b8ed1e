//! `trace`: the way of a packet.

use std::net::IpAddr;

use groundwork_engine::{
    Patience,
    trace::{End, Question, Trace, Verdict, trace},
};
use groundwork_model::{Addressing, Family};
use groundwork_provider::{
    Topology,
    rule::{Ports, Traffic},
};

use super::session::open_given;
use crate::{
    Exit,
    args::{Protocol, TraceFamily, TraceOptions},
    context::Context,
    documents,
    lines::Body,
    render,
    stop::Stop,
};

/// Looks, plans, and follows the packet through what exists and what is planned.
pub(super) async fn run(context: &mut Context<'_>, options: &TraceOptions) -> Result<Exit, Stop> {
    let given = documents::read(context).await?;
    let opened = open_given(context, &given).await?.only_looking();
    let addressing = Addressing::readable(given.cluster(context)?);
    let planned = opened.plan(context, Patience::Now).await?;
    let topology = &planned.topology;
    let ends = [&options.from, &options.to];
    let [from, to] = ends.map(|text| end(topology, &addressing.pods, text));
    if is_outside(&from) && is_outside(&to) {
        let message =
            "one of --from and --to has to be in the cluster: node, a node's name, or pod";
        return Err(Stop::Usage(message.to_owned()));
    }
    let mut traces = Vec::new();
    for family in families(options, addressing.family.families())? {
        let question = Question {
            from: from.clone(),
            to: to.clone(),
            family,
            traffic: traffic(options),
            pods: addressing.pods.clone(),
        };
        traces.extend(trace(topology, &question).map_err(Stop::Usage)?);
    }
    let text = render::trace::traces(&traces, traffic(options), context.around.page.width);
    let exit = exit(&traces);
    context.result(&text, || Body::Traces { traces })?;
    Ok(exit)
}

/// The worst of them: one that ends on its way, then one that is not known or only planned to arrive.
fn exit(traces: &[Trace]) -> Exit {
    let worst = traces.iter().map(|trace| trace.verdict).max();
    match worst {
        Some(Verdict::Arrives) => Exit::Well,
        Some(Verdict::Planned | Verdict::Unknown) => Exit::Differs,
        Some(Verdict::Stops) | None => Exit::Unfit,
    }
}

fn is_outside(end: &End) -> bool {
    match end {
        End::Internet | End::Address(_) => true,
        End::Node(_) | End::Pod => false,
    }
}

/// What a text means. An address of the cluster's is a node or a pod.
fn end(topology: &Topology, pods: &[ipnet::IpNet], text: &str) -> End {
    let Ok(address) = text.parse::<IpAddr>() else {
        return match text {
            "node" => End::Node(None),
            "pod" => End::Pod,
            "internet" => End::Internet,
            name => End::Node(Some(name.to_owned())),
        };
    };
    let mut machines = topology.machines.iter();
    if let Some(machine) = machines.find(|one| one.addresses.contains(&address)) {
        return End::Node(Some(machine.name.clone()));
    }
    if pods.iter().any(|net| net.contains(&address)) {
        return End::Pod;
    }
    let mut subnets = topology.subnets.iter();
    let subnet = subnets.find(|one| one.cidrs.iter().any(|net| net.contains(&address)));
    match subnet {
        Some(subnet) => End::Node(Some(subnet.part.key.clone())),
        None => End::Address(address),
    }
}

fn families(options: &TraceOptions, own: &[Family]) -> Result<Vec<Family>, Stop> {
    let asked = options.family.map(|family| match family {
        TraceFamily::V4 => Family::V4,
        TraceFamily::V6 => Family::V6,
    });
    let texts = [&options.from, &options.to].into_iter();
    let addresses = texts.filter_map(|text| text.parse::<IpAddr>().ok());
    let of: Vec<Family> = addresses.map(|one| Family::of_address(&one)).collect();
    match (asked, of.as_slice()) {
        (Some(asked), of) if of.iter().any(|family| *family != asked) => {
            let message = format!("--family says {asked}, and an address is of the other family");
            Err(Stop::Usage(message))
        }
        (None, [one, other]) if one != other => {
            let message = "--from and --to are of two families: no packet goes there".to_owned();
            Err(Stop::Usage(message))
        }
        (Some(asked), _) => Ok(vec![asked]),
        (None, [one, ..]) => Ok(vec![*one]),
        (None, []) => Ok(own.to_vec()),
    }
}

fn traffic(options: &TraceOptions) -> Traffic {
    let ports = Ports::one(options.port);
    match options.protocol {
        Protocol::Tcp => Traffic::Tcp(ports),
        Protocol::Udp => Traffic::Udp(ports),
        Protocol::Icmp => Traffic::Icmp(None),
    }
}
