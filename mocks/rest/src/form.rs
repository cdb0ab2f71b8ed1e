use serde_json::Value;

/// Which values an attribute takes.
pub trait Form {
    /// Why a value is not taken, in the words of the cloud.
    type Refused;

    /// The value as it is stored: a cloud may write it in another way than it was sent.
    ///
    /// # Errors
    /// Why the attribute `name` does not take it.
    fn accept(&self, name: &str, value: Value) -> Result<Value, Self::Refused>;
}
