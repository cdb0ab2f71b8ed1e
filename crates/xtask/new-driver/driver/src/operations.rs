//! The operations that this driver uses, from which permissions are told.

use groundwork_provider::{ApiOperation, operations};

use crate::object::{Network, Subnet};

/// By call; a token may do everything, so that none needs a permission of its own.
pub(crate) const OPERATIONS: &[ApiOperation] = operations! {
    List Network "GET /networks" ""
    Create Network "POST /networks" ""
    Delete Network "DELETE /networks/{id}" ""
    List Subnet "GET /subnets" ""
    Create Subnet "POST /subnets" ""
    Update Subnet "PATCH /subnets/{id}" ""
    Delete Subnet "DELETE /subnets/{id}" ""
};
