use std::sync::Arc;

use mock_cloud::{Body, Object};

use super::resource::Resource;
use super::{Neutron, Resource::AddressScope};
use crate::refused::{Answer, Refused};

impl Neutron<'_> {
    pub(super) fn make_address_scope(&mut self, body: Body) -> Answer<String> {
        Ok(self.insert(AddressScope, body))
    }

    pub(super) fn delete_address_scope(&mut self, object: &Object) -> Answer<()> {
        let inside = |pool: &Arc<Object>| pool.text("address_scope_id") == object.id;
        if self.store.list(Resource::SubnetPool.plural()).any(inside) {
            return Err(Refused::conflict(
                "AddressScopeInUse",
                format!(
                    "Unable to complete operation on address scope {}. There are one or more \
                     subnet pools in use on the address scope.",
                    object.id
                ),
            ));
        }
        self.store.remove(AddressScope.plural(), &object.id);
        Ok(())
    }
}
