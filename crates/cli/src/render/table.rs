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

/// Texts of fewer columns than that say too little to be worth their place.
const CUT_MIN: usize = 12;

/// How rows are made to fit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fit {
    /// The width of the page.
    pub(crate) width: usize,
    /// So many of the first columns stay as they are.
    pub(crate) keep: usize,
    /// The column whose texts may be cut short.
    pub(crate) cut: Option<usize>,
}

/// The same without its last columns, as many as do not fit: what a reader can do without comes
/// last.
pub(crate) fn fitting(indent: &str, rows: &[Vec<String>], fit: Fit) -> String {
    let text = table(indent, rows);
    let most = rows.iter().map(Vec::len).max().unwrap_or(0);
    if most <= fit.keep || text.lines().all(|line| width(line) <= fit.width) {
        return text;
    }
    let fewer = |row: &Vec<String>| row.iter().take(most - 1).cloned().collect();
    let fewer: Vec<Vec<String>> = rows.iter().map(fewer).collect();
    if let Some(cut) = fit.cut.filter(|cut| most == cut + 1) {
        let before = table(indent, &fewer);
        let before = before.lines().map(width).max().unwrap_or(0) + 2;
        let room = fit.width.saturating_sub(before);
        if room >= CUT_MIN {
            let rows: Vec<_> = rows.iter().map(|row| shortened(row, cut, room)).collect();
            return table(indent, &rows);
        }
    }
    fitting(indent, &fewer, fit)
}

/// A row whose cell at `cut` has no more columns than that.
fn shortened(row: &[String], cut: usize, columns: usize) -> Vec<String> {
    let mut row = row.to_vec();
    if let Some(cell) = row.get_mut(cut).filter(|cell| width(cell) > columns) {
        let plain = strip_str(cell).to_string();
        *cell = plain.chars().take(columns - 1).chain(['…']).collect();
    }
    row
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
        let fit = |width, keep| {
            fitting(
                "  ",
                &rows,
                Fit {
                    width,
                    keep,
                    cut: None,
                },
            )
        };
        assert_eq!(fit(30, 2), "  +  network  0673ea25\n");
        assert_eq!(fit(20, 2), "  +  network\n");
        assert_eq!(fit(20, 3), "  +  network  0673ea25\n");
    }

    #[test]
    fn what_may_be_cut_is_shorter_before_it_is_left_out() {
        let rows = [["+", "network", "kubernetes-a-long-name", "0673ea25"]
            .map(str::to_owned)
            .to_vec()];
        let cut = |width| {
            fitting(
                "  ",
                &rows,
                Fit {
                    width,
                    keep: 2,
                    cut: Some(2),
                },
            )
        };
        assert_eq!(cut(40), "  +  network  kubernetes-a-long-name\n");
        assert_eq!(cut(28), "  +  network  kubernetes-a-…\n");
        assert_eq!(cut(20), "  +  network\n");
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
