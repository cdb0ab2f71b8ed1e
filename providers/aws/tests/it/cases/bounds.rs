//! A listing that has more than any account: it is given up as a whole, over all of its pages.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use bytes::Bytes;
use conformance::{InProcess, Lab, Variant, subjects::AwsSubject};
use groundwork_engine::{MemoryJournal, Trouble};
use groundwork_transport::{Connector, Failure, Settings, Transport};
use http::{Request, Response};

const LISTING: &str = "DescribeEgressOnlyInternetGateways";

/// A way to the cloud on which each page of one listing is another, and none is the last.
#[derive(Clone)]
struct Endless {
    under: InProcess,
    page: Page,
    pages: Arc<AtomicUsize>,
}

/// What is on a page.
#[derive(Clone)]
struct Page {
    objects: usize,
    padding: usize,
}

impl Page {
    fn body(&self, nth: usize) -> String {
        let (items, padding) = ("<item/>".repeat(self.objects), " ".repeat(self.padding));
        format!(
            "<{LISTING}Response><requestId>r</requestId><egressOnlyInternetGatewaySet>{items}\
             </egressOnlyInternetGatewaySet><nextToken>page-{nth}</nextToken></{LISTING}Response>\
             {padding}"
        )
    }
}

impl Connector for Endless {
    fn connect(&self, _: &Settings) -> Result<Arc<dyn Transport>, Failure> {
        Ok(Arc::new(self.clone()))
    }
}

#[async_trait]
impl Transport for Endless {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
        let body = String::from_utf8_lossy(request.body());
        if !body.contains(&format!("Action={LISTING}&")) {
            return self.under.send(request).await;
        }
        let nth = self.pages.fetch_add(1, Ordering::SeqCst) + 1;
        Ok(Response::new(self.page.body(nth).into()))
    }
}

/// What a run says of the listing, and how many pages of it were read.
async fn given_up(page: Page) -> (String, usize) {
    let subject = AwsSubject::private();
    let lab = Lab::open(&subject);
    let pages = Arc::new(AtomicUsize::new(0));
    let wire = Endless {
        under: lab.wire.clone(),
        page,
        pages: pages.clone(),
    };
    let journal = Arc::new(MemoryJournal::default());
    let process = lab.process_with(journal, "one", Arc::new(wire), 7);
    let Err(Trouble::Cloud(error)) = process.apply(&lab.wanted(Variant::DualStack)).await else {
        panic!("it was taken for a whole listing");
    };
    assert!(error.operation.contains(LISTING), "{error:#?}");
    assert_eq!(lab.mock.mutating_calls(), []);
    (error.message, pages.load(Ordering::SeqCst))
}

#[tokio::test(start_paused = true)]
async fn a_listing_of_too_many_objects_is_given_up_as_a_whole() {
    let (objects, padding) = (60_000, 0);
    let (message, pages) = given_up(Page { objects, padding }).await;
    assert!(message.contains("more than 1000000 objects"), "{message}");
    assert_eq!(pages % 17, 0, "no more is read than shows it: {pages}");
}

#[tokio::test(start_paused = true)]
async fn a_listing_of_too_many_bytes_is_given_up_as_a_whole() {
    let (objects, padding) = (1, 15 << 20);
    let (message, pages) = given_up(Page { objects, padding }).await;
    assert!(message.contains("bytes"), "{message}");
    assert_eq!(pages % 69, 0, "no more is read than shows it: {pages}");
}
