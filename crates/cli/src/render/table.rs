//! Columns.

use anstream::adapter::strip_str;

/// Rows in columns two spaces apart, without space at the ends of lines. Colours count as nothing.
pub(crate) fn table(indent: &str, rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let of = |column| {
        rows.iter()
            .filter_map(move |row: &Vec<String>| row.get(column))
    };
    let widths: Vec<usize> = (0..columns)
        .map(|column| of(column).map(|cell| width(cell)).max().unwrap_or(0))
        .collect();
    rows.iter().map(|row| line(indent, row, &widths)).collect()
}

/// The same without its last columns, as many as do not fit: what a reader can do without comes last.
pub(crate) fn fitting(indent: &str, rows: &[Vec<String>], columns: usize) -> String {
    let text = table(indent, rows);
    let most = rows.iter().map(Vec::len).max().unwrap_or(0);
    if most < 3 || text.lines().all(|line| width(line) <= columns) {
        return text;
    }
    let fewer = |row: &Vec<String>| row.iter().take(most - 1).cloned().collect();
    fitting(indent, &rows.iter().map(fewer).collect::<Vec<_>>(), columns)
}

fn line(indent: &str, row: &[String], widths: &[usize]) -> String {
    let mut text = indent.to_owned();
    let mut gap = 0;
    for (cell, wide) in row.iter().zip(widths) {
        let width = width(cell);
        if width > 0 {
            text += &" ".repeat(gap);
            text += cell;
            gap = 0;
        }
        gap += wide - width + 2;
    }
    text + "\n"
}

fn width(cell: &str) -> usize {
    strip_str(cell).to_string().chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_left_out_from_the_right() {
        let rows = [["+", "network", "0673ea25"].map(str::to_owned).to_vec()];
        assert_eq!(fitting("  ", &rows, 30), "  +  network  0673ea25\n");
        assert_eq!(fitting("  ", &rows, 20), "  +  network\n");
    }

    #[test]
    fn columns_are_aligned_and_lines_end_with_their_text() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let rows = [
            row(["+", "network", "a"]),
            row(["\u{1b}[31m-\u{1b}[0m", "net", ""]),
            row(["", "x", "b"]),
        ];
        let text = strip_str(&table("  ", &rows)).to_string();
        assert_eq!(text, "  +  network  a\n  -  net\n     x        b\n");
    }
}
