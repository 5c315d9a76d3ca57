/** A name that does not fit into its block: it is below the map, at the end of a line from the block. Pixels. */
export interface Flag {
  text: string;
  /** The middle of the block. */
  x: number;
  width: number;
}

/** Where a flag is drawn: its row below the map, and whether the name is left of its line. */
export interface PlacedFlag<T extends Flag> {
  flag: T;
  row: number;
  isLeft: boolean;
}

/** Pixels between a line and its name, and between two names. */
export const flagGap = 4;
/** Finds rows for flags so that no name covers another one or a line; the ones that do not fit into `rows` are left out. */
export function placeFlags<T extends Flag>(
  flags: readonly T[],
  width: number,
  rows: number,
): PlacedFlag<T>[] {
  const isLeft = ({ x, width: own }: Flag) => x + flagGap + own > width;
  // A line passes beside the names of the flags that were placed before it.
  const order = [
    ...flags.filter(flag => !isLeft(flag)).sort((a, b) => b.x - a.x),
    ...flags.filter(isLeft).sort((a, b) => a.x - b.x),
  ];
  const placed: (PlacedFlag<T> & { from: number; to: number })[] = [];
  for (const flag of order) {
    const { x, width: own } = flag;
    const [from, to] = isLeft(flag)
      ? [Math.max(0, x - flagGap - own), x - flagGap]
      : [x + flagGap, x + flagGap + own];
    const isFree = (row: number) =>
      placed.every(other =>
        other.row === row
          ? to + flagGap < other.from || from - flagGap > other.to
          : other.row < row
            ? x < other.from - 1 || x > other.to + 1
            : other.flag.x < from - 1 || other.flag.x > to + 1,
      );
    const row = Array.from({ length: rows }, (_, each) => each).find(isFree);
    if (row !== undefined) placed.push({ flag, row, isLeft: isLeft(flag), from, to });
  }
  return placed.map(({ flag, row, isLeft: left }) => ({ flag, row, isLeft: left }));
}
