// What the agency alone does to an account, each with its reason; and the password of somebody whom nobody else can reset.
import { useState } from "preact/hooks";
import type { Outcome } from "../api";
import { say, sayProvider } from "../messages";
import { Alert } from "../parts/alert";
import { CommandForm, reasonField } from "../parts/command_form";
import { useFormFocus } from "../parts/following_focus";
import type { Status } from "./account";

const actions = ["lock", "unlock", "disable", "enable", "terminate", "reset"] as const;
type Action = (typeof actions)[number];

const isOffered = (action: Action, why: string[], mayReset: boolean): boolean => {
  if (why.includes("terminated")) return false;
  if (action === "lock" || action === "unlock") return (action === "unlock") === why.includes("locked");
  if (action === "disable" || action === "enable") return (action === "enable") === why.includes("disabled");
  return action === "terminate" || mayReset;
};

interface Props {
  status: Status;
  etag: string;
  name: string;
  providerNames: ReadonlyMap<string, string>;
  isAgencys: boolean; // Nobody but the agency resets it or changes what it says of the person.
  onParticulars?: () => void; // Where there is something to change.
  onReload: (position: string) => void; // As it is at least at that position; empty: as it is.
}

export function AccountActions({ status, etag, name, providerNames, isAgencys, onParticulars, onReload }: Props) {
  const [action, setAction] = useState<Action | null>(null);
  const [done, setDone] = useState<{ action: Action; outcome: Outcome } | null>(null);
  const offered = actions.filter((one) => isOffered(one, status.why_not ?? [], isAgencys && status.links.length > 0));
  const { username } = status;
  const place = useFormFocus<HTMLElement>(action ?? "");
  return (
    <section ref={place} class="panel no-print" aria-labelledby="actions">
      <h2 id="actions">{say("agency.actions")}</h2>
      {done && <Done {...done} />}
      {offered.length === 0 && <p>{say("agency.terminated")}</p>}
      {!action && !isAgencys && offered.length > 0 && <p class="hint">{say("agency.homesOwn")}</p>}
      {!action && (
        <div class="panel-actions">
          {offered.map((one) => (
            <button
              key={one}
              type="button"
              data-opens={one}
              class={`usa-button usa-button--outline ${one === "terminate" ? "danger" : ""}`}
              onClick={() => {
                setDone(null);
                setAction(one);
              }}
            >
              {say(`agency.${one}`)}
            </button>
          ))}
          {isAgencys && onParticulars && offered.length > 0 && (
            <button type="button" class="usa-button usa-button--outline" onClick={onParticulars}>
              {say("agency.change")}
            </button>
          )}
        </div>
      )}
      {action && (
        <>
          <h3>{say(`agency.${action}Sure`, { name })}</h3>
          <p class="hint">{say(`agency.${action}Meaning`)}</p>
          <CommandForm
            key={action}
            id={action}
            label={say(`agency.${action}`)}
            fields={
              action === "reset"
                ? [{ name: "provider", choices: status.links.map(({ provider }) => ({ value: provider, text: `${sayProvider(provider)} ${providerNames.get(provider) ?? ""}` })) }]
                : [reasonField]
            }
            begun={action === "reset" ? { provider: status.links[0]!.provider } : {}}
            commandOf={(values) => ({ type: action === "reset" ? "reset_password" : `${action}_account`, username, ...values })}
            etag={etag}
            action={say(`agency.${action}`)}
            isDanger={action === "terminate"}
            onConflict={() => onReload("")}
            onDone={(outcome) => {
              setAction(null);
              setDone({ action, outcome });
              onReload(outcome.last_position ?? "");
            }}
            onCancel={() => setAction(null)}
          />
        </>
      )}
    </section>
  );
}

function Done({ action, outcome }: { action: Action; outcome: Outcome }) {
  return (
    <>
      <Alert kind="success" heading={say(`agency.${action}Done`)} takesFocus>
        <p>{outcome.last_position ? say("agency.recorded", { position: outcome.last_position }) : say("confirmation.unchanged")}</p>
      </Alert>
      {outcome.credential && (
        <Alert kind="warning" heading={say("confirmation.credential")}>
          <p class="credential">{outcome.credential}</p>
          <p>{say("confirmation.credentialMeaning")}</p>
        </Alert>
      )}
    </>
  );
}
