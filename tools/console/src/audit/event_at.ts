// Events by their positions, as far as the caller may see them.
import { get, stream, type Page, type Session } from "../api";
import type { LogEvent } from "../accounts/record";
import { problemOfError } from "../load";

const around = 20;

type About = Pick<LogEvent, "provider" | "username">;

// Whoever reads the log asks it. An account asks what happened to the same person there, which is all that it may see.
async function eventsBetween(first: bigint, last: bigint, session: Session, like: About): Promise<LogEvent[]> {
  if (session.role === "account") {
    const ask = (position?: string) => get<Page<LogEvent>>("/v1/audit/trail", { provider: like.provider, user: like.username, position, limit: "200" });
    const { body } = await ask(String(last)).catch((error: unknown) => {
      if (problemOfError(error).name !== "position_not_reached") throw error;
      return ask(); // The log ends before that: the newest are these.
    });
    return body.rows.filter(({ position }) => BigInt(position) >= first);
  }
  const response = await stream("/v1/events", { from: String(first), limit: String(last - first + 1n) }, {}, new AbortController().signal);
  const lines = (await response.text()).split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as LogEvent).filter(({ position }) => BigInt(position) <= last);
}

// Null: the caller may not see it.
export async function eventAt(position: string, session: Session, like: About): Promise<LogEvent | null> {
  const found = await eventsBetween(BigInt(position), BigInt(position), session, like);
  return found.find((event) => event.position === position) ?? null;
}

// What caused the event, nearest first.
export async function causesOf(event: LogEvent, session: Session): Promise<LogEvent[]> {
  const causes: LogEvent[] = [];
  for (let at: LogEvent | null = event; at && causes.length < around; ) {
    const cause = at.caused_by as string | undefined;
    at = cause && cause !== "0" ? await eventAt(cause, session, event) : null;
    if (at) causes.push(at);
  }
  return causes;
}

// What the same command has recorded besides: the events of a command stand together in the log.
export async function recordedWith(event: LogEvent, session: Session): Promise<LogEvent[]> {
  if (!event.command_id) return [];
  const position = BigInt(event.position);
  const near = await eventsBetween(position > BigInt(around) ? position - BigInt(around) : 1n, position + BigInt(around), session, event);
  return near.filter((one) => one.command_id === event.command_id && one.actor?.name === event.actor?.name && one.position !== event.position);
}
