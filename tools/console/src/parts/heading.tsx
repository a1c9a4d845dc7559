import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

// A panel's heading takes the focus when the panel comes, so that whoever does not see it is told.
export function PanelHeading({ children, takesFocus = true }: { children: ComponentChildren; takesFocus?: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (takesFocus) heading.current?.focus();
  }, []);
  return (
    <h2 ref={heading} tabIndex={-1} class="panel-heading">
      {children}
    </h2>
  );
}
