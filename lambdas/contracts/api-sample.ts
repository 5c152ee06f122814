type JsonSchema = {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  examples?: unknown[];
  default?: unknown;
  format?: string;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  /** Names and values of a record. */
  propertyNames?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
  required?: string[];
  items?: JsonSchema;
  minItems?: number;
  prefixItems?: JsonSchema[];
  minimum?: number;
};

type Choice = {
  /** Name of the property whose value it is. */
  name?: string;
  /** Optional properties too, as an answer may have them. */
  isWhole?: boolean;
};

/** A value that fits a JSON schema of our API, for examples. */
export function sampleOf(schema: JsonSchema, { name = '', isWhole = false }: Choice = {}): unknown {
  const given = schema.examples?.[0] ?? schema.default ?? schema.const ?? schema.enum?.[0];
  if (given !== undefined) return given;
  const choice = schema.anyOf?.[0] ?? schema.oneOf?.[0];
  if (choice) return sampleOf(choice, { name, isWhole });
  switch ([schema.type].flat()[0]) {
    case 'object':
      return Object.fromEntries(
        namesOf(schema, isWhole).map((own) => [own, sampleOf(propertyOf(schema, own), { name: own, isWhole })]),
      );
    case 'array':
      return (schema.prefixItems ?? Array(schema.minItems ?? 1).fill(schema.items ?? {})).map((item) =>
        sampleOf(item, { name, isWhole }),
      );
    case 'integer':
    case 'number':
      return Math.max(NUMBERS[name] ?? 1, schema.minimum ?? -Infinity);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return textOf(name, schema.format);
  }
}

/** The schema of one property. */
const propertyOf = ({ properties, additionalProperties }: JsonSchema, name: string): JsonSchema =>
  properties?.[name] ?? (typeof additionalProperties === 'object' ? additionalProperties : {});

function namesOf({ properties, propertyNames, required = [] }: JsonSchema, isWhole: boolean): string[] {
  if (!properties) return (propertyNames?.enum ?? []).map(String);
  if (isWhole) return Object.keys(properties);
  return required.length > 0 ? required : Object.keys(properties).slice(0, 1);
}

const textOf = (name: string, format: string | undefined): string =>
  FORMATS[format ?? ''] ?? TEXTS[name] ?? (/At$|^validFrom$/.test(name) ? '2020-01-10T21:14:05Z' : 'text');

const FORMATS: Record<string, string> = {
  date: '2020-01-10',
  email: 'ada@example.com',
  'date-time': '2020-01-10T21:14:05Z',
  uuid: '0f4c2b9e-5d0a-4c1b-9a53-6f1f3c0c7a11',
};

const NUMBERS: Record<string, number> = {
  dayChange: 0.0213,
  weekChange: 0.034,
  monthChange: -0.021,
  spark: 300.35,
  polarity: 0.25,
  finance: 0.5,
  target: 310,
  distance: 9.65,
  applied: 505,
  quarantined: 2,
  expected: 1204,
  delivered: 1196,
  sent: 4,
  refused: 0,
  unconfirmed: 0,
  heldBack: 3,
  none: 0,
};

/** Examples by the name of the property: one name means one thing in our API. */
const TEXTS: Record<string, string> = {
  ticker: 'AAPL',
  tickers: 'AAPL',
  followed: 'AAPL',
  already: 'MSFT',
  tooMany: 'TSLA',
  suggestions: 'AAPL',
  unknown: 'AAPK',
  subjects: 'AAPL',
  subject: 'AAPL',
  renamedTo: 'META',
  formerly: 'FB',
  from: 'FB',
  to: 'META',
  name: 'Apple Inc.',
  id: 'k3Jm8sQ2vXa1',
  note: 'before the report',
  text: 'closes at 310.00 or above',
  what: 'closed at 318.20, above 310.00',
  details: '+2.6 % on the day, 310.13 before',
  threshold: '310.00',
  warnings: 'The close is above 310.00 already.',
  close: '300.35',
  other: '300.53',
  value: '5.28',
  unit: 'USD',
  headline: 'Apple reports its results on 28 January',
  title: 'FOMC meeting',
  type: 'meeting',
  source: 'Example Wire',
  time: '14:00',
  published: '2020-01-10T14:30:00Z',
  at: '2020-01-10T21:14:05Z',
  url: 'https://example.com/page',
  delivery: '2020-01-10.incremental',
  unreadable: '2020-01-09.incremental',
  revision: '0055AED6DCD90281E5.20200113T100000123Z.revoke',
  next: '2020-01-10T21:14:05.123Z#2020-01-10.incremental',
  subscriber: 'h1Yw0cVdLr5sT9kQbN3xGA',
  savedBy: 'h1Yw0cVdLr5sT9kQbN3xGA',
  address: 'a…@example.com',
  outcome: 'bounced',
  why: 'the mailbox does not exist',
  feed: 'eu',
  columns: 'Close',
  column: 'Close',
  equals: 'NYSE',
  timeZone: 'America/New_York',
  expected: 'an exact decimal',
  found: '300,35',
  advice: 'Set decimalMark to a comma in the profile.',
  answer: 'The comma is the decimal mark',
  delimiter: ';',
  dateFormat: 'day.month.year',
  decimalMark: ',',
  notUnderstood: 'Remark',
  observations: 'AAPL',
  provider: 'finnhub',
  run: '2020-01-10T23:00:00.000Z.prices',
  key: 'finnhub/2020-01-10_incremental.csv',
  message: 'status 404: unknown symbol',
  reason: 'no close',
  flags: 'delayed by 15 minutes',
  watermarks: '2020-01-10',
  holds: 'digests of a delivery',
  reasons: 'ServiceUnavailable: try again',
};
