//! Custom attributes: definitions, and values that objects have of them.

use mock_cloud::{Body, Object};
use serde_json::{Map, Value, json};

use super::dispatch::Returned;
use super::fault::{Answer, Fault};
use super::schema::Type;
use super::session::Visitor;
use super::target::{lineage, types_of};
use super::xml::Node;
use crate::cloud::Vsphere;

/// Where definitions are stored.
const FIELD: &str = "CustomField";

impl Vsphere {
    pub(crate) fn call_add_field(&mut self, call: &Node, visitor: &Visitor) -> Answer<Returned> {
        self.need(&visitor.caller, &self.root, "Global.ManageCustomFields")?;
        let name = call.text_of("name").unwrap_or_default();
        let defined = self.add_field(name, call.text_of("moType"))?;
        Ok(Returned::Value(Type::Data("CustomFieldDef"), defined))
    }

    pub(crate) fn add_field(&mut self, name: &str, managed_type: Option<&str>) -> Answer<Value> {
        if name.is_empty() {
            return Err(Fault::invalid_argument("name"));
        }
        if managed_type.is_some_and(|of| lineage(of).is_empty()) {
            return Err(Fault::invalid_argument("moType"));
        }
        if self.field_key(name).is_some() {
            return Err(Fault::duplicate_name(name, "CustomFieldsManager"));
        }
        let key = self.next_number();
        let body = json!({
            "key": key, "name": name, "type": "string", "managedObjectType": managed_type,
        });
        let stored = body.as_object().cloned().unwrap_or_default();
        self.store.insert(FIELD, &key.to_string(), stored);
        Ok(body)
    }

    pub(crate) fn call_remove_field(&mut self, call: &Node, visitor: &Visitor) -> Answer<Returned> {
        self.need(&visitor.caller, &self.root, "Global.ManageCustomFields")?;
        let key = call.text_of("key").unwrap_or_default();
        let removed = self.store.remove(FIELD, key);
        removed
            .map(|_| Returned::Nothing)
            .ok_or_else(|| Fault::invalid_argument("key"))
    }

    pub(crate) fn call_set_field(&mut self, call: &Node, visitor: &Visitor) -> Answer<Returned> {
        let entity = call.text_of("entity").unwrap_or_default();
        let key = call.text_of("key").and_then(|key| key.parse().ok());
        let key = key.ok_or_else(|| Fault::invalid_argument("key"))?;
        self.set_checked(
            entity,
            key,
            call.text_of("value").unwrap_or_default(),
            visitor,
        )
    }

    pub(crate) fn call_set_custom(
        &mut self,
        id: &str,
        call: &Node,
        visitor: &Visitor,
    ) -> Answer<Returned> {
        let key = self.field_key(call.text_of("key").unwrap_or_default());
        let key = key.ok_or_else(|| Fault::invalid_argument("key"))?;
        self.set_checked(id, key, call.text_of("value").unwrap_or_default(), visitor)
    }

    fn set_checked(
        &mut self,
        id: &str,
        key: i64,
        value: &str,
        visitor: &Visitor,
    ) -> Answer<Returned> {
        self.existing(id)?;
        self.need(&visitor.caller, id, "Global.SetCustomField")?;
        self.set_custom(id, key, value)?;
        Ok(Returned::Nothing)
    }

    /// Sets a value, if the object is of a type that the attribute is for.
    pub(crate) fn set_custom(&mut self, id: &str, key: i64, value: &str) -> Answer<()> {
        let kind = self.existing(id)?.kind.clone();
        let field = self.store.find(FIELD, &key.to_string());
        if !field.is_some_and(|field| is_for(field, &types_of(id))) {
            return Err(Fault::invalid_argument("key"));
        }
        self.store.update(&kind, id, |body| set(body, key, value));
        Ok(())
    }

    pub(crate) fn field_key(&self, name: &str) -> Option<i64> {
        let mut fields = self.store.list(FIELD);
        fields.find(|field| field.text("name") == name)?.body["key"].as_i64()
    }

    pub(crate) fn all_fields(&self) -> Value {
        self.store
            .list(FIELD)
            .map(|field| json!(field.body))
            .collect()
    }

    /// The definitions for objects of a type.
    pub(crate) fn fields_for(&self, of: &str) -> Value {
        let types = lineage(of);
        let fields = self.store.list(FIELD).filter(|field| is_for(field, &types));
        fields.map(|field| json!(field.body)).collect()
    }

    /// `CustomFieldValue[]` of an object.
    pub(crate) fn custom_values(&self, object: &Object) -> Value {
        let values = custom(object).filter(|(key, _)| self.store.find(FIELD, key).is_some());
        let value = |(key, value): (&String, &Value)| json!({ "_type": "CustomFieldStringValue", "key": key.parse::<i64>().ok(), "value": value });
        values.map(value).collect()
    }

    /// The values of an object.
    pub(crate) fn custom_texts(&self, object: &Object) -> Vec<String> {
        let text = |(key, value): (&String, &Value)| {
            self.store.find(FIELD, key)?;
            value.as_str().map(str::to_owned)
        };
        custom(object).filter_map(text).collect()
    }
}

fn custom(object: &Object) -> impl Iterator<Item = (&String, &Value)> {
    let values = object.body.get("custom").and_then(Value::as_object);
    values.into_iter().flatten()
}

fn set(body: &mut Body, key: i64, value: &str) {
    let values = body
        .entry("custom")
        .or_insert_with(|| Value::Object(Map::new()));
    let Some(values) = values.as_object_mut() else {
        return;
    };
    match value {
        "" => drop(values.remove(&key.to_string())),
        value => drop(values.insert(key.to_string(), json!(value))),
    }
}

fn is_for(field: &Object, types: &[&str]) -> bool {
    let of = field.text("managedObjectType");
    of.is_empty() || types.contains(&of)
}
