// Access history: what happened, newest first.
import { useMemo, useState } from "preact/hooks";
import { useLoaded } from "../load";
import type { PageProps } from "../later";
import { say } from "../messages";
import { useNamesOf } from "../names";
import { usePlace } from "../route";
import type { LogEvent } from "../accounts/record";
import { AnswerOf } from "./answer";
import { serviceNames } from "./catalogue";
import { useDrawer } from "./drawer";
import { eventColumns, failedClass } from "./event_columns";
import { ExportForm } from "./export_form";
import { Filters, type Filter } from "./filters";
import { Histogram } from "./histogram";
import { kinds } from "./kinds";
import { LongTable } from "./long_table";
import { usePages } from "./pages_of";

const filters: Filter[] = [
  { name: "provider", label: "field.provider", hint: "hint.provider" },
  { name: "user", label: "history.user" },
  { name: "actor", label: "history.actor", hint: "hint.actor" },
  { name: "type", label: "history.type", choices: kinds },
  { name: "from", label: "history.from", hint: "hint.time" },
  { name: "to", label: "history.to", hint: "hint.time" },
  { name: "failed", label: "history.failedOnly", isFlag: true },
  { name: "oldest_first", label: "history.oldestFirst", isFlag: true },
  { name: "not_type", label: "history.notTypes", several: kinds },
];

// A date alone in `to` is its last moment, as people mean it; the node takes it for the first.
const endOf = (to: string | undefined): string | undefined => (to && /^\d{4}-\d\d-\d\d$/.test(to) ? `${to}T23:59:59.999999999Z` : to);

// An export has an order of its own.
const exported = ({ oldest_first: _, ...parameters }: Record<string, string | undefined>) => parameters;

export function HistoryPage({ session }: PageProps) {
  const { query } = usePlace();
  const { asked, failed, to, ...rest } = query;
  const own = session.providers.map((one) => one.provider);
  const parameters = asked ? { ...rest, to: endOf(to), ...(failed ? { type: "command_refused" } : {}) } : null;
  const pages = usePages<LogEvent>("/v1/audit/trail", parameters);
  const names = useLoaded("names", serviceNames).value ?? new Map<string, string>();
  useNamesOf(pages.rows, JSON.stringify(parameters));
  const { show, drawer } = useDrawer(session, names);
  const columns = useMemo(() => eventColumns(names, (event) => event.occurred_at ?? event.recorded_at, show), [names]);
  const [round, setRound] = useState(0);
  const refreshed = {
    ...pages,
    reload: () => {
      setRound(round + 1);
      pages.reload();
    },
  };
  return (
    <>
      <h1>{say("history.heading")}</h1>
      <p class="no-print">{say("history.meaning")}</p>
      <Filters path="/audit/history" query={query} filters={filters} providers={session.sees_everything ? [] : own} />
      {parameters && (
        <>
          {pages.rows.length > 0 && <Histogram parameters={parameters} query={query} round={round} />}
          <AnswerOf pages={refreshed} count="history.count" empty={say("history.none")}>
            <LongTable
              class="history"
              columns={columns}
              rows={pages.rows}
              keyOf={(event) => event.position}
              rowClass={failedClass}
              hasMore={pages.hasMore}
              onNearEnd={pages.more}
            />
          </AnswerOf>
          {pages.rows.length > 0 && <ExportForm parameters={exported(parameters)} />}
        </>
      )}
      {drawer}
    </>
  );
}
