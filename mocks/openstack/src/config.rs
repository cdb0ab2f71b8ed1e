use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use crate::release::Release;

/// What a user may do in a project.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
    /// Everything, in every project.
    Admin,
    /// Read and write in the project.
    Member,
    /// Read in the project. Zed lets it write all the same; later releases refuse that by policy.
    Reader,
}

/// A project of the domain `Default`.
#[derive(Clone, Debug)]
pub struct Project {
    /// 32 hexadecimal digits.
    pub id: String,
    /// Unique in the domain.
    pub name: String,
}

/// A user of the domain `Default`.
#[derive(Clone, Debug)]
pub struct User {
    /// 32 hexadecimal digits.
    pub id: String,
    /// Unique in the domain.
    pub name: String,
    /// In clear: it opens nothing but this mock.
    pub password: String,
    /// The name of the project a token without a scope is for; none where absent.
    pub default_project: Option<String>,
    /// Roles by the name of the project.
    pub roles: BTreeMap<String, Role>,
}

/// A secret of a user for one project.
#[derive(Clone, Debug)]
pub struct ApplicationCredential {
    /// 32 hexadecimal digits.
    pub id: String,
    /// Unique per user.
    pub name: String,
    /// In clear: it opens nothing but this mock.
    pub secret: String,
    /// The name of the user.
    pub user: String,
    /// The name of the project.
    pub project: String,
}

/// A network that the operator of the cloud has made as a way out.
#[derive(Clone, Debug)]
pub struct ExternalNetwork {
    /// Its name; need not be unique.
    pub name: String,
    /// One subnet per CIDR, in either family.
    pub cidrs: Vec<String>,
}

/// A subnet pool that the operator of the cloud has made.
#[derive(Clone, Debug)]
pub struct SubnetPool {
    /// Its name; need not be unique.
    pub name: String,
    /// Prefixes of one family.
    pub prefixes: Vec<String>,
    /// The prefix length of a subnet that asks for none.
    pub default_prefixlen: u8,
    /// The default pool of its family. Neutron has at most one.
    pub is_default: bool,
    /// Whether other projects see it.
    pub shared: bool,
}

/// What the mock cloud is like before anybody has done anything.
///
/// The default has the project `demo` with the user `demo` (member) and the user `admin` (admin),
/// both with the password `secret`, another project `other` with the user `other`, an application
/// credential of `demo`, one external network `public` with a subnet in each family, no subnet pool,
/// every extension of Zed that the mock knows and Neutron's own default quotas.
#[derive(Clone, Debug)]
pub struct Config {
    /// As which release Neutron answers.
    pub release: Release,
    /// Keystone and Neutron alone, without agents and other services: ports stay DOWN, and the catalogue
    /// names no others.
    pub alone: bool,
    /// Ids are drawn from it.
    pub seed: u64,
    /// The one region of the catalogue.
    pub region: String,
    /// Projects of the domain `Default`.
    pub projects: Vec<Project>,
    /// Users of the domain `Default`.
    pub users: Vec<User>,
    /// Application credentials.
    pub application_credentials: Vec<ApplicationCredential>,
    /// Aliases of Neutron's extensions. What belongs to one that is left out is unknown.
    pub extensions: BTreeSet<String>,
    /// Ways out; owned by the project `admin`.
    pub external_networks: Vec<ExternalNetwork>,
    /// Pools; owned by the project `admin`.
    pub subnet_pools: Vec<SubnetPool>,
    /// The rules that each new security group gets, as attributes of a rule. Since 2023.2 an administrator
    /// can change them.
    pub group_rules: Vec<Value>,
    /// Limits per project by the name of the resource (`network`, `security_group_rule`, …);
    /// -1 is no limit.
    pub quotas: BTreeMap<String, i64>,
    /// The most objects of one page of a listing; all where absent.
    pub page_limit_max: Option<usize>,
    /// How long a token is valid.
    pub token_ttl: Duration,
    /// Where the environment of [`Mock::environment`](mock_cloud::Mock::environment) points:
    /// the name of a user.
    pub environment_user: String,
}

impl Default for Config {
    fn default() -> Self {
        Self::of(Release::default())
    }
}

impl Config {
    /// The same cloud with this release of OpenStack, and every extension of it that the mock knows.
    pub fn of(release: Release) -> Self {
        let ids = |name: &str, letter: char| Project {
            id: letter.to_string().repeat(32),
            name: name.to_owned(),
        };
        let user = |name: &str, digit: char, project: &str, role: Role| User {
            id: digit.to_string().repeat(32),
            name: name.to_owned(),
            password: "secret".to_owned(),
            default_project: Some(project.to_owned()),
            roles: BTreeMap::from([(project.to_owned(), role)]),
        };
        Self {
            release,
            alone: false,
            seed: 0,
            region: "RegionOne".to_owned(),
            projects: vec![ids("admin", 'a'), ids("demo", 'd'), ids("other", 'e')],
            users: vec![
                user("admin", '1', "admin", Role::Admin),
                user("demo", '2', "demo", Role::Member),
                user("other", '3', "other", Role::Member),
            ],
            application_credentials: vec![ApplicationCredential {
                id: "c".repeat(32),
                name: "demo-credential".to_owned(),
                secret: "application-secret".to_owned(),
                user: "demo".to_owned(),
                project: "demo".to_owned(),
            }],
            extensions: release.extensions().map(str::to_owned).collect(),
            external_networks: vec![ExternalNetwork {
                name: "public".to_owned(),
                cidrs: vec!["203.0.113.0/24".to_owned(), "2001:db8:ffff::/64".to_owned()],
            }],
            subnet_pools: Vec::new(),
            group_rules: ["IPv4", "IPv6"].map(way_out).to_vec(),
            quotas: default_quotas(),
            page_limit_max: None,
            token_ttl: Duration::from_secs(3600),
            environment_user: "demo".to_owned(),
        }
    }
}

impl Config {
    /// The same with an IPv6 default pool `default-v6`, 2001:db8::/48 in /64s.
    #[must_use]
    pub fn with_default_v6_pool(self) -> Self {
        self.with_subnet_pool("default-v6", "2001:db8::/48", 64, true)
    }

    /// The same with one more shared subnet pool.
    #[must_use]
    pub fn with_subnet_pool(
        mut self,
        name: &str,
        prefix: &str,
        default_prefixlen: u8,
        is_default: bool,
    ) -> Self {
        let (name, prefixes) = (name.to_owned(), vec![prefix.to_owned()]);
        self.subnet_pools.push(SubnetPool {
            name,
            prefixes,
            default_prefixlen,
            is_default,
            shared: true,
        });
        self
    }

    /// The same with one more external network; no CIDR, no subnet.
    #[must_use]
    pub fn with_external_network(mut self, name: &str, cidrs: &[&str]) -> Self {
        let cidrs = cidrs.iter().map(|cidr| (*cidr).to_owned()).collect();
        self.external_networks.push(ExternalNetwork {
            name: name.to_owned(),
            cidrs,
        });
        self
    }

    /// The same without an extension.
    #[must_use]
    pub fn without_extension(mut self, alias: &str) -> Self {
        self.extensions.remove(alias);
        self
    }

    /// The same with one more rule for each new security group, as attributes of a rule.
    #[must_use]
    pub fn with_group_rule(mut self, rule: Value) -> Self {
        self.group_rules.push(rule);
        self
    }

    /// The same with another limit for one resource; -1 is no limit.
    #[must_use]
    pub fn with_quota(mut self, resource: &str, limit: i64) -> Self {
        self.quotas.insert(resource.to_owned(), limit);
        self
    }

    /// The same without any limit, for measurements over many clusters.
    #[must_use]
    pub fn without_quotas(mut self) -> Self {
        self.quotas.values_mut().for_each(|limit| *limit = -1);
        self
    }

    /// The same with one more project, and a user of the same name in it with this role and the
    /// password `secret`.
    #[must_use]
    pub fn with_project(mut self, name: &str, role: Role) -> Self {
        let number = self.projects.len();
        self.projects.push(Project {
            id: format!("{number:032x}"),
            name: name.to_owned(),
        });
        self.with_user(name, name, role)
    }

    /// The same with one more user with this role in a project, and the password `secret`.
    #[must_use]
    pub fn with_user(mut self, name: &str, project: &str, role: Role) -> Self {
        let number = self.users.len();
        self.users.push(User {
            id: format!("f{number:031x}"),
            name: name.to_owned(),
            password: "secret".to_owned(),
            default_project: Some(project.to_owned()),
            roles: BTreeMap::from([(project.to_owned(), role)]),
        });
        self
    }
}

/// What Neutron itself lets out.
fn way_out(ethertype: &str) -> Value {
    json!({ "direction": "egress", "ethertype": ethertype })
}

/// Neutron's own.
fn default_quotas() -> BTreeMap<String, i64> {
    let limits = [
        ("floatingip", 50),
        ("network", 100),
        ("port", 500),
        ("rbac_policy", 10),
        ("router", 10),
        ("security_group", 10),
        ("security_group_rule", 100),
        ("subnet", 100),
        ("subnetpool", -1),
        ("trunk", -1),
    ];
    limits
        .into_iter()
        .map(|(name, limit)| (name.to_owned(), limit))
        .collect()
}
