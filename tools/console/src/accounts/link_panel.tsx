// The Link Subordinate panel. Source: job aid "Link Accounts".
import { useState } from "preact/hooks";
import { say, sayProvider } from "../messages";
import { Field } from "../parts/field";
import { PanelHeading } from "../parts/heading";
import { PanelForm, ServiceChoice, usePanelCommand, type Errors, type PanelProps } from "./panel_form";

const none: ReadonlySet<string> = new Set();

export function LinkPanel({ provider, providerName, services, onDone, onCancel, onReturn }: PanelProps) {
  const [username, setUsername] = useState("");
  const [assigned, setAssigned] = useState<ReadonlySet<string>>(none);
  const { submit, errors, frame } = usePanelCommand({ provider, providerName, onDone });

  const link = () => {
    const typed = username.trim();
    const wrong: Errors = {};
    if (typed === "") wrong.username = say("error.required");
    if (assigned.size === 0) wrong.services = say("error.services");
    const command = { type: "link_subordinate", username: typed, services: [...assigned].sort() };
    void submit(wrong, command, () => ({ what: "linked", username: typed.toLowerCase(), person: "" }));
  };

  return (
    <section class="panel" aria-label={say("link.heading")}>
      <PanelHeading>{say("link.heading")}</PanelHeading>
      <PanelForm {...frame} isChanged={username !== "" || assigned.size > 0} onSubmit={link} onCancel={onCancel} onReturn={onReturn}>
        <p class="hint">{say("link.meaning", { provider: sayProvider(provider), name: providerName })}</p>
        <Field name="username" value={username} onInput={setUsername} hint={say("hint.username")} isRequired maxLength={64} {...(errors.username ? { error: errors.username } : {})} />
        <ServiceChoice services={services} from={none} assigned={assigned} onChange={setAssigned} who={username || say("create.they")} error={errors.services} />
      </PanelForm>
    </section>
  );
}
