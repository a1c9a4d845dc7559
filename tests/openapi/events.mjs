// Follows a node's events with the EventSource of browsers (npm: eventsource) and with curl, as docs/server.md says: each event comes once,
// in order, also when the node was started again in between; and after a restore that lost events, who has seen those is told so.
//   node events.mjs MUNIMENT
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { EventSource } from "eventsource";
import { Running } from "./running.mjs";

const running = new Running(process.argv[2]);
const failures = [];

const expect = (name, actual, expected) => {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) failures.push(`${name}: ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`);
};

async function until(name, holds) {
  for (const begin = Date.now(); !holds(); await new Promise((resolve) => setTimeout(resolve, 20))) {
    if (Date.now() - begin > 60000) throw new Error(`not within a minute: ${name}`);
  }
}

async function publish(port, token, version) {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/commands`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", "Idempotency-Key": `publish-${version}` },
    body: JSON.stringify({ type: "publish_terms", terms_version: version }),
  });
  return (await answer.json()).last_position;
}

async function check() {
  running.init("agency");
  const officer = running.run("token", "create", "--role", "officer", "--name", "agency");
  let { node, port } = await running.serve();
  const url = `http://127.0.0.1:${port}/v1/events`;

  const got = [];
  let opened = 0;
  // A browser's own has no way to send a header: there a certificate says who calls, or a client such as this one.
  const source = new EventSource(url, {
    fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, Authorization: `Bearer ${officer}` } }),
  });
  source.addEventListener("open", () => (opened += 1));
  source.addEventListener("terms_published", (event) => got.push([event.lastEventId.split("-")[1], JSON.parse(event.data).terms_version]));
  await until("the stream is open", () => opened === 1);

  const first = await publish(port, officer, "2031");
  await until("the first event comes", () => got.length === 1);
  await running.stop(node);
  ({ node, port } = await running.serve(port));
  // Before the client comes back, most likely, and it gets them all the same.
  const second = await publish(port, officer, "2032");
  const third = await publish(port, officer, "2033");
  await until("the stream is opened again", () => opened === 2);
  await until("what was missed comes", () => got.length >= 3);
  const fourth = await publish(port, officer, "2034");
  await until("it goes on", () => got.length >= 4);
  source.close();
  expect("events", got, [[first, "2031"], [second, "2032"], [third, "2033"], [fourth, "2034"]]);

  const curl = (...words) => execFileSync("curl", ["-sN", "--max-time", "3", "-H", `Authorization: Bearer ${officer}`, ...words, url], { encoding: "utf8" });
  const streamed = (...words) => {
    try {
      return curl(...words);
    } catch (error) {
      return error.stdout; // It ends by its time.
    }
  };
  const ids = [...streamed("-H", "Accept: text/event-stream", "-H", `Last-Event-ID: ${second}`).matchAll(/^id: [0-9a-f]{16}-(\d+)\nevent: terms_published$/gm)];
  expect("events of curl", ids.map((found) => found[1]), [third, fourth]);
  await loseEvents(officer, node, port);
}

// The log is put back while a client follows: it is refused, with what to do, and tries no more.
async function loseEvents(officer, node, port) {
  const backups = join(running.folder, "backups");
  await running.stop(node);
  running.run("backup", "log", backups);
  ({ node, port } = await running.serve(port));
  const seen = [];
  const refused = [];
  const url = `http://127.0.0.1:${port}/v1/events`;
  const source = new EventSource(url, {
    fetch: async (input, init) => {
      const answer = await fetch(input, { ...init, headers: { ...init.headers, Authorization: `Bearer ${officer}` } });
      if (answer.status === 410) refused.push(await answer.clone().json());
      return answer;
    },
  });
  const failed = [];
  source.addEventListener("error", (event) => event.code && failed.push(event.code));
  source.addEventListener("terms_published", (event) => seen.push(event.lastEventId));
  let isOpen = false;
  source.addEventListener("open", () => (isOpen = true));
  await until("the stream is open", () => isOpen);
  const lost = await publish(port, officer, "2035");
  await until("the event comes that will be lost", () => seen.length === 1);
  await running.stop(node);
  running.run("restore", "log", backups, "--accept-loss", "a test");
  ({ node, port } = await running.serve(port));
  await until("the client is refused", () => failed.length > 0);
  expect("its state", source.readyState, EventSource.CLOSED);
  expect("the status", failed[0], 410);
  expect("what it had seen", seen[0].split("-")[1], lost);
  expect("the problem", refused[0].type.split("/").pop(), "history_changed");
  const again = await fetch(`${url}?from=${refused[0].restart_from}`, { headers: { Authorization: `Bearer ${officer}` } });
  expect("what stands there now", (await again.text()).includes('"type":"store_restored"'), true);
}

try {
  await check();
} catch (error) {
  failures.push(String(error.stack ?? error));
} finally {
  await running.finish();
}
for (const failure of failures) console.error(failure);
console.log(`${failures.length} failures`);
process.exit(failures.length === 0 ? 0 : 1);
