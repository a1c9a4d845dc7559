// What the log has recorded of a command, or since a position, as its administrator may see it.
import { get, type Outcome, type Page } from "../api";

export interface LogEvent {
  position: string;
  recorded_at: string;
  occurred_at?: string;
  event_id: string;
  command_id?: string;
  type: string;
  actor: { kind: string; name: string };
  authority?: string;
  source?: string;
  provider?: string;
  username?: string;
  granted?: string[];
  revoked?: string[] | string | number; // Of a review that was closed or sealed: how many were.
  services?: string[];
  ended?: string[];
  fields?: string[];
  refusal?: string;
  command?: string;
  reason?: string;
  reference?: string;
  requested_by?: string;
  [member: string]: unknown;
}

// The services in a member of an event.
export const servicesIn = (member: unknown): string[] => (Array.isArray(member) ? member : []);

const isAfter = (event: LogEvent, position: string): boolean => BigInt(event.position) > BigInt(position);

// The events of one command that was recorded, oldest first. It waits until the views have them.
export async function eventsOf(outcome: Outcome, provider: string, username: string): Promise<LogEvent[]> {
  const { first_position: first, last_position: last } = outcome;
  if (!first || !last) return [];
  const { body } = await get<Page<LogEvent>>("/v1/audit/trail", { provider, user: username, wait_for: last, limit: "20" });
  const own = body.rows.filter((event) => BigInt(event.position) >= BigInt(first) && BigInt(event.position) <= BigInt(last));
  return own.reverse();
}

// The same; undefined where they could not be had, or have others before them by now. That they were recorded is known all the same.
export async function recordOf(outcome: Outcome, provider: string, username: string): Promise<LogEvent[] | undefined> {
  if (outcome.status !== "accepted") return [];
  const events = await eventsOf(outcome, provider, username).catch(() => []);
  return events.length > 0 ? events : undefined;
}

// What others have done to the account here since, newest first; refused attempts change nothing.
export async function eventsSince(position: string, provider: string, username: string): Promise<LogEvent[]> {
  const { body } = await get<Page<LogEvent>>("/v1/audit/trail", { provider, user: username, limit: "50" });
  return body.rows.filter((event) => isAfter(event, position) && event.type !== "command_refused");
}
