// Which part of a long table is in the page. Its rows are taken together in blocks; of a block that is not there only its height is kept,
// as it was measured, or as it will be at a guess.

export const blockRows = 10;

export interface Shown {
  first: number; // Block.
  end: number; // Behind the last one.
  above: number; // Pixels.
  below: number;
}

// Whether nobody would see a difference.
export function isAlike(a: Shown, b: Shown): boolean {
  return a.first === b.first && a.end === b.end && Math.abs(a.above - b.above) < 1 && Math.abs(a.below - b.below) < 1;
}

export class Blocks {
  private heights = new Float64Array(64); // Measured; 0: not yet.
  private measured = 0;
  private sum = 0;

  constructor(private readonly guessedRowHeight: number) {}

  measure(block: number, height: number): void {
    this.makeRoom(block + 1);
    const before = this.heights[block]!;
    if (before === 0) ++this.measured;
    this.sum += height - before;
    this.heights[block] = height;
  }

  // The width is another one, and so is every height.
  forget(): void {
    this.heights.fill(0);
    this.measured = 0;
    this.sum = 0;
  }

  // What of the blocks of `rows` rows stands between two heights, from the top of the table.
  between(top: number, bottom: number, rows: number): Shown {
    const count = Math.ceil(rows / blockRows);
    const whole = this.measured > 0 ? this.sum / this.measured : this.guessedRowHeight * blockRows;
    this.makeRoom(count);
    const heightOf = (block: number) => this.heights[block] || (block === count - 1 ? (whole * (rows - block * blockRows)) / blockRows : whole);
    let above = 0;
    let first = 0;
    while (first < count - 1 && above + heightOf(first) <= top) above += heightOf(first++);
    let end = first;
    let at = above;
    while (end < count && (at < bottom || end === first)) at += heightOf(end++);
    let below = 0;
    for (let block = end; block < count; ++block) below += heightOf(block);
    return { first, end, above, below };
  }

  private makeRoom(count: number): void {
    if (count <= this.heights.length) return;
    const larger = new Float64Array(count * 2);
    larger.set(this.heights);
    this.heights = larger;
  }
}
