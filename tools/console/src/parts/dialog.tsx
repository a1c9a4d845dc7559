import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

// The browser's own modal dialog: it keeps the focus, and Escape is `onCancel`.
export function Dialog({ heading, children, onCancel }: { heading: string; children: ComponentChildren; onCancel: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
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
