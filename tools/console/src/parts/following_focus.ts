// Where something takes the place of what had the focus, the browser drops it, and whoever works by the keyboard is back at the page's top.
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

// `state` says what is there now; `to`, by the state before, names what in the element has the focus then.
export function useFollowingFocus<Place extends HTMLElement>(state: string, to: (before: string) => string): RefObject<Place | null> {
  const place = useRef<Place>(null);
  const last = useRef(state);
  useLayoutEffect(() => {
    const before = last.current;
    last.current = state;
    if (before !== state && document.activeElement === document.body) place.current?.querySelector<HTMLElement>(to(before))?.focus();
  }, [state]);
  return place;
}

// Of a form that a button opens in its place: it is the first field's, and afterwards the button's, which says in `data-opens` what it opens.
// `open`: which form; empty: none.
export function useFormFocus<Place extends HTMLElement>(open: string): RefObject<Place | null> {
  return useFollowingFocus(open, (before) => (open ? "form :is(input, select)" : `[data-opens="${before}"]`));
}
