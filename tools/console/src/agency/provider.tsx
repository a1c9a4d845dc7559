// One provider, for enrolment officers: who its Primary User is, and another one, whom the agency alone assigns.
import { useRef, useState } from "preact/hooks";
import { get, type Outcome } from "../api";
import { wrongWith } from "../accounts/model";
import { useLoaded } from "../load";
import { say, sayProvider } from "../messages";
import { Person, useNamedText, useNamesOf } from "../names";
import { Alert } from "../parts/alert";
import { useFormFocus } from "../parts/following_focus";
import { CommandForm, type CommandField } from "../parts/command_form";
import { AsOfEvent, Whole } from "../parts/states";
import { addressOf } from "../route";
import { BackToSearch, path } from "./place";

export interface ProviderFacts {
  provider: string;
  organization?: string;
  name?: string;
  closed: boolean;
  primary_user?: string;
  true_of: string;
}

export function OneProvider({ provider }: { provider: string }) {
  const waitFor = useRef("");
  const look = async () => (await get<ProviderFacts>(`/v1/providers/${encodeURIComponent(provider)}`, { wait_for: waitFor.current })).body;
  const loaded = useLoaded(provider, look);
  useNamesOf(loaded.value?.primary_user ? [loaded.value] : [], provider);
  return (
    <>
      <BackToSearch />
      <Whole loaded={loaded}>
        {(facts) => (
          <>
            <section class="panel" aria-labelledby="provider">
              <h2 id="provider">{facts.name || sayProvider(facts.provider)}</h2>
              <dl class="facts">
                <dt>{say("field.provider")}</dt>
                <dd class="code pid-sl">{sayProvider(facts.provider)}</dd>
                <dt>{say("agency.organization")}</dt>
                <dd>{facts.organization}</dd>
                <dt>{say("agency.primaryUser")}</dt>
                <dd>
                  {facts.primary_user ? (
                    <a class="usa-link" href={addressOf(path, { user: facts.primary_user })}>
                      <Person username={facts.primary_user} />
                    </a>
                  ) : (
                    say("confirmation.none")
                  )}
                </dd>
              </dl>
            </section>
            {facts.closed ? <p>{say("agency.closed")}</p> : <Assignment facts={facts} look={look} onReload={(position) => ((waitFor.current = position), loaded.reload())} />}
            <AsOfEvent position={facts.true_of} isLoading={loaded.isLoading} isStale={loaded.problem !== undefined} onRefresh={loaded.reload} />
          </>
        )}
      </Whole>
    </>
  );
}

const isNew = (values: Record<string, string>) => values.whom === "new";
const particular = (name: string, more: Partial<CommandField> = {}): CommandField => ({ name, isRequired: true, isShown: isNew, ...(wrongWith[name] ? { isWrong: wrongWith[name] } : {}), ...more });

const fields = (): CommandField[] => [
  { name: "whom", choices: [{ value: "known", text: say("agency.whomKnown") }, { value: "new", text: say("agency.whomNew") }] },
  { name: "username", isRequired: true, maxLength: 64, isShown: (values) => !isNew(values) },
  particular("last_name", { maxLength: 60 }),
  particular("first_name", { maxLength: 35 }),
  particular("middle_initial", { maxLength: 1, isRequired: false }),
  particular("birth_day", { hint: "hint.birthDay", maxLength: 5 }),
  particular("pin", { hint: "hint.pin", maxLength: 4 }),
  particular("email", { maxLength: 254 }),
  particular("zip", { maxLength: 10 }),
];

function commandOf(provider: string, { whom, username, pin, ...typed }: Record<string, string>): Record<string, unknown> {
  const command = { type: "assign_primary_user", provider };
  if (whom !== "new") return { ...command, username };
  const profile = Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== ""));
  return { ...command, profile, pin };
}

function Assignment({ facts, look, onReload }: { facts: ProviderFacts; look: () => Promise<ProviderFacts>; onReload: (position: string) => void }) {
  const [isOpen, setOpen] = useState(false);
  const [done, setDone] = useState<{ outcome: Outcome; username: string } | null>(null);
  const [replaced, setReplaced] = useState<string | null>(null); // Who was Primary User when somebody else assigned another.
  const former = facts.primary_user ?? "";
  const { person } = useNamedText();
  const place = useFormFocus<HTMLElement>(isOpen ? "assignment" : "");
  return (
    <section ref={place} class="panel no-print" aria-labelledby="assignment">
      <h2 id="assignment">{say("agency.actions")}</h2>
      {done && (
        <Alert kind="success" heading={say("agency.assignDone", { username: person(done.username) })} takesFocus>
          <p>{done.outcome.last_position ? say("agency.recorded", { position: done.outcome.last_position }) : say("confirmation.unchanged")}</p>
        </Alert>
      )}
      {!isOpen && (
        <div class="panel-actions">
          <button type="button" class="usa-button usa-button--outline" data-opens="assignment" onClick={() => (setDone(null), setReplaced(null), setOpen(true))}>
            {say("agency.assign")}
          </button>
        </div>
      )}
      {isOpen && (
        <>
          {replaced !== null && (
            <Alert kind="warning" heading={say("conflict.heading")} takesFocus>
              <p>{say("agency.assignedMeanwhile", { former: replaced || say("confirmation.none"), username: former || say("confirmation.none") })}</p>
            </Alert>
          )}
          <p class="hint">{say(former ? "agency.assignMeaning" : "agency.assignFirst", { username: former })}</p>
          <CommandForm
            id="assign"
            label={say("agency.assign")}
            fields={fields()}
            begun={{ whom: "known" }}
            commandOf={(values) => commandOf(facts.provider, values)}
            action={say("agency.assign")}
            isStale={async () => (await look()).primary_user !== facts.primary_user}
            onConflict={() => (setReplaced(former), onReload(""))}
            onDone={(outcome, values) => {
              setOpen(false);
              setDone({ outcome, username: outcome.username ?? values.username ?? "" });
              onReload(outcome.last_position ?? "");
            }}
            onCancel={() => setOpen(false)}
          />
        </>
      )}
    </section>
  );
}
