import type { Session } from "./api";
import { say, sayNamed, sayProvider } from "./messages";
import { Alert } from "./parts/alert";
import { placesOf } from "./navigation";

export function Home({ session }: { session: Session }) {
  const places = placesOf(session);
  return (
    <>
      <h1>{say("home.heading")}</h1>
      <p>{say("home.meaning")}</p>
      {!session.usable && (
        <Alert kind="warning" heading={say("home.unusable")}>
          <p>{sayNamed("problem", session.why_not ?? "")}</p>
        </Alert>
      )}
      {session.providers.length > 0 && (
        <section class="panel" aria-labelledby="administered">
          <h2 id="administered">{say("home.providers")}</h2>
          <ul class="usa-list">
            {session.providers.map((one) => (
              <li key={one.provider}>
                <span class="code pid-sl">{sayProvider(one.provider)}</span> {one.name}
              </li>
            ))}
          </ul>
        </section>
      )}
      {places.length > 0 && (
        <ul class="places">
          {places.map((place) => (
            <li key={place.path}>
              <a class="usa-link" href={`#${place.path}`}>
                {say(place.name)}
              </a>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
