// What the browser computes again of the log, against a node; and that it notices what is not so.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { address, assertAccessible, button, heading, newPage, pageOf, running, tokenOf } from "./browser.mjs";

const checkpointOf = (page) => page.evaluate(() => fetch("/log/checkpoint", { headers: { "Muniment-Console": "1" } }).then((answer) => answer.text()));

// Changes a bit of what the node answers there. It is asked with the token, because a cookie counts in the browser's own requests alone.
const alter = (page, where) =>
  page.route(where, async (route) => {
    const answer = await route.fetch({ headers: { ...route.request().headers(), authorization: `Bearer ${tokenOf("auditor:kim")}` } });
    const body = await answer.body();
    body[body.length - 1] ^= 1;
    await route.fulfill({ status: answer.status(), contentType: "application/octet-stream", body });
  });

async function open(page) {
  await page.goto(`${address}/console#/audit/integrity`);
  await heading(page, "It is signed with this key").waitFor();
  await heading(page, "The root, computed again here, is this one").waitFor();
}

async function compare(page, note, verdict) {
  await page.getByRole("textbox", { name: "Checkpoint" }).fill(note);
  await button(page, "Compare").click();
  await heading(page, verdict).waitFor();
}

test("The newest checkpoint is computed again, and a kept one is continued", async () => {
  const page = await pageOf("auditor:kim");
  const kept = await checkpointOf(page);
  // The log grows in between: what was looked at is on record.
  await page.goto(`${address}/console#/audit/as-of?asked=1&user=jdoe1`);
  await page.getByText(/As of event/).waitFor();
  await page.waitForFunction((before) => fetch("/log/checkpoint", { headers: { "Muniment-Console": "1" } }).then((answer) => answer.text()).then((now) => now !== before), kept);
  await open(page);
  await assertAccessible(page, "integrity");
  await page.getByText("a page from a server cannot prove that server honest").waitFor();
  await compare(page, kept, "The log continues this checkpoint");
  await page.context().close();
});

test("A checkpoint that is another's, that was altered or that is none is not taken", async () => {
  const page = await pageOf("auditor:kim");
  const kept = await checkpointOf(page);
  await open(page);
  const [origin, size, root, ...rest] = kept.split("\n");
  const other = root.startsWith("A") ? `B${root.slice(1)}` : `A${root.slice(1)}`;
  await compare(page, [origin, size, other, ...rest].join("\n"), "It is not signed with a key of the log");
  await compare(page, ["elsewhere.example/log", size, root, ...rest].join("\n"), "It is another log’s");
  await compare(page, "nonsense", "This is no checkpoint");
  await page.context().close();
});

test("Whether an event is in the log is told by its exact record", async () => {
  const page = await pageOf("auditor:kim");
  await open(page);
  await page.getByRole("textbox", { name: "Event" }).fill("21");
  await button(page, "Check").click();
  await heading(page, "Event 21 is in the log under this root").waitFor();
  // The control: a record that is another one.
  await alter(page, "**/v1/events*");
  await button(page, "Check").click();
  await heading(page, "Event 21 is not what the log has there").waitFor();
  await page.getByRole("textbox", { name: "Event" }).fill("999999999");
  await button(page, "Check").click();
  await page.getByText(/A number from 1 to/).waitFor();
  await page.context().close();
});

test("A tile that was altered shows in the root", async () => {
  const page = await pageOf("auditor:kim");
  await alter(page, "**/log/tile/0/*.p/*");
  await page.goto(`${address}/console#/audit/integrity`);
  await heading(page, "The root, computed again here, is another one").waitFor();
  await page.context().close();
});

test("A tile that was altered below the root shows where an event is looked for", async () => {
  const page = await pageOf("auditor:kim");
  // Enough for a full tile, which then stands under a hash of its own.
  const size = Number((await checkpointOf(page)).split("\n")[1]);
  assert.ok(size > 256, `${size} events`);
  await alter(page, "**/log/tile/0/000");
  await open(page);
  await page.getByRole("textbox", { name: "Event" }).fill("21");
  await button(page, "Check").click();
  await heading(page, "Event 21 is not what the log has there").waitFor();
  await page.context().close();
});

test("What the verifier needs elsewhere is handed over, of this log", async () => {
  const page = await pageOf("auditor:kim");
  await open(page);
  const section = page.getByRole("region", { name: "With the verifier, on another machine", exact: true }).first();
  const save = async (name) => {
    const [download] = await Promise.all([page.waitForEvent("download"), section.getByRole("button", { name }).click()]);
    return [download.suggestedFilename(), readFileSync(await download.path(), "utf8")];
  };
  const [keyFile, keys] = await save("Save the key");
  const [checkpointFile, checkpoint] = await save("Save this checkpoint");
  assert.equal(keyFile, "log.vkey");
  const [origin, size] = checkpoint.split("\n");
  assert.equal(checkpointFile, `checkpoint-${size}`);
  const key = keys.split("\n")[0];
  assert.ok(key.startsWith(`${origin}+`), key);
  assert.equal(await section.locator("pre").innerText(), `muniment export log EXPORT\nmuniment-verify '${key}' log EXPORT ${checkpointFile}`);
  await section.getByText(`${address}/log/`).waitFor();
  assert.equal(keys, await page.evaluate(() => fetch("/log/log.vkey", { headers: { "Muniment-Console": "1" } }).then((answer) => answer.text())));
  await page.context().close();
});

test("Whoever sees some providers alone is offered no proof, which would be denied, and is told why", async () => {
  const token = running.run("token", "create", "--role", "auditor", "--name", "part", "--provider", "110012345A");
  const page = await newPage();
  await page.goto(`${address}/console`);
  await page.getByLabel("API token").fill(token);
  await button(page, "Sign in").click();
  await button(page, "Sign out").waitFor();
  await page.goto(`${address}/console#/audit/history?asked=1&provider=110012345A&user=jdoe1&type=subordinate_created`);
  await button(page, "Created the account").click();
  const drawer = page.getByRole("dialog");
  await drawer.getByRole("link", { name: /^All that happened to/ }).waitFor();
  assert.equal(await drawer.getByRole("link", { name: "Prove that it is in the log" }).count(), 0);
  await page.keyboard.press("Escape");
  await open(page);
  await page.getByText("You see the events of some providers alone.").waitFor();
  assert.equal(await page.getByRole("textbox", { name: "Event" }).count(), 0);
  await assertAccessible(page, "integrity, for a part of the log");
  await page.context().close();
});

test("On paper stands what was found of an event", async () => {
  const page = await pageOf("auditor:kim");
  await page.goto(`${address}/console#/audit/integrity?event=21`);
  await heading(page, "Event 21 is in the log under this root").waitFor();
  await page.emulateMedia({ media: "print" });
  assert.ok(await heading(page, "Event 21 is in the log under this root").isVisible());
  await page.context().close();
});
