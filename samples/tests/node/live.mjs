// Uses the pages of `wink diagram --live` as a person does, in a headless Chromium that is told
// what to do over its own protocol. `node live.mjs STEPS`: a list of steps in JSON; see `live.rs`.
import { spawn, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const steps = JSON.parse(process.argv[2]);
const profile = mkdtempSync(join(tmpdir(), "wink-live-"));
const browser = spawn(
  process.env.WINK_CHROMIUM,
  ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,900",
    "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"],
  { stdio: ["ignore", "ignore", "pipe"], detached: true },
);
const closed = new Promise((resolve) => browser.on("close", resolve));
const complaints = [];

function fail(why) {
  throw new Error(why + (complaints.length ? "\nthe page complains: " + complaints.join("; ") : ""));
}

async function main() {
  const endpoint = await new Promise((resolve, reject) => {
    let said = "";
    browser.stderr.on("data", (bytes) => {
      said += bytes;
      const found = /listening on (ws:\S+)/.exec(said);
      if (found) resolve(found[1]);
    });
    browser.on("error", reject);
    browser.on("exit", () => reject(new Error("the browser ended: " + said)));
  });
  const socket = new WebSocket(endpoint);
  await new Promise((resolve, reject) => ((socket.onopen = resolve), (socket.onerror = reject)));
  let next = 1;
  const waiting = new Map();
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.id) {
      const { resolve, reject } = waiting.get(message.id);
      waiting.delete(message.id);
      message.error ? reject(new Error(JSON.stringify(message.error))) : resolve(message.result);
    } else if (message.method === "Runtime.exceptionThrown") {
      complaints.push(message.params.exceptionDetails.exception?.description ?? "an exception");
    } else if (message.method === "Log.entryAdded" && message.params.entry.level === "error") {
      complaints.push(message.params.entry.text + " " + (message.params.entry.url ?? ""));
    }
  };
  const tell = (method, params = {}, sessionId) =>
    new Promise((resolve, reject) => {
      waiting.set(next, { resolve, reject });
      socket.send(JSON.stringify({ id: next++, method, params, sessionId }));
    });
  const { targetId } = await tell("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await tell("Target.attachToTarget", { targetId, flatten: true });
  const page = (method, params) => tell(method, params, sessionId);
  for (const part of ["Page", "Runtime", "Log"]) await page(part + ".enable");
  const evaluate = async (expression) => {
    const result = await page("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (result.exceptionDetails) fail(expression + ": " + JSON.stringify(result.exceptionDetails));
    return result.result.value;
  };
  // A click on a link leaves the page at a time of the browser's own: whoever asks the page just then
  // gets an error in place of an answer, and asks the next page.
  const gone = /navigated or closed|context was destroyed|Cannot find (default execution )?context/;
  const until = async (condition) => {
    const end = performance.now() + 60000;
    while (performance.now() < end) {
      try {
        if (await evaluate(`(() => { try { return Boolean(${condition}); } catch { return false; } })()`)) return true;
      } catch (error) {
        if (!gone.test(String(error))) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return false;
  };
  for (const step of steps) {
    if (step.open) await page("Page.navigate", { url: step.open });
    if (step.until && !(await until(step.until))) {
      fail(`never: ${step.until}\n` + (await evaluate("document.body.innerText")));
    }
    if (step.do) await evaluate(step.do);
    if (step.run) execFileSync(step.run[0], step.run.slice(1));
    if (step.shot && process.env.WINK_SHOTS) {
      const { data } = await page("Page.captureScreenshot", { format: "png" });
      writeFileSync(join(process.env.WINK_SHOTS, step.shot + ".png"), Buffer.from(data, "base64"));
    }
  }
  // A refused message is answered with an error, which the browser tells of.
  const own = complaints.filter((one) => !one.includes("409"));
  if (own.length) fail("the page complains");
  console.log(`${steps.length} steps`);
}

let code = 0;
try {
  await main();
} catch (error) {
  console.error(String(error));
  code = 1;
}
try {
  process.kill(-browser.pid, "SIGKILL");
} catch {}
await closed;
rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
process.exit(code);
