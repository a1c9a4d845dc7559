// What whoever holds a review does: opens it, assigns its reviewers, closes it, and signs the report.
import { useState } from "preact/hooks";
import type { Session } from "../api";
import { say } from "../messages";
import { People, useNamedText } from "../names";
import { Alert, ProblemAlert } from "../parts/alert";
import { CommandForm, type CommandField } from "../parts/command_form";
import { useFormFocus } from "../parts/following_focus";
import { Sure } from "../accounts/sure";
import { isProblem, useSubmission } from "../accounts/use_submission";

const isName = (value: string) => (/^[A-Za-z0-9._-]+$/.test(value) ? undefined : say("error.reviewName"));
const isDate = (value: string) => (/^\d{4}-\d\d-\d\d/.test(value) ? undefined : say("error.date"));
const listOf = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

// A Primary User's review is of one of its providers, and is called by it.
export function OpenReview({ session, onDone }: { session: Session; onDone: (position: string) => void }) {
  const [isOpen, setOpen] = useState(false);
  const [opened, setOpened] = useState(""); // As which event that is on record.
  const named = useNamedText();
  const own = session.providers.map(({ provider }) => ({ value: provider, text: named.provider(provider) }));
  const isOfficer = session.role === "officer";
  const fields: CommandField[] = [
    { name: "review", hint: isOfficer ? "hint.reviewName" : "hint.reviewOwnName", isRequired: true, isWrong: isName },
    isOfficer ? { name: "providers", hint: "hint.providers", isRequired: true } : { name: "providers", choices: own },
    { name: "due_at", hint: "hint.date", isRequired: true, isWrong: isDate },
    { name: "remind_at", hint: "hint.remind", isWrong: isDate },
  ];
  const place = useFormFocus<HTMLDivElement>(isOpen ? "review" : "");
  if (!isOpen)
    return (
      <div ref={place} class="no-print">
        {opened && (
          <Alert kind="success" heading={say("reviews.opened")} takesFocus>
            <p>{say("agency.recorded", { position: opened })}</p>
          </Alert>
        )}
        <button type="button" class="usa-button" data-opens="review" onClick={() => (setOpened(""), setOpen(true))}>
          {say("reviews.open")}
        </button>
      </div>
    );
  return (
    <section ref={place} class="panel no-print" aria-labelledby="open-review">
      <h2 id="open-review">{say("reviews.open")}</h2>
      <p class="hint">{say("reviews.openMeaning")}</p>
      <CommandForm
        id="open"
        label={say("reviews.open")}
        fields={fields}
        begun={isOfficer ? {} : { providers: own[0]?.value ?? "", review: own[0] ? `${own[0].value.toLowerCase()}.` : "" }}
        commandOf={({ review, providers, due_at, remind_at }) => ({ type: "open_review", review, providers: listOf(providers ?? ""), due_at, ...(remind_at ? { remind_at } : {}) })}
        action={say("reviews.open")}
        onDone={(outcome) => {
          setOpen(false);
          if (!outcome.last_position) return;
          setOpened(outcome.last_position);
          onDone(outcome.last_position);
        }}
        onCancel={() => setOpen(false)}
      />
    </section>
  );
}

export function AssignReviewer({ review, providers, onDone }: { review: string; providers: string[]; onDone: (position: string) => void }) {
  const [assigned, setAssigned] = useState("");
  const named = useNamedText();
  return (
    <section class="panel no-print" aria-labelledby="assign-reviewer">
      <h2 id="assign-reviewer">{say("reviews.assign")}</h2>
      <p class="hint">{say("reviews.assignMeaning")}</p>
      {assigned && <Alert kind="success" heading={say("reviews.assigned", { reviewer: named.person(assigned) })} takesFocus />}
      <CommandForm
        id="assign"
        label={say("reviews.assign")}
        fields={[
          { name: "provider", choices: providers.map((provider) => ({ value: provider, text: named.provider(provider) })) },
          { name: "reviewer", hint: "hint.reviewer", isRequired: true },
          { name: "usernames", hint: "hint.usernames" },
        ]}
        begun={{ provider: providers[0] ?? "" }}
        commandOf={({ provider, reviewer, usernames }) => ({ type: "assign_reviewer", review, provider, reviewer, ...(usernames ? { usernames: listOf(usernames) } : {}) })}
        action={say("reviews.assign")}
        onDone={(outcome, { reviewer = "" }) => {
          setAssigned(reviewer);
          if (outcome.last_position) onDone(outcome.last_position);
        }}
      />
    </section>
  );
}

export function CloseReview({ review, undecided, onDone }: { review: string; undecided: number; onDone: (position: string) => void }) {
  const [isAsked, setAsked] = useState(false);
  const { send, problem, isBusy } = useSubmission();
  const close = async () => {
    setAsked(false);
    const answer = await send({ type: "close_review", review });
    if (!isProblem(answer) && answer.last_position) onDone(answer.last_position);
  };
  return (
    <div class="no-print">
      {problem && <ProblemAlert problem={problem} />}
      <button type="button" class="usa-button usa-button--outline danger" disabled={isBusy} onClick={() => setAsked(true)}>
        {say("reviews.close")}
      </button>
      {isAsked && (
        <Sure
          heading={say("reviews.closeSure", { review })}
          reasons={[say("reviews.closeMeaning"), ...(undecided > 0 ? [say("reviews.closeUndecided", { count: undecided })] : [])]}
          action={say("reviews.close")}
          onSure={() => void close()}
          onStay={() => setAsked(false)}
        />
      )}
    </div>
  );
}

export interface SealedReview {
  closed_position?: string;
  sealed_position?: string;
  digest?: string;
  signed_by?: string[];
  log_root?: string;
}

// What the node says of a review that is closed, and who has put a name to that.
export function Seal({ review, sealed, self, onDone }: { review: string; sealed: SealedReview; self: string; onDone: (position: string) => void }) {
  const { send, problem, isBusy } = useSubmission();
  const sign = async () => {
    const answer = await send({ type: "sign_report", review, digest: sealed.digest });
    if (!isProblem(answer) && answer.last_position) onDone(answer.last_position);
  };
  const hasSigned = sealed.signed_by?.includes(self) ?? false;
  return (
    <section class="panel" aria-labelledby="seal">
      <h2 id="seal">{say("reviews.seal")}</h2>
      {problem && <ProblemAlert problem={problem} />}
      {sealed.digest ? (
        <dl class="facts">
          <dt>{say("reviews.sealedAt")}</dt>
          <dd>{sealed.sealed_position}</dd>
          <dt>{say("reviews.digest")}</dt>
          <dd class="code">{sealed.digest}</dd>
          <dt>{say("reviews.signedBy")}</dt>
          <dd>
            <People usernames={sealed.signed_by} />
          </dd>
        </dl>
      ) : (
        <p>{say("reviews.notSealed")}</p>
      )}
      {sealed.digest && self && !hasSigned && (
        <div class="panel-actions">
          <button type="button" class="usa-button" disabled={isBusy} onClick={() => void sign()}>
            {say("reviews.sign")}
          </button>
        </div>
      )}
    </section>
  );
}
