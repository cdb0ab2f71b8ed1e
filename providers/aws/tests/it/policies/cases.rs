//! What people do under a policy, each with what an administrator has made before.

use std::{collections::BTreeSet, sync::Arc};

use conformance::{InProcess, Lab, Subject, Variant, merged, subjects::AwsSubject};
use groundwork_aws::Policy;
use groundwork_engine::{Finish, MemoryJournal, Patience, Trouble};
use groundwork_provider::Plan;
use groundwork_transport::Connector;
use mock_aws::{Aws as AwsCloud, IpamPool, Ipv6Pool};
use mock_cloud::Mock;
use serde_json::{Value, json};

use crate::policies::hands;

/// One thing that somebody does.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// What is there before anybody comes.
    pub(crate) there: fn(&Mock),
    /// What an administrator applies first, one after the other.
    pub(crate) before: &'static [Document],
    /// What another hand does then.
    pub(crate) hand: fn(&Mock),
    /// What it is about.
    pub(crate) document: Document,
    pub(crate) verb: Verb,
    /// Policies that somebody has besides.
    also: &'static [Policy],
    /// What is allowed to be replaced.
    replace: &'static [&'static str],
}

/// The fields of the cluster's section, and whether it is of both families.
#[derive(Clone, Copy)]
pub(crate) struct Document(fn(&Mock) -> Value, Variant);

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verb {
    Apply,
    Destroy,
    /// A plan that nothing comes of, for somebody who does not ask whether it could.
    Look,
    /// The same, for somebody who does.
    Plan,
}

/// How it went.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) done: bool,
    /// The permissions that a plan says are missing, and what it advises.
    pub(crate) denied: Vec<String>,
    pub(crate) remedies: Vec<String>,
    /// What a plan says nobody knows.
    pub(crate) unasked: String,
    pub(crate) warned: String,
    /// The operations that were called, or asked about.
    pub(crate) called: BTreeSet<String>,
    /// How often the cloud was changed.
    pub(crate) changed: usize,
    pub(crate) failure: String,
}

fn nobody(_: &Mock) {}

const fn both(section: fn(&Mock) -> Value) -> Document {
    Document(section, Variant::DualStack)
}

const fn new(name: &'static str, section: fn(&Mock) -> Value) -> Case {
    Case {
        name,
        there: nobody,
        before: &[],
        hand: nobody,
        document: both(section),
        verb: Verb::Apply,
        also: &[],
        replace: &[],
    }
}

const PRIVATE: &[Document] = &[both(private)];

const fn after(name: &'static str, hand: fn(&Mock), document: Document) -> Case {
    Case {
        name,
        there: nobody,
        before: PRIVATE,
        hand,
        document,
        verb: Verb::Apply,
        also: &[],
        replace: &[],
    }
}

fn public(_: &Mock) -> Value {
    json!({ "zones": ["eu-central-1a"] })
}

fn private(_: &Mock) -> Value {
    json!({ "zones": ["eu-central-1a"], "privateSubnets": true, "dns64": true })
}

fn two_zones(_: &Mock) -> Value {
    json!({ "zones": ["eu-central-1a", "eu-central-1b"] })
}

fn ipam(_: &Mock) -> Value {
    let source = json!({ "ipam": { "pool": "ipam-pool-0a1b2c3d4e5f60718", "netmaskLength": 56 } });
    json!({ "zones": ["eu-central-1a"], "ipv6Source": source })
}

fn other_range(_: &Mock) -> Value {
    let source = json!({ "ipam": {
        "pool": "ipam-pool-0a1b2c3d4e5f60718", "cidr": "2001:db8:4400:f00::/56",
    } });
    json!({ "zones": ["eu-central-1a"], "ipv6Source": source })
}

fn without_nat(_: &Mock) -> Value {
    json!({ "zones": ["eu-central-1a"], "privateSubnets": true, "natGateways": "none" })
}

fn byoip(_: &Mock) -> Value {
    let source = json!({ "byoip": {
        "pool": "ipv6pool-ec2-0a1b2c3d4e5f60718", "cidr": "2001:db8:1234:1a00::/56",
    } });
    json!({ "zones": ["eu-central-1a"], "ipv6Source": source })
}

fn named(mock: &Mock) -> Value {
    json!({ "zones": null, "vpcID": hands::of(mock, "vpc", "Name=theirs") })
}

fn other_ssh(_: &Mock) -> Value {
    merged(
        json!({ "sshSources": ["192.0.2.0/24"] }),
        &private_section(),
    )
}

fn private_section() -> Value {
    json!({ "zones": ["eu-central-1a"], "privateSubnets": true, "dns64": true })
}

/// Where something goes, what hangs on it is looked at.
const ZONE_THAT_GOES: Case = Case {
    before: &[both(two_zones)],
    verb: Verb::Look,
    ..new("a zone that goes", public)
};

/// What is made and changed.
pub(crate) const PROVISION: &[Case] = &[
    ZONE_THAT_GOES,
    new("a public network", public),
    after("parts are gone", hands::take_parts, both(private)),
    after("connections are gone", hands::disconnect, both(private)),
    new("a private network with its NAT gateway", private),
    new("a range of a pool of IPAM", ipam),
    new("a range that was brought along", byoip),
    Case {
        there: hands::somebodys_network,
        ..new("a VPC that is named", named)
    },
    Case {
        before: &[Document(private, Variant::Ipv4)],
        ..new("IPv4 becomes dual-stack", private)
    },
    after("fields have drifted", hands::change_fields, both(private)),
    after("other rules", nobody, both(other_ssh)),
    Case {
        // EC2 lets all IPv6 out of a new group of a VPC that has some: here we do.
        before: &[Document(private, Variant::Ipv4), both(private)],
        document: Document(private, Variant::Ipv4),
        ..new("rules of one family", private)
    },
];

/// What is removed.
pub(crate) const DESTROY: &[Case] = &[
    Case {
        verb: Verb::Destroy,
        ..after("a private network", nobody, both(private))
    },
    Case {
        there: hands::somebodys_network,
        before: &[both(named)],
        verb: Verb::Destroy,
        ..new("tags and a group in a VPC that is named", named)
    },
    Case {
        // A route goes with its table: only where that stays, it goes by itself.
        also: &[Policy::Provision],
        ..after("no NAT gateway any more", nobody, both(without_nat))
    },
    Case {
        before: &[both(ipam)],
        also: &[Policy::Provision],
        replace: &["vpc/ipv6"],
        ..new("another IPv6 range", other_range)
    },
];

/// What is only looked at.
pub(crate) const LOOK: &[Case] = &[
    ZONE_THAT_GOES,
    Case {
        verb: Verb::Look,
        ..new("a network that is to be made", private)
    },
    Case {
        verb: Verb::Plan,
        ..new("the plan of a network that is to be made", private)
    },
    Case {
        verb: Verb::Look,
        ..after("a network that is there", nobody, both(private))
    },
    Case {
        verb: Verb::Look,
        ..after(
            "a network that has drifted",
            hands::change_fields,
            both(private),
        )
    },
    Case {
        there: hands::somebodys_network,
        verb: Verb::Look,
        ..new("a VPC that is named", named)
    },
    Case {
        verb: Verb::Look,
        ..new("a range of a pool of IPAM that is to be asked for", ipam)
    },
    Case {
        verb: Verb::Look,
        ..new("a brought range that is to be asked for", byoip)
    },
];

/// An edit that takes a zone away.
pub(crate) const FEWER_ZONES: Case = Case {
    before: &[both(two_zones)],
    ..new("fewer zones", public)
};

fn subject() -> AwsSubject {
    let mut subject = AwsSubject::default();
    subject.config.ipam_pools.push(IpamPool {
        id: "ipam-pool-0a1b2c3d4e5f60718".to_owned(),
        cidrs: vec!["2001:db8:4400::/40".to_owned()],
        default_netmask: None,
        locale: None,
    });
    // Those that were never raised are among the defaults alone.
    let unapplied = ["L-0263D0A3", "L-407747CB"].map(str::to_owned);
    subject.config.unapplied_quotas = unapplied.into_iter().collect();
    subject.config.ipv6_pools.push(Ipv6Pool {
        id: "ipv6pool-ec2-0a1b2c3d4e5f60718".to_owned(),
        cidrs: vec!["2001:db8:1234:1a00::/56".to_owned()],
    });
    subject
}

impl Document {
    fn of(self, subject: &AwsSubject, mock: &Mock) -> Value {
        let section = json!({ "spec": { "cloud": { "aws": (self.0)(mock) } } });
        merged(subject.cluster(self.1), &section)
    }
}

impl Case {
    /// Does it, with nothing but these policies.
    pub(crate) async fn run(&self, policies: &[Value]) -> Told {
        self.run_over(policies, |wire| Arc::new(wire)).await
    }

    /// Does it on this way to the cloud.
    pub(crate) async fn run_over(
        &self,
        policies: &[Value],
        way: fn(InProcess) -> Arc<dyn Connector>,
    ) -> Told {
        let subject = subject();
        let lab = Lab::open(&subject);
        let journal = Arc::new(MemoryJournal::default());
        let process = lab.process_with(journal, "one", way(lab.wire.clone()), 7);
        (self.there)(&lab.mock);
        lab.quiet().await;
        for before in self.before {
            let ran = process
                .apply(&lab.request(&before.of(&subject, &lab.mock)))
                .await;
            let ran = ran.unwrap_or_else(|why| panic!("{}: {why:#?}", self.name));
            assert_eq!(
                ran.applied.finish,
                Finish::Done,
                "{}: {:#?}",
                self.name,
                ran.applied
            );
            lab.quiet().await;
        }
        (self.hand)(&lab.mock);
        lab.quiet().await;
        lab.mock.with(|cloud: &mut AwsCloud| {
            let also = self.also.iter().map(|policy| policy.document());
            let all = policies.iter().cloned().chain(also);
            cloud.config.keys[0].policies = all.collect();
        });
        lab.mock.clear_calls();
        let mut told = Told::default();
        if let Err(trouble) = self.act(&lab, &process, &mut told).await {
            told.failure = format!("{trouble:?}");
        }
        told.changed = lab.mock.mutating_calls().len();
        let calls = lab.mock.calls().into_iter();
        told.called = calls
            .map(|call| call.path.trim_start_matches('/').to_owned())
            .collect();
        told
    }

    async fn act(
        &self,
        lab: &Lab<'_>,
        process: &conformance::Process,
        told: &mut Told,
    ) -> Result<(), Trouble> {
        let document = self.document.of(&subject(), &lab.mock);
        let mut request = lab.request(&document);
        let replace = self.replace.iter().map(|address| address.parse().unwrap());
        request.options.replace = replace.collect();
        let mut session = process.session(&request).await?;
        if self.verb == Verb::Look {
            session = session.only_looking();
        }
        let planned = match self.verb {
            Verb::Apply | Verb::Look | Verb::Plan => session.plan(Patience::Settle).await?,
            Verb::Destroy => session.teardown(Patience::Settle).await?,
        };
        told.listen(&planned.plan);
        if matches!(self.verb, Verb::Look | Verb::Plan) {
            told.done = self.verb == Verb::Plan || !planned.plan.is_blocked();
            return Ok(());
        }
        let cancel = tokio_util::sync::CancellationToken::new();
        let applied = session.run(&planned, &mut |_| {}, &cancel).await?;
        told.done = applied.finish == Finish::Done;
        told.failure = format!("{:?}", applied.failures);
        Ok(())
    }
}

impl Told {
    fn listen(&mut self, plan: &Plan) {
        for finding in &plan.findings {
            match &*finding.code {
                "AWS-PERMISSION" => {
                    self.denied.extend(finding.subject.clone());
                    self.remedies.extend(finding.remedy.clone());
                }
                "AWS-PERMISSION-UNASKED" => self.unasked += &finding.message,
                "AWS-ENCRYPTION-UNASKED" | "AWS-QUOTA-UNKNOWN" => self.warned += &finding.message,
                _ => {}
            }
        }
    }
}
