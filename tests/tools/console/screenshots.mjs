// Pictures of the pages at two widths, for docs/screenshots.
//   screenshots.mjs FOLDER
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { story } from "./story.mjs";
import { address, begin, button, end, heading, newPage, pageOf, tokenOf } from "./browser.mjs";

const folder = process.argv[2];
mkdirSync(folder, { recursive: true });

async function take(page, name) {
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate(() => scrollTo(0, 0));
    // Of what is longer than that, the beginning.
    const height = Math.min(width < 640 ? 2400 : 1600, Math.max(900, await page.evaluate(() => document.documentElement.scrollHeight)));
    await page.setViewportSize({ width, height: name === "drawer" ? 900 : height });
    // What comes into sight may be asked for only now.
    await page.waitForTimeout(200);
    await page.waitForFunction(() => !document.querySelector("main [aria-busy='true']"));
    await page.screenshot({ path: join(folder, `${name}-${width}.png`) });
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

const at = (page, hash) => page.goto(`${address}/console${hash}`);

async function search(page) {
  await at(page, "#/accounts?provider=110012345A");
  await button(page, "Search").click();
  await button(page, "Doe, John").waitFor();
}

async function update(page) {
  await search(page);
  await button(page, "Doe, John").click();
  await page.getByLabel("PIN").waitFor();
}

async function accounts() {
  const page = await pageOf("mhughes1");
  await take(page, "home");
  await search(page);
  await take(page, "results");
  await button(page, "Create Subordinate").click();
  await button(page, "Submit").click();
  await take(page, "create");
  await at(page, "#/");
  await search(page);
  await button(page, "Link Subordinate").click();
  await page.getByLabel("Username").fill("jpoe1");
  await button(page, "Assign Manage Referrals").click();
  await take(page, "link");
  await button(page, "Take away Manage Referrals").click();
  await page.getByLabel("Username").fill("");
  await at(page, "#/");
  await update(page);
  await button(page, "Assign Manage Referrals").click();
  await button(page, "Take away View Provider Reports").click();
  await take(page, "update");
  const ana = await pageOf("arivera1");
  await update(ana);
  await ana.getByLabel("Zip Code").fill("01001");
  await button(ana, "Submit").click();
  await heading(ana, "Confirmation").waitFor();
  await page.getByLabel("Zip Code").fill("01002");
  await button(page, "Submit").click();
  await page.getByText("Now: 01001").waitFor();
  await take(page, "conflict");
  await button(page, "Submit").click();
  await heading(page, "Confirmation").waitFor();
  await take(page, "confirmation");
}

async function audit() {
  const page = await pageOf("officer:agency");
  await at(page, "#/audit/history?asked=1&not_type=records_read");
  await page.getByText(/As of event/).waitFor();
  await take(page, "history");
  await page.locator(".history tbody button").nth(3).click();
  await page.getByRole("dialog").getByText("Services held").waitFor();
  await take(page, "drawer");
  await at(page, "#/audit/as-of?asked=1&provider=110012345A");
  await page.getByText(/As of event/).waitFor();
  await take(page, "as-of");
  await page.getByLabel("People by services").check();
  await page.getByText("is held and usable").waitFor();
  await take(page, "people-by-services");
  await page.getByRole("link", { name: "jdoe1" }).click();
  await page.locator(".timeline rect").first().waitFor();
  await take(page, "over-time");
  await at(page, "#/agency/accounts?user=lchen1");
  await button(page, "Lock").click();
  await take(page, "agency");
  await at(page, "#/agency/accounts?provider=110067890B");
  await button(page, "Assign another Primary User").click();
  await page.getByLabel("Who").selectOption("new");
  await take(page, "provider");
  await at(page, "#/audit/reviews");
  await page.getByText(/As of event/).waitFor();
  await take(page, "reviews");
  await at(page, "#/audit/findings");
  await page.getByText(/As of event/).waitFor();
  await page.locator(".finding .name").first().waitFor();
  await page.getByRole("button", { name: /^Event \d+: / }).first().waitFor();
  await take(page, "findings");
  await at(page, "#/audit/reviews?review=q3");
  for (let tries = 0; tries < 100 && !(await button(page, "Sign the report").isVisible()); ++tries) {
    await button(page, "Refresh").click();
    await page.waitForTimeout(200);
  }
  await take(page, "sealed-review");
}

async function integrity() {
  const page = await pageOf("auditor:kim");
  await at(page, "#/audit/integrity");
  await heading(page, "The root, computed again here, is this one").waitFor();
  await take(page, "integrity");
  await at(page, "#/audit/reviews?review=q4");
  await heading(page, "Review q4").waitFor();
  await page.getByText(/As of event/).waitFor();
  await take(page, "review");
}

const signIn = (id) =>
  fetch(`${address}/v1/commands`, {
    method: "POST",
    headers: { Authorization: `Bearer ${tokenOf("submitter:portal")}`, "Content-Type": "application/json" },
    body: JSON.stringify({ type: "record_sign_in", command_id: id, username: "jpoe1", at: new Date().toISOString(), success: true }),
  }).then((answer) => answer.text());

async function operations() {
  const page = await pageOf("operator:ops");
  await at(page, "#/operations");
  await page.getByText("The node is ready").waitFor();
  // A while in which something happens.
  for (let look = 0; look < 5; ++look) {
    await Promise.all(Array.from({ length: 4 * look }, (_, index) => signIn(`look-${look}-${index}`)));
    await button(page, "Refresh").click();
    await page.waitForTimeout(1000);
  }
  await take(page, "operations");
}

try {
  // Without the attacker, and with everybody's terms accepted.
  const accepted = ["jdoe1", "jpoe1", "lchen1"].map((username) => JSON.stringify({ type: "accept_terms", command_id: username, actor: "submitter:portal", username, terms_version: "2023-03" }));
  await begin([...story.filter((line) => !line.includes("script") && !line.includes("record_sign_in")), ...accepted]);
  const page = await newPage();
  await at(page, "");
  await page.getByLabel("API token").waitFor();
  await take(page, "sign-in");
  await accounts();
  await audit();
  await integrity();
  await operations();
} finally {
  await end();
}
