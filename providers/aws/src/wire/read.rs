//! How long replies are, which the SDK keeps to itself.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{Intercept, context::BeforeDeserializationInterceptorContextRef},
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;

/// Counts the bytes of replies. Clones share the count.
#[derive(Clone, Debug, Default)]
pub(crate) struct Read(Arc<AtomicUsize>);

impl Read {
    /// The bytes since it was last asked.
    pub(crate) fn taken(&self) -> usize {
        self.0.swap(0, Ordering::Relaxed)
    }
}

impl Intercept for Read {
    fn name(&self) -> &'static str {
        "Read"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response().body().bytes().unwrap_or_default();
        self.0.fetch_add(body.len(), Ordering::Relaxed);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use aws_config::{BehaviorVersion, Region, SdkConfig};
    use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
    use bytes::Bytes;
    use groundwork_transport::{Failure, Transport};

    use super::*;
    use crate::wire::seam::Seam;

    const BODY: &str = "<DescribeVpcsResponse><vpcSet/></DescribeVpcsResponse>";

    struct Same;

    #[async_trait::async_trait]
    impl Transport for Same {
        async fn send(&self, _: http::Request<Bytes>) -> Result<http::Response<Bytes>, Failure> {
            Ok(http::Response::new(BODY.into()))
        }
    }

    #[tokio::test]
    async fn every_byte_of_a_reply_is_counted() {
        let keys = Credentials::new("id", "secret", None, None, "test");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-central-1"))
            .credentials_provider(SharedCredentialsProvider::new(keys))
            .http_client(Seam(Arc::new(Same)))
            .build();
        let (client, read) = (aws_sdk_ec2::Client::new(&config), Read::default());
        for _ in 0..2 {
            let call = client.describe_vpcs().customize();
            call.interceptor(read.clone()).send().await.unwrap();
        }
        assert_eq!(read.taken(), 2 * BODY.len());
        assert_eq!(read.taken(), 0, "it is taken");
    }
}
