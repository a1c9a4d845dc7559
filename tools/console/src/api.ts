// The node's public HTTP API, as a browser that has signed in may use it. docs/server.md.

export interface Problem {
  name: string; // The last part of its type: stable.
  title: string;
  status: number;
  requestId: string;
  field?: string;
  detail?: string;
  outcome?: Outcome;
}

// What was answered instead of what was asked for.
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.title);
  }
}

export interface Outcome {
  status: "accepted" | "unchanged" | "refused" | "malformed" | "failed";
  command_id?: string;
  first_position?: string;
  last_position?: string;
  true_of?: string;
  username?: string;
  credential?: string;
  fields?: string[];
  expected_version?: string;
  actual_version?: string;
}

export interface Page<Row> {
  rows: Row[];
  true_of: string;
  next?: string;
  incomplete?: string[];
}

export interface Answer<Body> {
  body: Body;
  etag: string;
}

export interface Session {
  role: "account" | "officer" | "auditor" | "operator";
  name: string;
  usable: boolean;
  why_not?: string;
  terms_current?: string;
  terms_accepted?: boolean;
  sees_everything: boolean;
  providers: { provider: string; name?: string }[];
  session?: { idle_seconds: number; seconds_left: number };
}

// The header without which the node takes no notice of the session's cookie.
const consoleHeader = { "Muniment-Console": "1" };

let whenSignedOut = () => {};
export function onSignedOut(told: () => void): void {
  whenSignedOut = told;
}

// The account cannot be used any more, or has terms to accept first: what is known of the session is out of date.
// As of which position, if the node says so.
let whenUnusable = (_position?: string) => {};
export function onUnusable(told: (position?: string) => void): void {
  whenUnusable = told;
}

async function problemOf(response: Response): Promise<Problem> {
  const requestId = response.headers.get("X-Request-Id") ?? "";
  const body = await response.json().catch(() => null);
  if (typeof body?.type !== "string" || typeof body.title !== "string") return { name: "unreadable", title: "", status: response.status, requestId };
  return { ...body, name: body.type.replace(/^.*\//, ""), status: response.status, requestId: body.request_id ?? requestId };
}

// What was answered with success, and may still break off, or be a page of somebody in between.
async function bodyOf<Body>(response: Response): Promise<Body> {
  try {
    return await response.json();
  } catch (error) {
    const requestId = response.headers.get("X-Request-Id") ?? "";
    throw new Refused({ name: error instanceof SyntaxError ? "unreadable" : "unreachable", title: "", status: 0, requestId });
  }
}

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers: { ...consoleHeader, ...init.headers }, credentials: "same-origin" });
  } catch {
    throw new Refused({ name: "unreachable", title: "", status: 0, requestId: "" });
  }
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (response.status === 401 && !path.startsWith("/v1/session")) whenSignedOut();
  if (problem.name === "actor_not_usable") whenUnusable(problem.outcome?.last_position);
  throw new Refused(problem);
}

// Parameters without a value are left out: the node takes an empty one for a mistake.
export function withQuery(path: string, parameters: Record<string, string | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value) query.set(name, value);
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

export async function get<Body>(path: string, parameters: Record<string, string | undefined> = {}): Promise<Answer<Body>> {
  const response = await ask(withQuery(path, parameters));
  return { body: await bodyOf(response), etag: response.headers.get("ETag") ?? "" };
}

// `signal` ends it.
export function stream(path: string, parameters: Record<string, string | undefined>, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
  return ask(withQuery(path, parameters), { headers, signal });
}

export async function signIn(token: string): Promise<Session> {
  return bodyOf(await ask("/v1/session", { method: "POST", headers: { Authorization: `Bearer ${token}` } }));
}

// What people can sign in with beside a token.
export async function identityProviders(): Promise<string[]> {
  return (await get<{ identity_providers: string[] }>("/v1/sign-in")).body.identity_providers;
}

export async function currentSession(waitFor = ""): Promise<Session> {
  return (await get<Session>("/v1/session", { wait_for: waitFor })).body;
}

export async function signOut(): Promise<void> {
  await ask("/v1/session/end", { method: "POST" });
}

// `id`: the same one again makes a retry harmless. `etag`: the version that was looked at.
export async function submit(command: Record<string, unknown>, id: string, etag = ""): Promise<Outcome> {
  const headers: Record<string, string> = { "Content-Type": "application/json", "Idempotency-Key": id };
  if (etag) headers["If-Match"] = etag;
  return bodyOf(await ask("/v1/commands", { method: "POST", headers, body: JSON.stringify(command) }));
}
