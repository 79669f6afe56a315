//! Which items stand how high: as near to each other as what joins them allows, and in layers that
//! are not too wide.
//!
//! Must not know of: places.

use super::{Level, Link, Role};
use alloc::vec;
use alloc::vec::Vec;

/// The rank of each item, 0 at the top. What is no item has rank 0 and is not asked for it.
///
/// Each item stands below all that leads down to it, and moves on down while its layer is full;
/// then those that are joined more to what is below move there.
pub(super) fn ranks(level: &Level, limit: f64) -> Vec<usize> {
    let count = level.nodes.len();
    let is_item = |node: usize| level.nodes[node].role == Role::Item;
    let mut above: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); count];
    // Of each item, how much joins it to what is above all items and to what is below them.
    let (mut up, mut down) = (vec![0_usize; count], vec![0_usize; count]);
    for Link { upper, lower, .. } in &level.links {
        match (is_item(upper.node), is_item(lower.node)) {
            (true, true) => {
                above[lower.node].push(upper.node);
                below[upper.node].push(lower.node);
            }
            (true, false) => down[upper.node] += 1,
            (false, true) => up[lower.node] += 1,
            (false, false) => {}
        }
    }
    let mut ranks = vec![0; count];
    let mut widths: Vec<f64> = Vec::new();
    for node in (0..count).filter(|&node| is_item(node)) {
        let highest = above[node].iter().map(|&other| ranks[other] + 1).max();
        let width = level.nodes[node].width + 26.0;
        let mut rank = highest.unwrap_or(0);
        while widths.get(rank).is_some_and(|used| used + width > limit) {
            rank += 1;
        }
        while widths.len() <= rank {
            widths.push(0.0);
        }
        widths[rank] += width;
        ranks[node] = rank;
    }
    let last = widths.len().saturating_sub(1);
    for node in (0..count).rev().filter(|&node| is_item(node)) {
        let lowest = below[node].iter().map(|&other| ranks[other] - 1).min();
        let is_drawn = below[node].len() + down[node] > above[node].len() + up[node];
        let rank = lowest.unwrap_or(last);
        let width = level.nodes[node].width + 26.0;
        if is_drawn && rank > ranks[node] && widths[rank] + width <= limit {
            widths[ranks[node]] -= width;
            widths[rank] += width;
            ranks[node] = rank;
        }
    }
    ranks
}
