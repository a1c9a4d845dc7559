// Who is signed in, and the page that is looked at.
import { useEffect, useState } from "preact/hooks";
import { currentSession, onSignedOut, signOut, type Problem, type Session } from "./api";
import { Leaving } from "./leaving";
import { problemOfError } from "./load";
import { say } from "./messages";
import { ProblemAlert } from "./parts/alert";
import { Shell } from "./shell";
import { SignIn } from "./sign_in";
import { comeBack, tellTabs, type Failure } from "./sign_in_elsewhere";
import { Terms } from "./terms";

type State =
  | { is: "looking" }
  | { is: "signed out"; why?: "idle"; failure?: Failure }
  // Ended: by time, or by somebody. Who signs in again finds what was typed.
  | { is: "signed in"; session: Session; hasEnded?: boolean }
  | { is: "leaving"; why?: "idle"; problem?: Problem }
  | { is: "failing"; problem: Problem };

const cameBack = comeBack();

export function App() {
  const [state, setState] = useState<State>({ is: "looking" });
  const look = () =>
    currentSession().then(
      (session) => {
        setState({ is: "signed in", session });
        tellTabs();
      },
      (error: unknown) => {
        const problem = problemOfError(error);
        if (problem.status !== 401) setState({ is: "failing", problem });
        else setState(cameBack ? { is: "signed out", failure: cameBack } : { is: "signed out" });
      },
    );
  useEffect(() => {
    onSignedOut(() => setState((now) => (now.is === "signed in" ? { ...now, hasEnded: true } : now)));
    void look();
  }, []);
  // Nothing is shown any more, and whether the session is over only the node can say.
  const leave = (why?: "idle") => {
    const leaving = why ? ({ is: "leaving", why } as const) : ({ is: "leaving" } as const);
    const left: State = why ? { is: "signed out", why } : { is: "signed out" };
    setState(leaving);
    signOut().then(
      () => setState(left),
      (error: unknown) => {
        const problem = problemOfError(error);
        setState(problem.status === 401 ? left : { ...leaving, problem });
      },
    );
  };
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
      return <SignIn {...(state.why ? { why: state.why } : {})} {...(state.failure ? { failure: state.failure } : {})} onSignedIn={(session) => setState({ is: "signed in", session })} />;
    case "leaving":
      return <Leaving {...(state.problem ? { problem: state.problem } : {})} onAgain={() => leave(state.why)} />;
    case "signed in": {
      const { session } = state;
      const mustAccept = session.role === "account" && Boolean(session.terms_current) && session.terms_accepted === false;
      return (
        <>
          <div hidden={Boolean(state.hasEnded)} key={`${session.role}:${session.name}`}>
            {mustAccept ? <Terms session={session} onAccepted={look} onLeave={leave} /> : <Shell session={session} onLeave={leave} />}
          </div>
          {state.hasEnded && <SignIn why="ended" onSignedIn={(next) => setState({ is: "signed in", session: next })} />}
        </>
      );
    }
  }
}
