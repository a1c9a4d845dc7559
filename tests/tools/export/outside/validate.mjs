// Runs exports through validators that others have written or that others' schemas make, and shows that each of them can say no.
//   node validate.mjs GOLDEN_FOLDER SCHEMAS_FOLDER
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { Ocsf } from "./ocsf.mjs";

const { Fhir } = createRequire(import.meta.url)("fhir");
const [golden, schemas] = process.argv.slice(2);
const failures = [];
const text = (name) => readFileSync(join(golden, `${name}.golden`), "utf8");
const lines = (name) => text(name).trimEnd().split("\n").map((line) => JSON.parse(line));
const schema = (name) => JSON.parse(readFileSync(join(schemas, name), "utf8"));

// All of `events` must pass, and none of what `spoil` makes of the first one.
function check(name, events, problems, spoil) {
  if (events.length === 0) failures.push(`${name}: nothing to check`);
  events.forEach((event, index) => {
    for (const problem of problems(event)) failures.push(`${name}, ${index + 1}: ${problem}`);
  });
  for (const [how, change] of Object.entries(spoil)) {
    const spoilt = structuredClone(events[0]);
    change(spoilt);
    if (problems(spoilt).length === 0) failures.push(`${name}: the validator takes one with ${how}`);
  }
  console.log(`${name}: ${events.length} checked`);
}

const ocsf = new Ocsf(schema("ocsf-1.5.0.json"));
check("ocsf", lines("ocsf"), (event) => ocsf.problems(event), {
  "no metadata": (event) => delete event.metadata,
  "a severity that there is not": (event) => (event.severity_id = 42),
  "a type of another activity": (event) => (event.type_uid += 1),
  "an attribute that there is not": (event) => (event.colour = "red"),
  "a product without a name": (event) => (event.metadata.product = {}),
  "a time as text": (event) => (event.time = "now"),
});

const fhir = new Fhir();
// FHIR R4, "instant": to the second at least, with a zone.
const instant = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00))$/;
const fhirProblems = (resource) => {
  const out = fhir.validate(resource, { errorOnUnexpected: true }).messages.filter((each) => each.severity !== "info");
  return [...out.map((each) => `${each.location}: ${each.message}`), ...(instant.test(resource.recorded) ? [] : ["recorded: no instant"])];
};
check("fhir", lines("fhir"), fhirProblems, {
  "no time": (resource) => delete resource.recorded,
  "no agent": (resource) => delete resource.agent,
  "a time that is none": (resource) => (resource.recorded = "2020-04-02 10:32"),
  "a member that there is not": (resource) => (resource.colour = "red"),
});

const ajv = new Ajv({ strict: false });
addFormats(ajv);
const cloudEvent = ajv.compile(schema("cloudevents-1.0.json"));
// CloudEvents 1.0.2, "Naming Conventions": beyond what the schema says.
const attribute = /^[a-z0-9]{1,20}$/;
const cloudProblems = (event) => [
  ...(cloudEvent(event) ? [] : cloudEvent.errors.map((each) => `${each.instancePath} ${each.message}`)),
  ...(event.specversion === "1.0" ? [] : ["specversion: not 1.0"]),
  ...Object.keys(event).filter((name) => !attribute.test(name)).map((name) => `${name}: not the name of an attribute`),
];
const spoilCloud = {
  "no source": (event) => delete event.source,
  "a time that is none": (event) => (event.time = "yesterday"),
  "a source that is no URI": (event) => (event.source = "no uri"),
  "a name with a hyphen": (event) => (event["recorded-time"] = "x"),
};
check("cloudevents", lines("cloudevents"), cloudProblems, spoilCloud);
check("cloudevents-batch", JSON.parse(text("cloudevents-batch")), cloudProblems, spoilCloud);

if (failures.length > 0) {
  console.error(failures.join("\n"));
  process.exit(1);
}
