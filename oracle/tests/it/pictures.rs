//! Pictures of random charts: what is inside of a state is drawn inside of it, nothing covers
//! anything else, and the same chart is always drawn the same.

use wink_chart::export::svg;
use wink_chart::{Chart, StateId};
use wink_oracle::outline;
use wink_oracle::random::{Shape, chart};

/// How many charts are drawn, of up to thirty states.
const CHARTS: u64 = 24;

#[derive(Clone, Copy, Debug)]
struct Area {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Area {
    fn of(node: roxmltree::Node<'_, '_>) -> Area {
        let number = |name| node.attribute(name).unwrap().parse::<f64>().unwrap();
        let (left, top) = (number("x"), number("y"));
        Area {
            left,
            top,
            right: left + number("width"),
            bottom: top + number("height"),
        }
    }

    fn holds(&self, other: &Area) -> bool {
        self.left <= other.left
            && self.top <= other.top
            && self.right >= other.right
            && self.bottom >= other.bottom
    }

    fn overlaps(&self, other: &Area) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }
}

/// The border of each state, and the labels.
fn areas(chart: &Chart, picture: &str) -> (Vec<Option<Area>>, Vec<Area>) {
    let document = roxmltree::Document::parse(picture).expect("XML");
    let state = |id: StateId| {
        let wanted = chart.state(id).name.as_ref();
        let mut groups = document.descendants();
        let group = groups.find(|node| node.attribute("data-state") == Some(wanted))?;
        let mut inside = group.children();
        inside
            .find(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "rect")))
            .map(Area::of)
    };
    let labels = document.descendants();
    let labels = labels.filter(|node| node.attribute("class") == Some("behind"));
    (
        chart.state_ids().map(state).collect(),
        labels.map(Area::of).collect(),
    )
}

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
        let shown = || format!("seed {seed}:\n{}", outline(&chart));
        let (states, labels) = areas(&chart, &picture);
        for id in chart.state_ids() {
            let Some(area) = states[id.index()] else {
                // The machine itself, when it has nothing to say.
                assert_eq!(id, StateId::ROOT, "{}", shown());
                continue;
            };
            if let Some(around) = chart.parent(id).and_then(|parent| states[parent.index()]) {
                assert!(
                    around.holds(&area),
                    "{:?}\n{}",
                    chart.state(id).name,
                    shown()
                );
            }
            for other in chart.state_ids().filter(|&other| other > id) {
                let Some(area_of_other) = states[other.index()] else {
                    continue;
                };
                let is_inside = chart.is_descendant(other, id);
                assert!(
                    is_inside || !area.overlaps(&area_of_other),
                    "{:?} and {:?}\n{}",
                    chart.state(id).name,
                    chart.state(other).name,
                    shown()
                );
            }
            let is_box = chart.children(id).next().is_none() && !chart.has_history(id);
            let covered = labels.iter().find(|label| is_box && label.overlaps(&area));
            assert!(
                covered.is_none(),
                "{:?} {covered:?}\n{}",
                chart.state(id).name,
                shown()
            );
        }
        for (index, label) in labels.iter().enumerate() {
            let covered = labels[index + 1..]
                .iter()
                .find(|other| other.overlaps(label));
            assert!(covered.is_none(), "{label:?} {covered:?}\n{}", shown());
        }
        if seed % 4 == 0 {
            assert_eq!(picture, svg(&chart), "{}", shown());
        }
    }
}
