//! What this driver has to say, by code.

groundwork_model::codes! {
    /// The datacenter has no IPv6.
    pub IPV6_OFF = "TOY-IPV6-OFF", "The datacenter has no IPv6", "";
    /// The cloud's quota is used up.
    pub QUOTA = "TOY-QUOTA", "The quota of the account is used up", "";
    /// The range cannot be a network's.
    pub RANGE = "TOY-RANGE", "The range cannot be a network's", "";
    /// The account has no zone.
    pub ZONES = "TOY-ZONES", "The account has no zone", "";
}
