// Signing in and out, and what a session is good for.
import assert from "node:assert/strict";
import { test } from "node:test";
import { address, assertAccessible, button, heading, newPage, pageOf, signIn, tokenOf } from "./browser.mjs";

const statusOf = (page, path) => page.evaluate((at) => fetch(at, { headers: { "Muniment-Console": "1" } }).then(async (answer) => (await answer.text(), answer.status)), path);

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

test("Nor does one of those who look, or of those who run the node", async () => {
  const closed = {
    "auditor:kim": ["/v1/stats", "/metrics", "/v1/accounts/jdoe1/profile"],
    "operator:ops": ["/v1/audit/trail", "/v1/accounts/jdoe1", "/v1/providers/110012345A", "/v1/audit/findings"],
  };
  for (const [who, paths] of Object.entries(closed)) {
    const page = await pageOf(who);
    assert.equal(await statusOf(page, "/v1/services"), 200);
    for (const path of paths) assert.equal(await statusOf(page, path), 403, `${who} ${path}`);
    await page.context().close();
  }
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
  assert.equal(await statusOf(page, "/v1/session"), 401, "the session has ended, not only what is shown");
  await page.context().close();
});

test("Whoever works in one tab is not signed off by another", async () => {
  const busy = await newPage();
  await busy.clock.install();
  await signIn(busy, "mhughes1");
  await button(busy, "Sign out").waitFor();
  const idle = await busy.context().newPage();
  await idle.goto(`${address}/console`);
  await button(idle, "Sign out").waitFor();
  await busy.clock.fastForward("10:00"); // Of both: a context has one clock.
  await busy.bringToFront();
  await busy.mouse.move(200, 200);
  await busy.mouse.move(210, 210);
  // What one tab says the other hears at some later time.
  await idle.waitForTimeout(500);
  await idle.clock.fastForward("06:00");
  await idle.waitForTimeout(500);
  assert.equal(await heading(idle, "Are you still there?").count(), 0);
  assert.equal(await statusOf(busy, "/v1/session"), 200);
  await idle.clock.fastForward("08:00");
  await heading(idle, "Are you still there?").waitFor(); // The control.
  await busy.context().close();
});

test("Nobody is told that a session is over while the node has not ended it", async () => {
  const page = await newPage();
  await signIn(page, "mhughes1");
  const refuse = (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: '{"type":"urn:muniment:problem/stopping","title":"The node is stopping","status":503}' });
  await page.route("**/v1/session/end", refuse);
  await button(page, "Sign out").click();
  await page.getByText("You are still signed in").waitFor();
  await assertAccessible(page, "signing out");
  assert.equal(await statusOf(page, "/v1/session"), 200);
  await page.unroute("**/v1/session/end", refuse);
  await heading(page, "Sign in").waitFor();
  assert.equal(await statusOf(page, "/v1/session"), 401);
  await page.context().close();
});

test("What was typed stays when the session has ended, for whoever signs in again", async () => {
  const page = await newPage();
  await signIn(page, "mhughes1");
  await button(page, "Sign out").waitFor();
  await page.goto(`${address}/console#/accounts?provider=110012345A`);
  await page.getByLabel("Last Name").fill("Halfway");
  assert.equal(await page.evaluate(() => fetch("/v1/session/end", { method: "POST", headers: { "Muniment-Console": "1" } }).then((answer) => answer.status)), 200);
  await button(page, "Search").click();
  await page.getByText("Your session has ended").waitFor();
  assert.equal(await page.getByLabel("Last Name").isVisible(), false, "and nobody else sees it");
  await page.getByLabel("API token").fill(tokenOf("mhughes1"));
  await button(page, "Sign in").click();
  await button(page, "Sign out").waitFor();
  assert.equal(await page.getByLabel("Last Name").inputValue(), "Halfway");
  await page.context().close();
});

test("Whoever administers nothing can be a reviewer", async () => {
  const page = await newPage();
  await signIn(page, "lchen1");
  await button(page, "I accept").click();
  await page.getByRole("navigation").getByRole("link", { name: "Reviews of Access" }).click();
  await heading(page, "Reviews of Access").waitFor();
  await page.getByText("There is no such review.").waitFor(); // None was assigned.
  await page.goto(`${address}/console#/audit/history`);
  await page.getByText("There is no such page for you.").waitFor(); // The control.
  await page.context().close();
});
