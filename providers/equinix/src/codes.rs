//! What this driver has to say, by code.

groundwork_model::codes! {
    pub SUNSET = "EQUINIX-SUNSET", "Equinix Metal ended on 30 June 2026", "https://github.com/kubernetes-retired/cloud-provider-equinix-metal/issues/636";
    pub ENDPOINT = "EQUINIX-ENDPOINT", "The address of the installation cannot be used", "";
    pub FACILITIES = "EQUINIX-FACILITIES", "The API no longer knows facilities", "https://github.com/kubermatic/kubermatic/issues/13243";
    pub METRO = "EQUINIX-METRO", "The metro is not given, or does not exist", "";
    pub VLAN = "EQUINIX-VLAN", "A VLAN does not exist in the metro, or is named twice", "";
    pub IPV6_LATER = "EQUINIX-IPV6-LATER", "The project's IPv6 block comes with its first server in the metro", "";
}
