// Both job aids, step by step as they are written.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, button, hasFocus, heading, pageOf } from "./browser.mjs";

// Steps 1 to 3, which all of the job aids begin with.
async function chooseProvider(page, provider) {
  const administer = button(page, "Administer Account");
  if ((await administer.getAttribute("aria-expanded")) === "false") await administer.click();
  await page.getByRole("navigation").getByRole("link", { name: "Manage Subordinate Accounts" }).click();
  await page.getByLabel("Provider").selectOption(provider);
}

// And steps 4 and 5.
async function openSubordinate(page, provider, name) {
  await chooseProvider(page, provider);
  await button(page, "Search").click();
  await button(page, name).click();
  await heading(page, "Update Subordinate").waitFor();
  await page.getByLabel("PIN").or(page.getByText("Another provider created this account")).first().waitFor();
}

async function confirmed(page, what) {
  await heading(page, "Confirmation").waitFor();
  await page.getByText(what, { exact: true }).waitFor();
  assert.ok(await hasFocus(heading(page, "Confirmation")), "the focus is on the confirmation");
  return page.locator(".facts").innerText();
}

test("Update Accounts: update a subordinate account", async () => {
  const page = await pageOf("mhughes1");
  await openSubordinate(page, "110012345A", "Doe, John");
  assert.equal(await page.getByLabel("Last Name").inputValue(), "Doe");
  assert.equal(await page.getByLabel("Date of Birth").inputValue(), "07/04");
  assert.equal(await page.getByLabel("PIN").inputValue(), "", "a PIN is never shown");
  await assertAccessible(page, "the Update panel");
  await button(page, "Assign Manage Referrals").click();
  await button(page, "Take away View Provider Reports").click();
  await page.getByText("Submit will grant Doe, John: Manage Referrals.").waitFor();
  await page.getByText("Submit will revoke from Doe, John: View Provider Reports.").waitFor();
  await button(page, "Submit").click();
  const facts = await confirmed(page, "The account was updated");
  assert.match(facts, /Doe, John jdoe1/);
  assert.match(facts, /110012345 A Mercy Clinic/);
  assert.match(facts, /Granted\s+Manage Referrals/);
  assert.match(facts, /Revoked\s+View Provider Reports/);
  assert.match(facts, /Time\s+.* UTC/);
  assert.match(facts, /Event\s+\d+/);
  await assertAccessible(page, "the Confirmation panel");
  await page.getByText("Receipt", { exact: true }).click();
  assert.match(await page.locator("pre").innerText(), /"type": "services_assigned"/);
  await button(page, "Close").click();
  await heading(page, "Subordinates Search Results").waitFor();
  await page.context().close();
});

test("Update Accounts: a typed particular and a PIN are changed, and a blank PIN is kept", async () => {
  const page = await pageOf("mhughes1");
  await openSubordinate(page, "110012345A", "Doe, John");
  await page.getByLabel("Zip Code").fill("02139");
  await button(page, "Submit").click();
  assert.match(await confirmed(page, "The account was updated"), /Changed\s+Zip Code/);
  await button(page, "Close").click();
  await button(page, "Doe, John").click();
  await page.getByLabel("PIN").fill("9876");
  await button(page, "Submit").click();
  assert.match(await confirmed(page, "The account was updated"), /Changed\s+PIN/);
  await page.context().close();
});

test("Update Accounts: reset a subordinate account password", async () => {
  const page = await pageOf("mhughes1");
  await openSubordinate(page, "110012345A", "Poe, Jane");
  await button(page, "Reset Password").click();
  const facts = await confirmed(page, "The password was reset");
  assert.match(facts, /Poe, Jane jpoe1/);
  assert.match(await page.locator(".credential").innerText(), /^([0-9A-Z]{5}-){3}[0-9A-Z]{5}$/);
  await button(page, "Close").click();
  await heading(page, "Subordinates Search Results").waitFor();
  assert.equal(await page.locator(".credential").count(), 0, "it is shown once");
  await page.context().close();
});

test("Update Accounts: remove a subordinate account from a provider", async () => {
  const page = await pageOf("mhughes1");
  await openSubordinate(page, "110012345A", "Chen, Lee");
  await page.getByText("Remove takes Chen, Lee off the list of 110012345 A alone.").waitFor();
  await button(page, "Remove").click();
  // It is the last link, so the panel says what that means.
  const dialog = page.getByRole("dialog");
  await dialog.getByText("the account cannot sign in afterwards").waitFor();
  await assertAccessible(page, "the dialog");
  await dialog.getByRole("button", { name: "Remove" }).click();
  const facts = await confirmed(page, "The account was removed from this provider");
  assert.match(facts, /Revoked\s+Manage Referrals/);
  await button(page, "Close").click();
  await heading(page, "Subordinates Search Results").waitFor();
  assert.equal(await button(page, "Chen, Lee").count(), 0);
  await page.context().close();
});

test("Update Accounts: create a subordinate account", async () => {
  const page = await pageOf("mhughes1");
  await chooseProvider(page, "110012345A");
  await button(page, "Create Subordinate").click();
  await heading(page, "Create Subordinate").waitFor();
  await assertAccessible(page, "the Create panel");
  await button(page, "Submit").click();
  const summary = page.getByRole("alert");
  await summary.getByText("Some fields need your attention").waitFor();
  assert.ok(await hasFocus(summary), "the focus is on the summary of errors");
  await page.getByLabel("Last Name").fill("Smith");
  await page.getByLabel("First Name").fill("Zoë");
  await page.getByLabel("Date of Birth").fill("12/31");
  await page.getByLabel("PIN").fill("0042");
  await page.getByLabel("Email Address").fill("zoe@mercy.example");
  await page.getByLabel("Zip Code").fill("2302");
  await button(page, "Assign Claims Submission and Status").click();
  await button(page, "Submit").click();
  await summary.getByText("Four may have lost their zero in front").waitFor();
  assert.equal(await page.getByLabel("Last Name").inputValue(), "Smith", "what was typed stays");
  await page.getByLabel("Zip Code").fill("02302");
  await button(page, "Submit").click();
  const facts = await confirmed(page, "The account was created");
  assert.match(facts, /Smith, Zoë zsmith1/);
  assert.match(facts, /Granted\s+Claims Submission and Status/);
  await page.context().close();
});

test("Link Accounts: link a subordinate account to a provider", async () => {
  const page = await pageOf("aortega1");
  await chooseProvider(page, "110067890B");
  await button(page, "Link Subordinate").click();
  await heading(page, "Link Subordinate").waitFor();
  await assertAccessible(page, "the Link panel");
  await page.getByLabel("Username").fill("jpoe1");
  await button(page, "Assign Manage Member Eligibility").click();
  await button(page, "Submit").click();
  const facts = await confirmed(page, "The account was linked");
  assert.match(facts, /jpoe1/);
  assert.match(facts, /110067890 B Harbor Family Health/);
  assert.match(facts, /Granted\s+Manage Member Eligibility/);
  await button(page, "Close").click();
  // From here the person's particulars are another provider's, and so is the password.
  await button(page, "Poe, Jane").click();
  await page.getByText("Another provider created this account").waitFor();
  assert.equal(await page.getByLabel("PIN").count(), 0);
  await button(page, "Take away Manage Member Eligibility").click();
  await button(page, "Submit").click();
  assert.match(await confirmed(page, "The account was updated"), /Revoked\s+Manage Member Eligibility/);
  await button(page, "Close").click();
  // Where else somebody of another home is linked is not told here, so nobody is told that this link is the last one.
  await button(page, "Poe, Jane").click();
  await page.getByText("If it is the last one, the account cannot sign in afterwards.").waitFor();
  assert.equal(await page.getByText("It is the last provider").count(), 0);
  await button(page, "Remove").click();
  assert.match(await confirmed(page, "The account was removed from this provider"), /110067890 B Harbor Family Health/);
  await page.context().close();
});

test("Link Accounts: an unknown username is refused as one that is not to be had, and what was typed stays", async () => {
  const page = await pageOf("aortega1");
  await chooseProvider(page, "110067890B");
  await button(page, "Link Subordinate").click();
  await page.getByLabel("Username").fill("nobody99");
  await button(page, "Assign Manage Member Eligibility").click();
  await button(page, "Submit").click();
  const alert = page.getByRole("alert");
  await alert.getByText(/Request [0-9a-f]+-[0-9a-f]+/).waitFor();
  assert.ok(await hasFocus(alert));
  assert.equal(await page.getByLabel("Username").inputValue(), "nobody99");
  await page.context().close();
});
