// Accounts, for enrolment officers: who somebody is, what they hold, and what only the agency does to an account.
import { useRef, useState } from "preact/hooks";
import { get, type Page } from "../api";
import { useLoaded } from "../load";
import { say, sayCount, sayList, sayNamed, sayProvider } from "../messages";
import { Field } from "../parts/field";
import { AsOfEvent, AsOfLoaded, Whole } from "../parts/states";
import { Table, type Column } from "../parts/table";
import { Time } from "../parts/time";
import { addressOf, goTo, usePlace } from "../route";
import { fullName, type RosterRow } from "../accounts/model";
import { named, serviceNames, type ServiceNames } from "../audit/catalogue";
import { AccountActions } from "./actions";

export interface Status {
  username: string;
  usable: boolean;
  why_not?: string[];
  links: { provider: string; services: string[] }[];
  terms_current?: string;
  terms_accepted?: boolean;
  true_of: string;
}

interface Profile {
  profile: "known" | "none" | "unavailable" | "elsewhere";
  home?: string;
  last_name?: string;
  first_name?: string;
  middle_initial?: string;
  birth_day?: string;
  email?: string;
  zip?: string;
}

const path = "/agency/accounts";

export function AgencyPage() {
  const { query } = usePlace();
  return (
    <>
      <h1>{say("agency.heading")}</h1>
      {query.user ? <OneAccount key={query.user} username={query.user} /> : <Search />}
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
  const parameters = { ...sought, provider: sought.provider.replace(" ", ""), limit: "100" };
  const loaded = useLoaded(JSON.stringify(parameters), async () => (await get<Page<RosterRow>>("/v1/audit/roster", parameters)).body);
  return (
    <>
      <Whole loaded={loaded} isEmpty={(page) => page.rows.length === 0} empty={say("results.none")}>
        {(page) => (
          <>
            <p role="status">
              {sayCount("results.count", page.rows.length)} {page.next && say("agency.narrow")}
            </p>
            <Table columns={foundColumns} rows={page.rows} keyOf={(row) => row.username} />
          </>
        )}
      </Whole>
      <AsOfLoaded loaded={loaded} />
    </>
  );
}

function OneAccount({ username }: { username: string }) {
  const waitFor = useRef("");
  const names = useLoaded("names", serviceNames).value ?? new Map<string, string>();
  const at = `/v1/accounts/${encodeURIComponent(username)}`;
  const loaded = useLoaded(username, async () => {
    const status = await get<Status>(at, { wait_for: waitFor.current });
    const profile = await get<Profile>(`${at}/profile`);
    return { status: status.body, etag: status.etag, profile: profile.body };
  });
  return (
    <>
      <p class="no-print">
        <a class="usa-link" href={addressOf(path)}>
          {say("agency.back")}
        </a>
      </p>
      <Whole loaded={loaded}>
        {({ status, etag, profile }) => (
          <>
            <Account status={status} profile={profile} names={names} />
            <AccountActions status={status} etag={etag} name={fullName(profile) || status.username} onReload={(position) => ((waitFor.current = position || waitFor.current), loaded.reload())} />
            <ul class="usa-list no-print">
              <li>
                <a class="usa-link" href={addressOf("/audit/history", { user: status.username, asked: "1" })}>
                  {say("drawer.allOf", { username: status.username })}
                </a>
              </li>
              <li>
                <a class="usa-link" href={addressOf("/audit/as-of", { user: status.username, asked: "1", view: "time" })}>
                  {say("agency.intervals")}
                </a>
              </li>
            </ul>
            <AsOfEvent position={status.true_of} isLoading={loaded.isLoading} isStale={loaded.problem !== undefined} onRefresh={loaded.reload} />
          </>
        )}
      </Whole>
    </>
  );
}

function Account({ status, profile, names }: { status: Status; profile: Profile; names: ServiceNames }) {
  const isKnown = profile.profile === "known";
  return (
    <section class="panel" aria-label={status.username}>
      <h2>
        {fullName(profile) || status.username}{" "}
        <span class="tag">{status.usable ? say("agency.usable") : sayList((status.why_not ?? ["unlinked"]).map((why) => sayNamed("state", why)))}</span>
      </h2>
      <dl class="facts">
        <dt>{say("results.username")}</dt>
        <dd class="code">{status.username}</dd>
        {isKnown && (
          <>
            <dt>{say("field.birth_day")}</dt>
            <dd>{profile.birth_day}</dd>
            <dt>{say("field.email")}</dt>
            <dd>{profile.email}</dd>
            <dt>{say("field.zip")}</dt>
            <dd>{profile.zip}</dd>
          </>
        )}
        {!isKnown && (
          <>
            <dt>{say("agency.particulars")}</dt>
            <dd>{sayNamed("profile", profile.profile)}</dd>
          </>
        )}
        {profile.home && (
          <>
            <dt>{say("agency.home")}</dt>
            <dd class="code pid-sl">{sayProvider(profile.home)}</dd>
          </>
        )}
        <dt>{say("agency.terms")}</dt>
        <dd>{say(status.terms_accepted ? "agency.termsAccepted" : "agency.termsNotAccepted", { version: status.terms_current ?? "" })}</dd>
        {status.links.map((link) => (
          <>
            <dt class="code pid-sl">{sayProvider(link.provider)}</dt>
            <dd>{link.services.length > 0 ? sayList(named(names, link.services)) : say("confirmation.none")}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}
