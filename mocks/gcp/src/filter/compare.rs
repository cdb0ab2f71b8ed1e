//! What comparisons and patterns say of a field, which is a text, a number or a switch.

use std::cmp::Ordering;

use serde_json::Value;

use super::{Comparison, Mismatch, Operator, Pattern};

impl Comparison {
    pub(super) fn holds(&self, field: &Value) -> Result<bool, Mismatch> {
        if let Value::Array(items) = field {
            let mut found = false;
            for item in items {
                found |= self.holds(item)?;
            }
            return Ok(found);
        }
        Ok(match self.operator {
            Operator::Has => self.has(field)?,
            Operator::Equal => self.order(field)? == Some(Ordering::Equal),
            Operator::Unequal => self.order(field)? != Some(Ordering::Equal),
            Operator::Less => self.order(field)? == Some(Ordering::Less),
            Operator::Greater => self.order(field)? == Some(Ordering::Greater),
            Operator::LessOrEqual => {
                matches!(self.order(field)?, Some(Ordering::Less | Ordering::Equal))
            }
            Operator::GreaterOrEqual => {
                matches!(
                    self.order(field)?,
                    Some(Ordering::Greater | Ordering::Equal)
                )
            }
        })
    }

    /// `:*` asks whether there is the field; of a text, `:` asks whether it has that in it.
    fn has(&self, field: &Value) -> Result<bool, Mismatch> {
        match field {
            Value::Null => Ok(false),
            _ if self.value == "*" => Ok(true),
            Value::String(text) => Ok(text.contains(self.value.trim_matches('*'))),
            Value::Array(_) | Value::Bool(_) | Value::Number(_) | Value::Object(_) => {
                Ok(self.order(field)? == Some(Ordering::Equal))
            }
        }
    }

    /// How a field stands to the value; nothing where there is no field.
    fn order(&self, field: &Value) -> Result<Option<Ordering>, Mismatch> {
        match field {
            Value::String(text) => Ok(Some(text.as_str().cmp(&self.value))),
            Value::Number(is) => {
                let value: f64 = self.value.parse().map_err(|_| Mismatch)?;
                Ok(is.as_f64().and_then(|is| is.partial_cmp(&value)))
            }
            Value::Bool(is) => {
                let value: bool = self.value.parse().map_err(|_| Mismatch)?;
                Ok(Some(is.cmp(&value)))
            }
            Value::Array(_) | Value::Null | Value::Object(_) => Ok(None),
        }
    }
}

impl Pattern {
    pub(super) fn holds(&self, object: &Value) -> Result<bool, Mismatch> {
        let field = super::of(object, &self.field);
        let is_equal = match field {
            Value::String(text) => self.regex.is_match(text),
            Value::Number(is) => {
                let value: f64 = self.literal.parse().map_err(|_| Mismatch)?;
                is.as_f64() == Some(value)
            }
            Value::Bool(is) => {
                let value: bool = self.literal.parse().map_err(|_| Mismatch)?;
                *is == value
            }
            // Lists and objects cannot be filtered by.
            Value::Array(_) | Value::Null | Value::Object(_) => false,
        };
        Ok(is_equal != self.is_unequal)
    }
}
