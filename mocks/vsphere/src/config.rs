use std::collections::BTreeMap;
use std::time::Duration;

use mock_cloud::Calendar;

/// Somebody who may log in.
#[derive(Clone, Debug)]
pub struct User {
    /// `administrator@vsphere.local`
    pub name: String,
    /// In clear: it opens nothing but this mock.
    pub password: String,
}

/// What the mock vCenter is like before anybody has done anything.
///
/// The default is vCenter 9.1 with one datacenter `dc-1` and an administrator. Sessions end after
/// thirty minutes without a request, and tasks take two seconds.
#[derive(Clone, Debug)]
pub struct Config {
    /// Ids are drawn from it.
    pub seed: u64,
    /// What the virtual time is on the calendar.
    pub calendar: Calendar,
    /// `9.1.0`
    pub version: String,
    /// Whether it has the tree `/api`, as vCenter has since 7.0 U2.
    pub has_api: bool,
    /// Who may log in. The first is the one of [`Mock::environment`](mock_cloud::Mock::environment),
    /// and may do everything; what others may is said by [`Vsphere::permit`](crate::Vsphere::permit).
    pub users: Vec<User>,
    /// The datacenters, each with a compute cluster, a datastore, networks of every kind and a
    /// template.
    pub datacenters: Vec<String>,
    /// How long a session lives without a request.
    pub session_timeout: Duration,
    /// How many sessions there may be at once.
    pub sessions_max: usize,
    /// How long a task takes, from the request to its end.
    pub task_delay: Duration,
    /// Methods whose tasks end with an error, with the name of its fault (`Destroy_Task`).
    pub failing_tasks: BTreeMap<String, &'static str>,
    /// The most objects of a page of the property collector, whatever is asked for. With none, no page
    /// of a view is the last one.
    pub page_max: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            seed: 0,
            calendar: Calendar::default(),
            version: "9.1.0".to_owned(),
            has_api: true,
            users: vec![User {
                name: "administrator@vsphere.local".to_owned(),
                password: "mock-password-of-a-vcenter".to_owned(),
            }],
            datacenters: vec!["dc-1".to_owned()],
            session_timeout: Duration::from_secs(30 * 60),
            sessions_max: 100,
            task_delay: Duration::from_secs(2),
            failing_tasks: BTreeMap::new(),
            page_max: 1000,
        }
    }
}
