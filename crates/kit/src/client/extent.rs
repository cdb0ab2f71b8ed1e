//! How much a listing may have as a whole: one place for every client, whoever pages it.

use groundwork_provider::{Error, ErrorKind, Result};

/// How much has been read of a listing. A listing beyond its bounds is a loop, or an attack.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    pages: usize,
    objects: usize,
    bytes: usize,
    pages_max: usize,
    objects_max: usize,
}

impl Extent {
    /// Pages of one listing.
    pub const PAGES_MAX: usize = 10_000;
    /// Objects of one listing.
    pub const OBJECTS_MAX: usize = 1_000_000;
    /// Bytes of all pages of one listing.
    pub const BYTES_MAX: usize = 1 << 30;

    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::of_at_most(Self::OBJECTS_MAX)
    }

    /// Nothing yet of a listing of at most so many objects.
    pub(super) fn of_at_most(objects_max: usize) -> Self {
        Self {
            pages: 0,
            objects: 0,
            bytes: 0,
            pages_max: Self::PAGES_MAX,
            objects_max,
        }
    }

    /// The same for a cloud whose pages hold so many objects: fewer pages are enough.
    #[must_use]
    pub fn in_pages_of(self, objects: usize) -> Self {
        let pages_max = (Self::OBJECTS_MAX / objects.max(1)).clamp(1, Self::PAGES_MAX);
        Self { pages_max, ..self }
    }

    /// Takes a page into account: its objects, and its bytes where the client sees them.
    ///
    /// # Errors
    /// `Unexpected` where the listing as a whole is beyond a bound.
    pub fn page(&mut self, operation: &str, objects: usize, bytes: usize) -> Result<()> {
        self.pages += 1;
        self.objects += objects;
        self.bytes += bytes;
        let table = [
            (self.pages, self.pages_max, "pages"),
            (self.objects, self.objects_max, "objects"),
            (self.bytes, Self::BYTES_MAX, "bytes"),
        ];
        let beyond = table.into_iter().find(|(is, max, _)| is > max);
        let Some((_, max, what)) = beyond else {
            return Ok(());
        };
        let message = format!("the listing has more than {max} {what}: it was given up");
        let remedy = "use a project or account with fewer objects, or report this to the cloud";
        Err(Error::new(ErrorKind::Unexpected, operation, message).remedy(remedy))
    }
}

impl Default for Extent {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_objects_and_bytes_have_a_bound_each() {
        let told = |mut extent: Extent, objects, bytes| {
            let last = extent.page("GET /things", objects, bytes);
            last.and_then(|()| extent.page("GET /things", 1, 1))
        };
        let cases = [
            (Extent::new(), Extent::OBJECTS_MAX, 0, "objects"),
            (Extent::new(), 0, Extent::BYTES_MAX, "bytes"),
            (
                Extent::new().in_pages_of(Extent::OBJECTS_MAX),
                0,
                0,
                "pages",
            ),
        ];
        for (extent, objects, bytes, what) in cases {
            let error = told(extent, objects, bytes).unwrap_err();
            assert!(error.message.contains(what), "{error}");
            assert_eq!(error.operation, "GET /things");
        }
        assert!(
            told(
                Extent::new(),
                Extent::OBJECTS_MAX - 1,
                Extent::BYTES_MAX - 1
            )
            .is_ok()
        );
    }
}
