//! The operations that this driver uses, from which permissions are told.

use groundwork_provider::{ApiOperation, Use};

const NETWORK: &str = "acorn.network/1";
const SUBNET: &str = "acorn.subnet/1";

/// By call; a token may do everything, so that none needs a permission of its own.
pub(crate) const OPERATIONS: &[ApiOperation] = &[
    ApiOperation::new("GET /networks", NETWORK, Use::List, ""),
    ApiOperation::new("POST /networks", NETWORK, Use::Create, ""),
    ApiOperation::new("DELETE /networks/{id}", NETWORK, Use::Delete, ""),
    ApiOperation::new("GET /subnets", SUBNET, Use::List, ""),
    ApiOperation::new("POST /subnets", SUBNET, Use::Create, ""),
    ApiOperation::new("PATCH /subnets/{id}", SUBNET, Use::Update, ""),
    ApiOperation::new("DELETE /subnets/{id}", SUBNET, Use::Delete, ""),
];
