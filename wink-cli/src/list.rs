//! `wink list` and `wink tree`: what runs, and what could.

use crate::node::{Node, Trouble};
use crate::out;
use crate::show;
use std::time::Duration;
use wink_node::request::{Answer, Request, Row};

/// The machines that run.
pub fn running(node: &Node, json: bool) -> Result<(), Trouble> {
    let rows = rows(node)?;
    if json {
        return rows.iter().try_for_each(print_json);
    }
    let heading = "NAME VERSION TAG ADDRESS PID STATE UPTIME RESTARTS MAIL";
    let mut table = vec![heading.split(' ').map(str::to_owned).collect()];
    for row in rows {
        let mail = row.mail.map_or("-".to_owned(), |mail| mail.to_string());
        let uptime = show::uptime(Duration::from_millis(row.uptime));
        table.push(vec![
            row.name,
            row.version,
            row.tag.unwrap_or("-".to_owned()),
            row.address,
            row.pid.to_string(),
            show::plain(&row.state),
            uptime,
            row.restarts.to_string(),
            mail,
        ]);
    }
    out::bytes(show::table(&table).as_bytes())
}

fn rows(node: &Node) -> Result<Vec<Row>, Trouble> {
    let answers = node.all(&Request::List)?;
    let rows = answers.into_iter().filter_map(|answer| match answer {
        Answer::Row(row) => Some(row),
        _ => None,
    });
    Ok(rows.collect())
}

fn print_json(value: &impl serde::Serialize) -> Result<(), Trouble> {
    let text = serde_json::to_string(value).map_err(|error| error.to_string())?;
    out::line(text)
}

/// The machines that could be started.
pub fn available(node: &Node, json: bool) -> Result<(), Trouble> {
    let heading = ["NAME", "VERSION", "ARGUMENTS", "ABOUT"];
    let mut table = vec![heading.map(str::to_owned).to_vec()];
    for answer in node.all(&Request::Available)? {
        let Answer::Entry {
            name,
            version,
            usage,
            about,
            messages,
        } = answer
        else {
            continue;
        };
        if json {
            print_json(&serde_json::json!({
                "name": name, "version": version, "usage": usage, "about": about,
                "messages": messages,
            }))?;
        }
        table.push(vec![name, version, usage, show::plain(&about)]);
    }
    match json {
        true => Ok(()),
        false => out::bytes(show::table(&table).as_bytes()),
    }
}

/// Which machine started which.
pub fn tree(node: &Node) -> Result<(), Trouble> {
    let rows = rows(node)?;
    let is_known = |address: &str| rows.iter().any(|row| row.address == address);
    for row in &rows {
        if !row.spawner.as_deref().is_some_and(is_known) {
            branch(&rows, row, 0)?;
        }
    }
    Ok(())
}

fn branch(rows: &[Row], row: &Row, depth: usize) -> Result<(), Trouble> {
    let tag = row
        .tag
        .as_ref()
        .map_or(String::new(), |tag| format!(":{tag}"));
    let (name, version, address) = (&row.name, &row.version, &row.address);
    let state = show::plain(&row.state);
    out::line(format_args!(
        "{:indent$}{name}{version}{tag} at {address}, {state}",
        "",
        indent = depth * 2
    ))?;
    let is_child = |child: &&Row| child.spawner.as_ref() == Some(address) && child.pid != row.pid;
    let mut children = rows.iter().filter(is_child);
    children.try_for_each(|child| branch(rows, child, depth + 1))
}
