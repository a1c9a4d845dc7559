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

test("Who is no officer is not offered the agency's accounts", async () => {
  const page = await pageOf("auditor:kim");
  await page.goto(`${address}/console#/agency/accounts?user=jpoe1`);
  await page.getByText("There is no such page for you.").waitFor();
  assert.equal(await page.getByRole("link", { name: "Accounts", exact: true }).count(), 0);
  await page.context().close();
});
