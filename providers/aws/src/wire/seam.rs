//! The SDK's way out: over the injected transport, by the injected clock.

use std::{fmt, sync::Arc, time::SystemTime};

use aws_smithy_async::{
    rt::sleep::{AsyncSleep, Sleep},
    time::TimeSource,
};
use aws_smithy_runtime_api::{
    client::{
        http::{
            HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings,
            SharedHttpConnector,
        },
        orchestrator::HttpRequest,
        result::ConnectorError,
        runtime_components::RuntimeComponents,
    },
    http::Response,
};
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use groundwork_provider::Clock;
use groundwork_transport::{Cause, Failure, Sent, Transport};

/// An HTTP client of the SDK's that is our transport: one request, one reply, no retry.
#[derive(Clone)]
pub(crate) struct Seam(pub(crate) Arc<dyn Transport>);

impl fmt::Debug for Seam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seam(..)")
    }
}

impl HttpClient for Seam {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Seam {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let transport = self.0.clone();
        HttpConnectorFuture::new(async move { exchange(&*transport, request).await })
    }
}

async fn exchange(
    transport: &dyn Transport,
    request: HttpRequest,
) -> Result<Response<SdkBody>, ConnectorError> {
    let request = request
        .try_into_http1x()
        .map_err(|why| ConnectorError::user(why.into()))?;
    let (parts, body) = request.into_parts();
    let body = body.bytes().map(Bytes::copy_from_slice).unwrap_or_default();
    let reply = transport
        .send(http::Request::from_parts(parts, body))
        .await
        .map_err(broken)?;
    if reply.status().is_success() && is_cut_off(reply.body()) {
        let message = "the reply ends in the middle";
        return Err(broken(Failure::new(Cause::Broken, Sent::Maybe, message)));
    }
    Response::try_from(reply.map(SdkBody::from))
        .map_err(|why| ConnectorError::other(why.into(), None))
}

/// Whether an XML document lacks its end. The SDK takes what is left of one for the whole: a list for
/// shorter than it is, and a field for left out. JSON it reads by itself.
fn is_cut_off(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    if !text.starts_with('<') {
        return false;
    }
    let mut tags = text.split('<').skip(1);
    let root = tags.find(|tag| tag.starts_with(|first: char| first.is_ascii_alphabetic()));
    let name = root.and_then(|root| root.split(|c: char| c.is_whitespace() || c == '>').next());
    name.is_none_or(|name| !text.ends_with(&format!("</{name}>")))
}

/// The failure stays whole inside of the SDK's error: whether the request was sent matters.
fn broken(failure: Failure) -> ConnectorError {
    match failure.cause {
        Cause::Timeout => ConnectorError::timeout(failure.into()),
        Cause::Settings => ConnectorError::user(failure.into()),
        Cause::Connect | Cause::Tls(_) | Cause::Broken | Cause::TooLarge => {
            ConnectorError::io(failure.into())
        }
    }
}

/// The SDK's clock is ours.
#[derive(Clone, Debug)]
pub(crate) struct Time(pub(crate) Arc<dyn Clock>);

impl TimeSource for Time {
    fn now(&self) -> SystemTime {
        self.0.now().into()
    }
}

impl AsyncSleep for Time {
    fn sleep(&self, duration: std::time::Duration) -> Sleep {
        let clock = self.0.clone();
        Sleep::new(Waiting(tokio::sync::Mutex::new(Box::pin(async move {
            clock.sleep(duration).await;
        }))))
    }
}

type Wait = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// The SDK asks for a future that is `Sync`; a lock around ours makes it so.
struct Waiting(tokio::sync::Mutex<Wait>);

impl Future for Waiting {
    type Output = ();

    fn poll(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<()> {
        self.0.get_mut().as_mut().poll(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_without_its_end_is_cut_off_wherever_that_is() {
        let whole = "<?xml version=\"1.0\"?>\n<CreateVpcResponse xmlns=\"x\"><vpc><vpcId>vpc-1</vpcId>\
                     </vpc></CreateVpcResponse>";
        for end in 1..whole.len() {
            assert!(is_cut_off(&whole.as_bytes()[..end]), "{}", &whole[..end]);
        }
        assert!(!is_cut_off(whole.as_bytes()));
        assert!(!is_cut_off(format!("{whole}\n").as_bytes()));
    }

    #[test]
    fn what_is_no_xml_is_not_judged() {
        for body in ["", "{\"Quotas\": [", "no such page"] {
            assert!(!is_cut_off(body.as_bytes()), "{body}");
        }
    }
}
