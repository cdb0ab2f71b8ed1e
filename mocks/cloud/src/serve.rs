#![allow(
    clippy::disallowed_methods,
    reason = "a port is served in real time; the core takes its time from whoever calls it"
)]

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HeaderValue};
use http_body_util::BodyExt;
use http_body_util::combinators::BoxBody;
use hyper::body::{Body, Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use crate::cloud::Response;
use crate::follow::{Follow, GLANCE, Next};
use crate::mock::{Mock, Outcome, first_half};

/// The largest request body that is read.
const BODY_BYTES_MAX: usize = 4 << 20;

type Reply = http::Response<BoxBody<Bytes, io::Error>>;

/// Serves the mock over HTTP/1.1 until the listener fails or the future is dropped. Delays are
/// waited for; a lost reply or a refused connection closes the connection.
///
/// # Errors
/// What `accept` on the listener answers.
pub async fn serve(mock: Mock, listener: TcpListener) -> io::Result<()> {
    serve_at_pace(mock, listener, 1).await
}

/// The same in a cloud that lives so many times faster than the clock on the wall: for clients that
/// do, too.
///
/// # Errors
/// As [`serve`].
pub async fn serve_at_pace(mock: Mock, listener: TcpListener, pace: u32) -> io::Result<()> {
    let time = Time {
        started: Instant::now(),
        pace: pace.max(1),
    };
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(connection(mock.clone(), time, stream));
    }
}

/// The mock's time.
#[derive(Clone, Copy)]
struct Time {
    started: Instant,
    pace: u32,
}

async fn connection(mock: Mock, time: Time, stream: TcpStream) {
    // Small replies must not wait for an acknowledgement of the one before.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(mock.clone(), time, request));
    let mut connection = hyper::server::conn::http1::Builder::new();
    // Clients set their clocks by it, and a cloud of another pace has another time.
    connection.auto_date_header(time.pace == 1);
    // An error here is a client that went away, or a fault that was asked for.
    let _ = connection
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn answer(
    mock: Mock,
    time: Time,
    request: http::Request<Incoming>,
) -> Result<Reply, io::Error> {
    let (parts, body) = request.into_parts();
    let limited = http_body_util::Limited::new(body, BODY_BYTES_MAX);
    let body = limited
        .collect()
        .await
        .map_err(io::Error::other)?
        .to_bytes();
    let now = time.started.elapsed() * time.pace;
    let reply = mock.serve_once(now, http::Request::from_parts(parts, body));
    if !reply.delay.is_zero() {
        tokio::time::sleep(reply.delay / time.pace).await;
    }
    match reply.outcome {
        Outcome::Respond(mut response) => match response.extensions_mut().remove::<Follow>() {
            Some(follow) => Ok(going_on(response, mock, time, follow)),
            None => Ok(whole(response)),
        },
        Outcome::Truncate(response) => Ok(half(response)),
        Outcome::Drop | Outcome::Refuse => Err(io::Error::other("closed on purpose")),
    }
}

fn whole(response: Response) -> Reply {
    response.map(|body| {
        http_body_util::Full::new(body)
            .map_err(|never: Infallible| match never {})
            .boxed()
    })
}

/// The reply of a response that goes on, until it ends or nobody reads it any more.
fn going_on(response: Response, mock: Mock, time: Time, mut follow: Follow) -> Reply {
    let (send, parts) = mpsc::channel(1);
    let first = response.body().clone();
    tokio::spawn(async move {
        let mut next = Next::Part(first);
        loop {
            let is_read = match next {
                Next::Part(part) => send.send(Ok(part)).await.is_ok(),
                Next::Nothing => {
                    tokio::time::sleep(GLANCE / time.pace).await;
                    !send.is_closed()
                }
                Next::End => false,
                Next::Broken => {
                    let broken = io::Error::other("broken off on purpose");
                    let _ = send.send(Err(broken)).await;
                    false
                }
            };
            if !is_read {
                return;
            }
            next = mock.follow(time.started.elapsed() * time.pace, &mut follow);
        }
    });
    response.map(|_| BodyExt::boxed(GoingOn(Mutex::new(parts))))
}

/// A body that goes on.
struct GoingOn(Mutex<mpsc::Receiver<io::Result<Bytes>>>);

impl Body for GoingOn {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let parts = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        let part = parts.poll_recv(cx);
        part.map(|part| part.map(|part| part.map(Frame::data)))
    }
}

fn half(response: Response) -> Reply {
    let full = HeaderValue::from(response.body().len());
    let first = first_half(&response);
    let mut reply = response.map(|_| BodyExt::boxed(Broken::First(first)));
    reply.headers_mut().insert(CONTENT_LENGTH, full);
    reply
}

/// A body that breaks off.
enum Broken {
    First(Bytes),
    /// Lets the connection write out what it has; it would throw that away on an error.
    Pause,
    End,
}

impl Body for Broken {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match std::mem::replace(&mut *self, Self::End) {
            Self::First(first) => {
                *self = Self::Pause;
                Poll::Ready(Some(Ok(Frame::data(first))))
            }
            Self::Pause => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Self::End => Poll::Ready(Some(Err(io::Error::other("broken off on purpose")))),
        }
    }
}
