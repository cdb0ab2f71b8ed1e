use std::collections::BTreeMap;

use serde_json::Value;

/// Creates that carried an idempotency token: what each asked for, and what it got.
///
/// Only what succeeded is remembered, so that a refused create can be tried again.
#[derive(Clone, Debug)]
pub struct Idempotency<K> {
    answers: BTreeMap<K, (Value, Value)>,
}

/// What a create with a token is to the cloud.
#[derive(Clone, Debug, PartialEq)]
pub enum Repeat {
    /// No create with this token has succeeded.
    First,
    /// The same create has succeeded: this was its answer.
    Same(Value),
    /// A create with this token has succeeded that asked for something else.
    Different,
}

impl<K> Default for Idempotency<K> {
    fn default() -> Self {
        Self {
            answers: BTreeMap::new(),
        }
    }
}

impl<K: Ord> Idempotency<K> {
    /// Whether a create is a repetition. `key` is the token, with whatever else the cloud takes
    /// into account (the operation, the caller).
    pub fn repeat(&self, key: &K, asked: &Value) -> Repeat {
        match self.answers.get(key) {
            None => Repeat::First,
            Some((before, answer)) if before == asked => Repeat::Same(answer.clone()),
            Some(_) => Repeat::Different,
        }
    }

    /// Remembers a create that has succeeded.
    pub fn remember(&mut self, key: K, asked: Value, answer: Value) {
        self.answers.insert(key, (asked, answer));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_same_create_gets_the_same_answer_and_another_one_is_told() {
        let mut creates = Idempotency::default();
        let asked = json!({ "name": "a" });
        assert_eq!(creates.repeat(&"token", &asked), Repeat::First);
        creates.remember("token", asked.clone(), json!({ "id": 1 }));
        assert_eq!(
            creates.repeat(&"token", &asked),
            Repeat::Same(json!({ "id": 1 }))
        );
        let other = json!({ "name": "b" });
        assert_eq!(creates.repeat(&"token", &other), Repeat::Different);
        assert_eq!(creates.repeat(&"another", &asked), Repeat::First);
    }
}
