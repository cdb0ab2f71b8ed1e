//! How the process ends.

use std::process::ExitCode;

/// The exit codes, which are part of the contract with callers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Exit {
    /// 0: all well.
    Well,
    /// 1: a finding of severity error.
    Unfit,
    /// 2: what is differs from what should be.
    Differs,
    /// 3: unreachable, denied, stale, interrupted, internal.
    Failed,
    /// 64: wrong usage.
    Usage,
    /// 141: nobody reads the output any more; as a shell says of a program that a closed pipe ended.
    Unread,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Well => 0,
            Self::Unfit => 1,
            Self::Differs => 2,
            Self::Failed => 3,
            Self::Usage => 64,
            Self::Unread => 141,
        }
    }

    /// `Differs` where there are differences.
    pub(crate) fn of_differences(differs: bool) -> Self {
        if differs { Self::Differs } else { Self::Well }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
