//! An account that has a little of everything, for clients that come over the wire.

use serde_json::{Value, json};

use crate::config::{Config, IpamPool, Ipv6Pool, Key, Role, all_allowed};

impl Config {
    /// The same account with an IPAM pool, a pool of addresses that were brought, a key that may
    /// only look, one that may tag only what is its own, and a role for users and one for
    /// workloads with a token.
    #[must_use]
    pub fn furnished(mut self) -> Self {
        self.keys
            .push(key("AKIALOOKSONLYEXAMPLE", "looks", looks()));
        self.keys.push(key("AKIAOWNONLYEXAMPLE00", "owns", owns()));
        self.ipam_pools.push(IpamPool {
            id: "ipam-pool-0a1b2c3d4e5f60718".to_owned(),
            cidrs: vec!["2600:db8:a000::/48".to_owned()],
            default_netmask: None,
            locale: None,
        });
        self.ipv6_pools.push(Ipv6Pool {
            id: "ipv6pool-ec2-0a1b2c3d4e5f60718".to_owned(),
            cidrs: vec![
                "2600:db8:b000::/48".to_owned(),
                // That of `docs/examples/aws/byoip.yaml`.
                "2001:db8:b000::/48".to_owned(),
            ],
        });
        self.roles.push(Role {
            name: "networks".to_owned(),
            policies: vec![all_allowed()],
            external_id: Some("between-us".to_owned()),
            web_identity_token: Some("a-token".to_owned()),
        });
        self
    }
}

fn key(id: &str, user: &str, policy: Value) -> Key {
    Key {
        id: id.to_owned(),
        secret: format!("secret-of-{user}"),
        user: user.to_owned(),
        policies: vec![policy],
    }
}

fn looks() -> Value {
    let statement = json!({ "Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*" });
    json!({ "Version": "2012-10-17", "Statement": [statement] })
}

/// Makes what carries its tag, and changes nothing else.
fn owns() -> Value {
    json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*" },
        {
            "Effect": "Allow", "Action": ["ec2:CreateVpc", "ec2:CreateTags"], "Resource": "arn:aws:ec2:*:*:vpc/*",
            "Condition": { "StringEquals": { "aws:RequestTag/owner": "owns" } },
        },
        {
            "Effect": "Allow", "Action": "ec2:DeleteVpc", "Resource": "arn:aws:ec2:*:*:vpc/*",
            "Condition": { "StringEquals": { "aws:ResourceTag/owner": "owns" } },
        },
    ] })
}
