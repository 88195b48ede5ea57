// A demonstration of its own for the tests, on a port of its own, in a folder that goes with it.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const BINARY = resolve(process.env.API ?? join(import.meta.dirname, "../../../target/debug/api"));

function freePort() {
  return new Promise((found) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => found(port));
    });
  });
}

/** Starts it, or uses the one at `URL`; its address, and how to end it. */
export async function begin() {
  if (process.env.URL) return { url: process.env.URL.replace(/\/$/, ""), end: async () => {} };
  const folder = mkdtempSync(join(tmpdir(), "partner-network-"));
  const listen = `127.0.0.1:${await freePort()}`;
  const running = spawn(BINARY, ["--data-dir", folder, "serve", "--listen", listen], { cwd: folder, stdio: "ignore" });
  const ended = new Promise((done, failed) => running.once("exit", done).once("error", failed));
  const end = async () => {
    running.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `http://${listen}`;
  // A debug build on a busy machine takes a while to make the demonstration.
  for (let tries = 0; tries < 1200; tries += 1) {
    const ready = await fetch(`${url}/health/ready`).then((answer) => answer.ok, () => false);
    if (ready) return { url, end };
    await Promise.race([new Promise((go) => setTimeout(go, 100)), ended.then(() => Promise.reject(new Error("the server ended")))]);
  }
  await end();
  throw new Error("the server did not get ready");
}
