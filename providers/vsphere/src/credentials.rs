//! Who logs in, and where.

use groundwork_kit::{credentials::Fields, document::given};
use groundwork_model::Secret;
use groundwork_provider::{Access, Error, ErrorKind, Result};

use crate::spec::{Account, Datacenter, Spec};

pub(crate) const ENDPOINT: &str = "endpoint";
const USER: &str = "user";
const PASSWORD: &str = "password";
pub(crate) const THUMBPRINT: &str = "thumbprint";

/// The variables of govc, then those of KKP's machine-controller: a later row overrides an earlier one.
const VARIABLES: [(&str, &str); 6] = [
    ("GOVC_URL", ENDPOINT),
    ("GOVC_USERNAME", USER),
    ("GOVC_PASSWORD", PASSWORD),
    ("VSPHERE_ADDRESS", ENDPOINT),
    ("VSPHERE_USERNAME", USER),
    ("VSPHERE_PASSWORD", PASSWORD),
];

/// Who logs in.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) password: Secret,
}

/// Address, user and password. KKP has two users, one of whom is for the infrastructure: that one is
/// taken where there is one, the datacenter's before the cluster's. User and password are of one source.
pub(crate) fn credentials(access: &Access<Spec, Datacenter>) -> Fields {
    let secrets = |user: &'static str, password: &'static str| {
        Fields::of_secrets(&access.secrets, &[(user, USER), (password, PASSWORD)])
    };
    let around = Fields::of_environment(&access.environment, &VARIABLES);
    let (spec, cloud) = (access.spec.as_ref(), access.cloud.as_ref());
    let sources = [
        cloud.map(|cloud| of(&cloud.infra_management_user)),
        spec.map(|spec| of(&spec.infra_management_user)),
        Some(secrets(
            "infraManagementUserUsername",
            "infraManagementUserPassword",
        )),
        spec.map(|spec| pair(&spec.username, &spec.password)),
        Some(secrets("username", "password")),
        Some(around.clone()),
    ];
    let mut sources = sources.into_iter().flatten();
    let named = sources.find(|source| source.has(USER) || source.has(PASSWORD));
    let mut fields = named.unwrap_or_default();
    let mut address = Fields::default();
    if let Some(cloud) = cloud {
        address.put_text(ENDPOINT, &cloud.endpoint);
    }
    let before = Fields::of_account(&access.account, [ENDPOINT, "region", "project"]);
    address.complete(&before, [ENDPOINT]);
    address.complete(&around, [ENDPOINT]);
    let referred = Fields::of_secrets(&access.secrets, &[("thumbprint", THUMBPRINT)]);
    fields.put(THUMBPRINT, referred.secret(THUMBPRINT).cloned());
    if let Some(spec) = spec {
        fields.put_text(THUMBPRINT, &spec.thumbprint);
    }
    fields.put(
        ENDPOINT,
        address.secret(ENDPOINT).map(|text| whole(text.expose())),
    );
    fields
}

/// The user that the fields name.
///
/// # Errors
/// `Denied` where one half is missing.
pub(crate) fn user(fields: &Fields) -> Result<User> {
    match (fields.text(USER), fields.secret(PASSWORD)) {
        (Some(name), Some(password)) => Ok(User {
            name: name.to_owned(),
            password: password.clone(),
        }),
        (name, _) => {
            let what = if name.is_some() { "password" } else { "user" };
            let message = format!("there is no {what} for vSphere");
            let error = Error::new(ErrorKind::Denied, "connect", message);
            Err(error.remedy(
                "give infraManagementUser or username and password in spec.cloud.vsphere, or a \
                 credentialsReference with its Secret, or set GOVC_USERNAME and GOVC_PASSWORD",
            ))
        }
    }
}

fn of(user: &Option<Account>) -> Fields {
    user.as_ref()
        .map_or_else(Fields::default, |user| pair(&user.username, &user.password))
}

fn pair(user: &Option<String>, password: &Option<Secret>) -> Fields {
    let mut fields = Fields::default();
    fields.put(USER, given(user).map(Secret::new));
    fields.put(PASSWORD, password.clone());
    fields
}

/// An address without a scheme is one of TLS, as for govc.
fn whole(address: &str) -> Secret {
    let address = address.trim();
    match address.contains("://") {
        true => Secret::new(address),
        false => Secret::new(format!("https://{address}")),
    }
}
