//! What stands between the program and moto: it passes requests on, and puts moto's faults right.

use std::io;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use anyhow::Result;
use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use super::ask::{Answer, Ask};
use super::client::Client;
use super::faults::{self, Fault};

/// A proxy for one account, on a port and a thread of its own: it answers while a test waits for the program.
pub struct Proxy {
    /// Where it listens.
    pub url: String,
    calls: Arc<Mutex<Vec<Ask>>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Proxy {
    /// Starts it before moto.
    ///
    /// # Errors
    /// No port, or no thread.
    pub fn start(moto: &str, account: &str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let url = format!("http://{}", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel();
        let calls = Arc::default();
        let cloud = Arc::new(Cloud {
            moto: Client::new(moto, account),
            faults: faults::all(),
            calls: Arc::clone(&calls),
            turn: tokio::sync::Mutex::default(),
        });
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let thread = thread::Builder::new().spawn(move || {
            let serving = runtime.block_on(serve(cloud, listener, stopped));
            serving.expect("a listening socket accepts");
        })?;
        Ok(Self {
            url,
            calls,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// The requests since the last time, or since the start.
    pub fn calls(&self) -> Vec<Ask> {
        std::mem::take(&mut *self.calls.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic in it has been told already.
            let _ = thread.join();
        }
    }
}

/// moto as it should be, for one account.
struct Cloud {
    moto: Client,
    faults: Vec<Box<dyn Fault>>,
    calls: Arc<Mutex<Vec<Ask>>>,
    /// EC2 carries each request out as a whole; here some are made of several.
    turn: tokio::sync::Mutex<()>,
}

impl Cloud {
    async fn answer(&self, ask: Ask) -> Result<Answer> {
        let _turn = self.turn.lock().await;
        self.note(&ask);
        for fault in &self.faults {
            if let Some(answer) = fault.instead(&self.moto, &ask).await? {
                return Ok(answer);
            }
        }
        let mut answer = self.moto.send(&ask).await?;
        for fault in &self.faults {
            fault.correct(&self.moto, &ask, &mut answer).await?;
        }
        Ok(answer)
    }

    fn note(&self, ask: &Ask) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.push(ask.clone());
    }
}

/// What a request asks for.
fn read(headers: &HeaderMap, body: &Bytes) -> Ask {
    let header = |name: &str| Some(headers.get(name)?.to_str().ok()?.to_owned());
    let action = header("x-amz-target");
    let action = action
        .as_deref()
        .and_then(|target| target.split('.').nth(1));
    let ask = match action {
        Some(action) => Ask::of_quotas(action, &String::from_utf8_lossy(body)),
        None => Ask::parse(body),
    };
    Ask {
        authorization: header("authorization"),
        ..ask
    }
}

async fn serve(
    cloud: Arc<Cloud>,
    listener: TcpListener,
    mut stopped: oneshot::Receiver<()>,
) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    loop {
        tokio::select! {
            _ = &mut stopped => return Ok(()),
            accepted = listener.accept() => {
                let (stream, _) = accepted?;
                tokio::spawn(connection(Arc::clone(&cloud), stream));
            }
        }
    }
}

async fn connection(cloud: Arc<Cloud>, stream: TcpStream) {
    // Small replies must not wait for an acknowledgement of the one before.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| exchange(Arc::clone(&cloud), request));
    let connection = hyper::server::conn::http1::Builder::new();
    // An error here is a client that went away.
    let _ = connection
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn exchange(
    cloud: Arc<Cloud>,
    request: Request<Incoming>,
) -> io::Result<Response<Full<Bytes>>> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let ask = read(&parts.headers, &body);
    let content = match ask.json {
        Some(_) => "application/x-amz-json-1.1",
        None => "text/xml;charset=UTF-8",
    };
    // A cloud goes on with a request whose sender is dead.
    let carried_out = tokio::spawn(async move { cloud.answer(ask).await });
    let answer = carried_out.await.map_err(io::Error::other)?;
    let answer = answer.unwrap_or_else(|why| Answer::refusal(500, "Proxy", &format!("{why:#}")));
    let response = Response::builder()
        .status(answer.status)
        .header("content-type", content)
        .body(Full::from(answer.body.to_string()));
    response.map_err(io::Error::other)
}
