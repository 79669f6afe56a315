//! Pictures of random charts: what is inside of a state is drawn inside of it, nothing covers
//! anything else, no arrow runs through a state, and the same chart is always drawn the same.

use crate::drawing::Drawing;
use wink_chart::export::svg;
use wink_oracle::outline;
use wink_oracle::random::{Shape, chart};

/// How many charts are drawn, of up to thirty states.
const CHARTS: u64 = 150;

#[test]
fn nothing_covers_anything_else() {
    for seed in 0..CHARTS {
        let shape = Shape {
            states: 3 + (seed as usize % 28),
            parallel: seed % 2 == 0,
            compiles: seed % 4 < 2,
        };
        let chart = chart(seed, shape);
        let picture = svg(&chart);
        let mistakes = Drawing::read(&chart, &picture).mistakes(&chart);
        let shown = || format!("seed {seed}:\n{}", outline(&chart));
        assert_eq!(mistakes, Vec::<String>::new(), "{}", shown());
        if seed % 4 == 0 {
            assert_eq!(picture, svg(&chart), "{}", shown());
        }
    }
}
