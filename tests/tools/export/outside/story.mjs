// A node that delivers, and events for it to deliver: what the scripts about webhooks and syslog have in common.
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Running } from "./running.mjs";

export async function until(name, holds, { of = 60000 } = {}) {
  for (const begin = Date.now(); !holds(); await new Promise((resolve) => setTimeout(resolve, 10))) {
    if (Date.now() - begin > of) throw new Error(`not within ${of} ms: ${name}`);
  }
}

export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export class Story {
  // `receivers`: sections of the configuration.
  constructor(muniment, receivers) {
    this.running = new Running(muniment);
    this.receivers = receivers;
    this.published = 0;
    this.running.init("agency");
    this.token = this.running.run("token", "create", "--role", "officer", "--name", "agency");
    this.operator = this.running.run("token", "create", "--role", "operator", "--name", "ops");
  }

  get folder() {
    return this.running.folder;
  }

  async serve() {
    const config = join(this.folder, "node.toml");
    writeFileSync(config, `[listen]\naddress = "127.0.0.1:0"\n${this.receivers}`);
    this.node = this.running.start(this.running.muniment, ["--store", this.running.store, "serve", "--config", config]);
    this.port = (await this.running.said(this.node, /^(\d+)\n/))[1];
  }

  // As a power cut would, for the process.
  async kill() {
    const ended = new Promise((resolve) => this.node.on("exit", resolve));
    this.node.kill("SIGKILL");
    await ended;
  }

  // So many events, acknowledged; the last one's position.
  async publish(count) {
    let lines = "";
    for (let i = 0; i < count; i += 1) {
      this.published += 1;
      lines += `{"type":"publish_terms","command_id":"t${this.published}","terms_version":"v${this.published}"}\n`;
    }
    const answer = await fetch(`http://127.0.0.1:${this.port}/v1/commands`, {
      method: "POST",
      headers: { Authorization: `Bearer ${this.token}`, "Content-Type": "application/x-ndjson" },
      body: lines,
    });
    const last = (await answer.text()).trimEnd().split("\n").pop();
    return Number(JSON.parse(last).last_position);
  }

  async metric(name) {
    const answer = await fetch(`http://127.0.0.1:${this.port}/metrics`, { headers: { Authorization: `Bearer ${this.operator}` } });
    const line = (await answer.text()).split("\n").find((each) => each.startsWith(name));
    return line === undefined ? undefined : Number(line.split(" ").pop());
  }
}

// Each position from 1 to `last` came, and for the first time in that order.
export function problemsOf(positions, last) {
  const firsts = [...new Set(positions)];
  const out = [];
  for (let position = 1; position <= last; position += 1) {
    if (firsts[position - 1] !== position) out.push(`as number ${position} came ${firsts[position - 1]}`);
  }
  return out.slice(0, 5);
}
