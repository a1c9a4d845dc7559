// The Update Subordinate panel. Source: job aid "Update Accounts".
import { useState } from "preact/hooks";
import type { Outcome, Problem } from "../api";
import { useLoaded } from "../load";
import { say, sayList, sayProvider } from "../messages";
import { Alert } from "../parts/alert";
import { PanelHeading } from "../parts/heading";
import { Whole } from "../parts/states";
import type { Done } from "./confirmation";
import { ConflictAlert, type Conflict } from "./conflict";
import { isSame, merge } from "./merge";
import { afterRemoval, draftOf, errorsIn, fullName, isChanged, loadBackups, loadPerson, serviceChange, type Draft, type Person, type RosterRow } from "./model";
import { errorsOf, PanelForm, ServiceChoice, useErrors, type PanelProps } from "./panel_form";
import { ParticularFields } from "./particulars";
import { eventsSince, recordOf } from "./record";
import { Sure } from "./sure";
import { isProblem, useSubmission } from "./use_submission";

export interface UpdateProps extends PanelProps {
  row: Pick<RosterRow, "username" | "last_name" | "first_name" | "middle_initial">;
  isOfParticularsAlone?: boolean; // For whoever may change nothing else here.
}

export function UpdatePanel(props: UpdateProps) {
  const { provider, row } = props;
  const loaded = useLoaded(`${provider} ${row.username}`, async () => {
    const backups = props.isOfParticularsAlone ? new Set<string>() : loadBackups(provider, props.services);
    const [person, known] = await Promise.all([loadPerson(provider, row.username), backups]);
    return { person, backups: known };
  });
  return (
    <section class="panel" aria-label={say("update.heading")}>
      <PanelHeading>{say("update.heading")}</PanelHeading>
      <Whole loaded={loaded}>{({ person, backups }) => <UpdateForm {...props} opened={person} backups={backups} />}</Whole>
      {!loaded.value && (
        <div class="panel-actions">
          <button type="button" class="usa-button usa-button--outline" onClick={props.onReturn}>
            {say("action.returnToResults")}
          </button>
        </div>
      )}
    </section>
  );
}

type Action = "submit" | "reset" | "remove";
const outcomes = { submit: "updated", reset: "reset", remove: "removed" } as const;
const triesMax = 3; // Where others change what the panel does not show.

function UpdateForm({ provider, providerName, services, self, row, isOfParticularsAlone = false, opened, backups: known, onDone, onCancel, onReturn }: UpdateProps & {
  opened: Person;
  backups: Set<string>;
}) {
  const [person, setPerson] = useState(opened);
  const [draft, setDraft] = useState<Draft>(() => draftOf(opened));
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [backups, setBackups] = useState(known);
  const [asked, setAsked] = useState<Action | null>(null);
  const [isLooking, setLooking] = useState(false);
  const { errors, attempt, tell } = useErrors();
  const { send, problem, setProblem, isBusy: isSending } = useSubmission();
  const isBusy = isSending || isLooking;
  const before = draftOf(person);
  const hasChanges = isChanged(draft, before);

  const name = fullName(row) || row.username;
  const isAdministrator = (held: ReadonlySet<string>) => services.some((one) => one.administrator && held.has(one.service));
  const isLastBackup = backups.size === 1 && backups.has(row.username);
  const losesLastBackup = isLastBackup && !isAdministrator(draft.services);

  // Others may have gone since the panel was opened. Where that cannot be asked, what was known then counts.
  const isLastBackupNow = async () => {
    setLooking(true);
    const now = await loadBackups(provider, services).catch(() => backups);
    setBackups(now);
    setLooking(false);
    return now.size === 1 && now.has(row.username);
  };

  const finish = async (what: Done["what"], outcome: Outcome) => {
    onDone({
      what,
      outcome,
      provider,
      providerName,
      username: row.username,
      person: person.particulars ? fullName(draft.particulars) || name : name,
      events: await recordOf(outcome, provider, row.username),
    });
  };

  // What others have done meanwhile is told, and what was typed here stays. What is the same here is no conflict, but for what the panel does
  // not show and this would undo: a PIN, and the credential of another's reset.
  const settle = async (base: Person, mine: Draft, action: Action): Promise<Person | null> => {
    const now = await loadPerson(provider, row.username);
    const events = await eventsSince(base.trueOf, provider, row.username);
    if (isSame(draftOf(base), now) && !events.some((event) => event.type === "pin_changed" || (action === "reset" && event.type === "password_reset"))) return now;
    const merged = merge(draftOf(base), mine, now);
    setPerson(now);
    setDraft(merged.draft);
    setConflict({ events, theirs: merged.theirs, isOnRoster: now.isOnRoster });
    return null;
  };

  const commandOf = (action: Action): Record<string, unknown> => {
    const to = { provider, username: row.username };
    if (action === "reset") return { type: "reset_password", ...to };
    if (action === "remove") return { type: "remove_subordinate", ...to };
    const services = [...draft.services].sort();
    if (!person.particulars) return { type: "assign_services", ...to, services };
    const { middle_initial, ...rest } = draft.particulars;
    return { type: "update_subordinate", ...to, services, ...rest, ...(middle_initial ? { middle_initial } : {}), ...(draft.pin ? { pin: draft.pin } : {}) };
  };

  // Of the version that the panel shows. Where that has changed in nothing that it shows, it is sent again, of the one that is there now.
  const carryOut = async (action: Action) => {
    let base = person;
    for (let tries = 1; ; ++tries) {
      const answer = await send(commandOf(action), base.etag);
      if (!isProblem(answer)) return finish(outcomes[action], answer);
      if (answer.name !== "version_conflict" || tries === triesMax) return show(answer);
      const now = await settle(base, draft, action).catch(() => (show(answer), null));
      if (!now) return;
      if (action === "remove" && afterRemoval(now) !== afterRemoval(base)) return askAnew(now);
      base = now;
    }
  };
  // What Remove means has become another thing since it was pressed.
  const askAnew = (now: Person) => {
    setPerson(now);
    setProblem(null);
    setAsked("remove");
  };
  const show = (why: Problem) => {
    tell(errorsOf(why));
    setProblem(why);
  };

  const proceed = (action: Action) => {
    setAsked(null);
    void carryOut(action);
  };
  const submit = async () => {
    const wrong = person.particulars ? errorsIn(draft, false) : {};
    tell(wrong);
    setProblem(null);
    if (Object.keys(wrong).length > 0) return;
    const takesAway = isAdministrator(before.services) && !isAdministrator(draft.services);
    if (takesAway && (await isLastBackupNow())) return setAsked("submit");
    proceed("submit");
  };
  // The job aid's one click, but where something would be lost that the panel shows, or nobody could stand in afterwards.
  const reset = () => (hasChanges ? setAsked("reset") : proceed("reset"));
  const remove = async () => ((await isLastBackupNow()) || hasChanges || afterRemoval(person) === "last" ? setAsked("remove") : proceed("remove"));

  const isSelf = row.username === self;
  const actions = (
    <>
      <button type="button" class="usa-button usa-button--outline" onClick={reset} disabled={isBusy}>
        {say("action.resetPassword")}
      </button>
      <button type="button" class="usa-button usa-button--outline danger" onClick={() => void remove()} disabled={isBusy}>
        {say("action.remove")}
      </button>
    </>
  );
  return (
    <PanelForm
      isChanged={hasChanges}
      problem={problem}
      errors={errors}
      attempt={attempt}
      isBusy={isBusy}
      onSubmit={() => void submit()}
      onCancel={onCancel}
      onReturn={onReturn}
      actions={!isOfParticularsAlone && actions}
    >
      {conflict && <ConflictAlert conflict={conflict} services={services} />}
      <p class="panel-who">
        <span class="panel-label">{say("results.username")}</span> <span class="code">{row.username}</span>
        <span class="panel-label">{say("field.provider")}</span> <span>
          <span class="code pid-sl">{sayProvider(provider)}</span> {providerName}
        </span>
      </p>
      {person.particulars ? (
        <ParticularFields draft={draft} onChange={setDraft} errors={errors} theirs={conflict?.theirs ?? {}} isNew={false} />
      ) : (
        <Alert kind="info">
          <p>{say(person.isElsewhere ? "update.elsewhere" : "update.unavailable", { name })}</p>
        </Alert>
      )}
      {!isOfParticularsAlone && (
        <>
          <ServiceChoice
            services={services}
            from={before.services}
            assigned={draft.services}
            onChange={(next) => setDraft({ ...draft, services: next })}
            who={name}
            error={errors.services}
            mayChange={!isSelf}
          >
            {isSelf && <p class="hint">{say("update.self")}</p>}
          </ServiceChoice>
          {losesLastBackup && (
            <Alert kind="warning" heading={say("backup.heading")}>
              <p>{say("backup.services", { name })}</p>
            </Alert>
          )}
          <p class="hint">
            {say("remove.meaning", { name, provider: sayProvider(provider) })} {say(`remove.${afterRemoval(person)}`, { name })}
          </p>
        </>
      )}
      {asked && (
        <Sure
          heading={say(`sure.${asked}`, { name })}
          reasons={[
            ...(asked !== "submit" && hasChanges ? [say("sure.unsaved", { changes: sayList(changesOf(draft, before)) })] : []),
            ...(asked !== "reset" && isLastBackup ? [say("backup.meaning", { name })] : []),
            ...(asked === "remove" ? [say("remove.meaning", { name, provider: sayProvider(provider) })] : []),
            ...(asked === "remove" && afterRemoval(person) === "last" ? [say("remove.last", { name })] : []),
          ]}
          action={say(asked === "submit" ? "action.submit" : asked === "reset" ? "action.resetPassword" : "action.remove")}
          onSure={() => proceed(asked)}
          onStay={() => setAsked(null)}
        />
      )}
    </PanelForm>
  );
}

// The names of what was typed and not submitted.
function changesOf(draft: Draft, before: Draft): string[] {
  const out: string[] = [];
  if (isChanged({ ...draft, services: before.services }, before)) out.push(say("sure.particulars"));
  if (serviceChange(before.services, draft.services).length > 0) out.push(say("field.services"));
  return out;
}
