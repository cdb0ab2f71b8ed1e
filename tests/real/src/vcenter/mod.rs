//! govmomi's simulator of a vCenter, in two releases.

mod owner;

use anyhow::Result;
use serde_json::json;
use url::Url;

pub use owner::Owner;

use crate::binary::Seat;
use crate::document::Document;
use crate::{access, run};

/// The variables that hold the addresses of the two releases, each with who may log in. `cargo xtask
/// test` sets them.
const VARIABLES: [&str; 2] = ["GROUNDWORK_REAL_VCSIM_0_24", "GROUNDWORK_REAL_VCSIM_0_55"];

/// A folder of a simulator, for one test alone.
pub struct Place {
    /// Its owner at work, by requests of his own.
    pub owner: Owner,
    /// The folder's name.
    pub name: String,
    url: Url,
}

/// Does something in a new folder of each release. Without one, says in one line that it is skipped.
///
/// # Errors
/// Those of `what`; a simulator refuses its owner.
///
/// # Panics
/// In CI, where no test may be skipped.
pub async fn on_each_release(
    test: &str,
    mut what: impl AsyncFnMut(Place) -> Result<()>,
) -> Result<()> {
    for variable in VARIABLES {
        let Some(value) = access::found(variable) else {
            continue;
        };
        let url = value.into_string().expect("an address is plain text");
        what(Place::new(Url::parse(&url)?, test).await?).await?;
    }
    Ok(())
}

impl Place {
    async fn new(url: Url, test: &str) -> Result<Self> {
        let owner = Owner::log_in(&url).await?;
        let name = format!("{test}-{:016x}", run::number());
        owner.make_folder(&name).await?;
        Ok(Self { owner, name, url })
    }

    /// A seat at which the program reaches it.
    ///
    /// # Errors
    /// No temporary folder to be had.
    pub fn seat(&self) -> Result<Seat> {
        let password = self.url.password().unwrap_or_default();
        Seat::with_environment(&[
            ("GOVC_USERNAME", self.url.username()),
            ("GOVC_PASSWORD", password),
        ])
    }

    /// A dual-stack cluster, called as this folder, whose own is made in it, with two tags.
    pub fn document(&self, category: &str) -> Document {
        let section = json!({
            "networks": ["DC0_DVPG0"],
            "resourcePool": "DC0_C0_RP1",
            "tags": { "categoryID": category, "tags": ["one", "two"] },
        });
        let mut endpoint = self.url.clone();
        // Both are set to nothing, which an address of this kind can be.
        let _ = endpoint
            .set_username("")
            .and_then(|()| endpoint.set_password(None));
        let datacenter = json!({
            "endpoint": endpoint.as_str().trim_end_matches('/'),
            "datacenter": "DC0",
            "cluster": "DC0_C0",
            "datastore": "LocalDS_0",
            "rootPath": format!("/DC0/vm/{}", self.name),
            "templates": {},
            "ipv6Enabled": true,
        });
        Document::new("vsphere", &self.name, section, datacenter)
    }
}
