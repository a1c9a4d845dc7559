// The auditor's desk: access history, as-of and findings.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { address, assertAccessible, assertFits, button, drawn, hasFocus, heading, pageOf, problem, submitAs } from "./browser.mjs";

const at = (page, hash) => page.goto(`${address}/console${hash}`);
const cells = (page, number) => page.locator(`.answer tbody tr > :nth-child(${number})`).allInnerTexts();

test("Access history shows what happened, and the address keeps what was looked for", async () => {
  const page = await pageOf("auditor:kim");
  await page.getByRole("navigation").getByRole("link", { name: "Access History" }).click();
  await page.getByLabel("Username").fill("jpoe1");
  await page.getByLabel("Kind of event").selectOption("subordinate_created");
  await button(page, "Show").click();
  await page.getByText("1 event.").waitFor();
  assert.match((await cells(page, 2))[0], /Created the account\s+granted Manage Referrals/);
  assert.match((await cells(page, 4))[0], /^mhughes1\b/);
  assert.match(page.url(), /#\/audit\/history\?.*user=jpoe1/);
  await assertAccessible(page, "access history");
  await page.reload();
  await page.getByText("1 event.").waitFor();
  assert.equal(await page.getByLabel("Username").inputValue(), "jpoe1");
  await button(page, "Clear").click();
  await page.getByText("1 event.").waitFor({ state: "detached" });
  await page.goBack();
  await page.getByText("1 event.").waitFor();
  await page.context().close();
});

test("A drawer tells who, when, what was held before and after, and the record itself", async () => {
  const page = await pageOf("auditor:kim");
  await at(page, "#/audit/history?asked=1&user=arivera1&type=subordinate_created");
  await button(page, "Created the account").click();
  const drawer = page.getByRole("dialog");
  await drawer.getByText("Services held").waitFor();
  const facts = (await drawer.locator(".facts").allInnerTexts()).join("\n");
  assert.match(facts, /Done by\s+mhughes1/);
  assert.match(facts, /By right of\s+Primary user/);
  assert.match(facts, /Before\s+Nothing/);
  assert.match(facts, /After\s+Primary Portal User/);
  await drawer.getByText("The record as JSON").click();
  assert.match(await drawer.locator("pre").innerText(), /"type": "subordinate_created"/);
  await assertAccessible(page, "the drawer");
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "detached" });
  assert.ok(await hasFocus(button(page, "Created the account")), "the focus is where it was");
  await page.context().close();
});

test("A histogram counts the whole range by the node's count, and its table narrows to a part of it", async () => {
  const page = await pageOf("auditor:kim");
  await at(page, "#/audit/history?asked=1&user=jpoe1&type=signed_in");
  const histogram = page.getByRole("figure").filter({ hasText: "in the whole range" });
  await histogram.waitFor();
  const all = Number(/^(\d+) events/.exec(await histogram.locator("figcaption").innerText())[1]);
  assert.ok(all >= 250, `${all} events, of which the page has a hundred`);
  assert.match(await histogram.locator("figcaption").innerText(), /by the (minute|hour|day|month|year) \(UTC\)$/);
  assert.ok((await drawn(histogram, "--accent")) > 100, "bars of what happened");
  await histogram.getByText("The same as a table").click();
  const counts = await histogram.locator(".usa-table tbody td:nth-child(2)").allInnerTexts();
  assert.equal(counts.map(Number).reduce((sum, count) => sum + count), all);
  await assertAccessible(page, "a histogram");
  await histogram.getByRole("link", { name: "Only these" }).first().click();
  await page.waitForURL(/from=2024/);
  await page.waitForFunction((count) => document.querySelector(".chart figcaption")?.textContent.startsWith(`${count} events`), counts[0]);
  await page.context().close();
});

test("A part of a histogram that is dragged over is shown alone", async () => {
  const page = await pageOf("auditor:kim");
  await at(page, "#/audit/history?asked=1&user=jpoe1&type=signed_in&from=2024-01-01&to=2024-12-31");
  const chart = page.locator(".chart .u-over");
  await chart.waitFor();
  const caption = page.locator(".chart figcaption");
  const before = Number(/^(\d+)/.exec(await caption.innerText())[1]);
  const { x, y, width, height } = await chart.boundingBox();
  await page.mouse.move(x + 1, y + height / 2);
  await page.locator(".chart .u-legend").getByText("From").waitFor(); // What the mouse is over is told.
  assert.match(await page.locator(".chart .u-legend").innerText(), /UTC\s*Events\s*\d+\s*Refused\s*\d+/);
  await page.mouse.down();
  await page.mouse.move(x + width / 3, y + height / 2, { steps: 4 });
  await page.mouse.up();
  await page.waitForURL(/from=2024-01-01T00%3A00%3A00/);
  await page.waitForFunction((all) => Number(/^\d+/.exec(document.querySelector(".chart figcaption")?.textContent ?? "")?.[0] ?? all) < all, before);
  assert.match(await caption.innerText(), /^[1-9]/);
  await page.context().close();
});

test("A chart follows the zone of times and the width, and is drawn for white paper", async () => {
  const page = await pageOf("auditor:kim", { colorScheme: "dark" });
  await at(page, "#/audit/history?asked=1&provider=110012345A");
  const chart = page.locator(".chart");
  await chart.locator("canvas").waitFor();
  const looks = () => chart.locator("canvas").evaluate((canvas) => canvas.toDataURL());
  const inUtc = await looks();
  assert.ok((await drawn(chart, "--accent")) > 100, "in the ink of the dark");
  await page.getByLabel(/^Local/).check();
  await page.waitForFunction((before) => document.querySelector(".chart canvas").toDataURL() !== before, inUtc);
  const screenInk = await drawn(chart, "--accent");
  await page.evaluate(() => (dispatchEvent(new Event("beforeprint")), Promise.resolve()));
  assert.equal(await chart.locator(".plot").evaluate((plot) => getComputedStyle(plot).getPropertyValue("--ink")), "#1b1b1b");
  assert.ok((await drawn(chart, "--accent")) > 100, "in the ink of paper");
  await page.evaluate(() => (dispatchEvent(new Event("afterprint")), Promise.resolve()));
  assert.equal(await drawn(chart, "--accent"), screenInk);
  await page.setViewportSize({ width: 320, height: 800 });
  await assertFits(page, "a chart");
  await page.waitForFunction(() => document.querySelector(".chart .uplot").clientWidth <= 320);
  assert.ok((await drawn(chart, "--accent")) > 20);
  await page.context().close();
});

test("A chart whose numbers cannot be had says so, and the rows are there", async () => {
  const page = await pageOf("auditor:kim");
  await page.route("**/v1/audit/trail/histogram?*", (route) => route.abort());
  await at(page, "#/audit/history?asked=1&user=jdoe1");
  await page.getByRole("alert").getByText("The node cannot be reached").waitFor();
  await button(page, "Created the account").first().waitFor();
  await page.unroute("**/v1/audit/trail/histogram?*");
  await button(page, "Try again").click();
  await page.locator(".chart canvas").waitFor();
  await page.context().close();
});

test("Kinds of events are left out by the node, from the filter and from an event", async () => {
  const page = await pageOf("auditor:kim");
  await at(page, "#/audit/history?asked=1&user=jpoe1&from=2025-01-01");
  await page.getByText(/As of event/).waitFor();
  await page.locator("summary", { hasText: "Leave out" }).click();
  await page.getByLabel("Looked at records").check();
  await page.getByLabel("Signed in", { exact: true }).check();
  await button(page, "Show").click();
  await page.waitForURL(/not_type=signed_in%2Crecords_read|not_type=records_read%2Csigned_in/);
  await page.waitForFunction(() => ![...document.querySelectorAll("tbody td:nth-child(2) button")].some((one) => one.textContent === "Looked at records"));
  await button(page, "Created the account").click();
  await page.getByRole("dialog").getByRole("link", { name: "Leave out: Created the account" }).click();
  await page.waitForFunction(() => ![...document.querySelectorAll("tbody td:nth-child(2) button")].some((one) => one.textContent === "Created the account"));
  assert.match(page.url(), /subordinate_created/);
  await page.context().close();
});

test("An event leads to what caused it, to what was recorded with it and to its proof", async () => {
  const page = await pageOf("auditor:kim");
  await at(page, "#/audit/history?asked=1&user=gleaver1&type=subordinate_removed");
  await button(page, "Removed the account from this provider").click();
  const drawer = page.getByRole("dialog");
  await drawer.getByRole("heading", { name: "Caused by" }).waitFor();
  await assertAccessible(page, "the causes of an event");
  await drawer.getByRole("button", { name: /^Event \d+: Departure reported$/ }).click();
  await page.getByRole("dialog").getByRole("heading", { name: "Departure reported" }).waitFor();
  await page.getByRole("dialog").getByRole("link", { name: "Prove that it is in the log" }).click();
  await page.getByText(/^Event \d+ is in the log under this root$/).waitFor();
  await page.context().close();
});

test("A very long answer has few rows in the page, and all of them on paper", async () => {
  const page = await pageOf("auditor:kim");
  await at(page, "#/audit/history?asked=1&user=jpoe1&type=signed_in&to=2024-12-31");
  await page.getByText("100 events. There are more.").waitFor();
  await button(page, "Load the whole answer").click();
  const told = page.getByText(/^\d+ events\.\s*$/);
  await told.waitFor();
  const all = Number(/^\d+/.exec(await told.innerText())[0]);
  assert.ok(all > 500, `${all} events`);
  const table = page.getByRole("table");
  assert.equal(await table.first().getAttribute("aria-rowcount"), String(all + 1));
  const inPage = () => page.locator(".windowed tbody[data-index] tr").count();
  assert.ok((await inPage()) < 200, `${await inPage()} of ${all} rows`);
  // Rows stand where the window is, also before it is scrolled.
  await page.waitForFunction(() => document.elementFromPoint(innerWidth / 2, innerHeight / 2).closest("tbody")?.dataset.index !== undefined);
  await page.evaluate(() => scrollTo(0, 0));
  const first = page.locator(".windowed tbody[data-index='0'] button").first();
  await first.focus();
  // Where frames take long, a browser had brought the window back to what has the focus.
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  // How tall it is becomes known on the way.
  const last = page.locator(`tr[aria-rowindex="${all + 1}"]`);
  await page.waitForFunction(
    (row) => {
      scrollBy(0, document.querySelector(".windowed").getBoundingClientRect().bottom - innerHeight);
      return document.querySelector(row) !== null;
    },
    `tr[aria-rowindex="${all + 1}"]`,
    { polling: 100 },
  );
  await last.waitFor();
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: 1 });
  assert.ok((await inPage()) < 200);
  assert.ok(await first.evaluate((element) => element === document.activeElement), "what has the focus keeps it");
  const boxes = await page.locator(".windowed tbody[data-index] tr").evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect()).map(({ top, bottom }) => [top, bottom]));
  for (let i = 1; i < boxes.length; ++i) assert.ok(boxes[i][0] >= boxes[i - 1][1] - 1, `row ${i}`);
  await assertAccessible(page, "a part of a long table");
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  assert.equal(await page.locator(".paper tbody tr").filter({ visible: true }).count(), all);
  assert.equal(await page.locator(".windowed").isVisible(), false, "never the window");
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  assert.equal(await page.locator(".paper tr").count(), 0);
  await page.context().close();
});

test("Refused attempts are found by themselves", async () => {
  const page = await pageOf("officer:agency");
  await at(page, "#/audit/history");
  await page.getByLabel("Refused attempts only").check();
  await button(page, "Show").click();
  await page.getByText(/As of event/).waitFor();
  for (const what of await cells(page, 2)) assert.match(what, /Attempt was refused/);
  await page.context().close();
});

test("A long answer comes in windows, and paper has the whole of it", async () => {
  const page = await pageOf("auditor:kim");
  await at(page, "#/audit/history?asked=1&user=jpoe1&type=signed_in");
  await page.getByText("100 events. There are more.").waitFor();
  await page.evaluate(() => (window.print = () => (window.printed = (dispatchEvent(new Event("beforeprint")), document.querySelectorAll(".paper tbody tr, .usa-table:not(.windowed).history tbody tr").length))));
  await button(page, "Print the whole answer").click();
  await page.waitForFunction(() => window.printed !== undefined);
  const printed = await page.evaluate(() => window.printed);
  assert.ok(printed >= 120, `${printed} rows`);
  await page.getByText(`${printed} events.`).waitFor();
  await page.context().close();
});

test("An export is the whole answer as a file, and one that is stopped is none", async () => {
  const page = await pageOf("auditor:kim");
  await at(page, "#/audit/history?asked=1&user=jpoe1&type=signed_in");
  await button(page, "Export").waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), button(page, "Export").click()]);
  assert.equal(download.suggestedFilename(), "trail.csv");
  const lines = readFileSync(await download.path(), "utf8").trim().split("\n");
  assert.ok(lines.length > 120, `${lines.length} lines`);
  await page.getByText(/^Done: /).waitFor();
  await page.route("**/v1/export/trail*", () => {});
  await button(page, "Export").click();
  await button(page, "Stop").click();
  await page.getByText("The export was cut off.").waitFor();
  await page.context().close();
});

test("What cannot be is told where it was typed, and nothing is lost", async () => {
  const page = await pageOf("auditor:kim");
  await at(page, "#/audit/history");
  await page.getByLabel("From", { exact: true }).fill("yesterday");
  await button(page, "Show").click();
  await page.getByRole("alert").getByText(/expected a time such as/).waitFor();
  assert.equal(await page.getByLabel("From", { exact: true }).inputValue(), "yesterday");
  await page.context().close();
});

test("As of: who could do what at a moment, and what changed between two", async () => {
  const page = await pageOf("auditor:kim");
  await page.getByRole("navigation").getByRole("link", { name: "As Of" }).click();
  await page.getByLabel("Provider").fill("110012345A");
  await page.getByLabel("Service").selectOption("primary_portal_user");
  await button(page, "Show").click();
  await page.getByText(/services? held\./).waitFor();
  assert.ok((await cells(page, 1)).some((name) => name.startsWith("mhughes1")));
  await assertAccessible(page, "as of");
  await page.getByLabel("At", { exact: true }).fill("2001-01-01");
  await button(page, "Show").click();
  await page.getByText("Nobody held such a service then.").waitFor();
  await page.getByLabel("Compare with").fill("2100-01-01");
  await button(page, "Show").click();
  await page.getByText("Gained").first().waitFor();
  await assertAccessible(page, "a comparison");
  await page.context().close();
});

test("As of: people by services, how long each was held, and the moment by sliders", async () => {
  const page = await pageOf("officer:agency");
  await at(page, "#/audit/as-of?asked=1&provider=110012345A");
  await page.getByLabel("People by services").check();
  const matrix = page.getByRole("region", { name: "People by services" }).getByRole("table");
  const mary = matrix.getByRole("row").filter({ hasText: "mhughes1" });
  await mary.waitFor();
  const services = await matrix.getByRole("columnheader").allInnerTexts();
  assert.match(await mary.getByRole("cell").nth(services.indexOf("Primary Portal User") - 1).innerText(), /held$/);
  await assertAccessible(page, "people by services");
  await matrix.getByRole("link", { name: "jdoe1" }).click();
  await page.getByRole("columnheader", { name: "Until" }).waitFor();
  await page.locator(".timeline rect").first().waitFor();
  const beside = await page.locator(".timeline-line").evaluateAll((lines) => lines.map(({ children: [name, bar] }) => bar.getBoundingClientRect().top - name.getBoundingClientRect().top));
  assert.ok(beside.length > 0);
  for (const distance of beside) assert.ok(Math.abs(distance) < 8, "a bar is beside its name");
  assert.ok((await cells(page, 1)).includes("View Provider Reports"));
  assert.ok((await cells(page, 5)).includes("still held"));
  await assertAccessible(page, "how long each service was held");
  await page.setViewportSize({ width: 320, height: 800 });
  await assertFits(page, "how long each service was held");
  const distances = await page.locator(".timeline-line").evaluateAll((lines) => lines.map(({ children: [name, bar] }) => bar.getBoundingClientRect().top - name.getBoundingClientRect().bottom));
  for (const distance of distances) assert.ok(Math.abs(distance) < 8, "below its name stands its own bar");
  await page.setViewportSize({ width: 1280, height: 900 });
  await button(page, "One event earlier").click();
  await page.waitForURL(/position=\d+/);
  const slider = page.getByLabel(/^In effect/);
  await slider.focus();
  await slider.press("Home");
  await page.waitForURL(/[?&]at=20/);
  await page.getByText(/^In effect at .* UTC$/).waitFor();
  await page.context().close();
});

test("Findings show their evidence, and an auditor says what is done about one", async () => {
  const page = await pageOf("auditor:kim");
  await page.getByRole("navigation").getByRole("link", { name: "Findings" }).click();
  await page.getByText(/findings?\./).first().waitFor();
  const finding = page.locator(".finding").filter({ hasText: "110067890 B" }).filter({ hasText: "No backup" });
  await finding.waitFor();
  await assertAccessible(page, "findings");
  await finding.scrollIntoViewIfNeeded(); // What nobody looks at is not asked for.
  const evidence = finding.getByRole("button", { name: /^Event \d+: Registered the provider$/ });
  await evidence.first().click();
  await page.getByRole("dialog").getByText("The record as JSON").waitFor();
  await page.keyboard.press("Escape");
  await finding.getByRole("button", { name: "Say what is done about it" }).click();
  assert.ok(await hasFocus(finding.getByLabel("Disposition")), "the form is where the focus is");
  await finding.getByRole("button", { name: "Cancel" }).click();
  assert.ok(await hasFocus(finding.getByRole("button", { name: "Say what is done about it" })), "and the button again");
  await finding.getByRole("button", { name: "Say what is done about it" }).click();
  await finding.getByLabel("Disposition").selectOption("accepted_risk");
  await finding.getByLabel("Reason").fill("small_office");
  await finding.getByRole("button", { name: "Submit" }).click();
  await finding.getByRole("alert").getByText("Until: This is needed.").waitFor();
  await finding.getByLabel("Until").fill("2100-01-01");
  await assertAccessible(page, "a disposition");
  await finding.getByRole("button", { name: "Submit" }).click();
  await page.getByText("Accepted risk by auditor:kim").waitFor();
  const told = page.locator(".usa-alert", { hasText: "What is done about it is on record" });
  await told.getByText(/^Recorded as event \d+\.$/).waitFor();
  await page.waitForFunction(() => document.activeElement.closest(".usa-alert")?.textContent.includes("is on record")); // It has the focus.
  await page.context().close();
});

test("Whoever administers a provider is told what its findings rest on, by kind", async () => {
  const page = await pageOf("mhughes1");
  await at(page, "#/audit/findings");
  const evidence = page.locator(".finding .evidence").first();
  await evidence.scrollIntoViewIfNeeded();
  await evidence.getByRole("button", { name: /^Event \d+: [A-Z]/ }).first().click();
  await page.getByRole("dialog").getByText("The record as JSON").waitFor();
  await page.context().close();
});

test("An event of the evidence that cannot be had is told, and asked for again", async () => {
  const page = await pageOf("auditor:kim");
  await page.route("**/v1/events?*", (route) => route.abort());
  await at(page, "#/audit/findings?asked=1&provider=110067890B");
  const finding = page.locator(".finding").first();
  await finding.scrollIntoViewIfNeeded();
  await finding.getByRole("alert").getByText("The node cannot be reached").waitFor();
  await finding.getByText(/^Event \d+$/).first().waitFor();
  await page.unroute("**/v1/events?*");
  await finding.getByRole("button", { name: "Try again" }).click();
  await finding.getByRole("button", { name: /^Event \d+: / }).first().waitFor();
  await page.context().close();
});

test("Of a review of several providers the people of one are asked for by it", async () => {
  const page = await pageOf("officer:agency");
  const command = { type: "open_review", command_id: "review-of-two", review: "both", providers: ["110012345A", "110067890B"], due_at: "2100-01-01T00:00:00Z" };
  const post = (body) => fetch("/v1/commands", { method: "POST", headers: { "Muniment-Console": "1", "Content-Type": "application/json" }, body }).then((answer) => answer.status);
  assert.equal(await page.evaluate(post, JSON.stringify(command)), 200);
  await at(page, "#/audit/reviews?review=both");
  await page.getByRole("region", { name: "Hughes, Mary" }).waitFor();
  const [asked] = await Promise.all([page.waitForRequest(/reviews\/both\?.*provider=110067890B/), page.getByLabel("Provider").first().selectOption("110067890B")]);
  assert.ok(asked);
  await page.getByRole("region", { name: "Ortega, Alan" }).waitFor();
  assert.equal(await page.getByRole("region", { name: "Hughes, Mary" }).count(), 0);
  // Of all of them, whoever is shown.
  await button(page, "Close the review").click();
  const undecided = Number(/(\d+) are undecided/.exec(await page.getByRole("dialog").innerText())[1]);
  assert.ok(undecided > 2, `${undecided} are undecided`);
  await assertAccessible(page, "a review of several providers");
  await page.context().close();
});

test("Reviews show who is undecided, and a reviewer decides with a reason", async () => {
  const page = await pageOf("auditor:kim");
  await at(page, "#/audit/reviews");
  await page.getByRole("link", { name: "q4", exact: true }).waitFor();
  await assertAccessible(page, "the reviews");
  await page.getByLabel("State").selectOption("closed");
  await page.getByRole("link", { name: "q3", exact: true }).waitFor();
  await page.getByRole("link", { name: "q4", exact: true }).waitFor({ state: "detached" });
  await at(page, "#/audit/reviews?review=q4");
  await heading(page, "Review q4").waitFor();
  await page.getByRole("region", { name: "Ortega, Alan" }).waitFor();
  assert.equal(await page.getByRole("button", { name: /^Keep/ }).count(), 0, "who is no reviewer decides nothing");
  await page.context().close();
  const officer = await pageOf("officer:agency");
  await at(officer, "#/audit/reviews?review=q4");
  const alan = officer.getByRole("region", { name: "Ortega, Alan" });
  await alan.getByRole("button", { name: "Keep the access of Ortega, Alan" }).click();
  await alan.getByRole("alert").getByText("A code of a-z").waitFor();
  await alan.getByLabel("Reason").fill("still_needed");
  await assertAccessible(officer, "a review");
  await alan.getByRole("button", { name: "Keep the access of Ortega, Alan" }).click();
  await alan.getByText("Kept").waitFor();
  await officer.waitForFunction(() => document.activeElement.textContent.startsWith("Ortega, Alan"));
  await officer.context().close();
});

test("A review is opened, assigned, decided, closed, sealed and signed", async () => {
  const page = await pageOf("officer:agency");
  await at(page, "#/audit/reviews");
  await button(page, "Open a review").click();
  const form = page.getByRole("form", { name: "Open a review" });
  await form.getByRole("button", { name: "Open a review" }).click();
  await page.getByRole("alert").getByText("Due: This is needed.").waitFor();
  await assertAccessible(page, "opening a review");
  await form.getByLabel("Name").fill("q1");
  await form.getByLabel("Providers").fill("110067890B");
  await form.getByLabel("Due").fill("2100-03-01");
  await form.getByRole("button", { name: "Open a review" }).click();
  const opened = page.locator(".usa-alert", { hasText: "The review is open" });
  await opened.waitFor();
  await page.waitForFunction(() => document.activeElement.closest(".usa-alert")?.textContent.includes("The review is open"));
  await page.getByRole("link", { name: "q1", exact: true }).click();
  const assign = page.getByRole("form", { name: "Assign a reviewer" });
  await assign.getByLabel("Reviewer").fill("officer:agency");
  await assign.getByRole("button").click();
  await page.getByText("officer:agency was assigned").waitFor();
  const alan = page.getByRole("region", { name: "Ortega, Alan" });
  await alan.getByLabel("Reason").fill("still_needed");
  await alan.getByRole("button", { name: "Keep the access of Ortega, Alan" }).click();
  await alan.getByText("Kept").waitFor();
  await button(page, "Close the review").click();
  await page.getByRole("dialog").getByRole("button", { name: "Close the review" }).click();
  const seal = page.getByRole("region", { name: "Sealed report" });
  await seal.waitFor();
  // The node seals a moment later, by itself.
  for (let tries = 0; tries < 100 && (await seal.getByText("The node has not sealed").isVisible()); ++tries) {
    await button(page, "Refresh").click();
    await page.waitForTimeout(200);
  }
  assert.match(await seal.locator(".code").first().innerText(), /^[0-9a-f]{64}$/);
  await seal.getByRole("button", { name: "Sign the report" }).click();
  await seal.getByText("officer:agency").waitFor();
  assert.equal(await seal.getByRole("button").count(), 0);
  await assertAccessible(page, "a sealed review");
  await at(page, "#/audit/history?asked=1&type=review_closed");
  await page.getByText("kept 1, revoked 0, asked first about 0").waitFor();
  await page.context().close();
});

test("Whoever administers a provider sees its history and nobody else's", async () => {
  const page = await pageOf("aortega1");
  await at(page, "#/audit/history?asked=1&provider=110012345A");
  await page.getByRole("alert").getByText("You may not see or do this").waitFor();
  await assertAccessible(page, "a denial");
  await at(page, "#/operations");
  await page.getByText("There is no such page for you.").waitFor();
  assert.equal(await page.getByRole("link", { name: "Operations" }).count(), 0, "what may not be seen is not offered");
  await heading(page, "You may not see or do this").waitFor();
  await page.context().close();
});

test("Names stand beside ids, and a provider is asked about once", async () => {
  const page = await pageOf("auditor:kim");
  const asked = [];
  page.on("request", (request) => /\/v1\/(providers|audit\/roster)/.test(request.url()) && asked.push(new URL(request.url()).pathname));
  await at(page, "#/audit/history?asked=1&provider=110012345A&user=jdoe1&type=subordinate_created");
  const created = page.getByRole("row").filter({ hasText: "Created the account" });
  await created.getByText("Doe, John").waitFor();
  await created.getByText("Mercy Clinic").waitFor();
  await created.getByText("Hughes, Mary").waitFor();
  await created.getByRole("button").click();
  const facts = page.getByRole("dialog").locator(".facts").first();
  assert.match(await facts.innerText(), /Done by\s+mhughes1 Hughes, Mary[^]*About\s+jdoe1 Doe, John[^]*Provider\s+110012345 A Mercy Clinic/);
  await page.keyboard.press("Escape");
  await at(page, "#/audit/as-of?asked=1&provider=110012345A");
  await page.getByRole("row").filter({ hasText: /jdoe1\s+Doe, John/ }).filter({ hasText: "Mercy Clinic" }).first().waitFor();
  await page.getByLabel("People by services").check();
  await page.getByRole("link", { name: "jdoe1 Doe, John" }).click();
  await page.getByRole("status").filter({ hasText: "jdoe1 Doe, John" }).waitFor();
  await at(page, "#/audit/history?asked=1&provider=110012345A&user=arivera1");
  await page.getByRole("row").filter({ hasText: "Rivera, Ana" }).first().waitFor();
  assert.deepEqual(asked.sort(), ["/v1/audit/roster", "/v1/providers/110012345A"]);
  await at(page, "#/audit/history?asked=1&actor=node");
  await page.getByRole("cell", { name: "node", exact: true }).first().waitFor(); // Which needs no kind before it.
  await at(page, "#/audit/findings?provider=110067890B");
  await page.locator(".finding .facts").filter({ hasText: "110067890 B Harbor Family Health" }).first().waitFor();
  await at(page, "#/audit/reviews");
  await page.getByRole("row").filter({ hasText: "q4" }).getByText("Harbor Family Health").waitFor();
  await at(page, "#/audit/reviews?review=q4");
  await page.getByRole("region", { name: "Ortega, Alan" }).getByText("Harbor Family Health").waitFor();
  assert.equal(asked.length, 4);
  await page.context().close();
});

test("On paper names stand beside ids too, of a long answer as well", async () => {
  const page = await pageOf("auditor:kim");
  await at(page, "#/audit/history?asked=1&user=jpoe1");
  await page.getByText("100 events. There are more.").waitFor();
  await button(page, "Load the whole answer").click();
  await page.locator(".windowed").waitFor();
  await page.waitForFunction(
    () => {
      dispatchEvent(new Event("beforeprint"));
      return [...document.querySelectorAll(".paper .name")].some((name) => name.textContent === "Poe, Jane");
    },
    undefined,
    { polling: 500 },
  );
  await page.context().close();
});

test("Who may not be told a name does not ask for it, and where it cannot be had the id stands alone", async () => {
  const operator = await pageOf("operator:ops");
  const asked = [];
  operator.on("request", (request) => /\/v1\/(providers|audit)/.test(request.url()) && asked.push(request.url()));
  const event = { position: "1", recorded_at: "2024-01-01T00:00:00Z", type: "signed_in", provider: "110012345A", username: "jdoe1", actor: { kind: "submitter", name: "portal" }, event_id: "00" };
  let answers = 0;
  await operator.route("**/v1/events", (route) => (++answers === 1 ? route.fulfill({ contentType: "text/event-stream", body: `id: 1-1\ndata: ${JSON.stringify(event)}\n\n` }) : route.abort()));
  await at(operator, "#/operations");
  await button(operator, "Follow").click();
  await operator.getByRole("cell", { name: "jdoe1" }).waitFor();
  assert.deepEqual(asked, []);
  await operator.context().close();
  const page = await pageOf("auditor:kim");
  await page.route(/\/v1\/(providers|audit\/roster)/, (route) => route.abort());
  await at(page, "#/audit/as-of?asked=1&provider=110012345A");
  await page.getByRole("rowheader", { name: "mhughes1", exact: true }).first().waitFor();
  await page.context().close();
});

test("Whoever administers a provider opens its newest event", async () => {
  await submitAs("mhughes1", { type: "assign_services", provider: "110012345A", username: "jpoe1", services: ["claims_submission_and_status"] });
  const page = await pageOf("mhughes1");
  await at(page, "#/audit/history?asked=1&provider=110012345A&user=jpoe1&type=services_assigned");
  await button(page, "Changed services").first().click();
  const drawer = page.getByRole("dialog");
  await drawer.getByText("Services held").waitFor();
  await page.waitForFunction(() => !document.querySelector('dialog [aria-busy="true"]'));
  assert.equal(await drawer.getByRole("alert").count(), 0);
  await page.context().close();
});

test("What caused an event is told where what was recorded with it cannot be had", async () => {
  const page = await pageOf("auditor:kim");
  await page.route(/\/v1\/events\?from=\d+&limit=41/, (route) => route.fulfill(problem(503, "overloaded", "The node has too much to do.")));
  await at(page, "#/audit/history?asked=1&user=gleaver1&type=subordinate_removed");
  await button(page, "Removed the account from this provider").click();
  const drawer = page.getByRole("dialog");
  await drawer.getByText("The node has too much to do.").waitFor();
  await drawer.getByRole("button", { name: /^Event \d+: Departure reported$/ }).waitFor();
  await page.context().close();
});

const heldBy = (username, ...services) =>
  services.map((service) => ({ provider: "110012345A", username, service, usable: true, from: "2024-01-01T00:00:00Z", granted_by: "mhughes1", from_position: "9" }));

test("As of: whoever an unfinished answer ends with is not shown as holding nothing more", async () => {
  const page = await pageOf("auditor:kim");
  const answers = { first: { rows: [...heldBy("asmith1", "batch", "claims"), ...heldBy("bsmith1", "batch")], true_of: "41", next: "behind" }, behind: { rows: heldBy("bsmith1", "claims"), true_of: "41" } };
  await page.route("**/v1/audit/as-of?*", (route) => route.fulfill({ contentType: "application/json", body: JSON.stringify(answers[new URL(route.request().url()).searchParams.get("cursor") ?? "first"]) }));
  await at(page, "#/audit/as-of?asked=1&provider=110012345A&view=people");
  const row = page.getByRole("row").filter({ hasText: "bsmith1" });
  await row.getByText("not loaded yet").waitFor();
  assert.equal(await page.getByText("not loaded yet", { exact: true }).count(), 1);
  await page.getByText("of the last person what stands as … is not loaded yet").waitFor();
  await assertAccessible(page, "people of an unfinished answer");
  await button(page, "Show more").click();
  await page.getByText("not loaded yet", { exact: true }).waitFor({ state: "detached" });
  assert.equal(await row.getByText("held", { exact: true }).count(), 2);
  await page.context().close();
});

test("As of: of very many people few are in the page, and all of them on paper", async () => {
  const page = await pageOf("auditor:kim");
  const rows = Array.from({ length: 1500 }, (_, index) => heldBy(`person${index}`, "batch")).flat();
  await page.route("**/v1/audit/as-of?*", (route) => route.fulfill({ contentType: "application/json", body: JSON.stringify({ rows, true_of: "41" }) }));
  await at(page, "#/audit/as-of?asked=1&provider=110012345A&view=people");
  await page.locator(".matrix.windowed tbody[data-index] tr").first().waitFor();
  assert.ok((await page.locator(".matrix.windowed tbody[data-index] tr").count()) < 200);
  await assertFits(page, "very many people");
  await page.setViewportSize({ width: 320, height: 800 });
  await assertFits(page, "very many people at 320 pixels");
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  assert.equal(await page.locator(".paper tbody tr").filter({ visible: true }).count(), 1500);
  await page.context().close();
});

test("On paper stands what was looked for", async () => {
  const page = await pageOf("auditor:kim");
  const looked = (text) => page.getByText(text);
  await at(page, "#/audit/history?asked=1&provider=110012345A&user=jdoe1&type=subordinate_created&oldest_first=true");
  await page.getByText("1 event.").waitFor();
  assert.equal(await looked(/^Looked for: /).isVisible(), false, "on the screen the form says it");
  await page.emulateMedia({ media: "print" });
  await looked("Looked for: Provider: 110012345 A Mercy Clinic; Username: jdoe1; Kind of event: Created the account; Oldest first.").waitFor();
  await at(page, "#/audit/history?asked=1&user=jdoe1&not_type=signed_in,records_read");
  await looked("Looked for: Username: jdoe1; Leave out: Signed in and Looked at records.").waitFor();
  await at(page, "#/audit/as-of?asked=1&user=jdoe1&service=primary_portal_user&at=2001-01-01");
  await looked("Looked for: Username: jdoe1; Service: Primary Portal User; At: 2001-01-01.").waitFor();
  await at(page, "#/audit/as-of?asked=1");
  await looked("Looked for: everything that you may see.").waitFor();
  await page.context().close();
});

test("A disposition that is refused is told with why and under which request", async () => {
  const page = await pageOf("auditor:kim");
  await at(page, "#/audit/findings?asked=1&provider=110067890B");
  const finding = page.locator(".finding").first();
  await finding.getByRole("button", { name: "Say what is done about it" }).click();
  await finding.getByLabel("Reason").fill("small_office");
  let answer = problem(503, "overloaded", "The node has too much to do.", { detail: "its queue is full" });
  await page.route("**/v1/commands", (route) => route.fulfill(answer));
  await finding.getByRole("button", { name: "Submit" }).click();
  const alert = finding.getByRole("alert");
  await alert.getByText("The node has too much to do.").waitFor();
  await alert.getByText("its queue is full").waitFor();
  answer = problem(400, "malformed", "What was sent is not of the form that is asked for.", { field: "until", detail: "expected a date" });
  await finding.getByRole("button", { name: "Submit" }).click();
  await alert.getByRole("link", { name: "Until: expected a date" }).waitFor();
  await alert.getByText("What was sent is not of the form that is asked for.").waitFor();
  await alert.getByText("Request req-7f3a.").waitFor();
  await page.context().close();
});

test("So is a command's form", async () => {
  const page = await pageOf("officer:agency");
  await at(page, "#/agency/accounts?user=aortega1");
  await button(page, "Lock").click();
  await page.getByLabel("Reason").fill("asked_for");
  await page.route("**/v1/commands", (route) => route.fulfill(problem(400, "malformed", "What was sent is not of the form that is asked for.", { field: "reason", detail: "expected a code" })));
  await page.getByRole("form", { name: "Lock" }).getByRole("button", { name: "Lock" }).click();
  const alert = page.getByRole("alert");
  await alert.getByRole("link", { name: "Reason: expected a code" }).waitFor();
  await alert.getByText("What was sent is not of the form that is asked for.").waitFor();
  await alert.getByText("Request req-7f3a.").waitFor();
  await page.context().close();
});

test("A review of more people than one look has is shown to its end", async () => {
  const page = await pageOf("auditor:kim");
  const person = (first_name, username) => ({ provider: "110067890B", username, last_name: "Smith", first_name, services: [], reviewers: [], state: "undecided" });
  const looks = [];
  await page.route("**/v1/audit/reviews/q4?*", (route) => {
    const cursor = new URL(route.request().url()).searchParams.get("cursor");
    looks.push(cursor);
    const body = cursor ? { rows: [person("Second", "ssmith1")], true_of: "41" } : { rows: Array.from({ length: 1000 }, (_, index) => person(`Person ${index}`, `psmith${index}`)), true_of: "41", next: "behind" };
    return route.fulfill({ contentType: "application/json", body: JSON.stringify(body) });
  });
  await at(page, "#/audit/reviews?review=q4");
  await page.getByRole("region", { name: "Smith, Person 999" }).waitFor();
  await button(page, "Show more").click();
  await page.getByRole("region", { name: "Smith, Second" }).waitFor();
  assert.equal(await button(page, "Show more").count(), 0);
  await button(page, "Refresh").click(); // Whoever is there stays.
  await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
  await page.getByRole("region", { name: "Smith, Second" }).waitFor();
  assert.deepEqual(looks, [null, null, "behind", null, "behind"]);
  await page.context().close();
});
