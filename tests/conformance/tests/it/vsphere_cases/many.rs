//! Many clusters, and many machines.

use std::collections::BTreeMap;

use conformance::{Lab, Variant, merged, subjects::VsphereSubject};
use groundwork_engine::{Request, Swept};
use mock_vsphere::{Config, Kind, Tagging, Vsphere};
use serde_json::json;

use super::{at, planned, reports, told};

/// A thousand clusters of one vCenter, each with its folder and the tags of that number.
struct Fleet<'l, 's> {
    lab: &'l Lab<'s>,
    requests: Vec<Request>,
}

const CLUSTERS: usize = 1000;

impl<'l, 's> Fleet<'l, 's> {
    /// Each has the tags that `tags` says, which exist.
    fn of(lab: &'l Lab<'s>, tags: impl Fn(usize) -> Vec<String>) -> Self {
        let request = |number: usize| {
            let tags = json!({ "tags": { "tags": tags(number) } });
            let metadata = json!({ "name": format!("c{number}"), "uid": format!("uid-{number}") });
            let spec = json!({ "cloud": { "vsphere": tags } });
            let patch = json!({ "metadata": metadata, "spec": spec });
            lab.request(&merged(lab.subject.cluster(Variant::DualStack), &patch))
        };
        let requests = (0..CLUSTERS).map(request).collect();
        lab.mock.with(|cloud: &mut Vsphere| {
            let room = at(cloud, "/dc-1/vm");
            let mut known = BTreeMap::new();
            let theirs = at(cloud, "/dc-1/vm/a colleague's/printer");
            known.insert("prod".to_owned(), cloud.tags_of(&theirs).remove(0));
            for number in 0..CLUSTERS {
                let folder = json!({ "name": format!("c{number}") });
                let folder = cloud.make(Kind::Folder, &room, folder);
                let label = |address: &str| {
                    format!(
                        "groundwork/1 installation=groundwork cluster=uid-{number} \
                         address={address} incarnation=1"
                    )
                };
                cloud.set_field(&folder, "groundwork.label", &label("folder"));
                for name in tags(number) {
                    let tag = known.entry(name.clone()).or_insert_with(|| {
                        let label = label(&format!("tag/{name}"));
                        let category = VsphereSubject::category();
                        let tag = json!({
                            "name": name, "description": label, "category_id": category,
                        });
                        cloud.make_tagging(Tagging::Tag, tag)
                    });
                    cloud.attach(tag, &folder);
                }
            }
        });
        Self { lab, requests }
    }

    /// Sweeps all of them, which are as they should be; the calls that it took.
    async fn calls(&self) -> usize {
        let mut fit = 0;
        let mut swept = |swept: Swept| match swept.plan {
            Ok(plan) if plan.is_empty() => fit += 1,
            plan => panic!("{plan:#?}"),
        };
        let process = self.lab.process();
        process.engine.sweep(&self.requests, &mut swept).await;
        assert_eq!(fit, CLUSTERS);
        self.lab.mock.calls().len()
    }
}

/// A thousand clusters of one vCenter cost no more calls than one.
#[tokio::test(start_paused = true)]
async fn a_sweep_of_a_thousand_clusters_costs_one_look() {
    let subject = VsphereSubject::default();
    let lab = Lab::open(&subject);
    let calls = Fleet::of(&lab, |_| vec!["prod".to_owned()]).calls().await;
    assert!(calls <= 20, "{calls} calls: {:#?}", lab.mock.calls());
}

/// The same where each has a tag of its own: all tags are listed, and not asked about one by one.
#[tokio::test(start_paused = true)]
async fn a_sweep_of_clusters_with_tags_of_their_own_costs_a_listing_of_tags() {
    let subject = VsphereSubject {
        config: Config::default(),
    };
    let lab = Lab::open(&subject);
    let own = |number| vec!["prod".to_owned(), format!("c{number}")];
    let calls = Fleet::of(&lab, own).calls().await;
    assert!(calls <= 20, "{calls} calls");
}

/// A vCenter that cannot list tags is asked about each of them, once.
#[tokio::test(start_paused = true)]
async fn an_older_vcenter_is_asked_about_each_tag_once() {
    let mut subject = VsphereSubject::default();
    subject.config.version = "8.0.3".to_owned();
    let lab = Lab::open(&subject);
    let own = |number: usize| vec![format!("c{}", number % 50)];
    let calls = Fleet::of(&lab, own).calls().await;
    assert!(calls <= 50 + 20, "{calls} calls");
}

/// Five thousand machines are read in pages, each of which is let go of.
#[tokio::test(start_paused = true)]
async fn five_thousand_machines_are_read_in_pages() {
    let subject = VsphereSubject {
        config: Config::default(),
    };
    let lab = Lab::open(&subject);
    lab.mock.with(|cloud: &mut Vsphere| {
        let room = cloud.find("/dc-1/vm").unwrap();
        for number in 0..5000 {
            cloud.make(
                Kind::Machine,
                &room,
                json!({ "name": format!("m{number}") }),
            );
        }
    });
    reports(&lab, json!(["2001:db8::5"]));
    let plan = planned(&lab, &lab.wanted(Variant::DualStack)).await;
    assert_eq!(
        told(&plan.findings, "VSPHERE-IPV6-EVIDENCE").len(),
        1,
        "it is on the last page"
    );
    let calls = lab.mock.calls();
    let pages = calls
        .iter()
        .filter(|call| call.path == "RetrievePropertiesEx/VirtualMachine");
    assert_eq!(pages.count(), 11);
}
