// What the rules of the auditor's desk have found, with the evidence, and what was said about it.
import { useState } from "preact/hooks";
import { get, type Page } from "../api";
import { useLoaded } from "../load";
import type { PageProps } from "../later";
import { say, sayNamed } from "../messages";
import { Person, Provider, useNamedText, useNamesOf } from "../names";
import { Alert } from "../parts/alert";
import { useFormFocus } from "../parts/following_focus";
import { Time } from "../parts/time";
import { usePlace } from "../route";
import { AnswerOf } from "./answer";
import { serviceNames } from "./catalogue";
import { Evidence } from "./evidence";
import { DispositionForm } from "./disposition";
import { Filters, type Filter } from "./filters";
import { usePages } from "./pages_of";

export interface Finding {
  id: string;
  rule: string;
  severity: "high" | "medium" | "low";
  state: string;
  provider?: string;
  subject?: string;
  first_seen: string;
  last_seen?: string;
  service?: string;
  other?: string;
  count?: string;
  evidence?: string[];
  disposition?: string;
  disposed_by?: string;
  disposed_until?: string;
  examines?: string;
  text: string;
}

interface Rule {
  rule: string;
  open: string;
}

export function FindingsPage({ session }: PageProps) {
  const { query } = usePlace();
  const own = session.sees_everything ? [] : session.providers.map((one) => one.provider);
  const { asked: _, ...typed } = query;
  const provider = query.provider ?? own[0];
  // What was said about one here is in the answer from then on.
  const [waitFor, setWaitFor] = useState("");
  const parameters: Record<string, string | undefined> = { ...typed, provider, wait_for: waitFor };
  const names = useLoaded("names", serviceNames).value ?? new Map<string, string>();
  const rules = useLoaded(`rules ${provider} ${waitFor}`, async () => (await get<Page<Rule>>("/v1/audit/rules", { provider, wait_for: waitFor })).body.rows);
  const pages = usePages<Finding>("/v1/audit/findings", parameters);
  useNamesOf(pages.rows, JSON.stringify(typed));
  const { person } = useNamedText();
  const [disposing, setDisposing] = useState("");
  const openOf = (rule: string) => rules.value?.find((one) => one.rule === rule)?.open ?? "0";
  const filters: Filter[] = [
    { name: "provider", label: "field.provider", hint: "hint.provider" },
    {
      name: "rule",
      label: "findings.rule",
      choices: rules.value?.map((one) => one.rule) ?? [],
      choiceText: (rule) => say("findings.ruleOpen", { rule: sayNamed("rule", rule), open: Number(openOf(rule)) }),
    },
    { name: "since", label: "findings.since", hint: "hint.since" },
  ];
  const mayDispose = session.role === "officer" || session.role === "auditor";
  return (
    <>
      <h1>{say("findings.heading")}</h1>
      <p class="no-print">{say("findings.meaning")}</p>
      <Filters path="/audit/findings" query={query} filters={filters} providers={own} />
      {waitFor && (
        <Alert key={waitFor} kind="success" heading={say("findings.disposed")} takesFocus>
          <p>{say("agency.recorded", { position: waitFor })}</p>
        </Alert>
      )}
      <AnswerOf pages={pages} count="findings.count" empty={say("findings.none")}>
        <ul class="findings">
          {pages.rows.map((finding) => (
            <li key={finding.id} class={`finding finding-${finding.severity}`}>
              <h2>
                {sayNamed("rule", finding.rule)} <span class="tag">{sayNamed("severity", finding.severity)}</span>
              </h2>
              <p>{finding.text}</p>
              <dl class="facts">
                <dt>{say("findings.about")}</dt>
                <dd class="with-names">
                  <Person username={finding.subject} />
                  {finding.provider && <Provider id={finding.provider} />}
                  {finding.service && <span>{names.get(finding.service) ?? finding.service}</span>}
                  {finding.other && <span>{names.get(finding.other) ?? person(finding.other)}</span>}
                </dd>
                <dt>{say("findings.seen")}</dt>
                <dd>
                  <Time at={finding.first_seen} />
                  {finding.last_seen && finding.last_seen !== finding.first_seen && (
                    <>
                      {" – "}
                      <Time at={finding.last_seen} />
                    </>
                  )}
                </dd>
                <dt>{say("findings.state")}</dt>
                <dd>{sayNamed("state", finding.state)}</dd>
                {finding.evidence && finding.evidence.length > 0 && (
                  <>
                    <dt>{say("findings.evidence")}</dt>
                    <dd>
                      <Evidence positions={finding.evidence} about={{ provider: finding.provider, username: finding.subject }} names={names} session={session} />
                    </dd>
                  </>
                )}
                {finding.examines && (
                  <>
                    <dt>{say("findings.examines")}</dt>
                    <dd>{finding.examines}</dd>
                  </>
                )}
                {finding.disposition && (
                  <>
                    <dt>{say("findings.disposition")}</dt>
                    <dd>
                      {sayNamed("disposition", finding.disposition)} {finding.disposed_by && say("findings.by", { who: person(finding.disposed_by) })}{" "}
                      {finding.disposed_until && <Time at={finding.disposed_until} />}
                    </dd>
                  </>
                )}
              </dl>
              {mayDispose && (
                <Disposal
                  finding={finding}
                  isOpen={disposing === finding.id}
                  onOpen={() => setDisposing(finding.id)}
                  onClose={(position) => {
                    setDisposing("");
                    if (position) setWaitFor(position);
                  }}
                />
              )}
            </li>
          ))}
        </ul>
      </AnswerOf>
    </>
  );
}

function Disposal({ finding, isOpen, onOpen, onClose }: { finding: Finding; isOpen: boolean; onOpen: () => void; onClose: (position: string) => void }) {
  const place = useFormFocus<HTMLDivElement>(isOpen ? "disposition" : "");
  return (
    <div ref={place} class="no-print">
      {isOpen ? (
        <DispositionForm finding={finding} onClose={onClose} />
      ) : (
        <button type="button" class="usa-button usa-button--outline" data-opens="disposition" onClick={onOpen}>
          {say("findings.dispose")}
        </button>
      )}
    </div>
  );
}
