//! The findings that every cloud shares, as stable codes.

groundwork_model::codes! {
    pub SSH_OPEN = "ACCESS-SSH-OPEN", "SSH is open to everybody", "";
    pub SSH_SOURCE = "ACCESS-SSH-SOURCE", "A source for SSH is of a family that the cluster does not have", "";
    pub FOREIGN_RULES = "ACCESS-FOREIGN-RULES", "The security group has rules that are somebody else's", "";
    pub GROUP_RULES = "ACCESS-GROUP-RULES", "The security group does not allow what nodes need", "https://kubernetes.io/docs/reference/networking/ports-and-protocols/";
    pub NOT_ASKED = "EXISTING-NOT-ASKED", "Some questions are not asked of this network", "";
    pub PACKET_SIZE = "EXISTING-PACKET-SIZE", "The network's packets are too small for IPv6", "https://www.rfc-editor.org/rfc/rfc8200#section-5";
}
