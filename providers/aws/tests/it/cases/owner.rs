//! The owner of a network, who makes the calls that findings name, word for word.

use groundwork_model::Finding;
use serde_json::{Map, Value, json};

use crate::cases::site::Site;

/// Makes calls until nothing is wrong any more.
#[derive(Default)]
pub(crate) struct Owner {
    /// The calls that were made, as they were told.
    pub(crate) made: Vec<String>,
}

impl Owner {
    /// Looks, makes every call that is named, and looks again; how often that was.
    pub(crate) async fn until_fit(&mut self, site: &Site<'_>, document: &Value) -> usize {
        for round in 1..=5 {
            let said = site.said_of(document).await;
            let bad = |finding: &&Finding| {
                let codes = ["AWS-", "ACCESS-"];
                let is_of_aws = codes.iter().any(|begin| finding.code.starts_with(begin));
                is_of_aws && finding.remedy.is_some()
            };
            let wrong = said.errors().len() + said.warnings().len();
            if wrong == 0 {
                return round - 1;
            }
            let remedies: Vec<String> = said
                .findings
                .iter()
                .filter(bad)
                .filter_map(|finding| finding.remedy.clone())
                .collect();
            let before = self.made.len();
            for remedy in remedies {
                self.follow(site, &remedy);
                site.settle().await;
            }
            assert!(self.made.len() > before, "nothing to do: {said:#?}");
        }
        panic!("it is never fit: {:#?}", self.made)
    }

    /// Makes the calls in one remedy. What one answers, the next may need.
    fn follow(&mut self, site: &Site<'_>, remedy: &str) {
        let mut egress = String::new();
        for part in remedy.split("; ") {
            let Some(at) = part.find("aws ec2 ") else {
                continue;
            };
            // A default route and others that subnets share are told for each of them.
            let line = part[at..].replace("eigw-…", &egress);
            if self.made.contains(&line) {
                continue;
            }
            let (action, asked) = parsed(&line);
            let answer = site.with(|cloud| cloud.try_call(&action, asked));
            let answer = answer.unwrap_or_else(|why| panic!("{line}: {why}, in {remedy}"));
            if let Some(id) =
                answer["EgressOnlyInternetGateway"]["EgressOnlyInternetGatewayId"].as_str()
            {
                egress = id.to_owned();
            }
            self.made.push(line);
        }
    }
}

/// A line for the shell as an operation and its parameters.
fn parsed(line: &str) -> (String, Value) {
    let words = words(line);
    let action = pascal(&words[2]);
    let mut asked = Map::new();
    let mut words = words[3..].iter().peekable();
    while let Some(word) = words.next() {
        let option = word
            .strip_prefix("--")
            .unwrap_or_else(|| panic!("{word} in {line}"));
        let mut values = Vec::new();
        while let Some(value) = words.next_if(|next| !next.starts_with("--")) {
            values.push(value.as_str());
        }
        parameter(&mut asked, option, &values);
    }
    (action, Value::Object(asked))
}

/// As `aws` reads its options: switches of subnets and VPCs stand for a structure.
fn parameter(asked: &mut Map<String, Value>, option: &str, values: &[&str]) {
    let name = pascal(option);
    let value = match (option, values) {
        ("ingress" | "egress", []) => {
            asked.insert("Egress".to_owned(), json!(option == "egress"));
            return;
        }
        ("amazon-provided-ipv6-cidr-block", []) => json!(true),
        (_, []) => json!({ "Value": true }),
        ("ip-permissions", all) => all.iter().map(|text| shorthand(text)).collect(),
        ("port-range" | "icmp-type-code", [text]) => shorthand(text),
        ("rule-number", [text]) => json!(text.parse::<i64>().unwrap()),
        (_, [text]) => json!(text),
        (_, several) => panic!("{option} has {several:?}"),
    };
    asked.insert(name, value);
}

/// `associate-vpc-cidr-block` as `AssociateVpcCidrBlock`; some words are spelt in other ways.
fn pascal(kebab: &str) -> String {
    let words = kebab.split('-').map(|word| match word {
        "ipv6" => "Ipv6".to_owned(),
        "dns64" => "Dns64".to_owned(),
        word => word[..1].to_uppercase() + &word[1..],
    });
    words.collect()
}

/// Words of a line, those in quotes whole.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('\'').enumerate();
    let words = parts.flat_map(|(number, part)| match number % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect(),
        _ => vec![part.to_owned()],
    });
    words.collect()
}

/// `A=1,B=[{C=x}]`, the shorthand of `aws` for structures.
fn shorthand(text: &str) -> Value {
    let mut members = Map::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=').expect("a member has a value");
        let (value, after) = match after.strip_prefix("[{") {
            Some(inner) => {
                let (inner, after) = inner.split_once("}]").expect("it ends");
                (json!([shorthand(inner)]), after)
            }
            None => {
                let (value, _) = after.split_once(',').unwrap_or((after, ""));
                let number = value.parse::<i64>().ok().filter(|_| name != "IpProtocol");
                let shown = number.map_or_else(|| json!(value), |number| json!(number));
                (shown, &after[value.len()..])
            }
        };
        members.insert(name.to_owned(), value);
        rest = after.strip_prefix(',').unwrap_or(after);
    }
    Value::Object(members)
}

#[test]
fn a_line_is_read_as_the_shell_would() {
    let line = "aws ec2 authorize-security-group-ingress --group-id sg-1 --ip-permissions \
                'IpProtocol=tcp,FromPort=1,ToPort=2,Ipv6Ranges=[{CidrIpv6=::/0}]' \
                'IpProtocol=-1,UserIdGroupPairs=[{GroupId=sg-1}]'";
    let expected = json!({
        "GroupId": "sg-1",
        "IpPermissions": [
            { "IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "Ipv6Ranges": [{ "CidrIpv6": "::/0" }] },
            { "IpProtocol": "-1", "UserIdGroupPairs": [{ "GroupId": "sg-1" }] },
        ],
    });
    let action = "AuthorizeSecurityGroupIngress".to_owned();
    assert_eq!(parsed(line), (action, expected));
}
