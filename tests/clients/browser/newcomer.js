// The last part of a newcomer's way, by docs/getting-started.md: the page, what is followed there, and the block that
// changes it. A line for each step, with its milliseconds.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { visit } from "./browser.js";

const guide = readFileSync(join(import.meta.dirname, "../../../docs/getting-started.md"), "utf8");
const block = (holding) => {
  const blocks = [...guide.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, code]) => code);
  const found = blocks.find((code) => code.includes(holding));
  if (!found) throw new Error(`the guide has no ${holding}`);
  return found;
};

let last = Date.now();
const lap = (what) => {
  console.log(`${Date.now() - last} ${what}`);
  last = Date.now();
};
const said = (page, text) =>
  page.waitForFunction(
    (text) => document.querySelector(".graphiql-response .CodeMirror")?.CodeMirror?.getValue().includes(text),
    text,
  );

await visit(`${process.env.URL}/`, {}, async (page) => {
  await page.getByRole("status").filter({ hasText: "You act as Nadia Prosser" }).waitFor();
  lap("the page, with somebody to act as");
  await page.getByRole("button", { name: "Follow a referral" }).click();
  await page.getByText("referralChanged").first().waitFor();
  await page.getByLabel("Operation", { exact: true }).focus();
  await page.keyboard.press("Control+Enter");
  await said(page, '"LIVE"');
  lap("Follow a referral: it is shown as it is");
  const script = `${block("ask() {")}\n${block("addReferralNote")}`;
  const acted = spawnSync("bash", ["-eu"], { input: script, encoding: "utf8", stdio: ["pipe", "pipe", "inherit"] });
  if (acted.status !== 0 || acted.stdout.includes('"errors"')) throw new Error(acted.stdout);
  lap("a note from the terminal");
  await said(page, "Rang; all is well.");
  lap("the first live update");
});
