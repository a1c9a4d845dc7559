// Checkpoints: what a log signs of itself. C2SP signed-note and tlog-checkpoint.

export interface Checkpoint {
  origin: string;
  size: number;
  root: Uint8Array<ArrayBuffer>;
  text: string; // What is signed.
  signatures: { name: string; bytes: Uint8Array<ArrayBuffer> }[]; // Each the key's id, of four bytes, and the signature.
}

const keyIdBytes = 4;
const ed25519 = 1;

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

// Nothing: it is none.
export function parseCheckpoint(note: string): Checkpoint | null {
  const end = note.indexOf("\n\n");
  if (end < 0) return null;
  const text = note.slice(0, end + 1);
  const [origin, size, root] = text.split("\n");
  if (!origin || !size || !/^(0|[1-9]\d*)$/.test(size) || !Number.isSafeInteger(Number(size)) || !root) return null;
  try {
    const signatures = [...note.slice(end + 2).matchAll(/^\u2014 (\S+) (\S+)$/gm)].map(([, name, bytes]) => ({ name: name!, bytes: fromBase64(bytes!) }));
    return { origin, size: Number(size), root: fromBase64(root), text, signatures };
  } catch {
    return null;
  }
}

// By a verifier key, NAME+ID+KEY.
export async function isSignedBy(checkpoint: Checkpoint, verifier: string): Promise<boolean> {
  const [, name, id, key] = /^(.+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(verifier.trim()) ?? [];
  if (!name || !id || !key) return false;
  const bytes = fromBase64(key);
  if (bytes[0] !== ed25519) return false;
  const publicKey = await crypto.subtle.importKey("raw", bytes.slice(1), "Ed25519", false, ["verify"]);
  const signed = new TextEncoder().encode(checkpoint.text);
  for (const signature of checkpoint.signatures) {
    const itsId = [...signature.bytes.slice(0, keyIdBytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    if (signature.name !== name || itsId !== id) continue;
    if (await crypto.subtle.verify("Ed25519", publicKey, signature.bytes.slice(keyIdBytes), signed)) return true;
  }
  return false;
}
