// Every page's states: loading, an error, an answer that is there, one that could not be had anew, an empty one, a denial; its times; and one
// that cannot be shown.
import assert from "node:assert/strict";
import { test } from "node:test";
import { address, assertAccessible, button, heading, pageOf, problem, takeComplaints } from "./browser.mjs";

const overloaded = problem(503, "overloaded", "The node has too much to do.");
const denied = problem(403, "role_denied", "The role of the token may not do that.");
const nothing = { rows: [], true_of: "41" };

// `asked`: what the page asks the node. `there`: what is shown of its answer. `empty`: of one without rows; a page of one thing has none.
const pages = [
  { name: "Manage Subordinate Accounts", who: "mhughes1", hash: "#/accounts?provider=110012345A", asked: "**/v1/audit/roster?*", there: (page) => button(page, "Doe, John"), empty: "No subordinate of this provider matches.", act: async (page) => (await page.getByLabel("Last Name").fill("d"), button(page, "Search").click()), kept: ["Last Name", "d"] },
  { name: "Access History", who: "auditor:kim", hash: "#/audit/history?asked=1&user=jdoe1", asked: "**/v1/audit/trail?*", there: (page) => button(page, "Created the account").first(), empty: "Nothing of this kind is on record.", kept: ["Username", "jdoe1"] },
  { name: "As Of", who: "auditor:kim", hash: "#/audit/as-of?asked=1&provider=110012345A", asked: "**/v1/audit/as-of?*", there: (page) => page.getByRole("rowheader", { name: "mhughes1" }), empty: "Nobody held such a service then.", kept: ["Provider", "110012345A"] },
  { name: "As Of", who: "auditor:kim", hash: "#/audit/as-of?asked=1&provider=110012345A&view=people", asked: "**/v1/audit/as-of?*", there: (page) => page.getByRole("rowheader", { name: "mhughes1" }), empty: "Nobody held such a service then.", kept: ["Provider", "110012345A"] },
  { name: "As Of", who: "auditor:kim", hash: "#/audit/as-of?asked=1&user=jdoe1&view=time", asked: "**/v1/audit/intervals?*", there: (page) => page.getByRole("rowheader", { name: "View Provider Reports" }).first(), empty: "Nothing was held.", kept: ["Username", "jdoe1"] },
  { name: "As Of", who: "auditor:kim", hash: "#/audit/as-of?asked=1&user=jdoe1&at=2001-01-01&compare=2100-01-01", asked: "**/v1/audit/diff?*", there: (page) => page.getByText("Gained").first(), empty: "Nothing changed between the two.", kept: ["Compare with", "2100-01-01"] },
  { name: "Findings", who: "auditor:kim", hash: "#/audit/findings?provider=110067890B", asked: "**/v1/audit/findings?*", there: (page) => page.locator(".finding").first(), empty: "No finding is open.", kept: ["Provider", "110067890B"] },
  { name: "Reviews of Access", who: "auditor:kim", hash: "#/audit/reviews", asked: "**/v1/audit/reviews?*", there: (page) => page.getByRole("link", { name: "q4", exact: true }), empty: "There is no such review." },
  { name: "Review q4", who: "auditor:kim", hash: "#/audit/reviews?review=q4", asked: "**/v1/audit/reviews/q4?*", there: (page) => page.getByRole("region", { name: "Ortega, Alan" }), empty: "Nobody is in this review." },
  { name: "Accounts", who: "officer:agency", hash: "#/agency/accounts", asked: "**/v1/audit/roster?*", there: (page) => page.getByRole("link", { name: "Ortega, Alan" }), empty: "No subordinate of this provider matches.", act: async (page) => (await page.getByRole("textbox", { name: "Provider" }).fill("110067890B"), button(page, "Search").click()), kept: ["Provider", "110067890B"] },
  { name: "Accounts", who: "officer:agency", hash: "#/agency/accounts?user=jdoe1", asked: "**/v1/accounts/jdoe1/profile", there: (page) => page.getByRole("heading", { name: /^Doe, John/ }) },
  { name: "Accounts", who: "officer:agency", hash: "#/agency/accounts?provider=110067890B", asked: "**/v1/providers/110067890B", there: (page) => page.getByRole("heading", { name: "Harbor Family Health" }) },
  { name: "Integrity", who: "auditor:kim", hash: "#/audit/integrity", asked: "**/log/checkpoint", there: (page) => page.getByText("It is signed with this key"), isUnnumbered: true },
  { name: "Operations", who: "operator:ops", hash: "#/operations", asked: "**/v1/stats", there: (page) => page.getByText("The node is ready") },
];

for (const { name, who, hash, asked, there, empty, act, kept, isUnnumbered } of pages) {
  test(`${name} (${hash}) says that it is loading, what went wrong, how old it is, that there is nothing, and that it may not be seen`, async () => {
    const page = await pageOf(who);
    let letThrough;
    const isHeld = new Promise((resolve) => (letThrough = resolve));
    let fulfil = async (route) => (await isHeld, route.fulfill(overloaded));
    await page.route(asked, (route) => fulfil(route));
    await page.goto(`${address}/console${hash}`);
    await page.getByRole("heading", { name, exact: true, level: 1 }).waitFor();
    await act?.(page);
    await page.getByText("Loading…").first().waitFor();
    letThrough();
    const alert = page.getByRole("alert").filter({ hasText: "The node has too much to do." });
    await alert.getByText("Request req-7f3a.").waitFor();
    if (kept) assert.equal(await page.getByLabel(kept[0], { exact: true }).inputValue(), kept[1], "what was typed stays");
    await assertAccessible(page, "an error");
    fulfil = (route) => route.continue();
    await alert.getByRole("button", { name: "Try again" }).click();
    await there(page).waitFor();
    if (!isUnnumbered) {
      await page.getByText(/^As of event [\d,]+\.$/).waitFor();
      for (const time of await page.locator("main time").filter({ visible: true }).allInnerTexts()) assert.match(time, / UTC$/);
      await page.getByLabel(/^Local/).check();
      for (const time of await page.locator("main time").filter({ visible: true }).allInnerTexts()) assert.match(time, / E[SD]T$/);
      fulfil = (route) => route.fulfill(overloaded);
      await button(page, "Refresh").click();
      await page.getByText(/^Could not be asked for again: this is as of event [\d,]+\.$/).waitFor();
      await there(page).waitFor();
      await assertAccessible(page, "an answer that is old");
    }
    if (empty) {
      fulfil = (route) => route.fulfill({ contentType: "application/json", body: JSON.stringify(nothing) });
      await button(page, "Refresh").click();
      await page.getByText(empty).waitFor();
    }
    fulfil = (route) => route.fulfill(denied);
    await button(page, "Refresh").click();
    const denial = page.getByRole("alert").filter({ hasText: "You may not see or do this" });
    await denial.getByText("The role of the token may not do that.").waitFor();
    assert.equal(await denial.getByRole("button").count(), 0, "to try again would be denied again");
    await page.context().close();
  });
}

// An answer of a shape that is none: what the console makes of it fails, wherever that is.
for (const { name, who, hash, asked, there, empty, act, isUnnumbered } of pages) {
  if (isUnnumbered) continue; // What is read there is text: one that cannot be read is told as a problem.
  test(`${name} (${hash}) says what to do where it cannot be shown, and what stands around it stays`, async () => {
    const page = await pageOf(who);
    const wrong = { contentType: "application/json", body: JSON.stringify(empty ? { rows: [null], true_of: "41" } : null) };
    await page.route(asked, (route) => route.fulfill(wrong));
    await page.goto(`${address}/console${hash}`);
    await act?.(page);
    const fault = page.getByRole("alert").filter({ hasText: "This page cannot be shown" });
    await fault.getByText("TypeError").waitFor();
    assert.ok(await fault.evaluate((element) => element === document.activeElement), "it is told at once");
    await assertAccessible(page, "a page that cannot be shown");
    // Whoever looks for why has it, as of any other fault.
    const complaints = takeComplaints();
    assert.ok(complaints.length > 0);
    for (const complaint of complaints) assert.match(complaint, /^error: /);
    await page.getByRole("navigation").getByRole("link", { name: "Home" }).click();
    await heading(page, "Home").waitFor();
    await page.goBack();
    await page.unroute(asked);
    await page.reload();
    await act?.(page);
    await there(page).waitFor();
    takeComplaints(); // Of the way back.
    await page.context().close();
  });
}

test("Reload shows a page again that could not be shown", async () => {
  const page = await pageOf("auditor:kim");
  await page.route("**/v1/audit/reviews?*", (route) => route.fulfill({ contentType: "application/json", body: JSON.stringify({ rows: [null], true_of: "41" }) }));
  await page.goto(`${address}/console#/audit/reviews`);
  await page.getByText("This page cannot be shown").waitFor();
  await page.unroute("**/v1/audit/reviews?*");
  await button(page, "Reload").click();
  await page.getByRole("link", { name: "q4", exact: true }).waitFor();
  assert.equal(await page.getByText("This page cannot be shown").count(), 0);
  assert.ok(takeComplaints().length > 0);
  await page.context().close();
});
