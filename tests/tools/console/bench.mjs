// What the first view takes in a browser: bytes as they are sent, and the time until it can be worked with, the median of several. And how
// long a very long answer holds the page up: while it is loaded, scrolled through and filtered.
//   run WORK MUNIMENT bench.mjs [ROWS]
import { address, begin, button, end, newPage, pageOf } from "./browser.mjs";
import { story } from "./story.mjs";

const manyRows = Number(process.argv[2] ?? 100_000);
const signIns = Array.from({ length: manyRows }, (_, index) =>
  JSON.stringify({ command_id: `bench-${index}`, type: "record_sign_in", actor: "submitter:portal", username: "lchen1", at: new Date(Date.UTC(2022, 0, 1, 0, index)).toISOString(), success: true }),
);

const rounds = 7;
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

// Until the element is there, from the beginning of the navigation, in a browser that has nothing of the page yet; and the longest that
// the page's thread was held up meanwhile.
async function measure(page, path, selector) {
  await page.addInitScript((wanted) => {
    window.longest = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => (window.longest = Math.max(window.longest, entry.duration)))).observe({ type: "longtask", buffered: true });
    new MutationObserver(() => {
      if (window.readyAt === undefined && document.querySelector(wanted)) window.readyAt = performance.now();
    }).observe(document, { childList: true, subtree: true });
  }, selector);
  await page.goto(`${address}${path}`);
  await page.waitForFunction(() => window.readyAt !== undefined);
  return page.evaluate(() => ({
    ready: window.readyAt,
    longest: window.longest,
    script: performance.getEntriesByType("resource").filter((entry) => entry.name.endsWith(".js")).reduce((sum, entry) => sum + entry.encodedBodySize, 0),
  }));
}

// The longest task of the page's thread meanwhile: by the clock, and by what it took of a processor, which is less where others wait for one.
async function longestWhile(page, what) {
  const client = await page.context().newCDPSession(page);
  const events = [];
  client.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  const ended = new Promise((resolve) => client.on("Tracing.tracingComplete", resolve));
  await client.send("Tracing.start", { categories: "toplevel,disabled-by-default-devtools.timeline", transferMode: "ReportEvents" });
  const begun = performance.now();
  await what();
  const seconds = (performance.now() - begun) / 1000;
  await client.send("Tracing.end");
  await ended;
  await client.detach();
  const threadOf = ({ pid, tid }) => `${pid} ${tid}`;
  const mains = new Set(events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(threadOf));
  const tasks = events.filter((event) => event.name === "RunTask" && mains.has(threadOf(event)));
  if (tasks.length === 0) throw new Error("the browser told of no task");
  const longest = (member) => Math.round(Math.max(...tasks.map((task) => task[member] ?? 0)) / 1000);
  return `held up for at most ${longest("dur")} ms, of which the page itself took at most ${longest("tdur")} ms of a processor, in ${seconds.toFixed(1)} s`;
}

async function measureLongAnswer() {
  const page = await pageOf("auditor:kim");
  await page.goto(`${address}/console#/audit/history?asked=1&user=lchen1&type=signed_in`);
  await page.getByText("100 events. There are more.").waitFor();
  const all = page.getByText(`${manyRows.toLocaleString("en-US")} events.`);
  console.log(`${manyRows} rows loaded: ${await longestWhile(page, async () => (await button(page, "Load the whole answer").click(), all.waitFor({ timeout: 600_000 })))}`);
  const scrolled = async () => {
    for (let step = 0; step < 200; ++step) {
      await page.mouse.wheel(0, 600);
      await page.waitForTimeout(16);
    }
    for (const part of [0.5, 0.99, 0.1, 0.75, 0.25]) {
      await page.evaluate((share) => scrollTo(0, document.documentElement.scrollHeight * share), part);
      await page.waitForTimeout(100);
    }
  };
  await page.mouse.move(700, 500);
  console.log(`${manyRows} rows scrolled, 200 steps and 5 jumps: ${await longestWhile(page, scrolled)}`);
  const filtered = async () => {
    await page.evaluate(() => scrollTo(0, 0));
    await page.getByLabel("To", { exact: true }).fill("2022-01-31");
    await button(page, "Show").click();
    await page.getByText("100 events. There are more.").waitFor();
  };
  console.log(`${manyRows} rows filtered: ${await longestWhile(page, filtered)}`);
}

try {
  await begin([...story, ...signIns]);
  const views = {
    "signing in": async () => measure(await newPage(), "/console", "#field-token"),
    "Manage Subordinate Accounts": async () => {
      const page = await pageOf("mhughes1");
      const fresh = await page.context().newPage();
      return measure(fresh, "/console#/accounts?provider=110012345A", "#search-heading");
    },
  };
  for (const [name, view] of Object.entries(views)) {
    const taken = [];
    for (let round = 0; round < rounds; ++round) taken.push(await view());
    const of = (member) => Math.round(median(taken.map((one) => one[member])));
    console.log(`${name}: ${of("script")} bytes of script, can be worked with after ${of("ready")} ms, held up for at most ${of("longest")} ms (medians of ${rounds})`);
  }
  await measureLongAnswer();
} finally {
  await end();
}
