// The auditor's desk: access history, as-of and findings.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { address, assertAccessible, button, heading, pageOf } from "./browser.mjs";

const at = (page, hash) => page.goto(`${address}/console${hash}`);
const cells = (page, number) => page.locator(`tbody tr > :nth-child(${number})`).allInnerTexts();

test("Access history shows what happened, and the address keeps what was looked for", async () => {
  const page = await pageOf("auditor:kim");
  await page.getByRole("navigation").getByRole("link", { name: "Access History" }).click();
  await page.getByLabel("Username").fill("jpoe1");
  await page.getByLabel("Kind of event").selectOption("subordinate_created");
  await button(page, "Show").click();
  await page.getByText("1 event.").waitFor();
  assert.match((await cells(page, 2))[0], /Created the account\s+granted Manage Referrals/);
  assert.match((await cells(page, 4))[0], /^mhughes1$/);
  assert.match(page.url(), /#\/audit\/history\?.*user=jpoe1/);
  await assertAccessible(page, "access history");
  await page.reload();
  await page.getByText("1 event.").waitFor();
  assert.equal(await page.getByLabel("Username").inputValue(), "jpoe1");
  await button(page, "Clear").click();
  await page.getByText("1 event.").waitFor({ state: "detached" });
  await page.goBack();
  await page.getByText("1 event.").waitFor();
  await page.context().close();
});

test("A drawer tells who, when, what was held before and after, and the record itself", async () => {
  const page = await pageOf("auditor:kim");
  await at(page, "#/audit/history?asked=1&user=arivera1&type=subordinate_created");
  await button(page, "Created the account").click();
  const drawer = page.getByRole("dialog");
  await drawer.getByText("Services held").waitFor();
  const facts = (await drawer.locator(".facts").allInnerTexts()).join("\n");
  assert.match(facts, /Done by\s+mhughes1/);
  assert.match(facts, /By right of\s+Primary user/);
  assert.match(facts, /Before\s+Nothing/);
  assert.match(facts, /After\s+Primary Portal User/);
  await drawer.getByText("The record as JSON").click();
  assert.match(await drawer.locator("pre").innerText(), /"type": "subordinate_created"/);
  await assertAccessible(page, "the drawer");
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "detached" });
  await page.context().close();
});

test("Refused attempts are found by themselves", async () => {
  const page = await pageOf("officer:agency");
  await at(page, "#/audit/history");
  await page.getByLabel("Refused attempts only").check();
  await button(page, "Show").click();
  await page.getByText(/As of event/).waitFor();
  for (const what of await cells(page, 2)) assert.match(what, /Attempt was refused/);
  await page.context().close();
});

test("A long answer comes in windows, and paper has the whole of it", async () => {
  const page = await pageOf("auditor:kim");
  await at(page, "#/audit/history?asked=1&user=jpoe1&type=signed_in");
  await page.getByText("100 events. There are more.").waitFor();
  await page.evaluate(() => (window.print = () => (window.printed = document.querySelectorAll("tbody tr").length)));
  await button(page, "Print the whole answer").click();
  await page.waitForFunction(() => window.printed !== undefined);
  const printed = await page.evaluate(() => window.printed);
  assert.ok(printed >= 120, `${printed} rows`);
  await page.getByText(`${printed} events.`).waitFor();
  await page.context().close();
});

test("An export is the whole answer as a file, and one that is stopped is none", async () => {
  const page = await pageOf("auditor:kim");
  await at(page, "#/audit/history?asked=1&user=jpoe1&type=signed_in");
  await button(page, "Export").waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), button(page, "Export").click()]);
  assert.equal(download.suggestedFilename(), "trail.csv");
  const lines = readFileSync(await download.path(), "utf8").trim().split("\n");
  assert.ok(lines.length > 120, `${lines.length} lines`);
  await page.getByText(/^Done: /).waitFor();
  await page.route("**/v1/export/trail*", () => {});
  await button(page, "Export").click();
  await button(page, "Stop").click();
  await page.getByText("The export was cut off.").waitFor();
  await page.context().close();
});

test("What cannot be is told where it was typed, and nothing is lost", async () => {
  const page = await pageOf("auditor:kim");
  await at(page, "#/audit/history");
  await page.getByLabel("From", { exact: true }).fill("yesterday");
  await button(page, "Show").click();
  await page.getByRole("alert").getByText(/expected a time such as/).waitFor();
  assert.equal(await page.getByLabel("From", { exact: true }).inputValue(), "yesterday");
  await page.context().close();
});

test("As of: who could do what at a moment, and what changed between two", async () => {
  const page = await pageOf("auditor:kim");
  await page.getByRole("navigation").getByRole("link", { name: "As Of" }).click();
  await page.getByLabel("Provider").fill("110012345A");
  await page.getByLabel("Service").selectOption("primary_portal_user");
  await button(page, "Show").click();
  await page.getByText(/services? held\./).waitFor();
  assert.ok((await cells(page, 1)).some((name) => name.startsWith("mhughes1")));
  await assertAccessible(page, "as of");
  await page.getByLabel("At", { exact: true }).fill("2001-01-01");
  await button(page, "Show").click();
  await page.getByText("Nobody held such a service then.").waitFor();
  await page.getByLabel("Compare with").fill("2100-01-01");
  await button(page, "Show").click();
  await page.getByText("Gained").first().waitFor();
  await assertAccessible(page, "a comparison");
  await page.context().close();
});

test("Findings show their evidence, and an auditor says what is done about one", async () => {
  const page = await pageOf("auditor:kim");
  await page.getByRole("navigation").getByRole("link", { name: "Findings" }).click();
  await page.getByText(/findings?\./).first().waitFor();
  const finding = page.locator(".finding").filter({ hasText: "110067890 B" }).filter({ hasText: "No backup" });
  await finding.waitFor();
  await assertAccessible(page, "findings");
  await finding.getByRole("button", { name: /^Event \d+$/ }).first().click();
  await page.getByRole("dialog").getByText("The record as JSON").waitFor();
  await page.keyboard.press("Escape");
  await finding.getByRole("button", { name: "Say what is done about it" }).click();
  await finding.getByLabel("Disposition").selectOption("accepted_risk");
  await finding.getByLabel("Reason").fill("small_office");
  await finding.getByRole("button", { name: "Submit" }).click();
  await finding.getByRole("alert").getByText("Until: This is needed.").waitFor();
  await finding.getByLabel("Until").fill("2100-01-01");
  await assertAccessible(page, "a disposition");
  await finding.getByRole("button", { name: "Submit" }).click();
  await page.getByText("Accepted risk by auditor:kim").waitFor();
  await page.context().close();
});

test("Reviews show who is undecided, and a reviewer decides with a reason", async () => {
  const page = await pageOf("auditor:kim");
  await at(page, "#/audit/reviews");
  await page.getByRole("link", { name: "q4", exact: true }).waitFor();
  await assertAccessible(page, "the reviews");
  await page.getByLabel("State").selectOption("closed");
  await page.getByText("There is no such review.").waitFor();
  await at(page, "#/audit/reviews?review=q4");
  await heading(page, "Review q4").waitFor();
  await page.getByRole("region", { name: "Ortega, Alan" }).waitFor();
  assert.equal(await page.getByRole("button", { name: /^Keep/ }).count(), 0, "who is no reviewer decides nothing");
  await page.context().close();
  const officer = await pageOf("officer:agency");
  await at(officer, "#/audit/reviews?review=q4");
  const alan = officer.getByRole("region", { name: "Ortega, Alan" });
  await alan.getByRole("button", { name: "Keep the access of Ortega, Alan" }).click();
  await alan.getByRole("alert").getByText("A code of a-z").waitFor();
  await alan.getByLabel("Reason").fill("still_needed");
  await assertAccessible(officer, "a review");
  await alan.getByRole("button", { name: "Keep the access of Ortega, Alan" }).click();
  await alan.getByText("Kept").waitFor();
  await officer.context().close();
});

test("Whoever administers a provider sees its history and nobody else's", async () => {
  const page = await pageOf("aortega1");
  await at(page, "#/audit/history?asked=1&provider=110012345A");
  await page.getByRole("alert").getByText("You may not see or do this").waitFor();
  await assertAccessible(page, "a denial");
  await at(page, "#/operations");
  await page.getByText("There is no such page for you.").waitFor();
  assert.equal(await page.getByRole("link", { name: "Operations" }).count(), 0, "what may not be seen is not offered");
  await heading(page, "You may not see or do this").waitFor();
  await page.context().close();
});
