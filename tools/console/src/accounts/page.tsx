// Manage Subordinate Accounts. Sources: both job aids, from the Provider dropdown on.
import { useEffect, useState } from "preact/hooks";
import { get, type Page, type Session } from "../api";
import { useLoaded } from "../load";
import { say, sayProvider } from "../messages";
import { Alert } from "../parts/alert";
import { Whole } from "../parts/states";
import { goTo, usePlace } from "../route";
import { Confirmation, type Done } from "./confirmation";
import { CreatePanel } from "./create_panel";
import { LinkPanel } from "./link_panel";
import type { RosterRow, Service } from "./model";
import { SearchPanel, type Sought } from "./search";
import { UpdatePanel } from "./update_panel";

type Panel = { kind: "search" } | { kind: "create" } | { kind: "link" } | { kind: "update"; row: RosterRow } | { kind: "done"; done: Done };

export function AccountsPage({ session }: { session: Session }) {
  const { query } = usePlace();
  const provider = session.providers.some((one) => one.provider === query.provider) ? query.provider! : "";
  const services = useLoaded("services", async () => (await get<Page<Service>>("/v1/services")).body.rows);
  if (session.providers.length === 0)
    return (
      <>
        <h1>{say("accounts.heading")}</h1>
        <Alert kind="info" heading={say("accounts.denied")}>
          <p>{say("accounts.deniedMeaning")}</p>
        </Alert>
      </>
    );
  // It says where one is, and whoever has unsaved changes may stay there.
  const choose = (list: HTMLSelectElement) => {
    const chosen = list.value;
    list.value = provider;
    goTo("/accounts", { provider: chosen });
  };
  return (
    <>
      <h1>{say("accounts.heading")}</h1>
      <p>{say("accounts.choose")}</p>
      <label class="usa-label" for="field-provider">
        {say("field.provider")}
      </label>
      <select class="usa-select" id="field-provider" value={provider} onChange={(event) => choose(event.currentTarget)}>
        <option value="">{say("accounts.select")}</option>
        {session.providers.map((one) => (
          <option key={one.provider} value={one.provider}>
            {sayProvider(one.provider)} {one.name ?? ""}
          </option>
        ))}
      </select>
      {provider && (
        <Whole loaded={services}>
          {(catalogue) => <AtProvider key={provider} provider={provider} session={session} services={catalogue} />}
        </Whole>
      )}
    </>
  );
}

function AtProvider({ provider, session, services }: { provider: string; session: Session; services: Service[] }) {
  const [panel, setPanel] = useState<Panel>({ kind: "search" });
  const [sought, setSought] = useState<Sought>({ firstName: "", lastName: "", isSearched: false, waitFor: "" });
  useEffect(() => scrollTo({ top: 0 }), [panel.kind]);
  const providerName = session.providers.find((one) => one.provider === provider)?.name ?? "";
  // What was recorded is in the results from then on.
  const done = (what: Done) => {
    setSought({ ...sought, waitFor: what.outcome.last_position ?? sought.waitFor });
    setPanel({ kind: "done", done: what });
  };
  const props = {
    provider,
    providerName,
    services,
    self: session.role === "account" ? session.name : "",
    onDone: done,
    onCancel: () => {
      setSought({ ...sought, isSearched: false });
      setPanel({ kind: "search" });
    },
    onReturn: () => {
      setSought({ ...sought, isSearched: true });
      setPanel({ kind: "search" });
    },
  };
  switch (panel.kind) {
    case "search":
      return (
        <SearchPanel
          provider={provider}
          sought={sought}
          onSought={setSought}
          onChosen={(row) => setPanel({ kind: "update", row })}
          onCreate={() => setPanel({ kind: "create" })}
          onLink={() => setPanel({ kind: "link" })}
        />
      );
    case "create":
      return <CreatePanel {...props} />;
    case "link":
      return <LinkPanel {...props} />;
    case "update":
      return <UpdatePanel {...props} row={panel.row} />;
    case "done":
      return <Confirmation done={panel.done} services={services} onClose={props.onReturn} />;
  }
}
