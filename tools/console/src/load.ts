// What a page has asked for: loading, there, or not to be had; and asked for again.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Refused, type Problem } from "./api";

export interface Loaded<Value> {
  value?: Value; // Of the last time it could be had, also while it is asked for again.
  problem?: Problem;
  isLoading: boolean;
  reload: () => void;
}

export function problemOfError(error: unknown): Problem {
  if (error instanceof Refused) return error.problem;
  return { name: "unreadable", title: "", status: 0, requestId: "" };
}

// `key` says what is asked for: another one is asked for at once, and an answer to a former one counts for nothing.
export function useLoaded<Value>(key: string | null, load: () => Promise<Value>): Loaded<Value> {
  const [state, setState] = useState<{ key: string | null; value?: Value; problem?: Problem; isLoading: boolean }>({ key: null, isLoading: false });
  const newest = useRef(0);
  const latest = useRef(load);
  latest.current = load;
  const run = useCallback(() => {
    if (key === null) return;
    const number = ++newest.current;
    setState((before) => (before.key === key && before.value !== undefined ? { key, value: before.value, isLoading: true } : { key, isLoading: true }));
    latest.current().then(
      (value) => number === newest.current && setState({ key, value, isLoading: false }),
      (error: unknown) => number === newest.current && setState((before) => ({ ...before, problem: problemOfError(error), isLoading: false })),
    );
  }, [key]);
  useEffect(run, [run]);
  const isCurrent = state.key === key;
  return {
    ...(isCurrent && state.value !== undefined ? { value: state.value } : {}),
    ...(isCurrent && state.problem ? { problem: state.problem } : {}),
    isLoading: key !== null && (!isCurrent || state.isLoading),
    reload: run,
  };
}
