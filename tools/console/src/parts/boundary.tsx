// A page whose rendering fails: what to do stands in its place, and what stands around it stays.
import type { ComponentChildren } from "preact";
import { useEffect, useErrorBoundary } from "preact/hooks";
import { say } from "../messages";
import { Alert } from "./alert";

// `place`: another one is tried anew.
export function Boundary({ place, children }: { place: string; children: ComponentChildren }) {
  // Told as one that nothing has caught, so that the browser's own tools have it, with where it came from.
  const [error, reset] = useErrorBoundary((fault: unknown) => reportError(fault));
  useEffect(() => {
    if (error) reset();
  }, [place]);
  if (!error) return <>{children}</>;
  return (
    <Alert kind="error" heading={say("fault.heading")} takesFocus>
      <p>{say("fault.meaning")}</p>
      <p class="small">
        {say("fault.what")} <span class="code">{String(error)}</span>
      </p>
      <button type="button" class="usa-button usa-button--outline" onClick={() => location.reload()}>
        {say("action.reload")}
      </button>
    </Alert>
  );
}
