//! Requests that no client made from the model would send.

use crate::client::Client;

#[test]
fn what_the_model_does_not_know_is_refused() {
    let client = Client::new();
    let refused = |action, parameters: &[(&str, &str)]| client.refused(action, parameters);
    assert_eq!(refused("CreateNetwork", &[]), "InvalidAction");
    assert_eq!(
        refused("DescribeVpcs", &[("Colour", "red")]),
        "UnknownParameter"
    );
    assert_eq!(
        refused("DescribeVpcs", &[("Filter.1.Colour", "red")]),
        "UnknownParameter"
    );
    assert_eq!(
        refused("DescribeVpcs", &[("VpcId.one", "red")]),
        "UnknownParameter"
    );
    assert_eq!(
        refused("CreateSubnet", &[("CidrBlock", "10.0.0.0/24")]),
        "MissingParameter"
    );
    let truth = [
        ("CidrBlock", "10.0.0.0/16"),
        ("AmazonProvidedIpv6CidrBlock", "maybe"),
    ];
    assert_eq!(refused("CreateVpc", &truth), "InvalidParameterValue");
    let tenancy = [("CidrBlock", "10.0.0.0/16"), ("InstanceTenancy", "shared")];
    assert_eq!(refused("CreateVpc", &tenancy), "InvalidParameterValue");
    assert_eq!(
        refused("DescribeVpcs", &[("MaxResults", "five")]),
        "InvalidParameterValue"
    );
    assert_eq!(
        refused("DescribeVpcs", &[("Filter.1.Name", "vpc-id")]),
        "InvalidParameterValue"
    );
}

#[test]
fn a_token_answers_the_same_only_for_the_same() {
    let client = Client::new();
    let vpc = client
        .call("CreateVpc", &[("CidrBlock", "10.0.0.0/16")])
        .first("vpcId");
    let table = |token: &str, tag: &str| {
        let asked = [
            ("VpcId", vpc.as_str()),
            ("ClientToken", token),
            ("TagSpecification.1.ResourceType", "route-table"),
            ("TagSpecification.1.Tag.1.Key", "Name"),
            ("TagSpecification.1.Tag.1.Value", tag),
        ];
        client.ask("CreateRouteTable", &asked).unwrap()
    };
    let first = table("one", "a").first("routeTableId");
    assert_eq!(table("one", "a").first("routeTableId"), first);
    assert_ne!(table("two", "a").first("routeTableId"), first);
    assert_eq!(
        table("one", "b").first("Code"),
        "IdempotentParameterMismatch"
    );
}

#[test]
fn a_service_that_is_not_mocked_is_named() {
    let client = Client::new();
    for (service, action, version) in [
        ("iam", "GetUser", "2010-05-08"),
        (
            "elasticloadbalancing",
            "DescribeLoadBalancers",
            "2015-12-01",
        ),
    ] {
        let body = format!("Action={action}&Version={version}");
        let reply = client.ask_service(service, body).unwrap();
        assert_eq!(
            (reply.status, reply.first("Code").as_str()),
            (501, "NotImplemented")
        );
        let told = format!("The service {service} is not mocked.");
        assert!(reply.text.contains(&told), "{}", reply.text);
    }
}
