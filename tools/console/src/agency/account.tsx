// One account, for enrolment officers: who somebody is, what they hold, and what only the agency does to an account.
import { useRef, useState } from "preact/hooks";
import { get, type Page } from "../api";
import { Confirmation, type Done } from "../accounts/confirmation";
import { fullName, type Service } from "../accounts/model";
import { UpdatePanel } from "../accounts/update_panel";
import { named, serviceNames, type ServiceNames } from "../audit/catalogue";
import { useLoaded } from "../load";
import { say, sayList, sayNamed } from "../messages";
import { Provider } from "../names";
import { AsOfEvent, Whole } from "../parts/states";
import { addressOf, goTo } from "../route";
import { AccountActions } from "./actions";
import { BackToSearch, path } from "./place";
import type { ProviderFacts } from "./provider";

export interface Status {
  username: string;
  usable: boolean;
  why_not?: string[];
  links: { provider: string; services: string[] }[];
  terms_current?: string;
  terms_accepted?: boolean;
  true_of: string;
}

interface Profile {
  profile: "known" | "none" | "unavailable" | "elsewhere";
  home?: string;
  last_name?: string;
  first_name?: string;
  middle_initial?: string;
  birth_day?: string;
  email?: string;
  zip?: string;
}

// Else nobody but the agency handles what is the home's alone. Who is linked nowhere is for the home to take up again.
const isOnItsHomesRoster = (status: Status, profile: Profile) =>
  profile.home !== undefined && (status.links.length === 0 || status.links.some((link) => link.provider === profile.home));

export function OneAccount({ username }: { username: string }) {
  const waitFor = useRef("");
  const names = useLoaded("names", serviceNames).value ?? new Map<string, string>();
  const [changing, setChanging] = useState<Status["links"][number] | null>(null);
  const [changed, setChanged] = useState<Done | null>(null);
  const at = `/v1/accounts/${encodeURIComponent(username)}`;
  const loaded = useLoaded(username, async () => {
    const status = await get<Status>(at, { wait_for: waitFor.current });
    const profile = await get<Profile>(`${at}/profile`);
    const providers = await Promise.all(status.body.links.map(({ provider }) => get<ProviderFacts>(`/v1/providers/${provider}`)));
    const primaryOf = providers.map(({ body }) => body).filter((one) => one.primary_user === status.body.username);
    const providerNames = new Map(providers.map(({ body }) => [body.provider, body.name ?? ""]));
    return { status: status.body, etag: status.etag, profile: profile.body, primaryOf: primaryOf.map((one) => one.provider), providerNames };
  });
  const catalogue = useLoaded("services", async () => (await get<Page<Service>>("/v1/services")).body.rows);
  const back = (position = "") => {
    waitFor.current = position || waitFor.current;
    setChanging(null);
    setChanged(null);
    loaded.reload();
  };
  if (changed) return <Confirmation done={changed} services={catalogue.value ?? []} onClose={() => back(changed.outcome.last_position)} />;
  if (changing && loaded.value)
    return (
      <UpdatePanel
        provider={changing.provider}
        providerName={loaded.value.providerNames.get(changing.provider) ?? ""}
        services={catalogue.value ?? []}
        self=""
        row={{ username, ...loaded.value.profile }}
        isOfParticularsAlone
        onDone={setChanged}
        onCancel={() => back()}
        onReturn={() => goTo(path)}
      />
    );
  return (
    <>
      <BackToSearch />
      <Whole loaded={loaded}>
        {({ status, etag, profile, primaryOf, providerNames }) => (
          <>
            <Account status={status} profile={profile} primaryOf={primaryOf} providerNames={providerNames} names={names} />
            <AccountActions
              status={status}
              etag={etag}
              providerNames={providerNames}
              name={fullName(profile) || status.username}
              isAgencys={primaryOf.length > 0 || !isOnItsHomesRoster(status, profile)}
              onReload={(position) => ((waitFor.current = position || waitFor.current), loaded.reload())}
              {...(profile.profile !== "unavailable" && status.links[0] ? { onParticulars: () => setChanging(status.links[0]!) } : {})}
            />
            <ul class="usa-list no-print">
              <li>
                <a class="usa-link" href={addressOf("/audit/history", { user: status.username, asked: "1" })}>
                  {say("drawer.allOf", { username: status.username })}
                </a>
              </li>
              <li>
                <a class="usa-link" href={addressOf("/audit/as-of", { user: status.username, asked: "1", view: "time" })}>
                  {say("agency.intervals")}
                </a>
              </li>
            </ul>
            <AsOfEvent position={status.true_of} isLoading={loaded.isLoading} isStale={loaded.problem !== undefined} onRefresh={loaded.reload} />
          </>
        )}
      </Whole>
    </>
  );
}

interface AccountProps {
  status: Status;
  profile: Profile;
  primaryOf: string[];
  providerNames: ReadonlyMap<string, string>;
  names: ServiceNames;
}

function Account({ status, profile, primaryOf, providerNames, names }: AccountProps) {
  const isKnown = profile.profile === "known";
  return (
    <section class="panel" aria-label={status.username}>
      <h2>
        {fullName(profile) || status.username}{" "}
        <span class="tag">{status.usable ? say("agency.usable") : sayList((status.why_not ?? ["unlinked"]).map((why) => sayNamed("state", why)))}</span>
      </h2>
      <dl class="facts">
        <dt>{say("results.username")}</dt>
        <dd class="code">{status.username}</dd>
        {isKnown && (
          <>
            <dt>{say("field.birth_day")}</dt>
            <dd>{profile.birth_day}</dd>
            <dt>{say("field.email")}</dt>
            <dd>{profile.email}</dd>
            <dt>{say("field.zip")}</dt>
            <dd>{profile.zip}</dd>
          </>
        )}
        {!isKnown && (
          <>
            <dt>{say("agency.particulars")}</dt>
            <dd>{sayNamed("profile", profile.profile)}</dd>
          </>
        )}
        {profile.home && (
          <>
            <dt>{say("agency.home")}</dt>
            <dd>
              <Provider id={profile.home} name={providerNames.get(profile.home)} />
            </dd>
          </>
        )}
        <dt>{say("agency.terms")}</dt>
        <dd>{say(status.terms_accepted ? "agency.termsAccepted" : "agency.termsNotAccepted", { version: status.terms_current ?? "" })}</dd>
        {status.links.map((link) => (
          <>
            <dt>
              <a class="usa-link" href={addressOf(path, { provider: link.provider })}>
                <Provider id={link.provider} name={providerNames.get(link.provider)} />
              </a>
            </dt>
            <dd>
              {primaryOf.includes(link.provider) && <span class="tag">{say("agency.primaryUser")}</span>}{" "}
              {link.services.length > 0 ? sayList(named(names, link.services)) : say("confirmation.none")}
            </dd>
          </>
        ))}
      </dl>
    </section>
  );
}
