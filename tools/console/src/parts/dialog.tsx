import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

// The browser's own modal dialog keeps the focus. When it has gone, that is where it was before, unless something else has taken it.
export function useModal() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    dialog.current!.showModal();
    return () =>
      queueMicrotask(() => {
        if (document.activeElement === document.body && before?.isConnected) before.focus();
      });
  }, []);
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
