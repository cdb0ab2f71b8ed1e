//! What vSphere alone can show.

mod access;
mod documents;
mod evidence;
mod folders;
mod many;
mod names;
mod sessions;
mod tags;

use conformance::{Lab, Variant, done, merged};
use groundwork_engine::{Request, Trouble};
use groundwork_model::Finding;
use groundwork_provider::Plan;
use mock_vsphere::{Kind, Vsphere};
use serde_json::{Value, json};

/// A request with something else in the cluster's section.
fn with(lab: &Lab<'_>, section: Value) -> Request {
    let patch = json!({ "spec": { "cloud": { "vsphere": section } } });
    lab.request(&merged(lab.subject.cluster(Variant::DualStack), &patch))
}

/// A request in a datacenter with something else in its section.
fn within(lab: &Lab<'_>, section: Value, datacenter: Value) -> Request {
    let patch = json!({ "spec": { "cloud": { "vsphere": section } } });
    let document = merged(lab.subject.cluster(Variant::DualStack), &patch);
    let spec = json!({ "spec": { "vsphere": datacenter } });
    let patch = json!({ "spec": { "datacenters": { "basement": spec } } });
    lab.request_in(&document, &merged(lab.subject.seed(), &patch))
}

async fn planned(lab: &Lab<'_>, request: &Request) -> Plan {
    let planned = lab.process().plan(request).await;
    planned.unwrap_or_else(|why| panic!("{why:#?}")).plan
}

/// The errors of a request that is refused.
async fn refused(lab: &Lab<'_>, request: &Request) -> Vec<Finding> {
    let Err(Trouble::Unfit(findings)) = lab.process().apply(request).await.map(drop) else {
        panic!("it was not refused");
    };
    assert_eq!(lab.mock.mutating_calls(), []);
    findings.into_iter().filter(Finding::is_error).collect()
}

/// The messages of one code.
fn told(findings: &[Finding], code: &str) -> Vec<String> {
    let of = findings.iter().filter(|finding| finding.code == code);
    of.map(|finding| finding.message.clone()).collect()
}

async fn applied(lab: &Lab<'_>, request: &Request) -> Plan {
    done(lab.process().apply(request).await, "apply")
        .planned
        .plan
}

async fn destroyed(lab: &Lab<'_>, request: &Request) {
    lab.quiet().await;
    done(lab.process().destroy(request).await, "destroy");
    lab.quiet().await;
}

/// What is at a path; its id.
fn at(cloud: &Vsphere, path: &str) -> String {
    cloud.find(path).expect("it is there from the beginning")
}

/// Gives a machine on a network these addresses, as its tools would report them.
fn reports(lab: &Lab<'_>, addresses: Value) {
    lab.mock.with(|cloud: &mut Vsphere| {
        let (network, room) = (at(cloud, "/dc-1/network/nodes"), at(cloud, "/dc-1/vm"));
        let net = json!([{ "network": "nodes", "ipAddress": addresses }]);
        let machine = json!({ "name": "m", "network": [network], "guest": { "net": net } });
        cloud.make(Kind::Machine, &room, machine);
    });
}
