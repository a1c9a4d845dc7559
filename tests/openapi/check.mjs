// Sends the sample day and every route's good and bad requests to a node through Prism, which compares each with the node's own
// /openapi.json. Every answer must be as the document says; so must every request that is meant to be good.
//   node check.mjs MUNIMENT SAMPLE_DAY
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Running } from "./running.mjs";

const [muniment, day] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const running = new Running(muniment);
const run = (...words) => running.run(...words);
const failures = [];
let checked = 0;

// One Prism that looks at requests too, and one that looks at answers alone: for requests that are meant to be bad.
const through = {};

async function ask(name, request, { status, isGood = true }) {
  const { method = "GET", path, token, headers = {}, body } = request;
  const all = { ...headers };
  if (token) all.Authorization = `Bearer ${token}`;
  const answer = await fetch(through[isGood ? "good" : "bad"] + path, { method, headers: all, body, redirect: "manual" });
  const text = await answer.text();
  checked += 1;
  if (status !== undefined && answer.status !== status) failures.push(`${name}: status ${answer.status}, not ${status}: ${text.slice(0, 300)}`);
  // That a token is missing Prism says in any case.
  for (const violation of JSON.parse(answer.headers.get("sl-violations") ?? "[]")) {
    if (isGood || violation.location?.[0] !== "request") failures.push(`${name}: ${JSON.stringify(violation)}`);
  }
  return text;
}

// The actor of each line, by whom it is sent. Lines of the day that are malformed are meant to be.
function actorOf(line) {
  let actor;
  try {
    actor = JSON.parse(line).actor;
  } catch {
    actor = undefined;
  }
  return typeof actor === "string" && /^(officer:|submitter:)?[a-z0-9._-]+$/.test(actor) ? actor : "officer:agency";
}

// All tokens are made before anything is asked: while a program runs, this one answers nobody, and Prism closes connections that rest.
function prepare() {
  running.init("agency");
  const lines = readFileSync(day, "utf8").split("\n").filter((line) => line.trim() !== "");
  const actors = {};
  for (const actor of lines.map(actorOf)) {
    const [role, name] = actor.includes(":") ? actor.split(":") : [undefined, actor];
    actors[actor] ??= role ? run("token", "create", "--role", role, "--name", name) : run("token", "create", "--username", name);
  }
  const tokens = {
    officer: run("token", "create", "--role", "officer", "--name", "agency"),
    auditor: run("token", "create", "--role", "auditor", "--name", "ann"),
    limited: run("token", "create", "--role", "auditor", "--name", "lim", "--provider", "110067890B"),
    operator: run("token", "create", "--role", "operator", "--name", "ops"),
    portal: run("token", "create", "--role", "submitter", "--name", "portal"),
    mary: run("token", "create", "--username", "mhughes1"),
    node: run("token", "create", "--role", "node", "--name", "nodes"),
  };
  return { lines, tokens, actors };
}

const json = { "Content-Type": "application/json" };

// Each line as a request of its own.
async function sendDay({ lines, actors }) {
  for (const [index, line] of lines.entries()) {
    await ask(`day ${index + 1}`, { method: "POST", path: "/v1/commands", token: actors[actorOf(line)], headers: json, body: line }, { isGood: false });
  }
}

const span = "from=2020-01-01&to=2040-01-01";

const atMostOneRow = (text) => JSON.parse(text).rows.length <= 1;

// [name, request, its status, perhaps what its answer must be]
function requests(t) {
  const good = [];
  const review = '{"type":"open_review","command_id":"q4","review":"q4","providers":["110012345A"],"due_at":"2040-01-01T00:00:00Z"}';
  good.push(["a review is opened", { method: "POST", path: "/v1/commands", token: t.officer, headers: json, body: review }, 200]);
  const bad = [];
  const forms = ["application/json", "application/x-ndjson", "text/csv"];
  for (const path of ["/v1/audit/as-of", "/v1/audit/as-of?user=jdoe1&at=2030-01-01", `/v1/audit/diff?${span}`, "/v1/audit/roster?provider=110012345A",
    "/v1/providers/110012345A/subordinates?last_name=d", "/v1/audit/trail?oldest_first=true", "/v1/audit/trail?type=command_refused", "/v1/audit/trail?not_type=records_read,signed_in",
    "/v1/audit/findings?since=2020-01-01", "/v1/audit/findings?rule=no_backup", "/v1/audit/reviews?state=open", "/v1/audit/reviews/q4",
    "/v1/audit/leaver?user=jdoe1", "/v1/audit/attestation?provider=110012345A"]) {
    for (const form of forms) good.push([`${path} as ${form}`, { path, token: t.officer, headers: { Accept: form } }, 200]);
    const paged = (rest) => ({ path: `${path}${path.includes("?") ? "&" : "?"}${rest}`, token: t.auditor });
    if (path.includes("/leaver")) continue;  // Its links are one page.
    good.push([`${path} in pages`, paged("limit=1"), 200, atMostOneRow]);
    bad.push([`${path} behind a cursor that is none`, paged("cursor=ff"), 400]);
  }
  for (const format of ["ocsf", "fhir", "cloudevents", "cloudevents-batch", "csv", "ndjson"])
    good.push([`an export as ${format}`, { path: `/v1/export/trail?format=${format}&user=jdoe1`, token: t.officer, headers: { Accept: "*/*" } }, 200]);
  good.push(["a report", { path: "/v1/audit/report?provider=110012345A&zone=UTC", token: t.officer, headers: { Accept: "text/html" } }, 200]);
  for (const path of ["/v1/audit/reviews/q4", "/v1/audit/attestation?provider=110012345A"])
    good.push([`the sheet ${path}`, { path, token: t.officer, headers: { Accept: "text/html" } }, 200]);
  bad.push(["a report of everything", { path: "/v1/audit/report", token: t.officer }, 400]);
  good.push(["the rules and what has ended", { path: "/v1/audit/rules?since=2020-01-01", token: t.officer }, 200]);
  bad.push(["an export as what there is not", { path: "/v1/export/trail?format=xml", token: t.officer }, 400]);
  for (const path of ["/healthz", "/readyz", "/openapi.json"]) good.push([path, { path }, 200]);
  good.push(["/metrics", { path: "/metrics", token: t.operator }, 200]);
  for (const path of ["/log/checkpoint", "/log/log.vkey", "/log/rotations"]) good.push([path, { path, token: t.officer, headers: { Accept: "text/plain" } }, 200]);
  for (const path of ["/v1/accounts/jdoe1", "/v1/providers/110012345A", "/v1/services", "/v1/stats"]) good.push([path, { path, token: t.officer }, 200]);
  for (const form of forms) good.push([`how much happened as ${form}`, { path: "/v1/audit/trail/histogram?not_type=records_read", token: t.officer, headers: { Accept: form } }, 200]);
  for (const form of forms) good.push([`what was held as ${form}`, { path: "/v1/audit/intervals?user=jdoe1", token: t.officer, headers: { Accept: form } }, 200]);
  for (const form of forms) good.push([`when who could not sign in as ${form}`, { path: "/v1/audit/states", token: t.officer, headers: { Accept: form } }, 200]);
  good.push(["a page of when who could not sign in", { path: "/v1/audit/states?limit=1", token: t.officer }, 200, atMostOneRow]);
  bad.push(["a state of no account", { path: "/v1/audit/states?state=asleep", token: t.officer }, 400]);
  bad.push(["what nobody held", { path: "/v1/audit/intervals", token: t.officer }, 400]);
  bad.push(["kinds that there are not", { path: "/v1/audit/trail?not_type=x", token: t.officer }, 400]);
  good.push(["the rules", { path: "/v1/audit/rules", token: t.officer }, 200]);
  good.push(["findings as a limited auditor sees them", { path: "/v1/audit/findings", token: t.limited }, 200]);
  bad.push(["a rule that is none", { path: "/v1/audit/findings?rule=x", token: t.officer }, 400]);
  good.push(["what each change of policy changed", { path: "/v1/audit/policies", token: t.officer }, 200]);
  good.push(["how long what is recorded is kept", { path: "/v1/audit/retention", token: t.officer }, 200]);
  good.push(["when nothing was recorded", { path: "/v1/audit/gaps", token: t.officer }, 200]);
  good.push(["who is privileged", { path: "/v1/audit/privileged", token: t.officer }, 200]);
  good.push(["an account as its administrator sees it", { path: "/v1/accounts/jdoe1", token: t.mary }, 200]);
  good.push(["a trail as a limited auditor sees it", { path: "/v1/audit/trail", token: t.limited }, 200]);
  good.push(["events", { path: "/v1/events?limit=50", token: t.operator }, 200]);
  good.push(["events of a limited auditor", { path: "/v1/events", token: t.limited }, 200]);

  const scim = { "Content-Type": "application/scim+json" };
  const user = "urn:ietf:params:scim:schemas:extension:muniment:2.0:User";
  const newcomer = { userName: "zoe@mercy.example", name: { familyName: "Zink", givenName: "Zoe" }, emails: [{ value: "zoe@mercy.example" }],
    [user]: { provider: "110012345A", birthDay: "02/03", zip: "02139", pin: "0042", services: ["manage_referrals"] } };
  const change = (method, path, body) => ({ method, path: `/scim/v2${path}`, token: t.mary, headers: scim, body: JSON.stringify(body) });
  for (const path of ["/ServiceProviderConfig", "/ResourceTypes", "/ResourceTypes/User", "/Schemas", `/Schemas/${user}`, "/Users?provider=110012345A&count=2",
    "/Users/jdoe1", "/Groups?provider=110012345A", "/Groups/110012345A.manage_referrals"])
    good.push([`SCIM ${path}`, { path: `/scim/v2${path}`, token: t.mary }, 200]);
  good.push(["SCIM: a person is made", change("POST", "/Users?provider=110012345A", newcomer), 201]);
  good.push(["SCIM: and changed", change("PATCH", "/Users/zzink1?provider=110012345A", { Operations: [{ op: "replace", path: "name.givenName", value: "Zora" }] }), 200]);
  good.push(["SCIM: and written again", change("PUT", "/Users/zzink1?provider=110012345A", { name: { givenName: "Zoe" } }), 200]);
  good.push(["SCIM: and given a service", change("PATCH", "/Groups/110012345A.view_provider_reports", { Operations: [{ op: "add", path: "members", value: [{ value: "zzink1" }] }] }), 200]);
  good.push(["SCIM: and another one, which others may hold", change("PUT", "/Groups/110012345A.manage_provider_profile_information?excludedAttributes=members", { members: [{ value: "zzink1" }] }), undefined]);
  good.push(["SCIM: and removed", { method: "DELETE", path: "/scim/v2/Users/zzink1?provider=110012345A", token: t.mary }, 204]);
  good.push(["SCIM: several at once", change("POST", "/Bulk", { Operations: [{ method: "DELETE", path: "/Users/nobody9" }] }), 200]);
  good.push(["SCIM: who asks", { path: "/scim/v2/Me", token: t.mary }, 200]);
  good.push(["SCIM: who asks, changed", change("PATCH", "/Me?provider=110012345A", { Operations: [{ op: "replace", path: "name.givenName", value: "Mary" }] }), undefined]);
  good.push(["SCIM: and written again", change("PUT", "/Me?provider=110012345A", { name: { givenName: "Mary" } }), undefined]);
  bad.push(["SCIM: nobody removes the Primary User", { method: "DELETE", path: "/scim/v2/Me?provider=110012345A", token: t.mary }, 403]);
  for (const path of ["/Users/.search", "/Groups/.search", "/.search"])
    good.push([`SCIM ${path}`, change("POST", `${path}?provider=110012345A`, { count: 2 }), 200]);
  bad.push(["SCIM: an officer is no account", { path: "/scim/v2/Me", token: t.officer }, 404]);
  bad.push(["SCIM: a filter that is none", { path: "/scim/v2/Users?filter=x&provider=110012345A", token: t.mary }, 400]);
  bad.push(["SCIM: another role", { path: "/scim/v2/Users", token: t.operator }, 403]);
  bad.push(["SCIM: nobody", { path: "/scim/v2/Users/nobody9", token: t.officer }, 404]);

  const post = (body, token, headers = json) => ({ method: "POST", path: "/v1/commands", token, headers, body });
  good.push(["a command", post('{"type":"publish_terms","command_id":"o1","terms_version":"2031"}', t.officer), 200]);
  good.push(["the same again", post('{"type":"publish_terms","command_id":"o1","terms_version":"2031"}', t.officer), 200]);
  good.push(["a command with its id beside it", post('{"type":"publish_terms","terms_version":"2032"}', t.officer, { ...json, "Idempotency-Key": "o2" }), 200]);
  good.push(["a refused command", post('{"type":"lock_account","command_id":"o3","username":"jdoe1"}', t.officer), 422]);
  good.push(["a denied command", post('{"type":"lock_account","command_id":"o4","username":"jdoe1"}', t.mary), 403]);
  good.push(["a conflict", post('{"type":"publish_terms","command_id":"o5","terms_version":"2031"}', t.officer), undefined]);
  good.push(["a stale version", post('{"type":"lock_account","command_id":"o6","username":"jdoe1","reason":"review"}', t.officer, { ...json, "If-Match": '"1"' }), 412]);
  good.push(["a batch", post('{"type":"record_sign_in","command_id":"o7","username":"jdoe1","at":"2024-01-01","success":true}\n', t.portal, { "Content-Type": "application/x-ndjson" }), 200]);
  const redeem = (body, headers = { ...json, "Idempotency-Key": "r1" }, token = t.portal) => ({ method: "POST", path: "/v1/credentials/redeem", token, headers, body });
  good.push(["a credential that is none", redeem('{"username":"jdoe1","credential":"AAAAA-BBBBB"}'), 422]);

  good.push(["a clock that did not step", { method: "POST", path: "/v1/clock/accept", token: t.operator }, 200]);

  good.push(["the console", { path: "/console", headers: { Accept: "text/html" } }, 200]);
  good.push(["a profile", { path: "/v1/accounts/jdoe1/profile", token: t.officer }, 200]);
  good.push(["with which providers of identity one signs in", { path: "/v1/sign-in" }, 200]);
  bad.push(["a sign-in with a provider of identity that there is not", { path: "/console/sign-in?identity_provider=none" }, undefined]);
  bad.push(["a sign-in that was not begun", { path: "/console/signed-in?state=x&code=y" }, undefined]);
  good.push(["who calls", { path: "/v1/session", token: t.mary }, 200]);
  good.push(["a session that begins", { method: "POST", path: "/v1/session", token: t.operator }, 200]);
  good.push(["a session that ends", { method: "POST", path: "/v1/session/end", token: t.operator }, 200]);
  bad.push(["a profile of nobody", { path: "/v1/accounts/nobody9/profile", token: t.officer }, 404]);
  bad.push(["a file that the console does not have", { path: "/console/assets/none.js" }, 404]);

  bad.push(["a rotation of a key that was never rotated", { path: "/log/rotations/event-1.record", token: t.officer, headers: { Accept: "application/octet-stream" } }, 404]);
  bad.push(["a backup where none is configured", { method: "POST", path: "/v1/backups/log", token: t.operator }, 404]);
  bad.push(["a backup for who is no operator", { method: "POST", path: "/v1/backups/vault", token: t.officer }, 403]);
  bad.push(["no token", { path: "/v1/audit/as-of" }, 401]);
  bad.push(["a token that is none", { path: "/v1/audit/as-of", token: "nonsense" }, 401]);
  bad.push(["another role", { path: "/v1/stats", token: t.portal }, 403]);
  bad.push(["another provider", { path: "/v1/providers/110012345A", token: t.limited }, 403]);
  bad.push(["nobody", { path: "/v1/accounts/nobody9", token: t.officer }, 404]);
  bad.push(["no provider", { path: "/v1/providers/999999999Z", token: t.officer }, 404]);
  bad.push(["a PID/SL that is none", { path: "/v1/providers/nonsense", token: t.officer }, 400]);
  bad.push(["a limit that is none", { path: "/v1/audit/as-of?limit=x", token: t.officer }, 400]);
  bad.push(["a time that is none", { path: "/v1/audit/as-of?at=yesterday", token: t.officer }, 400]);
  bad.push(["a cursor that is none", { path: "/v1/audit/trail?cursor=ff", token: t.officer }, 400]);
  bad.push(["a position to come", { path: "/v1/audit/as-of?position=999999", token: t.officer }, 404]);
  bad.push(["no review", { path: "/v1/audit/reviews/nothing", token: t.officer }, 404]);
  bad.push(["a state that is none", { path: "/v1/audit/reviews?state=x", token: t.officer }, 400]);
  bad.push(["half a difference", { path: "/v1/audit/diff?from=2020-01-01", token: t.officer }, 400]);
  bad.push(["a page of a whole answer", { path: "/v1/audit/as-of?limit=5", token: t.officer, headers: { Accept: "text/csv" } }, 400]);
  bad.push(["a command that is none", post('{"type":"fly"}', t.officer), 400]);
  bad.push(["no JSON", post("nonsense", t.officer), undefined]);
  bad.push(["another type of body", post("x", t.officer, { "Content-Type": "text/plain" }), 415]);
  bad.push(["no key", redeem('{"username":"jdoe1","credential":"x"}', json), 400]);
  bad.push(["half a redemption", redeem('{"username":"jdoe1"}'), 400]);
  const readElsewhere = (token) => ({ method: "POST", path: "/v1/nodes/access", token, headers: { "Content-Type": "application/capnp" }, body: "x" });
  bad.push(["records of a standby that are none", readElsewhere(t.node), 400]);
  bad.push(["records of a standby by somebody else", readElsewhere(t.officer), 403]);
  return { good, bad };
}

// What OpenAPI says that a document should be, beyond what its schema can say.
function problemsOf(document) {
  const file = join(running.folder, "linted.json");
  writeFileSync(file, JSON.stringify(document));
  const program = join(here, "node_modules/@stoplight/spectral-cli/dist/index.js");
  const words = [program, "lint", "--quiet", "--fail-severity", "hint", "--ruleset", join(here, "spectral.yaml"), file];
  try {
    execFileSync(process.execPath, words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    return "";
  } catch (error) {
    return `${error.stdout}${error.stderr}`;
  }
}

function lint(text) {
  const problems = problemsOf(JSON.parse(text));
  if (problems !== "") failures.push(`the document: ${problems}`);
  const broken = JSON.parse(text);
  delete broken.paths["/healthz"].get.operationId;
  if (!problemsOf(broken).includes("operationId")) failures.push("the lint finds nothing where an operation has no id");
}

async function check() {
  const prepared = prepare();
  const { port } = await running.serve();
  const document = await (await fetch(`http://127.0.0.1:${port}/openapi.json`)).text();
  const file = join(running.folder, "openapi.json");
  writeFileSync(file, document);
  lint(document);
  for (const [kind, flags] of [["good", []], ["bad", ["--validate-request", "false"]]]) {
    const program = join(here, "node_modules/@stoplight/prism-cli/dist/index.js");
    const prism = running.start(process.execPath, [program, "proxy", file, `http://127.0.0.1:${port}`, "--port", "0", "--host", "127.0.0.1", ...flags]);
    through[kind] = (await running.said(prism, /listening on (http:\/\/127\.0\.0\.1:\d+)/))[1];
  }

  await sendDay(prepared);
  const { good, bad } = requests(prepared.tokens);
  for (const [name, request, status, isRight] of good) {
    const text = await ask(name, request, { status });
    if (isRight && !isRight(text)) failures.push(`${name}: ${text.slice(0, 300)}`);
  }
  for (const [name, request, status] of bad) await ask(name, request, { status, isGood: false });

  const asked = new Set([...good, ...bad].map(([, request]) => `${request.method ?? "GET"} ${request.path.split("?")[0]}`));
  for (const [path, operations] of Object.entries(JSON.parse(document).paths)) {
    // A parameter in OpenAPI's paths has no slash in it, and the names of tiles have: the node's own tests ask for those.
    if (path.startsWith("/log/tile/")) continue;
    for (const method of Object.keys(operations)) {
      const pattern = new RegExp(`^${method.toUpperCase()} ${path.replace(/\{[^}]+\}/g, "[^/]+")}$`);
      if (![...asked].some((one) => pattern.test(one))) failures.push(`${method} ${path} is in the document and was not asked`);
    }
  }
}

try {
  await check();
} catch (error) {
  failures.push(String(error.stack ?? error));
} finally {
  await running.finish();
}
for (const failure of failures) console.error(failure);
console.log(`${checked} requests, ${failures.length} failures`);
process.exitCode = failures.length === 0 && checked > 0 ? 0 : 1;
