// An event in words.
import { say, sayList, sayNamed } from "../messages";
import { servicesIn, type LogEvent } from "../accounts/record";
import { named, type ServiceNames } from "./catalogue";

export function actorOf({ actor }: LogEvent): string {
  if (!actor?.name) return say("history.somebody");
  return actor.kind === "account" || actor.kind === actor.name ? actor.name : `${actor.kind}:${actor.name}`;
}

export const isFailed = (event: LogEvent): boolean => event.type === "command_refused" || event.type === "access_denied" || event.success === false;

// What of it is worth a line, besides its kind.
export function detailsOf(event: LogEvent, names: ServiceNames): string {
  const parts: string[] = [];
  const list = (id: "history.granted" | "history.revoked", member: unknown) => {
    const services = servicesIn(member);
    if (services.length > 0) parts.push(say(id, { services: sayList(named(names, services)) }));
  };
  if (event.command) parts.push(String(event.command).replaceAll("_", " "));
  if (event.refusal) parts.push(say("history.refused", { refusal: event.refusal.replaceAll("_", " ") }));
  if (event.type === "profile_changed" && event.fields) parts.push(sayList(event.fields.map((field) => sayNamed("field", field))));
  list("history.granted", event.granted ?? event.services);
  list("history.revoked", event.revoked ?? event.ended);
  if (event.type === "review_closed" || event.type === "review_sealed")
    parts.push(say("history.decided", { kept: Number(event.kept), revoked: Number(event.revoked), asked: Number(event.asked) }));
  if (typeof event.question === "string") parts.push(event.question);
  if (event.success === false) parts.push(say("history.failed"));
  return parts.join("; ");
}
