//! `wink diagram --live`: a page on this computer that shows a machine while it runs.
//!
//! The page is one document without anything from elsewhere. What happens comes to it as
//! server-sent events, one request to the node for each page that is open; what is clicked goes
//! back as the text of a message. Who does not know the token in the address gets nothing, and
//! neither does a page of somebody else's that was made to believe that it is on this computer.

mod events;

use crate::node::{Node, Trouble, runtime};
use crate::out;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query, Request as HttpRequest, State};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::Semaphore;
use wink_node::request::{Answer, Request};

const PAGE: &str = include_str!("live/page.html");
const SCRIPT: &str = include_str!("live/page.js");
const STYLE: &str = include_str!("live/page.css");

/// How many pages may be open.
const PAGES: usize = 32;

/// The longest message that can be sent, in bytes.
const MESSAGE: usize = 64 * 1024;

/// How long an answer to a question is waited for, in milliseconds.
const DEADLINE: u64 = 5_000;

/// What the server knows.
struct Live {
    node: Node,
    /// The machine that was asked for: an address or a name; the node's own address for all.
    target: String,
    token: String,
    /// Where the page is.
    address: SocketAddr,
    pages: Arc<Semaphore>,
}

/// Which machine a request is about, when not the one of the command.
#[derive(Deserialize)]
struct At {
    at: Option<String>,
}

impl Live {
    /// The machine that is meant; `None` for the whole node.
    fn target(&self, at: At) -> Option<String> {
        let target = at.at.unwrap_or_else(|| self.target.clone());
        (target != self.node.address().to_string()).then_some(target)
    }
}

/// Serves the page until the program is interrupted.
pub fn run(node: Node, target: String, address: SocketAddr) -> Result<(), Trouble> {
    if !address.ip().is_loopback() {
        let text = format!(
            "the page would be seen from outside at {address}: it is for this computer only\n\
             help: `--page 127.0.0.1:8080`"
        );
        return Err(Trouble::new(2, text));
    }
    runtime()?.block_on(serve(node, target, address))
}

async fn serve(node: Node, target: String, address: SocketAddr) -> Result<(), Trouble> {
    let taken = |error| Trouble::new(1, format!("the page cannot be at {address}: {error}"));
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .map_err(taken)?;
    let address = listener.local_addr().map_err(taken)?;
    let live = Arc::new(Live {
        node,
        target,
        token: token()?,
        address,
        pages: Arc::new(Semaphore::new(PAGES)),
    });
    // Said at once rather than by an empty page.
    live.picture(At { at: None }).await?;
    out::line(format_args!("http://{address}/{}/", live.token))?;
    let router = Router::new()
        .route("/{token}/", get(page))
        .route("/{token}/events", get(events::events))
        .route("/{token}/send", post(send))
        .layer(DefaultBodyLimit::max(MESSAGE))
        .layer(middleware::from_fn_with_state(live.clone(), guard))
        .with_state(live);
    let served = tokio::select! {
        served = axum::serve(listener, router) => served,
        // Open pages have nothing to be waited for.
        _ = tokio::signal::ctrl_c() => Ok(()),
    };
    served.map_err(|error| Trouble::new(1, format!("the page is no longer served: {error}")))
}

/// 128 bits that nobody guesses.
fn token() -> Result<String, Trouble> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| Trouble::new(1, format!("there is no randomness: {error}")))?;
    let mut token = String::new();
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(token, "{byte:02x}");
    }
    Ok(token)
}

/// Lets through who knows the token and means this server.
async fn guard(State(live): State<Arc<Live>>, request: HttpRequest, next: Next) -> Response {
    let host = request.headers().get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok());
    if !host.is_some_and(|host| is_own(host, live.address)) {
        return (StatusCode::MISDIRECTED_REQUEST, "this page is elsewhere\n").into_response();
    }
    if !knows(request.uri(), &live.token) {
        let said = "the address of the page has a token in it: `wink diagram --live` prints it\n";
        return (StatusCode::NOT_FOUND, said).into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Whether the name by which we were called is that of this computer, so that no other name that
/// somebody has made point here is taken.
fn is_own(host: &str, address: SocketAddr) -> bool {
    host == address.to_string() || host == format!("localhost:{}", address.port())
}

/// Whether the path begins with the token; how long that takes says nothing of where it differs.
fn knows(uri: &Uri, token: &str) -> bool {
    let said = uri.path().split('/').nth(1).unwrap_or_default();
    let differences = said.bytes().zip(token.bytes());
    said.len() == token.len() && differences.fold(0, |all, (one, other)| all | (one ^ other)) == 0
}

impl Live {
    /// The machine's picture; nothing for the whole node.
    async fn picture(&self, at: At) -> Result<String, Trouble> {
        let Some(target) = self.target(at) else {
            let request = Request::Version;
            self.node.each(&request, |_| Ok(())).await?;
            return Ok(String::new());
        };
        let mut picture = String::new();
        let format = "svg".to_owned();
        let request = Request::Describe { target, format };
        let taken = |answer| {
            if let Answer::Text(text) = answer {
                picture = text;
            }
            Ok(())
        };
        self.node.each(&request, taken).await?;
        Ok(picture)
    }
}

type AnyToken = Path<String>;

async fn page(State(live): State<Arc<Live>>, _: AnyToken, Query(at): Query<At>) -> Response {
    let nonce = match token() {
        Ok(nonce) => nonce,
        Err(trouble) => return (StatusCode::INTERNAL_SERVER_ERROR, trouble.text).into_response(),
    };
    let picture = match live.picture(at).await {
        Ok(picture) => picture,
        Err(trouble) => return (StatusCode::BAD_GATEWAY, trouble.text).into_response(),
    };
    // The picture last: what is in it is nobody's place.
    let text = PAGE
        .replace("{{nonce}}", &nonce)
        .replace("{{style}}", STYLE)
        .replace("{{script}}", SCRIPT)
        .replace("{{picture}}", &picture);
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'unsafe-inline'; \
         connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    (headers, text).into_response()
}

/// A message that was clicked; `?` before it makes it a question.
async fn send(
    State(live): State<Arc<Live>>,
    _: AnyToken,
    Query(at): Query<At>,
    text: String,
) -> Response {
    let Some(target) = live.target(at) else {
        return (StatusCode::BAD_REQUEST, "the node takes no messages").into_response();
    };
    let request = match text.strip_prefix('?') {
        Some(question) => Request::Call {
            target,
            text: question.to_owned(),
            deadline: DEADLINE,
        },
        None => Request::Send { target, text },
    };
    let mut said = String::new();
    let heard = |answer| {
        if let Answer::Text(text) = answer {
            said = text;
        }
        Ok(())
    };
    match live.node.each(&request, heard).await {
        Ok(()) => said.into_response(),
        Err(trouble) => (StatusCode::CONFLICT, trouble.text).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_computer_s_own_names_are_taken() {
        let address: SocketAddr = "127.0.0.1:8080".parse().unwrap();
        assert!(is_own("127.0.0.1:8080", address));
        assert!(is_own("localhost:8080", address));
        for other in [
            "127.0.0.1",
            "127.0.0.1:80",
            "evil.example:8080",
            "localhost",
            "",
        ] {
            assert!(!is_own(other, address), "{other}");
        }
    }

    #[test]
    fn the_token_is_long_and_whole() {
        let (one, other) = (token().unwrap(), token().unwrap());
        assert_eq!(one.len(), 32);
        assert_ne!(one, other);
        let knows = |path: &str| knows(&path.parse().unwrap(), &one);
        assert!(knows(&format!("/{one}/events?at=1")));
        assert!(!knows(&format!("/{other}/")));
        assert!(!knows(&format!("/{}/", &one[..31])));
        assert!(!knows("/"));
    }
}
