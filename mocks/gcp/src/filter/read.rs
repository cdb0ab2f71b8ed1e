//! How a filter is read.

use regex_lite::Regex;

use super::{Comparison, Expression, Filter, Operator, Pattern};

/// The longer ones first.
const OPERATORS: [(&str, Operator); 7] = [
    ("!=", Operator::Unequal),
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("=", Operator::Equal),
    ("<", Operator::Less),
    (">", Operator::Greater),
    (":", Operator::Has),
];

/// Reads a filter; nothing where the text is none.
pub(crate) fn read(text: &str) -> Option<Filter> {
    let text = text.trim();
    if let Some(patterns) = patterns(text) {
        return patterns.map(Filter::Patterns);
    }
    let mut rest = Rest(text);
    let expression = rest.all()?;
    rest.0.is_empty().then_some(Filter::Comparisons(expression))
}

/// The regular expressions of a text; nothing where it has none, and nothing inside where one is wrong.
fn patterns(text: &str) -> Option<Option<Vec<Pattern>>> {
    let Some(inside) = text.strip_prefix('(') else {
        let (field, is_unequal, literal) = pattern(text)?;
        return Some(compiled(field, is_unequal, literal).map(|one| vec![one]));
    };
    pattern(inside)?;
    let mut all = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let Some((one, after)) = rest.strip_prefix('(').and_then(closed) else {
            return Some(None);
        };
        let read =
            pattern(one).and_then(|(field, unequal, literal)| compiled(field, unequal, literal));
        match read {
            Some(one) => all.push(one),
            None => return Some(None),
        }
        rest = after.trim_start();
    }
    Some(Some(all))
}

/// What stands before the parenthesis that closes, and after it.
fn closed(text: &str) -> Option<(&str, &str)> {
    let (mut depth, mut quote) = (0_u32, None);
    for (at, char) in text.char_indices() {
        match (char, quote) {
            (_, Some(open)) if char == open => quote = None,
            (_, Some(_)) => {}
            ('"' | '\'', None) => quote = Some(char),
            ('(', None) => depth += 1,
            (')', None) if depth == 0 => return Some((&text[..at], &text[at + 1..])),
            (')', None) => depth -= 1,
            (_, None) => {}
        }
    }
    None
}

/// Field, whether it is to be unequal, and literal of `name eq n.*`.
fn pattern(text: &str) -> Option<(&str, bool, &str)> {
    let (field, rest) = text.trim().split_once(char::is_whitespace)?;
    let rest = rest.trim_start();
    let (operator, literal) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let is_unequal = match operator {
        "eq" => false,
        "ne" => true,
        _ => return None,
    };
    is_field(field).then_some((field, is_unequal, literal.trim()))
}

fn compiled(field: &str, is_unequal: bool, literal: &str) -> Option<Pattern> {
    let literal = match literal.chars().next()? {
        quote @ ('"' | '\'') => literal[1..].strip_suffix(quote)?,
        _ => literal,
    };
    Some(Pattern {
        field: field.to_owned(),
        is_unequal,
        literal: literal.to_owned(),
        regex: Regex::new(&format!("^(?:{literal})$")).ok()?,
    })
}

fn is_field(text: &str) -> bool {
    let is_inner = |char: char| char.is_ascii_alphanumeric() || "._-".contains(char);
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(is_inner)
        && !["AND", "NOT", "OR"].contains(&text)
}

/// What is not read yet. `OR` binds more closely than `AND` (<https://google.aip.dev/160>).
struct Rest<'t>(&'t str);

impl<'t> Rest<'t> {
    fn all(&mut self) -> Option<Expression> {
        let mut all = vec![self.any()?];
        loop {
            // Between parentheses it need not be written.
            let is_next = self.word("AND") || self.0.starts_with('(');
            if !is_next {
                return Some(Expression::All(all));
            }
            all.push(self.any()?);
        }
    }

    fn any(&mut self) -> Option<Expression> {
        let mut any = vec![self.one()?];
        while self.word("OR") {
            any.push(self.one()?);
        }
        Some(Expression::Any(any))
    }

    fn one(&mut self) -> Option<Expression> {
        if !self.sign("(") {
            return self.comparison().map(Expression::One);
        }
        let inside = self.all()?;
        self.sign(")").then_some(inside)
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let is_end = |char: char| !(char.is_ascii_alphanumeric() || "._-".contains(char));
        let field = self.take(self.0.find(is_end)?);
        let found = OPERATORS.iter().find(|(sign, _)| self.0.starts_with(sign));
        let (sign, operator) = found?;
        let is_read = is_field(field) && self.sign(sign);
        let value = self.value()?;
        is_read.then(|| Comparison {
            field: field.to_owned(),
            operator: *operator,
            value: value.to_owned(),
        })
    }

    fn value(&mut self) -> Option<&'t str> {
        let first = self.0.chars().next()?;
        if matches!(first, '"' | '\'') {
            let end = self.0[1..].find(first)?;
            return Some(&self.take(end + 2)[1..=end]);
        }
        let is_end = |char: char| char.is_whitespace() || "()\"'".contains(char);
        let end = self.0.find(is_end).unwrap_or(self.0.len());
        (end > 0).then(|| self.take(end))
    }

    fn word(&mut self, word: &str) -> bool {
        let after = self.0.strip_prefix(word);
        let is_word = after.is_some_and(|after| after.starts_with([' ', '(']));
        is_word && self.sign(word)
    }

    fn sign(&mut self, sign: &str) -> bool {
        let is_next = self.0.starts_with(sign);
        if is_next {
            self.take(sign.len());
        }
        is_next
    }

    /// Takes so many bytes, and the space after them.
    fn take(&mut self, length: usize) -> &'t str {
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest.trim_start();
        taken
    }
}
