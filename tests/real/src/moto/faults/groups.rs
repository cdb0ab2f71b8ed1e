//! Faults of security groups.

use anyhow::Result;
use async_trait::async_trait;

use super::super::ask::{Answer, Ask};
use super::super::client::Client;
use super::super::xml::Element;
use super::Fault;

/// moto adds the rules of a request permission by permission: it tells those of the last one alone,
/// and keeps the first ones when a later one is refused. EC2 adds all of them or none, and tells all.
pub(super) struct OnlyTheLastPermissionIsTold;

const LIST: &str = "IpPermissions";
const RULES: &str = "securityGroupRuleSet";

#[async_trait]
impl Fault for OnlyTheLastPermissionIsTold {
    async fn is_there(&self, cloud: &Client) -> Result<bool> {
        let asked = [("GroupName", "two"), ("GroupDescription", "two")];
        let group = cloud.make("CreateSecurityGroup", &asked, "groupId").await?;
        let told = authorize(cloud, &group, ["22", "53"]).await?;
        let refused = authorize(cloud, &group, ["23", "53"]).await?;
        let rules = cloud.list("DescribeSecurityGroupRules", Some(("group-id", &group)));
        let mut rules = rules.await?.into_iter();
        let kept = !refused.is_ok() && rules.any(|rule| rule.at("fromPort") == "23");
        Ok(told.body.items(RULES).len() == 1 || kept)
    }

    async fn instead(&self, moto: &Client, ask: &Ask) -> Result<Option<Answer>> {
        let numbers = ask.numbers(LIST);
        if !ask.action().starts_with("AuthorizeSecurityGroup") || numbers.len() < 2 {
            return Ok(None);
        }
        let (mut last, mut rules) = (None, Vec::new());
        for number in numbers {
            let answer = moto.send(&ask.with_only(LIST, number)).await?;
            if !answer.is_ok() {
                take_back(moto, ask, &rules).await?;
                return Ok(Some(answer));
            }
            rules.extend_from_slice(answer.body.items(RULES));
            last = Some(answer);
        }
        let told = last.as_mut().and_then(|answer| answer.body.find_mut(RULES));
        if let Some(told) = told {
            told.children = rules;
        }
        Ok(last)
    }
}

/// Lets two ports in by one request.
async fn authorize(cloud: &Client, group: &str, [first, second]: [&str; 2]) -> Result<Answer> {
    let two = [
        ("GroupId", group),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", first),
        ("IpPermissions.1.ToPort", first),
        ("IpPermissions.1.IpRanges.1.CidrIp", "192.0.2.0/24"),
        ("IpPermissions.2.IpProtocol", "tcp"),
        ("IpPermissions.2.FromPort", second),
        ("IpPermissions.2.ToPort", second),
        ("IpPermissions.2.IpRanges.1.CidrIp", "192.0.2.0/24"),
    ];
    let ask = Ask::new("AuthorizeSecurityGroupIngress", &two);
    cloud.send(&ask).await
}

/// Revokes rules that were added by a request.
async fn take_back(moto: &Client, ask: &Ask, rules: &[Element]) -> Result<()> {
    if rules.is_empty() {
        return Ok(());
    }
    let action = ask.action().replace("Authorize", "Revoke");
    let ids = rules.iter().map(|rule| rule.at("securityGroupRuleId"));
    let mut asked = vec![("GroupId".to_owned(), ask.get("GroupId").unwrap_or_default())];
    asked.extend(
        ids.zip(1..)
            .map(|(id, n)| (format!("SecurityGroupRuleId.{n}"), id)),
    );
    let asked: Vec<(&str, &str)> = asked
        .iter()
        .map(|(name, id)| (name.as_str(), *id))
        .collect();
    moto.call(&action, &asked).await.map(drop)
}
