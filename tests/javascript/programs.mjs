// Programs that serve HTTP, for tests in JavaScript: they are started, say where they listen, and end with the test.
import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const BUILD = process.env.REPOPULSE_BUILD_DIR ?? fileURLToPath(new URL("../../build", import.meta.url));

// Starts a program, of the build unless its path is absolute, and waits for its line `listening on URL`.
export async function start(program, words, { cwd } = {}) {
  const child = spawn(path.resolve(BUILD, program), words, { cwd, stdio: ["ignore", "ignore", "pipe"] });
  let output = "";
  const url = await new Promise((resolve, reject) => {
    child.stderr.on("data", (bytes) => {
      output += bytes;
      const found = /^listening on (http\S+)$/m.exec(output);
      if (found) resolve(found[1]);
    });
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`${program} ended with ${code} before it listened:\n${output}`)));
  });
  return { url, output: () => output, stop: () => stop(child) };
}

function stop(child) {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.removeAllListeners("exit");
    child.on("exit", resolve);
    child.kill("SIGTERM");
  });
}
