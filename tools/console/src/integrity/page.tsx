// Integrity: the newest checkpoint, computed again here; whether the log continues one that was kept; whether it holds an event.
import { useEffect, useState } from "preact/hooks";
import { stream, type Problem } from "../api";
import type { PageProps } from "../later";
import { problemOfError, useLoaded } from "../load";
import { say, sayNumber } from "../messages";
import { mayProve } from "../navigation";
import { Alert, ProblemAlert } from "../parts/alert";
import { Field } from "../parts/field";
import { save } from "../parts/save";
import { Whole } from "../parts/states";
import { usePlace } from "../route";
import { isSignedBy, parseCheckpoint, type Checkpoint } from "./note";
import { hashBytes, isSameHash, leafHash, TileMismatch, Tree, tilePath, type Hash } from "./tree";

interface Checked {
  checkpoint: Checkpoint;
  keys: string[]; // The one that signs now, and those before it.
  isSigned: boolean;
  isRoot: boolean;
  tree: Tree;
  files: { checkpoint: string; keys: string }; // As the node gave them.
}

async function bytesOf(path: string, parameters: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Uint8Array<ArrayBuffer>> {
  const response = await stream(path, parameters, headers, new AbortController().signal);
  return new Uint8Array(await response.arrayBuffer());
}

async function readTile(level: number, index: number, width: number): Promise<Hash[]> {
  const bytes = await bytesOf(tilePath(level, index, width));
  return Array.from({ length: bytes.length / hashBytes }, (_, number) => bytes.slice(number * hashBytes, (number + 1) * hashBytes));
}

// Whether it is what the tiles come to.
async function isRootOf(tree: Tree, { size, root }: Checkpoint): Promise<boolean> {
  try {
    return isSameHash(await tree.root(size), root);
  } catch (error) {
    if (error instanceof TileMismatch) return false;
    throw error;
  }
}

async function check(): Promise<Checked> {
  const decoder = new TextDecoder();
  const [note, lines] = await Promise.all([bytesOf("/log/checkpoint"), bytesOf("/log/log.vkey")]);
  const files = { checkpoint: decoder.decode(note), keys: decoder.decode(lines) };
  const checkpoint = parseCheckpoint(files.checkpoint);
  const keys = files.keys.split("\n").filter((line) => line !== "");
  if (!checkpoint) throw new Error("the node gave out a checkpoint that is none");
  const tree = new Tree(checkpoint.size, readTile);
  const [isSigned, isRoot] = await Promise.all([isSignedBy(checkpoint, keys[0] ?? ""), isRootOf(tree, checkpoint)]);
  return { checkpoint, keys, isSigned, isRoot, tree, files };
}

const inHex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export function IntegrityPage({ session }: PageProps) {
  const loaded = useLoaded("integrity", check);
  return (
    <>
      <h1>{say("integrity.heading")}</h1>
      <Alert kind="info" heading={say("integrity.limit")}>
        <p>{say("integrity.limitMeaning")}</p>
      </Alert>
      <Whole loaded={loaded}>
        {(checked) => (
          <>
            <Newest checked={checked} onAgain={loaded.reload} />
            <Kept checked={checked} />
            {mayProve(session) ? <Inclusion checked={checked} /> : <NoInclusion />}
            <Elsewhere checked={checked} />
          </>
        )}
      </Whole>
    </>
  );
}

// What the verifier needs on another machine, of this log.
function Elsewhere({ checked: { checkpoint, keys, files } }: { checked: Checked }) {
  const kept = `checkpoint-${checkpoint.size}`;
  return (
    <section class="panel" aria-labelledby="elsewhere-heading">
      <h2 id="elsewhere-heading">{say("integrity.elsewhere")}</h2>
      <p>{say("integrity.elsewhereMeaning")}</p>
      <pre tabIndex={0} aria-label={say("integrity.elsewhere")}>{`muniment export log EXPORT\nmuniment-verify '${keys[0] ?? ""}' log EXPORT ${kept}`}</pre>
      <p>{say("integrity.tiles", { url: `${location.origin}/log/` })}</p>
      <div class="panel-actions">
        <button type="button" class="usa-button usa-button--outline" onClick={() => save([files.keys], "application/octet-stream", "log.vkey")}>
          {say("integrity.saveKey")}
        </button>
        <button type="button" class="usa-button usa-button--outline" onClick={() => save([files.checkpoint], "application/octet-stream", kept)}>
          {say("integrity.saveCheckpoint")}
        </button>
      </div>
    </section>
  );
}

function Verdict({ holds, yes, no }: { holds: boolean; yes: string; no: string }) {
  return <Alert kind={holds ? "success" : "error"} heading={holds ? yes : no} />;
}

function Newest({ checked: { checkpoint, keys, isSigned, isRoot }, onAgain }: { checked: Checked; onAgain: () => void }) {
  return (
    <section class="panel" aria-labelledby="newest-heading">
      <h2 id="newest-heading">{say("integrity.newest")}</h2>
      <dl class="facts">
        <dt>{say("integrity.origin")}</dt>
        <dd class="code">{checkpoint.origin}</dd>
        <dt>{say("integrity.size")}</dt>
        <dd>{sayNumber(checkpoint.size)}</dd>
        <dt>{say("integrity.root")}</dt>
        <dd class="code">{inHex(checkpoint.root)}</dd>
        <dt>{say("integrity.key")}</dt>
        <dd class="code">{keys[0]}</dd>
      </dl>
      <Verdict holds={isSigned} yes={say("integrity.signed")} no={say("integrity.notSigned")} />
      <Verdict holds={isRoot} yes={say("integrity.rootHolds")} no={say("integrity.rootFails")} />
      <div class="panel-actions">
        <button type="button" class="usa-button usa-button--outline" onClick={onAgain}>
          {say("action.refresh")}
        </button>
      </div>
    </section>
  );
}

type Comparison = "continues" | "differs" | "unsigned" | "other log" | "ahead" | "none";

async function compare(note: string, { checkpoint, keys, tree }: Checked): Promise<Comparison> {
  const kept = parseCheckpoint(note);
  if (!kept) return "none";
  if (kept.origin !== checkpoint.origin) return "other log";
  const signed = await Promise.all(keys.map((key) => isSignedBy(kept, key)));
  if (!signed.includes(true)) return "unsigned";
  if (kept.size > checkpoint.size) return "ahead";
  return (await isRootOf(tree, kept)) ? "continues" : "differs";
}

const comparisons = {
  continues: "integrity.continues",
  differs: "integrity.differs",
  unsigned: "integrity.keptUnsigned",
  "other log": "integrity.otherLog",
  ahead: "integrity.ahead",
  none: "integrity.noCheckpoint",
} as const;

function Kept({ checked }: { checked: Checked }) {
  const [note, setNote] = useState("");
  const [found, setFound] = useState<Comparison | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = () => {
    setProblem(null);
    // A text area gives the end of the last line or not, as it was pasted.
    compare(`${note.trim()}\n`, checked).then(setFound, (error: unknown) => setProblem(problemOfError(error)));
  };
  return (
    <section class="panel" aria-labelledby="kept-heading">
      <h2 id="kept-heading">{say("integrity.kept")}</h2>
      <p class="hint" id="kept-hint">
        {say("integrity.keptMeaning")}
      </p>
      <label class="usa-label" for="field-kept">
        {say("integrity.keptLabel")}
      </label>
      <textarea class="usa-textarea" id="field-kept" rows={6} value={note} aria-describedby="kept-hint" spellcheck={false} onInput={(event) => setNote(event.currentTarget.value)} />
      {problem && <ProblemAlert problem={problem} />}
      {found && (
        <Alert kind={found === "continues" ? "success" : "error"} heading={say(comparisons[found])} takesFocus>
          {found === "differs" && <p>{say("integrity.differsMeaning")}</p>}
        </Alert>
      )}
      <div class="panel-actions">
        <button type="button" class="usa-button" onClick={run} disabled={note.trim() === ""}>
          {say("integrity.compare")}
        </button>
      </div>
    </section>
  );
}

function NoInclusion() {
  return (
    <section class="panel" aria-labelledby="inclusion-heading">
      <h2 id="inclusion-heading">{say("integrity.inclusion")}</h2>
      <p>{say("integrity.notForPart")}</p>
    </section>
  );
}

function Inclusion({ checked: { checkpoint, isRoot, tree } }: { checked: Checked }) {
  const { query } = usePlace();
  const [position, setPosition] = useState(query.event ?? "");
  const [found, setFound] = useState<{ position: number; holds: boolean } | null>(null);
  const [error, setError] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = async () => {
    const number = Number(position.trim());
    const isWithin = /^\d+$/.test(position.trim()) && number >= 1 && number <= checkpoint.size;
    setFound(null);
    setProblem(null);
    setError(isWithin ? "" : say("integrity.positionRange", { size: checkpoint.size }));
    if (!isWithin) return;
    try {
      const record = await bytesOf("/v1/events", { from: String(number), limit: "1" }, { Accept: "application/capnp" });
      setFound({ position: number, holds: isRoot && isSameHash(await leafHash(record), await tree.leaf(number)) });
    } catch (why) {
      if (why instanceof TileMismatch) return setFound({ position: number, holds: false });
      setProblem(problemOfError(why));
    }
  };
  // Whoever comes from an event need not ask again.
  useEffect(() => {
    if (query.event) void run();
  }, [query.event]);
  return (
    <section class="panel" aria-labelledby="inclusion-heading">
      <h2 id="inclusion-heading">{say("integrity.inclusion")}</h2>
      <p class="hint">{say("integrity.inclusionMeaning")}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Field name="position" label={say("confirmation.position")} value={position} onInput={setPosition} inputMode="numeric" {...(error ? { error } : {})} />
        <div class="panel-actions">
          <button type="submit" class="usa-button">
            {say("integrity.check")}
          </button>
        </div>
      </form>
      {problem && <ProblemAlert problem={problem} />}
      {found && <Verdict holds={found.holds} yes={say("integrity.included", { position: found.position })} no={say("integrity.notIncluded", { position: found.position })} />}
    </section>
  );
}
