// The context of a reviver and rawJSON are in Node since 21; TypeScript does not know them yet.
type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;
const parseWith = JSON.parse as (text: string, reviver: Reviver) => unknown;
const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown };

/** Parses JSON. Whole numbers that a double cannot hold become bigints: ids of snapshots of other engines have 64 bits. */
export const parseExactly = (text: string): unknown =>
  parseWith(text, (_key, value, { source }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && source && /^-?\d+$/.test(source)
      ? BigInt(source)
      : value,
  );

/** JSON in which a bigint is a number. */
export const stringifyExactly = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? rawJSON(String(inner)) : inner));

/** Parses JSON with every number as its text: `8.07e+07` stays as it was written, and no digit is lost. */
export const parseDecimals = (text: string): unknown =>
  parseWith(text, (_key, value, { source }) => (typeof value === 'number' && source ? source : value));
