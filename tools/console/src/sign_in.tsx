import { useState } from "preact/hooks";
import { signIn, type Problem, type Session } from "./api";
import { problemOfError } from "./load";
import { say } from "./messages";
import { Alert, ProblemAlert } from "./parts/alert";
import { Field } from "./parts/field";
import { SignInElsewhere, SignInFailed, type Failure } from "./sign_in_elsewhere";

interface Props {
  why?: "idle" | "ended";
  failure?: Failure; // Of a sign-in with an identity provider.
  onSignedIn: (session: Session) => void;
}

// A token becomes a session, which no script can read, and is forgotten.
export function SignIn({ why, failure, onSignedIn }: Props) {
  const [token, setToken] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const enter = async () => {
    setBusy(true);
    setProblem(null);
    try {
      onSignedIn(await signIn(token.trim()));
    } catch (error) {
      setProblem(problemOfError(error));
      setBusy(false);
    }
  };
  return (
    <main class="sign-in">
      <p class="brand">muniment</p>
      <h1>{say("signIn.heading")}</h1>
      <p>{say("signIn.meaning")}</p>
      {failure && !problem && <SignInFailed failure={failure} />}
      {why && !problem && (
        <Alert kind="info" heading={say(why === "idle" ? "signIn.idle" : "signIn.ended")} takesFocus>
          {why === "idle" && <p>{say("signIn.idleMeaning")}</p>}
        </Alert>
      )}
      {problem && <ProblemAlert problem={problem} />}
      <SignInElsewhere isBeside={why === "ended"} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void enter();
        }}
      >
        <Field name="token" isSecret value={token} onInput={setToken} hint={say("hint.token")} isRequired />
        <button type="submit" class="usa-button" disabled={isBusy || token.trim() === ""}>
          {isBusy ? say("action.working") : say("action.signIn")}
        </button>
      </form>
    </main>
  );
}
