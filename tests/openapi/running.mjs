// A node on a store of its own, in a folder that goes with it, and other processes that end with it.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export class Running {
  constructor(muniment) {
    this.muniment = muniment;
    this.folder = mkdtempSync(join(tmpdir(), "openapi-"));
    this.store = join(this.folder, "store");
    this.children = [];
  }

  // What the program prints about the store.
  run(...words) {
    return execFileSync(this.muniment, ["--store", this.store, ...words], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  }

  init(officer) {
    this.run("init", this.store, "--officer", officer);
  }

  // `log`: what becomes of what it says on standard error. `input`: "pipe" for what ends when its standard input does.
  start(program, words, { log = "ignore", input = "ignore" } = {}) {
    const child = spawn(program, words, { stdio: [input, "pipe", log] });
    this.children.push(child);
    return child;
  }

  // The first text of the child's output that matches.
  said(child, pattern) {
    return new Promise((resolve, reject) => {
      let text = "";
      child.stdout.on("data", (bytes) => {
        text += bytes;
        const found = pattern.exec(text);
        if (found) resolve(found);
      });
      child.on("exit", () => reject(new Error(`ended with: ${text}`)));
      setTimeout(() => reject(new Error(`did not say ${pattern}: ${text}`)), 60000).unref();
    });
  }

  // 0: any port that is free.
  async serve(port = 0, { words = [], log } = {}) {
    const node = this.start(this.muniment, ["--store", this.store, "serve", "--listen", `127.0.0.1:${port}`, ...words], { log });
    return { node, port: (await this.said(node, /^(\d+)\n/))[1] };
  }

  async stop(child) {
    const ended = new Promise((resolve) => child.on("exit", resolve));
    child.kill("SIGTERM");
    await ended;
  }

  // A node writes into its store until it has ended, so nothing is removed before.
  async finish() {
    await Promise.all(this.children.filter((child) => child.exitCode === null && child.signalCode === null).map((child) => this.stop(child)));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
