//! The operations that this driver uses: it only reads, so a key that only reads is enough.

use groundwork_provider::{ApiOperation, operations};

use crate::{
    object::{Project, Reservation, Vlan},
    watched::Metro,
};

const READ: &str = "read";

/// Every one.
pub(crate) const OPERATIONS: &[ApiOperation] = operations! {
    List Metro "GET /locations/metros" READ
    List Project "GET /projects/{id}" READ
    // Of a cluster that runs, the addresses of its servers.
    List _ "GET /projects/{id}/devices" READ
    List Reservation "GET /projects/{id}/ips" READ
    List Vlan "GET /projects/{id}/virtual-networks" READ
};
