// Follows a node's events with the EventSource of browsers (npm: eventsource) and with curl, as docs/server.md says: each event comes once,
// in order, also when the node was started again in between.
//   node events.mjs MUNIMENT
import { execFileSync } from "node:child_process";
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
  source.addEventListener("terms_published", (event) => got.push([event.lastEventId, JSON.parse(event.data).terms_version]));
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
  const ids = [...streamed("-H", "Accept: text/event-stream", "-H", `Last-Event-ID: ${second}`).matchAll(/^id: (\d+)\nevent: terms_published$/gm)];
  expect("events of curl", ids.map((found) => found[1]), [third, fourth]);
}

try {
  await check();
} catch (error) {
  failures.push(String(error.stack ?? error));
} finally {
  running.finish();
}
for (const failure of failures) console.error(failure);
console.log(`${failures.length} failures`);
process.exit(failures.length === 0 ? 0 : 1);
