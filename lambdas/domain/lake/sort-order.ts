import type { LakeRow } from '../../contracts/dataset.ts';

/** Sorts rows by columns of text. */
export const bySortOrder =
  (order: readonly string[]) =>
  (a: LakeRow, b: LakeRow): number => {
    for (const name of order) {
      const [x, y] = [String(a[name]), String(b[name])];
      if (x !== y) return x < y ? -1 : 1;
    }
    return 0;
  };
