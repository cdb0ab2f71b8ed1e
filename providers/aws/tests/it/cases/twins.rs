//! Two of what one network has one of: a create that was repeated has made it twice.

use conformance::{Lab, own, subjects::AwsSubject};
use groundwork_engine::Trouble;
use groundwork_provider::Action;
use mock_aws::Aws;
use serde_json::{Value, json};

use crate::cases::site::{applied, document, text};

const GATEWAY: &str = "egress-only-internet-gateway";

/// A second egress-only gateway in the cluster's VPC, with the tags of the first one.
async fn twin(lab: &Lab<'_>) -> String {
    let (first, vpc) = (own(&lab.mock, GATEWAY).id, own(&lab.mock, "vpc").id);
    let id = lab.mock.with(|cloud: &mut Aws| {
        let tags = cloud.body(&first).expect("it is there")["Tags"].clone();
        let tags = json!([{ "ResourceType": GATEWAY, "Tags": tags }]);
        let asked = json!({ "VpcId": vpc, "TagSpecifications": tags });
        let made = cloud.call("CreateEgressOnlyInternetGateway", asked);
        text(&made["EgressOnlyInternetGateway"]["EgressOnlyInternetGatewayId"])
    });
    lab.quiet().await;
    id
}

const A: &str = "route-table/private/eu-central-1a";
const B: &str = "route-table/private/eu-central-1b";

fn table(cloud: &mut Aws, address: &str) -> Value {
    let filter = json!([{ "Name": "tag:groundwork.io/address", "Values": [address] }]);
    let tables = cloud.call("DescribeRouteTables", json!({ "Filters": filter }));
    tables["RouteTables"][0].clone()
}

/// Has a table's IPv6 go by a gateway.
fn lead(lab: &Lab<'_>, address: &str, by: &str) {
    lab.mock.with(|cloud: &mut Aws| {
        let to = json!({
            "RouteTableId": table(cloud, address)["RouteTableId"],
            "DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": by,
        });
        cloud.call("ReplaceRoute", to);
    });
}

/// Where the IPv6 of a zone's private subnet goes.
fn way_out(lab: &Lab<'_>) -> String {
    lab.mock.with(|cloud: &mut Aws| {
        let table = table(cloud, A);
        let routes = table["Routes"].as_array().expect("a list");
        let mut out = routes
            .iter()
            .filter(|route| route["DestinationIpv6CidrBlock"] == "::/0");
        text(&out.next().expect("it has one")["EgressOnlyInternetGatewayId"])
    })
}

/// Behaviour 38: whichever the routes lead to stays.
#[tokio::test(start_paused = true)]
async fn of_two_egress_only_gateways_the_unused_one_goes() {
    for second_is_used in [false, true] {
        let subject = AwsSubject::private();
        let lab = Lab::open(&subject);
        let process = lab.process();
        let document = document(&subject, &json!({}));
        applied(&lab, &process, &document).await;
        let first = way_out(&lab);
        let second = twin(&lab).await;
        let (used, unused) = match second_is_used {
            false => (first, second),
            true => (second, first),
        };
        lead(&lab, A, &used);
        let request = lab.request(&document);
        let plan = process.plan(&request).await.expect("it looks").plan;
        let todo: Vec<_> = plan.mutating().collect();
        let [item] = todo.as_slice() else {
            panic!("not one thing to do: {todo:#?}")
        };
        assert_eq!(item.action, Action::Discard, "{item:#?}");
        assert_eq!(item.found.as_ref().expect("it is there").id, unused);
        applied(&lab, &process, &document).await;
        assert_eq!(own(&lab.mock, GATEWAY).id, used);
        assert_eq!(lab.inventory().kind(GATEWAY).count(), 1);
        assert_eq!(way_out(&lab), used);
        let again = process.plan(&request).await.expect("it looks").plan;
        assert!(again.is_empty(), "{again:#?}");
    }
}

/// Each is the way out of a zone: a person has to say which one stays.
#[tokio::test(start_paused = true)]
async fn of_two_that_are_used_none_goes() {
    let subject = AwsSubject::private();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let zones = json!({ "zones": ["eu-central-1a", "eu-central-1b"], "natGateways": "one" });
    let document = document(&subject, &zones);
    applied(&lab, &process, &document).await;
    lead(&lab, B, &twin(&lab).await);
    lab.mock.clear_calls();
    // Whoever made one of them would take it away again: this one made neither.
    let tried = lab.process().apply(&lab.request(&document)).await;
    let Err(Trouble::Unfit(findings)) = tried else {
        panic!("it has to be refused: {:#?}", tried.err());
    };
    let codes: Vec<&str> = findings
        .iter()
        .map(|finding| finding.code.as_ref())
        .collect();
    assert!(codes.contains(&"ENGINE-AMBIGUOUS"), "{findings:#?}");
    assert_eq!(lab.mock.mutating_calls(), []);
}
