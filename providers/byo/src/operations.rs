//! The operations that this driver uses: it only reads.

use groundwork_provider::{ApiOperation, Listing, Use};

use crate::object::{Node, Version};

/// Every one, with the rule of RBAC that it needs.
pub(crate) const OPERATIONS: &[ApiOperation] = &[
    ApiOperation::new("GET /version", Version::KIND, Use::List, "get /version"),
    ApiOperation::new("GET /api/v1/nodes", Node::KIND, Use::List, "list nodes"),
];
