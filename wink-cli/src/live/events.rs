//! What a page hears: how the machine is now, as JSON, whenever that is new.

use super::{AnyToken, At, Live};
use crate::node::Trouble;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Serialize;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use wink_node::request::{Answer, Request, Row, Shown};

/// How often a machine is looked at, in milliseconds.
const LOOK: u64 = 100;

/// How often a node is asked for its machines.
const LISTING: Duration = Duration::from_millis(500);

/// What a page is told.
#[derive(Clone, Debug, PartialEq, Serialize)]
enum Told {
    /// The machine.
    Shown(Box<Shown>),
    /// All processes of the node.
    Node(Vec<Row>),
    /// Nothing follows.
    Ended(String),
}

/// The latest of what was told, and whether the page has it.
type Latest = watch::Sender<Option<String>>;

/// `GET /TOKEN/events`
pub(super) async fn events(
    State(live): State<Arc<Live>>,
    _: AnyToken,
    Query(at): Query<At>,
) -> Response {
    let Ok(place) = live.pages.clone().try_acquire_owned() else {
        return (StatusCode::TOO_MANY_REQUESTS, "too many pages are open").into_response();
    };
    let (latest, heard) = watch::channel(None);
    follow(live, at, latest);
    let next = |(mut heard, place): (watch::Receiver<Option<String>>, _)| async move {
        // Closed when nothing follows; the last has been told then.
        heard.changed().await.ok()?;
        let text = heard.borrow_and_update().clone().unwrap_or_default();
        let event = Event::default().data(text);
        Some((Ok::<_, Infallible>(event), (heard, place)))
    };
    Sse::new(stream::unfold((heard, place), next))
        .keep_alive(KeepAlive::default())
        .into_response()
}

/// Asks the node for as long as somebody listens.
#[allow(
    clippy::disallowed_methods,
    reason = "the program is a driver: each page has its request to the node"
)]
fn follow(live: Arc<Live>, at: At, latest: Latest) {
    tokio::spawn(async move {
        let ended = match live.target(at) {
            Some(target) => machine(&live, target, &latest).await,
            None => node(&live, &latest).await,
        };
        if let Err(trouble) = ended {
            let _ = tell(&latest, &Told::Ended(trouble.text));
        }
    });
}

/// Tells the page, unless that is what it knows; fails when it is closed.
fn tell(latest: &Latest, told: &Told) -> Result<(), Trouble> {
    let text = serde_json::to_string(told).map_err(|error| error.to_string())?;
    if latest.is_closed() {
        return Err("nobody looks any more".to_owned().into());
    }
    latest.send_if_modified(|known| {
        let is_new = known.as_ref() != Some(&text);
        *known = Some(text);
        is_new
    });
    Ok(())
}

async fn machine(live: &Live, target: String, latest: &Latest) -> Result<(), Trouble> {
    let every = LOOK;
    let request = Request::Watch { target, every };
    let shown = |answer| match answer {
        Answer::Shown(mut shown) => {
            coarsen(&mut shown);
            tell(latest, &Told::Shown(shown))
        }
        _ => Ok(()),
    };
    live.node.each(&request, shown).await
}

/// Times in whole seconds and as few as are shown, so that little is new when only time passes.
fn coarsen(shown: &mut Shown) {
    shown.row.uptime -= shown.row.uptime % 1_000;
    if let Some(look) = &mut shown.look {
        for machine in &mut look.system.machines {
            machine.uptime = Duration::ZERO;
        }
    }
}

async fn node(live: &Live, latest: &Latest) -> Result<(), Trouble> {
    let mut turn = tokio::time::interval(LISTING);
    loop {
        turn.tick().await;
        let mut rows = Vec::new();
        let listed = |answer| {
            if let Answer::Row(mut row) = answer {
                row.uptime -= row.uptime % 1_000;
                rows.push(row);
            }
            Ok(())
        };
        live.node.each(&Request::List, listed).await?;
        tell(latest, &Told::Node(rows))?;
    }
}
