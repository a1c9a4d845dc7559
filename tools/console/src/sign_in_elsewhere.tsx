// Signing in with an identity provider: the node sends the browser there, and back with a session, or with why there is none.
import { useEffect, useState } from "preact/hooks";
import { identityProviders, withQuery } from "./api";
import { say, sayNamed } from "./messages";
import { Alert } from "./parts/alert";

const placeKey = "muniment-place";

export interface Failure {
  why: string;
  requestId: string;
}

// Where one was stays in this tab while the browser is elsewhere, and is sent to nobody.
const keepPlace = () => sessionStorage.setItem(placeKey, location.hash);

// Once, before anything is shown. What the node says of a sign-in that failed stands behind the #, where anybody could have written it: so
// only words that are known count.
export function comeBack(): Failure | null {
  const kept = sessionStorage.getItem(placeKey);
  sessionStorage.removeItem(placeKey);
  const [path, query = ""] = location.hash.split("?", 2);
  const said = new URLSearchParams(query);
  const hasFailed = path === "#/sign-in";
  const isAtStart = hasFailed || location.hash === "" || location.hash === "#/";
  if (hasFailed || (isAtStart && kept)) history.replaceState(null, "", kept?.startsWith("#/") ? kept : "#/");
  if (!hasFailed) return null;
  const requestId = said.get("request") ?? "";
  return { why: said.get("why") ?? "", requestId: /^[0-9a-f-]{1,40}$/i.test(requestId) ? requestId : "" };
}

const failures = new Set(["cancelled", "stale", "unavailable", "refused", "overloaded"]);

export function SignInFailed({ failure }: { failure: Failure }) {
  return (
    <Alert kind="error" heading={say("signIn.failed")} takesFocus>
      <p>{sayNamed("signInFailure", failures.has(failure.why) ? failure.why : "unavailable")}</p>
      {failure.requestId && <p class="small">{say("problem.request", { id: failure.requestId })}</p>}
    </Alert>
  );
}

// `isBeside`: in a tab of its own, so that what was typed in this one stays. That tab tells this one when there is a session again.
export function SignInElsewhere({ isBeside }: { isBeside: boolean }) {
  const [names, setNames] = useState<string[]>([]);
  useEffect(() => void identityProviders().then(setNames, () => {}), []);
  if (names.length === 0) return null;
  return (
    <>
      <ul class="sign-in-elsewhere">
        {names.map((name) => (
          <li key={name}>
            <a
              class="usa-button"
              href={withQuery("/console/sign-in", { identity_provider: name })}
              {...(isBeside ? { target: "_blank", rel: "noopener" } : { onClick: keepPlace })}
            >
              {say(isBeside ? "signIn.withBeside" : "signIn.with", { name })}
            </a>
          </li>
        ))}
      </ul>
      <p class="sign-in-or">{say("signIn.or")}</p>
    </>
  );
}
