//! What a JSON Schema says about a value: its types, its choices, its fields.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use serde_json::Value;

use super::tree::{Content, Tree};

/// A schema as a whole, in which `#/$defs` are found. What its parts say is worked out once, however
/// many documents are held against it.
pub(super) struct Shape<'a> {
    root: &'a Value,
    /// By the address of the part: the schema is borrowed, and stays where it is.
    known: RefCell<BTreeMap<*const Value, Rc<Meaning<'a>>>>,
}

/// What a part of a schema says.
pub(super) struct Meaning<'a> {
    /// The part, after its references.
    pub(super) schema: &'a Value,
    /// The texts of which it has to be one, if it is a choice of texts.
    pub(super) choices: Option<Vec<&'a str>>,
    /// The types that are allowed; none when everything is.
    pub(super) types: Vec<&'a str>,
    /// The fields that an object may and has to have.
    pub(super) fields: Fields<'a>,
    /// The variants of a choice that are not null.
    variants: Vec<&'a Value>,
    /// Whether it says nothing beside its variants.
    plain: bool,
}

/// What a schema says about the fields of an object.
#[derive(Default)]
pub(super) struct Fields<'a> {
    pub(super) known: BTreeMap<&'a str, &'a Value>,
    pub(super) others: Option<&'a Value>,
    pub(super) required: Vec<&'a str>,
    /// Of these an object has exactly one: each variant of a choice is named by its only field.
    pub(super) one_of: Vec<&'a str>,
}

impl<'a> Shape<'a> {
    pub(super) fn new(root: &'a Value) -> Self {
        let known = RefCell::default();
        Self { root, known }
    }

    /// What a part of the schema says.
    pub(super) fn meaning(&self, part: &'a Value) -> Rc<Meaning<'a>> {
        let place: *const Value = part;
        if let Some(known) = self.known.borrow().get(&place) {
            return Rc::clone(known);
        }
        let schema = self.resolved(part);
        let meaning = Rc::new(Meaning {
            schema,
            choices: self.choices(schema),
            types: self.types(schema),
            fields: self.fields(schema),
            variants: self.variants(schema),
            plain: schema.get("type").is_none() && schema.get("properties").is_none(),
        });
        self.known.borrow_mut().insert(place, Rc::clone(&meaning));
        meaning
    }

    /// Follows references within the schema; a chain that does not end allows everything.
    fn resolved(&self, mut schema: &'a Value) -> &'a Value {
        for _ in 0..16 {
            let Some(reference) = schema.get("$ref").and_then(Value::as_str) else {
                return schema;
            };
            let pointer = reference.strip_prefix('#').unwrap_or(reference);
            schema = self.root.pointer(pointer).unwrap_or(&Value::Bool(true));
        }
        &Value::Bool(true)
    }

    /// The variants of a choice that are not null.
    fn variants(&self, schema: &'a Value) -> Vec<&'a Value> {
        let lists = ["anyOf", "oneOf"]
            .into_iter()
            .filter_map(|name| schema.get(name)?.as_array());
        let variants = lists.flatten().map(|variant| self.resolved(variant));
        variants
            .filter(|variant| variant.get("type").and_then(Value::as_str) != Some("null"))
            .collect()
    }

    /// The variant that a value is meant to be: the only one, or the first of its type. An object
    /// is held against all variants together.
    pub(super) fn variant(&self, tree: &Tree, whole: Rc<Meaning<'a>>) -> Rc<Meaning<'a>> {
        match (whole.variants.as_slice(), &tree.content) {
            ([only], _) if whole.plain => self.meaning(only),
            ([], _) | (_, Content::Object(_)) => whole,
            (_, _) if whole.choices.is_some() => whole,
            (several, _) => {
                let mut variants = several.iter().map(|variant| self.meaning(variant));
                let fits = |variant: &Rc<Meaning<'a>>| {
                    variant.types.iter().any(|name| is_type(tree, name))
                };
                variants.find(fits).unwrap_or(whole)
            }
        }
    }

    /// The texts of which it has to be one, if it is a choice of texts.
    fn choices(&self, schema: &'a Value) -> Option<Vec<&'a str>> {
        if let Some(value) = schema.get("const") {
            return value.as_str().map(|text| vec![text]);
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            let texts = values
                .iter()
                .filter(|value| !value.is_null())
                .map(Value::as_str);
            return texts.collect();
        }
        let variants = self.variants(schema);
        let lists: Option<Vec<_>> = variants
            .iter()
            .map(|variant| self.choices(variant))
            .collect();
        lists
            .filter(|lists| !lists.is_empty())
            .map(|lists| lists.concat())
    }

    /// The types that are allowed; none when everything is.
    fn types(&self, schema: &'a Value) -> Vec<&'a str> {
        match schema.get("type") {
            Some(Value::String(name)) => vec![name],
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            Some(_) | None => {
                if let Some(all) = schema.get("allOf").and_then(Value::as_array) {
                    return all
                        .iter()
                        .flat_map(|part| self.types(self.resolved(part)))
                        .collect();
                }
                if self.choices(schema).is_some() {
                    return vec!["string"];
                }
                let variants = self.variants(schema);
                let types: Vec<_> = variants.iter().map(|variant| self.types(variant)).collect();
                if types.iter().any(Vec::is_empty) {
                    Vec::new()
                } else {
                    types.concat()
                }
            }
        }
    }

    /// Everything that a schema and its parts say about fields.
    fn gather(&self, schema: &'a Value, fields: &mut Fields<'a>, certain: bool) {
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            fields.known.entry(name).or_insert(property);
        }
        if let Some(others) = schema.get("additionalProperties") {
            fields.others = Some(others);
        }
        let required = schema
            .get("required")
            .and_then(Value::as_array)
            .filter(|_| certain);
        fields
            .required
            .extend(required.into_iter().flatten().filter_map(Value::as_str));
        for part in schema
            .get("allOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            self.gather(self.resolved(part), fields, certain);
        }
        let variants = self.variants(schema);
        let certain = certain && variants.len() == 1;
        for variant in variants {
            self.gather(variant, fields, certain);
        }
    }

    /// The fields of which an object has exactly one, where the schema is such a choice.
    fn one_of(&self, schema: &'a Value) -> Option<Vec<&'a str>> {
        let variants = self.variants(schema).into_iter();
        let objects = variants.filter(|variant| self.types(variant) == ["object"]);
        let only = |variant: &'a Value| match variant.get("required")?.as_array()?.as_slice() {
            [Value::String(name)] if variant.get("properties")?.as_object()?.len() == 1 => {
                Some(name.as_str())
            }
            _ => None,
        };
        objects.map(only).collect()
    }

    /// The fields that an object may and has to have.
    fn fields(&self, schema: &'a Value) -> Fields<'a> {
        let mut fields = Fields {
            one_of: self.one_of(schema).unwrap_or_default(),
            ..Fields::default()
        };
        self.gather(schema, &mut fields, true);
        fields
    }
}

/// Whether a value is of a type of JSON Schema.
pub(super) fn is_type(tree: &Tree, name: &str) -> bool {
    match &tree.content {
        Content::Null => name == "null",
        Content::Bool(_) => name == "boolean",
        Content::Number(number, _) => name == "number" || (name == "integer" && !number.is_f64()),
        Content::NotFinite => name == "number",
        Content::Text(_) => name == "string",
        Content::List(_) => name == "array",
        Content::Object(_) => name == "object",
    }
}
