//! The colours.
//!
//! Must not know of: charts.

use alloc::format;
use alloc::string::String;

/// Whose colours a picture has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Theme {
    /// Light or dark, as the reader's system says.
    #[default]
    Reader,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
    /// As rustdoc's own switch says; for pictures that stand in a page that rustdoc makes.
    Rustdoc,
}

/// Shapes and fonts; the colours follow.
const SHAPES: &str = "\
.wink-chart text{font-family:ui-monospace,\"DejaVu Sans Mono\",Menlo,Consolas,monospace;\
font-size:11px;white-space:pre}\
.wink-chart .name{font-size:13px;font-weight:600}\
.wink-chart .leaves{font-style:italic}\
.wink-chart .border{fill-opacity:.035;stroke-width:1.2}\
.wink-chart .region{stroke-dasharray:6 4}\
.wink-chart .way{fill:none;stroke-width:1.3}\
.wink-chart .box{stroke-width:1.2}\
.wink-chart .active>.box,.wink-chart .active>.border{stroke:#16a34a;stroke-width:2.6}\
.wink-chart .taken>.way{stroke:#16a34a;stroke-width:2.6}";

struct Colours {
    paper: &'static str,
    ink: &'static str,
    quiet: &'static str,
    line: &'static str,
    fill: &'static str,
    title: &'static str,
}

const LIGHT: Colours = Colours {
    paper: "#ffffff",
    ink: "#0f172a",
    quiet: "#475569",
    line: "#475569",
    fill: "#f1f5f9",
    title: "#e2e8f0",
};

const DARK: Colours = Colours {
    paper: "#1b1e24",
    ink: "#e5e9f0",
    quiet: "#a3adbd",
    line: "#8b96a8",
    fill: "#2a303a",
    title: "#39414e",
};

/// The style sheet of a theme.
pub(super) fn sheet(theme: Theme) -> String {
    let (light, dark) = (rules("", &LIGHT), rules("", &DARK));
    let scheme = format!("@media(prefers-color-scheme:dark){{{dark}}}");
    match theme {
        Theme::Light => format!("{SHAPES}{light}"),
        Theme::Dark => format!("{SHAPES}{dark}"),
        Theme::Reader => format!("{SHAPES}{light}{scheme}"),
        Theme::Rustdoc => {
            let of = |name: &str, colours| rules(&format!("[data-theme={name}] "), colours);
            let (light_page, dark_page) = (of("light", &LIGHT), of("dark", &DARK));
            let ayu = of("ayu", &DARK);
            format!("{SHAPES}{light}{scheme}{light_page}{dark_page}{ayu}")
        }
    }
}

fn rules(page: &str, colours: &Colours) -> String {
    let Colours {
        paper,
        ink,
        quiet,
        line,
        fill,
        title,
    } = colours;
    let rule = |class: &str, what: String| format!("{page}.wink-chart .{class}{{{what}}}");
    [
        rule("paper", format!("fill:{paper}")),
        rule("label", format!("fill:{quiet}")),
        rule("behind", format!("fill:{paper};fill-opacity:.88")),
        rule("name", format!("fill:{ink}")),
        rule("does", format!("fill:{ink}")),
        rule("leaves", format!("fill:{quiet}")),
        rule("box", format!("fill:{fill};stroke:{line}")),
        rule("title", format!("fill:{title};stroke:none")),
        rule("border", format!("fill:{ink};stroke:{line}")),
        rule("way", format!("stroke:{line}")),
        rule("mark", format!("fill:{ink}")),
        rule("ring", format!("fill:{paper};stroke:{ink}")),
    ]
    .concat()
}
