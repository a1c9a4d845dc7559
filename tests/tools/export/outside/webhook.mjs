// A webhook of the node, received and verified with the library of Standard Webhooks: every event comes, in the order of positions, through
// a receiver that fails, that loses its own answers, that does not let the node in, and through a node that is killed. A receiver that drops
// what has an id that it knows loses nothing.
//   node webhook.mjs MUNIMENT
import { createServer } from "node:http";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { Story, freePort, problemsOf, until } from "./story.mjs";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const failures = [];

// One receiver of single events, and one of batches.
class Receiver {
  constructor() {
    this.hook = new Webhook(secret);
    this.other = new Webhook("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");
    this.positions = [];
    this.known = new Set();
    this.status = 200;
    this.losesAnswers = false;
    this.asked = 0;
    this.server = createServer((request, response) => this.#take(request, response));
  }

  listen(port) {
    return new Promise((resolve) => this.server.listen(port, "127.0.0.1", resolve));
  }

  async #take(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString("utf8");
    this.asked += 1;
    try {
      const read = this.hook.verify(body, request.headers);
      const isBatch = request.headers["content-type"].startsWith("application/cloudevents-batch+json");
      if (isBatch !== Array.isArray(read)) failures.push(`the type is ${request.headers["content-type"]}`);
      const positions = [read].flat().map((event) => Number(event.sequence));
      const id = request.headers["webhook-id"];
      if (this.status === 200 && !this.known.has(id)) {
        this.known.add(id);
        this.positions.push(...positions);
      }
    } catch (error) {
      failures.push(`not verified: ${error.message}`);
    }
    try {
      this.other.verify(body, request.headers);
      failures.push("verified with another secret");
    } catch {
      // As it should be.
    }
    if (this.losesAnswers) return response.destroy();
    response.writeHead(this.status).end();
  }
}

const single = new Receiver();
const batches = new Receiver();
const ports = [await freePort(), await freePort()];
await single.listen(ports[0]);
await batches.listen(ports[1]);
const section = (name, port, more) =>
  `[[webhook]]\nname = "${name}"\nurl = "http://127.0.0.1:${port}/hook"\nsecret_file = "secret"\nfrom = "start"\n${more}`;
const story = new Story(process.argv[2], section("single", ports[0], "") + section("batches", ports[1], "batch_events = 50\n"));
writeFileSync(join(story.folder, "secret"), `${secret}\n`);

try {
  single.status = 503;
  await story.serve();
  let last = await story.publish(100);
  await until("a receiver that fails is asked again", () => single.asked >= 2);
  await until("the other one does not wait for it", () => batches.positions.includes(last));
  single.status = 401;
  const refused = single.asked;
  await until("one that does not let the node in is asked again", () => single.asked > refused);
  single.status = 200;
  await until("it goes on", () => single.positions.length >= 20);
  for (const receiver of [single, batches]) receiver.losesAnswers = true;
  const before = [single.asked, batches.asked];
  await story.publish(3);
  await until("what was not answered comes again", () => single.asked > before[0] + 1 && batches.asked > before[1] + 1);
  await story.publish(30);
  for (const receiver of [single, batches]) receiver.losesAnswers = false;
  await story.publish(400);
  await story.kill();
  await story.serve();
  last = await story.publish(20);
  for (const [name, receiver] of Object.entries({ single, batches })) {
    await until(`all of it comes to ${name}`, () => receiver.positions.includes(last));
    failures.push(...problemsOf(receiver.positions, last).map((problem) => `${name}: ${problem}`));
  }
  const position = await story.metric('muniment_delivery_position{to="single"}');
  if (!(position >= last)) failures.push(`the metric says position ${position}`);

  single.status = 400;
  last = await story.publish(1);
  await until("what it refuses is a dead letter", () => single.asked > 0 && batches.positions.includes(last));
  const letters = async (count) => {
    const began = Date.now();
    while ((await story.metric('muniment_delivery_dead_letters{to="single"}')) !== count) {
      if (Date.now() - began > 60000) throw new Error(`not ${count} dead letters within a minute`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
  await letters(1);
  if (single.positions.includes(last)) failures.push("what it refused counts as taken");
  single.status = 200;
  writeFileSync(join(story.running.store, "deliveries", "single", "send_again"), "");
  await until("the dead letter is sent again", () => single.positions.includes(last));
  await letters(0);
} catch (error) {
  failures.push(error.stack);
}
story.running.finish();
single.server.closeAllConnections();
batches.server.closeAllConnections();
single.server.close();
batches.server.close();
console.log(`${single.positions.length} single events and ${batches.positions.length} in batches received`);
if (failures.length > 0) {
  console.error([...new Set(failures)].slice(0, 20).join("\n"));
  process.exit(1);
}
