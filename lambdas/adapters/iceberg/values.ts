import type { ColumnType, Value } from '../../contracts/dataset.ts';
import { dayNumber } from '../../contracts/dates.ts';

/** Digits after the point of a decimal column. */
const SCALE = 18;
const POWERS = Array.from({ length: SCALE + 1 }, (_, i) => 10n ** BigInt(i));
/** With this many digits on each side of the point, the digits of a decimal are an exact double. */
const MAX_SHORT = 7;
/** Bytes of a decimal of 36 digits in Parquet: the fewest that hold it. */
export const DECIMAL_BYTES = 16;
/** Longer text has no upper bound: a bound may not be shortened without being raised. */
const MAX_BOUND_CHARS = 64;
const DAY_MS = 86_400_000;

/** A value as Parquet stores it. */
type Physical = Uint8Array | number | bigint | string | null;

/** A function that turns values of a column into what Parquet stores. It remembers them, since most dates and instants repeat. */
export function encoderOf(type: ColumnType): (value: Value) => Physical {
  const convert = CONVERT[type];
  if (!convert) return (value) => value;
  const known = new Map<Value, Physical>();
  return (value) => {
    if (value === null) return null;
    const found = known.get(value);
    if (found !== undefined) return found;
    const physical = convert(String(value));
    if (type !== 'decimal(36,18)') known.set(value, physical);
    return physical;
  };
}

const CONVERT: { [T in ColumnType]?: (text: string) => Physical } = {
  date: dayNumber,
  timestamptz: (text) => microsOf(text),
  'decimal(36,18)': (text) => fixedBytes(unscaled(text)),
};

/** What is in a file, as a value of a row. @throws Error for a type that no engine writes for such a column */
export function decoderOf(type: ColumnType): (physical: unknown) => Value {
  const known = new Map<unknown, Value>();
  return (physical) => {
    if (physical === null || physical === undefined) return null;
    const key = physical instanceof Uint8Array ? undefined : physical;
    const found = key === undefined ? undefined : known.get(key);
    if (found !== undefined) return found;
    const value = readPhysical(type, physical);
    if (key !== undefined) known.set(key, value);
    return value;
  };
}

function readPhysical(type: ColumnType, physical: unknown): Value {
  if (type === 'decimal(36,18)')
    return decimalText(physical instanceof Uint8Array ? signed(physical) : BigInt(String(physical)));
  if (type === 'date') return new Date(Number(physical) * DAY_MS).toISOString().slice(0, 10);
  if (type === 'timestamptz') return instantOf(BigInt(String(physical)));
  if (type === 'int') return Number(physical);
  return physical instanceof Uint8Array ? Buffer.from(physical).toString() : String(physical);
}

/** `310.33` → 310330000000000000000n */
function unscaled(text: string): bigint {
  const point = text.indexOf('.');
  const whole = point === -1 ? text : text.slice(0, point);
  const fraction = point === -1 ? '' : text.slice(point + 1);
  // Most values are short: small numbers are faster than parsing 20 digits.
  if (whole.length > MAX_SHORT || fraction.length > MAX_SHORT || text.startsWith('-'))
    return BigInt(whole + fraction.padEnd(SCALE, '0'));
  const digits = Number(whole) * 10 ** fraction.length + Number(fraction);
  return BigInt(digits) * (POWERS[SCALE - fraction.length] ?? 1n);
}

/** The canonical text of an unscaled decimal: no trailing zeros. */
function decimalText(unscaledValue: bigint): string {
  const isNegative = unscaledValue < 0n;
  const digits = String(isNegative ? -unscaledValue : unscaledValue).padStart(SCALE + 1, '0');
  const fraction = digits.slice(-SCALE).replace(/0+$/, '');
  return `${isNegative ? '-' : ''}${digits.slice(0, -SCALE)}${fraction && `.${fraction}`}`;
}

function fixedBytes(value: bigint): Uint8Array {
  const bytes = new Uint8Array(DECIMAL_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigInt64(0, value >> 64n);
  view.setBigUint64(8, BigInt.asUintN(64, value));
  return bytes;
}

/** A number in two's complement, the highest byte first. */
export function signed(bytes: Uint8Array): bigint {
  const hex = Buffer.from(bytes).toString('hex');
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${hex || '0'}`));
}

/** Microseconds since 1970. */
const microsOf = (instant: string): bigint => BigInt(Date.parse(instant)) * 1000n;
const instantOf = (micros: bigint): string => new Date(Number(micros / 1000n)).toISOString();

/** A bound as Iceberg's manifests have it; undefined if the value is too long for one. */
export function boundOf(type: ColumnType, value: Value): Buffer | undefined {
  if (value === null) return undefined;
  if (type === 'string') return String(value).length > MAX_BOUND_CHARS ? undefined : Buffer.from(String(value));
  if (type === 'timestamptz') return int64(microsOf(String(value)));
  if (type === 'decimal(36,18)') return shortest(fixedBytes(unscaled(String(value))));
  return int32(type === 'date' ? dayNumber(String(value)) : Number(value));
}

/** The fewest bytes of a number in two's complement. */
function shortest(bytes: Uint8Array): Buffer {
  let start = 0;
  const fill = (bytes[0] ?? 0) & 0x80 ? 0xff : 0;
  while (start < bytes.length - 1 && bytes[start] === fill && (((bytes[start + 1] ?? 0) ^ fill) & 0x80) === 0) start++;
  return Buffer.from(bytes.subarray(start));
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function int64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return bytes;
}

/** Orders two values of a column as the bounds of a file do. */
export function compareValues(type: ColumnType, a: string | number, b: string | number): number {
  if (type === 'decimal(36,18)') {
    const [rough, other] = [Number(a), Number(b)];
    if (rough !== other) return rough - other;
    const [x, y] = [unscaled(String(a)), unscaled(String(b))];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  if (type === 'string') return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
  return a < b ? -1 : a > b ? 1 : 0;
}
