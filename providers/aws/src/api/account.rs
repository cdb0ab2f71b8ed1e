//! Who asks, and where: from the documents and the environment to clients of the SDK.

use std::sync::Arc;

use aws_config::{
    BehaviorVersion, Region, SdkConfig, default_provider::credentials::DefaultCredentialsChain,
    identity::IdentityCache, provider_config::ProviderConfig, sts::AssumeRoleProvider,
};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_smithy_async::{rt::sleep::SharedAsyncSleep, time::SharedTimeSource};
use aws_smithy_runtime_api::client::{http::SharedHttpClient, identity::SharedIdentityCache};
use aws_smithy_types::{retry::RetryConfig, timeout::TimeoutConfig};
use groundwork_model::Secret;
use groundwork_provider::{Access, Account, Environment, Error, ErrorKind, Result};
use groundwork_transport::{Settings, Transport};

use super::{Api, text};
use crate::{
    credentials::{Identity, Source, identity},
    spec::{Datacenter, Spec},
    wire::{
        self,
        seam::{Seam, Time},
    },
};

/// The name that an assumed role's session has in the account's trail of events.
const SESSION: &str = "groundwork";

impl Api {
    /// Authenticates, and asks whose account it is.
    pub(crate) async fn connect(access: &Access<Spec, Datacenter>) -> Result<(Account, Self)> {
        const OPERATION: &str = "GetCallerIdentity";
        let identity = identity(access)?;
        endpoints(&access.environment)?;
        let shared = Shared::new(access, &identity)?;
        let credentials = shared.credentials(&identity).await;
        let config = |service: &str| shared.config(service, Some(credentials.clone()));
        let sts = aws_sdk_sts::Client::new(&config("STS"));
        let caller = sts
            .get_caller_identity()
            .send()
            .await
            .map_err(|error| wire::error(OPERATION, error))?;
        let number = text(caller.account());
        if number.is_empty() {
            let message = "the reply names no account";
            return Err(Error::new(ErrorKind::Unexpected, OPERATION, message));
        }
        let endpoint = shared.endpoint("EC2");
        let account = Account {
            provider: "aws".to_owned(),
            endpoint: endpoint.unwrap_or_else(|| partition(caller.arn()).to_owned()),
            project: Some(number.clone()),
            region: identity.region.clone(),
        };
        let api = Self {
            ec2: aws_sdk_ec2::Client::new(&config("EC2")),
            dry: None,
            quotas: aws_sdk_servicequotas::Client::new(&config("SERVICE_QUOTAS")),
            transport: shared.transport,
            clock: access.world.clock.clone(),
            account: number,
            region: identity.region,
            waits: Arc::default(),
        };
        Ok((account, api))
    }
}

/// `aws`, `aws-cn`, `aws-us-gov`: the second part of every ARN.
fn partition(arn: Option<&str>) -> &str {
    arn.and_then(|arn| arn.split(':').nth(1)).unwrap_or("aws")
}

/// What all clients of an account share.
struct Shared<'a> {
    environment: &'a Environment,
    region: Region,
    transport: Arc<dyn Transport>,
    http: SharedHttpClient,
    time: Time,
    /// One for all: a role is assumed once, whichever service is asked first.
    identities: SharedIdentityCache,
}

impl<'a> Shared<'a> {
    fn new(access: &'a Access<Spec, Datacenter>, identity: &Identity) -> Result<Self> {
        let environment = &access.environment;
        let settings = Settings {
            ca_bundle: ca_bundle(environment)?,
            request_ids: &["x-amzn-requestid", "x-amz-request-id"],
            ..Settings::default()
        };
        let transport = access.connector.connect(&settings).map_err(|failure| {
            Error::new(ErrorKind::Invalid, "connect", failure.message.clone())
                .remedy("check AWS_CA_BUNDLE and the proxy variables")
        })?;
        Ok(Self {
            environment,
            region: Region::new(identity.region.clone()),
            http: SharedHttpClient::new(Seam(transport.clone())),
            transport,
            time: Time(access.world.clock.clone()),
            identities: IdentityCache::lazy().build(),
        })
    }

    /// `AWS_ENDPOINT_URL_EC2`, or `AWS_ENDPOINT_URL` for all services.
    fn endpoint(&self, service: &str) -> Option<String> {
        let one = format!("AWS_ENDPOINT_URL_{service}");
        let url = self.environment.variable(&one);
        let url = url.or(self.environment.variable("AWS_ENDPOINT_URL"))?;
        Some(url.expose().to_owned())
    }

    fn config(&self, service: &str, credentials: Option<SharedCredentialsProvider>) -> SdkConfig {
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(self.region.clone())
            .http_client(self.http.clone())
            .time_source(SharedTimeSource::new(self.time.clone()))
            .sleep_impl(SharedAsyncSleep::new(self.time.clone()))
            .identity_cache(self.identities.clone())
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::disabled())
            .stalled_stream_protection(
                aws_config::stalled_stream_protection::StalledStreamProtectionConfig::disabled(),
            );
        config.set_endpoint_url(self.endpoint(service));
        config.set_credentials_provider(credentials);
        config.build()
    }

    async fn credentials(&self, identity: &Identity) -> SharedCredentialsProvider {
        let base = match &identity.source {
            Source::Keys { id, secret, token } => SharedCredentialsProvider::new(Credentials::new(
                id.expose(),
                secret.expose(),
                token.as_ref().map(|token| token.expose().to_owned()),
                None,
                "groundwork",
            )),
            Source::Chain => SharedCredentialsProvider::new(self.chain().await),
        };
        let Some(role) = &identity.role else {
            return base;
        };
        let mut provider = AssumeRoleProvider::builder(role)
            .session_name(SESSION)
            .region(self.region.clone())
            .configure(&self.config("STS", None));
        if let Some(id) = &identity.external_id {
            provider = provider.external_id(id.expose());
        }
        SharedCredentialsProvider::new(provider.build_from_provider(base).await)
    }

    /// Profile, web identity, container, instance role: as every program with the SDK finds them.
    async fn chain(&self) -> DefaultCredentialsChain {
        let config = ProviderConfig::without_region()
            .with_region(Some(self.region.clone()))
            .with_http_client(self.http.clone())
            .with_time_source(self.time.clone())
            .with_sleep_impl(self.time.clone());
        DefaultCredentialsChain::builder()
            .configure(config)
            .region(self.region.clone())
            .build()
            .await
    }
}

/// The services that are asked, as the variables call them.
const SERVICES: [&str; 3] = ["STS", "EC2", "SERVICE_QUOTAS"];

/// Addresses are printed, planned and journalled: none may hold a secret. What is wrong with one is
/// told without it.
fn endpoints(environment: &Environment) -> Result<()> {
    let names = SERVICES.map(|service| format!("AWS_ENDPOINT_URL_{service}"));
    let names = names.into_iter().chain(["AWS_ENDPOINT_URL".to_owned()]);
    for name in names {
        let holds = |url: &Secret| {
            let after = url
                .expose()
                .split_once("://")
                .map_or(url.expose(), |(_, after)| after);
            let authority = after.split(['/', '?', '#']).next().unwrap_or_default();
            authority.contains('@')
        };
        if environment.variable(&name).is_some_and(holds) {
            let message = format!("{name} holds a user or a password");
            let remedy = format!("take them out of {name}: requests are signed with the keys");
            return Err(Error::new(ErrorKind::Invalid, "connect", message).remedy(remedy));
        }
    }
    Ok(())
}

fn ca_bundle(environment: &Environment) -> Result<Option<Vec<u8>>> {
    let Some(path) = environment.variable("AWS_CA_BUNDLE") else {
        return Ok(None);
    };
    let bundle = environment.file(path.expose().as_ref()).map_err(|why| {
        let message = format!("AWS_CA_BUNDLE cannot be read: {why}");
        Error::new(ErrorKind::Invalid, "connect", message).remedy("correct AWS_CA_BUNDLE")
    })?;
    Ok(Some(bundle))
}
