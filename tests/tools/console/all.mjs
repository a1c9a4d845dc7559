// All tests of the console, one after another, with one node and one browser.
import assert from "node:assert/strict";
import { after, afterEach, before } from "node:test";
import { begin, end, takeComplaints } from "./browser.mjs";

before(
  () =>
    begin().catch((error) => {
      console.error(error);
      process.exit(1);
    }),
  { timeout: 120_000 },
);
after(end);
afterEach(() => assert.deepEqual(takeComplaints(), [], "a page has nothing to complain of"));

await import("./session.mjs");
await import("./sign_in.mjs");
await import("./job_aids.mjs");
await import("./panels.mjs");
await import("./agency.mjs");
await import("./audit.mjs");
await import("./integrity.mjs");
await import("./operations.mjs");
await import("./states.mjs");
await import("./shape.mjs");
