// What stands around every page: who is signed in, where one can go, in which zone times are, and the way out.
import { useEffect, useRef, useState } from "preact/hooks";
import { AccountsPage } from "./accounts/page";
import type { Session } from "./api";
import { EndingSoon } from "./ending_soon";
import { Home } from "./home";
import { IdleGuard } from "./idle_guard";
import { Later, type Loader } from "./later";
import { say, sayNamed } from "./messages";
import { Navigation, placesOf } from "./navigation";
import { NamesOf } from "./names";
import { Alert } from "./parts/alert";
import { Boundary } from "./parts/boundary";
import { ZoneContext, ZoneSwitch, type Zone } from "./parts/time";
import { addressOf, leaveFor, usePlace } from "./route";

const later: Record<string, Loader> = {
  "/agency/accounts": () => import("./agency/page").then((module) => module.AgencyPage),
  "/audit/history": () => import("./audit/history").then((module) => module.HistoryPage),
  "/audit/as-of": () => import("./audit/as_of").then((module) => module.AsOfPage),
  "/audit/findings": () => import("./audit/findings").then((module) => module.FindingsPage),
  "/audit/reviews": () => import("./audit/reviews").then((module) => module.ReviewsPage),
  "/audit/integrity": () => import("./integrity/page").then((module) => module.IntegrityPage),
  "/operations": () => import("./operations/page").then((module) => module.OperationsPage),
};

function PageAt({ path, session }: { path: string; session: Session }) {
  if (path === "/") return <Home session={session} />;
  // What is not offered is not there either, whatever the address says; the node would deny what it asks for.
  if (!placesOf(session).some((place) => place.path === path))
    return (
      <Alert kind="error" heading={say("problem.denied")}>
        <p>{say("problem.noPage")}</p>
      </Alert>
    );
  if (path === "/accounts") return <AccountsPage session={session} />;
  const load = later[path];
  return load ? <Later key={path} load={load} session={session} /> : null;
}

interface Props {
  session: Session;
  onLook: () => Promise<unknown>; // At the session, which then comes anew.
  onLeave: (why?: "idle") => void;
}

export function Shell({ session, onLook, onLeave }: Props) {
  const [zone, setZone] = useState<Zone>("utc");
  const { path, query } = usePlace();
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  // Another page takes the focus, so that it is told; the first one leaves it where the browser has it.
  useEffect(() => {
    if (!isFirst.current) main.current?.focus();
    isFirst.current = false;
    const place = placesOf(session).find((one) => one.path === path);
    document.title = place ? `${say(place.name)} – muniment` : "muniment";
  }, [path]);
  return (
    <ZoneContext.Provider value={zone}>
      <a class="usa-skipnav" href="#main" onClick={(event) => (event.preventDefault(), main.current?.focus())}>
        {say("skip")}
      </a>
      <header class="masthead">
        <a class="brand" href="#/">
          muniment
        </a>
        <p class="who">
          {say("shell.welcome", { name: session.name })} <span class="tag">{sayNamed("role", session.role)}</span>
        </p>
        <ZoneSwitch zone={zone} onChange={setZone} />
        <button type="button" class="usa-button usa-button--outline usa-button--inverse" onClick={() => leaveFor(onLeave)}>
          {say("action.signOut")}
        </button>
      </header>
      <div class="frame">
        <Navigation session={session} path={path} />
        <main id="main" ref={main} tabIndex={-1}>
          <EndingSoon session={session} />
          <NamesOf session={session}>
            <Boundary key={path} place={addressOf(path, query)}>
              <PageAt path={path} session={session} />
            </Boundary>
          </NamesOf>
        </main>
      </div>
      <IdleGuard seconds={session.session?.idle_seconds ?? 900} onLook={onLook} onIdle={() => onLeave("idle")} />
    </ZoneContext.Provider>
  );
}
