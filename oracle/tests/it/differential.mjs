// Runs charts in XState with the functions of `wink_oracle::Script`, and says where it comes to
// something else than wink did. See `differential.rs`.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const require = createRequire(process.env.WINK_TOOLS + "/package.json");
const { createMachine, initialTransition, transition, enqueueActions } = await import(
  pathToFileURL(require.resolve("xstate"))
);

const MASK = (1n << 64n) - 1n;
const mix = (value, part) => {
  value = ((value ^ part) * 0xff51afd7ed558ccdn) & MASK;
  return value ^ (value >> 32n);
};

// As `Script::draw`: everything follows from the seed, what was called before, and what it is for.
const draw = (seed, calls, purpose, subject) =>
  [BigInt(calls), BigInt(purpose), BigInt(subject)].reduce(mix, seed ^ 0x9e3779b97f4a7c15n);

// What was called, the last first, since there were so many.
function calledSince({ calls, last }, seen) {
  const called = [];
  for (let one = last; called.length < calls - seen; one = one.before) called.push(one.number);
  return called.reverse();
}

function machineOf({ chart, functions, messages, seed, raise_one_in }) {
  const configuration = JSON.parse(chart);
  configuration.context = { calls: 0, last: null };
  // One that turns in circles where wink does not is a difference, and ends.
  configuration.options = { maxIterations: 2000 };
  const start = BigInt(seed);
  const guards = {};
  const actions = {};
  const find = (node) => {
    if (Array.isArray(node)) node.forEach(find);
    else if (node && typeof node === "object") {
      const type = node.guard?.type;
      if (type) {
        guards[type] = ({ context }, { row }) => draw(start, context.calls, 1, row) % 3n !== 0n;
      }
      Object.values(node).forEach(find);
    }
  };
  find(configuration.states);
  find(configuration.on ?? {});
  for (const key of ["after", "always", "onDone"]) find(configuration[key] ?? {});
  for (const [name, number] of Object.entries(functions)) {
    actions[name] = enqueueActions(({ context, enqueue }) => {
      const { calls, last } = context;
      const isQuiet = number % 4 === 0;
      enqueue.assign({ calls: calls + 1, last: { number, before: last } });
      if (!isQuiet && messages.length && draw(start, calls, 3, number) % BigInt(raise_one_in) === 0n) {
        const message = draw(start, calls, 4, number) % BigInt(messages.length);
        enqueue.raise({ type: messages[Number(message)] });
      }
    });
  }
  return createMachine(configuration, { guards, actions });
}

const texts = (list) => JSON.stringify(list);
let events = 0;
let charts = 0;
const cases = JSON.parse(readFileSync(0, "utf8"));
for (const one of cases) {
  charts += 1;
  const machine = machineOf(one);
  let snapshot = null;
  let seen = 0;
  for (const [index, step] of one.run.entries()) {
    try {
      [snapshot] =
        index === 0 ? initialTransition(machine) : transition(machine, snapshot, { type: step.event });
    } catch (error) {
      console.error(`chart ${one.seed}, event ${index} ${step.event}: XState fails: ${error.message}`);
      process.exitCode = 1;
      break;
    }
    const running = snapshot.status === "active";
    const calls = calledSince(snapshot.context, seen);
    seen += calls.length;
    // What stands for a state that rests in itself is no state of wink's.
    const nodes = snapshot._nodes.map((node) => node.id).filter((id) => !id.endsWith(".rest"));
    const states = running ? nodes.sort() : [];
    const wanted = [...step.states].sort();
    const same =
      running === step.running && texts(calls) === texts(step.calls) && texts(states) === texts(wanted);
    if (!same) {
      console.error(`chart ${one.seed}, event ${index} ${step.event}: wink ${step.running ? "runs" : "has ended"}`);
      console.error(`  wink   calls ${texts(step.calls)}, is in ${texts(wanted)}`);
      console.error(`  XState calls ${texts(calls)}, is in ${texts(states)}, ${snapshot.status}`);
      process.exitCode = 1;
      break;
    }
    events += 1;
  }
}
console.log(`${charts} charts, ${events} events agree`);
