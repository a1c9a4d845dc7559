import { useEffect, useRef } from "preact/hooks";
import { say, sayNamed } from "../messages";

// All that is wrong, in one place that takes the focus; each leads to its field.
export function ErrorSummary({ errors, attempt }: { errors: Record<string, string>; attempt: number }) {
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
        <ul class="usa-list">
          {fields.map((field) => (
            <li key={field}>
              <a
                href={`#field-${field}`}
                onClick={(event) => {
                  event.preventDefault();
                  document.getElementById(`field-${field}`)?.focus();
                }}
              >
                {sayNamed("field", field)}: {errors[field]}
              </a>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
