// Pictures of the pages at two widths, for docs/screenshots.
//   screenshots.mjs FOLDER
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { story } from "./story.mjs";
import { address, begin, button, end, heading, newPage, pageOf } from "./browser.mjs";

const folder = process.argv[2];
mkdirSync(folder, { recursive: true });

async function take(page, name) {
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate(() => scrollTo(0, 0));
    // Of what is longer than that, the beginning.
    const height = Math.min(1600, Math.max(900, await page.evaluate(() => document.documentElement.scrollHeight)));
    await page.setViewportSize({ width, height: name === "drawer" ? 900 : height });
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
  await at(page, "#/audit/history?asked=1");
  await page.getByText(/As of event/).waitFor();
  await take(page, "history");
  await page.locator("tbody button").nth(3).click();
  await page.getByRole("dialog").waitFor();
  await take(page, "drawer");
  await at(page, "#/audit/as-of?asked=1&provider=110012345A");
  await page.getByText(/As of event/).waitFor();
  await take(page, "as-of");
  await at(page, "#/audit/findings");
  await page.getByText(/As of event/).waitFor();
  await take(page, "findings");
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

async function operations() {
  const page = await pageOf("operator:ops");
  await at(page, "#/operations");
  await page.getByText("The node is ready").waitFor();
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
