import type { ComponentChildren } from "preact";
import { useContext, useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { CoveredContext } from "../covered";

// The browser's own modal dialog keeps the focus. When it has gone, that is where it was before, unless something else has taken it. While
// the pages are covered it is closed.
export function useModal() {
  const dialog = useRef<HTMLDialogElement>(null);
  const before = useRef<HTMLElement | null>(null);
  const isCovered = useContext(CoveredContext);
  useLayoutEffect(() => {
    if (isCovered) return dialog.current!.close();
    before.current ??= document.activeElement as HTMLElement | null;
    dialog.current!.showModal();
  }, [isCovered]);
  useEffect(
    () => () =>
      queueMicrotask(() => {
        if (document.activeElement === document.body && before.current?.isConnected) before.current.focus();
      }),
    [],
  );
  return dialog;
}

// Escape is `onCancel`.
export function Dialog({ heading, children, onCancel }: { heading: string; children: ComponentChildren; onCancel: () => void }) {
  const dialog = useModal();
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby="dialog-heading"
      onCancel={(event) => {
        event.preventDefault();
        onCancel();
      }}
    >
      <h2 id="dialog-heading">{heading}</h2>
      {children}
    </dialog>
  );
}
