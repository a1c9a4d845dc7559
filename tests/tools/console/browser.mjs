// One node and one browser for all tests. Whatever a page complains of is kept, and every test that ends without looking has none.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { Running } from "./running.mjs";
import { story } from "./story.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
// The machine may be busy with other things.
const patience = 60_000;

export const running = new Running(process.env.MUNIMENT);
export let address;
let browser;
const complaints = [];

export async function begin(lines = story) {
  running.init("agency");
  const told = spawnSync(process.env.MUNIMENT, ["--store", running.store, "submit", "-"], { input: lines.join("\n"), encoding: "utf8", maxBuffer: 2 ** 30 });
  assert.equal(told.status, 0, told.stdout);
  const { port } = await running.serve();
  address = `http://localhost:${port}`;
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

export async function end() {
  await browser?.close();
  await running.finish();
}

const tokens = {};
export function tokenOf(who) {
  const words = who.includes(":") ? ["--role", who.split(":")[0], "--name", who.split(":")[1]] : ["--username", who];
  tokens[who] ??= running.run("token", "create", ...words);
  return tokens[who];
}

// A command, past the console.
let submitted = 0;
export async function submitAs(who, command) {
  const headers = { Authorization: `Bearer ${tokenOf(who)}`, "Content-Type": "application/json" };
  const body = JSON.stringify({ command_id: `beside-${++submitted}`, ...command });
  const answer = await fetch(`${address}/v1/commands`, { method: "POST", headers, body });
  assert.equal(answer.status, 200, await answer.text());
}

// What the node answers where it does not do something.
export const problem = (status, name, title, more = {}) => ({
  status,
  contentType: "application/problem+json",
  body: JSON.stringify({ type: `https://muniment.example/problems/${name}`, title, status, request_id: "req-7f3a", ...more }),
});

// As another client that signs out with the same cookie.
export const endSession = (page) => page.evaluate(() => fetch("/v1/session/end", { method: "POST", headers: { "Muniment-Console": "1" } }).then((answer) => answer.text()));

export async function newPage(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", timezoneId: "America/New_York", ...options });
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  await page.exposeBinding("reportViolation", (_, text) => complaints.push(`policy: ${text}`));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => window.reportViolation(`${event.violatedDirective} ${event.blockedURI}`));
  });
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => (dialog.type() === "beforeunload" ? dialog.accept() : (complaints.push(`dialog: ${dialog.message()}`), dialog.dismiss())));
  return page;
}

export const takeComplaints = () => complaints.splice(0);

export async function signIn(page, who) {
  await page.goto(`${address}/console`);
  await page.getByLabel("API token").fill(tokenOf(who));
  await page.getByRole("button", { name: "Sign in" }).click();
}

// Signed in, with a browser of its own: by the session that the first one of them got.
const sessions = {};
export async function pageOf(who, options) {
  const page = await newPage(options);
  if (sessions[who]) await page.context().addCookies(sessions[who]);
  if (sessions[who]) await page.goto(`${address}/console`);
  else await signIn(page, who);
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  sessions[who] ??= await page.context().cookies();
  return page;
}

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "section508"];
export async function accessProblems(page) {
  await page.evaluate(axe);
  const found = await page.evaluate((tags) => window.axe.run(document, { runOnly: { type: "tag", values: tags } }), rules);
  // Text of the very colour that it stands on axe takes for one that is hidden on purpose.
  const isInvisible = (node) => node.any.some((check) => check.data?.messageKey === "equalRatio");
  const invisible = found.incomplete.filter(({ id }) => id === "color-contrast").map(({ id, nodes }) => ({ id, nodes: nodes.filter(isInvisible) }));
  const problems = [...found.violations, ...invisible.filter(({ nodes }) => nodes.length > 0)];
  return problems.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(" | ")}`);
}

export async function assertAccessible(page, what) {
  assert.deepEqual(await accessProblems(page), [], what);
}

// What a resize brings comes a moment behind it.
export async function assertFits(page, what) {
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  for (let tries = 0; tries < 20 && (await overflow()) !== 0; ++tries) await page.waitForTimeout(100);
  const widest = await page.evaluate(() => {
    const beyond = [...document.querySelectorAll("main *")].filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth);
    return beyond.slice(0, 3).map((element) => element.outerHTML.slice(0, 120)).join(" | ");
  });
  assert.equal(await overflow(), 0, `${what} is wider than the screen: ${widest}`);
}

// How many pixels of a chart have the ink of that name, about.
export const drawn = (chart, ink) =>
  chart.locator("canvas").evaluate((canvas, name) => {
    const [red, green, blue] = getComputedStyle(canvas).getPropertyValue(name).match(/[0-9a-f]{2}/g).map((part) => parseInt(part, 16));
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const isLike = (at) => data[at + 3] > 200 && Math.abs(data[at] - red) + Math.abs(data[at + 1] - green) + Math.abs(data[at + 2] - blue) < 24;
    return Array.from({ length: data.length / 4 }, (_, pixel) => isLike(4 * pixel)).filter(Boolean).length;
  }, ink);

export const heading = (page, name) => page.getByRole("heading", { name, exact: true });
export const button = (page, name) => page.getByRole("button", { name, exact: true });
export const hasFocus = (locator) => locator.evaluate((element) => element === document.activeElement);
