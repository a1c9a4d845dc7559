// What the panels do beyond the job aids' steps.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, button, hasFocus, heading, newPage, pageOf, problem, running, signIn, submitAs, tokenOf } from "./browser.mjs";

async function open(page, name) {
  await page.goto(page.url().replace(/#.*|$/, "#/accounts?provider=110012345A"));
  await button(page, "Search").click();
  await button(page, name).click();
  await page.getByLabel("PIN").waitFor();
}

test("Cancel Service leaves the panel, warns of unsaved changes and records nothing", async () => {
  const page = await pageOf("mhughes1");
  await open(page, "Doe, John");
  await page.getByLabel("Zip Code").fill("99999");
  const commands = [];
  page.on("request", (request) => request.url().endsWith("/v1/commands") && commands.push(request.url()));
  await button(page, "Cancel Service").click();
  await button(page, "Stay here").click();
  assert.equal(await page.getByLabel("Zip Code").inputValue(), "99999");
  await button(page, "Cancel Service").click();
  await button(page, "Leave without saving").click();
  await heading(page, "Subordinates Search").waitFor();
  assert.deepEqual(commands, []);
  await page.context().close();
});

test("Return to Search Results finds them as they were", async () => {
  const page = await pageOf("mhughes1");
  await page.goto(page.url().replace(/#.*|$/, "#/accounts?provider=110012345A"));
  await page.getByLabel("Last Name").fill("do");
  await button(page, "Search").click();
  await button(page, "Doe, John").click();
  await button(page, "Return to Search Results").click();
  await page.getByText("1 subordinate.").waitFor();
  assert.equal(await page.getByLabel("Last Name").inputValue(), "do");
  await page.context().close();
});

test("A search without results says so", async () => {
  const page = await pageOf("mhughes1");
  await page.goto(page.url().replace(/#.*|$/, "#/accounts?provider=110012345A"));
  await page.getByLabel("First Name").fill("nobody");
  await button(page, "Search").click();
  await page.getByText("No subordinate of this provider matches.").waitFor();
  await page.context().close();
});

test("Two people edit at once: the second is told what changed and by whom, and loses nothing typed", async () => {
  const mary = await pageOf("mhughes1");
  const ana = await pageOf("arivera1");
  await open(mary, "Doe, John");
  await open(ana, "Doe, John");
  await ana.getByLabel("Zip Code").fill("01001");
  await button(ana, "Assign View Provider Contracts").click();
  await button(ana, "Submit").click();
  await heading(ana, "Confirmation").waitFor();
  await mary.getByLabel("Zip Code").fill("01002");
  await mary.getByLabel("Email Address").fill("new@mercy.example");
  await button(mary, "Assign Claims Submission and Status").click();
  await button(mary, "Submit").click();
  const told = mary.getByText("Somebody else has changed this account meanwhile");
  await told.waitFor();
  const alert = mary.locator(".usa-alert", { has: told });
  assert.ok(await hasFocus(alert));
  await alert.getByText("Changed particulars, by arivera1 (Rivera, Ana). Zip Code").waitFor();
  assert.match(await alert.innerText(), /granted View Provider Contracts/);
  assert.equal(await mary.getByLabel("Zip Code").inputValue(), "01002");
  assert.equal(await mary.getByLabel("Email Address").inputValue(), "new@mercy.example");
  await mary.getByText("Now: 01001").waitFor();
  await button(mary, "Take away View Provider Contracts").waitFor();
  await button(mary, "Take away Claims Submission and Status").waitFor();
  await assertAccessible(mary, "a conflict");
  await button(mary, "Submit").click();
  await heading(mary, "Confirmation").waitFor();
  assert.match(await mary.locator(".facts").innerText(), /Granted\s+Claims Submission and Status/);
  await mary.context().close();
  await ana.context().close();
});

test("What changes elsewhere in the account is no conflict", async () => {
  const page = await pageOf("mhughes1");
  await open(page, "Poe, Jane");
  const token = running.run("token", "create", "--role", "submitter", "--name", "portal");
  const answer = await fetch(new URL("/v1/commands", page.url()), {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ type: "record_sign_in", command_id: "elsewhere", username: "jpoe1", at: "2024-01-01", success: true }),
  });
  assert.equal(answer.status, 200);
  await page.getByLabel("Zip Code").fill("01010");
  await button(page, "Submit").click();
  await page.getByText("The account was updated").waitFor();
  await page.context().close();
});

test("The last backup is not taken away without a warning", async () => {
  const page = await pageOf("mhughes1");
  await open(page, "Rivera, Ana");
  await button(page, "Take away Primary Portal User").click();
  await page.getByText("This is the last backup Primary User").waitFor();
  await button(page, "Submit").click();
  await page.getByRole("dialog").getByText("nobody could stand in").waitFor();
  await button(page, "Stay here").click();
  await button(page, "Cancel Service").click();
  await button(page, "Leave without saving").click();
  await page.context().close();
});

test("Who could stand in is looked at again before the last one of them is removed", async () => {
  const officer = running.run("token", "create", "--role", "officer", "--name", "agency");
  const portal = running.run("token", "create", "--role", "submitter", "--name", "terms");
  let sent = 0;
  const send = async (token, command) => {
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    const body = JSON.stringify({ command_id: `stand-in-${++sent}`, ...command });
    const answer = await fetch(new URL("/v1/commands", page.url()), { method: "POST", headers, body });
    assert.equal(answer.status, 200, await answer.text());
  };
  const page = await pageOf("mhughes1");
  await open(page, "Doe, John");
  await button(page, "Assign Primary Portal User").click();
  await button(page, "Submit").click();
  await heading(page, "Confirmation").waitFor();
  await button(page, "Close").click();
  await send(portal, { type: "accept_terms", username: "jdoe1", terms_version: "2023-03" });
  await open(page, "Doe, John"); // Two could stand in.
  await send(officer, { type: "disable_account", username: "arivera1", reason: "away" });
  await button(page, "Remove").click();
  await page.getByRole("dialog").getByText("nobody could stand in").waitFor();
  await button(page, "Stay here").click();
  await send(officer, { type: "enable_account", username: "arivera1", reason: "back" });
  await button(page, "Take away Primary Portal User").click();
  await button(page, "Submit").click(); // Another one is there again, and nothing is asked.
  await heading(page, "Confirmation").waitFor();
  await page.context().close();
});

test("Nobody changes their own services", async () => {
  const page = await pageOf("arivera1");
  await open(page, "Rivera, Ana");
  await page.getByText("nobody changes their own services").waitFor();
  assert.ok(await button(page, "Take away Primary Portal User").isDisabled());
  await page.context().close();
});

test("The panel is worked by the keyboard alone", async () => {
  const page = await pageOf("mhughes1");
  await open(page, "Poe, Jane");
  await button(page, "Assign View Provider Reports").focus();
  await page.keyboard.press("Enter");
  const moved = button(page, "Take away View Provider Reports");
  await moved.waitFor();
  await page.waitForFunction(() => document.activeElement?.getAttribute("data-service") === "view_provider_reports");
  assert.notEqual(await moved.evaluate((element) => getComputedStyle(element).outlineStyle), "none", "the focus is visible");
  await page.keyboard.press("Enter");
  await button(page, "Assign View Provider Reports").waitFor();
  await page.context().close();
});

test("What others have done meanwhile is told before a password is reset, too", async () => {
  const page = await pageOf("mhughes1");
  await open(page, "Poe, Jane");
  await submitAs("arivera1", { type: "assign_services", provider: "110012345A", username: "jpoe1", services: ["manage_referrals", "view_provider_contracts"] });
  await button(page, "Reset Password").click();
  const told = page.getByRole("status").filter({ hasText: "Somebody else has changed this account meanwhile" });
  await told.getByText("Changed services, by arivera1").waitFor();
  assert.equal(await heading(page, "Confirmation").count(), 0);
  await button(page, "Take away View Provider Contracts").waitFor();
  // The control: of what the panel does not show nothing is told.
  await submitAs("submitter:portal", { type: "record_sign_in", username: "jpoe1", at: "2024-01-02", success: true });
  await button(page, "Reset Password").click();
  await page.getByText("The password was reset").waitFor();
  await page.context().close();
});

test("What Remove means is looked at again before somebody is removed", async () => {
  const page = await pageOf("mhughes1");
  await open(page, "Poe, Jane");
  await page.getByText("It is the last provider that Poe, Jane is linked to").waitFor();
  await submitAs("aortega1", { type: "link_subordinate", provider: "110067890B", username: "jpoe1", services: ["manage_referrals"] });
  await button(page, "Remove").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("It is the last provider").waitFor();
  await dialog.getByRole("button", { name: "Remove" }).click();
  await page.getByText("Access at other providers stays.").waitFor();
  await dialog.getByText("Remove takes Poe, Jane off the list of 110012345 A alone.").waitFor();
  assert.equal(await dialog.getByText("It is the last provider").count(), 0);
  await button(page, "Stay here").click();
  await submitAs("aortega1", { type: "remove_subordinate", provider: "110067890B", username: "jpoe1" });
  await page.context().close();
});

test("An account that others change all the time is told to be so", async () => {
  const page = await pageOf("mhughes1");
  await open(page, "Poe, Jane");
  let sent = 0;
  await page.route("**/v1/commands", (route) => (++sent, route.fulfill(problem(412, "version_conflict", "It has changed since.", { field: "If-Match", outcome: { status: "refused" } }))));
  await page.getByLabel("Zip Code").fill("01012");
  await button(page, "Submit").click();
  const alert = page.getByRole("alert");
  await alert.getByText("It has changed since.").waitFor();
  await alert.getByText("Request req-7f3a.").waitFor();
  assert.equal(sent, 3);
  assert.equal(await page.getByLabel("Zip Code").inputValue(), "01012");
  await page.context().close();
});

test("A confirmation that cannot read what was recorded says so, and reads it again", async () => {
  const page = await pageOf("mhughes1");
  await open(page, "Poe, Jane");
  await button(page, "Assign View Provider Reports").click();
  await page.route("**/v1/audit/trail?*", (route) => route.fulfill(problem(503, "not_caught_up", "The views have not taken in that position yet; ask again.")));
  await button(page, "Submit").click();
  await page.getByText("The account was updated").waitFor();
  await page.getByText("What was recorded cannot be read now").waitFor();
  const facts = page.locator(".facts");
  assert.match(await facts.innerText(), /Event\s+\d+[^]*Command\s+[0-9a-f-]{36}/);
  assert.doesNotMatch(await facts.innerText(), /Granted|Revoked|Nothing/);
  await assertAccessible(page, "a confirmation without what was recorded");
  await page.unroute("**/v1/audit/trail?*");
  await button(page, "Try again").click();
  await page.getByText("Granted", { exact: true }).waitFor();
  assert.match(await facts.innerText(), /Granted\s+View Provider Reports\s+Revoked\s+Nothing/);
  assert.equal(await page.getByText("cannot be read now").count(), 0);
  await page.context().close();
});

// As it comes from what stands between the browser and the node, or from a connection that broke.
const cutOff = {
  "comes from somebody in between": { status: 502, contentType: "text/html", body: "<html>Bad gateway</html>" },
  "comes from somebody in between, as JSON": { status: 502, contentType: "application/json", body: '{"message":"Bad gateway"}' },
  "breaks off": { status: 200, contentType: "application/json", body: '{"status":"acc' },
};
for (const [index, [what, broken]] of Object.entries(cutOff).entries()) {
  test(`A command whose answer ${what} is sent again under the same id, and happens once`, async () => {
    const page = await pageOf("mhughes1");
    await page.goto(page.url().replace(/#.*|$/, "#/accounts?provider=110012345A"));
    await button(page, "Create Subordinate").click();
    const name = `Cut${"abc"[index]}`;
    const typed = { "Last Name": name, "First Name": "Off", "Date of Birth": `10/0${index + 1}`, PIN: "0042", "Email Address": "cut@mercy.example", "Zip Code": "02302" };
    for (const [label, value] of Object.entries(typed)) await page.getByLabel(label).fill(value);
    await button(page, "Assign Manage Referrals").click();
    const ids = [];
    await page.route("**/v1/commands", async (route) => {
      ids.push(route.request().headers()["idempotency-key"]);
      if (ids.length === 2) return route.fulfill(problem(429, "rate_exceeded", "So much at a time is not taken."));
      if (ids.length > 2) return route.continue();
      // Asked with the token, because a cookie counts in the browser's own requests alone.
      const answer = await route.fetch({ headers: { ...route.request().headers(), authorization: `Bearer ${tokenOf("mhughes1")}` } });
      assert.equal(answer.status(), 200, await answer.text());
      await route.fulfill(broken);
    });
    await button(page, "Submit").click();
    await page.getByRole("alert").getByText("What the node answered cannot be read.").waitFor();
    await button(page, "Submit").click();
    await page.getByRole("alert").getByText("So much at a time is not taken.").waitFor(); // Which says nothing of the first attempt.
    await button(page, "Submit").click();
    await page.getByText("The account was created").waitFor();
    assert.deepEqual(ids, [ids[0], ids[0], ids[0]]);
    await button(page, "Close").click();
    const made = page.getByRole("button", { name: `${name}, Off` });
    await made.first().waitFor();
    assert.equal(await made.count(), 1);
    await page.context().close();
  });
}

test("That somebody is another person is said of that person alone", async () => {
  const page = await pageOf("mhughes1");
  await page.goto(page.url().replace(/#.*|$/, "#/accounts?provider=110012345A"));
  await button(page, "Create Subordinate").click();
  const fill = async (typed) => {
    for (const [label, value] of Object.entries(typed)) await page.getByLabel(label).fill(value);
  };
  await fill({ "Last Name": "Poe", "First Name": "Jane", "Date of Birth": "01/19", PIN: "0042", "Email Address": "jane@mercy.example", "Zip Code": "02302" });
  await button(page, "Assign Manage Referrals").click();
  await button(page, "Submit").click();
  await page.getByLabel("This is another person").check();
  await fill({ "Last Name": "Rivera", "First Name": "Ana", "Date of Birth": "05/30", "Email Address": "ana@mercy.example" });
  assert.equal(await page.getByLabel("This is another person").isChecked(), false);
  const [asked] = await Promise.all([page.waitForRequest("**/v1/commands"), button(page, "Submit").click()]);
  assert.equal(asked.postDataJSON().allow_duplicate, undefined);
  await page.getByText("There may be such an account already").waitFor();
  await page.context().close();
});

test("Of a field that the node finds wrong the problem's title and request are told too", async () => {
  const page = await pageOf("mhughes1");
  await open(page, "Poe, Jane");
  await page.route("**/v1/commands", (route) => route.fulfill(problem(400, "malformed", "What was sent is not of the form that is asked for.", { field: "zip", detail: "expected five digits" })));
  await page.getByLabel("Zip Code").fill("01013");
  await button(page, "Submit").click();
  const alert = page.getByRole("alert");
  await alert.getByRole("link", { name: "Zip Code: expected five digits" }).waitFor();
  await alert.getByText("What was sent is not of the form that is asked for.").waitFor();
  await alert.getByText("Request req-7f3a.").waitFor();
  assert.ok(await hasFocus(alert));
  await page.context().close();
});

test("More results that could not be had are there when they are asked for again", async () => {
  const page = await pageOf("mhughes1");
  const row = (username) => ({ username, last_name: username, first_name: "A", services: [], usable: true, changed_at: "2024-01-01T00:00:00Z", name: "known" });
  const answers = [{ rows: [row("first")], true_of: "41", next: "behind" }, null, { rows: [row("second")], true_of: "41" }];
  await page.route("**/v1/audit/roster?*", (route) => {
    const body = answers.shift();
    return body ? route.fulfill({ contentType: "application/json", body: JSON.stringify(body) }) : route.fulfill(problem(503, "overloaded", "The node has too much to do."));
  });
  await page.goto(page.url().replace(/#.*|$/, "#/accounts?provider=110012345A"));
  await button(page, "Search").click();
  await button(page, "Show more").click();
  await page.getByRole("alert").getByText("The node has too much to do.").waitFor();
  await button(page, "Show more").click();
  await button(page, "second, A").waitFor();
  assert.equal(await page.getByRole("alert").count(), 0);
  await page.context().close();
});

test("Whoever leaves a panel with unsaved changes is asked, whichever way they go", async () => {
  const page = await pageOf("mhughes1");
  await open(page, "Poe, Jane");
  const zip = page.getByLabel("Zip Code");
  await zip.fill("99999");
  const home = page.getByRole("navigation").getByRole("link", { name: "Home" });
  const provider = page.getByLabel("Provider", { exact: true });
  const ways = {
    "another provider": () => provider.selectOption(""),
    "a link": () => home.click(),
    Back: () => page.goBack(),
    "the address": () => page.evaluate(() => (location.hash = "#/audit/history")),
    "signing out": () => button(page, "Sign out").click(),
  };
  for (const [way, go] of Object.entries(ways)) {
    await go();
    await assert.doesNotReject(heading(page, "Leave without saving?").waitFor({ timeout: 20_000 }), way);
    await button(page, "Stay here").click();
    assert.equal(await zip.inputValue(), "99999", way);
    assert.equal(await provider.inputValue(), "110012345A", way);
    assert.match(page.url(), /#\/accounts\?provider=110012345A$/, way);
  }
  await home.click();
  await button(page, "Leave without saving").click();
  await heading(page, "Home").waitFor();
  // The control: whoever has changed nothing goes.
  await open(page, "Poe, Jane");
  await home.click();
  await heading(page, "Home").waitFor();
  await page.context().close();
});

test("Terms that come while a panel is open are shown over it, and what was typed stays", async () => {
  const page = await pageOf("mhughes1");
  await open(page, "Poe, Jane");
  await page.getByLabel("Zip Code").fill("01014");
  await submitAs("officer:agency", { type: "publish_terms", terms_version: "2027-01" });
  await button(page, "Submit").click();
  await heading(page, "Terms and Conditions").waitFor();
  assert.equal(await page.getByLabel("Zip Code").isVisible(), false);
  for (const username of ["arivera1", "aortega1"]) await submitAs("submitter:portal", { type: "accept_terms", username, terms_version: "2027-01" });
  await button(page, "I accept").click();
  await button(page, "Submit").click();
  await page.getByText("The account was updated").waitFor();
  assert.match(await page.locator(".facts").innerText(), /Changed\s+Zip Code/);
  await page.context().close();
});

test("The terms are accepted at the first sign-in", async () => {
  const page = await newPage();
  await signIn(page, "nnewman1");
  await heading(page, "Terms and Conditions").waitFor();
  await assertAccessible(page, "the terms");
  await button(page, "I accept").click();
  await button(page, "Sign out").waitFor();
  await page.getByText("Mercy Clinic").waitFor();
  await page.context().close();
});
