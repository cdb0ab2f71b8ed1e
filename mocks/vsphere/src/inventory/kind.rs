/// A kind of managed object in the inventory.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// A compute cluster.
    Cluster,
    /// A datacenter.
    Datacenter,
    /// A datastore.
    Datastore,
    /// A folder, of whatever is in it.
    Folder,
    /// A host.
    Host,
    /// A virtual machine, or a template.
    Machine,
    /// A standard port group.
    Network,
    /// A network of NSX that is no port group.
    Opaque,
    /// A resource pool.
    Pool,
    /// A distributed port group.
    Portgroup,
    /// A datastore cluster.
    StoragePod,
    /// A distributed switch.
    Switch,
}

use Kind::{
    Cluster, Datacenter, Datastore, Folder, Host, Machine, Network, Opaque, Pool, Portgroup,
    StoragePod, Switch,
};

impl Kind {
    /// Every kind.
    pub(crate) const ALL: [Self; 12] = [
        Cluster, Datacenter, Datastore, Folder, Host, Machine, Network, Opaque, Pool, Portgroup,
        StoragePod, Switch,
    ];

    /// How the API calls it, what its ids begin with, and what it is as well.
    fn row(self) -> (&'static str, &'static str, &'static [&'static str]) {
        match self {
            Cluster => ("ClusterComputeResource", "domain-c", &["ComputeResource"]),
            Datacenter => ("Datacenter", "datacenter-", &[]),
            Datastore => ("Datastore", "datastore-", &[]),
            Folder => ("Folder", "group-v", &[]),
            Host => ("HostSystem", "host-", &[]),
            Machine => ("VirtualMachine", "vm-", &[]),
            Network => ("Network", "network-", &[]),
            Opaque => ("OpaqueNetwork", "network-o", &["Network"]),
            Pool => ("ResourcePool", "resgroup-", &[]),
            Portgroup => ("DistributedVirtualPortgroup", "dvportgroup-", &["Network"]),
            StoragePod => ("StoragePod", "group-p", &["Folder"]),
            Switch => (
                "VmwareDistributedVirtualSwitch",
                "dvs-",
                &["DistributedVirtualSwitch"],
            ),
        }
    }

    /// How the API calls it: `VirtualMachine`.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    pub(crate) fn prefix(self) -> &'static str {
        self.row().1
    }

    /// Every type that it is.
    pub(crate) fn types(self) -> Vec<&'static str> {
        let (name, _, bases) = self.row();
        let bases = bases.iter().copied();
        [name]
            .into_iter()
            .chain(bases)
            .chain(["ManagedEntity"])
            .collect()
    }

    /// The kind of what has this id.
    pub(crate) fn of_id(id: &str) -> Option<Self> {
        let prefix = id.trim_end_matches(|letter: char| letter.is_ascii_digit());
        match prefix {
            "group-d" | "group-h" | "group-n" | "group-s" => Some(Folder),
            _ => Self::ALL.into_iter().find(|kind| kind.prefix() == prefix),
        }
    }
}
