//! The client against a server that answers by a script.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use groundwork_kit::client::{
    Authenticate, Call, Client, Failures, Pages, Paging, Pending, RateLimit, Reset, StaticToken,
    Wire, secret_header,
};
use groundwork_model::Secret;
use groundwork_provider::{
    Access, Clock, Effect, Environment, ErrorKind, Operation, Progress, Random, Result, Retry,
    World,
};
use groundwork_transport::{Cause, Connector, Failure, Sent, Settings, Stream, Transport};
use http::{HeaderMap, Request, Response, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

const BASE: &str = "https://cloud.test/v1";

/// A server that gives its replies in order, and remembers what it was asked.
#[derive(Default)]
struct Script {
    replies: Mutex<VecDeque<Response<Bytes>>>,
    asked: Mutex<Vec<(String, HeaderMap)>>,
    clock: Mutex<Timestamp>,
}

impl Script {
    fn new(replies: impl IntoIterator<Item = Response<Bytes>>) -> Arc<Self> {
        Arc::new(Self {
            replies: Mutex::new(replies.into_iter().collect()),
            ..Self::default()
        })
    }

    fn asked(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        asked.iter().map(|(line, _)| line.clone()).collect()
    }

    fn tokens(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let token = |headers: &HeaderMap| headers.get("x-token")?.to_str().ok().map(str::to_owned);
        asked.iter().filter_map(|(_, h)| token(h)).collect()
    }

    fn pass(&self, seconds: i64) {
        let mut now = self.clock.lock().unwrap();
        *now += SignedDuration::from_secs(seconds);
    }
}

#[async_trait]
impl Transport for Script {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
        let line = format!("{} {}", request.method(), request.uri());
        let asked = (line.clone(), request.headers().clone());
        self.asked.lock().unwrap().push(asked);
        tokio::task::yield_now().await;
        let reply = self.replies.lock().unwrap().pop_front();
        Ok(reply.unwrap_or_else(|| panic!("nobody expected {line}")))
    }
}

struct At(Arc<Script>);

impl Connector for At {
    fn connect(&self, _: &Settings) -> Result<Arc<dyn Transport>, Failure> {
        Ok(self.0.clone())
    }
}

#[async_trait]
impl Clock for Script {
    fn now(&self) -> Timestamp {
        *self.clock.lock().unwrap()
    }

    async fn sleep(&self, _: Duration) {
        unreachable!("a client never waits")
    }
}

impl std::fmt::Debug for Script {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Script")
    }
}

#[derive(Debug)]
struct NoRandom;

impl Random for NoRandom {
    fn bits(&mut self) -> u128 {
        0
    }
}

fn access(script: &Arc<Script>) -> Access<(), ()> {
    Access {
        spec: None,
        cloud: None,
        secrets: BTreeMap::new(),
        account: None,
        environment: Environment::default(),
        connector: Arc::new(At(script.clone())),
        world: World::new(script.clone(), NoRandom),
    }
}

fn wire(script: &Arc<Script>) -> Wire {
    Wire::connect(&access(script), Settings::default(), &Failures::REST).unwrap()
}

fn client(script: &Arc<Script>) -> Client<StaticToken> {
    let bearer = StaticToken::bearer(BASE, &Secret::new("t-1")).unwrap();
    Client::new(wire(script), bearer)
}

fn reply(status: u16, body: &Value) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(body.to_string().into())
        .unwrap()
}

fn raw(status: u16, kind: &str, body: &'static str) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .header("content-type", kind)
        .body(body.into())
        .unwrap()
}

fn with(mut reply: Response<Bytes>, headers: &[(&'static str, &str)]) -> Response<Bytes> {
    for (name, value) in headers {
        reply.headers_mut().insert(*name, value.parse().unwrap());
    }
    reply
}

#[derive(Debug, Deserialize, Eq, PartialEq)]
struct Thing {
    id: String,
}

fn ids(things: Vec<Thing>) -> Vec<String> {
    things.into_iter().map(|thing| thing.id).collect()
}

#[tokio::test]
async fn what_is_absent_is_an_answer_where_it_is_asked_for() {
    let gone = || reply(404, &json!({ "message": "no such thing" }));
    let script = Script::new([gone(), gone(), gone()]);
    let client = client(&script);
    assert_eq!(client.get::<Thing>("/things/1").await.unwrap(), None);
    client.delete("/things/1").await.unwrap();
    let error = client
        .patch::<Thing>("/things/1", json!({}))
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict);
    assert_eq!(error.operation, "PATCH /things/1");
}

#[tokio::test]
async fn a_call_has_its_query_its_body_and_its_token() {
    let script = Script::new([reply(200, &json!({ "thing": { "id": "1" } }))]);
    let call = Call::get("/things")
        .query([("name", "a b&c")])
        .under("thing");
    let thing: Thing = client(&script).read(&call).await.unwrap();
    assert_eq!(thing.id, "1");
    assert_eq!(call.operation(), "GET /things");
    assert_eq!(
        script.asked(),
        ["GET https://cloud.test/v1/things?name=a+b%26c"]
    );
    let asked = script.asked.lock().unwrap();
    assert_eq!(asked[0].1["authorization"], "Bearer t-1");
    assert!(asked[0].1["authorization"].is_sensitive());
}

#[tokio::test]
async fn a_reply_that_makes_no_sense_may_have_had_its_effect() {
    let odd = [
        raw(200, "application/json", "{"),
        raw(200, "text/html", "<html>log in first</html>"),
        reply(200, &json!([1, 2])),
        reply(200, &json!("yes")),
        reply(200, &json!({ "other": {} })),
        reply(200, &json!({ "thing": { "id": 7 } })),
    ];
    for reply in odd {
        let text = format!("{:?}", reply.body());
        let script = Script::new([reply]);
        let call = Call::post("/things", json!({})).under("thing");
        let error = client(&script).read::<Thing>(&call).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unexpected, "{text}");
        assert_eq!(error.effect, Effect::Unknown, "{text}");
    }
    let script = Script::new([raw(200, "text/html", "<html>")]);
    let error = client(&script).get::<Thing>("/x").await.unwrap_err();
    assert!(error.message.contains("text/html, not JSON"), "{error}");
}

#[tokio::test]
async fn a_listing_is_read_to_its_last_page_however_it_is_paged() {
    let page = |next: Value| json!({ "things": [{ "id": "1" }], "next": next });
    let last = || json!({ "things": [{ "id": "2" }], "next": null });
    let table = [
        (
            Paging::Token {
                at: "/next",
                parameter: "page",
            },
            page(json!(2)),
            "GET https://cloud.test/v1/things?all=yes&page=2",
        ),
        (
            Paging::Token {
                at: "/next",
                parameter: "pageToken",
            },
            page(json!("a/b=")),
            "GET https://cloud.test/v1/things?all=yes&pageToken=a%2Fb%3D",
        ),
        (
            Paging::Link { at: "/next" },
            page(json!("https://cloud.test/v1/things?after=1")),
            "GET https://cloud.test/v1/things?after=1",
        ),
        (
            Paging::Marker,
            json!({ "things": [{ "id": "1" }], "things_links": [
                { "rel": "previous", "href": "http://inside/v1/things?marker=0" },
                { "rel": "next", "href": "http://inside/v1/things?all=no&marker=a%2F1" },
            ] }),
            "GET https://cloud.test/v1/things?all=yes&marker=a%2F1",
        ),
    ];
    for (paging, first, second) in table {
        let script = Script::new([reply(200, &first), reply(200, &last())]);
        let pages = Pages::new(
            Call::get("/things").query([("all", "yes")]),
            "things",
            paging,
        );
        let things: Vec<Thing> = client(&script).list(&pages).await.unwrap();
        assert_eq!(ids(things), ["1", "2"]);
        let first = "GET https://cloud.test/v1/things?all=yes";
        assert_eq!(script.asked(), [first, second]);
    }
}

#[tokio::test]
async fn a_listing_that_cannot_end_is_given_up() {
    let page = |next: &str| reply(200, &json!({ "things": [{ "id": "1" }], "next": next }));
    let paging = Paging::Token {
        at: "/next",
        parameter: "page",
    };
    let pages = Pages::new(Call::get("/things"), "things", paging);
    let script = Script::new([page("2"), page("3"), page("2")]);
    let error = client(&script).list::<Thing>(&pages).await.unwrap_err();
    assert!(error.message.contains("read before"), "{error}");

    let script = Script::new([page("2"), page("3"), page("4")]);
    let error = client(&script)
        .list::<Thing>(&pages.at_most(2))
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unexpected);
    assert!(error.message.contains("more than 2 objects"), "{error}");
}

#[tokio::test]
async fn a_page_is_a_list_of_things_or_an_error() {
    let paging = Paging::Marker;
    let pages = Pages::new(Call::get("/things"), "things", paging);
    let odd = [
        json!({}),
        json!([]),
        json!("things"),
        json!({ "things": null }),
        json!({ "things": { "id": "1" } }),
        json!({ "things": [{ "name": "x" }] }),
        json!({ "things": [], "things_links": [{ "rel": "next" }] }),
        json!({ "things": [], "things_links": [{ "rel": "next", "href": "/v1/things?limit=1" }] }),
    ];
    for page in odd {
        let script = Script::new([reply(200, &page)]);
        let error = client(&script).list::<Thing>(&pages).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unexpected, "{page}");
    }
}

#[tokio::test]
async fn a_post_without_a_body_says_that_it_has_none() {
    let script = Script::new([ok(), ok()]);
    let client = client(&script);
    client
        .done(&Call::new(http::Method::POST, "/wait"))
        .await
        .unwrap();
    client.done(&Call::get("/things")).await.unwrap();
    let asked = script.asked.lock().unwrap();
    let lengths = asked
        .iter()
        .map(|(_, headers)| headers.get("content-length").cloned());
    let lengths: Vec<_> = lengths.collect();
    assert_eq!(lengths, [Some(http::HeaderValue::from_static("0")), None]);
}

/// Google leaves out a list that is empty.
#[tokio::test]
async fn a_page_without_its_list_is_empty_where_the_cloud_says_so() {
    let paging = Paging::Token {
        at: "/next",
        parameter: "page",
    };
    let pages = Pages::new(Call::get("/things"), "things", paging);
    let script = Script::new([reply(200, &json!({ "kind": "list" }))]);
    let things = client(&script).list::<Thing>(&pages.or_none()).await;
    assert_eq!(things.unwrap().len(), 0);
}

/// Gives a reply in parts, and then its connection breaks.
struct Parts(StatusCode, Mutex<VecDeque<&'static str>>);

#[async_trait]
impl Stream for Parts {
    async fn part(&mut self) -> Result<Option<Bytes>, Failure> {
        let part = self.1.lock().unwrap().pop_front();
        match part {
            Some("broken") => Err(Failure::new(Cause::Broken, Sent::Maybe, "broken off")),
            part => Ok(part.map(|part| Bytes::from_static(part.as_bytes()))),
        }
    }
}

#[async_trait]
impl Transport for Parts {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
        unreachable!("nobody wants it whole")
    }

    async fn open(&self, _: Request<Bytes>) -> Result<Response<Box<dyn Stream>>, Failure> {
        let parts = std::mem::take(&mut *self.1.lock().unwrap());
        let body: Box<dyn Stream> = Box::new(Self(self.0, Mutex::new(parts)));
        let mut reply = Response::new(body);
        *reply.status_mut() = self.0;
        Ok(reply)
    }
}

impl Connector for Parts {
    fn connect(&self, _: &Settings) -> Result<Arc<dyn Transport>, Failure> {
        let parts = self.1.lock().unwrap().clone();
        Ok(Arc::new(Self(self.0, Mutex::new(parts))))
    }
}

/// The lines of a reply in parts, up to its end or what breaks it.
async fn lines(status: StatusCode, parts: &[&'static str]) -> Result<Option<Vec<String>>> {
    let mut access = access(&Script::new([]));
    let parts = parts.iter().copied().collect();
    access.connector = Arc::new(Parts(status, Mutex::new(parts)));
    let wire = Wire::connect(&access, Settings::default(), &Failures::REST).unwrap();
    let client = Client::new(wire, StaticToken::bearer(BASE, &Secret::new("t")).unwrap());
    let call = Call::get("/things");
    let Some(mut lines) = client.lines_unless(&call, StatusCode::GONE).await? else {
        return Ok(None);
    };
    let mut all = Vec::new();
    while let Some(line) = lines.next().await? {
        all.push(String::from_utf8(line.to_vec()).unwrap());
    }
    Ok(Some(all))
}

#[tokio::test]
async fn lines_are_read_while_they_come_wherever_parts_begin_and_end() {
    let all = lines(StatusCode::OK, &["a\nb", "", "c\n\nd", "\ncut"])
        .await
        .unwrap();
    assert_eq!(all.unwrap(), ["a", "bc", "", "d"]);
    let gone = lines(StatusCode::GONE, &["what was there"]).await.unwrap();
    assert!(gone.is_none());
    let broken = lines(StatusCode::OK, &["a\n", "broken"]).await.unwrap_err();
    assert_eq!(broken.kind, ErrorKind::Unavailable);
    let refused = lines(StatusCode::FORBIDDEN, &["{\"message\":", " \"not you\"}"]).await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Denied);
    assert!(refused.to_string().contains("not you"), "{refused}");
}

#[tokio::test]
async fn a_line_without_an_end_is_given_up() {
    let part: &'static str = "x".repeat(1 << 20).leak();
    let error = lines(StatusCode::OK, &[part; 16]).await.unwrap_err();
    assert!(error.to_string().contains("more than 8 MiB"), "{error}");
}

/// Answers a `wait` once somebody has asked for something else.
#[derive(Default)]
struct Holding(tokio::sync::Notify);

#[async_trait]
impl Transport for Holding {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
        match request.uri().path().ends_with("/wait") {
            true => self.0.notified().await,
            false => self.0.notify_one(),
        }
        Ok(ok())
    }
}

struct To(Arc<Holding>);

impl Connector for To {
    fn connect(&self, _: &Settings) -> Result<Arc<dyn Transport>, Failure> {
        Ok(self.0.clone())
    }
}

#[tokio::test]
async fn nobody_waits_for_a_call_that_the_server_holds() {
    let mut access = access(&Script::new([]));
    let one_at_once = ("GROUNDWORK_REQUESTS_AT_ONCE".to_owned(), "1".to_owned());
    access.environment = Environment::new([one_at_once]);
    access.connector = Arc::new(To(Arc::default()));
    let wire = Wire::connect(&access, Settings::default(), &Failures::REST).unwrap();
    let client = Client::new(wire, StaticToken::bearer(BASE, &Secret::new("t")).unwrap());
    let wait = Call::post("/operations/1/wait", json!({})).held();
    let things = Call::get("/things");
    let both = async { tokio::join!(client.done(&wait), client.done(&things)) };
    let patience = async {
        for _ in 0..1000 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        (held, other) = both => assert!(held.is_ok() && other.is_ok()),
        () = patience => panic!("the other call waits for the one that is held"),
    }
}

#[tokio::test]
async fn a_link_to_another_server_is_not_followed() {
    let page = json!({ "things": [], "next": "https://evil.test/v1/things" });
    let script = Script::new([reply(200, &page)]);
    let pages = Pages::new(Call::get("/things"), "things", Paging::Link { at: "/next" });
    let error = client(&script).list::<Thing>(&pages).await.unwrap_err();
    assert!(error.message.contains("evil.test"), "{error}");
    assert_eq!(script.asked().len(), 1, "the token stays here");
}

/// A cloud whose logins give tokens that expire after some hours.
struct Login {
    hours: i64,
}

const LOGIN: Login = Login { hours: 1 };

#[async_trait]
impl Authenticate for Login {
    type Session = (String, Timestamp);

    async fn log_in(&self, wire: &Wire) -> Result<(String, Timestamp)> {
        const OPERATION: &str = "POST /login";
        let request = Request::post("https://login.test/login");
        let reply = wire
            .exchange(OPERATION, request.body(Bytes::new()).unwrap())
            .await?;
        if !reply.status().is_success() {
            return Err(wire.refused(OPERATION, &reply));
        }
        let token = wire.json(OPERATION, &reply)?;
        let expires = wire.clock().now() + SignedDuration::from_hours(self.hours);
        Ok((wire.typed(OPERATION, &reply, token)?, expires))
    }

    fn base<'s>(&'s self, _: &'s Self::Session) -> &'s str {
        BASE
    }

    fn sign(&self, session: &Self::Session, request: &mut Request<Bytes>) -> Result<()> {
        let token = secret_header(&session.0)?;
        request.headers_mut().insert("x-token", token);
        Ok(())
    }

    fn expires(&self, session: &Self::Session) -> Option<Timestamp> {
        Some(session.1)
    }
}

fn ok() -> Response<Bytes> {
    reply(200, &json!({ "id": "1" }))
}

#[tokio::test]
async fn a_token_is_renewed_before_it_expires() {
    let token = |name: &str| reply(200, &json!(name));
    let script = Script::new([token("a"), ok(), ok(), token("b"), ok()]);
    let client = Client::new(wire(&script), LOGIN);
    for seconds in [0, 3500, 50] {
        script.pass(seconds);
        client.get::<Thing>("/x").await.unwrap();
    }
    assert_eq!(script.tokens(), ["a", "a", "b"]);
}

#[tokio::test]
async fn a_token_that_still_holds_is_used_while_no_other_is_to_be_had() {
    let failing = reply(503, &json!({}));
    let script = Script::new([reply(200, &json!("a")), ok(), failing, ok()]);
    let client = Client::new(wire(&script), LOGIN);
    client.get::<Thing>("/x").await.unwrap();
    script.pass(3550);
    client.get::<Thing>("/x").await.unwrap();
    assert_eq!(script.tokens(), ["a", "a"]);
}

/// The cloud's clock and ours may differ by more than a session lasts.
#[tokio::test]
async fn a_session_that_seems_to_be_over_at_once_is_used_all_the_same() {
    let script = Script::new([reply(200, &json!("a")), ok(), ok()]);
    let client = Client::new(wire(&script), Login { hours: -2 });
    client.get::<Thing>("/x").await.unwrap();
    client.get::<Thing>("/x").await.unwrap();
    assert_eq!(script.tokens(), ["a", "a"]);
}

#[tokio::test]
async fn the_first_caller_renews_for_all() {
    let token = |name: &str| reply(200, &json!(name));
    let refused = || reply(401, &json!({}));
    let script = Script::new([token("a"), refused(), refused(), token("b"), ok(), ok()]);
    let client = Client::new(wire(&script), LOGIN);
    let (one, two) = tokio::join!(client.get::<Thing>("/1"), client.get::<Thing>("/2"));
    one.unwrap();
    two.unwrap();
    let logins = script
        .asked()
        .iter()
        .filter(|line| line.contains("login"))
        .count();
    assert_eq!(logins, 2, "{:?}", script.asked());
}

#[tokio::test]
async fn a_session_is_renewed_once_and_a_lasting_token_never() {
    let token = |name: &str| reply(200, &json!(name));
    let refused = || reply(401, &json!({}));
    let script = Script::new([token("a"), refused(), token("b"), refused()]);
    let renewing = Client::new(wire(&script), LOGIN);
    let error = renewing.get::<Thing>("/x").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Denied);

    let script = Script::new([refused()]);
    let error = client(&script).get::<Thing>("/x").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Denied);
    assert_eq!(script.asked().len(), 1);
}

/// A cloud locks a user out after a few wrong passwords: sixteen calls are one try, not sixteen.
#[tokio::test]
async fn a_login_that_is_denied_is_not_tried_by_everyone() {
    let script = Script::new([reply(401, &json!({})), reply(200, &json!("a")), ok()]);
    let client = Client::new(wire(&script), LOGIN);
    let (one, two) = tokio::join!(client.get::<Thing>("/1"), client.get::<Thing>("/2"));
    assert_eq!(one.unwrap_err().kind, ErrorKind::Denied);
    assert_eq!(two.unwrap_err().kind, ErrorKind::Denied);
    assert_eq!(script.asked().len(), 1);
    script.pass(61);
    client.get::<Thing>("/3").await.unwrap();
}

#[tokio::test]
async fn nothing_is_sent_beyond_the_rate_limit() {
    let left = |n: &'static str| [("ratelimit-remaining", n), ("ratelimit-reset", "30")];
    let script = Script::new([with(ok(), &left("1")), with(ok(), &left("0")), ok()]);
    let wire = wire(&script).limited(RateLimit {
        limit: "ratelimit-limit",
        remaining: "ratelimit-remaining",
        reset: "ratelimit-reset",
        at_reset: Reset::Next,
    });
    let client = Client::new(wire, StaticToken::bearer(BASE, &Secret::new("t")).unwrap());
    client.get::<Thing>("/x").await.unwrap();
    client.get::<Thing>("/x").await.unwrap();
    let error = client.get::<Thing>("/x").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Throttled);
    assert_eq!(error.retry, Retry::After(Duration::from_secs(30)));
    assert_eq!(error.effect, Effect::None);
    assert_eq!(script.asked().len(), 2, "the third was not sent");
    script.pass(30);
    client.get::<Thing>("/x").await.unwrap();
}

#[tokio::test]
async fn a_long_operation_is_asked_about_at_the_servers_pace() {
    let running = with(reply(200, &json!({ "id": "1" })), &[("retry-after", "9")]);
    let script = Script::new([running, ok(), reply(404, &json!({}))]);
    let client = client(&script);
    let pending = Pending {
        at: "/operations/1?signature=s".to_owned(),
        what: (),
    };
    let Progress::<()>::Pending {
        operation,
        poll_after,
    } = pending.after(Duration::from_secs(2))
    else {
        panic!("it is pending");
    };
    assert_eq!(poll_after, Duration::from_secs(2));
    let at = Pending::<()>::read(&operation).unwrap().at;
    let first = client.ask::<Thing>(&at).await.unwrap();
    assert_eq!(first.poll_after, Duration::from_secs(9));
    let second = client.ask::<Thing>(&at).await.unwrap();
    assert_eq!(second.poll_after, Duration::from_secs(1));
    let error = client.ask::<Thing>(&at).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict);
    assert_eq!(error.operation, "GET /operations/1", "its query is secret");
    assert!(Pending::<()>::read(&Operation(json!([1]))).is_err());
}

#[tokio::test]
async fn an_operation_at_another_server_is_not_asked_about() {
    let script = Script::new([]);
    let client = client(&script);
    let error = client
        .ask::<Thing>("https://evil.test/x")
        .await
        .unwrap_err();
    assert!(error.message.contains("another server"), "{error}");
}
