//! The operations that this driver uses: it only reads, so a key that only reads is enough.

use groundwork_provider::{ApiOperation, Listing, Use};

use crate::{
    object::{Project, Reservation, Vlan},
    watched::Metro,
};

const READ: &str = "read";

/// Every one.
pub(crate) const OPERATIONS: &[ApiOperation] = &[
    ApiOperation::new("GET /locations/metros", Metro::KIND, Use::List, READ),
    ApiOperation::new("GET /projects/{id}", Project::KIND, Use::List, READ),
    // Of a cluster that runs, the addresses of its servers.
    ApiOperation::new("GET /projects/{id}/devices", "", Use::List, READ),
    ApiOperation::new("GET /projects/{id}/ips", Reservation::KIND, Use::List, READ),
    ApiOperation::new(
        "GET /projects/{id}/virtual-networks",
        Vlan::KIND,
        Use::List,
        READ,
    ),
];
