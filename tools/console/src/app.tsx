// Who is signed in, and the page that is looked at.
import { useEffect, useState } from "preact/hooks";
import { currentSession, onSignedOut, type Problem, type Session } from "./api";
import { problemOfError } from "./load";
import { say } from "./messages";
import { ProblemAlert } from "./parts/alert";
import { Shell } from "./shell";
import { SignIn } from "./sign_in";
import { Terms } from "./terms";

type State =
  | { is: "looking" }
  | { is: "signed out"; why?: "idle" | "ended" }
  | { is: "signed in"; session: Session }
  | { is: "failing"; problem: Problem };

export function App() {
  const [state, setState] = useState<State>({ is: "looking" });
  const look = () =>
    currentSession().then(
      (session) => setState({ is: "signed in", session }),
      (error: unknown) => {
        const problem = problemOfError(error);
        setState(problem.status === 401 ? { is: "signed out" } : { is: "failing", problem });
      },
    );
  useEffect(() => {
    onSignedOut(() => setState({ is: "signed out", why: "ended" }));
    void look();
  }, []);
  switch (state.is) {
    case "looking":
      return (
        <p class="loading" role="status">
          {say("state.loading")}
        </p>
      );
    case "failing":
      return (
        <main class="sign-in">
          <ProblemAlert problem={state.problem} onRetry={look} />
        </main>
      );
    case "signed out":
      return <SignIn {...(state.why ? { why: state.why } : {})} onSignedIn={(session) => setState({ is: "signed in", session })} />;
    case "signed in": {
      const { session } = state;
      const signedOut = (why?: "idle") => setState(why ? { is: "signed out", why } : { is: "signed out" });
      const mustAccept = session.role === "account" && Boolean(session.terms_current) && session.terms_accepted === false;
      if (mustAccept) return <Terms session={session} onAccepted={look} onSignedOut={signedOut} />;
      return <Shell session={session} onSignedOut={signedOut} />;
    }
  }
}
