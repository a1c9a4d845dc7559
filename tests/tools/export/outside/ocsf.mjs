// Checks an object against the compiled schema of OCSF: attributes that are required, that are known, their types, their enumerations, and
// the constraints of objects (at_least_one, just_one).
export class Ocsf {
  constructor(schema) {
    this.schema = schema;
    this.classes = new Map(Object.values(schema.classes).map((each) => [each.uid, each]));
  }

  // What is wrong with it, a line each.
  problems(event) {
    const type = this.classes.get(event.class_uid);
    if (!type) return [`class_uid ${event.class_uid}: there is no such class`];
    const out = [];
    this.#object(type, event, type.name, out);
    if (event.type_uid !== event.class_uid * 100 + event.activity_id) out.push(`type_uid ${event.type_uid}: not class_uid * 100 + activity_id`);
    return out;
  }

  // Attributes of a profile count only in an event that names the profile, and these name none.
  #object(type, value, path, out) {
    const attributes = type.attributes ?? {};
    for (const [name, attribute] of Object.entries(attributes)) {
      if (attribute.requirement === "required" && !attribute.profile && value[name] === undefined) out.push(`${path}.${name}: required`);
    }
    for (const [name, each] of Object.entries(value)) {
      const attribute = attributes[name];
      if (!attribute || attribute.profile) {
        out.push(`${path}.${name}: not an attribute`);
        continue;
      }
      if (attribute.is_array !== Array.isArray(each)) {
        out.push(`${path}.${name}: ${attribute.is_array ? "an array is due" : "no array is due"}`);
        continue;
      }
      for (const item of attribute.is_array ? each : [each]) this.#value(attribute, item, `${path}.${name}`, out);
    }
    for (const [kind, names] of Object.entries(type.constraints ?? {})) {
      const count = names.filter((name) => value[name] !== undefined).length;
      if (kind === "at_least_one" && count === 0) out.push(`${path}: at least one of ${names}`);
      if (kind === "just_one" && count !== 1) out.push(`${path}: just one of ${names}`);
    }
  }

  #value(attribute, value, path, out) {
    if (attribute.object_type !== undefined && attribute.object_type !== null) {
      if (typeof value !== "object" || value === null) return out.push(`${path}: an object is due`);
      if (attribute.object_type === "object") return undefined;  // Anything.
      return this.#object(this.schema.objects[attribute.object_type], value, path, out);
    }
    const type = this.schema.types[attribute.type];
    const base = type?.type ?? attribute.type;
    if ((base === "integer_t" || base === "long_t") && !Number.isSafeInteger(value)) out.push(`${path}: an integer is due`);
    if (base === "string_t" && typeof value !== "string") out.push(`${path}: a string is due`);
    if (base === "boolean_t" && typeof value !== "boolean") out.push(`${path}: a boolean is due`);
    if (type?.regex && !new RegExp(type.regex).test(value)) out.push(`${path}: not of the form of ${attribute.type}`);
    if (type?.max_len && String(value).length > type.max_len) out.push(`${path}: too long`);
    if (attribute.enum && attribute.enum[String(value)] === undefined) out.push(`${path}: ${value} is none of its values`);
    return undefined;
  }
}
