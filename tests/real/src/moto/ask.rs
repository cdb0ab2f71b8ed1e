//! One request, and what is answered: EC2 and STS take forms and answer in XML, Service Quotas speaks JSON.

use std::collections::BTreeSet;

use super::xml::Element;

/// A request: parameters by name, the action among them.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// In order.
    pub parameters: Vec<(String, String)>,
    /// What its sender says about himself: key, region and service are in it.
    pub authorization: Option<String>,
    /// The body, where it is no form.
    pub json: Option<String>,
}

/// The service and version before the action, where the body is JSON.
const TARGET: &str = "ServiceQuotasV20190624.";

/// An answer: any status, and a body.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// What was no XML is an element without a name.
    pub body: Element,
}

impl Ask {
    /// A request of EC2.
    pub fn new(action: &str, parameters: &[(&str, &str)]) -> Self {
        let always = [("Action", action), ("Version", "2016-11-15")];
        let all = always.iter().chain(parameters);
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self {
            parameters: all.map(owned).collect(),
            authorization: None,
            json: None,
        }
    }

    /// A request of Service Quotas.
    pub fn of_quotas(action: &str, body: &str) -> Self {
        Self {
            parameters: vec![("Action".to_owned(), action.to_owned())],
            authorization: None,
            json: Some(body.to_owned()),
        }
    }

    /// What its header says besides, where the body is JSON.
    pub fn target(&self) -> Option<String> {
        self.json.as_ref()?;
        Some(format!("{TARGET}{}", self.action()))
    }

    /// Reads a form.
    pub fn parse(form: &[u8]) -> Self {
        Self {
            parameters: url::form_urlencoded::parse(form).into_owned().collect(),
            authorization: None,
            json: None,
        }
    }

    /// As it is sent.
    pub fn body(&self) -> String {
        if let Some(json) = &self.json {
            return json.clone();
        }
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(&self.parameters).finish()
    }

    /// What is to be done.
    pub fn action(&self) -> &str {
        self.get("Action").unwrap_or_default()
    }

    /// A parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut found = self.parameters.iter().filter(|(known, _)| known == name);
        found.next().map(|(_, value)| value.as_str())
    }

    /// The numbers of a list of structures: those in `IpPermissions.1.FromPort`.
    pub fn numbers(&self, list: &str) -> BTreeSet<u32> {
        let number = |(name, _): &(String, String)| {
            let rest = name.strip_prefix(list)?.strip_prefix('.')?;
            rest.split('.').next()?.parse().ok()
        };
        self.parameters.iter().filter_map(number).collect()
    }

    /// The same request with this entry of the list alone, as its first.
    #[must_use]
    pub fn with_only(&self, list: &str, number: u32) -> Self {
        let kept = |(name, value): &(String, String)| {
            let Some(rest) = name.strip_prefix(&format!("{list}.")) else {
                return Some((name.clone(), value.clone()));
            };
            let rest = rest.strip_prefix(&format!("{number}."))?;
            Some((format!("{list}.1.{rest}"), value.clone()))
        };
        Self {
            parameters: self.parameters.iter().filter_map(kept).collect(),
            ..self.clone()
        }
    }

    /// Whether it would change something.
    pub fn is_mutating(&self) -> bool {
        let reads = ["Describe", "Get", "List"];
        let is_dry = self.get("DryRun") == Some("true");
        !is_dry && !reads.iter().any(|verb| self.action().starts_with(verb))
    }
}

impl Answer {
    /// An answer with whatever body.
    pub fn new(status: u16, body: &str) -> Self {
        let body = Element::parse(body).unwrap_or_else(|_| Element::new("", body));
        Self { status, body }
    }

    /// A refusal, as EC2 writes it.
    pub fn refusal(status: u16, code: &str, message: &str) -> Self {
        let error = vec![Element::new("Code", code), Element::new("Message", message)];
        let errors = Element::of("Errors", vec![Element::of("Error", error)]);
        let id = Element::new("RequestID", "0");
        Self {
            status,
            body: Element::of("Response", vec![errors, id]),
        }
    }

    /// A refusal, as Service Quotas writes it.
    pub fn json_refusal(code: &str, message: &str) -> Self {
        let body = serde_json::json!({ "__type": code, "message": message });
        Self::new(400, &body.to_string())
    }

    /// Whether it was done.
    pub fn is_ok(&self) -> bool {
        self.status < 300
    }

    /// The code of a refusal.
    pub fn code(&self) -> &str {
        self.body.at("Errors/Error/Code")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_entry_of_a_list_is_taken_out() {
        let lists = [
            ("P.1.A", "a"),
            ("P.12.A", "b"),
            ("P.12.B.1", "c"),
            ("G", "g"),
        ];
        let ask = Ask::new("X", &lists);
        assert_eq!(ask.numbers("P"), BTreeSet::from([1, 12]));
        let expected = Ask::new("X", &[("P.1.A", "b"), ("P.1.B.1", "c"), ("G", "g")]);
        assert_eq!(ask.with_only("P", 12), expected);
    }

    #[test]
    fn a_look_and_a_question_change_nothing() {
        assert!(Ask::new("CreateVpc", &[]).is_mutating());
        assert!(!Ask::new("CreateVpc", &[("DryRun", "true")]).is_mutating());
        assert!(!Ask::new("DescribeVpcs", &[]).is_mutating());
    }
}
