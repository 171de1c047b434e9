// Python in a worker of its own: the page lives while it runs, and can end it.
import { loadPyodide } from "./pyodide/pyodide.mjs";

const DEEP = "\nA browser can't free a graph of some thousand operations one after the other; "
  + "a sum() of many terms is one operation.";
const here = (name) => new URL(name, import.meta.url);
const send = (kind, text, title) => postMessage({ kind, text, title });

async function read(name) {
  const answer = await fetch(here(name));
  if (!answer.ok) throw new Error(`${name} is not there`);
  return new Uint8Array(await answer.arrayBuffer());
}

try {
  const [python, wheel, runner] = await Promise.all([
    loadPyodide({ indexURL: here("pyodide/").href }), read("chalkgrad.whl"), read("runner.py"),
  ]);
  python.unpackArchive(wheel, "wheel");
  python.FS.writeFile("runner.py", runner);
  const { run, version } = python.pyimport("runner");
  onmessage = ({ data }) => {
    try {
      run(data, send);
      send("done");
    } catch (error) { // of Pyodide itself, which can't go on then
      send("broken", `Python itself broke down: ${error}${error instanceof RangeError ? DEEP : ""}`);
    }
  };
  send("ready", version());
} catch (error) {
  send("failed", String(error.message ?? error));
}
