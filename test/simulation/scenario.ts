import type { Alert, Condition } from '../../lambdas/contracts/alert.ts';
import { addDays } from '../../lambdas/contracts/dates.ts';
import { fileDueMessage } from '../../lambdas/contracts/file-due.ts';
import type { CommandName } from '../../lambdas/contracts/revision.ts';
import { SMOKE_SUBSCRIBER } from '../../lambdas/contracts/smoke-test.ts';
import { subscriberId } from '../../lambdas/contracts/subscriber-id.ts';
import { signLink } from '../../lambdas/domain/links/link-token.ts';
import { above, anAlert } from '../support/alerts.ts';
import { inPath } from '../support/api-world.ts';
import { aMail, stamp } from '../support/mails.ts';
import { aSubscriber } from '../support/subscribers.ts';
import { deliveryOf, type Reference } from './reference.ts';
import type { Simulation } from './simulation.ts';
import { simulatedFile } from './vendors.ts';

/** One action of a vendor, subscriber or operator. */
type Step = {
  what: string;
  act: (world: Simulation) => Promise<void> | void;
  /** The same change of the reference model; absent if no price changes. */
  expected?: (reference: Reference) => void;
  /** Addresses that are mailed although no price changes. */
  alsoMailed?: readonly string[];
};

/** Steps of one day. The next day begins after all messages were handled. */
export type Burst = Step[];

const file = (...rows: string[]): string => `ticker,close,date,action\n${rows.join('\n')}\n`;

const drop = (key: string, content: string): Step => ({
  what: `${key} is uploaded`,
  act: (world) => world.dropFile(key, content),
  expected: (reference) => reference.drop(key, content),
});

const sendCommand = (what: CommandName, key: string, content = ''): Step => ({
  what: `${what} ${key}`,
  act: async (world) => {
    const path = `/deliveries/${inPath(deliveryOf(key))}/${what}`;
    await world.request(path, { method: 'POST', as: 'night@example.com' });
  },
  expected: (reference) => (what === 'revoke' ? reference.revoke(key) : reference.drop(key, content)),
});

const follow = (as: string, ticker: string): Step => ({
  what: `${as} follows ${ticker}`,
  act: async (world) => void (await world.request(`/subscriptions/${ticker}`, { method: 'PUT', as, body: {} })),
});

/** SES stores a mail with a file. @param id of the mail */
const mailed = (id: string, date: string, content: string): Step => ({
  what: `a vendor mails the file of ${date} (${id})`,
  act: (world) => world.mailFile(id, aMail({ files: { [`${date}_incremental.csv`]: content } })),
  expected: (reference) => reference.drop(`mailed/${date}_incremental.csv`, content),
});

/** A stranger signs with a domain of its own, and writes the address of the vendor into its mail: nothing changes. */
const forged = (id: string, date: string): Step => ({
  what: `a stranger mails a file of ${date} (${id})`,
  act: (world) =>
    world.mailFile(
      id,
      aMail({
        stamp: stamp({ returnPath: '<a@evil.example>', results: ['spf=pass;', 'dkim=pass header.i=@evil.example;'] }),
        files: { [`${date}_incremental.csv`]: file(`GE,999,${date},I`) },
      }),
    ),
});

/** The schedule of the top level asks whether its file arrived. @param date ISO: no session after it is one */
const expectFile = (date?: string): Step => ({
  what: `a file is due${date ? ` on ${date}` : ''}`,
  act: (world) => {
    const later = date ? Array.from({ length: 40 }, (_, i) => [addDays(date, i + 1), 'holiday'] as const) : [];
    const schedule = { feed: '', exchange: 'NYSE', due: '15:00', nextDay: false } as const;
    world.expectFile(fileDueMessage(schedule, { NYSE: Object.fromEntries(later) }));
  },
});

/** Only the mailbox of the test is mailed, and no price changes. */
const smokeTest: Step = {
  what: 'a smoke test',
  act: (world) => world.testSmoke(),
  alsoMailed: [SMOKE_SUBSCRIBER.address],
};

const unfollow = (as: string, ticker: string): Step => ({
  what: `${as} no longer follows ${ticker}`,
  act: async (world) => void (await world.request(`/subscriptions/${ticker}`, { method: 'DELETE', as })),
});

/** An alert on the close of a ticker, every time it rises to a threshold or falls to it. */
type SimpleAlert = { ticker: string; direction: 'above' | 'below'; threshold: string };

const bodyOf = ({ ticker, direction, threshold }: SimpleAlert) => ({
  ticker,
  condition: { kind: 'price', direction, threshold },
  repeat: 'every',
});

const makeAlert = (as: string, alert: SimpleAlert): Step => ({
  what: `${as} makes an alert on ${alert.ticker}`,
  act: async (world) => void (await world.request('/alerts', { method: 'POST', as, body: bodyOf(alert) })),
});

/** Edits, mutes or deletes the only alert of a subscriber. */
const changeAlert = (what: string, as: string, request: (world: Simulation, id: string) => Promise<unknown>): Step => ({
  what: `${as} ${what} an alert`,
  act: async (world) => {
    const [id = ''] = Object.keys(world.subscriberOf(as)?.alerts ?? {});
    await request(world, id);
  },
});

const deleteAlert = (as: string): Step =>
  changeAlert('deletes', as, (world, id) => world.request(`/alerts/${id}`, { method: 'DELETE', as }));
const editAlert = (as: string, alert: SimpleAlert): Step =>
  changeAlert('edits', as, (world, id) => world.request(`/alerts/${id}`, { method: 'PUT', as, body: bodyOf(alert) }));
/** By the link in a mail. */
const muteAlert = (as: string): Step =>
  changeAlert('mutes', as, (world, id) => {
    const token = signLink({ current: 'key' }, 'mute-alert', subscriberId(as), id);
    return world.request(`/mute-alert?token=${token}`, { method: 'POST' });
  });

/** Ingest handles what was uploaded; fan-out does not yet. */
const ingested: Step = { what: 'ingest runs', act: (world) => world.settle(['deliveries']) };

/** The one-click link of RFC 8058. */
const unsubscribe = (address: string): Step => ({
  what: `${address} unsubscribes`,
  act: async (world) => {
    const token = signLink({ current: 'key' }, 'unsubscribe', subscriberId(address));
    await world.request(`/unsubscribe?token=${token}`, { method: 'POST', body: 'List-Unsubscribe=One-Click' });
  },
});

/** The button on the page that the link leads to. */
const undoUnsubscribing = (address: string): Step => ({
  what: `${address} undoes that`,
  act: async (world) => {
    const token = signLink({ current: 'key' }, 'unsubscribe', subscriberId(address));
    await world.request(`/unsubscribe?token=${token}`, { method: 'POST', body: 'undo=yes' });
  },
});

/** The schedule of the weekly digests rings. */
const saturday = (date: string): Step => ({
  what: `Saturday ${date}`,
  act: (world) => world.ring(`${date}T13:00:00Z`),
  alsoMailed: ['wes@example.com'],
});

const HISTORY = `ticker,close,date
AAPL,100,2020-01-02
AAPL,101,2020-01-03
MSFT,50,2020-01-02
MSFT,51,2020-01-03
KO,30,2019-06-03
KO,31,2020-01-03
GE,-7,2020-01-03
`;
const DAY_10 = file('AAPL,103,2020-01-10,I', 'MSFT,520,2020-01-10,I', 'KO,32,2020-01-10,I', 'GE,12,2020-01-10,U');
const DAY_10_AGAIN = file('AAPL,103,2020-01-10,I', 'MSFT,52,2020-01-10,I', 'GE,12,2020-01-10,I');

const LATE_HISTORY = `ticker,close,date\nAAPL,101,2020-01-03\nKO,33,2020-01-15\nGE,11,2018-01-02\n`;

const MANY = Array.from({ length: 20 }, (_, i) => `T${i},${10 + i},2020-01-17,I`);
const FEW = file('T0,11,2020-01-17,I', 'AAPL,107,2020-01-17,I');

/** A file of which most rows are missing is held: it changes nothing until it is released. */
const HELD: Burst[] = [
  [drop('many/2020-01-17_incremental.csv', file(...MANY)), follow('cyd@example.com', 'T0')],
  [{ ...drop('many/2020-01-17_incremental.csv', FEW), expected: () => undefined }],
  [sendCommand('release', 'many/2020-01-17_incremental.csv', FEW)],
];

/** What an operator declares, or takes back, becomes a file of declarations. @param row that the file has then, if any */
const declare = (
  what: string,
  method: 'POST' | 'DELETE',
  path: string,
  body: object | undefined,
  row: string,
): Step => ({
  what,
  act: async (world) =>
    void (await world.request(`/tickers/${path}`, { method, as: 'night@example.com', ...(body && { body }) })),
  expected: (reference) =>
    reference.drop(
      `declared/${path.startsWith('AAPL') ? '2020-01-18' : '2020-01-19'}_incremental.csv`,
      `${DECLARED_HEADER}${row}`,
    ),
});

const DECLARED_HEADER = 'action,ticker,date,value\n';

/** A split and a rename are declared, and the rename is taken back. */
const DECLARED: Burst[] = [
  [
    drop(
      'us/2020-01-17_incremental.csv',
      file('AAPL,27,2020-01-17,I', 'MSFT,56,2020-01-16,I', 'MSFX,58,2020-01-17,I', 'GE,15,2020-01-17,I'),
    ),
    editAlert('hal@example.com', { ticker: 'MSFT', direction: 'above', threshold: '55.5' }),
  ],
  [
    declare(
      'a split is declared',
      'POST',
      'AAPL/splits',
      { date: '2020-01-17', ratio: '4:1' },
      'S,AAPL,2020-01-17,4\n',
    ),
  ],
  [
    declare(
      'a rename is declared',
      'POST',
      'MSFT/rename',
      { to: 'MSFX', date: '2020-01-17' },
      'R,MSFX,2020-01-17,MSFT\n',
    ),
  ],
  [
    drop(
      'us/2020-01-20_incremental.csv',
      file('AAPL,27.5,2020-01-20,I', 'MSFX,59,2020-01-20,I', 'MSFT,57,2020-01-15,U'),
    ),
  ],
  [declare('the rename is taken back', 'DELETE', 'MSFT/rename', undefined, '')],
];

const COLLECTED = ['COL-1', 'COL-2'];
const COLLECTED_DATE = '2020-01-17';

/** A run of a collector: like the file of a vendor with the closes of six sessions. */
const collects = (what: string, isCorrected: boolean): Step => ({
  what,
  act: (world) =>
    world.plan({
      provider: 'polygon',
      dataset: 'prices',
      subjects: COLLECTED,
      at: new Date(world.now).toISOString(),
      from: COLLECTED_DATE,
      to: COLLECTED_DATE,
      // Calls come in the same order each time.
      settings: { perMinute: 6_000, concurrency: 1, batchSize: 1 },
    }),
  expected: (reference) =>
    reference.drop(
      `polygon/${COLLECTED_DATE}_incremental.csv`,
      simulatedFile(COLLECTED, ['2020-01-10', COLLECTED_DATE], isCorrected),
    ),
});

/** What an API answers is stored, and what it corrects is corrected in a mail. */
const COLLECTING: Burst[] = [
  [collects('a collector runs', false)],
  [follow('cyd@example.com', 'COL-1'), follow('cyd@example.com', 'COL-2')],
  [collects('a collector runs again, and the API has corrected a close', true)],
];

/** A month of a small market with every kind of action. */
export const SCENARIO: Burst[] = [
  [drop('2020-01-03_history.csv', HISTORY)],
  [
    follow('cyd@example.com', 'KO'),
    follow('cyd@example.com', 'AAPL'),
    follow('dan@example.com', 'MSFT'),
    makeAlert('hal@example.com', { ticker: 'MSFT', direction: 'above', threshold: '53.2' }),
    makeAlert('ida@example.com', { ticker: 'KO', direction: 'above', threshold: '31.4' }),
  ],
  [
    drop(
      '2020-01-06_incremental.csv',
      file('AAPL,102,2020-01-06,I', 'MSFT,51.5,2020-01-06,I', 'KO,31.5,2020-01-06,I', 'KO,31.25,2020-01-03,U'),
    ),
    deleteAlert('ida@example.com'),
  ],
  [drop('2020-01-10_incremental.csv', DAY_10)],
  // The same file with a corrected close, and without one row.
  [drop('2020-01-10_incremental.csv', DAY_10_AGAIN)],
  [unfollow('ada@example.com', 'MSFT'), unsubscribe('dan@example.com'), follow('eve@example.com', 'GE')],
  [
    drop(
      '2020-01-13_incremental.csv',
      file('KO,,,D', 'AAPL,,2020-01-06,D', 'MSFT,53,2020-01-13,I', 'GE,13,2020-01-13,I', 'AAPL,none,2020-01-13,I'),
    ),
    ingested,
    muteAlert('gil@example.com'),
  ],
  [sendCommand('revoke', '2020-01-10_incremental.csv')],
  [sendCommand('replay', '2020-01-10_incremental.csv', DAY_10_AGAIN)],
  [undoUnsubscribing('dan@example.com')],
  [
    drop('2020-01-14_incremental.csv', 'not a CSV file'),
    drop('eu/2020-01-14_incremental.csv', file('MSFT,54,2020-01-14,I', 'GE,13.5,2020-01-14,I')),
    drop('2020-01-07_incremental.csv', file('AAPL,102.5,2020-01-07,I')),
  ],
  // A late history corrects the first one; only subscribers who see a change are mailed.
  [drop('2020-01-15_history.csv', LATE_HISTORY)],
  ...HELD,
  ...DECLARED,
  ...COLLECTING,
  [saturday('2020-01-18')],
  // Once more, and on the next day: nobody is mailed twice.
  [
    { ...saturday('2020-01-18'), alsoMailed: [] },
    { ...saturday('2020-01-19'), alsoMailed: [] },
  ],
  // The file of the 15th arrived; that of the last session did not.
  [expectFile('2020-01-15'), expectFile()],
  [smokeTest],
  [smokeTest, drop('us/2020-01-21_incremental.csv', file('GE,16,2020-01-21,I'))],
  [mailed('m1', '2020-01-22', file('GE,17,2020-01-22,I', 'KO,34,2020-01-22,I')), forged('m2', '2020-01-22')],
  [mailed('m3', '2020-01-22', file('GE,17.5,2020-01-22,I', 'KO,34,2020-01-22,I'))],
];

/** Two revisions of one file: only the newer one is current in the end. */
export const OVERTAKEN: Burst = [
  drop('2020-01-16_incremental.csv', file('AAPL,104,2020-01-16,I', 'MSFT,55,2020-01-16,I')),
  drop('2020-01-16_incremental.csv', file('AAPL,105,2020-01-16,I', 'GE,14,2020-01-16,I')),
];

/** A good file and a bad one with the same name, which must not prevent the good one from being applied. */
export const SPOILT: Burst = [
  drop('2020-01-17_incremental.csv', file('AAPL,106,2020-01-17,I', 'MSFT,56,2020-01-17,I')),
  drop('2020-01-17_incremental.csv', 'not a CSV file'),
];

/** A revoke and, before it is ingested, a replay. */
export const UNDONE: Burst = [
  sendCommand('revoke', '2020-01-15_history.csv'),
  sendCommand('replay', '2020-01-15_history.csv', LATE_HISTORY),
];

/** Two mails with one file: that of the later mail is current in the end. */
export const REMAILED: Burst = [
  mailed('m4', '2020-01-23', file('AAPL,108,2020-01-23,I', 'MSFT,57,2020-01-23,I')),
  mailed('m5', '2020-01-23', file('AAPL,109,2020-01-23,I', 'GE,18,2020-01-23,I')),
];

const started = (condition: Condition, overrides: Partial<Alert> = {}): Alert =>
  anAlert(condition, { start: { date: '2020-01-03', closes: [] }, ...overrides });

/** Subscribers from the start. Mail to the last one bounces. */
export const SUBSCRIBERS = [
  aSubscriber({ address: 'ada@example.com', tickers: { AAPL: { window: 90 }, MSFT: { window: 30 } } }),
  aSubscriber({ address: 'bob@example.com', tickers: { MSFT: { window: 365 }, KO: { window: 30 } } }),
  aSubscriber({ address: 'bounce@example.com', tickers: { AAPL: { window: 30 } } }),
  aSubscriber({
    address: 'wes@example.com',
    tickers: { AAPL: { window: 90 }, MSFT: { window: 90 } },
    preferences: { theme: 'light', mails: 'weekly' },
  }),
  aSubscriber({
    address: 'fay@example.com',
    tickers: {},
    alerts: {
      // Fires, is withdrawn with a revoke, fires again, moves to an earlier day, and goes through a split.
      aapl: started(above('102.4')),
      'after the split': started(above('109')),
      // A misprint fires nothing; its correction fires.
      msft: started(above('51.8'), { ticker: 'MSFT' }),
    },
  }),
  aSubscriber({ address: 'gil@example.com', tickers: {}, alerts: { ge: started(above('12.9'), { ticker: 'GE' }) } }),
];
