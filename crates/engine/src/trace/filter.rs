//! What a filter does with a packet.

use groundwork_model::{Family, cidr};
use groundwork_provider::{
    rule::{Direction, Peer, Ports, Rule, Traffic},
    topology::{Entry, Filter},
};
use ipnet::IpNet;

/// What becomes of a packet, and why.
pub(super) enum Fate {
    Passes(String),
    Dropped(String),
    Unknown(String),
}

/// A packet at a filter.
pub(super) struct Packet<'a> {
    pub(super) direction: Direction,
    pub(super) family: Family,
    pub(super) traffic: &'a Traffic,
    /// The other end.
    pub(super) peer: IpNet,
    /// Whether the other end is a node as well.
    pub(super) among_nodes: bool,
}

/// Where answers come back to: the ports from which Linux speaks (`net.ipv4.ip_local_port_range`).
const ANSWERS: Ports = Ports {
    first: 32768,
    last: 60999,
};

/// The first entry that fits decides.
pub(super) fn fate(filter: &Filter, packet: &Packet<'_>) -> Fate {
    let decided = decided(filter, packet);
    if !filter.stateless || !matches!(decided, Fate::Passes(_)) {
        return decided;
    }
    let back = match packet.traffic {
        Traffic::Tcp(_) => Traffic::Tcp(ANSWERS),
        Traffic::Udp(_) => Traffic::Udp(ANSWERS),
        Traffic::All | Traffic::Icmp(_) | Traffic::Other(_) => packet.traffic.clone(),
    };
    let answers = Packet {
        direction: match packet.direction {
            Direction::Ingress => Direction::Egress,
            Direction::Egress => Direction::Ingress,
        },
        traffic: &back,
        ..*packet
    };
    match self::decided(filter, &answers) {
        Fate::Passes(_) => decided,
        Fate::Dropped(why) => Fate::Dropped(format!("does not let the answers back: {why}")),
        Fate::Unknown(why) => Fate::Unknown(format!("may not let the answers back: {why}")),
    }
}

fn decided(filter: &Filter, packet: &Packet<'_>) -> Fate {
    let Packet {
        direction,
        family,
        traffic,
        peer,
        among_nodes,
    } = packet;
    let wanted = Rule {
        direction: *direction,
        family: *family,
        traffic: (*traffic).clone(),
        peer: Peer::Range(*peer),
    };
    let mut part = None;
    for Entry { allows, rule, name } in &filter.entries {
        // About such packets, whoever the other end is.
        if !rule.with_peer(wanted.peer.clone()).covers(&wanted) {
            continue;
        }
        let fits = match &rule.peer {
            Peer::Range(net) => net.contains(peer),
            Peer::Members => *among_nodes,
            Peer::Other(_) => false,
        };
        let named = name.as_ref().map(|name| format!("{name}: "));
        let told = format!("{}{rule}", named.unwrap_or_default());
        match (fits, allows) {
            (true, true) => return Fate::Passes(format!("lets it through: {told}")),
            (true, false) => return Fate::Dropped(format!("drops it: {told}")),
            (false, true) => match &rule.peer {
                Peer::Range(net) if cidr::overlap(net, peer) => {
                    part.get_or_insert(format!("lets only a part through: {told}"));
                }
                Peer::Other(_) => {
                    part.get_or_insert(format!("lets it through for {told}"));
                }
                Peer::Range(_) | Peer::Members => {}
            },
            (false, false) => {}
        }
    }
    let lets = match direction {
        Direction::Ingress => filter.lets_in,
        Direction::Egress => filter.lets_out,
    };
    match (lets, part) {
        (true, _) => Fate::Passes("lets it through: no rule says otherwise".to_owned()),
        (false, Some(part)) => Fate::Unknown(part),
        (false, None) => {
            let word = match direction {
                Direction::Ingress => "from",
                Direction::Egress => "to",
            };
            let asked = format!("{} {word} {peer}", packet.told());
            Fate::Dropped(format!("drops it: no rule lets {asked} through"))
        }
    }
}

impl Packet<'_> {
    fn told(&self) -> String {
        match self.traffic {
            Traffic::Tcp(ports) => format!("tcp {ports}"),
            Traffic::Udp(ports) => format!("udp {ports}"),
            Traffic::Icmp(_) => "icmp".to_owned(),
            Traffic::All => "all".to_owned(),
            Traffic::Other(name) => format!("protocol {name}"),
        }
    }
}
