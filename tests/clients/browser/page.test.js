// The page to explore, used as people use it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { visit, violations } from "./browser.js";
import { begin } from "./server.js";

let server;
before(async () => {
  server = await begin();
});
after(() => server?.end());

const explore = (options, deed) => visit(`${server.url}/`, options, deed);
const acting = (page, name) => page.getByRole("status").filter({ hasText: `You act as ${name}` }).waitFor();
const answer = (page) =>
  page.evaluate(() => document.querySelector(".graphiql-response .CodeMirror")?.CodeMirror?.getValue() ?? "");
const written = (page) => page.evaluate(() => document.querySelector(".graphiql-query-editor .CodeMirror").CodeMirror.getValue());

const said = (page, text) =>
  page.waitForFunction(
    (text) => document.querySelector(".graphiql-response .CodeMirror")?.CodeMirror?.getValue().includes(text),
    text,
  );

/** Runs what stands in the editor; what the server answers. What goes on answering is stopped then. */
async function run(page) {
  await page.evaluate(() => document.querySelector(".graphiql-response .CodeMirror")?.CodeMirror?.setValue(""));
  await page.getByRole("button", { name: /Execute query/ }).click();
  await said(page, "{");
  const first = JSON.parse(await answer(page));
  if (/^subscription/m.test(await written(page))) await page.getByRole("button", { name: /Stop query/ }).click();
  return first;
}

test("an officer acts at once, and another persona is one click away", () =>
  explore({}, async (page) => {
    await acting(page, "Nadia Prosser");
    await page.getByRole("radio", { name: "Yusuf Shah" }).click();
    await acting(page, "Yusuf Shah");
    await page.getByText("What is assigned to me", { exact: true }).waitFor();
    const { data } = await run(page);
    assert.deepEqual(data.me.roles, ["PROVIDER_WORKER"]);
  }));

test("everybody in the bar finds examples of their role, and each of them runs", () =>
  explore({}, async (page) => {
    await acting(page, "Nadia Prosser");
    const people = await page.locator(".persona-name").allTextContents();
    const seen = new Set();
    for (const subject of people) {
      await page.getByRole("radio", { name: subject }).check();
      await acting(page, subject.split(" · ")[0]);
      const titles = await page.locator(".examples-name").allTextContents();
      assert.ok(titles.length > 0 && titles.length < 10, `${subject}: ${titles}`);
      for (const title of titles.filter((title) => !seen.has(title))) {
        seen.add(title);
        await page.locator(".examples button", { has: page.getByText(title, { exact: true }) }).click();
        const begins = (title) =>
          document.querySelector(".graphiql-query-editor .CodeMirror").CodeMirror.getValue().startsWith(`# ${title}`);
        await page.waitForFunction(begins, title).catch(async () => {
          assert.fail(`${subject}, ${title}: ${await page.locator(".examples-problem").textContent()}`);
        });
        const said = await run(page);
        assert.equal(said.errors, undefined, `${subject}, ${title}: ${JSON.stringify(said)}`);
        for (const payload of Object.values(said.data)) assert.deepEqual(payload?.userErrors ?? [], [], `${subject}, ${title}`);
      }
    }
    assert.ok(seen.size > 20, `${seen.size} examples`);
  }));

test("the keyboard is enough: skip, choose, write, run, and leave the editor again", () =>
  explore({}, async (page) => {
    await acting(page, "Nadia Prosser");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent.trim()), "Skip to the editor");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowRight");
    await acting(page, "Martin Sayce");
    await page.getByLabel("Operation", { exact: true }).focus();
    await page.keyboard.press("Control+A");
    await page.keyboard.type("{ me { roles ");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+Enter");
    await said(page, "TEAM_MANAGER");
    const inEditor = () => page.evaluate(() => Boolean(document.activeElement.closest(".graphiql-query-editor .CodeMirror")));
    assert.ok(await inEditor());
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    assert.ok(!(await inEditor()), "Tab leaves the editor");
  }));

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing wrong, wherever one goes, when it is ${colorScheme}`, () =>
    explore({ colorScheme }, async (page) => {
      await acting(page, "Nadia Prosser");
      const clean = async (where) => {
        // What fades in has its colours only then.
        await page.waitForTimeout(600);
        assert.deepEqual(await violations(page), [], where);
      };
      await page.getByText("My caseload").waitFor();
      await page.getByLabel("Answer", { exact: true }).waitFor({ state: "attached" });
      await clean("the beginning");
      await page.getByRole("button", { name: "My caseload" }).click();
      await page.waitForTimeout(800);
      await run(page);
      await clean("an answer");
      await page.getByRole("button", { name: "Those of the other roles" }).click();
      await clean("all examples");
      await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
      await clean("the documentation");
      await page.getByRole("link", { name: "Query", exact: true }).click();
      await clean("a type of it");
      await page.getByRole("link", { name: "referrals", exact: true }).click();
      await page.getByText("The referrals that you may see").waitFor();
      await clean("a field of it");
      await page.keyboard.press("Control+K");
      await page.keyboard.type("referral");
      await clean("its search");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Show History" }).click();
      await clean("the history");
      await page.getByRole("button", { name: "Open short keys dialog" }).click();
      await clean("the keys");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Open settings dialog" }).click();
      await clean("the settings");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Headers" }).click();
      await clean("the headers");
      await page.getByLabel("Operation", { exact: true }).focus();
      await page.keyboard.press("Control+A");
      await page.keyboard.type("{ me { nothing ");
      await clean("a mistake");
      await page.keyboard.press("Control+Space");
      await clean("what could stand there");
      await page.keyboard.press("Escape");
      await page.setViewportSize({ width: 360, height: 800 });
      await clean("a narrow screen");
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
    }));
}

test("where there are no personas one pastes a token, which is kept nowhere", () =>
  explore(
    {
      before: (page) =>
        page.route("**/explore/start", async (route) => {
          const start = await (await route.fetch()).json();
          await route.fulfill({ json: { ...start, personas: null } });
        }),
    },
    async (page) => {
      const token = await page.evaluate(async () => {
        const body = JSON.stringify({ subject: "inspector" });
        const sent = await fetch("/explore/token", { method: "POST", headers: { "Content-Type": "application/json" }, body });
        return (await sent.json()).access_token;
      });
      // The editors get their names when they are there.
      await page.getByLabel("Answer", { exact: true }).waitFor({ state: "attached" });
      assert.deepEqual(await violations(page), []);
      await page.getByLabel("Your token").fill(`Bearer ${token}`);
      await page.getByRole("button", { name: "Act with it" }).click();
      await acting(page, "Iris Inglis");
      assert.equal(await page.getByLabel("Your token").inputValue(), "");
      assert.deepEqual((await run(page)).data.me.roles, ["AUDITOR"]);
      const kept = await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie, location.href]));
      assert.ok(!kept.includes(token.slice(-40)), "the token is kept");
      await page.reload();
      await page.getByText("Paste a token to begin.").waitFor();
    },
  ));

/** Asks as somebody of the demonstration, beside the page. */
const ask = (page, subject, query, variables) =>
  page.evaluate(
    async ([subject, operation]) => {
      const post = async (path, body, headers) => {
        const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body });
        return answer.json();
      };
      const { access_token } = await post("/explore/token", JSON.stringify({ subject }));
      return post("/graphql", JSON.stringify(operation), { Authorization: `Bearer ${access_token}` });
    },
    [subject, { query, variables }],
  );

test("what is followed goes over the socket, with the token of whoever acts, and is shown as it changes", async () => {
  const sent = [];
  const listens = (socket) => socket.on("framesent", ({ payload }) => sent.push(JSON.parse(payload)));
  await explore({ before: (page) => page.on("websocket", listens) }, async (page) => {
    await acting(page, "Nadia Prosser");
    await page.getByRole("button", { name: "Follow a referral" }).click();
    await page.waitForFunction(() =>
      document.querySelector(".graphiql-query-editor .CodeMirror").CodeMirror.getValue().startsWith("# Follow a referral"),
    );
    await page.getByRole("button", { name: /Execute query/ }).click();
    await said(page, '"LIVE"');
    const { referralId } = sent.find(({ type }) => type === "subscribe").payload.variables;
    const note = "mutation ($id: ID!) { addReferralNote(input: { referralId: $id, body: \"Shown at once.\" }) { userErrors { code } } }";
    assert.deepEqual(await ask(page, "nps-officer", note, { id: referralId }), { data: { addReferralNote: { userErrors: [] } } });
    await said(page, "Shown at once.");
    assert.deepEqual(JSON.parse(await answer(page)).data.referralChanged.parts, ["NOTES"]);
    await page.getByRole("button", { name: /Stop query/ }).click();
  });
  const [init] = sent;
  assert.equal(init.type, "connection_init");
  assert.match(init.payload.authorization, /^Bearer ey/);
});

test("an operation survives a reload and not the end of the browser's tab", () =>
  explore({}, async (page) => {
    await acting(page, "Nadia Prosser");
    await page.evaluate(() => document.querySelector(".graphiql-query-editor .CodeMirror").CodeMirror.setValue("{ me { roles } }"));
    await page.waitForTimeout(800);
    await page.reload();
    await acting(page, "Nadia Prosser");
    assert.equal(await written(page), "{ me { roles } }");
    assert.equal(await page.evaluate(() => localStorage.length), 0);
  }));
