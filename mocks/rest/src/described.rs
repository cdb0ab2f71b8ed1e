use serde_json::Value;

use crate::query::Query;

/// What a cloud's own description says of its requests and replies.
///
/// `{"methods": {"GET networks/{}": {"parameters": […], "request": …, "reply": …}}, "schemas": …}`: a
/// part of a path in braces stands for any text, and may have an end; schemas are JSON Schema, as far
/// as descriptions of APIs need it, and closed.
#[derive(Debug)]
pub struct Described(Value);

impl Described {
    /// Reads a description.
    ///
    /// # Panics
    /// If it is no JSON.
    pub fn new(text: &str) -> Self {
        Self(serde_json::from_str(text).expect("the description is JSON"))
    }

    /// Holds an exchange, which the cloud has taken, against the description. `line` is method and path
    /// (`GET networks/n`); bodies may be empty.
    ///
    /// # Errors
    /// The first thing that is not as described, with its place.
    pub fn check(
        &self,
        line: &str,
        query: &Query,
        asked: &[u8],
        said: &[u8],
    ) -> Result<(), String> {
        let method = self
            .method(line)
            .ok_or_else(|| format!("{line} is not described"))?;
        let known = method["parameters"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        for (name, _) in query.pairs() {
            if !known.iter().any(|own| own == name) {
                return Err(format!("{line}: {name} is no parameter"));
            }
        }
        for (body, schema) in [(asked, &method["request"]), (said, &method["reply"])] {
            if body.is_empty() {
                continue;
            }
            let value: Value =
                serde_json::from_slice(body).map_err(|why| format!("{line}: {why}"))?;
            if let Some(why) = self.wrong("", &value, schema) {
                return Err(format!("{line}: {why}: {value}"));
            }
        }
        Ok(())
    }

    fn method(&self, line: &str) -> Option<&Value> {
        let parts: Vec<&str> = line.split('/').collect();
        let part = |(own, part): (&&str, &&str)| match own.strip_prefix('{') {
            Some(rest) => rest
                .split_once('}')
                .is_some_and(|(_, end)| part.ends_with(end)),
            None => own.eq_ignore_ascii_case(part),
        };
        let fits = |template: &str| {
            let template: Vec<&str> = template.split('/').collect();
            template.len() == parts.len() && template.iter().zip(&parts).all(part)
        };
        let mut all = self.0["methods"].as_object()?.iter();
        all.find(|(template, _)| fits(template))
            .map(|(_, method)| method)
    }

    /// What of a value is not as a schema has it, with its place.
    pub fn wrong(&self, at: &str, value: &Value, schema: &Value) -> Option<String> {
        if let Some(name) = schema["$ref"].as_str() {
            return match self.0.pointer(name.trim_start_matches('#')) {
                Some(schema) => self.wrong(at, value, schema),
                None => Some(format!("{at}: there is no schema {name}")),
            };
        }
        let is_a_number = || {
            value
                .as_str()
                .is_some_and(|text| text.parse::<u64>().is_ok())
        };
        let fits = match (schema["type"].as_str(), schema["enum"].as_array()) {
            (Some("array"), _) => return self.every(at, value, &schema["items"]),
            (Some("object"), _) => return self.members(at, value, schema),
            (Some("boolean"), _) => value.is_boolean(),
            (Some("integer"), _) => value.is_i64() || value.is_u64(),
            (Some("number"), _) => value.is_number(),
            (Some("string"), _) if schema["format"] == "uint64" => is_a_number(),
            (_, Some(words)) => words.contains(value),
            (Some("string"), None) => value.is_string(),
            (Some(_) | None, None) => true,
        };
        (!fits).then(|| format!("{at}: {value} is not {schema}"))
    }

    fn every(&self, at: &str, value: &Value, items: &Value) -> Option<String> {
        let Some(all) = value.as_array() else {
            return Some(format!("{at}: {value} is no list"));
        };
        let mut all = all.iter().enumerate();
        all.find_map(|(index, item)| self.wrong(&format!("{at}[{index}]"), item, items))
    }

    fn members(&self, at: &str, value: &Value, schema: &Value) -> Option<String> {
        let Some(all) = value.as_object() else {
            return Some(format!("{at}: {value} is no object"));
        };
        all.iter().find_map(|(name, value)| {
            let at = format!("{at}.{name}");
            match (
                schema["properties"].get(name),
                &schema["additionalProperties"],
            ) {
                // What a patch takes away.
                (Some(_), _) if value.is_null() => None,
                (Some(own), _) => self.wrong(&at, value, own),
                (None, Value::Object(_)) => self.wrong(&at, value, &schema["additionalProperties"]),
                (None, _) => Some(format!("{at} is not described")),
            }
        })
    }
}
