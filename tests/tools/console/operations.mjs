// The operator's view.
import assert from "node:assert/strict";
import { test } from "node:test";
import { address, assertAccessible, button, drawn, newPage, pageOf, problem, running, signIn, tokenOf } from "./browser.mjs";

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
  await page.getByText("none: it has all").first().waitFor();
  await page.getByText("No witness is asked").waitFor();
  await assertAccessible(page, "operations");
  await page.context().close();
});

test("Operations say how large groups are and how long syncs take, over time, and how long a view needs", async () => {
  const page = await newPage();
  await page.clock.install();
  await signIn(page, "operator:ops");
  await button(page, "Sign out").waitFor();
  // What the node says is made up from here on: a view that takes in a hundred events a second, and syncs of four milliseconds.
  let looks = 0;
  const views = () => ({ "views.trail.position": String(1000 + 1000 * looks), "views.trail.lag": "1" });
  await page.route("**/v1/stats", (route) => route.fulfill({ contentType: "application/json", body: JSON.stringify({ position: "101000", generation: "g", closed_cleanly: true, "bytes.all": "5000000", ...views() }) }));
  await page.route("**/metrics", (route) => {
    ++looks;
    const histogram = (name, sum) => `${name}_sum ${sum * looks}\n${name}_count ${10 * looks}\n`;
    return route.fulfill({ contentType: "text/plain", body: histogram("muniment_group_commands", 25) + histogram("muniment_sync_seconds", 0.04) });
  });
  await page.goto(`${address}/console#/operations`);
  await page.getByText("Nothing was measured yet.").first().waitFor();
  for (let look = 0; look < 3; ++look) {
    await page.clock.fastForward("00:10");
    await page.waitForFunction((count) => document.querySelectorAll(".chart .usa-table tbody tr").length >= count, 2 * (look + 1));
  }
  await page.locator(".chart strong", { hasText: "2.5 commands" }).waitFor();
  await page.locator(".chart strong", { hasText: "4 ms" }).waitFor();
  assert.ok((await drawn(page.locator(".chart").first(), "--accent")) > 20, "a line");
  const trail = page.getByRole("row", { name: /^trail/ });
  // Ten seconds, and as long as the machine needed besides.
  const [, rate, minutes] = /97,000\s+(\d+) a second\s+(\d+) min/.exec(await trail.innerText()).map(Number);
  assert.ok(rate > 0 && rate <= 100, `${rate} a second`);
  assert.ok(Math.abs(minutes - 97_000 / rate / 60) <= 2, `${minutes} minutes`);
  await assertAccessible(page, "charts");
  await page.context().close();
});

test("The live log says how much was too much to show", async () => {
  const page = await pageOf("operator:ops");
  await page.goto(`${address}/console#/operations`);
  const event = (position) => `id: 1-${position}\ndata: ${JSON.stringify({ position: String(position), recorded_at: "2024-01-01T00:00:00Z", type: "signed_in", actor: { kind: "submitter", name: `flood${position}` }, event_id: "00" })}\n\n`;
  let asked = 0;
  await page.route("**/v1/events", (route) =>
    ++asked === 1 ? route.fulfill({ status: 200, contentType: "text/event-stream", body: Array.from({ length: 100 }, (_, index) => event(index + 1)).join("") }) : route.abort(),
  );
  await button(page, "Follow").click();
  await page.getByText("75 events were too many to show.").waitFor();
  await page.getByText("submitter:flood100").waitFor();
  assert.equal(await page.getByText("submitter:flood1", { exact: true }).count(), 0);
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

const oneEvent = (position, name) => ({
  contentType: "text/event-stream",
  body: `id: 1-${position}\ndata: ${JSON.stringify({ position: String(position), recorded_at: "2024-01-01T00:00:00Z", type: "signed_in", actor: { kind: "submitter", name }, event_id: "00" })}\n\n`,
});

// What the node answers to whoever follows, one after another; then nothing comes for as long as anybody looks. Says behind what it was asked.
async function answerFollowers(page, answers) {
  const askedBehind = [];
  await page.route("**/v1/events", (route) => {
    askedBehind.push(route.request().headers()["last-event-id"]);
    const answer = answers.shift();
    return answer ? route.fulfill(answer) : undefined;
  });
  return askedBehind;
}

test("The live log says that an outage is over, and goes on after a stop where it was", async () => {
  const page = await pageOf("operator:ops");
  await page.goto(`${address}/console#/operations`);
  await page.getByText("The node is ready").waitFor();
  const asked = await answerFollowers(page, [oneEvent(7, "before"), problem(503, "overloaded", "The node has too much to do."), oneEvent(8, "after")]);
  await button(page, "Follow").click();
  await page.getByText("submitter:before").waitFor();
  const alert = page.getByRole("alert").filter({ hasText: "The node has too much to do." });
  await alert.waitFor();
  await page.getByText("submitter:after").waitFor();
  await alert.waitFor({ state: "detached" });
  await button(page, "Stop").click();
  const again = page.waitForRequest("**/v1/events");
  await button(page, "Follow").click();
  await again;
  assert.deepEqual(asked.slice(0, 3), [undefined, "1-7", "1-7"]);
  assert.equal(asked.at(-1), "1-8");
  await page.context().close();
});

test("The live log goes on when somebody has signed in again, where it was", async () => {
  const page = await newPage();
  await signIn(page, "operator:ops");
  await page.getByRole("link", { name: "Operations" }).first().click();
  await page.getByText("The node is ready").waitFor();
  const asked = await answerFollowers(page, [oneEvent(7, "before"), problem(401, "token_missing", "There is no session."), oneEvent(8, "after")]);
  await button(page, "Follow").click();
  await page.getByText("Your session has ended").waitFor();
  await page.getByLabel("API token").fill(tokenOf("operator:ops"));
  await button(page, "Sign in").click();
  await page.getByText("submitter:after").waitFor();
  assert.deepEqual(asked.slice(0, 3), [undefined, "1-7", "1-7"]);
  await page.context().close();
});

test("The live log begins anew where the log is not the one any more that it was in", async () => {
  const page = await pageOf("operator:ops");
  await page.goto(`${address}/console#/operations`);
  await page.getByText("The node is ready").waitFor();
  const asked = await answerFollowers(page, [oneEvent(7, "before"), problem(410, "history_changed", "The log was put back."), oneEvent(3, "after")]);
  await button(page, "Follow").click();
  await page.getByRole("alert").getByText("The log was put back.").waitFor();
  await button(page, "Stop").click();
  await button(page, "Follow").click();
  await page.getByText("submitter:after").waitFor();
  assert.deepEqual(asked.slice(0, 3), [undefined, "1-7", undefined]);
  await page.context().close();
});
