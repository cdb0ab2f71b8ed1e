use jiff::Timestamp;

/// What the cloud is like.
#[derive(Clone, Debug)]
pub struct Config {
    /// Ids come from here.
    pub seed: u64,
    /// What opens it.
    pub token: String,
    /// Whether any token opens it.
    pub open: bool,
    /// When its time begins.
    pub epoch: Timestamp,
    /// How many objects a page of a listing holds.
    pub page: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            seed: 1,
            token: "acorn-secret-token".to_owned(),
            open: false,
            epoch: Timestamp::UNIX_EPOCH,
            page: 50,
        }
    }
}
