//! Whether the pool that a document names can give the range that it asks for: EC2 would say it
//! only after half of the network is made. Pure.

use groundwork_model::Finding;
use ipnet::IpNet;

use crate::{
    codes,
    compile::Draft,
    spec::{Ipv6Source, field},
    survey::Source,
    watched::pool::PoolState,
};

impl Draft<'_> {
    /// Judges the pool of a range that is to be asked for.
    pub(crate) fn pool(&mut self) {
        let found = match &self.survey.source {
            Source::Unasked => return,
            Source::Missing(id) => Err(format!("there is no pool {id} in this account and region")),
            Source::Found(pool) => self.gives(pool),
        };
        if let Err(message) = found {
            let finding = Finding::error(codes::IPV6_SOURCE, message).at(field("ipv6Source"));
            let remedy = "name a pool that has such a range, or another range or length";
            self.findings.push(finding.remedy(remedy));
        }
    }

    fn gives(&self, pool: &PoolState) -> Result<(), String> {
        let (id, region) = (&pool.id, &self.survey.region);
        if let Some(state) = &pool.unready {
            return Err(format!("pool {id} gives nothing yet: its state is {state}"));
        }
        if let Some(locale) = pool.locale.as_ref().filter(|locale| *locale != region) {
            let of = match locale.as_str() {
                "" | "None" => "no region".to_owned(),
                other => other.to_owned(),
            };
            return Err(format!("pool {id} is for {of}, and the VPC is in {region}"));
        }
        let source = self.target.spec.ipv6_source.as_ref();
        match source.and_then(Ipv6Source::pinned) {
            Some((net, _)) => pinned(pool, net),
            None => match source {
                Some(Ipv6Source::Ipam {
                    netmask_length: Some(length),
                    ..
                }) => of_length(pool, *length),
                Some(Ipv6Source::Ipam { .. } | Ipv6Source::Byoip { .. } | Ipv6Source::Amazon)
                | None => Ok(()),
            },
        }
    }
}

fn pinned(pool: &PoolState, net: IpNet) -> Result<(), String> {
    match pool.cidrs.iter().any(|cidr| cidr.contains(&net)) {
        true => allowed(pool, net.prefix_len()),
        false => Err(format!(
            "{net} is not in pool {}, which has {}",
            pool.id,
            has(pool)
        )),
    }
}

fn of_length(pool: &PoolState, length: u8) -> Result<(), String> {
    match pool.cidrs.iter().any(|cidr| cidr.prefix_len() <= length) {
        true => allowed(pool, length),
        false => Err(format!(
            "pool {} has nothing as large as a /{length}: it has {}",
            pool.id,
            has(pool)
        )),
    }
}

fn allowed(pool: &PoolState, length: u8) -> Result<(), String> {
    match pool.lengths {
        Some((first, last)) if !(first..=last).contains(&length) => Err(format!(
            "pool {} gives ranges of /{first} to /{last}, and not a /{length}",
            pool.id
        )),
        Some(_) | None => Ok(()),
    }
}

fn has(pool: &PoolState) -> String {
    let cidrs: Vec<String> = pool.cidrs.iter().map(IpNet::to_string).collect();
    match cidrs.as_slice() {
        [] => "nothing in it".to_owned(),
        cidrs => cidrs.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool() -> PoolState {
        PoolState {
            id: "ipam-pool-1".to_owned(),
            cidrs: vec!["2001:db8::/48".parse().unwrap()],
            lengths: Some((52, 60)),
            ..PoolState::default()
        }
    }

    #[test]
    fn a_range_has_to_be_in_the_pool_and_of_a_length_that_it_gives() {
        let of = |net: &str| pinned(&pool(), net.parse().unwrap());
        assert_eq!(of("2001:db8:0:100::/56"), Ok(()));
        let outside = of("2001:db8:1::/56").unwrap_err();
        assert!(
            outside.contains("not in pool ipam-pool-1, which has 2001:db8::/48"),
            "{outside}"
        );
        let large = of("2001:db8::/48").unwrap_err();
        assert!(large.contains("/52 to /60, and not a /48"), "{large}");
    }

    #[test]
    fn a_length_has_to_fit_into_the_pool() {
        assert_eq!(of_length(&pool(), 56), Ok(()));
        let large = of_length(&pool(), 44).unwrap_err();
        assert!(large.contains("nothing as large as a /44"), "{large}");
        let empty = PoolState {
            cidrs: Vec::new(),
            ..pool()
        };
        let nothing = of_length(&empty, 56).unwrap_err();
        assert!(nothing.contains("it has nothing in it"), "{nothing}");
    }
}
