import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Problem } from "../api";
import { say, sayNamed } from "../messages";

type Kind = "info" | "success" | "warning" | "error";

export function Alert({ kind, heading, children, takesFocus = false }: { kind: Kind; heading?: string; children?: ComponentChildren; takesFocus?: boolean }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (takesFocus) box.current?.focus();
  }, [takesFocus, heading]);
  return (
    <div ref={box} tabIndex={-1} class={`usa-alert usa-alert--${kind}`} role={kind === "error" ? "alert" : "status"}>
      <div class="usa-alert__body">
        {heading && <h3 class="usa-alert__heading">{heading}</h3>}
        <div class="usa-alert__text">{children}</div>
      </div>
    </div>
  );
}

const denials = new Set(["role_denied", "outside_scope", "provider_required", "actor_unknown", "actor_not_usable", "token_missing"]);
export const isDenial = (problem: Problem): boolean => denials.has(problem.name);

// Of what no node has said the console says it.
export const titleOf = ({ name, title }: Problem): string => (name === "unreachable" || name === "unreadable" ? say(`problem.${name}`) : title);

// Why something was not done, by the node's own words and the request's id, under which its log has it.
export function ProblemAlert({ problem, onRetry }: { problem: Problem; onRetry?: () => void }) {
  return (
    <Alert kind="error" heading={isDenial(problem) ? say("problem.denied") : say("problem.heading")} takesFocus>
      <p>{titleOf(problem)}</p>
      {problem.detail && <p>{problem.field ? `${sayNamed("field", problem.field)}: ${problem.detail}` : problem.detail}</p>}
      {problem.requestId && <p class="small">{say("problem.request", { id: problem.requestId })}</p>}
      {onRetry && !isDenial(problem) && (
        <button type="button" class="usa-button usa-button--outline" onClick={onRetry}>
          {say("action.retry")}
        </button>
      )}
    </Alert>
  );
}
