// The Subordinates Search and Subordinates Search Results panels. Both names blank list everybody.
import { useState } from "preact/hooks";
import { get, type Page } from "../api";
import { problemOfError, useLoaded } from "../load";
import { say, sayCount } from "../messages";
import { ProblemAlert } from "../parts/alert";
import { Field } from "../parts/field";
import { AsOfEvent, Whole } from "../parts/states";
import { Time } from "../parts/time";
import type { Problem } from "../api";
import { fullName, type RosterRow } from "./model";

export interface Sought {
  firstName: string;
  lastName: string;
  isSearched: boolean;
  waitFor: string; // A position that the results have to have.
}

interface Props {
  provider: string;
  sought: Sought;
  onSought: (sought: Sought) => void;
  onChosen: (row: RosterRow) => void;
  onCreate: () => void;
  onLink: () => void;
}

export function SearchPanel({ provider, sought, onSought, onChosen, onCreate, onLink }: Props) {
  const [first, setFirst] = useState(sought.firstName);
  const [last, setLast] = useState(sought.lastName);
  const [round, setRound] = useState(0);
  return (
    <>
      <section class="panel" aria-labelledby="search-heading">
        <h2 id="search-heading">{say("search.heading")}</h2>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            onSought({ ...sought, firstName: first.trim(), lastName: last.trim(), isSearched: true });
            setRound(round + 1);
          }}
        >
          <p class="hint">{say("search.hint")}</p>
          <div class="search-fields">
            <Field name="first_name" value={first} onInput={setFirst} maxLength={35} />
            <Field name="last_name" value={last} onInput={setLast} maxLength={60} />
          </div>
          <div class="panel-actions">
            <button type="button" class="usa-button usa-button--outline" onClick={onCreate}>
              {say("create.heading")}
            </button>
            <button type="button" class="usa-button usa-button--outline" onClick={onLink}>
              {say("link.heading")}
            </button>
            <button type="submit" class="usa-button">
              {say("action.search")}
            </button>
          </div>
        </form>
      </section>
      {sought.isSearched && <Results provider={provider} sought={sought} round={round} onChosen={onChosen} />}
    </>
  );
}

function Results({ provider, sought, round, onChosen }: { provider: string; sought: Sought; round: number; onChosen: (row: RosterRow) => void }) {
  const parameters = { provider, last_name: sought.lastName, first_name: sought.firstName, wait_for: sought.waitFor, limit: "100" };
  const loaded = useLoaded(`${JSON.stringify(parameters)} ${round}`, async () => (await get<Page<RosterRow>>("/v1/audit/roster", parameters)).body);
  return (
    <section class="panel" aria-labelledby="results-heading">
      <h2 id="results-heading">{say("results.heading")}</h2>
      <Whole loaded={loaded}>
        {(page) => <ResultRows key={page.true_of} first={page} parameters={parameters} isLoading={loaded.isLoading} isStale={loaded.problem !== undefined} onRefresh={loaded.reload} onChosen={onChosen} />}
      </Whole>
    </section>
  );
}

function ResultRows({ first, parameters, isLoading, isStale, onRefresh, onChosen }: {
  first: Page<RosterRow>;
  parameters: Record<string, string>;
  isLoading: boolean;
  isStale: boolean;
  onRefresh: () => void;
  onChosen: (row: RosterRow) => void;
}) {
  const [rows, setRows] = useState(first.rows);
  const [next, setNext] = useState(first.next);
  const [problem, setProblem] = useState<Problem | null>(null);
  const more = () =>
    get<Page<RosterRow>>("/v1/audit/roster", { ...parameters, cursor: next }).then(
      ({ body }) => {
        setRows([...rows, ...body.rows]);
        setNext(body.next);
        setProblem(null);
      },
      (error: unknown) => setProblem(problemOfError(error)),
    );
  const asOf = <AsOfEvent position={first.true_of} isLoading={isLoading} isStale={isStale} onRefresh={onRefresh} />;
  if (rows.length === 0)
    return (
      <>
        <p class="empty">{say("results.none")}</p>
        {asOf}
      </>
    );
  return (
    <>
      <p role="status">{sayCount("results.count", rows.length)}{next ? ` ${say("results.more")}` : ""}</p>
      <table class="usa-table results">
        <thead>
          <tr>
            <th scope="col">{say("results.subordinate")}</th>
            <th scope="col">{say("results.username")}</th>
            <th scope="col">{say("results.lastChange")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.username}>
              <th scope="row" data-label={say("results.subordinate")}>
                <button type="button" class="usa-button usa-button--unstyled" onClick={() => onChosen(row)}>
                  {fullName(row) || say("results.nameless", { username: row.username })}
                </button>
                {!row.usable && <span class="tag">{say("results.unusable")}</span>}
              </th>
              <td data-label={say("results.username")} class="code">
                {row.username}
              </td>
              <td data-label={say("results.lastChange")}>
                <Time at={row.changed_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {problem && <ProblemAlert problem={problem} />}
      {next && (
        <button type="button" class="usa-button usa-button--outline" onClick={more}>
          {say("action.showMore")}
        </button>
      )}
      {asOf}
    </>
  );
}
