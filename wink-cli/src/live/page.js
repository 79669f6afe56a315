"use strict";
const at = (id) => document.getElementById(id);
const make = (name, text, kind) => {
  const element = document.createElement(name);
  if (text !== undefined) element.textContent = text;
  if (kind) element.className = kind;
  return element;
};
const picture = at("picture");
const all = (selector) => picture.querySelectorAll(selector);

// A state is drawn by its name, or by its number where the name is another's or no id.
const drawn = (place) =>
  document.getElementById("state-state_" + place.index) || document.getElementById("state-" + place.name);

function light(active) {
  for (const state of all(".state.active")) state.classList.remove("active");
  for (const place of active) drawn(place)?.classList.add("active");
}

// What was taken since the page was told last, or else the last one.
let told = 0;
function follow(recent) {
  const fresh = recent.filter((one) => one.number >= told);
  if (!fresh.length) return;
  told = fresh[fresh.length - 1].number + 1;
  for (const arrow of all(".arrow.taken")) arrow.classList.remove("taken");
  for (const one of fresh) {
    let arrows = [...all(".arrow")].filter((arrow) => arrow.dataset.rows.split(" ").includes(String(one.row)));
    if (arrows.length > 1) {
      // A row that chooses has an arrow for each of its targets.
      const ids = one.entered.map((place) => drawn(place)?.id.slice("state-".length));
      const chosen = arrows.filter((arrow) => ids.includes(arrow.dataset.to));
      if (chosen.length) arrows = chosen;
    }
    for (const arrow of arrows) arrow.classList.add("taken");
  }
  const list = recent.map((one) => {
    const entry = make("li", one.label || "(row " + one.row + ")");
    entry.dataset.row = one.row;
    const entered = one.entered.map((place) => place.name).join(", ");
    entry.append(make("small", " in " + one.source + (entered ? ", entered " + entered : "")));
    return entry;
  });
  at("recent").replaceChildren(...list.reverse());
}

let offered = "";
function offer(offers) {
  const text = JSON.stringify(offers);
  // What is being typed stays.
  if (text === offered) return;
  offered = text;
  const forms = offers.map((one) => {
    const form = make("form");
    const button = make("button", one.name);
    button.dataset.message = one.name;
    form.append(button);
    let field = null;
    if (one.fields) {
      field = make("input");
      field.placeholder = one.fields;
      field.setAttribute("aria-label", one.name + " " + one.fields);
      form.append(field);
    }
    form.onsubmit = (event) => {
      event.preventDefault();
      const words = field && field.value.trim() ? one.name + " " + field.value.trim() : one.name;
      send((one.is_question ? "?" : "") + words, words);
    };
    return form;
  });
  at("offers").replaceChildren(...(forms.length ? forms : [make("p", "None", "empty")]));
}

async function send(text, words) {
  const answer = at("answer");
  try {
    const response = await fetch("send" + location.search, { method: "POST", body: text });
    const said = await response.text();
    answer.className = response.ok ? "" : "refused";
    answer.textContent = response.ok ? words + (said ? ": " + said : " sent") : said;
  } catch {
    answer.className = "refused";
    answer.textContent = "the program that serves this page is gone";
  }
}

function time(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 60) return seconds + "s";
  if (seconds < 3600) return Math.floor(seconds / 60) + "m " + (seconds % 60) + "s";
  return Math.floor(seconds / 3600) + "h " + (Math.floor(seconds / 60) % 60) + "m";
}

function count(pairs) {
  const entries = pairs.map(([name, value]) => {
    const pair = make("div");
    const shown = make("dd", String(value));
    shown.id = "count-" + name;
    pair.append(make("dt", name), shown);
    return pair;
  });
  at("counts").replaceChildren(...entries);
}

// Things that know their parent, as a nested list.
function tree(things, id, parent, line) {
  const below = new Map();
  const known = new Set(things.map(id));
  for (const thing of things) {
    const above = known.has(parent(thing)) ? parent(thing) : null;
    if (!below.has(above)) below.set(above, []);
    below.get(above).push(thing);
  }
  const list = make("ul");
  // A list of its own work: chains may be longer than the stack is deep.
  const open = [[null, list]];
  while (open.length) {
    const [above, into] = open.pop();
    for (const thing of below.get(above) || []) {
      const entry = line(thing);
      into.append(entry);
      if (below.has(id(thing))) {
        const inner = make("ul");
        entry.append(inner);
        open.push([id(thing), inner]);
      }
    }
  }
  at("tree").replaceChildren(things.length ? list : make("p", "No machine runs", "empty"));
}

function machineLine(machine) {
  const entry = make("li", (machine.label ? machine.label + ": " : "") + machine.name + "#" + machine.id + " ");
  entry.dataset.machine = machine.id;
  entry.append(make("span", machine.states.join(", "), "where"));
  const rest = [machine.activity];
  if (machine.queued) rest.push("mail " + machine.queued + " of " + machine.room);
  if (machine.deferred) rest.push(machine.deferred + " deferred");
  if (machine.restarts) rest.push(machine.restarts + (machine.restarts === 1 ? " restart" : " restarts"));
  entry.append(make("small", " " + rest.join(", ")));
  return entry;
}

function processLine(row) {
  const entry = make("li");
  entry.dataset.address = row.address;
  const link = make("a", row.name + row.version + (row.tag ? ":" + row.tag : ""));
  link.href = "?at=" + encodeURIComponent(row.address);
  entry.append(link, " ", make("span", row.state, "where"));
  const rest = [row.address, "up " + time(row.uptime)];
  if (row.mail) rest.push("mail " + row.mail);
  if (row.machines > 1) rest.push(row.machines + " machines");
  if (row.restarts) rest.push(row.restarts + (row.restarts === 1 ? " restart" : " restarts"));
  entry.append(make("small", " " + rest.join(", ")));
  return entry;
}

function machine({ row, look }) {
  document.title = row.name;
  at("name").textContent = row.name + row.version + (row.tag ? ":" + row.tag : "") + " at " + row.address;
  document.body.classList.toggle("busy", !look);
  at("state").textContent = look ? row.state : "busy with one message";
  if (!look) return;
  const machines = look.system.machines;
  const restarts = machines.reduce((sum, one) => sum + one.restarts, row.restarts);
  count([
    ["mail", row.mail ?? 0],
    ["deferred", machines.length ? machines[0].deferred : 0],
    ["transitions", look.taken],
    ["restarts", restarts],
    ["machines", row.machines ?? machines.length],
    ["up", time(row.uptime)],
  ]);
  light(look.active);
  follow(look.recent);
  offer(look.offers);
  tree(machines, (one) => one.id, (one) => one.parent ?? null, machineLine);
}

function node(rows) {
  document.title = "wink node";
  at("name").textContent = "Node";
  at("state").textContent = rows.length === 1 ? "1 process" : rows.length + " processes";
  count([
    ["mail", rows.reduce((sum, row) => sum + (row.mail || 0), 0)],
    ["machines", rows.reduce((sum, row) => sum + (row.machines || 0), 0)],
    ["restarts", rows.reduce((sum, row) => sum + row.restarts, 0)],
  ]);
  document.querySelector("main").classList.add("plain");
  for (const id of ["picture", "messages", "history"]) at(id).hidden = true;
  tree(rows, (row) => row.address, (row) => row.spawner, processLine);
}

function ended(reason) {
  source.close();
  document.body.classList.add("stale");
  at("ended").textContent = reason;
  at("ended").hidden = false;
  for (const button of document.querySelectorAll("button")) button.disabled = true;
}

const source = new EventSource("events" + location.search);
source.onmessage = (event) => {
  document.body.classList.remove("waiting");
  const said = JSON.parse(event.data);
  if (said.Shown) machine(said.Shown);
  else if (said.Node) node(said.Node);
  else ended(said.Ended);
};
source.onerror = () => {
  if (source.readyState !== EventSource.CLOSED) at("state").textContent = "not connected";
};
