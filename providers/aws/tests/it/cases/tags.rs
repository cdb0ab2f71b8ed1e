//! The cluster tag on what is shared: written once, repaired, and taken away where we wrote it.

use std::collections::BTreeMap;

use groundwork_engine::{Finish, Trouble};
use groundwork_model::Severity;
use groundwork_provider::Action;
use serde_json::{Value, json};

use crate::cases::site::{Site, assert_says, field, subject};
use conformance::done;

const TAG: &str = "kubernetes.io/cluster/harbour";
const MARK: &str = "groundwork.io/cluster-tag/harbour";

fn tags(site: &Site<'_>, id: &str) -> BTreeMap<String, String> {
    let body = site.with(|cloud| cloud.body(id)).expect("it is there");
    let tags = body["Tags"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    tags.iter()
        .map(|tag| (text(&tag["Key"]), text(&tag["Value"])))
        .collect()
}

fn tag(site: &Site<'_>, id: &str, key: &str, value: &str) {
    site.with(|cloud| {
        let tags = json!([{ "Key": key, "Value": value }]);
        cloud.call("CreateTags", json!({ "Resources": [id], "Tags": tags }));
    });
}

fn document(site: &Site<'_>) -> Value {
    site.named(&json!({ "subnetIDs": [site.public[0]] }))
}

async fn destroyed(site: &Site<'_>, document: &Value) {
    done(
        site.lab.process().destroy(&site.request(document)).await,
        "destroy",
    );
    site.settle().await;
}

/// Only the tag that the cloud controller looks for, with our mark beside it, and both go again.
#[tokio::test(start_paused = true)]
async fn what_is_shared_gets_one_tag_and_a_mark() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let subnet = &site.public[0];
    tag(&site, subnet, "team", "network");
    let process = site.lab.process();
    site.applied(&process, &document(&site)).await;
    let now = tags(&site, subnet);
    assert_eq!(now.get(TAG).map(String::as_str), Some("shared"));
    let mark = now.get(MARK).expect("it is marked");
    assert!(
        mark.contains("cluster=5eaf00d"),
        "the mark is the label: {mark}"
    );
    assert_eq!(now.len(), 3, "{now:?}");
    assert_eq!(
        tags(&site, &site.vpc),
        BTreeMap::new(),
        "the VPC needs none"
    );
    destroyed(&site, &document(&site)).await;
    let expected = BTreeMap::from([("team".to_owned(), "network".to_owned())]);
    assert_eq!(tags(&site, subnet), expected);
}

/// Behaviour 37: a tag that somebody put there is found, is his, and stays.
#[tokio::test(start_paused = true)]
async fn a_tag_that_was_there_before_stays() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let subnet = &site.public[0];
    tag(&site, subnet, TAG, "owned");
    // With a blank in front it is another tag.
    tag(&site, &site.group, &format!(" {TAG}"), "shared");
    let said = site.said_of(&document(&site)).await;
    let plan = said.plan.expect("it is planned");
    assert!(
        plan.item(&format!("cluster-tag/{subnet}")).is_none(),
        "{plan:#?}"
    );
    let group = plan
        .item(&format!("cluster-tag/{}", site.group))
        .expect("it is tagged");
    assert_eq!(group.action, Action::Create);
    let process = site.lab.process();
    site.applied(&process, &document(&site)).await;
    destroyed(&site, &document(&site)).await;
    let expected = BTreeMap::from([(TAG.to_owned(), "owned".to_owned())]);
    assert_eq!(tags(&site, subnet), expected);
    assert_eq!(tags(&site, &site.group).len(), 1, "his other tag stays");
}

/// What somebody made of our tag is his.
#[tokio::test(start_paused = true)]
async fn a_tag_that_was_changed_since_stays() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let subnet = &site.public[0];
    site.applied(&site.lab.process(), &document(&site)).await;
    tag(&site, subnet, TAG, "owned");
    destroyed(&site, &document(&site)).await;
    let expected = BTreeMap::from([(TAG.to_owned(), "owned".to_owned())]);
    assert_eq!(tags(&site, subnet), expected);
}

/// Without the tag the cloud controller finds no subnet: that is drift, and is repaired.
#[tokio::test(start_paused = true)]
async fn a_tag_that_was_taken_away_is_written_again() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let subnet = &site.public[0];
    let process = site.lab.process();
    site.applied(&process, &document(&site)).await;
    site.with(|cloud| {
        let gone = json!({ "Resources": [subnet], "Tags": [{ "Key": TAG }] });
        cloud.call("DeleteTags", gone);
    });
    let plan = process.plan(&site.request(&document(&site))).await;
    let plan = plan.expect("it looks").plan;
    let item = plan
        .item(&format!("cluster-tag/{subnet}"))
        .expect("it is planned");
    assert_eq!(item.action, Action::Update);
    assert_eq!(item.changes[0].field, TAG);
    site.applied(&process, &document(&site)).await;
    assert_eq!(
        tags(&site, subnet).get(TAG).map(String::as_str),
        Some("shared")
    );
    let plan = process.plan(&site.request(&document(&site))).await;
    assert!(plan.expect("it looks").plan.is_empty());
}

/// A subnet that is named no more loses what we added, and nothing else.
#[tokio::test(start_paused = true)]
async fn a_subnet_that_is_named_no_more_loses_its_tag() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let process = site.lab.process();
    let both = site.named(&json!({ "subnetIDs": site.public }));
    site.applied(&process, &both).await;
    site.applied(&process, &document(&site)).await;
    assert_eq!(tags(&site, &site.public[1]), BTreeMap::new());
    assert_eq!(tags(&site, &site.public[0]).len(), 2);
}

/// Two clusters on one subnet, each with a tag of its own.
#[tokio::test(start_paused = true)]
async fn clusters_on_one_subnet_leave_each_others_tags_alone() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let subnet = &site.public[0];
    let other = json!({ "metadata": { "name": "quay", "uid": "9uay" } });
    let other = conformance::merged(document(&site), &other);
    site.applied(&site.lab.process(), &document(&site)).await;
    site.applied(&site.lab.process(), &other).await;
    assert_eq!(tags(&site, subnet).len(), 4);
    destroyed(&site, &document(&site)).await;
    let left = tags(&site, subnet);
    assert!(
        left.contains_key("kubernetes.io/cluster/quay") && left.len() == 2,
        "{left:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn fifty_tags_leave_no_room() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let subnet = &site.public[0];
    let tags = |count: usize| -> Value {
        let own = (0..count).map(|number| json!({ "Key": format!("t{number}"), "Value": "" }));
        // AWS's own do not count.
        let aws = json!({ "Key": "aws:cloudformation:stack-name", "Value": "network" });
        own.chain([aws]).collect()
    };
    site.edit(subnet, json!({ "Tags": tags(48) }));
    site.said_of(&document(&site)).await.assert_fit();
    site.edit(subnet, json!({ "Tags": tags(49) }));
    let said = site.said_of(&document(&site)).await;
    let finding = said.only_error("AWS-TAGS-FULL");
    assert_says(
        finding,
        "has 49 tags of 50, and needs two more",
        "unused tags",
    );
    assert_eq!(field(finding), "spec.cloud.aws.subnetIDs[0]");
    site.edit(&site.public_table, json!({ "Tags": tags(50) }));
    let table = json!({ "spec": { "cloud": { "aws": { "routeTableID": site.public_table } } } });
    let table = conformance::merged(document(&site), &table);
    let said = site.said_of(&table).await;
    assert_eq!(said.errors(), ["AWS-TAGS-FULL"; 2], "{said:#?}");
    let refused = site
        .lab
        .process()
        .apply(&site.request(&document(&site)))
        .await;
    assert!(
        matches!(refused, Err(Trouble::Unfit(_))),
        "nothing is begun"
    );
}

/// Of a whole VPC, a subnet without room is one that nodes are not in: it keeps nobody.
#[tokio::test(start_paused = true)]
async fn a_subnet_without_room_is_left_alone_where_none_is_named() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let full = (0..50).map(|number| json!({ "Key": format!("t{number}"), "Value": "" }));
    let full: Value = full.collect();
    site.edit(&site.public[0], json!({ "Tags": full }));
    let document = site.named(&json!({}));
    let said = site.said_of(&document).await;
    said.only_warning("AWS-TAGS-FULL");
    let process = site.lab.process();
    site.applied(&process, &document).await;
    assert_eq!(tags(&site, &site.public[0]).len(), 50);
    assert_eq!(tags(&site, &site.public[1]).len(), 2);
    let plan = process.plan(&site.request(&document)).await;
    let plan = plan.expect("it looks").plan;
    assert_eq!(plan.mutating().count(), 0, "{plan:#?}");
}

/// Behaviour 33: the reference system's peers go on without the tag; the cloud controller does not.
#[tokio::test(start_paused = true)]
async fn a_tag_that_may_not_be_written_is_told_by_its_call() {
    let mut subject = subject();
    let read = json!({
        "Version": "2012-10-17",
        "Statement": [
            { "Effect": "Allow", "Action": ["ec2:Describe*", "sts:*"], "Resource": "*" },
        ],
    });
    subject.config.keys[0].policies = vec![read];
    let site = Site::public(&subject).await;
    let ran = site
        .lab
        .process()
        .apply(&site.request(&document(&site)))
        .await;
    match ran {
        Ok(ran) => {
            assert_eq!(ran.applied.finish, Finish::Failed, "{:#?}", ran.applied);
            let failures = format!("{:?}", ran.applied.failures);
            assert!(failures.contains("CreateTags"), "{failures}");
        }
        // Where the checks ask beforehand, nothing is begun.
        Err(Trouble::Unfit(findings)) => {
            assert!(
                findings
                    .iter()
                    .any(|finding| finding.message.contains("CreateTags"))
            );
        }
        Err(trouble) => panic!("{trouble:#?}"),
    }
    assert_eq!(tags(&site, &site.public[0]), BTreeMap::new());
}

/// In a VPC of another account, subnets get tags of this account's own; route tables get none.
#[tokio::test(start_paused = true)]
async fn a_route_table_of_another_account_gets_no_tag() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let owner = json!({ "OwnerId": "210987654321" });
    for id in site.public.iter().chain([&site.vpc, &site.public_table]) {
        site.edit(id, owner.clone());
    }
    let table = json!({ "subnetIDs": site.public, "routeTableID": site.public_table });
    let said = site.said_of(&site.named(&table)).await;
    said.assert_fit();
    let notes: Vec<_> = said
        .findings
        .iter()
        .filter(|finding| finding.code == "AWS-SHARED-VPC")
        .collect();
    assert_eq!(notes.len(), 2, "{said:#?}");
    assert!(notes.iter().all(|note| note.severity == Severity::Note));
    let place = "spec.cloud.aws.routeTableID";
    let note = notes
        .iter()
        .find(|note| note.field.as_deref() == Some(place));
    assert_says(
        note.expect("it is said"),
        "gets no tag from here",
        "that account tag it",
    );
    let plan = said.plan.expect("it is planned");
    assert!(
        plan.item(&format!("cluster-tag/{}", site.public_table))
            .is_none()
    );
    for subnet in &site.public {
        assert!(
            plan.item(&format!("cluster-tag/{subnet}")).is_some(),
            "{plan:#?}"
        );
    }
}

/// Another cluster's cloud controller, and controllers that make networks, delete what is theirs.
#[tokio::test(start_paused = true)]
async fn what_another_cluster_owns_is_told() {
    let subject = subject();
    let cases = [
        (
            "kubernetes.io/cluster/other",
            "owned",
            "a cloud controller (cluster other)",
        ),
        (
            "sigs.k8s.io/cluster-api-provider-aws/cluster/other",
            "owned",
            "Cluster API (cluster other)",
        ),
        (
            "owned-by.kubermatic.k8c.io/other",
            "",
            "KKP (cluster other)",
        ),
        ("KubernetesCluster", "other", "kOps (cluster other)"),
        (
            "kubernetes.io/cluster/shoot--dev--other",
            "1",
            "Gardener (cluster shoot--dev--other)",
        ),
    ];
    for (key, value, owner) in cases {
        let site = Site::public(&subject).await;
        for id in [&site.vpc, &site.public[0], &site.group] {
            tag(&site, id, key, value);
        }
        let said = site.said_of(&document(&site)).await;
        assert_eq!(said.warnings(), ["AWS-OWNED"; 3], "{said:#?}");
        let fields = said.findings.iter().filter(|f| f.code == "AWS-OWNED");
        let fields: Vec<&str> = fields.map(field).collect();
        let named = ["vpcID", "subnetIDs[0]", "securityGroupID"];
        assert_eq!(fields, named.map(|name| format!("spec.cloud.aws.{name}")));
        let first = said.findings.iter().find(|f| f.code == "AWS-OWNED");
        assert_says(first.expect("it is told"), owner, "outlive other clusters");
    }
}

/// Sharing is what the tag is for.
#[tokio::test(start_paused = true)]
async fn what_other_clusters_share_is_nobodys() {
    let subject = subject();
    let site = Site::public(&subject).await;
    tag(
        &site,
        &site.public[0],
        "kubernetes.io/cluster/other",
        "shared",
    );
    site.said_of(&document(&site)).await.assert_fit();
}
