// All that the console says, out of one catalogue: a language is a file. Numbers and times are formatted by Intl.
import english from "./messages/en.json";

export type MessageId = keyof typeof english;
type Values = Record<string, string | number>;

const locale = "en-US";
const catalogue: Record<MessageId, string> = english;
const plurals = new Intl.PluralRules(locale);
const lists = new Intl.ListFormat(locale, { type: "conjunction" });
const numbers = new Intl.NumberFormat(locale);

// `{name}` stands for a value.
export function say(id: MessageId, values: Values = {}): string {
  return catalogue[id].replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    return typeof value === "number" ? numbers.format(value) : (value ?? "");
  });
}

// The message of that number: `id.one`, `id.other`.
export function sayCount(id: "results.count" | "history.count" | "findings.count" | "asOf.count" | "intervals.count" | "changes.count" | "reviews.count", count: number): string {
  const form = plurals.select(count) === "one" ? "one" : "other";
  return say(`${id}.${form}` as MessageId, { count });
}

// What the catalogue has under a name that is known only when the console runs; the name itself where it has none.
export function sayNamed(prefix: "field" | "event" | "problem" | "rule" | "role" | "authority" | "severity" | "state" | "disposition" | "profile" | "signInFailure", name: string): string {
  const id = `${prefix}.${name}`;
  if (id in catalogue) return catalogue[id as MessageId];
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const sayList = (items: string[]): string => lists.format(items);
export const sayNumber = (value: number): string => numbers.format(value);

// `110012345A` as the portal shows it.
export const sayProvider = (provider: string): string => provider.replace(/^(\d{9})([A-Z])$/, "$1 $2");

// Made once: to make one takes longer than all that a row needs besides.
const times = {
  utc: new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" }),
  local: new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" }),
};
const zones = new Intl.DateTimeFormat(locale, { timeZoneName: "short" });

export function sayTime(text: string, zone: "utc" | "local"): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) return text;
  return `${times[zone].format(time)} ${sayZone(zone, time)}`;
}

// What stands along an axis of time, `step` milliseconds apart: below the first of a day, or of a year, which one it is.
export function sayTicks(ticks: number[], step: number, zone: "utc" | "local"): string[] {
  const [fine, coarse] = tickFormats(step, zone);
  let before = "";
  return ticks.map((time) => {
    const which = coarse?.format(time) ?? "";
    const text = which === before ? fine.format(time) : `${fine.format(time)}\n${which}`;
    before = which;
    return text;
  });
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

const madeFormats = new Map<string, Intl.DateTimeFormat>();

function tickFormats(step: number, zone: "utc" | "local"): [Intl.DateTimeFormat, Intl.DateTimeFormat?] {
  const format = (options: Intl.DateTimeFormatOptions) => {
    const wanted = JSON.stringify([options, zone]);
    const made = madeFormats.get(wanted) ?? new Intl.DateTimeFormat(locale, { ...options, ...(zone === "utc" ? { timeZone: "UTC" } : {}) });
    madeFormats.set(wanted, made);
    return made;
  };
  if (step >= 365 * dayMs) return [format({ year: "numeric" })];
  if (step >= 28 * dayMs) return [format({ month: "short" }), format({ year: "numeric" })];
  if (step >= dayMs) return [format({ month: "short", day: "numeric" }), format({ year: "numeric" })];
  return [format({ timeStyle: step >= minuteMs ? "short" : "medium" }), format({ dateStyle: "medium" })];
}

export function sayZone(zone: "utc" | "local", time = new Date()): string {
  if (zone === "utc") return "UTC";
  return zones.formatToParts(time).find((part) => part.type === "timeZoneName")?.value ?? "";
}
