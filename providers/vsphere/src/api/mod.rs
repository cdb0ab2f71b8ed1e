//! The API: SOAP for the inventory, REST for tags, which SOAP does not have.

pub(crate) mod collector;
mod failures;
mod login;
pub(crate) mod pinned;
mod soap;
pub(crate) mod tagging;
pub(crate) mod tasks;
mod unanswered;
pub(crate) mod xml;

use std::path::Path;

use groundwork_kit::client::{Client, Wire, base_address};
use groundwork_provider::{Access, Error, ErrorKind, Result};
use groundwork_transport::Settings;

use crate::{
    credentials::{self, ENDPOINT},
    spec::{Datacenter, Spec},
};
pub(crate) use login::Content;
use login::Login;
pub(crate) use soap::{Method, Ref, Refused};
use tagging::TagLogin;
use unanswered::Unanswered;

/// A connected vCenter.
#[derive(Debug)]
pub struct Api {
    soap: Client<Login>,
    tags: Client<TagLogin>,
    /// Tags that may have been made.
    pub(crate) unanswered: Unanswered,
}

impl Api {
    /// A vCenter as whoever the documents, their Secret or the environment name. Nobody has logged in
    /// yet.
    pub(crate) fn new(access: &Access<Spec, Datacenter>) -> Result<Self> {
        let fields = credentials::credentials(access);
        let endpoint = fields.text(ENDPOINT).ok_or_else(|| {
            let error = invalid("no document says where the vCenter is");
            error.remedy("give spec.vsphere.endpoint of the datacenter, or set GOVC_URL")
        })?;
        let endpoint = base_address(endpoint).map_err(|why| {
            let error = invalid(&format!("the address of the vCenter cannot be used: {why}"));
            error.remedy("write it as https://vcenter.example.com")
        })?;
        // govc and Terraform take the address of the SOAP service as well.
        let endpoint = endpoint.trim_end_matches("/sdk").to_owned();
        let user = credentials::user(&fields)?;
        let settings = Settings {
            ca_bundle: ca_bundle(access)?,
            pinned: pinned::pinned(access, &fields, &endpoint)?,
            ..Settings::default()
        };
        let wire = || Wire::connect(access, settings.clone(), &failures::FAILURES);
        Ok(Self {
            soap: Client::new(wire()?, Login::new(&endpoint, user.clone())),
            tags: Client::new(wire()?, TagLogin::new(&endpoint, user)),
            unanswered: Unanswered::default(),
        })
    }

    /// Where the vCenter is.
    pub(crate) fn endpoint(&self) -> &str {
        self.soap.authenticate().endpoint()
    }

    /// The object that privileges are asked of, and the name of the session in use.
    pub(crate) async fn who(&self) -> Result<(Ref, String)> {
        let session = self.soap.session().await?;
        Ok((session.content.authorization.clone(), session.key.clone()))
    }

    /// Ends both sessions, as far as there are any. vCenter counts them, and refuses logins above a
    /// limit; one that is not ended lives on for half an hour.
    pub(crate) async fn leave(&self) -> Result<()> {
        let (soap, tags) = futures::join!(self.soap.log_out(), self.tags.log_out());
        soap.and(tags)
    }

    /// The service's own objects, as the session in use was told of them.
    pub(crate) async fn content(&self) -> Result<Content> {
        Ok(self.soap.session().await?.content.clone())
    }
}

fn invalid(message: &str) -> Error {
    Error::new(ErrorKind::Invalid, "connect", message)
}

/// The certificates of the vCenter's own authority, which govc has a variable for. It may name
/// several files.
fn ca_bundle(access: &Access<Spec, Datacenter>) -> Result<Option<Vec<u8>>> {
    let Some(files) = access.environment.variable("GOVC_TLS_CA_CERTS") else {
        return Ok(None);
    };
    let mut bundle = Vec::new();
    for file in files.expose().split(':') {
        let read = access.environment.file(Path::new(file)).map_err(|why| {
            let error = invalid(&format!("{file} cannot be read: {why}"));
            error.remedy("name files with certificates in GOVC_TLS_CA_CERTS, separated by colons")
        })?;
        bundle.extend(read);
        bundle.push(b'\n');
    }
    Ok(Some(bundle))
}
