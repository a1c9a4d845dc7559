// The operator's view.
import assert from "node:assert/strict";
import { test } from "node:test";
import { address, assertAccessible, button, pageOf, running } from "./browser.mjs";

const submit = (id, username) =>
  fetch(`${address}/v1/commands`, {
    method: "POST",
    headers: { Authorization: `Bearer ${running.run("token", "create", "--role", "submitter", "--name", "portal")}`, "Content-Type": "application/json" },
    body: JSON.stringify({ type: "record_sign_in", command_id: id, username, at: "2024-01-01", success: true }),
  });

test("Operations show the log, its views and the machine, and nothing of anybody's account", async () => {
  const page = await pageOf("operator:ops");
  assert.deepEqual(await page.getByRole("navigation").getByRole("link").allInnerTexts(), ["Home", "Integrity", "Operations"]);
  await page.getByRole("link", { name: "Operations" }).first().click();
  await page.getByText("The node is ready").waitFor();
  await page.getByText("Last event").waitFor();
  await page.getByText("Kept in reserve").waitFor();
  assert.ok((await page.locator("tbody tr").count()) >= 4, "the views");
  await assertAccessible(page, "operations");
  await page.context().close();
});

test("The live log follows, pauses and narrows", async () => {
  const page = await pageOf("operator:ops");
  await page.getByRole("link", { name: "Operations" }).first().click();
  await page.getByLabel("Only events with this in them").fill("signed_in");
  await button(page, "Follow").click();
  await page.getByText("Following.").waitFor();
  const tail = page.locator("section", { hasText: "Following." }).last();
  await submit("live-1", "jdoe1");
  await tail.getByText("Signed in").first().waitFor();
  await button(page, "Pause").click();
  await submit("live-2", "arivera1");
  await page.getByText("Paused; what comes is kept.").waitFor();
  assert.equal(await page.getByText("arivera1").count(), 0);
  await button(page, "Go on").click();
  await page.getByText("arivera1").waitFor();
  await assertAccessible(page, "the live log");
  await page.context().close();
});

test("The live log comes back by itself, behind the last event that it had", async () => {
  const page = await pageOf("operator:ops");
  await page.getByRole("link", { name: "Operations" }).first().click();
  const head = await page.evaluate(() => fetch("/v1/events?limit=1", { headers: { "Muniment-Console": "1" } }).then(async (answer) => (await answer.text(), [answer.headers.get("Muniment-Generation"), answer.headers.get("Muniment-True-Of")])));
  const id = head.join("-");
  const event = { position: head[1], recorded_at: "2024-01-01T00:00:00Z", type: "signed_in", actor: { kind: "submitter", name: "cut-off" }, event_id: "00" };
  // The first answer breaks off after one event.
  let asked = 0;
  await page.route("**/v1/events", (route) =>
    ++asked === 1 ? route.fulfill({ status: 200, contentType: "text/event-stream", body: `id: ${id}\nevent: signed_in\ndata: ${JSON.stringify(event)}\n\n` }) : route.continue(),
  );
  const again = page.waitForRequest((request) => request.url().endsWith("/v1/events") && asked >= 1 && Boolean(request.headers()["last-event-id"]));
  await button(page, "Follow").click();
  await page.getByText("submitter:cut-off").waitFor();
  assert.equal((await again).headers()["last-event-id"], id);
  await page.getByText("Following.").waitFor();
  await submit("live-3", "jpoe1");
  await page.getByText("jpoe1").first().waitFor();
  await page.context().close();
});
