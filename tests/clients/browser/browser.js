// Chromium without a window, and what every test watches in it: no request leaves the server, nothing is done that
// the policy forbids, nothing fails.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Opens a page of the server, does something with it, and makes sure that nothing went wrong meanwhile. */
export async function visit(address, { before, ...options }, deed) {
  const profile = mkdtempSync(join(tmpdir(), "chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    viewport: { width: 1360, height: 860 },
    args: FLAGS,
    ...options,
  });
  const wrong = [];
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const { origin } = new URL(address);
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && wrong.push(message.text()));
    page.on("pageerror", (error) => wrong.push(error.message));
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (url.origin !== origin && !["data:", "blob:"].includes(url.protocol)) wrong.push(`asks ${url}`);
    });
    await before?.(page);
    await page.goto(address);
    await deed(page);
    assert.deepEqual(wrong, []);
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

/** What axe finds wrong with the page as it is now. */
export async function violations(page) {
  // Past the page's policy, as a debugger does: the policy itself stays as it is.
  const debug = await page.context().newCDPSession(page);
  const evaluate = (expression, more) =>
    debug.send("Runtime.evaluate", { expression, allowUnsafeEvalBlockedByCSP: true, ...more });
  await evaluate(AXE);
  const run = `axe.run(document, { runOnly: ${JSON.stringify(STANDARDS)} }).then(({ violations, passes }) => JSON.stringify({
    passed: passes.length,
    found: violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html.slice(0, 200))),
  }))`;
  const { result } = await evaluate(run, { awaitPromise: true, returnByValue: true });
  await debug.detach();
  const { passed, found } = JSON.parse(result.value);
  assert.ok(passed > 10, "axe looked at the page");
  return found;
}
