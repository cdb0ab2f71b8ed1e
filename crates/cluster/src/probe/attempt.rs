//! What a client tries: a server, a service or somebody outside, over one family.

use std::net::IpAddr;

use groundwork_model::Family;

use super::{
    outside::Outside,
    run::Servers,
    script::{Outcome, PORT, Way, argument},
    services::Made,
};

/// One path that was tried.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    /// The number of the client's node.
    pub(super) from: usize,
    pub(super) to: To,
    pub(super) family: Family,
    /// None where the client did not say.
    pub(super) outcome: Option<Outcome>,
    way: Way,
    port: u16,
}

/// Where a path leads.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum To {
    /// The server on the node of this number.
    Server(usize),
    /// The service with this policy.
    Service(&'static str),
    /// A destination outside, as the user named it.
    Outside(String),
}

impl Attempt {
    fn new(from: usize, to: To, family: Family, way: Way, port: u16) -> Self {
        Self {
            from,
            to,
            family,
            outcome: None,
            way,
            port,
        }
    }

    /// As the client's script reads it.
    pub(super) fn argument((number, own): (usize, &Self)) -> String {
        argument(number, &own.way, own.port)
    }

    /// Whether everything arrived.
    pub(super) fn is_well(&self) -> bool {
        self.outcome == Some(Outcome::Whole)
    }
}

/// Everything that the client on a node tries.
pub(super) fn attempts(
    from: usize,
    servers: &Servers,
    services: &[Made],
    outside: &[Outside],
    families: &[Family],
) -> Vec<Attempt> {
    let served = |to: To, ip: &IpAddr| {
        Attempt::new(from, to, Family::of_address(ip), Way::Served(*ip), PORT)
    };
    let mut all = Vec::new();
    for (number, ips) in servers {
        all.extend(ips.iter().map(|ip| served(To::Server(*number), ip)));
    }
    // The first server alone is behind the services.
    if servers.contains_key(&0) {
        for Made { policy, ips } in services {
            all.extend(ips.iter().map(|ip| served(To::Service(policy), ip)));
        }
    }
    for outside in outside {
        all.extend(families.iter().filter_map(|family| {
            let way = outside.way(*family)?;
            let to = To::Outside(outside.to_string());
            Some(Attempt::new(from, to, *family, way, outside.port()))
        }));
    }
    all
}
