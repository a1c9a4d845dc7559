// What the Accounts pages know of a provider and of a person, and how what was typed becomes a command.
import { get, type Page } from "../api";
import { say } from "../messages";

export interface Service {
  service: string;
  name: string;
  administrator: boolean;
  retired: boolean;
}

export interface RosterRow {
  username: string;
  last_name?: string;
  first_name?: string;
  middle_initial?: string;
  services: string[];
  usable: boolean;
  changed_at: string;
  name: string; // known, or why it is not.
}

export interface Particulars {
  last_name: string;
  first_name: string;
  middle_initial: string;
  birth_day: string;
  email: string;
  zip: string;
}

export const noParticulars: Particulars = { last_name: "", first_name: "", middle_initial: "", birth_day: "", email: "", zip: "" };
export const particularNames = Object.keys(noParticulars) as (keyof Particulars)[];

interface Account {
  username: string;
  usable: boolean;
  links: { provider: string; services: string[] }[];
  true_of: string;
}

interface Profile extends Partial<Particulars> {
  profile: "known" | "none" | "unavailable" | "elsewhere";
  home?: string;
}

// Somebody as the Update panel shows them.
export interface Person {
  username: string;
  etag: string;
  trueOf: string;
  services: string[]; // Held at this provider; null where the link has ended.
  isOnRoster: boolean;
  links: number; // That this administrator sees: of somebody whose home is elsewhere those of own providers alone.
  particulars: Particulars | null; // Null: not to be changed here.
  isElsewhere: boolean; // They are another provider's to change.
}

export interface Draft {
  particulars: Particulars;
  pin: string;
  services: Set<string>;
}

// The version is that of the account before the profile is read: what comes in between is found out when it is submitted.
export async function loadPerson(provider: string, username: string): Promise<Person> {
  const path = `/v1/accounts/${encodeURIComponent(username)}`;
  const account = await get<Account>(path);
  const profile = await get<Profile>(`${path}/profile`);
  const link = account.body.links.find((one) => one.provider === provider);
  const isThere = profile.body.profile === "known" || profile.body.profile === "none";
  const particulars = isThere ? { ...noParticulars } : null;
  if (particulars) for (const name of particularNames) particulars[name] = profile.body[name] ?? "";
  return {
    username: account.body.username,
    etag: account.etag,
    trueOf: account.body.true_of,
    services: link?.services ?? [],
    isOnRoster: link !== undefined,
    links: account.body.links.length,
    particulars,
    isElsewhere: profile.body.profile === "elsewhere",
  };
}

// Everybody but the Primary User who could stand in for them now, at most so many as one page has.
export async function loadBackups(provider: string, services: Service[]): Promise<Set<string>> {
  const found = new Set<string>();
  const { body } = await get<{ primary_user?: string }>(`/v1/providers/${provider}`);
  for (const { service } of services.filter((one) => one.administrator)) {
    const page = await get<Page<{ username: string; usable: boolean }>>("/v1/audit/as-of", { provider, service, limit: "1000" });
    for (const row of page.body.rows) if (row.usable && row.username !== body.primary_user) found.add(row.username);
  }
  return found;
}

// What Remove would leave of somebody's links. Where another one may be out of sight, nobody here knows.
export function afterRemoval({ links, isElsewhere }: Person): "others" | "perhapsLast" | "last" {
  if (links > 1) return "others";
  return isElsewhere ? "perhapsLast" : "last";
}

export const draftOf = (person: Person): Draft => ({ particulars: person.particulars ?? noParticulars, pin: "", services: new Set(person.services) });

export function isChanged(draft: Draft, from: Draft): boolean {
  return (
    draft.pin !== "" ||
    particularNames.some((name) => draft.particulars[name] !== from.particulars[name]) ||
    serviceChange(from.services, draft.services).length > 0
  );
}

// Each service that would be granted or revoked.
export function serviceChange(from: ReadonlySet<string>, to: ReadonlySet<string>): { service: string; isGranted: boolean }[] {
  const granted = [...to].filter((one) => !from.has(one)).map((service) => ({ service, isGranted: true }));
  const revoked = [...from].filter((one) => !to.has(one)).map((service) => ({ service, isGranted: false }));
  return [...granted, ...revoked];
}

// What can be told to be wrong before it is sent, by field; the node looks at all of it again.
export const wrongWith: Record<string, (value: string) => string | undefined> = {
  last_name: (value) => (value.trim() === "" ? say("error.required") : undefined),
  first_name: (value) => (value.trim() === "" ? say("error.required") : undefined),
  birth_day: (value) => (/^\d\d\/\d\d$/.test(value) ? undefined : say("error.birthDay")),
  pin: (value) => (/^\d{4}$/.test(value) ? undefined : say("error.pin")),
  email: (value) => (/^\S+@\S+$/.test(value) ? undefined : say("error.email")),
  zip: (value) => (/^\d{5}(-\d{4})?$/.test(value) ? undefined : say(/^\d{4}$/.test(value) ? "error.zipLostZero" : "error.zip")),
};

export function errorsIn({ particulars, pin, services }: Draft, isNew: boolean): Record<string, string> {
  const typed: Record<string, string> = { ...particulars, pin };
  const errors: Record<string, string> = {};
  for (const [name, wrong] of Object.entries(wrongWith)) {
    const isKept = name === "pin" && pin === "" && !isNew;
    const why = isKept ? undefined : wrong(typed[name]!);
    if (why) errors[name] = why;
  }
  if (isNew && services.size === 0) errors.services = say("error.services");
  return errors;
}

// Doe, John T
export function fullName(person: { last_name?: string; first_name?: string; middle_initial?: string }): string {
  const first = [person.first_name, person.middle_initial].filter(Boolean).join(" ");
  return [person.last_name, first].filter(Boolean).join(", ");
}
