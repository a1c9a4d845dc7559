// What stands in the place of an answer that is not there yet, has nothing in it or is denied; and how old one is.
import type { ComponentChildren } from "preact";
import type { Loaded } from "../load";
import { say, sayNumber } from "../messages";
import { ProblemAlert } from "./alert";

export function Whole<Value>({ loaded, isEmpty, empty, children }: {
  loaded: Loaded<Value>;
  isEmpty?: (value: Value) => boolean;
  empty?: string;
  children: (value: Value) => ComponentChildren;
}) {
  const { value, problem, isLoading, reload } = loaded;
  return (
    <div aria-busy={isLoading}>
      {problem && <ProblemAlert problem={problem} onRetry={reload} />}
      {value === undefined && isLoading && (
        <p class="loading" role="status">
          {say("state.loading")}
        </p>
      )}
      {value !== undefined && (isEmpty?.(value) ? <p class="empty">{empty}</p> : children(value))}
    </div>
  );
}

// "As of event N": what is shown was true then. `isStale`: it could not be had anew.
export function AsOfEvent({ position, isLoading, isStale = false, onRefresh }: { position: string; isLoading: boolean; isStale?: boolean; onRefresh: () => void }) {
  return (
    <p class={`as-of ${isStale ? "stale" : ""}`}>
      <span>{say(isStale ? "state.stale" : "state.asOf", { position: sayNumber(Number(position)) })}</span>{" "}
      <button type="button" class="usa-button usa-button--unstyled" onClick={onRefresh} disabled={isLoading}>
        {isLoading ? say("state.refreshing") : say("action.refresh")}
      </button>
    </p>
  );
}

// The same of what was loaded whole.
export function AsOfLoaded<Value extends { true_of: string }>({ loaded }: { loaded: Loaded<Value> }) {
  if (!loaded.value) return null;
  return <AsOfEvent position={loaded.value.true_of} isLoading={loaded.isLoading} isStale={loaded.problem !== undefined} onRefresh={loaded.reload} />;
}
