// Names beside ids: of providers, and of the people on their rosters. A provider is asked about once, whatever the rows, and of an answer
// the first few alone, since each question is on record.
import { createContext, Fragment, type ComponentChildren } from "preact";
import { useCallback, useContext, useEffect, useRef, useState } from "preact/hooks";
import { fullName, type RosterRow } from "./accounts/model";
import { get, type Page, type Session } from "./api";
import { say, sayProvider, type MessageId } from "./messages";

const providersMax = 8; // Asked about for one answer.
const rowsMax = 1000; // Looked through for them.
const peopleMax = "1000"; // Of a roster: what a page of an answer has at most.

interface Known {
  providers: ReadonlyMap<string, string>;
  people: ReadonlyMap<string, string>; // By Username.
}

interface Names extends Known {
  ask: (providers: string[]) => void;
}

export const NamesContext = createContext<Names>({ providers: new Map(), people: new Map(), ask: () => {} });

// What would be denied is not asked: a denial is on record too.
const mayAsk = ({ role, sees_everything, providers }: Session, provider: string): boolean =>
  role !== "operator" && (sees_everything || providers.some((one) => one.provider === provider));

async function namesAt(provider: string): Promise<{ name?: string; people: [string, string][] }> {
  const facts = get<{ name?: string }>(`/v1/providers/${encodeURIComponent(provider)}`);
  const roster = get<Page<RosterRow>>("/v1/audit/roster", { provider, limit: peopleMax });
  const [{ body }, { body: page }] = await Promise.all([facts, roster]);
  const people = page.rows.map((row): [string, string] => [row.username, fullName(row)]);
  return { ...(body.name ? { name: body.name } : {}), people: people.filter(([, name]) => name !== "") };
}

export function NamesOf({ session, children }: { session: Session; children: ComponentChildren }) {
  const [known, setKnown] = useState<Known>(() => ({
    providers: new Map(session.providers.flatMap(({ provider, name }) => (name ? [[provider, name] as const] : []))),
    people: new Map(),
  }));
  const asked = useRef(new Set<string>());
  const latest = useRef(session);
  latest.current = session;
  const ask = useCallback((providers: string[]) => {
    for (const provider of providers) {
      if (asked.current.has(provider) || !mayAsk(latest.current, provider)) continue;
      asked.current.add(provider);
      namesAt(provider).then(
        ({ name, people }) =>
          setKnown((before) => ({
            providers: name ? new Map(before.providers).set(provider, name) : before.providers,
            people: new Map([...before.people, ...people]),
          })),
        () => {}, // The id stands alone.
      );
    }
  }, []);
  return <NamesContext.Provider value={{ ...known, ask }}>{children}</NamesContext.Provider>;
}

// The names of what stands in these rows are shown when they come. `question`: another one has other providers.
export function useNamesOf(rows: { provider?: string }[], question = ""): void {
  const { ask } = useContext(NamesContext);
  const wanted = useRef({ question, providers: new Set<string>() });
  if (wanted.current.question !== question) wanted.current = { question, providers: new Set() };
  const { providers } = wanted.current;
  for (const { provider } of rows.slice(0, rowsMax)) if (provider && providers.size < providersMax) providers.add(provider);
  useEffect(() => ask([...providers]), [ask, question, providers.size]);
}

// `given`: by what was asked anyway.
export function Provider({ id, name: given }: { id: string; name?: string | undefined }) {
  const known = useContext(NamesContext).providers.get(id);
  const name = given || known;
  return (
    <span class="with-name">
      <span class="code pid-sl">{sayProvider(id)}</span> {name && <span class="name">{name}</span>}
    </span>
  );
}

// `username`: or officer:NAME and such, which are names.
export function Person({ username }: { username: string | undefined }) {
  const { people } = useContext(NamesContext);
  if (!username) return null;
  const name = people.get(username);
  return (
    <span class="with-name">
      <span class="code">{username}</span> {name && <span class="name">{name}</span>}
    </span>
  );
}

const listed = (ids: string[] | undefined, none: MessageId, each: (id: string) => ComponentChildren) =>
  ids?.length
    ? ids.map((id, index) => (
        <Fragment key={id}>
          {index > 0 && ", "}
          {each(id)}
        </Fragment>
      ))
    : say(none);

export const People = ({ usernames }: { usernames: string[] | undefined }) => <>{listed(usernames, "name.nobody", (one) => <Person username={one} />)}</>;
export const Providers = ({ ids }: { ids: string[] | undefined }) => <>{listed(ids, "confirmation.none", (one) => <Provider id={one} />)}</>;

// The same where only text can stand.
export function useNamedText(): { person: (username: string) => string; provider: (id: string) => string } {
  const { people, providers } = useContext(NamesContext);
  return {
    person: (username) => (people.has(username) ? say("name.person", { username, name: people.get(username)! }) : username),
    provider: (id) => [sayProvider(id), providers.get(id)].filter(Boolean).join(" "),
  };
}
