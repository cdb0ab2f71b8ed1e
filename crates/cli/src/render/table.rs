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
