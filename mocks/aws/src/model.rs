//! The shapes of requests and responses, as AWS publishes them for its clients.

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// What a value looks like.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Type {
    Flag,
    Float,
    /// With the least and the greatest value, where there are any.
    Number(Option<(i64, i64)>),
    Shape(&'static str),
    Text,
    Time,
}

/// One member of a structure.
#[derive(Debug)]
pub(crate) struct Member {
    /// As clients know it, and as bodies are stored.
    pub(crate) name: &'static str,
    /// In a request.
    pub(crate) asked: &'static str,
    /// In a response.
    pub(crate) shown: &'static str,
    pub(crate) of: Type,
    pub(crate) required: bool,
}

/// A type that has a name.
#[derive(Debug)]
pub(crate) enum Shape {
    Enum(Vec<&'static str>),
    List {
        /// The part between the name and the number in a request; none in EC2.
        asked: Option<&'static str>,
        /// The element in a response.
        shown: &'static str,
        of: Type,
    },
    Struct(Vec<Member>),
}

/// One operation of a service.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) input: Option<&'static str>,
    pub(crate) output: Option<&'static str>,
}

/// The operations of one service that the mock serves, with their shapes.
#[derive(Debug, Default)]
pub(crate) struct Model {
    operations: BTreeMap<&'static str, Operation>,
    shapes: BTreeMap<&'static str, Shape>,
}

impl Model {
    pub(crate) fn ec2() -> &'static Self {
        static MODEL: OnceLock<Model> = OnceLock::new();
        MODEL.get_or_init(|| Self::read(include_str!("../models/ec2.model")))
    }

    pub(crate) fn sts() -> &'static Self {
        static MODEL: OnceLock<Model> = OnceLock::new();
        MODEL.get_or_init(|| Self::read(include_str!("../models/sts.model")))
    }

    pub(crate) fn operation(&self, name: &str) -> Option<Operation> {
        self.operations.get(name).copied()
    }

    #[cfg(test)]
    pub(crate) fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.operations.values()
    }

    /// A shape that another one names.
    pub(crate) fn shape(&self, name: &str) -> &Shape {
        let shape = self.shapes.get(name);
        shape.expect("the extraction follows every reference")
    }

    /// The least and the most that one page of a listing can be asked to have.
    pub(crate) fn pages(&self, operation: Operation) -> Option<(i64, i64)> {
        let members = self.members(operation.input?);
        let size = members.iter().find(|member| member.name == "MaxResults")?;
        match size.of {
            Type::Number(range) => range,
            Type::Flag | Type::Float | Type::Shape(_) | Type::Text | Type::Time => None,
        }
    }

    /// The members of a structure.
    pub(crate) fn members(&self, name: &str) -> &[Member] {
        match self.shape(name) {
            Shape::Struct(members) => members,
            Shape::Enum(_) | Shape::List { .. } => &[],
        }
    }

    fn read(text: &'static str) -> Self {
        let mut model = Self::default();
        let mut open = "";
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let words: Vec<&'static str> = line.split(' ').collect();
            match words.as_slice() {
                ["", name, asked, shown, of] => model.member(open, name, asked, shown, of),
                ["op", name, input, output] => {
                    let some = |word: &'static str| (word != "-").then_some(word);
                    let (input, output) = (some(input), some(output));
                    let operation = Operation {
                        name,
                        input,
                        output,
                    };
                    model.operations.insert(name, operation);
                }
                ["struct", name] => {
                    open = name;
                    model.shapes.insert(name, Shape::Struct(Vec::new()));
                }
                ["list", name, asked, shown, of] => {
                    let asked = (*asked != "-").then_some(*asked);
                    let of = type_of(of);
                    model.shapes.insert(name, Shape::List { asked, shown, of });
                }
                ["enum", name, values @ ..] => {
                    model.shapes.insert(name, Shape::Enum(values.to_vec()));
                }
                _ => panic!("not a line of a model: {line}"),
            }
        }
        model
    }

    fn member(
        &mut self,
        of_struct: &str,
        name: &'static str,
        asked: &'static str,
        shown: &'static str,
        of: &'static str,
    ) {
        let required = of.ends_with('!');
        let member = Member {
            name,
            asked,
            shown,
            of: type_of(of.trim_end_matches('!')),
            required,
        };
        match self.shapes.get_mut(of_struct) {
            Some(Shape::Struct(members)) => members.push(member),
            Some(Shape::Enum(_) | Shape::List { .. }) | None => {
                panic!("{name} is a member of no structure")
            }
        }
    }
}

fn type_of(word: &'static str) -> Type {
    match word {
        "bool" => Type::Flag,
        "float" => Type::Float,
        "int" => Type::Number(None),
        "string" => Type::Text,
        "time" => Type::Time,
        _ => match word
            .strip_prefix("int:")
            .and_then(|range| range.split_once(':'))
        {
            Some((low, high)) => Type::Number(low.parse().ok().zip(high.parse().ok())),
            None => Type::Shape(word),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_somewhere() {
        for model in [Model::ec2(), Model::sts()] {
            for shape in model.shapes.values() {
                let types: Vec<Type> = match shape {
                    Shape::Enum(_) => vec![],
                    Shape::List { of, .. } => vec![*of],
                    Shape::Struct(members) => members.iter().map(|member| member.of).collect(),
                };
                for of in types {
                    if let Type::Shape(name) = of {
                        model.shape(name);
                    }
                }
            }
        }
    }
}
