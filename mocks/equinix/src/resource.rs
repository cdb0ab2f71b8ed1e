/// A collection of the API.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Resource {
    Device,
    Metro,
    Project,
    Reservation,
    Vlan,
}

impl Resource {
    const ALL: [Self; 5] = [
        Self::Device,
        Self::Metro,
        Self::Project,
        Self::Reservation,
        Self::Vlan,
    ];

    /// The kind in the store, and the last part of the path of its listing.
    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::Device => "devices",
            Self::Metro => "metros",
            Self::Project => "projects",
            Self::Reservation => "ips",
            Self::Vlan => "virtual-networks",
        }
    }

    /// The key of a listing.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Device => "devices",
            Self::Metro => "metros",
            Self::Project => "projects",
            Self::Reservation => "ip_addresses",
            Self::Vlan => "virtual_networks",
        }
    }

    /// How many objects a page has where nobody says; `None` where a listing has one page.
    pub(crate) fn per_page(self) -> Option<usize> {
        match self {
            Self::Device | Self::Project => Some(10),
            Self::Reservation => Some(250),
            Self::Metro | Self::Vlan => None,
        }
    }

    pub(crate) fn by_plural(plural: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|resource| resource.plural() == plural)
    }

    /// The path of one object, as `href` has it.
    pub(crate) fn href(self, id: &str) -> String {
        let folder = match self {
            Self::Metro => "locations/metros",
            Self::Device | Self::Project | Self::Reservation | Self::Vlan => self.plural(),
        };
        format!("/metal/v1/{folder}/{id}")
    }
}
