#![allow(
    clippy::disallowed_methods,
    reason = "the judge of our transport cannot be our transport"
)]

use anyhow::{Context, Result, ensure};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use url::Url;

use crate::http::Http;

/// The tags below REST.
const TAGGING: &str = "rest/com/vmware/cis/tagging";

/// Who owns a vCenter, at work by requests of his own: they know nothing of the driver's.
pub struct Owner {
    client: Client,
    base: Url,
    cookie: String,
    session: String,
    /// The folder of machines of the datacenter.
    room: String,
}

impl Owner {
    /// Logs in at both doors.
    ///
    /// # Errors
    /// A door stays closed.
    pub(super) async fn log_in(url: &Url) -> Result<Self> {
        let (user, password) = (url.username(), url.password().unwrap_or_default());
        let mut owner = Self {
            client: Http::new().client(),
            base: url.clone(),
            cookie: String::new(),
            session: String::new(),
            room: String::new(),
        };
        let login = format!(
            "<_this type=\"SessionManager\">SessionManager</_this>\
             <userName>{user}</userName><password>{password}</password>"
        );
        let (cookie, _) = owner.soap("Login", &login).await?;
        owner.cookie = cookie.context("a login gives a cookie")?;
        let entered = owner
            .rest(Method::POST, "rest/com/vmware/cis/session", None)
            .await?;
        owner.session = entered
            .as_str()
            .context("a login gives a session")?
            .to_owned();
        let find = "<_this type=\"SearchIndex\">SearchIndex</_this>\
                    <inventoryPath>DC0/vm</inventoryPath>";
        owner.room = text(
            &owner.soap("FindByInventoryPath", find).await?.1,
            "returnval",
        );
        Ok(owner)
    }

    /// Makes a folder of machines; its id.
    ///
    /// # Errors
    /// It is refused.
    pub async fn make_folder(&self, name: &str) -> Result<String> {
        let asked = format!(
            "<_this type=\"Folder\">{}</_this><name>{name}</name>",
            self.room
        );
        Ok(text(
            &self.soap("CreateFolder", &asked).await?.1,
            "returnval",
        ))
    }

    /// The id of what is at a path below the folder of machines; empty where there is nothing.
    ///
    /// # Errors
    /// It is refused.
    pub async fn find(&self, path: &str) -> Result<String> {
        let asked = format!(
            "<_this type=\"SearchIndex\">SearchIndex</_this>\
             <inventoryPath>DC0/vm/{path}</inventoryPath>"
        );
        Ok(text(
            &self.soap("FindByInventoryPath", &asked).await?.1,
            "returnval",
        ))
    }

    /// How many folders and machines are in a folder of this id.
    ///
    /// # Errors
    /// It is refused.
    pub async fn count_in(&self, folder: &str) -> Result<usize> {
        let asked = format!(
            "<_this type=\"PropertyCollector\">propertyCollector</_this><specSet><propSet>\
             <type>Folder</type><pathSet>childEntity</pathSet></propSet><objectSet>\
             <obj type=\"Folder\">{folder}</obj></objectSet></specSet><options/>"
        );
        let (_, reply) = self.soap("RetrievePropertiesEx", &asked).await?;
        Ok(reply.matches("</ManagedObjectReference>").count())
    }

    /// Makes a tag category for folders; its id.
    ///
    /// # Errors
    /// It is refused.
    pub async fn make_category(&self, name: &str) -> Result<String> {
        let spec = json!({
            "name": name, "description": "somebody's", "cardinality": "MULTIPLE",
            "associable_types": ["Folder", "VirtualMachine"],
        });
        self.make("category", &spec).await
    }

    /// Makes a tag; its id.
    ///
    /// # Errors
    /// It is refused.
    pub async fn make_tag(&self, category: &str, name: &str) -> Result<String> {
        let spec = json!({ "name": name, "description": "somebody's", "category_id": category });
        self.make("tag", &spec).await
    }

    async fn make(&self, what: &str, spec: &Value) -> Result<String> {
        let body = json!({ "create_spec": spec });
        let made = self
            .rest(Method::POST, &format!("{TAGGING}/{what}"), Some(body))
            .await?;
        Ok(made.as_str().context("what is made has an id")?.to_owned())
    }

    /// The ids of the tags of a category, in order.
    ///
    /// # Errors
    /// It is refused.
    pub async fn tags_in(&self, category: &str) -> Result<Vec<String>> {
        let path = format!("{TAGGING}/tag/id:{category}?~action=list-tags-for-category");
        Ok(ids(&self.rest(Method::POST, &path, None).await?))
    }

    /// The ids of the tags of a folder, in order.
    ///
    /// # Errors
    /// It is refused.
    pub async fn tags_of(&self, folder: &str) -> Result<Vec<String>> {
        let path = format!("{TAGGING}/tag-association?~action=list-attached-tags");
        let body = json!({ "object_id": { "id": folder, "type": "Folder" } });
        Ok(ids(&self.rest(Method::POST, &path, Some(body)).await?))
    }

    async fn soap(&self, method: &str, inner: &str) -> Result<(Option<String>, String)> {
        let body = format!(
            "<E:Envelope xmlns:E=\"http://schemas.xmlsoap.org/soap/envelope/\"><E:Body>\
             <{method} xmlns=\"urn:vim25\">{inner}</{method}></E:Body></E:Envelope>"
        );
        let request = self.client.post(self.base.join("sdk")?).body(body);
        let reply = request.header("cookie", &self.cookie).send().await?;
        let cookie = reply.headers().get("set-cookie");
        let cookie = cookie.and_then(|cookie| cookie.to_str().ok()?.split(';').next());
        let (status, cookie) = (reply.status(), cookie.map(str::to_owned));
        let text = reply.text().await?;
        ensure!(status.is_success(), "{method}: {status}\n{text}");
        Ok((cookie, text))
    }

    async fn rest(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let mut request = self.client.request(method, self.base.join(path)?);
        request = match self.session.as_str() {
            "" => request.basic_auth(self.base.username(), self.base.password()),
            session => request.header("vmware-api-session-id", session),
        };
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        let reply = request.send().await?;
        let (status, text) = (reply.status(), reply.text().await?);
        ensure!(status.is_success(), "{path}: {status}\n{text}");
        let value: Value = serde_json::from_str(&text).unwrap_or_default();
        Ok(value["value"].clone())
    }
}

/// The text of the first element of this name; empty where there is none.
fn text(reply: &str, name: &str) -> String {
    let opened = reply
        .split_once(&format!("<{name}"))
        .map_or("", |(_, rest)| rest);
    let inside = opened.split_once('>').map_or("", |(_, rest)| rest);
    let text = inside.split('<').next().unwrap_or_default();
    text.to_owned()
}

fn ids(list: &Value) -> Vec<String> {
    let all = list.as_array().into_iter().flatten();
    let mut ids: Vec<String> = all.filter_map(|id| Some(id.as_str()?.to_owned())).collect();
    ids.sort();
    ids
}
