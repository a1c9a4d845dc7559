// The log's Merkle tree, computed again from the hashes that the node gives out. RFC 6962, 2.1; C2SP tlog-tiles.
//
// The roots of two sizes that were computed from the same tiles are of one log: the larger one continues the smaller.

export type Hash = Uint8Array<ArrayBuffer>;
// The hashes of a tile: `width` of them, 256 where it is full.
export type TileReader = (level: number, index: number, width: number) => Promise<Hash[]>;

const tileHeight = 8;
const tileWidth = 256;
export const hashBytes = 32;

async function sha256(...parts: Uint8Array[]): Promise<Hash> {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
}

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);
export const leafHash = (record: Uint8Array): Promise<Hash> => sha256(leafPrefix, record);
const nodeHash = (left: Hash, right: Hash): Promise<Hash> => sha256(nodePrefix, left, right);

export const isSameHash = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, index) => byte === b[index]);

// `/log/tile/0/x001/234`, and `.p/17` behind it where it has 17 hashes.
export function tilePath(level: number, index: number, width: number): string {
  let path = String(index % 1000).padStart(3, "0");
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) path = `x${String(rest % 1000).padStart(3, "0")}/${path}`;
  return `/log/tile/${level}/${path}${width < tileWidth ? `.p/${width}` : ""}`;
}

// A tile does not have the hash that stands above it.
export class TileMismatch extends Error {}

async function rootOf(hashes: Hash[]): Promise<Hash> {
  let level = hashes;
  while (level.length > 1) {
    const above: Hash[] = [];
    for (let at = 0; at + 1 < level.length; at += 2) above.push(await nodeHash(level[at]!, level[at + 1]!));
    level = above;
  }
  if (!level[0]) throw new TileMismatch("a tile lacks hashes");
  return level[0];
}

// Of a log of that size: the tiles that are not full have what it takes to be read as they were at it.
export class Tree {
  private readonly tiles = new Map<string, Promise<Hash[]>>();

  constructor(
    readonly size: number,
    private readonly read: TileReader,
  ) {}

  // Each full tile is held against the hash above it, so that whatever is taken from one is under the root.
  private async readBound(level: number, index: number): Promise<Hash[]> {
    const hashesAtLevel = Math.floor(this.size / tileWidth ** level);
    const width = Math.min(tileWidth, hashesAtLevel - index * tileWidth);
    const hashes = await this.read(level, index, width);
    if (hashes.length !== width) throw new TileMismatch("a tile lacks hashes");
    if (width < tileWidth) return hashes;
    const above = await this.tile(level + 1, Math.floor(index / tileWidth));
    if (!isSameHash(await rootOf(hashes), above[index % tileWidth]!)) throw new TileMismatch("a tile is another one than the hash above it says");
    return hashes;
  }

  private tile(level: number, index: number): Promise<Hash[]> {
    const key = `${level}/${index}`;
    const known = this.tiles.get(key) ?? this.readBound(level, index);
    this.tiles.set(key, known);
    return known;
  }

  // Of the 2^height leaves from `start` on, which is a multiple of that.
  private async subtree(start: number, height: number): Promise<Hash> {
    const level = Math.floor(height / tileHeight);
    const first = start / tileWidth ** level;
    const tile = await this.tile(level, Math.floor(first / tileWidth));
    return rootOf(tile.slice(first % tileWidth, (first % tileWidth) + 2 ** (height - level * tileHeight)));
  }

  // As it was at a size up to this one.
  async root(size: number): Promise<Hash> {
    if (size === 0) return sha256();
    const parts: Hash[] = [];
    let start = 0;
    for (let height = Math.floor(Math.log2(size)); height >= 0; --height) {
      if (size - start < 2 ** height) continue;
      parts.push(await this.subtree(start, height));
      start += 2 ** height;
    }
    let root = parts.pop()!;
    while (parts.length > 0) root = await nodeHash(parts.pop()!, root);
    return root;
  }

  // Of the leaf at a position, counted from 1.
  async leaf(position: number): Promise<Hash> {
    const index = position - 1;
    const tile = await this.tile(0, Math.floor(index / tileWidth));
    return tile[index % tileWidth]!;
  }
}
