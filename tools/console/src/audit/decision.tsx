// A reviewer's decision about one person, with its reason and the time that was spent on it.
import { useRef, useState } from "preact/hooks";
import { say } from "../messages";
import { ProblemAlert } from "../parts/alert";
import { isProblem, useSubmission } from "../accounts/use_submission";
import type { ReviewItem } from "./reviews";

const decisions = ["keep", "revoke", "ask"] as const;

export function DecisionForm({ review, item, who, onDecided }: { review: string; item: ReviewItem; who: string; onDecided: (position: string) => void }) {
  const [reason, setReason] = useState("");
  const [isMissing, setMissing] = useState(false);
  const { send, problem, isBusy } = useSubmission();
  const began = useRef(Date.now());
  const id = `reason-${item.provider}-${item.username}`;
  const decide = async (decision: (typeof decisions)[number]) => {
    const isCode = /^[a-z0-9_]+$/.test(reason);
    setMissing(!isCode);
    if (!isCode) return document.getElementById(id)?.focus();
    const seconds = Math.max(1, Math.round((Date.now() - began.current) / 1000));
    const answer = await send({ type: "decide_review", review, items: [{ provider: item.provider, username: item.username, decision }], reason, seconds_spent: seconds });
    if (!isProblem(answer) && answer.last_position) onDecided(answer.last_position);
  };
  return (
    <form class="disposition no-print" aria-label={say("reviews.decide", { who })} onSubmit={(event) => event.preventDefault()}>
      {problem && <ProblemAlert problem={problem} />}
      <div class={`usa-form-group ${isMissing ? "usa-form-group--error" : ""}`}>
        <label class="usa-label" for={id}>
          {say("field.reason")}
        </label>
        <span class="usa-hint" id={`${id}-hint`}>
          {say("hint.reason")}
        </span>
        {isMissing && (
          <span class="usa-error-message" role="alert">
            {say("error.reason")}
          </span>
        )}
        <input class="usa-input" id={id} value={reason} maxLength={64} autocomplete="off" aria-describedby={`${id}-hint`} aria-invalid={isMissing || undefined} onInput={(event) => setReason(event.currentTarget.value)} />
      </div>
      <div class="panel-actions">
        {decisions.map((decision) => (
          <button
            key={decision}
            type="button"
            class={`usa-button usa-button--outline ${decision === "revoke" ? "danger" : ""}`}
            aria-label={say(`reviews.${decision}Who`, { who })}
            disabled={isBusy}
            onClick={() => void decide(decision)}
          >
            {say(`reviews.${decision}`)}
          </button>
        ))}
      </div>
    </form>
  );
}
