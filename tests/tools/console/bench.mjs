// What the first view takes in a browser: bytes as they are sent, and the time until it can be worked with. Prints the median of several.
//   run WORK MUNIMENT bench.mjs
import { address, begin, end, newPage, pageOf } from "./browser.mjs";

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

try {
  await begin();
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
} finally {
  await end();
}
