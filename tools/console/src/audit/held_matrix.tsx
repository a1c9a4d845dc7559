// People by services: who holds what, at a glance.
import { useMemo } from "preact/hooks";
import { say } from "../messages";
import { Person, Provider } from "../names";
import type { Column } from "../parts/table";
import { addressOf } from "../route";
import type { ServiceNames } from "./catalogue";
import { LongTable } from "./long_table";

export interface Held {
  provider: string;
  username: string;
  service: string;
  usable: boolean;
  why_not?: string[];
  from: string;
  granted_by?: string;
  from_position: string;
}

interface PersonRow {
  provider: string;
  username: string;
  held: Map<string, Held>; // By service.
  isCut: boolean; // More of what they hold may come: the answer goes on, and is in the order of the people.
}

function peopleIn(rows: Held[], hasMore: boolean): PersonRow[] {
  const people: PersonRow[] = [];
  for (const row of rows) {
    const last = people.at(-1);
    if (last?.provider === row.provider && last.username === row.username) last.held.set(row.service, row);
    else people.push({ provider: row.provider, username: row.username, held: new Map([[row.service, row]]), isCut: false });
  }
  const last = people.at(-1);
  if (last) last.isCut = hasMore;
  return people;
}

const keyOf = ({ provider, username }: PersonRow): string => `${provider} ${username}`;

interface Props {
  rows: Held[];
  hasMore: boolean;
  onNearEnd: () => void;
  names: ServiceNames;
  addressOfUser: (user: string) => Record<string, string>;
}

export function HeldMatrix({ rows, hasMore, onNearEnd, names, addressOfUser }: Props) {
  const people = useMemo(() => peopleIn(rows, hasMore), [rows, hasMore]);
  // Of one provider it would be the same in each row, and the services out of sight on a narrow screen.
  const isOfSeveral = people.some(({ provider }) => provider !== people[0]!.provider);
  const columns = useMemo(() => {
    const services = [...new Set(rows.map((row) => row.service))].map((service) => ({ service, text: names.get(service) ?? service }));
    services.sort((a, b) => a.text.localeCompare(b.text));
    const who = (row: PersonRow) => (
      <a class="usa-link" href={addressOf("/audit/as-of", addressOfUser(row.username))}>
        <Person username={row.username} />
      </a>
    );
    const out: Column<PersonRow>[] = [{ label: "results.username", isHeading: true, show: who }];
    if (isOfSeveral) out.push({ label: "field.provider", show: (row) => <Provider id={row.provider} /> });
    for (const { service, text } of services) out.push({ id: service, label: "asOf.service", text, class: "mark", show: (row) => <Mark held={row.held.get(service)} isCut={row.isCut} /> });
    return out;
  }, [rows, names, isOfSeveral]);
  return (
    <>
      {!isOfSeveral && rows[0] && (
        <p>
          <Provider id={rows[0].provider} />
        </p>
      )}
      <p class="hint">
        {say("matrix.meaning")} {hasMore && say("matrix.cut")}
      </p>
      <div class="scrolled" tabIndex={0} role="region" aria-label={say("asOf.view.people")}>
        <LongTable class="matrix" columns={columns} rows={people} keyOf={keyOf} hasMore={hasMore} onNearEnd={onNearEnd} />
      </div>
    </>
  );
}

function Mark({ held, isCut }: { held: Held | undefined; isCut: boolean }) {
  if (!held && !isCut) return null;
  return (
    <>
      <span aria-hidden="true">{held ? (held.usable ? "●" : "○") : "…"}</span>
      <span class="usa-sr-only">{say(held ? (held.usable ? "matrix.held" : "matrix.unusable") : "matrix.notLoaded")}</span>
    </>
  );
}
