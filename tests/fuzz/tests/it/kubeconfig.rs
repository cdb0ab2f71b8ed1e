//! Kubeconfigs, as a variable holds one.

use conformance::{Existing, Subject, Variant, Violation, subjects::ByoSubject};
use fuzz::{fuzz, replies};
use groundwork_engine::Registry;
use groundwork_provider::Environment;
use mock_cloud::{Call, Mock};
use serde_json::Value;

const KUBECONFIG: &[u8] = b"apiVersion: v1\nkind: Config\ncurrent-context: own\ncontexts:\n- name: own\n  context: {cluster: own, user: admin}\n\
clusters:\n- name: own\n  cluster: {server: \"https://kubernetes.example.org:6443\", certificate-authority-data: LS0tLS1CRUdJTg==}\n\
users:\n- name: admin\n  user: {token: abcdef.0123456789abcdef, client-certificate-data: LS0t, client-key-data: LS0t}\n";

/// The driver, where the kubeconfig is another text.
struct Opened {
    under: ByoSubject,
    kubeconfig: String,
}

impl Subject for Opened {
    fn registry(&self) -> Registry {
        self.under.registry()
    }

    fn mock(&self) -> Mock {
        self.under.mock()
    }

    fn endpoint(&self) -> &str {
        self.under.endpoint()
    }

    fn environment(&self) -> Environment {
        let variable = ("GROUNDWORK_KUBECONFIG".to_owned(), self.kubeconfig.clone());
        Environment::new([variable])
    }

    fn cluster(&self, variant: Variant) -> Value {
        self.under.cluster(variant)
    }

    fn seed(&self) -> Value {
        self.under.seed()
    }

    fn existing(&self, mock: &Mock) -> Existing {
        self.under.existing(mock)
    }

    fn listing(&self, call: &Call) -> Option<String> {
        self.under.listing(call)
    }

    fn secrets(&self) -> Vec<String> {
        self.under.secrets()
    }

    fn violations(&self) -> Vec<Violation> {
        self.under.violations()
    }
}

#[test]
fn kubeconfig() {
    fuzz("kubeconfig", &[KUBECONFIG], 400, |bytes| {
        let opened = Opened {
            under: ByoSubject::default(),
            kubeconfig: String::from_utf8_lossy(bytes).into_owned(),
        };
        replies(&opened, &[]);
    });
}
