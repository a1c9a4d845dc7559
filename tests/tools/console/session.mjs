// Signing in and out, and what a session is good for.
import assert from "node:assert/strict";
import { test } from "node:test";
import { address, assertAccessible, button, heading, newPage, pageOf, signIn, tokenOf } from "./browser.mjs";

test("A token that is none is refused, and the page says so", async () => {
  const page = await newPage();
  await page.goto(`${address}/console`);
  await assertAccessible(page, "signing in");
  await page.getByLabel("API token").fill("mnt_nonsense");
  await button(page, "Sign in").click();
  await page.getByRole("alert").getByText("The token is none").waitFor();
  await page.context().close();
});

test("The session's cookie is out of reach of scripts, of other sites and of plain hosts", async () => {
  const page = await pageOf("mhughes1");
  const [cookie, ...others] = await page.context().cookies();
  assert.deepEqual(others, []);
  assert.equal(cookie.name, "__Host-muniment");
  assert.deepEqual([cookie.httpOnly, cookie.secure, cookie.sameSite, cookie.path], [true, true, "Strict", "/"]);
  assert.equal(await page.evaluate(() => document.cookie), "");
  assert.ok(!cookie.value.includes(tokenOf("mhughes1").slice(4)), "it is not the token");
  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  assert.equal(stored, "[{},{}]", "the token is kept nowhere");
  await page.context().close();
});

test("The cookie counts for nothing without what the console's own scripts send", async () => {
  const page = await pageOf("mhughes1");
  const status = (headers) => page.evaluate((all) => fetch("/v1/services", { headers: all }).then(async (answer) => (await answer.text(), answer.status)), headers);
  assert.equal(await status({ "Muniment-Console": "1" }), 200);
  assert.equal(await status({}), 401);
  // As a link, a form or an image of another site would bring it.
  const visit = await page.context().newPage();
  const [answer] = await Promise.all([visit.waitForResponse(`${address}/v1/services`), visit.goto(`${address}/v1/services`).catch(() => "downloaded")]);
  assert.equal(answer.status(), 401);
  await page.context().close();
});

test("A session of one role reaches nothing of another", async () => {
  const page = await pageOf("mhughes1");
  const status = (path) => page.evaluate((at) => fetch(at, { headers: { "Muniment-Console": "1" } }).then(async (answer) => (await answer.text(), answer.status)), path);
  assert.equal(await status("/v1/providers/110012345A"), 200);
  for (const path of ["/v1/providers/110067890B", "/v1/stats", "/v1/events", "/metrics", "/v1/audit/privileged", "/v1/audit/trail?provider=110067890B"]) {
    assert.equal(await status(path), 403, path);
  }
  await page.context().close();
});

test("A session survives a reload and ends when it signs out", async () => {
  const page = await newPage();
  await signIn(page, "mhughes1");
  await button(page, "Sign out").waitFor();
  await page.reload();
  await button(page, "Sign out").click();
  await heading(page, "Sign in").waitFor();
  await page.reload();
  await heading(page, "Sign in").waitFor();
  await page.context().close();
});

test("Whoever goes away is warned and signed off", async () => {
  const page = await newPage();
  await page.clock.install();
  await signIn(page, "mhughes1");
  await button(page, "Sign out").first().waitFor();
  await page.clock.fastForward("13:30");
  await heading(page, "Are you still there?").waitFor();
  await button(page, "Stay signed in").click();
  await page.clock.fastForward("13:30");
  await heading(page, "Are you still there?").waitFor();
  await page.clock.fastForward("02:00");
  await page.getByText("You were signed out").waitFor();
  await page.context().close();
});
