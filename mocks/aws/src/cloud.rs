use std::time::Duration;

use mock_cloud::{
    Buckets, Cloud, Description, Idempotency, Object, Refusal, Repeat, Request, Requests, Response,
    Store, header, reply,
};
use serde_json::{Value, json};

use crate::config::Config;
use crate::ec2::{Ec2, Kind, Params, tags_of, unknown};
use crate::identity::{self, Caller, Sessions};
use crate::model::{Model, Operation};
use crate::pending::Time;
use crate::refused::{Answer, Refused, amz_json};
use crate::{form, policy, sts, xml};

/// What changes by itself, so that a difference in it alone means nothing.
const VOLATILE: &[&str] = &["CreateTime", "DeleteTime", "_born"];

/// What objects are looked up by.
const INDEXED: &[&str] = &["GroupId", "VpcId"];

const EC2_VERSION: &str = "2016-11-15";
const EC2_NAMESPACE: &str = "http://ec2.amazonaws.com/doc/2016-11-15/";

/// One account of AWS, in one region, with all it holds.
#[derive(Clone, Debug)]
pub struct Aws {
    /// What the account is like. It may change while the cloud runs: another quota, another delay.
    /// The default VPC and pools are made only once, by [`Aws::new`].
    pub config: Config,
    pub(crate) store: Store,
    pub(crate) schedule: Time,
    pub(crate) sessions: Sessions,
    pub(crate) now: Duration,
    buckets: Buckets<String>,
    /// By operation and ClientToken.
    tokens: Idempotency<(String, String)>,
    requests: Requests,
}

/// Which service a request is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Service {
    Ec2,
    /// One that the mock does not have.
    Other,
    Quotas,
    Sts,
}

impl Aws {
    /// An account in which only AWS has been at work.
    pub fn new(config: Config) -> Self {
        let store = Store::new(config.seed, VOLATILE, INDEXED);
        let mut cloud = Self {
            config,
            store,
            schedule: Time::default(),
            sessions: Sessions::new(),
            now: Duration::ZERO,
            buckets: Buckets::default(),
            tokens: Idempotency::default(),
            requests: Requests::default(),
        };
        cloud.furnish();
        cloud
    }

    pub(crate) fn ec2(&mut self, hand: bool) -> Ec2<'_> {
        Ec2 {
            config: &self.config,
            store: &mut self.store,
            schedule: &mut self.schedule,
            now: self.now,
            hand,
        }
    }

    fn answer(&mut self, service: Service, request: &Request, id: &str) -> Response {
        match service {
            Service::Ec2 => match self.answer_ec2(request) {
                Ok((operation, value)) => ec2_response(operation, &value, id),
                Err(refused) => refused.ec2(id),
            },
            Service::Other => {
                let refused = not_mocked(&service_name(request));
                match request.headers().contains_key("x-amz-target") {
                    true => refused.json(),
                    false => refused.query(EC2_NAMESPACE, id),
                }
            }
            Service::Sts => match self.answer_sts(request) {
                Ok((operation, value)) => sts_response(operation, &value, id),
                Err(refused) => refused.query(sts::namespace(), id),
            },
            Service::Quotas => match self.answer_quotas(request) {
                Ok(value) => amz_json(200, &value),
                Err(refused) => refused.json(),
            },
        }
    }

    fn caller(&self, service: &str, request: &Request) -> Result<Caller, identity::Doubt> {
        identity::caller(&self.config, &self.sessions, self.now, service, request)
    }

    fn answer_ec2(&mut self, request: &Request) -> Answer<(Operation, Value)> {
        let body = parameters(request);
        let action =
            form::value(&body, "Action").ok_or_else(|| Refused::missing_parameter("Action"))?;
        let version = form::value(&body, "Version").unwrap_or_default();
        if version != EC2_VERSION {
            let message =
                format!("The requested version ({version}) of service AmazonEC2 does not exist");
            return Err(Refused::new("NoSuchVersion", message));
        }
        let operation = Model::ec2()
            .operation(&action)
            .ok_or_else(|| unknown(&action))?;
        let caller = self.caller("ec2", request).map_err(identity::Doubt::ec2)?;
        let names = form::pairs(&body);
        let plain = !names
            .iter()
            .any(|(name, _)| name.starts_with("Filter") || name == "MaxResults");
        let rate = self.config.throttling.rate(&action, plain);
        if rate.is_some_and(|rate| !self.buckets.take(action.clone(), rate, self.now)) {
            return Err(Refused::throttled());
        }
        let mut asked = form::read(Model::ec2(), operation.input, &body)?;
        self.allowed(&caller, &action, Params(&asked))?;
        let meant = asked
            .as_object_mut()
            .and_then(|asked| asked.remove("DryRun"));
        if meant == Some(json!(true)) {
            let message = "Request would have succeeded, but DryRun flag is set.";
            return Err(Refused::with_status(412, "DryRunOperation", message));
        }
        let value = self.once(operation, asked)?;
        Ok((operation, value))
    }

    fn allowed(&mut self, caller: &Caller, action: &str, asked: Params<'_>) -> Answer<()> {
        let needed = self.ec2(false).needed(action, asked);
        let refused = needed
            .iter()
            .find(|(action, target)| !policy::allows(&caller.policies, action, target));
        match refused {
            Some((action, target)) => Err(identity::denied(caller, action, target)),
            None => Ok(()),
        }
    }

    /// Carries out an operation, but the same create with the same token only once.
    fn once(&mut self, operation: Operation, asked: Value) -> Answer<Value> {
        let token = asked["ClientToken"]
            .as_str()
            .filter(|token| !token.is_empty());
        let Some(token) = token.map(str::to_owned) else {
            return self.carry_out(operation, asked);
        };
        if token.len() > 64 {
            return Err(Refused::value(
                "clientToken",
                &token,
                " It is longer than 64 characters.",
            ));
        }
        let key = (operation.name.to_owned(), token);
        match self.tokens.repeat(&key, &asked) {
            Repeat::Same(answer) => Ok(answer),
            Repeat::Different => {
                let message = "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).";
                Err(Refused::new("IdempotentParameterMismatch", message))
            }
            Repeat::First => {
                let answer = self.carry_out(operation, asked.clone())?;
                self.tokens.remember(key, asked, answer.clone());
                Ok(answer)
            }
        }
    }

    fn carry_out(&mut self, operation: Operation, mut asked: Value) -> Answer<Value> {
        if let Some((least, most)) = Model::ec2().pages(operation) {
            asked["_MaxResultsMin"] = json!(least);
            asked["_MaxResultsMax"] = json!(most);
        }
        self.attempt(|ec2| ec2.act(operation.name, Params(&asked)), false)
    }

    /// Works on EC2; what is refused half-way through leaves nothing behind.
    pub(crate) fn attempt<R>(
        &mut self,
        work: impl FnOnce(&mut Ec2<'_>) -> Answer<R>,
        hand: bool,
    ) -> Answer<R> {
        let planned = self.schedule.mark();
        self.store.begin();
        let result = work(&mut self.ec2(hand));
        if result.is_err() {
            self.store.roll_back();
            self.schedule.roll_back(planned);
        }
        result
    }

    fn answer_sts(&mut self, request: &Request) -> Answer<(Operation, Value)> {
        let body = parameters(request);
        let action = form::value(&body, "Action").unwrap_or_default();
        let operation = Model::sts()
            .operation(&action)
            .ok_or_else(|| unknown(&action))?;
        let caller = match action.as_str() {
            "AssumeRoleWithWebIdentity" => None,
            _ => Some(
                self.caller("sts", request)
                    .map_err(identity::Doubt::common)?,
            ),
        };
        let asked = form::read(Model::sts(), operation.input, &body)?;
        let value = self.sts(&action, caller.as_ref(), Params(&asked))?;
        Ok((operation, value))
    }

    fn answer_quotas(&mut self, request: &Request) -> Answer<Value> {
        let caller = self.caller("servicequotas", request).map_err(|doubt| {
            let refused = doubt.common();
            Refused {
                status: 400,
                ..refused
            }
        })?;
        let asked = serde_json::from_slice(request.body()).unwrap_or_default();
        let action = target(request).unwrap_or_default();
        self.service_quotas(&action, &caller, &asked)
    }

    /// What the account holds from the beginning.
    fn furnish(&mut self) {
        let default = self.config.default_vpc;
        let mut ec2 = self.ec2(true);
        ec2.furnish_pools();
        ec2.furnish_prefix_lists();
        if default {
            ec2.furnish_default_vpc();
        }
        self.schedule.advance(&mut self.store, Duration::MAX);
    }
}

fn ec2_response(operation: Operation, value: &Value, id: &str) -> Response {
    let name = operation.name;
    let mut body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{name}Response xmlns=\"{EC2_NAMESPACE}\"><requestId>{id}</requestId>"
    );
    match operation.output {
        Some(output) => xml::members(Model::ec2(), output, value, &mut body),
        None => body.push_str("<return>true</return>"),
    }
    body.push_str(&format!("</{name}Response>"));
    reply::xml(200, body)
}

fn sts_response(operation: Operation, value: &Value, id: &str) -> Response {
    let name = operation.name;
    let mut body = format!(
        "<{name}Response xmlns=\"{}\"><{name}Result>",
        sts::namespace()
    );
    if let Some(output) = operation.output {
        xml::members(Model::sts(), output, value, &mut body);
    }
    body.push_str(&format!(
        "</{name}Result><ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata></{name}Response>"
    ));
    reply::xml(200, body)
}

/// The form of a request: in the body, or in the query of a GET.
fn parameters(request: &Request) -> Vec<u8> {
    match request.body().is_empty() {
        true => request
            .uri()
            .query()
            .unwrap_or_default()
            .as_bytes()
            .to_vec(),
        false => request.body().to_vec(),
    }
}

/// The operation of a request to a JSON service.
fn target(request: &Request) -> Option<String> {
    let target = header(request, "x-amz-target")?;
    let (_, operation) = target.split_once('.')?;
    Some(operation.to_owned())
}

fn action(request: &Request) -> String {
    let named = target(request).or_else(|| form::value(&parameters(request), "Action"));
    named.unwrap_or_default()
}

fn service(request: &Request) -> Service {
    match service_name(request).as_str() {
        "ec2" => Service::Ec2,
        "servicequotas" => Service::Quotas,
        "sts" => Service::Sts,
        _ => Service::Other,
    }
}

/// What a service is called in signatures: by the signature, or by what only this service has.
fn service_name(request: &Request) -> String {
    let scope = header(request, "authorization").and_then(|text| text.split('/').nth(3));
    if let Some(service) = scope {
        return service.to_owned();
    }
    if let Some(target) = header(request, "x-amz-target") {
        let quotas = target.starts_with("ServiceQuotas");
        return if quotas { "servicequotas" } else { target }.to_owned();
    }
    let version = form::value(&parameters(request), "Version");
    let known = VERSIONS
        .iter()
        .find(|(known, _)| version.as_deref() == Some(known));
    known.map_or("ec2", |(_, service)| service).to_owned()
}

/// The services of the Query protocol that unsigned requests are told apart by.
const VERSIONS: [(&str, &str); 5] = [
    ("2010-05-08", "iam"),
    ("2011-01-01", "autoscaling"),
    ("2011-06-15", "sts"),
    ("2012-06-01", "elasticloadbalancing"),
    ("2015-12-01", "elasticloadbalancing"),
];

/// The error for a request to a service that the mock does not have.
fn not_mocked(service: &str) -> Refused {
    let message = format!(
        "This mock of AWS serves EC2, STS and Service Quotas. The service {service} is not mocked."
    );
    Refused::with_status(501, "NotImplemented", message)
}

impl Cloud for Aws {
    fn name(&self) -> &'static str {
        "aws"
    }

    fn handle(&mut self, now: Duration, request: Request) -> Response {
        self.now = self.now.max(now);
        self.schedule.advance(&mut self.store, self.now);
        // What time does is nobody's deed.
        self.store.take_touches();
        self.requests.count();
        let id = self.requests.id();
        let response = self.answer(service(&request), &request, &id);
        reply::with_header(response, "x-amzn-requestid", &id)
    }

    fn mutating(&self, request: &Request) -> bool {
        let action = action(request);
        let reads = ["Describe", "Get", "List"]
            .iter()
            .any(|verb| action.starts_with(verb));
        let dry = || form::value(&parameters(request), "DryRun").is_some_and(|dry| dry == "true");
        service(request) == Service::Ec2 && !reads && !dry()
    }

    fn listing(&self, request: &Request) -> bool {
        let by_id = |name: &str| {
            name.split('.')
                .next()
                .is_some_and(|name| name.ends_with("Id"))
        };
        let body = parameters(request);
        action(request).starts_with("Describe")
            && !form::pairs(&body).iter().any(|(name, _)| by_id(name))
    }

    fn operation(&self, request: &Request) -> String {
        format!("/{}", action(request))
    }

    fn asked(&self, request: &Request) -> Option<Value> {
        let pairs = form::pairs(&parameters(request)).into_iter();
        Some(pairs.map(|(name, value)| (name, json!(value))).collect())
    }

    fn cursor(&self, request: &Request) -> Option<String> {
        let mut pairs = form::pairs(&parameters(request)).into_iter();
        let (_, token) = pairs.find(|(name, _)| name == "NextToken")?;
        Some(token.clone())
    }

    fn creates(&self, request: &Request) -> bool {
        let action = action(request);
        ["Create", "Allocate", "Authorize", "Associate"]
            .iter()
            .any(|verb| action.starts_with(verb))
    }

    fn refusal(&self, request: &Request, why: Refusal) -> Response {
        let refused = match why {
            Refusal::Conflict => {
                let message = "The resource is in an incorrect state for the request.";
                Refused::new("IncorrectState", message)
            }
            Refusal::Quota => quota_of(&action(request)),
            Refusal::Server(status) => Refused::server(status),
            Refusal::Throttled(_) => match service(request) {
                Service::Ec2 | Service::Other | Service::Quotas => Refused::throttled(),
                Service::Sts => Refused::new("Throttling", "Rate exceeded"),
            },
        };
        let id = "00000000-0000-4000-8000-ffffffffffff";
        let response = match service(request) {
            Service::Ec2 => refused.ec2(id),
            Service::Other | Service::Sts => refused.query(sts::namespace(), id),
            Service::Quotas => refused.json(),
        };
        match why {
            Refusal::Throttled(seconds) => reply::with_retry_after(response, seconds),
            Refusal::Conflict | Refusal::Quota | Refusal::Server(_) => response,
        }
    }

    fn environment(&self, base_url: &str) -> Vec<(String, String)> {
        let key = self.config.keys.first();
        let (id, secret) = key.map_or((String::new(), String::new()), |key| {
            (key.id.clone(), key.secret.clone())
        });
        let pairs = [
            ("AWS_ENDPOINT_URL", base_url.to_owned()),
            ("AWS_REGION", self.config.region.clone()),
            ("AWS_DEFAULT_REGION", self.config.region.clone()),
            ("AWS_ACCESS_KEY_ID", id),
            ("AWS_SECRET_ACCESS_KEY", secret),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ];
        pairs.map(|(name, value)| (name.to_owned(), value)).to_vec()
    }

    fn store(&self) -> &Store {
        &self.store
    }

    fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    fn describe(&self, object: &Object) -> Description {
        let tags = tags_of(&object.body);
        let lines: Vec<String> = tags
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        let mut joins = Vec::new();
        for value in object.body.values() {
            ids(value, &mut joins);
        }
        joins.retain(|id| *id != object.id);
        joins.sort();
        joins.dedup();
        Description {
            name: tags.get("Name").cloned().unwrap_or_default(),
            owner: self.config.account.clone(),
            text: lines.join("\n"),
            joins,
        }
    }

    fn fork(&self) -> Box<dyn Cloud> {
        Box::new(self.clone())
    }
}

/// The ids of objects anywhere inside a value.
fn ids(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            let digits = text.rsplit_once('-').map_or("", |(_, digits)| digits);
            if digits.len() == 17 && Kind::of_id(text).is_some() {
                found.push(text.clone());
            }
        }
        Value::Array(items) => items.iter().for_each(|item| ids(item, found)),
        Value::Object(body) => body.values().for_each(|item| ids(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn quota_of(action: &str) -> Refused {
    let (code, what) = match action {
        "AllocateAddress" => ("AddressLimitExceeded", "addresses"),
        "AuthorizeSecurityGroupEgress" | "AuthorizeSecurityGroupIngress" => (
            "RulesPerSecurityGroupLimitExceeded",
            "rules per security group",
        ),
        "CreateInternetGateway" => ("InternetGatewayLimitExceeded", "internet gateways"),
        "CreateNatGateway" => ("NatGatewayLimitExceeded", "NAT gateways"),
        "CreateRoute" => ("RouteLimitExceeded", "routes"),
        "CreateRouteTable" => ("RouteTableLimitExceeded", "route tables"),
        "CreateSecurityGroup" => ("SecurityGroupLimitExceeded", "security groups"),
        "CreateSubnet" => ("SubnetLimitExceeded", "subnets"),
        "CreateVpc" => ("VpcLimitExceeded", "VPCs"),
        _ => ("ResourceLimitExceeded", "resources"),
    };
    Refused::new(
        code,
        format!("The maximum number of {what} has been reached."),
    )
}
