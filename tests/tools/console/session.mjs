// Signing in and out, and what a session is good for.
import assert from "node:assert/strict";
import { test } from "node:test";
import { address, assertAccessible, button, endSession, heading, newPage, pageOf, signIn, tokenOf } from "./browser.mjs";

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

async function signInAgain(page, who) {
  await page.getByLabel("API token").fill(tokenOf(who));
  await button(page, "Sign in").click();
  await button(page, "Sign out").waitFor();
}

test("Whose session has ended beneath an open drawer signs in again, and finds it open", async () => {
  const page = await newPage();
  await signIn(page, "auditor:kim");
  await button(page, "Sign out").waitFor();
  await page.goto(`${address}/console#/audit/history?asked=1&user=gleaver1&type=subordinate_removed`);
  await button(page, "Removed the account from this provider").click();
  const drawer = page.getByRole("dialog");
  const cause = drawer.getByRole("button", { name: /^Event \d+: Departure reported$/ });
  await cause.waitFor();
  await endSession(page);
  await cause.click(); // Another drawer, which asks and is told.
  await page.getByText("Your session has ended").waitFor();
  await page.waitForFunction(() => document.activeElement.closest(".sign-in .usa-alert") !== null); // The sign-in page has the focus.
  assert.equal(await drawer.count(), 0);
  await assertAccessible(page, "signing in again");
  await signInAgain(page, "auditor:kim");
  await drawer.getByRole("heading", { name: "Departure reported" }).waitFor();
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "detached" });
  await page.context().close();
});

test("A question that comes when the session has ended waits until there is one again", async () => {
  const page = await newPage();
  await signIn(page, "mhughes1");
  await button(page, "Sign out").waitFor();
  await page.goto(`${address}/console#/accounts?provider=110012345A`);
  await button(page, "Search").click();
  await button(page, "Poe, Jane").click();
  await page.getByText("It is the last provider").waitFor();
  await endSession(page);
  await button(page, "Remove").click(); // It asks the node who could stand in, is told that there is no session, and then asks whether it shall.
  await page.getByText("Your session has ended").waitFor();
  await signInAgain(page, "mhughes1");
  await page.getByRole("dialog").getByText("the account cannot sign in afterwards").waitFor();
  await button(page, "Stay here").click();
  await page.context().close();
});

test("Nobody is warned of idleness on a sign-in page", async () => {
  const page = await newPage();
  await page.clock.install();
  await signIn(page, "mhughes1");
  await button(page, "Sign out").waitFor();
  await page.goto(`${address}/console#/accounts?provider=110012345A`);
  await page.getByLabel("Last Name").fill("Halfway");
  await endSession(page);
  await button(page, "Search").click();
  await page.getByText("Your session has ended").waitFor();
  await page.clock.fastForward("14:00");
  await page.clock.fastForward("03:00");
  assert.equal(await page.getByText("You were signed out").count(), 0);
  await signInAgain(page, "mhughes1");
  assert.equal(await page.getByLabel("Last Name").inputValue(), "Halfway");
  await page.clock.fastForward("13:30");
  await heading(page, "Are you still there?").waitFor(); // The control.
  await page.context().close();
});

test("No tab shows one person and acts as another", async () => {
  const mary = await newPage();
  await signIn(mary, "mhughes1");
  await button(mary, "Sign out").waitFor();
  await mary.goto(`${address}/console#/accounts?provider=110012345A`);
  await mary.getByLabel("Last Name").fill("Halfway");
  const alan = await mary.context().newPage();
  await alan.goto(`${address}/console`);
  await button(alan, "Sign out").click();
  await heading(alan, "Sign in").waitFor();
  await mary.getByText("Your session has ended").waitFor();
  await signInAgain(alan, "aortega1");
  // The session is another one's now, which is none for this tab.
  await mary.waitForTimeout(500);
  assert.equal(await mary.getByLabel("Last Name").isVisible(), false);
  await mary.getByText("Your session has ended").waitFor();
  await signInAgain(mary, "mhughes1");
  assert.equal(await mary.getByLabel("Last Name").inputValue(), "Halfway");
  await alan.getByText("Your session has ended").waitFor();
  // The control: whoever signs in again elsewhere is signed in in all tabs.
  await signInAgain(alan, "mhughes1");
  await mary.waitForTimeout(500);
  assert.ok(await button(mary, "Sign out").isVisible());
  await mary.context().close();
});

// What the node says of the session from here on.
async function sayOfSession(page, more) {
  const session = await page.evaluate(() => fetch("/v1/session", { headers: { "Muniment-Console": "1" } }).then((answer) => answer.json()));
  const said = { ...session, ...more };
  await page.route("**/v1/session", (route) => route.fulfill({ contentType: "application/json", body: JSON.stringify(said) }));
  return said;
}

// A sign of life, which the node is told of once a minute.
async function work(page) {
  await page.clock.fastForward("01:01");
  const told = page.waitForResponse("**/v1/session");
  await page.mouse.move(200, 200);
  await page.mouse.move(210 + Math.random() * 50, 210);
  await (await told).finished();
}

test("A tab whose browser has got another one's session hides what it shows within a minute of work", async () => {
  const page = await newPage();
  await page.clock.install();
  await signIn(page, "mhughes1");
  await button(page, "Sign out").waitFor();
  await work(page);
  assert.ok(await button(page, "Sign out").isVisible(), "the control");
  await sayOfSession(page, { name: "aortega1" });
  await work(page);
  await page.getByText("Your session has ended").waitFor();
  assert.equal(await page.getByText("Welcome").isVisible(), false);
  await page.context().close();
});

test("What somebody administers is shown when it has changed, without a reload", async () => {
  const page = await newPage();
  await page.clock.install();
  await signIn(page, "mhughes1");
  await button(page, "Sign out").waitFor();
  await page.goto(`${address}/console#/accounts?provider=110012345A`);
  await page.getByLabel("Last Name").fill("Halfway");
  const providers = [{ provider: "110012345A", name: "Mercy Clinic" }, { provider: "110067890B", name: "Harbor Family Health" }];
  await sayOfSession(page, { providers });
  await work(page);
  await page.getByRole("option", { name: "110067890 B Harbor Family Health" }).waitFor({ state: "attached" });
  assert.equal(await page.getByLabel("Last Name").inputValue(), "Halfway");
  await page.context().close();
});

test("That a session ends soon is told as long as it does", async () => {
  const page = await newPage();
  await page.clock.install();
  await signIn(page, "mhughes1");
  await button(page, "Sign out").waitFor();
  const { session } = await sayOfSession(page, {});
  await sayOfSession(page, { session: { ...session, seconds_left: 240 } });
  await work(page);
  await heading(page, "Your session ends in 4 minutes").waitFor();
  await page.clock.fastForward("01:00");
  await heading(page, "Your session ends in 3 minutes").waitFor();
  await sayOfSession(page, { session: { ...session, seconds_left: 28_800 } });
  await work(page);
  await page.getByText("Your session ends in").waitFor({ state: "detached" });
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
