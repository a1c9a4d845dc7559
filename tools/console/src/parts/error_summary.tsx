import { useEffect, useRef } from "preact/hooks";
import type { Problem } from "../api";
import { say, sayNamed } from "../messages";
import { titleOf } from "./alert";

// All that is wrong, in one place that takes the focus; each leads to its field.
// `scope`: of a form whose fields are not alone in the page under their names. `problem`: where the node has found it.
export function ErrorSummary({ errors, attempt, scope, problem }: { errors: Record<string, string>; attempt: number; scope?: string; problem?: Problem | null }) {
  const idOf = (field: string) => (scope ? `field-${scope}-${field}` : `field-${field}`);
  const box = useRef<HTMLDivElement>(null);
  const fields = Object.keys(errors);
  useEffect(() => {
    if (fields.length > 0) box.current?.focus();
  }, [attempt]);
  if (fields.length === 0) return null;
  return (
    <div ref={box} tabIndex={-1} class="usa-alert usa-alert--error" role="alert">
      <div class="usa-alert__body">
        <h3 class="usa-alert__heading">{say("errors.heading")}</h3>
        {problem && <p>{titleOf(problem)}</p>}
        <ul class="usa-list">
          {fields.map((field) => (
            <li key={field}>
              <a
                href={`#${idOf(field)}`}
                onClick={(event) => {
                  event.preventDefault();
                  document.getElementById(idOf(field))?.focus();
                }}
              >
                {sayNamed("field", field)}: {errors[field]}
              </a>
            </li>
          ))}
        </ul>
        {problem?.requestId && <p class="small">{say("problem.request", { id: problem.requestId })}</p>}
      </div>
    </div>
  );
}
