//! Deletes of what is gone.

use groundwork_provider::Result;

use crate::wire::refusal;

/// A delete of what is gone is done. EC2 says that it is gone, or that the delete is not allowed:
/// IAM sees no tags of what is not there, and our policies ask for our label. That is believed
/// only where a look still finds something.
pub(super) async fn unless_gone<T, S>(
    deleted: Result<T>,
    look: impl Future<Output = Result<Vec<S>>>,
) -> Result<()> {
    match deleted {
        Ok(_) => Ok(()),
        Err(error) if refusal::is_gone(&error) => Ok(()),
        Err(error) if refusal::is_unauthorized(&error) => match look.await?.is_empty() {
            true => Ok(()),
            false => Err(error),
        },
        Err(error) => Err(error),
    }
}
