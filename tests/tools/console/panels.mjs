// What the panels do beyond the job aids' steps.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, button, hasFocus, heading, newPage, pageOf, running, signIn, submitAs } from "./browser.mjs";

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
