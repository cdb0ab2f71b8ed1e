//! A real control plane: etcd, kube-apiserver and, where asked, kube-controller-manager, of one program, with
//! ranges of a test's own. It lasts as long as its value.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::access;
use crate::http::Http;

/// The variable that holds the program. `cargo xtask test` sets it.
const VARIABLE: &str = "GROUNDWORK_REAL_KUBERNETES";

/// A token of a user who may do everything.
pub const ADMIN: &str = "admin";
/// A token of a user who may do nothing that no role allows.
pub const READER: &str = "reader";

/// A running control plane.
pub struct ControlPlane {
    folder: tempfile::TempDir,
    program: std::ffi::OsString,
    ports: [u16; 3],
    services: String,
    etcd: Child,
    server: Child,
    manager: Option<Child>,
    http: Http,
    runtime: tokio::runtime::Runtime,
}

impl Drop for ControlPlane {
    fn drop(&mut self) {
        let all = [
            Some(&mut self.server),
            self.manager.as_mut(),
            Some(&mut self.etcd),
        ];
        for child in all.into_iter().flatten() {
            // What has ended by itself cannot be ended again.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl ControlPlane {
    /// Starts one with these ranges of services; nothing where its program is not there, and then says in one
    /// line that the test is skipped.
    ///
    /// # Errors
    /// It does not start; what it says is in the message.
    ///
    /// # Panics
    /// In CI, where no test may be skipped.
    pub fn start(services: &str) -> Result<Option<Self>> {
        let Some(program) = access::found(VARIABLE) else {
            return Ok(None);
        };
        let folder = tempfile::tempdir()?;
        let ports = [free()?, free()?, free()?];
        let at = |path: &str| folder.path().join(path);
        let key = at("sa.key");
        let made = Command::new("openssl")
            .args(["genrsa", "-out"])
            .arg(&key)
            .arg("2048")
            .stderr(Stdio::null())
            .status()?;
        ensure!(made.success(), "openssl makes no key");
        fs::write(
            at("tokens.csv"),
            format!("{ADMIN},admin,1,system:masters\n{READER},reader,2\n"),
        )?;
        let etcd = etcd(&program, folder.path(), ports)?;
        let server = server(&program, folder.path(), ports, services)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let mut plane = Self {
            folder,
            program,
            ports,
            services: services.to_owned(),
            etcd,
            server,
            manager: None,
            http: Http::trusting_anybody(),
            runtime,
        };
        plane.await_ready()?;
        Ok(Some(plane))
    }

    /// The address of the API server.
    pub fn address(&self) -> String {
        format!("https://127.0.0.1:{}", self.ports[2])
    }

    /// A kubeconfig of the user of a token.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn kubeconfig(&self, token: &str) -> Result<String> {
        self.kubeconfig_of(json!({ "token": token }))
    }

    /// A kubeconfig of a user.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn kubeconfig_of(&self, user: Value) -> Result<String> {
        let authority = self.folder.path().join("certs/apiserver.crt");
        let config = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "real",
            "clusters": [{ "name": "real", "cluster": {
                "server": self.address(), "certificate-authority": authority,
            } }],
            "users": [{ "name": "real", "user": user }],
            "contexts": [{ "name": "real", "context": { "cluster": "real", "user": "real" } }],
        });
        let file = tempfile::Builder::new()
            .suffix(".kubeconfig")
            .tempfile_in(&self.folder)?;
        fs::write(file.path(), config.to_string())?;
        Ok(file.keep()?.1.display().to_string())
    }

    /// A folder that lasts as long as the control plane.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Stops the API server, as a machine that goes away does.
    ///
    /// # Errors
    /// It cannot be stopped.
    pub fn stop_server(&mut self) -> Result<()> {
        self.server.kill()?;
        self.server.wait()?;
        Ok(())
    }

    /// Starts the API server again, with other ranges of services.
    ///
    /// # Errors
    /// It does not start.
    pub fn start_server(&mut self, services: &str) -> Result<()> {
        self.services = services.to_owned();
        self.server = server(&self.program, self.folder.path(), self.ports, services)?;
        self.await_ready()
    }

    /// Starts a controller manager that gives nodes ranges.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn start_manager(&mut self, arguments: &[&str]) -> Result<()> {
        let kubeconfig = self.kubeconfig(ADMIN)?;
        let mut manager = self.command("kube-controller-manager", "manager")?;
        manager
            .args([
                "--kubeconfig",
                &kubeconfig,
                "--leader-elect=false",
                "--secure-port=0",
            ])
            .args([
                "--allocate-node-cidrs=true",
                "--node-monitor-grace-period=300s",
            ])
            .args(arguments);
        self.manager = Some(manager.spawn()?);
        Ok(())
    }

    /// Makes an object; its status too, where it has one.
    ///
    /// # Errors
    /// The API server refuses it; its message is in the error.
    pub fn create(&self, object: &Value) -> Result<Value> {
        let path = collection(object)?;
        let made = self.ask("POST", &path, Some(object))?;
        if object["status"].is_null() {
            return Ok(made);
        }
        let name = made["metadata"]["name"].as_str().context("it has a name")?;
        let mut whole = made.clone();
        whole["status"] = object["status"].clone();
        // A controller may have written it since.
        if let Some(metadata) = whole["metadata"].as_object_mut() {
            metadata.remove("resourceVersion");
        }
        self.ask("PUT", &format!("{path}/{name}/status"), Some(&whole))
    }

    /// Asks the API server, as its administrator.
    ///
    /// # Errors
    /// It refuses; its message is in the error.
    pub fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
        let url = format!("{}{path}", self.address());
        let kind = match method {
            "PATCH" => "application/merge-patch+json",
            _ => "application/json",
        };
        let answer = async {
            let request = self.http.client().request(method.parse()?, url);
            let request = request.bearer_auth(ADMIN).header("Content-Type", kind);
            let request = match body {
                Some(body) => request.body(body.to_string()),
                None => request,
            };
            let reply = request.send().await?;
            anyhow::Ok((reply.status(), reply.text().await?))
        };
        let (status, text) = self.runtime.block_on(answer)?;
        ensure!(status.is_success(), "{method} {path}: {status} {text}");
        Ok(serde_json::from_str(&text)?)
    }

    /// Asks the API server for a reply of several objects, such as a watch that ends; its status too.
    ///
    /// # Errors
    /// There is no reply, or it is not JSON.
    pub fn lines(&self, path: &str) -> Result<(u16, Vec<Value>)> {
        let url = format!("{}{path}", self.address());
        let answer = async {
            let reply = self
                .http
                .client()
                .get(url)
                .bearer_auth(ADMIN)
                .send()
                .await?;
            anyhow::Ok((reply.status().as_u16(), reply.text().await?))
        };
        let (status, text) = self.runtime.block_on(answer)?;
        // A refusal is one object over several lines.
        let values = serde_json::Deserializer::from_str(&text).into_iter();
        Ok((status, values.collect::<Result<_, _>>()?))
    }

    /// Waits until something is so, at most half a minute.
    ///
    /// # Errors
    /// It never is.
    pub fn until(&self, what: &str, is_so: impl Fn(&Self) -> Result<bool>) -> Result<()> {
        for _ in 0..300 {
            if is_so(self).unwrap_or(false) {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(100));
        }
        bail!("{what} does not happen")
    }

    fn command(&self, part: &str, log: &str) -> Result<Command> {
        command(&self.program, self.folder.path(), part, log)
    }

    fn await_ready(&mut self) -> Result<()> {
        for _ in 0..1200 {
            if let Some(status) = self.server.try_wait()? {
                let log = fs::read_to_string(self.folder.path().join("server.log"))?;
                let last: Vec<&str> = log.lines().rev().take(3).collect();
                bail!("the API server ended with {status}: {last:?}");
            }
            // It says `ok`, which is no JSON.
            if self
                .ask("GET", "/readyz", None)
                .is_err_and(|why| why.is::<serde_json::Error>())
            {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(100));
        }
        bail!("the API server does not get ready")
    }
}

fn free() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port())
}

fn command(program: &std::ffi::OsStr, folder: &Path, part: &str, log: &str) -> Result<Command> {
    let log = File::options()
        .append(true)
        .create(true)
        .open(folder.join(format!("{log}.log")))?;
    let mut command = Command::new(program);
    command
        .arg(part)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    Ok(command)
}

fn etcd(program: &std::ffi::OsStr, folder: &Path, [client, peer, _]: [u16; 3]) -> Result<Child> {
    let client = format!("http://127.0.0.1:{client}");
    let peer = format!("http://127.0.0.1:{peer}");
    let mut etcd = command(program, folder, "etcd", "etcd")?;
    etcd.arg("--data-dir").arg(folder.join("etcd"));
    etcd.args([
        "--listen-client-urls",
        &client,
        "--advertise-client-urls",
        &client,
    ]);
    etcd.args([
        "--listen-peer-urls",
        &peer,
        "--initial-advertise-peer-urls",
        &peer,
    ]);
    etcd.args([
        "--initial-cluster",
        &format!("default={peer}"),
        "--unsafe-no-fsync",
    ]);
    Ok(etcd.spawn()?)
}

fn server(
    program: &std::ffi::OsStr,
    folder: &Path,
    [etcd, _, port]: [u16; 3],
    services: &str,
) -> Result<Child> {
    let mut server = command(program, folder, "kube-apiserver", "server")?;
    server.args(["--etcd-servers", &format!("http://127.0.0.1:{etcd}")]);
    server.args(["--service-cluster-ip-range", services]);
    server.args([
        "--bind-address",
        "127.0.0.1",
        "--advertise-address",
        "192.0.2.1",
    ]);
    server.args(["--secure-port", &port.to_string()]);
    server.arg("--cert-dir").arg(folder.join("certs"));
    server
        .arg("--token-auth-file")
        .arg(folder.join("tokens.csv"));
    server.args([
        "--authorization-mode",
        "RBAC",
        "--service-account-issuer",
        "https://test.invalid",
    ]);
    // No controller gives namespaces a service account.
    server.args(["--disable-admission-plugins", "ServiceAccount"]);
    for flag in [
        "--service-account-key-file",
        "--service-account-signing-key-file",
    ] {
        server.arg(flag).arg(folder.join("sa.key"));
    }
    Ok(server.spawn()?)
}

/// The path of the collection of an object.
///
/// # Errors
/// It has no version or no kind.
pub fn collection(object: &Value) -> Result<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let version = text(&object["apiVersion"]).context("it has a version")?;
    let kind = text(&object["kind"]).context("it has a kind")?;
    let resource = format!("{}s", kind.to_lowercase());
    let root = match version.as_str() {
        "v1" => "/api/v1".to_owned(),
        other => format!("/apis/{other}"),
    };
    Ok(match text(&object["metadata"]["namespace"]) {
        Some(namespace) => format!("{root}/namespaces/{namespace}/{resource}"),
        None => format!("{root}/{resource}"),
    })
}
