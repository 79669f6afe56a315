// Makes a machine of each of the configurations in the list on the standard input, and starts it.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const require = createRequire(process.env.WINK_TOOLS + "/package.json");
const { createMachine, createActor } = await import(pathToFileURL(require.resolve("xstate")));
const texts = JSON.parse(readFileSync(0, "utf8"));
for (const text of texts) {
  try {
    const guards = {};
    const actions = {};
    JSON.parse(text, (key, value) => {
      if (value && typeof value.type === "string") {
        guards[value.type] = () => false;
        actions[value.type] = () => {};
      }
      return value;
    });
    const machine = createMachine(JSON.parse(text), { guards, actions });
    const actor = createActor(machine);
    actor.start();
    for (const event of machine.events) actor.send({ type: event });
    // Every target is resolved when its transitions are asked for.
    for (const state of machine.idMap.values()) void [state.initial, ...state.transitions.values()];
    if (actor.getSnapshot().status === "error") throw actor.getSnapshot().error;
    actor.stop();
  } catch (error) {
    console.error(error.message, "\n", text);
  }
}
console.log(texts.length, "made");
