// Every page's states: loading, an error, an answer that is there, one that could not be had anew, an empty one, a denial; and its times.
import assert from "node:assert/strict";
import { test } from "node:test";
import { address, assertAccessible, button, pageOf } from "./browser.mjs";

const problem = (status, name, title) => ({
  status,
  contentType: "application/problem+json",
  body: JSON.stringify({ type: `https://muniment.example/problems/${name}`, title, status, request_id: "req-7f3a" }),
});
const overloaded = problem(503, "overloaded", "The node has too much to do.");
const denied = problem(403, "role_denied", "The role of the token may not do that.");
const nothing = { rows: [], true_of: "41" };

// `asked`: what the page asks the node. `there`: what is shown of its answer. `empty`: of one without rows; a page of one thing has none.
const pages = [
  { name: "Manage Subordinate Accounts", who: "mhughes1", hash: "#/accounts?provider=110012345A", asked: "**/v1/audit/roster?*", there: (page) => button(page, "Doe, John"), empty: "No subordinate of this provider matches.", act: async (page) => (await page.getByLabel("Last Name").fill("d"), button(page, "Search").click()), kept: ["Last Name", "d"] },
  { name: "Access History", who: "auditor:kim", hash: "#/audit/history?asked=1&user=jdoe1", asked: "**/v1/audit/trail?*", there: (page) => button(page, "Created the account").first(), empty: "Nothing of this kind is on record.", kept: ["Username", "jdoe1"] },
  { name: "As Of", who: "auditor:kim", hash: "#/audit/as-of?asked=1&provider=110012345A", asked: "**/v1/audit/as-of?*", there: (page) => page.getByRole("rowheader", { name: "mhughes1" }), empty: "Nobody held such a service then.", kept: ["Provider", "110012345A"] },
  { name: "Findings", who: "auditor:kim", hash: "#/audit/findings?provider=110067890B", asked: "**/v1/audit/findings?*", there: (page) => page.locator(".finding").first(), empty: "No finding is open.", kept: ["Provider", "110067890B"] },
  { name: "Reviews of Access", who: "auditor:kim", hash: "#/audit/reviews", asked: "**/v1/audit/reviews?*", there: (page) => page.getByRole("link", { name: "q4", exact: true }), empty: "There is no such review." },
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
