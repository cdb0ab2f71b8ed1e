//! The findings that every cloud shares, as stable codes.

groundwork_model::codes! {
    /// SSH is open to everybody.
    pub SSH_OPEN = "ACCESS-SSH-OPEN", "SSH is open to everybody", "";
    /// A source of SSH is of the wrong family.
    pub SSH_SOURCE = "ACCESS-SSH-SOURCE", "A source for SSH is of a family that the cluster does not have", "";
    /// A security group of ours has rules of somebody else's.
    pub FOREIGN_RULES = "ACCESS-FOREIGN-RULES", "The security group has rules that are somebody else's", "";
    /// A named security group does not allow what is needed.
    pub GROUP_RULES = "ACCESS-GROUP-RULES", "The security group does not allow what nodes need", "https://kubernetes.io/docs/reference/networking/ports-and-protocols/";
    /// IPv6 does not fit into packets.
    pub PACKET_SIZE = "EXISTING-PACKET-SIZE", "The network's packets are too small for IPv6", "https://www.rfc-editor.org/rfc/rfc8200#section-5";
}
