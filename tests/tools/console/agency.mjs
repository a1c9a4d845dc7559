// Accounts, for officers: found by a name, locked and unlocked on record, and two officers at once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { address, assertAccessible, button, hasFocus, pageOf } from "./browser.mjs";

const open = async (page, user) => {
  await page.goto(`${address}/console#/agency/accounts?user=${user}`);
  await page.getByRole("heading", { name: "What the agency may do" }).waitFor();
};

test("An officer finds somebody, locks the account with a reason, and is told where that is on record", async () => {
  const page = await pageOf("officer:agency");
  await page.getByRole("navigation").getByRole("link", { name: "Accounts", exact: true }).click();
  await page.getByRole("textbox", { name: "Provider" }).fill("110012345A");
  await page.getByLabel("Last Name").fill("po");
  await button(page, "Search").click();
  await assertAccessible(page, "an officer's search");
  await page.getByRole("link", { name: "Poe, Jane" }).click();
  await button(page, "Lock").click();
  await button(page, "Lock").click();
  await page.getByRole("alert").getByText("Reason: This is needed.").waitFor();
  await page.getByLabel("Reason").fill("suspected_misuse");
  await assertAccessible(page, "an account, as an officer sees it");
  await button(page, "Lock").click();
  const told = page.locator(".usa-alert", { hasText: "The account was locked" });
  await told.getByText(/^Recorded as event \d+\.$/).waitFor();
  assert.ok(await hasFocus(told));
  await page.getByRole("heading", { name: /Poe, Jane.*Locked/ }).waitFor();
  assert.equal(await button(page, "Lock").count(), 0);
  await button(page, "Unlock").click();
  await page.getByLabel("Reason").fill("cleared");
  await button(page, "Unlock").click();
  await page.getByText("The account was unlocked").waitFor();
  await page.context().close();
});

test("Of two officers at once the second is told, loses nothing typed, and goes on from what is there", async () => {
  const first = await pageOf("officer:agency");
  const second = await pageOf("officer:agency");
  await open(first, "jpoe1");
  await open(second, "jpoe1");
  await button(second, "Disable").click();
  await second.getByLabel("Reason").fill("not_used");
  await button(first, "Lock").click();
  await first.getByLabel("Reason").fill("suspected_misuse");
  await button(first, "Lock").click();
  await first.getByText("The account was locked").waitFor();
  await button(second, "Disable").click();
  await second.getByRole("alert").getByText(/version/i).first().waitFor();
  assert.equal(await second.getByLabel("Reason").inputValue(), "not_used");
  await second.getByRole("heading", { name: /Poe, Jane.*Locked/ }).waitFor();
  await button(second, "Disable").click();
  await second.getByText("The account was disabled").waitFor();
  for (const action of ["Unlock", "Enable"]) {
    await button(second, action).click();
    await second.getByLabel("Reason").fill("cleared");
    await button(second, action).click();
    await second.getByText(`The account was ${action.toLowerCase()}`).waitFor();
  }
  await first.context().close();
  await second.context().close();
});

test("An officer changes what is said of a Primary User, and of nobody whose home does that", async () => {
  const page = await pageOf("officer:agency");
  await open(page, "jpoe1");
  await page.getByText("changed by the administrators of its home").waitFor();
  for (const action of ["Change the particulars", "Reset Password"]) assert.equal(await button(page, action).count(), 0, action);
  await open(page, "aortega1");
  await page.getByText("Primary User", { exact: true }).waitFor();
  await button(page, "Change the particulars").click();
  assert.equal(await page.getByLabel("PIN").inputValue(), "", "blank keeps it");
  assert.equal(await button(page, "Remove").count(), 0);
  await page.getByLabel("Zip Code").fill("2139");
  await button(page, "Submit").click();
  await page.getByRole("alert").getByText(/Zip Code: .*zero/).waitFor();
  await page.getByLabel("Zip Code").fill("02139");
  await assertAccessible(page, "what an officer changes of a person");
  await button(page, "Submit").click();
  await page.getByText("Zip Code", { exact: true }).waitFor(); // Of the Confirmation: what has changed.
  await button(page, "Close").click();
  await page.getByText("02139").waitFor();
  await page.context().close();
});

const register = (page, provider) =>
  page.evaluate(
    (body) => fetch("/v1/commands", { method: "POST", headers: { "Muniment-Console": "1", "Content-Type": "application/json" }, body }).then((answer) => answer.status),
    JSON.stringify({ type: "register_provider", command_id: `register-${provider}`, provider, kind: "provider", organization: "Hill Health", name: "Hill Clinic" }),
  );

test("An officer assigns a Primary User: a new person, then another one; and the second of two officers is told", async () => {
  const page = await pageOf("officer:agency");
  assert.equal(await register(page, "110055555C"), 200);
  await page.goto(`${address}/console#/agency/accounts`);
  await page.getByRole("textbox", { name: "Provider" }).fill("110055555 c");
  await button(page, "Search").click();
  await page.getByRole("link", { name: "110055555 C itself, and its Primary User" }).click();
  await page.getByRole("heading", { name: "Hill Clinic" }).waitFor();
  await button(page, "Assign another Primary User").click();
  await page.getByLabel("Who").selectOption("new");
  await button(page, "Assign another Primary User").click();
  await page.getByRole("alert").getByText("Last Name: This is needed.").waitFor();
  for (const [label, value] of Object.entries({ "Last Name": "Hill", "First Name": "Hana", "Date of Birth": "02/03", PIN: "0042", "Email Address": "hana@hill.example", "Zip Code": "02139" }))
    await page.getByLabel(label).fill(value);
  await assertAccessible(page, "a Primary User is assigned");
  await button(page, "Assign another Primary User").click();
  await page.getByText("hhill1 is Primary User").waitFor();

  // Somebody else assigns another one while the form is open.
  const second = await pageOf("officer:agency");
  await second.goto(`${address}/console#/agency/accounts?provider=110055555C`);
  for (const one of [page, second]) {
    await button(one, "Assign another Primary User").click();
    await one.getByText("hhill1 is Primary User now, and is removed").waitFor();
  }
  await page.getByLabel("Username").fill("arivera1");
  await second.getByLabel("Username").fill("lchen1");
  await button(page, "Assign another Primary User").click();
  await page.getByText("arivera1 is Primary User").first().waitFor();
  await button(second, "Assign another Primary User").click();
  await second.getByText("When you began, hhill1 was Primary User; now arivera1 is.").waitFor();
  assert.equal(await second.getByLabel("Username").inputValue(), "lchen1");
  await button(second, "Assign another Primary User").click();
  await second.getByText("lchen1 is Primary User").first().waitFor();
  await second.context().close();
  await page.context().close();
});

test("Who is no officer is not offered the agency's accounts", async () => {
  const page = await pageOf("auditor:kim");
  await page.goto(`${address}/console#/agency/accounts?user=arivera1`);
  await page.getByText("There is no such page for you.").waitFor();
  assert.equal(await page.getByRole("link", { name: "Accounts", exact: true }).count(), 0);
  await page.context().close();
});

test("A form that takes a button's place has the focus, and gives it back", async () => {
  const page = await pageOf("officer:agency");
  await page.goto(`${address}/console#/agency/accounts?user=aortega1`);
  await button(page, "Terminate").click();
  assert.ok(await hasFocus(page.getByLabel("Reason")));
  await button(page, "Cancel").click();
  assert.ok(await hasFocus(button(page, "Terminate")));
  await page.goto(`${address}/console#/agency/accounts?provider=110067890B`);
  await button(page, "Assign another Primary User").click();
  assert.ok(await hasFocus(page.getByLabel("Who")));
  await button(page, "Cancel").click();
  assert.ok(await hasFocus(button(page, "Assign another Primary User")));
  await page.context().close();
});
