// People by services: who holds what, at a glance.
import { say } from "../messages";
import { Person, Provider } from "../names";
import { addressOf } from "../route";
import type { ServiceNames } from "./catalogue";

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

export function HeldMatrix({ rows, names, addressOfUser }: { rows: Held[]; names: ServiceNames; addressOfUser: (user: string) => Record<string, string> }) {
  const services = [...new Set(rows.map((row) => row.service))].sort((a, b) => (names.get(a) ?? a).localeCompare(names.get(b) ?? b));
  const people = new Map<string, Map<string, Held>>();
  for (const row of rows) {
    const key = `${row.provider} ${row.username}`;
    if (!people.has(key)) people.set(key, new Map());
    people.get(key)!.set(row.service, row);
  }
  // Of one provider it would be the same in each row, and the services out of sight on a narrow screen.
  const isOfSeveral = new Set(rows.map((row) => row.provider)).size > 1;
  return (
    <>
      {!isOfSeveral && rows[0] && (
        <p>
          <Provider id={rows[0].provider} />
        </p>
      )}
      <p class="hint">{say("matrix.meaning")}</p>
      <div class="scrolled" tabIndex={0} role="region" aria-label={say("asOf.view.people")}>
        <table class="usa-table matrix">
          <thead>
            <tr>
              <th scope="col">{say("results.username")}</th>
              {isOfSeveral && <th scope="col">{say("field.provider")}</th>}
              {services.map((service) => (
                <th key={service} scope="col">
                  {names.get(service) ?? service}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...people].map(([key, held]) => {
              const { username, provider } = held.values().next().value!;
              return (
                <tr key={key}>
                  <th scope="row">
                    <a class="usa-link" href={addressOf("/audit/as-of", addressOfUser(username))}>
                      <Person username={username} />
                    </a>
                  </th>
                  {isOfSeveral && (
                    <td>
                      <Provider id={provider} />
                    </td>
                  )}
                  {services.map((service) => (
                    <td key={service} class="mark">
                      <Mark held={held.get(service)} />
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Mark({ held }: { held: Held | undefined }) {
  if (!held) return null;
  return (
    <>
      <span aria-hidden="true">{held.usable ? "●" : "○"}</span>
      <span class="usa-sr-only">{say(held.usable ? "matrix.held" : "matrix.unusable")}</span>
    </>
  );
}
