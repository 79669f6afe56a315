//! The tables of `docs/observation.md`.

use std::collections::BTreeMap;

const PAGE: &str = include_str!("../../../docs/observation.md");

/// The rows of the table under that heading: the first cell without its quotes, and the others.
pub fn table(heading: &str) -> BTreeMap<String, Vec<String>> {
    let lines = PAGE.lines().skip_while(|line| *line != heading).skip(1);
    let lines = lines.take_while(|line| !line.starts_with('#'));
    let rows = lines.filter(|line| line.starts_with("| `"));
    let cells = |row: &str| -> Vec<String> {
        let cells = row.trim_matches('|').split('|');
        cells.map(|cell| cell.trim().replace('`', "")).collect()
    };
    let rows: BTreeMap<_, _> = rows
        .map(|row| {
            let mut cells = cells(row);
            (cells.remove(0), cells)
        })
        .collect();
    assert!(!rows.is_empty(), "no table under {heading}");
    rows
}
