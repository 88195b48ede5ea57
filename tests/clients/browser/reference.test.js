// The reference of the schema: without a script, and for everybody.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { visit, violations } from "./browser.js";
import { begin } from "./server.js";

let server;
before(async () => {
  server = await begin();
});
after(() => server?.end());

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing wrong with the reference when it is ${colorScheme}`, () =>
    visit(`${server.url}/reference`, { colorScheme }, async (page) => {
      assert.deepEqual(await violations(page), []);
      await page.setViewportSize({ width: 360, height: 800 });
      assert.deepEqual(await violations(page), []);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
    }));
}

test("it says of an operation who may ask it, what can go wrong and what it costs, without scripts", () =>
  visit(`${server.url}/reference`, { javaScriptEnabled: false }, async (page) => {
    const accept = page.locator("article", { has: page.locator('[id="Mutation.acceptReferral"]') });
    const text = await accept.innerText();
    for (const part of ["Provider manager", "INELIGIBLE", "CONFLICT", "input", "AcceptReferralPayload", "Cost"]) {
      assert.ok(text.includes(part), `${part} in ${text}`);
    }
    await page.getByRole("link", { name: "acceptReferral", exact: true }).click();
    assert.equal(new URL(page.url()).hash, "#Mutation.acceptReferral");
  }));
