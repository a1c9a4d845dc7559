// What one sees: text that stays text, narrow screens, paper, the dark; and controls that show that the checks can fail.
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessProblems, assertAccessible, assertFits, button, heading, newPage, address, pageOf, takeComplaints } from "./browser.mjs";
import { attack } from "./story.mjs";

const accounts = (page) => page.goto(page.url().replace(/#.*|$/, "#/accounts?provider=110012345A"));

async function openAttacker(page) {
  await accounts(page);
  await button(page, "Search").click();
  await page.getByRole("button", { name: '"><img' }).click();
  await page.getByLabel("PIN").waitFor();
}

test("A stored attack stays text wherever it is shown", async () => {
  const page = await pageOf("mhughes1");
  await openAttacker(page);
  assert.equal(await page.getByLabel("Last Name").inputValue(), attack.slice(0, 60));
  assert.equal(await page.getByLabel("Email Address").inputValue(), "'onfocus='alert(1)'@{{b}}.example");
  await page.getByText(`Remove takes ${attack.slice(0, 60)}, ${attack.slice(0, 35)} off the list`).waitFor();
  await button(page, "Assign View Provider Reports").click();
  await button(page, "Submit").click();
  await heading(page, "Confirmation").waitFor();
  assert.match(await page.locator(".facts").innerText(), /<script>|<img/);
  assert.equal(await page.locator("img, b, main script").count(), 0);
  await page.context().close();
});

test("So does one in what the agency has written", async () => {
  const page = await pageOf("officer:agency");
  const text = attack.slice(0, 60);
  const command = { type: "register_provider", command_id: "hostile-provider", provider: "110099999Z", kind: "provider", organization: text, name: text };
  const status = (body) => fetch("/v1/commands", { method: "POST", headers: { "Muniment-Console": "1", "Content-Type": "application/json" }, body }).then((answer) => answer.status);
  assert.equal(await page.evaluate(status, JSON.stringify(command)), 200);
  await page.goto(`${address}/console#/agency/accounts?provider=110099999Z`);
  await page.getByRole("heading", { name: '"><img' }).waitFor();
  assert.match(await page.locator(".facts").innerText(), /<script>|<img/);
  assert.equal(await page.locator("img, b, main script").count(), 0);
  await page.context().close();
});

test("Every panel fits a screen of 320 pixels, also after it was turned", async () => {
  const page = await pageOf("mhughes1");
  await accounts(page);
  await button(page, "Search").click();
  await button(page, "Doe, John").waitFor();
  await page.setViewportSize({ width: 320, height: 800 });
  await assertFits(page, "the results");
  const menu = page.getByRole("button", { name: "Menu", exact: true });
  await page.getByRole("button", { name: "Menu", exact: true, expanded: false }).waitFor();
  assert.equal(await page.getByRole("link", { name: "Home" }).count(), 0, "the navigation is out of the way");
  await menu.click();
  await page.getByRole("button", { name: "Audit", exact: true, expanded: false }).waitFor(); // What one is not in, too.
  await assertFits(page, "the menu");
  await assertAccessible(page, "the menu at 320 pixels");
  await page.getByRole("link", { name: "Home" }).click();
  await heading(page, "Home").waitFor();
  await page.getByRole("button", { name: "Menu", exact: true, expanded: false }).waitFor();
  await page.goBack();
  await button(page, "Search").click();
  await button(page, "Doe, John").click();
  await page.getByLabel("PIN").waitFor();
  await assertFits(page, "the Update panel");
  await assertAccessible(page, "at 320 pixels");
  await page.context().close();
});

test("Rows do not overlap", async () => {
  const page = await pageOf("mhughes1");
  await accounts(page);
  await button(page, "Search").click();
  await button(page, "Doe, John").waitFor();
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 800 });
    await assertFits(page, `the results at ${width}`);
    const boxes = await page.locator("tbody tr").evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect()).map(({ top, bottom }) => [top, bottom]));
    assert.ok(boxes.length > 3);
    for (let i = 1; i < boxes.length; ++i) assert.ok(boxes[i][0] >= boxes[i - 1][1] - 1, `row ${i} at ${width}`);
  }
  await page.context().close();
});

test("On a narrow screen what a cell holds stands beside what it is, one below the other", async () => {
  const page = await pageOf("auditor:kim", { viewport: { width: 320, height: 800 } });
  await page.goto(`${address}/console#/audit/history?asked=1&provider=110012345A&type=subordinate_created`);
  await page.getByRole("cell").filter({ hasText: "Mercy Clinic" }).first().waitFor();
  const lefts = await page.locator(".history td").evaluateAll((all) => all.filter((cell) => cell.children.length > 1).map((cell) => [...cell.children].map((part) => part.getBoundingClientRect().left)));
  assert.ok(lefts.length > 0);
  for (const [first, ...others] of lefts) for (const other of others) assert.equal(other, first);
  await page.context().close();
});

test("The frame is as high as the window, however little is in it", async () => {
  const page = await pageOf("auditor:kim");
  const bottom = await page.getByRole("navigation").evaluate((element) => Math.round(element.getBoundingClientRect().bottom - innerHeight));
  assert.ok(bottom >= 0, `${-bottom} pixels are missing`);
  await page.context().close();
});

test("On paper stands every row, and nothing that is pressed", async () => {
  const page = await pageOf("mhughes1");
  await accounts(page);
  await button(page, "Search").click();
  await button(page, "Doe, John").waitFor();
  const rows = await page.locator("tbody tr").count();
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("tbody tr").filter({ visible: true }).count(), rows);
  assert.equal(await page.locator(".masthead, nav, .panel-actions").filter({ visible: true }).count(), 0);
  await page.context().close();
});

test("A panel stands on paper with what is on it, but for the PIN and what is pressed", async () => {
  const page = await pageOf("mhughes1");
  await accounts(page);
  await button(page, "Search").click();
  await button(page, "Doe, John").click();
  await page.getByLabel("PIN").fill("4071");
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.getByLabel("Email Address").isVisible());
  assert.ok(await heading(page, "Assigned Services").isVisible());
  assert.equal(await page.getByLabel("PIN").isVisible(), false);
  assert.equal(await page.locator(".panel-actions").filter({ visible: true }).count(), 0);
  await page.emulateMedia({ media: "screen" });
  await button(page, "Cancel Service").click();
  await button(page, "Leave without saving").click();
  await button(page, "Search").waitFor();
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("form").filter({ visible: true }).count(), 0, "the control: what is asked by is pressed");
  await page.context().close();
});

test("In the dark there is contrast enough", async () => {
  const page = await pageOf("mhughes1", { colorScheme: "dark" });
  await accounts(page);
  await button(page, "Search").click();
  await button(page, "Doe, John").click();
  await page.getByLabel("PIN").waitFor();
  await assertAccessible(page, "the Update panel in the dark");
  await page.context().close();
});

// What the keyboard comes to shows it.
async function assertFocusIsVisible(page, what) {
  for (let step = 0; step < 8; ++step) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      if (document.activeElement === document.body) return ["beyond the last of them", "solid", 2];
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
      return [document.activeElement.outerHTML.slice(0, 120), outlineStyle, parseFloat(outlineWidth)];
    });
    assert.ok(at[1] !== "none" && at[2] >= 2, `${what}: ${at.join(" ")}`);
  }
}

// A finding with its evidence and a form that was not filled in.
async function refusedDisposition(page) {
  const finding = page.locator(".finding").filter({ hasText: "No backup" });
  await finding.getByRole("button", { name: /^Event \d+: / }).first().waitFor();
  await finding.getByRole("button", { name: "Say what is done about it" }).click();
  await finding.getByLabel("Disposition").selectOption("accepted_risk");
  await finding.getByRole("button", { name: "Submit" }).click();
  return finding.getByRole("alert").getByText("Until: This is needed.");
}

async function sealedReport(page) {
  const sign = button(page, "Sign the report");
  await page.getByRole("region", { name: "Sealed report" }).waitFor();
  // The node seals a moment after it has begun.
  for (let tries = 0; tries < 100 && !(await sign.isVisible()); ++tries) {
    await button(page, "Refresh").click();
    await page.waitForTimeout(200);
  }
  return sign;
}

// Each page with as much on it as it can have. `ready`: what is there then.
const looks = {
  "officer:agency": [
    ["#/agency/accounts?user=aortega1", async (page) => (await button(page, "Terminate").click(), page.getByLabel("Reason"))],
    ["#/agency/accounts?user=aortega1", async (page) => (await button(page, "Change the particulars").click(), page.getByLabel("PIN"))],
    ["#/agency/accounts?provider=110067890B", async (page) => (await button(page, "Assign another Primary User").click(), await page.getByLabel("Who").selectOption("new"), page.getByLabel("PIN"))],
    ["#/audit/history?asked=1", async (page) => (await page.getByText("The same as a table").click(), page.getByText("in the whole range"))],
    ["#/audit/as-of?asked=1&user=jdoe1&view=time", (page) => page.locator(".timeline rect").first()],
    ["#/audit/as-of?asked=1&provider=110012345A&view=people", (page) => page.getByRole("row").filter({ hasText: "Hughes, Mary" })],
    ["#/audit/as-of?asked=1&provider=110012345A", (page) => page.getByRole("row").filter({ hasText: "Doe, John" }).first()],
    ["#/audit/as-of?asked=1&provider=110012345A&at=2001-01-01&compare=2100-01-01", (page) => page.getByText("Gained").first()],
    ["#/audit/findings?asked=1&provider=110067890B", refusedDisposition],
    ["#/audit/reviews", async (page) => (await button(page, "Open a review").click(), await page.getByRole("form").getByRole("button", { name: "Open a review" }).click(), page.getByRole("alert").getByText("Due: This is needed."))],
    ["#/audit/reviews?review=q4", async (page) => (await page.getByRole("form", { name: "Assign a reviewer" }).getByRole("button").click(), page.getByRole("alert").getByText("Reviewer: This is needed."))],
    ["#/audit/reviews?review=q4", async (page) => (await button(page, "Close the review").click(), page.getByRole("dialog"))],
    ["#/audit/reviews?review=q3", sealedReport],
  ],
  "operator:ops": [
    ["#/operations", async (page) => (await page.getByText("The node is ready").waitFor(), await button(page, "Refresh").click(), page.locator(".chart canvas").first())],
    ["#/audit/integrity", (page) => page.getByText("It is signed with this key")],
  ],
};

for (const [who, pages] of Object.entries(looks)) {
  test(`The pages of ${who.replace(/:.*/, "")}s have contrast enough in the dark, show the focus, and fit any width after a resize`, async () => {
    const page = await pageOf(who, { colorScheme: "dark" });
    for (const [hash, ready] of pages) {
      await page.goto(`${address}/console#/`);
      await page.goto(`${address}/console${hash}`);
      await (await ready(page)).waitFor();
      await assertAccessible(page, `${hash} in the dark`);
      await assertFocusIsVisible(page, hash);
      for (const width of [1100, 1025, 1000, 800, 641, 320]) {
        await page.setViewportSize({ width, height: 800 });
        await assertFits(page, `${hash} at ${width} pixels`);
      }
      await assertAccessible(page, `${hash} at 320 pixels`);
      await page.setViewportSize({ width: 1280, height: 900 });
    }
    await page.context().close();
  });
}

test("Times say their zone, and one switch turns them", async () => {
  const page = await pageOf("mhughes1");
  await accounts(page);
  await button(page, "Search").click();
  const time = page.locator("tbody time").first();
  assert.match(await time.innerText(), / UTC$/);
  await page.getByLabel(/^Local/).check();
  assert.match(await time.innerText(), / E[SD]T$/);
  await page.context().close();
});

test("A node that cannot be reached is told, what was typed stays, and trying again works", async () => {
  const page = await pageOf("mhughes1");
  await accounts(page);
  await page.route("**/v1/audit/roster*", (route) => route.abort());
  await page.getByLabel("Last Name").fill("doe");
  await button(page, "Search").click();
  await page.getByRole("alert").getByText("The node cannot be reached").waitFor();
  await assertAccessible(page, "an error");
  assert.equal(await page.getByLabel("Last Name").inputValue(), "doe");
  await page.unroute("**/v1/audit/roster*");
  await button(page, "Try again").click();
  await button(page, "Doe, John").waitFor();
  await page.context().close();
});

test("While the node is asked, the page says so; how old an answer is, too", async () => {
  const page = await pageOf("mhughes1");
  await accounts(page);
  let letThrough;
  const held = new Promise((resolve) => (letThrough = resolve));
  await page.route("**/v1/audit/roster*", async (route) => (await held, route.continue()));
  await button(page, "Search").click();
  await page.getByText("Loading…").waitFor();
  letThrough();
  await page.getByText(/As of event [\d,]+\./).waitFor();
  await page.context().close();
});

// The controls: what these tests look for, they find.
test("A page with a fault is caught by the check of access", async () => {
  const page = await newPage();
  await page.goto(`${address}/console`);
  await page.getByLabel("API token").waitFor();
  const isCaught = async (rule) => {
    const problems = await accessProblems(page);
    assert.ok(problems.some((problem) => problem.startsWith(rule)), problems.join());
  };
  await page.evaluate(() => (document.querySelector("label").style.color = getComputedStyle(document.body).backgroundColor));
  await isCaught("color-contrast");
  await page.evaluate(() => document.querySelector("label").remove());
  await isCaught("label");
  await page.context().close();
});

test("A script or a style that is not the console's own is stopped and reported", async () => {
  const page = await newPage();
  await page.goto(`${address}/console`);
  await page.getByLabel("API token").waitFor();
  await page.evaluate(() => {
    const style = document.createElement("style");
    style.textContent = "body { display: none }";
    document.head.append(style);
  });
  await page.waitForFunction(() => getComputedStyle(document.body).display !== "none");
  const assigned = await page.evaluate(() => {
    try {
      document.body.innerHTML = "<b>text</b>";
      return "taken";
    } catch (error) {
      return error.name;
    }
  });
  assert.equal(assigned, "TypeError", "text does not become markup");
  const reported = [];
  const isThere = () => ["style-src", "require-trusted-types-for"].every((kind) => reported.some((one) => one.startsWith(`policy: ${kind}`)));
  for (let tries = 0; tries < 100 && !isThere(); ++tries) {
    await page.waitForTimeout(100);
    reported.push(...takeComplaints());
  }
  assert.ok(isThere(), reported.join());
  await page.context().close();
});
