// Reads each of the diagrams in the list on the standard input, as Mermaid's own page would.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const require = createRequire(process.env.WINK_TOOLS + "/package.json");
const { JSDOM } = require("jsdom");
const { window } = new JSDOM("");
globalThis.window = window;
globalThis.document = window.document;
const mermaid = await import(pathToFileURL(require.resolve("mermaid")));
const diagrams = JSON.parse(readFileSync(0, "utf8"));
for (const diagram of diagrams) {
  try {
    const { diagramType } = await mermaid.default.parse(diagram);
    if (diagramType !== "stateDiagram") throw new Error(`a ${diagramType}`);
  } catch (error) {
    console.error(error.message, "\n", diagram);
  }
}
console.log(diagrams.length, "read");
