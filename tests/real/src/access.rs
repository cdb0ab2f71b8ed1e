//! Where the real cloud is, if there is one.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::{env, fs};

pub use mock_openstack::Release;
use serde::Deserialize;

/// Holds the path of a `clouds.yaml` with the clouds `admin` and `demo`. `cargo xtask test` sets it.
pub const fn variable(release: Release) -> &'static str {
    match release {
        Release::Zed => "GROUNDWORK_REAL_OPENSTACK_ZED",
        Release::V2026_2 => "GROUNDWORK_REAL_OPENSTACK_2026_2",
    }
}

/// The part of a `clouds.yaml` that we write ourselves.
#[derive(Clone, Debug, Deserialize)]
pub struct Clouds {
    clouds: BTreeMap<String, Cloud>,
}

#[derive(Clone, Debug, Deserialize)]
struct Cloud {
    auth: Login,
}

/// A user with a password, and the project to work in. The domain is `default`.
#[derive(Clone, Debug, Deserialize)]
pub struct Login {
    /// Ends with `/v3`.
    pub auth_url: String,
    /// The user's name.
    pub username: String,
    /// Opens nothing but a test cloud.
    pub password: String,
    /// The project's name.
    pub project_name: String,
}

impl Clouds {
    /// The real cloud of this release in this test run. Without one, says in one line that the test is skipped.
    ///
    /// # Panics
    /// In CI, where no test may be skipped; and when the file is not what `cargo xtask` writes.
    pub fn real(release: Release) -> Option<Self> {
        let path = found(variable(release))?;
        let text = fs::read_to_string(&path).expect("the variable names a file that can be read");
        Some(serde_saphyr::from_str(&text).expect("the file is a clouds.yaml"))
    }

    /// The user who may do everything.
    ///
    /// # Panics
    /// When the file lacks it.
    pub fn admin(&self) -> &Login {
        &self
            .clouds
            .get("admin")
            .expect("the clouds.yaml has an admin")
            .auth
    }
}

/// The value of the variable by which a cloud is found. Without one, says in one line that the test is skipped.
///
/// # Panics
/// In CI, where no test may be skipped.
pub(crate) fn found(variable: &str) -> Option<OsString> {
    let value = env::var_os(variable);
    if value.is_none() {
        assert!(
            env::var_os("CI").is_none(),
            "{variable} is not set: in CI nothing is skipped"
        );
        println!("skipped: {variable} is not set; `cargo xtask test` starts the cloud and sets it");
    }
    value
}

/// Makes two tests of each function, `zed::` and `v2026_2::`, which run side by side. The function gets the
/// [`Clouds`] of the release.
#[macro_export]
macro_rules! on_each_release {
    ($($test:ident),+ $(,)?) => {
        $crate::on_each_release!(@on zed, Zed, $($test),+);
        $crate::on_each_release!(@on v2026_2, V2026_2, $($test),+);
    };
    (@on $module:ident, $release:ident, $($test:ident),+) => {
        mod $module {
            $(
                #[tokio::test]
                async fn $test() -> anyhow::Result<()> {
                    let release = $crate::access::Release::$release;
                    match $crate::access::Clouds::real(release) {
                        Some(clouds) => super::$test(&clouds).await,
                        None => Ok(()),
                    }
                }
            )+
        }
    };
}
