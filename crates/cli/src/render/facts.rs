//! What a person wants to know of an object, in one line.

use groundwork_provider::{Item, Told};

/// One line: the name, the ranges; what it joins, where it has no name.
pub(crate) fn line(told: &Told, joins: &[String]) -> String {
    let mut words: Vec<String> = told.name.iter().cloned().collect();
    words.extend(told.cidrs.iter().map(ToString::to_string));
    if told.name.is_none() && !joins.is_empty() {
        words.push(joins.join(" – "));
    }
    words.join("  ")
}

/// The addresses of what an item's node refers to.
pub(crate) fn joins(item: &Item) -> Vec<String> {
    let nodes = item.node.iter().flat_map(|node| &node.after);
    nodes.map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_told_by_its_name_and_else_by_what_it_joins() {
        let ranges = ["192.168.1.0/24", "2001:db8::/64"];
        let told = Told::named("kubernetes-demo").with_ranges(ranges.map(|r| r.parse().unwrap()));
        let joins = ["router".to_owned(), "subnet".to_owned()];
        let all = "kubernetes-demo  192.168.1.0/24  2001:db8::/64";
        assert_eq!(line(&told, &joins), all);
        assert_eq!(line(&Told::default(), &joins), "router – subnet");
        let route = Told::ranges(["::/0".parse().unwrap()]);
        assert_eq!(line(&route, &joins), "::/0  router – subnet");
    }
}
