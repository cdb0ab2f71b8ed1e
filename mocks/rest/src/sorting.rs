use std::cmp::Ordering;

use serde_json::Value;

/// An attribute by which a listing is sorted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SortKey {
    /// The attribute.
    pub name: String,
    /// The other way round.
    pub is_descending: bool,
}

/// Sorts a listing by the first key, then by the second, and so on. What is equal in all of them
/// stays in its order.
pub fn sort(items: &mut [Value], keys: &[SortKey]) {
    let compared = |left: &Value, right: &Value| {
        let orders = keys.iter().map(|key| {
            let order = order(&left[&key.name], &right[&key.name]);
            if key.is_descending {
                order.reverse()
            } else {
                order
            }
        });
        orders.fold(Ordering::Equal, Ordering::then)
    };
    items.sort_by(compared);
}

/// Values of one type by their own order; `null` comes first.
fn order(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::Number(left), Value::Number(right)) => {
            let (left, right) = (left.as_f64(), right.as_f64());
            left.partial_cmp(&right).unwrap_or(Ordering::Equal)
        }
        (Value::String(left), Value::String(right)) => left.cmp(right),
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        (left, right) => left.to_string().cmp(&right.to_string()),
    }
}
