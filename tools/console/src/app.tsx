// Who is signed in, and the page that is looked at.
import { useEffect, useRef, useState } from "preact/hooks";
import { currentSession, onSignedOut, onUnusable, signOut, type Problem, type Session } from "./api";
import { CoveredContext } from "./covered";
import { Leaving } from "./leaving";
import { problemOfError } from "./load";
import { say } from "./messages";
import { ProblemAlert } from "./parts/alert";
import { Shell } from "./shell";
import { SignIn } from "./sign_in";
import { comeBack, type Failure } from "./sign_in_elsewhere";
import { onTabs, tellTabs } from "./tabs";
import { Terms } from "./terms";

type State =
  | { is: "looking" }
  | { is: "signed out"; why?: "idle"; failure?: Failure }
  // Ended: by time, by somebody, or because another tab has signed in as somebody else. Who signs in again finds what was typed.
  | { is: "signed in"; session: Session; hasEnded?: boolean }
  | { is: "leaving"; why?: "idle"; problem?: Problem }
  | { is: "failing"; problem: Problem };

const cameBack = comeBack();

const principalOf = ({ role, name }: Session): string => `${role}:${name}`;
const ended = (now: State): State => (now.is === "signed in" ? { ...now, hasEnded: true } : now);

const mustAccept = ({ role, terms_current, terms_accepted }: Session): boolean => role === "account" && Boolean(terms_current) && terms_accepted === false;

// Of the session as the node has it now. The tabs of a browser share one: what is shown as one person's must not act as another's.
const heeding =
  (session: Session) =>
  (now: State): State => {
    if (now.is !== "signed in") return now;
    return principalOf(now.session) === principalOf(session) ? { is: "signed in", session } : ended(now);
  };

export function App() {
  const [state, setState] = useState<State>({ is: "looking" });
  const enter = (session: Session) => {
    setState({ is: "signed in", session });
    tellTabs();
  };
  const look = () =>
    currentSession().then(enter, (error: unknown) => {
      const problem = problemOfError(error);
      if (problem.status !== 401) setState({ is: "failing", problem });
      else setState(cameBack ? { is: "signed out", failure: cameBack } : { is: "signed out" });
    });
  // As it is at least at that position, if one is known. Throws where the node does not say.
  const lookOnce = (position = "") =>
    currentSession(position).then(
      (session) => setState(heeding(session)),
      (error: unknown) => {
        if (problemOfError(error).status !== 401) throw error;
        setState(ended);
      },
    );
  // Where it is not said, what was said last counts on.
  const lookAgain = (position = "") => lookOnce(position).catch(() => {});
  useEffect(() => {
    onSignedOut(() => setState(ended));
    onUnusable((position) => void lookAgain(position));
    void look();
    return onTabs(() => void lookAgain());
  }, []);
  // Nothing is shown any more, and whether the session is over only the node can say.
  const leave = (why?: "idle") => {
    const leaving = why ? ({ is: "leaving", why } as const) : ({ is: "leaving" } as const);
    const left: State = why ? { is: "signed out", why } : { is: "signed out" };
    setState(leaving);
    signOut().then(
      () => {
        setState(left);
        tellTabs();
      },
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
      return <SignIn {...(state.why ? { why: state.why } : {})} {...(state.failure ? { failure: state.failure } : {})} onSignedIn={enter} />;
    case "leaving":
      return <Leaving {...(state.problem ? { problem: state.problem } : {})} onAgain={() => leave(state.why)} />;
    case "signed in":
      return <SignedIn session={state.session} hasEnded={Boolean(state.hasEnded)} onLook={lookAgain} onAccepted={lookOnce} onSignedIn={enter} onLeave={leave} />;
  }
}

interface SignedInProps {
  session: Session;
  hasEnded: boolean;
  onLook: (position?: string) => Promise<unknown>;
  onAccepted: (position?: string) => Promise<unknown>;
  onSignedIn: (session: Session) => void;
  onLeave: (why?: "idle") => void;
}

// The pages, and what stands before them for a while: they stay as they are beneath it.
function SignedIn({ session, hasEnded, onLook, onAccepted, onSignedIn, onLeave }: SignedInProps) {
  const principal = principalOf(session);
  const isOpen = !hasEnded && !mustAccept(session);
  // Who has to accept the terms first is shown no page before that: it would ask for what is denied. Where they come later, the pages stay as
  // of the session before, as they do while the account is locked: whoever may do nothing administers nothing either, and what was typed
  // would go with the panel.
  const opened = useRef<Session | null>(null);
  const before = opened.current && principalOf(opened.current) === principal ? opened.current : null;
  if (isOpen && (session.usable || !before)) opened.current = session;
  const shown = opened.current && principalOf(opened.current) === principal ? opened.current : null;
  return (
    <>
      {shown && (
        <CoveredContext.Provider value={!isOpen}>
          <div hidden={!isOpen} key={principal}>
            <Shell session={shown} onLook={() => onLook()} onLeave={onLeave} />
          </div>
        </CoveredContext.Provider>
      )}
      {hasEnded && <SignIn why="ended" onSignedIn={onSignedIn} />}
      {!hasEnded && !isOpen && <Terms session={session} onAccepted={onAccepted} onLeave={onLeave} />}
    </>
  );
}
