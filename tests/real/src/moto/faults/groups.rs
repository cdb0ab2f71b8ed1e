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
        let two = [
            ("GroupId", group.as_str()),
            ("IpPermissions.1.IpProtocol", "tcp"),
            ("IpPermissions.1.FromPort", "22"),
            ("IpPermissions.1.ToPort", "22"),
            ("IpPermissions.1.IpRanges.1.CidrIp", "192.0.2.0/24"),
            ("IpPermissions.2.IpProtocol", "udp"),
            ("IpPermissions.2.FromPort", "53"),
            ("IpPermissions.2.ToPort", "53"),
            ("IpPermissions.2.IpRanges.1.CidrIp", "192.0.2.0/24"),
        ];
        let told = cloud.call("AuthorizeSecurityGroupIngress", &two).await?;
        Ok(told.items(RULES).len() == 1)
    }

    async fn instead(&self, moto: &Client, ask: &Ask) -> Result<Option<Answer>> {
        let numbers = ask.numbers(LIST);
        if !ask.action().starts_with("AuthorizeSecurityGroup") || numbers.len() < 2 {
            return Ok(None);
        }
        let mut made: Option<Answer> = None;
        for number in numbers {
            let mut answer = moto.send(&ask.with_only(LIST, number)).await?;
            if let (Some(before), false) = (&made, answer.is_ok()) {
                take_back(moto, ask, before.body.items(RULES)).await?;
            }
            if !answer.is_ok() {
                return Ok(Some(answer));
            }
            if let Some(before) = made {
                let mut rules = before.body.items(RULES).to_vec();
                rules.extend_from_slice(answer.body.items(RULES));
                answer
                    .body
                    .find_mut(RULES)
                    .into_iter()
                    .for_each(|set| set.children = rules.clone());
            }
            made = Some(answer);
        }
        Ok(made)
    }
}

async fn take_back(moto: &Client, ask: &Ask, rules: &[Element]) -> Result<()> {
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
