//! The part of the vSphere API's schema that this mock speaks: which properties a managed object
//! has, which members a data object, in the order of the reference, and of which type each is.

use Type::{Data, Enum, Flag, Int, List, Long, Ref, Text, Time};

/// The type of a value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Type {
    /// A data object; a value may say that it is of a type that extends it.
    Data(&'static str),
    Enum(&'static str),
    Flag,
    Int,
    List(&'static Type),
    Long,
    /// A managed object, by its id.
    Ref,
    Text,
    Time,
}

/// Names, each with its type.
type Members = &'static [(&'static str, Type)];

const REFS: Type = List(&Ref);
const TEXTS: Type = List(&Text);
const CUSTOM: Type = List(&Data("CustomFieldValue"));

/// The type of a property of a managed object that is of these types.
pub(crate) fn property(types: &[&str], name: &str) -> Option<Type> {
    let of = |of: &&str| MANAGED.iter().find(|(own, _)| own == of);
    let mut members = types
        .iter()
        .filter_map(of)
        .flat_map(|(_, members)| members.iter());
    members.find(|(own, _)| *own == name).map(|(_, of)| *of)
}

/// Every property of a managed object that is of these types.
pub(crate) fn properties(types: &[&str]) -> Vec<&'static str> {
    let of = |of: &&str| MANAGED.iter().find(|(own, _)| own == of);
    let members = types
        .iter()
        .filter_map(of)
        .flat_map(|(_, members)| members.iter());
    members.map(|(name, _)| *name).collect()
}

/// The members of a data object; nothing where the type is unknown.
pub(crate) fn members(data: &str) -> Members {
    let known = DATA.iter().find(|(name, _)| *name == data);
    known.map_or(&[], |(_, members)| members)
}

/// The type at a path below a type (`guest.net` is `net` below that of `guest`).
pub(crate) fn below(of: Type, path: &str) -> Option<Type> {
    path.split('.').try_fold(of, |of, name| match of {
        Data(data) => members(data)
            .iter()
            .find(|(own, _)| *own == name)
            .map(|(_, of)| *of),
        Enum(_) | Flag | Int | List(_) | Long | Ref | Text | Time => None,
    })
}

const MANAGED: &[(&str, Members)] = &[
    (
        "ManagedEntity",
        &[
            ("availableField", List(&Data("CustomFieldDef"))),
            ("configStatus", Enum("ManagedEntityStatus")),
            ("customValue", CUSTOM),
            ("declaredAlarmState", TEXTS),
            ("disabledMethod", TEXTS),
            ("effectiveRole", List(&Int)),
            ("name", Text),
            ("overallStatus", Enum("ManagedEntityStatus")),
            ("parent", Ref),
            ("recentTask", REFS),
            ("tag", TEXTS),
            ("value", CUSTOM),
        ],
    ),
    ("Folder", &[("childEntity", REFS), ("childType", TEXTS)]),
    ("StoragePod", &[("summary", Data("StoragePodSummary"))]),
    (
        "Datacenter",
        &[
            ("datastore", REFS),
            ("datastoreFolder", Ref),
            ("hostFolder", Ref),
            ("network", REFS),
            ("networkFolder", Ref),
            ("vmFolder", Ref),
        ],
    ),
    (
        "ComputeResource",
        &[
            ("datastore", REFS),
            ("host", REFS),
            ("network", REFS),
            ("resourcePool", Ref),
        ],
    ),
    (
        "HostSystem",
        &[
            ("config", Data("HostConfigInfo")),
            ("datastore", REFS),
            ("network", REFS),
        ],
    ),
    (
        "ResourcePool",
        &[("owner", Ref), ("resourcePool", REFS), ("vm", REFS)],
    ),
    (
        "Datastore",
        &[("summary", Data("DatastoreSummary")), ("vm", REFS)],
    ),
    (
        "Network",
        &[
            ("host", REFS),
            ("summary", Data("NetworkSummary")),
            ("vm", REFS),
        ],
    ),
    (
        "DistributedVirtualPortgroup",
        &[
            ("config", Data("DVPortgroupConfigInfo")),
            ("key", Text),
            ("portKeys", TEXTS),
        ],
    ),
    (
        "DistributedVirtualSwitch",
        &[
            ("config", Data("VMwareDVSConfigInfo")),
            ("portgroup", REFS),
            ("uuid", Text),
        ],
    ),
    (
        "VirtualMachine",
        &[
            ("config", Data("VirtualMachineConfigInfo")),
            ("datastore", REFS),
            ("guest", Data("GuestInfo")),
            ("network", REFS),
            ("resourcePool", Ref),
            ("runtime", Data("VirtualMachineRuntimeInfo")),
            ("summary", Data("VirtualMachineSummary")),
        ],
    ),
    ("Task", &[("info", Data("TaskInfo"))]),
    (
        "ContainerView",
        &[
            ("container", Ref),
            ("recursive", Flag),
            ("type", TEXTS),
            ("view", REFS),
        ],
    ),
    (
        "AuthorizationManager",
        &[("privilegeList", List(&Data("AuthorizationPrivilege")))],
    ),
    (
        "CustomFieldsManager",
        &[("field", List(&Data("CustomFieldDef")))],
    ),
    (
        "ServiceInstance",
        &[("content", Data("ServiceContent")), ("serverClock", Time)],
    ),
    ("SessionManager", &[("currentSession", Data("UserSession"))]),
    ("ViewManager", &[("viewList", REFS)]),
];

const DATA: &[(&str, Members)] = &[
    (
        "AboutInfo",
        &[
            ("name", Text),
            ("fullName", Text),
            ("vendor", Text),
            ("version", Text),
            ("build", Text),
            ("osType", Text),
            ("productLineId", Text),
            ("apiType", Text),
            ("apiVersion", Text),
            ("instanceUuid", Text),
        ],
    ),
    (
        "AuthorizationPrivilege",
        &[
            ("privId", Text),
            ("onParent", Flag),
            ("name", Text),
            ("privGroupName", Text),
        ],
    ),
    (
        "CustomFieldDef",
        &[
            ("key", Int),
            ("name", Text),
            ("type", Text),
            ("managedObjectType", Text),
        ],
    ),
    ("CustomFieldStringValue", &[("key", Int), ("value", Text)]),
    (
        "DVPortgroupNsxConfig",
        &[("subnetAddresses", Data("DVPortgroupNsxSubnetAddressInfo"))],
    ),
    ("DVPortgroupNsxSubnetAddressInfo", &[("cidr", TEXTS)]),
    (
        "DVPortgroupConfigInfo",
        &[
            ("key", Text),
            ("name", Text),
            ("numPorts", Int),
            ("distributedVirtualSwitch", Ref),
            ("defaultPortConfig", Data("DVPortSetting")),
            ("description", Text),
            ("type", Text),
            ("backingType", Text),
            ("uplink", Flag),
            ("logicalSwitchUuid", Text),
            ("segmentId", Text),
            ("subnetId", Text),
            ("nsxConfig", Data("DVPortgroupNsxConfig")),
        ],
    ),
    (
        "DatastoreSummary",
        &[
            ("datastore", Ref),
            ("name", Text),
            ("url", Text),
            ("capacity", Long),
            ("freeSpace", Long),
            ("accessible", Flag),
            ("multipleHostAccess", Flag),
            ("type", Text),
            ("maintenanceMode", Text),
        ],
    ),
    (
        "EntityPrivilege",
        &[
            ("entity", Ref),
            ("privAvailability", List(&Data("PrivilegeAvailability"))),
        ],
    ),
    (
        "GuestInfo",
        &[
            ("toolsRunningStatus", Text),
            ("hostName", Text),
            ("ipAddress", Text),
            ("net", List(&Data("GuestNicInfo"))),
        ],
    ),
    (
        "GuestNicInfo",
        &[
            ("network", Text),
            ("ipAddress", TEXTS),
            ("macAddress", Text),
            ("connected", Flag),
            ("deviceConfigId", Int),
            ("ipConfig", Data("NetIpConfigInfo")),
        ],
    ),
    ("HostConfigInfo", &[("network", Data("HostNetworkInfo"))]),
    (
        "HostNetworkInfo",
        &[("ipV6Enabled", Flag), ("atBootIpV6Enabled", Flag)],
    ),
    (
        "IpPool",
        &[
            ("id", Int),
            ("name", Text),
            ("ipv4Config", Data("IpPoolIpPoolConfigInfo")),
            ("ipv6Config", Data("IpPoolIpPoolConfigInfo")),
            ("dnsDomain", Text),
            ("networkAssociation", List(&Data("IpPoolAssociation"))),
        ],
    ),
    (
        "IpPoolAssociation",
        &[("network", Ref), ("networkName", Text)],
    ),
    (
        "IpPoolIpPoolConfigInfo",
        &[
            ("subnetAddress", Text),
            ("netmask", Text),
            ("gateway", Text),
            ("range", Text),
            ("dns", TEXTS),
            ("dhcpServerAvailable", Flag),
            ("ipPoolEnabled", Flag),
        ],
    ),
    (
        "NetIpConfigInfo",
        &[("ipAddress", List(&Data("NetIpConfigInfoIpAddress")))],
    ),
    (
        "NetIpConfigInfoIpAddress",
        &[
            ("ipAddress", Text),
            ("prefixLength", Int),
            ("origin", Text),
            ("state", Text),
        ],
    ),
    ("NetworkSummary", NETWORK_SUMMARY),
    (
        "OpaqueNetworkSummary",
        &[
            ("network", Ref),
            ("name", Text),
            ("accessible", Flag),
            ("ipPoolName", Text),
            ("ipPoolId", Int),
            ("opaqueNetworkId", Text),
            ("opaqueNetworkType", Text),
        ],
    ),
    (
        "PrivilegeAvailability",
        &[("privId", Text), ("isGranted", Flag)],
    ),
    (
        "ServiceContent",
        &[
            ("rootFolder", Ref),
            ("propertyCollector", Ref),
            ("viewManager", Ref),
            ("about", Data("AboutInfo")),
            ("sessionManager", Ref),
            ("authorizationManager", Ref),
            ("customFieldsManager", Ref),
            ("searchIndex", Ref),
            ("ipPoolManager", Ref),
        ],
    ),
    (
        "StoragePodSummary",
        &[("name", Text), ("capacity", Long), ("freeSpace", Long)],
    ),
    (
        "TaskInfo",
        &[
            ("key", Text),
            ("task", Ref),
            ("name", Text),
            ("descriptionId", Text),
            ("entity", Ref),
            ("entityName", Text),
            ("state", Enum("TaskInfoState")),
            ("cancelled", Flag),
            ("cancelable", Flag),
            ("error", Data("LocalizedMethodFault")),
            ("progress", Int),
            ("reason", Data("TaskReason")),
            ("queueTime", Time),
            ("startTime", Time),
            ("completeTime", Time),
            ("eventChainId", Int),
        ],
    ),
    ("TaskReasonUser", &[("userName", Text)]),
    (
        "UserSession",
        &[
            ("key", Text),
            ("userName", Text),
            ("fullName", Text),
            ("loginTime", Time),
            ("lastActiveTime", Time),
            ("locale", Text),
            ("messageLocale", Text),
            ("extensionSession", Flag),
            ("ipAddress", Text),
            ("userAgent", Text),
            ("callCount", Long),
        ],
    ),
    (
        "UserPrivilegeResult",
        &[("entity", Ref), ("privileges", TEXTS)],
    ),
    (
        "VMwareDVSConfigInfo",
        &[("name", Text), ("uplinkPortgroup", REFS)],
    ),
    (
        "VMwareDVSPortSetting",
        &[("vlan", Data("VmwareDistributedVirtualSwitchVlanSpec"))],
    ),
    (
        "VirtualMachineConfigInfo",
        &[
            ("name", Text),
            ("uuid", Text),
            ("template", Flag),
            ("guestId", Text),
        ],
    ),
    (
        "VirtualMachineConfigSummary",
        &[("name", Text), ("template", Flag), ("uuid", Text)],
    ),
    (
        "VirtualMachineGuestSummary",
        &[
            ("toolsRunningStatus", Text),
            ("hostName", Text),
            ("ipAddress", Text),
        ],
    ),
    (
        "VirtualMachineRuntimeInfo",
        &[
            ("host", Ref),
            ("connectionState", Enum("VirtualMachineConnectionState")),
            ("powerState", Enum("VirtualMachinePowerState")),
        ],
    ),
    (
        "VirtualMachineSummary",
        &[
            ("vm", Ref),
            ("runtime", Data("VirtualMachineRuntimeInfo")),
            ("guest", Data("VirtualMachineGuestSummary")),
            ("config", Data("VirtualMachineConfigSummary")),
            ("overallStatus", Enum("ManagedEntityStatus")),
        ],
    ),
    (
        "VmwareDistributedVirtualSwitchTrunkVlanSpec",
        &[("vlanId", List(&Data("NumericRange")))],
    ),
    (
        "VmwareDistributedVirtualSwitchVlanIdSpec",
        &[("vlanId", Int)],
    ),
    ("NumericRange", &[("start", Int), ("end", Int)]),
    // Faults.
    (
        "LocalizedMethodFault",
        &[("fault", Data("MethodFault")), ("localizedMessage", Text)],
    ),
    ("DuplicateName", &[("name", Text), ("object", Ref)]),
    ("InvalidArgument", &[("invalidProperty", Text)]),
    ("InvalidName", &[("name", Text)]),
    (
        "InvalidPowerState",
        &[
            ("requestedState", Enum("VirtualMachinePowerState")),
            ("existingState", Enum("VirtualMachinePowerState")),
        ],
    ),
    ("InvalidProperty", &[("name", Text)]),
    ("LimitExceeded", &[("property", Text), ("limit", Int)]),
    ("ManagedObjectNotFound", &[("obj", Ref)]),
    ("MethodNotFound", &[("receiver", Ref), ("method", Text)]),
    ("NoPermission", &[("object", Ref), ("privilegeId", Text)]),
    (
        "NotAuthenticated",
        &[("object", Ref), ("privilegeId", Text)],
    ),
    ("SystemError", &[("reason", Text)]),
];

const NETWORK_SUMMARY: Members = &[
    ("network", Ref),
    ("name", Text),
    ("accessible", Flag),
    ("ipPoolName", Text),
    ("ipPoolId", Int),
];
