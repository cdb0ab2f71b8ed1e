use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::{Value, json};

use crate::attribute::Attribute;
use crate::form::Form;
use crate::intake::{Problem, created};

/// What is wrong with a value, and where it stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Wrong {
    /// Names and positions, with dots between them: `rules.0.port`.
    pub at: String,
    /// The end of a sentence that begins with the name: `is not a text`.
    pub why: String,
}

impl Wrong {
    /// What is wrong at a place.
    pub fn new(at: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            at: at.into(),
            why: why.into(),
        }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.at, self.why)
    }
}

/// The forms of values that most JSON APIs know. Values are taken as they are: a number in quotes
/// is no number.
#[derive(Clone, Copy, Debug)]
pub enum Plain {
    /// An address of either family.
    Address,
    /// Anything.
    Any,
    /// An object with these members.
    Fields(&'static [Attribute<Plain>]),
    /// `true` or `false`.
    Flag,
    /// A list of at most so many values.
    List(&'static Plain, usize),
    /// A network in CIDR notation of either family, without host bits.
    Net,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// The same form, or `null`.
    OrNull(&'static Plain),
    /// What this function takes; it returns the stored value, or the end of a sentence.
    Own(fn(&Value) -> Result<Value, String>),
    /// A text of so many characters, from and to.
    Text(usize, usize),
    /// A whole number, from and to.
    Whole(i64, i64),
}

impl Form for Plain {
    type Refused = Vec<Wrong>;

    fn accept(&self, name: &str, value: Value) -> Result<Value, Vec<Wrong>> {
        match self {
            Self::Fields(known) => fields(known, name, value),
            Self::List(form, most) => list(form, *most, name, value),
            Self::OrNull(_) if value.is_null() => Ok(value),
            Self::OrNull(form) => form.accept(name, value),
            Self::Any => Ok(value),
            Self::Address
            | Self::Flag
            | Self::Net
            | Self::OneOf(_)
            | Self::Own(_)
            | Self::Text(..)
            | Self::Whole(..) => self
                .scalar(value)
                .map_err(|why| vec![Wrong::new(name, why)]),
        }
    }
}

impl Plain {
    fn scalar(&self, value: Value) -> Result<Value, String> {
        let text = || value.as_str().ok_or_else(|| "is not a text".to_owned());
        match self {
            Self::Address => match text()?.parse::<IpAddr>() {
                Ok(address) => Ok(json!(address.to_string())),
                Err(_) => Err("is not an IP address".to_owned()),
            },
            Self::Flag if value.is_boolean() => Ok(value),
            Self::Flag => Err("is not true or false".to_owned()),
            Self::Net => match text()?.parse::<IpNet>() {
                Ok(net) if net == net.trunc() => Ok(json!(net.to_string())),
                Ok(_) => Err("has bits set behind its prefix length".to_owned()),
                Err(_) => Err("is not a network in CIDR notation".to_owned()),
            },
            Self::OneOf(words) => match words.contains(&text()?) {
                true => Ok(value),
                false => Err(format!("is not one of {}", words.join(", "))),
            },
            Self::Own(accept) => accept(&value),
            Self::Text(least, most) => match text()?.chars().count() {
                count if count < *least => Err(format!("is shorter than {least} characters")),
                count if count > *most => Err(format!("is longer than {most} characters")),
                _ => Ok(value),
            },
            Self::Whole(least, most) => match value.as_i64() {
                Some(number) if (*least..=*most).contains(&number) => Ok(value),
                Some(_) => Err(format!("is not between {least} and {most}")),
                None => Err("is not a whole number".to_owned()),
            },
            Self::Any | Self::Fields(_) | Self::List(..) | Self::OrNull(_) => Ok(value),
        }
    }
}

fn fields(known: &[Attribute<Plain>], name: &str, value: Value) -> Result<Value, Vec<Wrong>> {
    let Value::Object(asked) = value else {
        return Err(vec![Wrong::new(name, "is not an object")]);
    };
    let known: Vec<&Attribute<Plain>> = known.iter().collect();
    let inside = |wrong: Wrong| Wrong::new(format!("{name}.{}", wrong.at), wrong.why);
    created(&known, asked)
        .map(Value::Object)
        .map_err(|problems| Wrong::of(problems).into_iter().map(inside).collect())
}

fn list(form: &Plain, most: usize, name: &str, value: Value) -> Result<Value, Vec<Wrong>> {
    let Value::Array(items) = value else {
        return Err(vec![Wrong::new(name, "is not a list")]);
    };
    if items.len() > most {
        return Err(vec![Wrong::new(
            name,
            format!("has more than {most} values"),
        )]);
    }
    let (mut taken, mut wrong) = (Vec::new(), Vec::new());
    for (index, item) in items.into_iter().enumerate() {
        match form.accept(&format!("{name}.{index}"), item) {
            Ok(item) => taken.push(item),
            Err(more) => wrong.extend(more),
        }
    }
    match wrong.is_empty() {
        true => Ok(Value::Array(taken)),
        false => Err(wrong),
    }
}

impl Wrong {
    /// The problems of a body whose values have plain forms, each with its place.
    pub fn of(problems: Vec<Problem<Vec<Self>>>) -> Vec<Self> {
        let one = |problem| match problem {
            Problem::Missing(name) => vec![Self::new(name, "is missing")],
            Problem::NotOnCreate(name) | Problem::ReadOnly(name) => {
                vec![Self::new(name, "cannot be set")]
            }
            Problem::Unknown(names) => names
                .into_iter()
                .map(|name| Self::new(name, "is not known"))
                .collect(),
            Problem::Value(wrong) => wrong,
        };
        problems.into_iter().flat_map(one).collect()
    }
}
