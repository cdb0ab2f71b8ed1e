//! The operations that this driver uses: it only reads.

use groundwork_provider::{ApiOperation, operations};

use crate::object::{Node, Version};

/// Every one, with the rule of RBAC that it needs.
pub(crate) const OPERATIONS: &[ApiOperation] = operations! {
    List Version "GET /version" "get /version"
    List Node "GET /api/v1/nodes" "list nodes"
};
