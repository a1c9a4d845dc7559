// Accounts, for enrolment officers: found by their name or by their provider.
import { useState } from "preact/hooks";
import { get, type Page } from "../api";
import { useLoaded } from "../load";
import { say, sayCount, sayProvider } from "../messages";
import { Field } from "../parts/field";
import { AsOfLoaded, Whole } from "../parts/states";
import { Table, type Column } from "../parts/table";
import { Time } from "../parts/time";
import { addressOf, goTo, usePlace } from "../route";
import { fullName, type RosterRow } from "../accounts/model";
import { OneAccount } from "./account";
import { path } from "./place";
import { OneProvider } from "./provider";

export function AgencyPage() {
  const { query } = usePlace();
  return (
    <>
      <h1>{say("agency.heading")}</h1>
      {query.user ? <OneAccount key={query.user} username={query.user} /> : query.provider ? <OneProvider key={query.provider} provider={query.provider} /> : <Search />}
    </>
  );
}

function Search() {
  const [username, setUsername] = useState("");
  const [provider, setProvider] = useState("");
  const [lastName, setLastName] = useState("");
  const [sought, setSought] = useState<{ provider: string; last_name: string } | null>(null);
  return (
    <>
      <p>{say("agency.meaning")}</p>
      <form
        class="panel"
        aria-labelledby="by-username"
        onSubmit={(event) => {
          event.preventDefault();
          if (username.trim()) goTo(path, { user: username.trim().toLowerCase() });
        }}
      >
        <h2 id="by-username">{say("agency.byUsername")}</h2>
        <Field name="username" value={username} onInput={setUsername} maxLength={64} />
        <div class="panel-actions">
          <button type="submit" class="usa-button">
            {say("action.show")}
          </button>
        </div>
      </form>
      <form
        class="panel"
        aria-labelledby="by-name"
        onSubmit={(event) => {
          event.preventDefault();
          setSought({ provider: provider.trim(), last_name: lastName.trim() });
        }}
      >
        <h2 id="by-name">{say("agency.byName")}</h2>
        <div class="search-fields">
          <Field name="provider" value={provider} onInput={setProvider} hint={say("hint.provider")} isRequired maxLength={11} />
          <Field name="last_name" value={lastName} onInput={setLastName} maxLength={60} />
        </div>
        <div class="panel-actions">
          <button type="submit" class="usa-button" disabled={provider.trim() === ""}>
            {say("action.search")}
          </button>
        </div>
      </form>
      {sought && <Found sought={sought} />}
    </>
  );
}

const foundColumns: Column<RosterRow>[] = [
  {
    label: "results.subordinate",
    isHeading: true,
    show: (row) => (
      <>
        <a class="usa-link" href={addressOf(path, { user: row.username })}>
          {fullName(row) || say("results.nameless", { username: row.username })}
        </a>
        {!row.usable && <span class="tag">{say("results.unusable")}</span>}
      </>
    ),
  },
  { label: "results.username", class: "code", show: (row) => row.username },
  { label: "results.lastChange", show: (row) => <Time at={row.changed_at} /> },
];

function Found({ sought }: { sought: { provider: string; last_name: string } }) {
  const provider = sought.provider.replace(" ", "").toUpperCase();
  const parameters = { ...sought, provider, limit: "100" };
  const loaded = useLoaded(JSON.stringify(parameters), async () => (await get<Page<RosterRow>>("/v1/audit/roster", parameters)).body);
  return (
    <>
      <Whole loaded={loaded} >
        {(page) => (
          <>
            <p role="status">
              {page.rows.length === 0 ? say("results.none") : sayCount("results.count", page.rows.length)} {page.next && say("agency.narrow")}
            </p>
            <p>
              <a class="usa-link" href={addressOf(path, { provider })}>
                {say("agency.providerLink", { provider: sayProvider(provider) })}
              </a>
            </p>
            {page.rows.length > 0 && <Table columns={foundColumns} rows={page.rows} keyOf={(row) => row.username} />}
          </>
        )}
      </Whole>
      <AsOfLoaded loaded={loaded} />
    </>
  );
}
