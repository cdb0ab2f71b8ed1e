//! vSphere.

use super::{Cloud, Policies, policy::PolicyText};
use crate::args::Purpose;

pub(super) const CLOUD: Cloud = Cloud {
    name: "vsphere",
    title: "vSphere",
    codes: groundwork_vsphere::codes::ALL,
    policies: Policies::Texts {
        texts: || {
            vec![PolicyText {
                file: "vsphere-role.txt".to_owned(),
                purposes: &[Purpose::Verify, Purpose::Provision, Purpose::Destroy],
                text: include_str!("../../../../docs/policies/vsphere-role.txt").to_owned(),
            }]
        },
        goes: "govc role.create groundwork $(cat FILE)",
    },
    register: |registry| registry.with(groundwork_vsphere::Vsphere),
    #[cfg(feature = "mock")]
    mock: mock::MOCK,
};

#[cfg(feature = "mock")]
mod mock {
    use std::sync::Arc;

    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use bytes::Bytes;
    use groundwork_model::{Documents, Sections};
    use groundwork_provider::Clock;
    use http::{HeaderValue, Method, Request, Uri, header::AUTHORIZATION};
    use jiff::Timestamp;
    use mock_cloud::{Calendar, Mock, Options};
    use mock_vsphere::{Config, Kind, User, Vsphere};
    use serde_json::Value;

    use crate::{
        args::MockOptions,
        clouds::{
            InProcess,
            embedded::{MockOf, Variables, text},
        },
    };

    pub(super) const MOCK: MockOf = MockOf {
        host: Some(HOST),
        embedded,
        options: &["--action-delay"],
        served,
    };

    const HOST: &str = "vcenter.mock.invalid";

    fn served(options: &MockOptions, now: Timestamp) -> Box<dyn mock_cloud::Cloud> {
        let usual = Config::default();
        let config = Config {
            seed: options.seed,
            calendar: Calendar { epoch: now },
            task_delay: options.action_delay.unwrap_or(usual.task_delay),
            ..usual
        };
        Box::new(Vsphere::new(config))
    }

    /// A vCenter that has what the documents name, and the environment to enter it.
    fn embedded(documents: &Documents, clock: &Arc<dyn Clock>) -> (InProcess, Variables) {
        let calendar = Calendar { epoch: clock.now() };
        let mut cloud = Vsphere::new(Config {
            calendar,
            datacenters: Vec::new(),
            ..Config::default()
        });
        let mut hosts = Vec::new();
        for (name, datacenter) in &documents.datacenters {
            let Some(place) = Place::of(section(&datacenter.spec.clouds)) else {
                continue;
            };
            hosts.extend(place.host());
            let clusters = documents.clusters.iter();
            let there = clusters.filter(|one| one.spec.cloud.dc == *name);
            let there: Vec<_> = there.map(|one| section(&one.spec.cloud.clouds)).collect();
            place.furnish(&mut cloud, &there);
        }
        let mock = Mock::new(Box::new(cloud), Options::default());
        let variables = mock.environment(&format!("http://{HOST}"));
        let connection = InProcess::new(mock, clock).rewriting(log_in).at(hosts);
        (connection, variables)
    }

    fn section(clouds: &Sections) -> Option<&Value> {
        clouds.get("vsphere").map(|section| section.value())
    }

    /// A datacenter of the documents.
    struct Place<'a> {
        section: Option<&'a Value>,
        /// Its name, as it stands in paths.
        name: String,
    }

    impl<'a> Place<'a> {
        fn of(section: Option<&'a Value>) -> Option<Self> {
            let name = text(section, "datacenter")?;
            let name = name.trim_matches('/').to_owned();
            Some(Self { section, name })
        }

        fn host(&self) -> Option<String> {
            let endpoint: Uri = text(self.section, "endpoint")?.parse().ok()?;
            endpoint.host().map(str::to_owned)
        }

        /// Makes what the datacenter and its clusters name.
        fn furnish(&self, cloud: &mut Vsphere, clusters: &[Option<&Value>]) {
            let whole = format!("/{}", self.name);
            let Some(root) = cloud.find("/") else { return };
            if cloud.find(&whole).is_none() {
                cloud.make(
                    Kind::Datacenter,
                    &root,
                    serde_json::json!({ "name": self.name }),
                );
            }
            let compute = text(self.section, "cluster").unwrap_or_else(|| "cluster-1".to_owned());
            let compute = self.path("host", &compute);
            cloud.find_or_make(Kind::Cluster, &compute);
            if let Some(path) = text(self.section, "rootPath") {
                cloud.find_or_make(Kind::Folder, path.trim_end_matches('/'));
            }
            self.make(
                cloud,
                Kind::Datastore,
                "datastore",
                text(self.section, "datastore"),
            );
            for template in texts(self.section, "templates") {
                let id = cloud.find_or_make(Kind::Machine, &self.path("vm", &template));
                if let Some(id) = id {
                    cloud.set(&id, "config", serde_json::json!({ "template": true }));
                }
            }
            for cluster in clusters {
                self.furnish_for(cloud, *cluster, &compute);
            }
            if let Some(id) = cloud.find(&whole) {
                cloud.connect(&id);
            }
        }

        /// Makes what a cluster names. Its folder is left to it, unless it names one.
        fn furnish_for(&self, cloud: &mut Vsphere, cluster: Option<&Value>, compute: &str) {
            let networks = texts(cluster, "networks").into_iter();
            for network in networks.chain(text(cluster, "vmNetName")) {
                self.make(cloud, Kind::Portgroup, "network", Some(network));
            }
            self.make(
                cloud,
                Kind::Datastore,
                "datastore",
                text(cluster, "datastore"),
            );
            if let Some(pod) = text(cluster, "datastoreCluster") {
                let pod = self.path("datastore", &pod);
                cloud.find_or_make(Kind::StoragePod, &pod);
                cloud.find_or_make(Kind::Datastore, &format!("{pod}/datastore-1"));
            }
            self.make(cloud, Kind::Folder, "vm", text(cluster, "folder"));
            if let Some(pool) = text(cluster, "resourcePool") {
                let below = format!("{compute}/Resources/{pool}");
                let path = if pool.starts_with('/') { pool } else { below };
                cloud.find_or_make(Kind::Pool, &path);
            }
            let category = text(cluster.and_then(|one| one.get("tags")), "categoryID");
            if let Some(id) = category.or_else(|| text(self.section, "defaultTagCategoryID")) {
                cloud.make_category(&id, "kubernetes");
            }
        }

        fn make(&self, cloud: &mut Vsphere, kind: Kind, room: &str, named: Option<String>) {
            if let Some(named) = named {
                cloud.find_or_make(kind, &self.path(room, &named));
            }
        }

        /// The path of what is named by its path or its name.
        fn path(&self, room: &str, named: &str) -> String {
            match named.starts_with('/') {
                true => named.to_owned(),
                false => format!("/{}/{room}/{named}", self.name),
            }
        }
    }

    /// The texts of a list, or of the values of an object.
    fn texts(section: Option<&Value>, field: &str) -> Vec<String> {
        let of = |value: &Value| {
            value
                .as_str()
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        match section.and_then(|section| section.get(field)) {
            Some(Value::Array(all)) => all.iter().filter_map(of).collect(),
            Some(Value::Object(all)) => all.values().filter_map(of).collect(),
            Some(_) | None => Vec::new(),
        }
    }

    /// Makes every login one of the mock's own user, whoever the documents say.
    fn log_in(request: &mut Request<Bytes>) {
        let Some(user) = Config::default().users.into_iter().next() else {
            return;
        };
        let is_soap = request.uri().path().starts_with("/sdk");
        let is_login = request.body().windows(7).any(|part| part == b"<Login ");
        if is_soap && is_login {
            *request.body_mut() = login(&user);
        }
        if request.method() == Method::POST && request.uri().path().ends_with("/session") {
            let basic = STANDARD.encode(format!("{}:{}", user.name, user.password));
            if let Ok(header) = HeaderValue::try_from(format!("Basic {basic}")) {
                request.headers_mut().insert(AUTHORIZATION, header);
            }
        }
    }

    fn login(user: &User) -> Bytes {
        let User { name, password } = user;
        Bytes::from(format!(
            "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>\
             <Login xmlns=\"urn:vim25\"><_this type=\"SessionManager\">SessionManager</_this>\
             <userName>{name}</userName><password>{password}</password></Login>\
             </e:Body></e:Envelope>"
        ))
    }
}
