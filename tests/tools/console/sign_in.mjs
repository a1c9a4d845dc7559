// Signing in with an identity provider: by a browser with the npm package oidc-provider, and without one with a provider that is played here
// and says what no honest one does.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash, createHmac, createSign, generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { existsSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { address as plainAddress, assertAccessible, button, heading, newPage } from "./browser.mjs";
import { Running } from "./running.mjs";
import { story } from "./story.mjs";

const realProvider = process.env.OIDC_PROVIDER;
const hasRealProvider = existsSync(join(realProvider, "node_modules/.installed"));
const secret = "a secret: of 100%+";

const running = new Running(process.env.MUNIMENT);
const logFile = join(running.folder, "log");
const told = []; // All that must stand in no log.
let address;

// The provider that is played here.
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 });
const played = createServer();
let playedIssuer;
let tokenAnswer; // (form, headers) => [status, body]

played.on("request", async (request, response) => {
  let body = "";
  for await (const bytes of request) body += bytes;
  const send = (status, document) => response.writeHead(status, { "Content-Type": "application/json" }).end(typeof document === "string" ? document : JSON.stringify(document));
  if (request.url === "/.well-known/openid-configuration")
    send(200, { issuer: playedIssuer, jwks_uri: `${playedIssuer}/keys`, authorization_endpoint: `${playedIssuer}/enter?tenant=1`, token_endpoint: `${playedIssuer}/token` });
  else if (request.url === "/keys") send(200, { keys: [{ ...rsa.publicKey.export({ format: "jwk" }), kid: "k", alg: "RS256", use: "sig" }] });
  else if (request.url === "/token") send(...tokenAnswer(new URLSearchParams(body), request.headers));
  else send(404, {});
});

const base64url = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const signed = (claims, { header = { alg: "RS256", kid: "k" }, key = rsa.privateKey } = {}) => {
  const text = `${base64url(header)}.${base64url(claims)}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(key).toString("base64url")}`;
};
const now = () => Math.floor(Date.now() / 1000);
const claimsFor = (nonce, more = {}) => ({ iss: playedIssuer, aud: "console", exp: now() + 600, iat: now(), nonce, preferred_username: "agency", muniment_role: "officer", ...more });

before(async () => {
  played.listen(0, "127.0.0.1");
  await once(played, "listening");
  playedIssuer = `http://127.0.0.1:${played.address().port}`;
  const port = await new Promise((resolve) => {
    const taken = createServer().listen(0, "127.0.0.1", () => {
      const { port } = taken.address();
      taken.close(() => resolve(port));
    });
  });
  address = `http://localhost:${port}`;
  const redirect = `redirect_uri = "${address}/console/signed-in"\n`;
  const section = (issuer, client, name, more = "") =>
    `[[identity_provider]]\nissuer = "${issuer}"\naudience = "muniment"\nclock_skew_seconds = 0\nclient_id = "${client}"\nsign_in_name = "${name}"\n${redirect}${more}\n`;
  const secretFile = `client_secret_file = "secret"\n`;
  let configuration = section(playedIssuer, "console", "played");
  configuration += section(`${playedIssuer}/`, "console", "impostor"); // Its discovery document names another issuer.
  if (hasRealProvider) {
    const provider = running.start("node", [join(realProvider, "provider.mjs"), `${address}/console/signed-in`], { input: "pipe" });
    const issuer = (await running.said(provider, /(http\S+)\n/))[1];
    configuration += section(issuer, "confidential", "Agency sign-in", secretFile);
  }
  writeFileSync(join(running.folder, "secret"), `${secret}\n`);
  writeFileSync(join(running.folder, "muniment.toml"), configuration);
  running.init("agency");
  spawnSync(process.env.MUNIMENT, ["--store", running.store, "submit", "-"], { input: story.slice(0, 7).join("\n") });
  await running.serve(port, { words: ["--config", join(running.folder, "muniment.toml")], log: openSync(logFile, "w") });
  // The keys are fetched after the node has begun to listen.
  while ((await begin("played")).to.startsWith("/console")) await new Promise((resolve) => setTimeout(resolve, 50));
});

after(async () => {
  played.close();
  played.closeAllConnections();
  await running.finish();
});

const ask = (path, headers = {}) => fetch(`${address}${path}`, { headers, redirect: "manual" });
const cookiesOf = (answer) => Object.fromEntries(answer.headers.getSetCookie().map((cookie) => cookie.split(";")[0].split("=")));

async function begin(name) {
  const answer = await ask(`/console/sign-in?identity_provider=${name}`);
  const to = answer.headers.get("Location");
  const asked = to.startsWith("http") ? Object.fromEntries(new URL(to).searchParams) : {};
  const cookie = cookiesOf(answer)["__Host-muniment-sign-in"] ?? "";
  told.push(asked.state, asked.nonce, cookie);
  return { answer, to, asked, cookie };
}

// Comes back with a code. Where one is sent, and what of a session there is.
let codes = 0;
async function finish({ asked, cookie }, more = "") {
  const code = `code-of-the-test-${++codes}`;
  told.push(code);
  const answer = await ask(`/console/signed-in?code=${code}&state=${asked.state}${more}`, { Cookie: `__Host-muniment-sign-in=${cookie}` });
  assert.equal(answer.status, 303);
  const to = answer.headers.get("Location");
  const set = cookiesOf(answer);
  return { to, why: /why=(\w+)/.exec(to)?.[1], requestId: /request=(.+)/.exec(to)?.[1], session: set["__Host-muniment"], set };
}

const withIdToken = (make) => (form) => {
  told.push(form.get("code_verifier"));
  const text = make(form);
  told.push(text);
  return [200, { access_token: "opaque", token_type: "Bearer", id_token: text }];
};
const statusWith = async (session) =>
  (await ask("/v1/session", { Cookie: `__Host-muniment=${session}`, "Muniment-Console": "1", "Sec-Fetch-Site": "same-origin" })).status;

test("A browser is sent to the provider with a challenge, and with nothing that it could redeem a code by", async () => {
  const { answer, to, asked, cookie } = await begin("played");
  assert.equal(answer.status, 303);
  assert.ok(to.startsWith(`${playedIssuer}/enter?tenant=1&`), to);
  assert.equal(asked.response_type, "code");
  assert.equal(asked.client_id, "console");
  assert.equal(asked.redirect_uri, `${address}/console/signed-in`);
  assert.equal(asked.scope, "openid");
  assert.equal(asked.code_challenge_method, "S256");
  assert.match(answer.headers.getSetCookie()[0], /; Path=\/; Max-Age=600; Secure; HttpOnly; SameSite=Lax$/);
  assert.equal(answer.headers.get("Referrer-Policy"), "no-referrer");
  let form;
  tokenAnswer = (got) => ((form = got), withIdToken(() => signed(claimsFor(asked.nonce)))(got));
  const { to: back, session, set } = await finish({ asked, cookie }, "&session_state=of-another-vendor");
  assert.equal(back, "/console#/");
  assert.equal(await statusWith(session), 200);
  assert.equal(set["__Host-muniment-sign-in"], "", "what is done cannot be done again");
  assert.equal(createHash("sha256").update(form.get("code_verifier")).digest("base64url"), asked.code_challenge);
  assert.deepEqual([form.get("grant_type"), form.get("client_id"), form.get("redirect_uri")], ["authorization_code", "console", asked.redirect_uri]);
  const another = await begin("played");
  for (const name of ["state", "nonce", "code_challenge"]) assert.notEqual(another.asked[name], asked[name], name);
});

test("Only an ID token that the provider made for this sign-in lets anybody in", async () => {
  const wrong = {
    "another nonce": () => signed(claimsFor("another")),
    "no nonce": () => signed(claimsFor(undefined)),
    "another audience": (nonce) => signed(claimsFor(nonce, { aud: "muniment" })),
    "several audiences and no azp": (nonce) => signed(claimsFor(nonce, { aud: ["console", "other"] })),
    "another azp": (nonce) => signed(claimsFor(nonce, { azp: "other" })),
    "another issuer": (nonce) => signed(claimsFor(nonce, { iss: "https://login.example" })),
    "an end in the past": (nonce) => signed(claimsFor(nonce, { exp: now() - 1 })),
    "no role": (nonce) => signed(claimsFor(nonce, { muniment_role: "staff" })),
    "the role of a machine": (nonce) => signed(claimsFor(nonce, { muniment_role: "submitter" })),
    "no algorithm": (nonce) => `${base64url({ alg: "none" })}.${base64url(claimsFor(nonce))}.`,
    "the public key as a secret": (nonce) => {
      const text = `${base64url({ alg: "HS256", kid: "k" })}.${base64url(claimsFor(nonce))}`;
      return `${text}.${createHmac("sha256", rsa.publicKey.export({ type: "spki", format: "pem" })).update(text).digest("base64url")}`;
    },
    "a stranger's key": (nonce) => signed(claimsFor(nonce), { key: stranger.privateKey }),
    "no token": () => "nonsense",
  };
  for (const [what, make] of Object.entries(wrong)) {
    const begun = await begin("played");
    tokenAnswer = withIdToken(() => make(begun.asked.nonce));
    const { why, session } = await finish(begun);
    assert.deepEqual([why, session], ["refused", undefined], what);
  }
  const begun = await begin("played");
  let text;
  tokenAnswer = withIdToken(() => (text = signed(claimsFor(begun.asked.nonce, { aud: ["other", "console"], azp: "console" }))));
  assert.ok((await finish(begun)).session, "the control");
  assert.equal((await ask("/v1/stats", { Authorization: `Bearer ${text}` })).status, 401, "and it is no bearer token: that is for another audience");
});

test("What the provider answers instead of a token is told by kind", async () => {
  const answers = [
    [() => [400, { error: "invalid_grant", error_description: "told-by-the-provider" }], "stale"],
    [() => [401, { error: "invalid_client" }], "unavailable"],
    [() => [400, { error: "told-by-the-provider" }], "unavailable"],
    [() => [200, { access_token: "opaque" }], "unavailable"],
    [() => [200, "<html>"], "unavailable"],
    [() => [302, {}], "unavailable"],
  ];
  told.push("told-by-the-provider");
  for (const [answer, expected] of answers) {
    const begun = await begin("played");
    tokenAnswer = answer;
    const { why, requestId } = await finish(begun);
    assert.equal(why, expected);
    assert.ok(readFileSync(logFile, "utf8").includes(`"request_id":"${requestId}"`), "under which the log has it");
  }
});

test("A code counts in the browser alone that asked for it, with the state that it was given, and once", async () => {
  tokenAnswer = () => assert.fail("nobody redeems it");
  const mine = await begin("played");
  const others = await begin("played");
  const wrong = [
    [{ asked: mine.asked, cookie: others.cookie }, "stale"],
    [{ asked: mine.asked, cookie: "" }, "stale"],
    [{ asked: { state: "" }, cookie: mine.cookie }, "stale"],
    [{ asked: { state: `${mine.asked.state}A` }, cookie: mine.cookie }, "stale"],
    // Begun at another time, or with another provider: this node never wrote that.
    [{ asked: mine.asked, cookie: mine.cookie.replace(/\.\d+\./, `.${now() + 60}.`) }, "stale"],
    [{ asked: mine.asked, cookie: mine.cookie.replace(/^0/, "1") }, "stale"],
    [{ asked: mine.asked, cookie: "9".repeat(4000) }, "stale"],
  ];
  for (const [begun, expected] of wrong) {
    const answer = await ask(`/console/signed-in?code=x${begun.asked.state ? `&state=${begun.asked.state}` : ""}`, { Cookie: `__Host-muniment-sign-in=${begun.cookie}` });
    assert.match(answer.headers.get("Location"), new RegExp(`^/console#/sign-in\\?why=${expected}&`), begun.cookie.slice(0, 40));
    assert.equal(cookiesOf(answer)["__Host-muniment"], undefined);
  }
  assert.equal((await finish(mine, "&iss=https://login.example")).why, "refused", "another provider's answer");
  tokenAnswer = withIdToken(() => signed(claimsFor(mine.asked.nonce)));
  assert.ok((await finish(mine, `&iss=${encodeURIComponent(playedIssuer)}`)).session, "the control");
});

test("Nobody is sent anywhere but to a provider of the configuration", async () => {
  assert.deepEqual((await (await ask("/v1/sign-in")).json()).identity_providers.slice(0, 2), ["played", "impostor"]);
  assert.equal((await ask("/console/sign-in?identity_provider=https://evil.example")).status, 404);
  assert.equal((await ask("/console/sign-in")).status, 404);
  assert.equal((await ask("/console/sign-in?identity_provider=played&redirect_uri=https://evil.example")).status, 400);
  assert.equal((await begin("impostor")).to.split("&")[0], "/console#/sign-in?why=unavailable");
});

test("Without a provider in the configuration there is nothing of it", async () => {
  assert.deepEqual((await (await fetch(`${plainAddress}/v1/sign-in`)).json()).identity_providers, []);
  for (const path of ["/console/sign-in?identity_provider=played", "/console/signed-in?code=x&state=y", "/console/signed-in"])
    assert.equal((await fetch(`${plainAddress}${path}`, { redirect: "manual" })).status, 404, path);
});

test("A session ends with the ID token that it was opened with", async () => {
  const begun = await begin("played");
  tokenAnswer = withIdToken(() => signed(claimsFor(begun.asked.nonce, { exp: now() + 3 })));
  const { session } = await finish(begun);
  assert.equal(await statusWith(session), 200);
  await new Promise((resolve) => setTimeout(resolve, 3100));
  assert.equal(await statusWith(session), 401);
});

const enter = async (page, name) => {
  await page.getByLabel("Name").fill(name);
  await button(page, "Enter").click();
};

test("A person signs in with an identity provider and is where they wanted to be", { skip: !hasRealProvider }, async () => {
  const page = await newPage();
  page.on("request", (request) => {
    const { searchParams } = new URL(request.url());
    for (const name of ["code", "state", "nonce"]) if (searchParams.has(name)) told.push(searchParams.get(name));
  });
  await page.goto(`${address}/console#/audit/findings?rule=no_backup`);
  await page.getByRole("link", { name: "Sign in with Agency sign-in" }).waitFor();
  await assertAccessible(page, "signing in");
  await page.getByRole("link", { name: "Sign in with Agency sign-in" }).click();
  await enter(page, "agency");
  await heading(page, "Findings").waitFor();
  assert.equal(page.url(), `${address}/console#/audit/findings?rule=no_backup`);
  await page.getByText("Welcome agency").waitFor();
  const cookies = await page.context().cookies(address);
  assert.deepEqual(cookies.map(({ name, httpOnly, secure, sameSite }) => [name, httpOnly, secure, sameSite]), [["__Host-muniment", true, true, "Strict"]]);
  assert.equal(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }])), "[{},{}]");
  // Back leads past the page that the code came to.
  for (let back = 0; back < 3; ++back) {
    await page.goBack();
    assert.ok(!page.url().includes("signed-in") && !page.url().includes("code="), page.url());
  }
  await page.context().close();
});

test("Who does not want to, and who may not, is told why on the sign-in page", { skip: !hasRealProvider }, async () => {
  const page = await newPage();
  await page.goto(`${address}/console`);
  const link = page.getByRole("link", { name: "Sign in with Agency sign-in" });
  await link.click();
  await button(page, "Refuse").click();
  await page.getByRole("alert").getByText("nobody has signed in there").waitFor();
  assert.equal(page.url(), `${address}/console#/`);
  await assertAccessible(page, "a sign-in that failed");
  await link.click();
  await enter(page, "eve");
  await page.getByRole("alert").getByText("lets nobody in here").waitFor();
  await page.getByText(/^Request [0-9a-f-]+\./).waitFor();
  await page.reload();
  await link.waitFor();
  assert.equal(await page.getByRole("alert").count(), 0, "it is told once");
  // What anybody can write into an address is not told in the node's name.
  await page.goto(`${address}/console?#/sign-in?why=<b>Call+1-555&request=<b>1-555`);
  await page.getByRole("alert").getByText("could not be asked").waitFor();
  assert.equal(await page.getByText("1-555").count(), 0);
  await page.context().close();
});

test("Whose session has ended signs in again in another tab, and finds what was typed", { skip: !hasRealProvider }, async () => {
  const page = await newPage();
  await page.goto(`${address}/console#/accounts?provider=110012345A`);
  await page.getByRole("link", { name: "Sign in with Agency sign-in" }).click();
  await enter(page, "mhughes1");
  await page.getByLabel("Last Name").fill("Halfway");
  await page.evaluate(() => fetch("/v1/session/end", { method: "POST", headers: { "Muniment-Console": "1" } }).then((answer) => answer.text()));
  await button(page, "Search").click();
  const [tab] = await Promise.all([page.waitForEvent("popup"), page.getByRole("link", { name: "Sign in with Agency sign-in, in another tab" }).click()]);
  await heading(tab, "Home").waitFor(); // The provider still knows who it is.
  await button(page, "Sign out").waitFor();
  assert.equal(await page.getByLabel("Last Name").inputValue(), "Halfway");
  await page.context().close();
});

test("Nothing of codes, tokens and secrets stands in the node's log", () => {
  const log = readFileSync(logFile, "utf8");
  assert.ok(log.includes("GET /console/signed-in"), "the control");
  told.push(secret, encodeURIComponent(secret), "code=");
  for (const text of told.filter(Boolean)) assert.ok(!log.includes(text), text);
});
