// Speaks SCIM to a node with what others have written: scimmy's schemas and messages, scim2-parse-filter's filters and scim-patch's patches.
// What they make of the node's answers, and what they say that a filter finds or a patch makes, must be what the node says.
//   node check.mjs MUNIMENT
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import SCIMMY from "scimmy";
import { Running } from "./running.mjs";

const require = createRequire(import.meta.url);
const { scimPatch } = require("scim-patch");
const { filter: filterOf, parse: parseFilter } = require("scim2-parse-filter");

const person = "urn:ietf:params:scim:schemas:extension:muniment:2.0:User";
const running = new Running(process.argv[2]);
const failures = [];
let checked = 0;
let url;
let token;

async function check(name, what) {
  checked += 1;
  try {
    await what();
  } catch (error) {
    failures.push(`${name}: ${error.message}`);
  }
}

async function scim(method, path, body, status = 200) {
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/scim+json" };
  const answer = await fetch(`${url}/scim/v2${path}`, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  assert.equal(answer.status, status, `${method} ${path}: ${text}`);
  assert.match(answer.headers.get("content-type"), /^application\/scim\+json/);
  return text === "" ? undefined : JSON.parse(text);
}

async function begin() {
  running.init("agency");
  const officer = running.run("token", "create", "--role", "officer", "--name", "agency");
  token = running.run("token", "create", "--username", "mhughes1");
  url = `http://127.0.0.1:${(await running.serve()).port}`;
  for (const command of [
    { type: "register_provider", provider: "110012345A", kind: "provider", organization: "Mercy", name: "Mercy" },
    { type: "assign_primary_user", provider: "110012345A", pin: "4071",
      profile: { last_name: "Hughes", first_name: "Mary", birth_day: "11/23", email: "m@mercy.example", zip: "02139" } },
  ]) {
    const headers = { Authorization: `Bearer ${officer}`, "Content-Type": "application/json", "Idempotency-Key": command.type };
    const answer = await fetch(`${url}/v1/commands`, { method: "POST", headers, body: JSON.stringify(command) });
    assert.equal(answer.status, 200, await answer.text());
  }
}

const config = ({ multiValued, description, required, mutability, returned, uniqueness, caseExact, referenceTypes }) =>
  ({ multiValued, description, required, mutable: mutability === "readWrite" ? true : mutability, returned, uniqueness, caseExact, referenceTypes });
const attributeOf = (one) => new SCIMMY.Types.Attribute(one.type, one.name, config(one), (one.subAttributes ?? []).map(attributeOf));

// The node's own description of the extension becomes scimmy's.
async function discover() {
  const schemas = new SCIMMY.Messages.ListResponse(await scim("GET", "/Schemas"));
  assert.equal(schemas.totalResults, 3);
  const extension = schemas.Resources.find((schema) => schema.id === person);
  const attributes = extension.attributes.map(attributeOf);
  SCIMMY.Schemas.User.extend(new SCIMMY.Types.SchemaDefinition("Person", person, extension.description, attributes), true);
  const core = SCIMMY.Schemas.User.definition.describe().attributes.map((attribute) => attribute.name);
  for (const attribute of schemas.Resources.find((schema) => schema.name === "User").attributes) assert.ok(core.includes(attribute.name), attribute.name);
  const types = await scim("GET", "/ResourceTypes");
  for (const type of types.Resources) new SCIMMY.Schemas.ResourceType(type);
  new SCIMMY.Schemas.ServiceProviderConfig(await scim("GET", "/ServiceProviderConfig"));
}

const newcomer = (family, given, zip) => ({
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User", person],
  userName: `${given}.${family}@mercy.example`.toLowerCase(),
  name: { familyName: family, givenName: given },
  emails: [{ value: `${given}.${family}@mercy.example`.toLowerCase(), type: "work", primary: true }],
  [person]: { birthDay: "02/03", zip, pin: "0042", services: ["manage_referrals"] },
});

// As scimmy reads it; that it can be written again is part of being readable.
const asUser = (resource) => JSON.parse(JSON.stringify(new SCIMMY.Schemas.User(resource, "out")));

const filters = [
  'userName eq "aroe1"', 'userName sw "A"', 'name.familyName co "o"', 'name.familyName ew "E" and active eq true',
  'emails[type eq "work" and value co "@mercy.example"]', 'emails.value eq "ann.roe@mercy.example" or userName eq "mhughes1"',
  'not (userName eq "aroe1")', 'active eq false', 'name.familyName gt "M"', 'displayName pr', 'title pr', 'active eq true and (userName sw "b" or userName sw "m")',
];

async function findsWhatOthersFind(filter) {
  const everybody = (await scim("GET", "/Users?count=1000")).Resources;
  const found = (await scim("GET", `/Users?filter=${encodeURIComponent(filter)}`)).Resources.map((user) => user.id);
  const fold = (value) => JSON.parse(JSON.stringify(value).toLowerCase());
  // Neither folds case as the attributes of a User are compared, so both look at what is folded.
  const lower = filter.replace(/"[^"]*"/g, (text) => text.toLowerCase());
  const theirs = everybody.filter((user) => {
    const names = { userName: user.userName, active: user.active, displayName: user.displayName, title: user.title, name: user.name, emails: user.emails };
    const values = Object.fromEntries(Object.entries(names).filter(([, value]) => value !== undefined).map(([name, value]) => [name, value]));
    const folded = JSON.parse(JSON.stringify(values), (key, value) => (typeof value === "string" ? value.toLowerCase() : value));
    return filterOf(parseFilter(lower))(folded);
  });
  assert.deepEqual(found, theirs.map((user) => user.id), `scim2-parse-filter: ${fold(found)}`);
}

const patches = [
  [{ op: "replace", path: "name.familyName", value: "Dow" }],
  [{ op: "replace", path: 'emails[type eq "work"].value', value: "ann.dow@mercy.example" }],
  [{ op: "replace", path: "name", value: { familyName: "Roe", givenName: "Anna" } }],
  [{ op: "add", path: "name.middleName", value: "Q" }, { op: "replace", path: `${person}:zip`, value: "02140" }],
  [{ op: "remove", path: "name.middleName" }],
];

// But for what follows from it, as the version does.
const settled = ({ meta, displayName, ...rest }) => rest;

async function makesWhatOthersMake(operations) {
  const before = await scim("GET", "/Users/aroe1");
  const message = JSON.parse(JSON.stringify(new SCIMMY.Messages.PatchOp({ schemas: [SCIMMY.Messages.PatchOp.id], Operations: operations })));
  const after = await scim("PATCH", "/Users/aroe1", message);
  assert.deepEqual(settled(after), settled(scimPatch(structuredClone(before), operations)));
  assert.notEqual(after.meta.version, before.meta.version);
}

async function users() {
  await check("a user is made", async () => {
    const made = asUser(await scim("POST", "/Users", newcomer("Roe", "Ann", "02139"), 201));
    assert.equal(made.id, "aroe1");
    assert.equal(made.name.familyName, "Roe");
    assert.equal(made[person].pin, undefined);
    await scim("POST", "/Users", newcomer("Bell", "Bo", "02139"), 201);
  });
  await check("users are listed", async () => {
    const list = new SCIMMY.Messages.ListResponse(await scim("GET", "/Users"));
    assert.equal(list.totalResults, 3);
    list.Resources.forEach(asUser);
  });
  await check("scimmy would not take anything", async () => {
    const broken = { ...(await scim("GET", "/Users/aroe1")), userName: { value: 1 } };
    assert.throws(() => asUser(broken));
  });
  for (const filter of filters) await check(filter, () => findsWhatOthersFind(filter));
  for (const operations of patches) await check(JSON.stringify(operations), () => makesWhatOthersMake(operations));
  await check("a search by a body", async () => {
    const request = { filter: 'userName sw "A"', attributes: ["userName", "name.familyName"], startIndex: 1, count: 2 };
    const message = JSON.parse(JSON.stringify(new SCIMMY.Messages.SearchRequest({ schemas: [SCIMMY.Messages.SearchRequest.id], ...request })));
    for (const path of ["/Users/.search", "/.search"]) {
      const list = new SCIMMY.Messages.ListResponse(await scim("POST", path, { ...message, schemas: [SCIMMY.Messages.SearchRequest.id] }));
      assert.deepEqual(list.Resources.map((user) => user.userName), ["aroe1"], path);
    }
    const groups = new SCIMMY.Messages.ListResponse(await scim("POST", "/Groups/.search", { schemas: [SCIMMY.Messages.SearchRequest.id], count: 3 }));
    assert.equal(groups.totalResults, 9);
    assert.equal(groups.Resources.length, 3);
  });
  await check("who asks, as /Me", async () => {
    assert.equal(asUser(await scim("GET", "/Me")).userName, "mhughes1");
  });
  await check("an error", async () => {
    const error = await scim("GET", "/Users?filter=x", undefined, 400);
    assert.throws(() => new SCIMMY.Messages.ErrorResponse(error), { scimType: "invalidFilter", status: "400" });
    const { schemas, ...rest } = error;
    assert.equal(new SCIMMY.Messages.ErrorResponse(rest).status, "400", "the status and the type go together");
  });
}

async function groupsAndBulk() {
  await check("a group", async () => {
    const group = new SCIMMY.Schemas.Group(await scim("GET", "/Groups/110012345A.manage_referrals"), "out");
    assert.deepEqual(group.members.map((member) => member.value), ["aroe1", "bbell1"]);
  });
  await check("a bulk request", async () => {
    const Operations = [
      { method: "POST", path: "/Users", bulkId: "new", data: newcomer("Cole", "Cy", "02139") },
      { method: "PATCH", path: "/Groups/110012345A.view_provider_reports",
        data: { schemas: [SCIMMY.Messages.PatchOp.id], Operations: [{ op: "add", path: "members", value: [{ value: "bulkId:new" }] }] } },
      { method: "DELETE", path: "/Users/bbell1" },
    ];
    const message = JSON.parse(JSON.stringify(new SCIMMY.Messages.BulkRequest({ schemas: [SCIMMY.Messages.BulkRequest.id], failOnErrors: 1, Operations })));
    const done = new SCIMMY.Messages.BulkResponse(await scim("POST", "/Bulk", { ...message, schemas: [SCIMMY.Messages.BulkRequest.id] }));
    assert.deepEqual(done.Operations.map((one) => one.status), ["201", "200", "204"]);
    const cole = await scim("GET", "/Users/ccole1");
    assert.deepEqual(cole[person].services, ["manage_referrals", "view_provider_reports"]);
  });
}

try {
  await begin();
  await check("what the service says of itself", discover);
  await users();
  await groupsAndBulk();
} catch (error) {
  failures.push(String(error.stack ?? error));
} finally {
  await running.finish();
}
for (const failure of failures) console.error(failure);
console.log(`${checked} checks, ${failures.length} failures`);
process.exitCode = failures.length === 0 && checked > 0 ? 0 : 1;
