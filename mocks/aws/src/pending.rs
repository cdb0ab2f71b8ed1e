//! What time does by itself.

use std::time::Duration;

use mock_cloud::{Body, Schedule, Store};
use serde_json::{Value, json};

use crate::ec2::{BINDING, Kind};

/// Something that will happen to an object.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    pub(crate) step: Step,
}

/// What happens.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// The association of an IPv6 or IPv4 block is in this state from then on.
    Block {
        association: String,
        state: &'static str,
    },
    /// The association leaves the list.
    BlockGone { association: String },
    /// The addresses that a NAT gateway had are free.
    AddressesFree,
    /// The object is gone, but is still shown like this until the second time.
    Departed { shown: Body, until: Duration },
    /// These attributes have other values.
    Set(Body),
}

/// What is gone and still shown: a NAT gateway is, for an hour.
#[derive(Clone, Debug)]
pub(crate) struct Departed {
    pub(crate) until: Duration,
    pub(crate) kind: Kind,
    pub(crate) id: String,
    pub(crate) body: Body,
}

/// Everything that is going to happen, and what has just gone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Time {
    steps: Schedule<Pending>,
    pub(crate) departed: Vec<Departed>,
}

impl Time {
    pub(crate) fn add(&mut self, due: Duration, kind: Kind, id: &str, step: Step) {
        let id = id.to_owned();
        self.steps.plan(due, Pending { kind, id, step });
    }

    /// What is planned: to be put back with [`Time::roll_back`].
    pub(crate) fn mark(&self) -> u64 {
        self.steps.mark()
    }

    pub(crate) fn roll_back(&mut self, mark: u64) {
        self.steps.roll_back(mark);
    }

    /// Lets everything happen that is due by `now`, in order.
    pub(crate) fn advance(&mut self, store: &mut Store, now: Duration) {
        while let Some((_, pending)) = self.steps.pop_due(now) {
            self.happen(store, pending);
        }
        self.departed.retain(|gone| gone.until > now);
    }

    /// Lets one step happen now.
    pub(crate) fn at_once(&mut self, store: &mut Store, kind: Kind, id: &str, step: Step) {
        let id = id.to_owned();
        self.happen(store, Pending { kind, id, step });
    }

    fn happen(&mut self, store: &mut Store, pending: Pending) {
        let Pending { kind, id, step } = pending;
        match step {
            Step::Set(values) => {
                store.update(kind.resource_type(), &id, |body| body.extend(values));
            }
            Step::Block { association, state } => {
                store.update(kind.resource_type(), &id, |body| {
                    each_block(body, |block, name| {
                        if block["AssociationId"] == association.as_str() {
                            block[name] = json!({ "State": state });
                        }
                        true
                    });
                });
            }
            Step::BlockGone { association } => {
                store.update(kind.resource_type(), &id, |body| {
                    each_block(body, |block, _| {
                        block["AssociationId"] != association.as_str()
                    });
                });
            }
            Step::AddressesFree => release_addresses(store, &id),
            Step::Departed { shown, until } => {
                remove_interfaces(store, &id);
                if let Some(object) = store.remove(kind.resource_type(), &id) {
                    let mut body = object.body.clone();
                    body.extend(shown);
                    self.departed.push(Departed {
                        until,
                        kind,
                        id,
                        body,
                    });
                }
            }
        }
    }
}

/// The interface of a NAT gateway goes with it.
fn remove_interfaces(store: &mut Store, nat: &str) {
    let interfaces = store.list("network-interface");
    let own: Vec<String> = interfaces
        .filter(|interface| interface.text("_Nat") == nat)
        .map(|interface| interface.id.clone())
        .collect();
    for interface in own {
        store.remove("network-interface", &interface);
    }
}

/// The public addresses of a NAT gateway are free again.
fn release_addresses(store: &mut Store, nat: &str) {
    let addresses = store.list("elastic-ip");
    let bound: Vec<String> = addresses
        .filter(|address| address.text("_Nat") == nat)
        .map(|address| address.id.clone())
        .collect();
    for address in bound {
        store.update("elastic-ip", &address, |body| {
            body.retain(|name, _| name != "_Nat" && !BINDING.contains(&name.as_str()));
        });
    }
}

/// Visits the blocks of both families with the name of their state; keeps those it says yes to.
fn each_block(body: &mut Body, mut visit: impl FnMut(&mut Value, &str) -> bool) {
    for (list, state) in [
        ("CidrBlockAssociationSet", "CidrBlockState"),
        ("Ipv6CidrBlockAssociationSet", "Ipv6CidrBlockState"),
    ] {
        if let Some(blocks) = body.get_mut(list).and_then(Value::as_array_mut) {
            blocks.retain_mut(|block| visit(block, state));
        }
    }
}
