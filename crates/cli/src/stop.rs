//! Why the command line stops early.

use groundwork_model::Finding;

use crate::Exit;

/// Why the command line stops early: what the user reads, and the exit code.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The arguments do not make sense.
    Usage(String),
    /// Documents, cluster or cloud are unfit.
    Unfit(Vec<Finding>),
    /// Whoever read the output has gone away (`| head`): there is nobody to say anything to.
    Unread,
    /// The operation failed.
    Failed {
        /// What, and why.
        message: String,
        /// What to do.
        remedy: Option<String>,
        /// What a person should know all the same.
        findings: Vec<Finding>,
    },
}

impl Stop {
    /// The operation failed.
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::Failed {
            message: message.into(),
            remedy: None,
            findings: Vec::new(),
        }
    }

    /// The operation failed, and this is what to do.
    pub(crate) fn failed_with(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Failed {
            message: message.into(),
            remedy: Some(remedy.into()),
            findings: Vec::new(),
        }
    }

    /// The same with what a person should know before everything else that is said of it.
    #[must_use]
    pub(crate) fn after(self, before: &[Finding]) -> Self {
        let with = |findings: Vec<Finding>| before.iter().cloned().chain(findings).collect();
        match self {
            Self::Unfit(findings) => Self::Unfit(with(findings)),
            Self::Failed {
                message,
                remedy,
                findings,
            } => Self::Failed {
                message,
                remedy,
                findings: with(findings),
            },
            Self::Usage(_) | Self::Unread => self,
        }
    }

    /// The same with more to know, which depends on what is said already.
    #[must_use]
    pub(crate) fn adding(mut self, add: impl FnOnce(&mut Vec<Finding>)) -> Self {
        match &mut self {
            Self::Unfit(findings) | Self::Failed { findings, .. } => add(findings),
            Self::Usage(_) | Self::Unread => {}
        }
        self
    }

    /// How the process ends.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) => Exit::Usage,
            Self::Unfit(_) => Exit::Unfit,
            Self::Unread => Exit::Unread,
            Self::Failed { .. } => Exit::Failed,
        }
    }
}

/// An error with the whole chain below it, in one line. A layer that only repeats what the one
/// above says is left out.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut below = error.source();
    while let Some(error) = below {
        let words = error.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        below = error.source();
    }
    text
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self::Unread;
        }
        Self::failed(chain(&error))
    }
}
