//! A rehearsal: what would be sent is taken down instead, and EC2 is asked whether it would do it.
//!
//! The questions are the run's own requests, made by the same code from the same plan, with
//! `DryRun` besides. A request whose operation knows no `DryRun` does not carry it, and is never
//! sent.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use bytes::Bytes;
use futures::{StreamExt, stream};
use groundwork_transport::{Failure, Transport};
use http::{Request, Response};

use super::Api;
use crate::wire::seam::Seam;

/// How many questions are under way at a time: a whole VPC of subnets would empty EC2's bucket.
const AT_ONCE: usize = 16;

/// EC2's answer to the question whether it would do something, from good to bad.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Answer {
    Yes,
    /// It knows no such question, and was not asked.
    Unasked,
    /// It said something else: nobody knows.
    Unknown(String),
    No(Denial),
}

/// What is missing.
#[derive(Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Denial {
    /// As IAM spells it. Not always the operation: what makes a tagged object also needs to tag it.
    pub(crate) action: String,
    /// The object, or `…/*` for one that does not exist yet.
    pub(crate) on: Option<String>,
    /// Whether somebody forbids it, so that no further permission helps.
    pub(crate) forbidden: bool,
}

/// An account to which nothing is sent, and what would have been.
pub(crate) struct Rehearsal {
    /// Its replies are empty. What is made of them is worth nothing.
    pub(crate) api: Api,
    script: Arc<Script>,
}

impl Api {
    pub(crate) fn rehearsal(&self) -> Rehearsal {
        let script = Arc::new(Script::default());
        let http = SharedHttpClient::new(Seam(script.clone()));
        let config = self.ec2.config().to_builder().http_client(http).build();
        let api = Self {
            ec2: aws_sdk_ec2::Client::from_conf(config),
            dry: Some(true),
            waits: Arc::default(),
            ..self.clone()
        };
        Rehearsal { api, script }
    }
}

impl Rehearsal {
    /// How many calls it has come to.
    pub(crate) fn calls(&self) -> usize {
        self.script.taken().calls
    }

    /// Asks. What is worst of an operation stands for it.
    pub(crate) async fn ask(&self) -> BTreeMap<String, Answer> {
        let questions = std::mem::take(&mut self.script.taken().questions);
        let transport = &*self.api.transport;
        let answers = questions
            .into_iter()
            .map(async |(Question { operation, .. }, request)| {
                let answer = match asks(&request) {
                    true => answer(&operation, transport.send(request).await),
                    false => Answer::Unasked,
                };
                (operation, answer)
            });
        let mut answers = stream::iter(answers).buffer_unordered(AT_ONCE);
        let mut worst = BTreeMap::new();
        while let Some((operation, answer)) = answers.next().await {
            let known = worst.remove(&operation).unwrap_or(Answer::Yes);
            worst.insert(operation, answer.max(known));
        }
        worst
    }
}

/// What EC2 is asked once: policies judge a change by our label, which all that is changed has,
/// and tags by what gets them.
#[derive(Eq, Ord, PartialEq, PartialOrd)]
struct Question {
    operation: String,
    tagged: String,
}

impl Question {
    fn of(request: &Request<Bytes>) -> Self {
        let value = |name: &str| parameters(request).find_map(|one| one.strip_prefix(name));
        Self {
            operation: value("Action=").unwrap_or_default().to_owned(),
            tagged: value("ResourceId.1=").unwrap_or_default().to_owned(),
        }
    }
}

#[derive(Default)]
struct Script(Mutex<Taken>);

/// What has been taken down.
#[derive(Default)]
struct Taken {
    calls: usize,
    /// The first request of each.
    questions: BTreeMap<Question, Request<Bytes>>,
}

impl Script {
    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Transport for Script {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
        let question = Question::of(&request);
        let operation = &question.operation;
        let reply = format!("<{operation}Response></{operation}Response>");
        let mut taken = self.taken();
        taken.calls += 1;
        taken.questions.entry(question).or_insert(request);
        Ok(Response::new(reply.into()))
    }
}

fn parameters(request: &Request<Bytes>) -> impl Iterator<Item = &str> {
    let text = std::str::from_utf8(request.body()).unwrap_or_default();
    text.split('&')
}

fn asks(request: &Request<Bytes>) -> bool {
    parameters(request).any(|one| one == "DryRun=true")
}

fn answer(operation: &str, reply: Result<Response<Bytes>, Failure>) -> Answer {
    let reply = match reply {
        Ok(reply) => reply,
        Err(failure) => return Answer::Unknown(failure.message),
    };
    let body = String::from_utf8_lossy(reply.body());
    match between(&body, "<Code>", "</Code>") {
        Some("DryRunOperation") => Answer::Yes,
        Some("UnauthorizedOperation" | "AccessDenied") => {
            let message = between(&body, "<Message>", "</Message>").unwrap_or_default();
            Answer::No(denial(operation, message))
        }
        Some(code) => Answer::Unknown(code.to_owned()),
        None => Answer::Unknown(format!("status {}", reply.status().as_u16())),
    }
}

/// EC2 says what is missing in the sentence that it has for people. It may leave that out.
fn denial(operation: &str, message: &str) -> Denial {
    let word = |before: &str| {
        let after = message.split_once(before)?.1;
        let word = after.split_whitespace().next()?.trim_end_matches('.');
        Some(word.to_owned())
    };
    Denial {
        action: word("is not authorized to perform: ").unwrap_or(format!("ec2:{operation}")),
        on: word("on resource: "),
        forbidden: message.contains("with an explicit deny"),
    }
}

fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(open)?;
    Some(rest.split_once(close)?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(code: &str, message: &str) -> Result<Response<Bytes>, Failure> {
        let body = format!(
            "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error>\
             </Errors></Response>"
        );
        Ok(Response::new(body.into()))
    }

    #[test]
    fn a_denial_names_what_is_missing_and_on_what() {
        let message = "You are not authorized to perform this operation. User: \
                       arn:aws:iam::1:user/x is not authorized to perform: ec2:CreateTags on \
                       resource: arn:aws:ec2:r:1:vpc/* because no identity-based policy allows \
                       the ec2:CreateTags action. Encoded authorization failure message: Ab-1";
        let expected = Denial {
            action: "ec2:CreateTags".to_owned(),
            on: Some("arn:aws:ec2:r:1:vpc/*".to_owned()),
            forbidden: false,
        };
        let answer = answer("CreateVpc", reply("UnauthorizedOperation", message));
        assert_eq!(answer, Answer::No(expected));
    }

    #[test]
    fn a_denial_that_does_not_say_what_is_about_the_operation() {
        let message = "You are not authorized to perform this operation. Encoded authorization \
                       failure message: Ab-1";
        let denial = denial("CreateVpc", message);
        assert_eq!(denial.action, "ec2:CreateVpc");
        assert_eq!(denial.on, None);
        let message = "User: x is not authorized to perform: ec2:CreateVpc on resource: y with an \
                       explicit deny in a service control policy";
        assert!(super::denial("CreateVpc", message).forbidden);
    }

    #[test]
    fn what_is_neither_yes_nor_no_says_why() {
        let of = |code| answer("CreateSubnet", reply(code, ""));
        assert_eq!(of("DryRunOperation"), Answer::Yes);
        for code in ["InvalidVpcID.NotFound", "VpcLimitExceeded"] {
            assert_eq!(of(code), Answer::Unknown(code.to_owned()));
        }
        let garbled = answer("CreateSubnet", Ok(Response::new(Bytes::new())));
        assert_eq!(garbled, Answer::Unknown("status 200".to_owned()));
    }
}
