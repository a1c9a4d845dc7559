// Between the wish to sign out and the node's word that the session is over: on a machine that others use nobody is told so before.
import { useEffect } from "preact/hooks";
import type { Problem } from "./api";
import { say } from "./messages";
import { Alert, ProblemAlert } from "./parts/alert";

const againEveryMs = 5000;

export function Leaving({ problem, onAgain }: { problem?: Problem; onAgain: () => void }) {
  useEffect(() => {
    if (!problem) return;
    const timer = setTimeout(onAgain, againEveryMs);
    return () => clearTimeout(timer);
  }, [problem]);
  if (!problem)
    return (
      <p class="loading" role="status">
        {say("state.loading")}
      </p>
    );
  return (
    <main class="sign-in">
      <h1>{say("leaving.heading")}</h1>
      <Alert kind="warning" heading={say("leaving.meaning")} takesFocus />
      <ProblemAlert problem={problem} onRetry={onAgain} />
    </main>
  );
}
