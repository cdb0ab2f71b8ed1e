//! What a driver can do, as data: printed by `groundwork capabilities`, and held by the suite.

use schemars::JsonSchema;
use serde::Serialize;

/// What one driver's cloud can do.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Capabilities {
    /// By feature.
    pub features: &'static [Capability],
}

/// One feature and how far it is supported.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Capability {
    /// Which feature.
    pub feature: Feature,
    /// How far.
    pub support: Support,
    /// Why, in a sentence.
    pub reason: &'static str,
    /// The page that says so.
    pub reference: &'static str,
}

/// Something that a network under a cluster may need.
#[derive(Clone, Copy, Debug, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Feature {
    /// Create the network.
    Create,
    /// Prove that an existing network is fit.
    Verify,
    /// Both address families.
    DualStack,
    /// Give a managed IPv4 network its IPv6 half in place.
    InPlaceDualStack,
    /// Take over what the reference system made.
    Adopt,
    /// Services of type LoadBalancer in both families.
    DualStackLoadBalancer,
}

/// How far a feature is supported.
#[derive(Clone, Copy, Debug, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Support {
    /// This driver does it.
    Native,
    /// This driver checks it, and does not create it.
    VerifyOnly,
    /// It is a matter of the machines, not of the network.
    NodeLevel,
    /// It is not supported.
    Unsupported,
    /// The cloud has ended.
    Sunset,
}

/// A driver's table of [`Capabilities`]. Each row says how far a feature is supported, and which one;
/// how or why, in a sentence; and the page that says so.
///
/// ```
/// use groundwork_provider::{Capabilities, Feature, Support, capabilities};
///
/// const CAPABILITIES: Capabilities = capabilities! {
///     Native DualStack "a subnet has a range of each family" "https://example.org/subnets"
/// };
/// assert_eq!(CAPABILITIES.support(Feature::DualStack), Support::Native);
/// ```
#[macro_export]
macro_rules! capabilities {
    ($($support:ident $feature:ident $reason:literal $reference:tt)*) => {
        $crate::Capabilities {
            features: &[$($crate::Capability {
                feature: $crate::Feature::$feature,
                support: $crate::Support::$support,
                reason: $reason,
                reference: $reference,
            },)*],
        }
    };
}

impl ApiOperation {
    /// An operation, the kind that uses it, for what, and the permission that it needs.
    pub const fn new(
        name: &'static str,
        kind: &'static str,
        used_for: Use,
        permission: &'static str,
    ) -> Self {
        Self {
            name,
            kind,
            used_for,
            permission,
        }
    }
}

/// A driver's table of [`ApiOperation`]s. Each row says for what an operation is used; for which kind,
/// by its type (in brackets by its name, `_` for none); by which call; which permission it needs.
///
/// ```
/// use groundwork_provider::{ApiOperation, operations};
///
/// const READ: &str = "read";
/// const OPERATIONS: &[ApiOperation] = operations! {
///     Connect _ "POST /login" ""
///     List ["toy.network/1"] "GET /networks" READ
/// };
/// assert_eq!(OPERATIONS[0].kind, "");
/// ```
#[macro_export]
macro_rules! operations {
    (@kind _) => { "" };
    (@kind $kind:ident) => { <$kind as $crate::Listing>::KIND };
    (@kind [$kind:expr]) => { $kind };
    ($($used_for:ident $kind:tt $name:literal $permission:tt)*) => {
        &[$($crate::ApiOperation::new(
            $name,
            $crate::operations!(@kind $kind),
            $crate::Use::$used_for,
            $permission,
        ),)*]
    };
}

impl Capabilities {
    /// How far a feature is supported; a feature that is not listed is not.
    pub fn support(&self, feature: Feature) -> Support {
        self.features
            .iter()
            .find(|capability| capability.feature == feature)
            .map_or(Support::Unsupported, |capability| capability.support)
    }
}

/// One operation of a cloud that a driver uses. Their table is printed, and the suite fails if a call
/// is missing in it. On AWS the policies and the permission checks are made from it.
#[derive(Clone, Copy, Debug, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiOperation {
    /// As the cloud names it: `POST /v2.0/subnets`, `CreateVpc`.
    pub name: &'static str,
    /// The kind of objects that it is for; empty where it is for none.
    pub kind: &'static str,
    /// For which calls of the contract.
    pub used_for: Use,
    /// The permission that it needs, as the cloud's policies spell it; empty where it needs none.
    pub permission: &'static str,
}

/// For which call of the contract an operation is used.
#[derive(Clone, Copy, Debug, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Use {
    /// To authenticate and to find out what the cloud offers.
    Connect,
    /// To list.
    List,
    /// To create.
    Create,
    /// To change in place.
    Update,
    /// To delete.
    Delete,
}
