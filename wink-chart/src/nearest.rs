//! "Did you mean": the nearest of some known names.
//!
//! Must not know of: what the names stand for.

/// The candidate that was most likely meant, when one is near enough to be worth saying.
///
/// Near enough: at most one edit for names of up to four letters, two for up to eight, three
/// for longer ones. The first candidate wins among equals, so the answer is stable.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = match name.chars().count() {
        0..=4 => 1,
        5..=8 => 2,
        _ => 3,
    };
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let edits = distance(name, candidate);
        if edits <= limit && best.is_none_or(|(fewest, _)| edits < fewest) {
            best = Some((edits, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Insertions, deletions, replacements and swaps of neighbours that lead from one to the other;
/// a difference in case alone or in underscores alone costs one.
pub fn distance(left: &str, right: &str) -> usize {
    let folded = |text: &str| text.replace('_', "").to_lowercase();
    if left != right && folded(left) == folded(right) {
        return 1;
    }
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    let mut table = vec![vec![0; right.len() + 1]; left.len() + 1];
    for (row, line) in table.iter_mut().enumerate() {
        line[0] = row;
    }
    for (column, cell) in table[0].iter_mut().enumerate() {
        *cell = column;
    }
    for row in 1..=left.len() {
        for column in 1..=right.len() {
            let replaced = usize::from(left[row - 1] != right[column - 1]);
            let mut cost = (table[row - 1][column] + 1)
                .min(table[row][column - 1] + 1)
                .min(table[row - 1][column - 1] + replaced);
            let swapped = row > 1
                && column > 1
                && left[row - 1] == right[column - 2]
                && left[row - 2] == right[column - 1];
            if swapped {
                cost = cost.min(table[row - 2][column - 2] + 1);
            }
            table[row][column] = cost;
        }
    }
    table[left.len()][right.len()]
}
