//! Faults that any call can meet.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use async_trait::async_trait;

use super::super::ask::{Answer, Ask};
use super::super::client::{Client, is_list};
use super::super::xml::Element;
use super::Fault;

/// moto answers a call that it does not know, and one that it breaks down over, with a page for a
/// browser, and 500. EC2 knows all its calls, and says `InvalidAction` of others.
pub(super) struct BreaksDown;

#[async_trait]
impl Fault for BreaksDown {
    async fn is_there(&self, cloud: &Client) -> Result<bool> {
        let answer = cloud.send(&Ask::new("DescribeNothing", &[])).await?;
        Ok(answer.status == 500)
    }

    async fn correct(&self, _: &Client, ask: &Ask, answer: &mut Answer) -> Result<()> {
        if answer.status == 500 {
            let message = format!("moto does not know {}, or broke down over it", ask.action());
            *answer = match ask.json {
                Some(_) => Answer::json_refusal("UnknownOperationException", &message),
                None => Answer::refusal(400, "InvalidAction", &message),
            };
        }
        Ok(())
    }
}

/// moto tells AWS's default quotas, and knows no call for an account's own. AWS tells those too:
/// they are the default ones until somebody has them raised.
pub(super) struct QuotasAreNotListed;

#[async_trait]
impl Fault for QuotasAreNotListed {
    async fn is_there(&self, cloud: &Client) -> Result<bool> {
        let asked = Ask::of_quotas("ListServiceQuotas", r#"{"ServiceCode":"vpc"}"#);
        Ok(!cloud.send(&asked).await?.is_ok())
    }

    async fn instead(&self, moto: &Client, ask: &Ask) -> Result<Option<Answer>> {
        let (Some(body), "ListServiceQuotas") = (&ask.json, ask.action()) else {
            return Ok(None);
        };
        let defaults = Ask::of_quotas("ListAWSDefaultServiceQuotas", body);
        moto.send(&defaults).await.map(Some)
    }
}

/// moto carries out what is only asked about, in some calls: `CreateVpc`, `CreateSubnet`,
/// `CreateRouteTable`, `CreateRoute`, … EC2 says in all of them that it would.
pub(super) struct DryRunIsDone;

#[async_trait]
impl Fault for DryRunIsDone {
    async fn is_there(&self, cloud: &Client) -> Result<bool> {
        let asked = [("CidrBlock", "10.0.0.0/16"), ("DryRun", "true")];
        Ok(cloud.send(&Ask::new("CreateVpc", &asked)).await?.is_ok())
    }

    async fn instead(&self, _: &Client, ask: &Ask) -> Result<Option<Answer>> {
        let message = "Request would have succeeded, but DryRun flag is set.";
        let asked = ask.get("DryRun") == Some("true");
        Ok(asked.then(|| Answer::refusal(412, "DryRunOperation", message)))
    }
}

/// moto makes a second object for a request that is sent again with its `ClientToken`. EC2 answers
/// with the first one, and refuses another request with that token.
#[derive(Default)]
pub(super) struct TokenIsIgnored {
    answered: Mutex<BTreeMap<String, (Ask, Answer)>>,
}

#[async_trait]
impl Fault for TokenIsIgnored {
    async fn is_there(&self, cloud: &Client) -> Result<bool> {
        let vpc = cloud.make("CreateVpc", &[("CidrBlock", "10.0.0.0/16")], "vpc/vpcId");
        let vpc = vpc.await?;
        let asked = [("VpcId", vpc.as_str()), ("ClientToken", "again")];
        let id = "routeTable/routeTableId";
        let first = cloud.make("CreateRouteTable", &asked, id).await?;
        Ok(cloud.make("CreateRouteTable", &asked, id).await? != first)
    }

    async fn instead(&self, _: &Client, ask: &Ask) -> Result<Option<Answer>> {
        let Some(token) = ask.get("ClientToken") else {
            return Ok(None);
        };
        let answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(answered.get(token).map(|(before, answer)| {
            if before.parameters == ask.parameters {
                return answer.clone();
            }
            let message = "the token was used for another request";
            Answer::refusal(400, "IdempotentParameterMismatch", message)
        }))
    }

    async fn correct(&self, _: &Client, ask: &Ask, answer: &mut Answer) -> Result<()> {
        if let (Some(token), true) = (ask.get("ClientToken"), answer.is_ok()) {
            let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
            answered.insert(token.to_owned(), (ask.clone(), answer.clone()));
        }
        Ok(())
    }
}

/// moto answers with all there is, whatever `MaxResults` says. EC2 answers with so many at most,
/// may answer with fewer, and says how to go on. Here pages are small, so that there are several.
#[derive(Default)]
pub(super) struct AllIsOnePage {
    /// How many tokens there were, and what each stands for: the rest, as it was when it was given.
    rest: Mutex<(u64, BTreeMap<String, Vec<Element>>)>,
}

/// The least that EC2 takes as `MaxResults`.
const PAGE: usize = 5;

const TOKEN: &str = "nextToken";

#[async_trait]
impl Fault for AllIsOnePage {
    async fn is_there(&self, cloud: &Client) -> Result<bool> {
        for _ in 0..=PAGE {
            cloud.call("CreateInternetGateway", &[]).await?;
        }
        let asked = [("MaxResults", "5")];
        let page = cloud.call("DescribeInternetGateways", &asked).await?;
        Ok(page.items("internetGatewaySet").len() > PAGE)
    }

    async fn correct(&self, _: &Client, ask: &Ask, answer: &mut Answer) -> Result<()> {
        let mut parts = answer.body.children.iter_mut();
        let set = parts.find(|child| is_list(&child.name));
        let (Some(set), true) = (set, ask.get("MaxResults").is_some()) else {
            return Ok(());
        };
        let mut known = self.rest.lock().unwrap_or_else(PoisonError::into_inner);
        let (tokens, rest) = &mut *known;
        if let Some(page) = ask.get("NextToken").and_then(|token| rest.remove(token)) {
            set.children = page;
        }
        if set.children.len() > PAGE {
            *tokens += 1;
            rest.insert(tokens.to_string(), set.children.split_off(PAGE));
            answer.body.set(TOKEN, &tokens.to_string());
        }
        Ok(())
    }
}
