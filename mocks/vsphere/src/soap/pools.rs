//! IP pools of datacenters.

use serde_json::{Value, json};

use super::dispatch::Returned;
use super::fault::{Answer, Fault};
use super::schema::Type;
use super::xml::Node;
use crate::cloud::Vsphere;
use crate::inventory::Kind;

/// Where pools are stored.
const POOL: &str = "IpPool";

impl Vsphere {
    pub(crate) fn make_pool(&mut self, datacenter: &str, body: Value) -> i64 {
        let id = i64::try_from(self.next_number()).unwrap_or_default();
        let mut body = body.as_object().cloned().unwrap_or_default();
        body.insert("id".to_owned(), json!(id));
        body.insert("datacenter".to_owned(), json!(datacenter));
        self.store.insert(POOL, &id.to_string(), body);
        id
    }

    pub(crate) fn query_pools(&mut self, call: &Node) -> Answer<Returned> {
        let datacenter = call.text_of("dc").unwrap_or_default();
        self.existing(datacenter)?;
        if Kind::of_id(datacenter) != Some(Kind::Datacenter) {
            return Err(Fault::invalid_argument("dc"));
        }
        let pools = self
            .store
            .list(POOL)
            .filter(|pool| pool.text("datacenter") == datacenter);
        let pools: Value = pools.map(|pool| json!(pool.body)).collect();
        Ok(Returned::Value(Type::List(&Type::Data("IpPool")), pools))
    }
}
