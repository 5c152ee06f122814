import { simpleParser } from 'mailparser';
import type { Refreshed } from '../../lambdas/contracts/refreshed.ts';
import type { FanOutPorts } from '../../lambdas/fan-out/ports.ts';
import type { IngestPorts } from '../../lambdas/ingest/ports.ts';
import { drop, dropAndIngest, ingest, NOW, order } from '../support/drops.ts';
import { fanOutOne, sendAll } from '../support/fan-outs.ts';
import { Fault, MemoryWorld, withFault } from '../support/memory-world.ts';
import { aSubscriber } from '../support/subscribers.ts';

const run = fanOutOne;
const drain = sendAll;

const file = (close: string, date = '2020-01-10') =>
  `ticker,close,date,action\nAAPL,${close},${date},I\nMSFT,50,${date},I\n`;

async function world(...subscribers: Parameters<typeof aSubscriber>[0][]): Promise<MemoryWorld> {
  const made = new MemoryWorld();
  made.subscribers.push(...subscribers.map((overrides) => aSubscriber(overrides)));
  await dropAndIngest(
    made,
    '2020-01-09_history.csv',
    'ticker,close,date\nAAPL,100,2020-01-09\nMSFT,49,2020-01-09\n',
    '2020-01-09T21:00:00Z',
  );
  made.messages.length = 0;
  await dropAndIngest(made, '2020-01-10_incremental.csv', file('101'), '2020-01-10T21:00:00Z');
  return made;
}

test('each affected subscriber gets one mail, with a chart of each ticker they follow', async () => {
  const it = await world(
    { tickers: { AAPL: { window: 90 }, MSFT: { window: 30 } } },
    { address: 'b@example.com', tickers: { TSLA: { window: 90 } } },
  );
  await drain(it);
  expect(it.mails.map(({ to }) => to)).toEqual(['ada@example.com']);
  const mail = await simpleParser(it.mails[0]?.raw ?? '');
  expect(mail.subject).toBe('MSFT +2.0 %, AAPL +1.0 % · close of 10 Jan 2020');
  expect(mail.attachments.map(({ cid, contentDisposition }) => `${contentDisposition} ${cid}`)).toEqual([
    'inline chart-1@closing-bell',
    'inline chart-2@closing-bell',
  ]);
  expect(mail.headers.get('list')).toMatchObject({
    unsubscribe: { url: expect.stringMatching(/^https:\/\/api.example.com\/unsubscribe\?token=/) },
  });
  expect(it.mails[0]?.raw).toContain('\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n');
});

test('the ledger says what became of it', async () => {
  const it = await world({});
  await drain(it);
  expect([...it.digests.values()]).toMatchObject([
    { state: 'sent', messageId: 'message-1', digest: expect.stringMatching(/^2020-01-10T21:00:00.000Z#2020-01-10/) },
  ]);
});

test('nobody gets it twice, however often the message comes', async () => {
  const it = await world({}, { address: 'b@example.com' });
  const again = it.messages.map((entry) => ({ ...entry }));
  await drain(it);
  it.messages.push(...again, ...again);
  await drain(it);
  expect(it.mails).toHaveLength(2);
});

test.each(['pending', 'paused'] as const)('a %s subscriber gets nothing', async (state) => {
  const it = await world({ state });
  await drain(it);
  expect(it.mails).toEqual([]);
});

test.each([
  ['2020-01-11', 0],
  ['2020-01-10', 0],
  ['2020-01-09', 1],
])('who pauses up to and including %s has %i mails on 10 January', async (pausedUntil, mails) => {
  const it = await world({ pausedUntil });
  await drain(it);
  expect(it.mails).toHaveLength(mails);
});

test('who pauses on the day of a delivery has no digest of it, though it be sent after midnight', async () => {
  const it = await world({ pausedUntil: '2020-01-10' });
  await drain(it, undefined, { now: NOW + 4 * 3_600_000 });
  expect(it.mails).toEqual([]);
});

test('who leaves while the page is being mailed gets nothing, and leaves no trace', async () => {
  const it = await world({}, { address: 'b@example.com' });
  const ports = it.ports();
  const turn = async () => {
    it.subscribers.length = 0;
    return true;
  };
  for (const { message } of it.messages.splice(0))
    await run(it, message, { ports: { ...ports, mailer: { ...ports.mailer, turn } } });
  expect([it.mails, [...it.digests]]).toEqual([[], []]);
});

test('a digest that another invocation has taken is looked at again, should that one not live', async () => {
  const it = await world({});
  const message = it.messages.find(({ message: { segment } }) => segment === 0)?.message;
  it.messages.length = 0;
  const ports = it.ports();
  const taken = { ...ports.digests, claim: async () => false };
  expect(await run(it, message, { ports: { ...ports, digests: taken } })).toMatchObject({ taken: 1 });
  expect(it.messages).toEqual([{ message, delaySeconds: 900 }]);
});

test('a change outside of the chart window sends nothing', async () => {
  const it = await world({ tickers: { AAPL: { window: 30 } } });
  it.messages.length = 0;
  await dropAndIngest(
    it,
    '2020-01-11_incremental.csv',
    'ticker,close,date,action\nAAPL,90,2019-11-01,I\n',
    '2020-01-11T21:00:00Z',
  );
  await drain(it);
  expect(it.mails).toEqual([]);
});

test('a chart is drawn once, however many subscribers share it', async () => {
  const it = await world(...Array.from({ length: 20 }, (_, i) => ({ address: `s${i}@example.com` })));
  let drawn = 0;
  it.renderChart = async () => Buffer.from(`png ${++drawn}`);
  const [first] = it.messages;
  await run(it, first && { ...first.message, segment: 0, segments: 1 });
  expect([it.mails.length, drawn]).toEqual([20, 1]);
});

test('a chart that cannot be drawn does not cost the mail', async () => {
  const it = await world({});
  it.renderChart = () => Promise.reject(new Error('no canvas'));
  await drain(it);
  const mail = await simpleParser(it.mails[0]?.raw ?? '');
  expect(mail.html).toContain('The chart of AAPL could not be drawn');
  expect(it.warnings).toContain('chart not drawn');
});

test('the next digest lists what was corrected since the last one', async () => {
  const it = await world({});
  await drain(it);
  await dropAndIngest(
    it,
    '2020-01-11_incremental.csv',
    'ticker,close,date,action\nAAPL,99.5,2020-01-10,U\n',
    '2020-01-11T21:00:00Z',
  );
  await drain(it);
  const mail = await simpleParser(it.mails[1]?.raw ?? '');
  expect(mail.text).toContain('Corrections since your last digest\nAAPL, 10 Jan 2020: 101.00 → 99.50');
});

test('a retired ticker is told of', async () => {
  const it = await world({});
  it.messages.length = 0;
  await dropAndIngest(it, '2020-01-11_incremental.csv', 'ticker,close,date,action\nAAPL,,,D\n', '2020-01-11T21:00:00Z');
  await drain(it);
  expect((await simpleParser(it.mails[0]?.raw ?? '')).text).toContain('no longer reported by the vendor');
});

describe('SES', () => {
  test('refusing one address costs no other subscriber, and is recorded', async () => {
    const it = await world({}, { address: 'bad@example.com' });
    it.answers.set('bad@example.com', { status: 'refused', reason: 'MessageRejected' });
    await drain(it);
    expect(it.mails.map(({ to }) => to)).toEqual(['ada@example.com']);
    expect([...it.digests.values()].map(({ state, reason }) => [state, reason]).sort()).toEqual([
      ['refused', 'MessageRejected'],
      ['sent', undefined],
    ]);
  });

  test('that certainly did not take a mail is asked again', async () => {
    const it = await world({});
    it.answers.set('ada@example.com', { status: 'not-sent', reason: 'throttled' });
    const [message] = it.messages.filter(({ message: { segment } }) => segment === 0);
    expect(await run(it, message?.message)).toMatchObject({ 'not-sent': 1, sent: 0 });
    expect(it.digests.size).toBe(0);
    it.answers.clear();
    await drain(it);
    expect(it.mails).toHaveLength(1);
  });

  test('that may have taken a mail is not asked again until the claim has run out', async () => {
    const it = await world({});
    it.answers.set('ada@example.com', { status: 'unknown', reason: 'timeout' });
    const message = it.messages.find(({ message: { segment } }) => segment === 0)?.message;
    it.messages.length = 0;
    expect(await run(it, message)).toMatchObject({ unsettled: 1 });
    expect(it.messages).toEqual([{ message, delaySeconds: 900 }]);
    it.answers.clear();
    expect(await run(it, message, { now: NOW + 3_599_000 })).toMatchObject({ unsettled: 1, sent: 0 });
    expect(await run(it, message, { now: NOW + 3_600_000 })).toMatchObject({ 'sent-again': 1 });
  });

  test('that never says whether it took a mail is asked twice in all, and then nobody knows', async () => {
    const it = await world({});
    it.answers.set('ada@example.com', { status: 'unknown', reason: 'timeout' });
    for (let hour = 0; hour < 6; hour++) await drain(it, undefined, { now: NOW + hour * 3_600_000 });
    expect(it.mails).toHaveLength(2);
    expect(it.messages).toEqual([]);
  });
});

test('a segment that does not fit the time hands on its cursor, and nobody is left out', async () => {
  const it = await world(...Array.from({ length: 130 }, (_, i) => ({ address: `s${i}@example.com` })));
  const [first] = it.messages;
  const message = first && { ...first.message, segment: 0, segments: 1 };
  it.messages.length = 0;
  const result = await run(it, message, { deadline: NOW + 20_000 });
  expect(result).toMatchObject({ sent: 1, handedOn: true });
  expect(it.messages).toMatchObject([{ message: { after: it.subscribers[0]?.subscriber } }]);
  await drain(it, undefined, { deadline: NOW + 20_000 });
  expect(it.mails.map(({ to }) => to).sort()).toEqual(it.subscribers.map(({ address }) => address).sort());
});

describe('a segment that does not fit the time, with a mail left in doubt and one left to send', () => {
  const start = async () => {
    const it = await world(...Array.from({ length: 40 }, (_, i) => ({ address: `s${i}@example.com` })));
    it.answers.set('s0@example.com', { status: 'unknown', reason: 'timeout' });
    it.answers.set('s1@example.com', { status: 'not-sent', reason: 'ECONNREFUSED' });
    let turns = 0;
    const ports = it.ports();
    // As many as fit into an invocation.
    const mailer = { ...ports.mailer, turn: async () => ++turns % 16 !== 0 };
    const message = it.messages.find(({ message: { segment } }) => segment === 0)?.message;
    return { it, ports: { ...ports, mailer }, message: message && { ...message, segments: 1 } };
  };

  test('is shared out among messages, none of which has a subscriber that another one has', async () => {
    const { it, ports, message } = await start();
    it.messages.length = 0;
    expect(await run(it, message, { ports })).toMatchObject({ handedOn: true, unsettled: 1, 'not-sent': 1 });
    const [rest, open] = it.messages;
    expect(open?.message).toEqual({ ...message, until: rest?.message.after });
    expect([rest?.delaySeconds, open?.delaySeconds]).toEqual([0, 30]);
  });

  test('comes to an end, with a mail for everybody', async () => {
    const { it, ports, message } = await start();
    it.messages.splice(0, it.messages.length, { message: message as Refreshed, delaySeconds: 0 });
    await drain(it, ports);
    it.answers.clear();
    for (let hour = 1; hour < 4; hour++) await drain(it, undefined, { now: NOW + hour * 3_600_000 });
    expect(it.messages).toEqual([]);
    const to = it.mails.map((mail) => mail.to);
    // The one in doubt was asked for once more.
    expect(to.sort()).toEqual([...it.subscribers.map(({ address }) => address), 's0@example.com'].sort());
  });
});

describe('a file dropped again', () => {
  const revision = (aapl: string, msft: string) =>
    `ticker,close,date,action\nAAPL,${aapl},2020-01-10,I\nMSFT,${msft},2020-01-10,I\n`;
  const NAME = '2020-01-10_incremental.csv';
  const AAPL_ONLY = { tickers: { AAPL: { window: 90 } } } as const;
  const correctionsOf = async (it: MemoryWorld, n = -1) => {
    const mail = await simpleParser(it.mails.at(n)?.raw ?? '');
    return (mail.text ?? '').split('\n').filter((line) => line.includes('→'));
  };

  test('with a mended close mails it as a correction of what was told', async () => {
    const it = await world({});
    await drain(it);
    await dropAndIngest(it, '2020-01-10_incremental.csv', file('10.1'), '2020-01-10T22:00:00Z');
    await drain(it);
    const mail = await simpleParser(it.mails[1]?.raw ?? '');
    expect(mail.text).toContain('AAPL, 10 Jan 2020: 101.00 → 10.10');
  });

  test('that changes another ticker mails only those who follow it', async () => {
    const it = await world({}, { address: 'm@example.com', tickers: { MSFT: { window: 90 } } });
    await drain(it);
    await dropAndIngest(it, '2020-01-10_incremental.csv', file('10.1'), '2020-01-10T22:00:00Z');
    await drain(it);
    expect(it.mails.map(({ to }) => to).sort()).toEqual(['ada@example.com', 'ada@example.com', 'm@example.com']);
  });

  test('before its first revision was mailed costs nobody the mail of that', async () => {
    const it = await world(AAPL_ONLY);
    await dropAndIngest(it, NAME, `${revision('101', '51')}AAPL,95,2019-01-04,I\n`, '2020-01-10T21:30:00Z');
    await drain(it);
    expect(it.mails).toHaveLength(1);
  });

  test('twice before fan-out comes to either is told of twice, and corrected once: the first mail shows what stands', async () => {
    const it = await world(AAPL_ONLY);
    await drain(it);
    await dropAndIngest(it, NAME, revision('102', '50'), '2020-01-10T22:00:00Z');
    await dropAndIngest(it, NAME, revision('103', '50'), '2020-01-10T23:00:00Z');
    await drain(it);
    expect(await Promise.all([1, 2].map((n) => correctionsOf(it, n)))).toEqual([
      ['AAPL, 10 Jan 2020: 101.00 → 103.00'],
      [],
    ]);
  });

  test('that mails a subscriber nothing is not told as a correction later', async () => {
    const it = await world(AAPL_ONLY);
    await drain(it);
    // Changes AAPL outside of the window.
    await dropAndIngest(it, NAME, `${revision('101', '50')}AAPL,7,2019-01-04,I\n`, '2020-01-10T22:00:00Z');
    await drain(it);
    await dropAndIngest(it, '2020-01-11_incremental.csv', file('102', '2020-01-11'), '2020-01-11T21:00:00Z');
    await drain(it);
    expect(it.mails).toHaveLength(2);
    expect(await correctionsOf(it)).toEqual([]);
  });

  test('within the same second as the one before is a correction all the same', async () => {
    const it = await world(AAPL_ONLY);
    await drain(it);
    await dropAndIngest(it, NAME, revision('10.1', '50'), '2020-01-10T21:00:00Z');
    await drain(it);
    expect(await correctionsOf(it)).toEqual(['AAPL, 10 Jan 2020: 101.00 → 10.10 (suspect)']);
  });

  /** Ingests a revision that dies after its segments, before anybody is told. */
  const die = (it: MemoryWorld, name: string, content: string, time: string) => {
    const ports = it.ports();
    const put: IngestPorts['records']['put'] = (key, ...rest) =>
      key.endsWith('report.json') ? Promise.reject(new Fault('report')) : ports.records.put(key, ...rest);
    const dying = ingest(it, drop(it, name, content, time), {
      ports: { ...ports, records: { ...ports.records, put } },
    });
    return expect(dying).rejects.toThrow(Fault);
  };

  test('after one that died half-way mails what it says, corrects what was told, and re-dates nothing else', async () => {
    const it = await world({}, { address: 'm@example.com', tickers: { MSFT: { window: 90 } } });
    await drain(it);
    await die(it, NAME, revision('10.1', '5'), '2020-01-10T22:00:00Z');
    await dropAndIngest(it, NAME, revision('102', '50'), '2020-01-10T23:00:00Z');
    await drain(it);
    expect(it.mails.map(({ to }) => to)).toEqual(['ada@example.com', 'm@example.com', 'ada@example.com']);
    expect(await correctionsOf(it)).toEqual(['AAPL, 10 Jan 2020: 101.00 → 102.00']);
    await dropAndIngest(it, '2020-01-11_incremental.csv', file('103', '2020-01-11'), '2020-01-11T21:00:00Z');
    await drain(it);
    expect(await correctionsOf(it)).toEqual([]);
  });

  test.each([
    ['95', 'AAPL, 10 Jan 2020: 90.00 → 95.00'],
    ['101', 'AAPL, 10 Jan 2020: 90.00 → 101.00'],
  ])('to %s takes back what another digest has shown of one that died half-way', async (close, correction) => {
    const it = await world(AAPL_ONLY);
    await drain(it);
    await die(it, NAME, revision('90', '50'), '2020-01-10T22:00:00Z');
    await dropAndIngest(it, '2020-01-11_incremental.csv', file('102', '2020-01-11'), '2020-01-11T21:00:00Z');
    await drain(it);
    expect(await correctionsOf(it)).toEqual(['AAPL, 10 Jan 2020: 101.00 → 90.00']);
    await dropAndIngest(it, NAME, `${revision(close, '50')}X,1,2020-01-10,I\n`, '2020-01-11T22:00:00Z');
    await dropAndIngest(it, '2020-01-12_incremental.csv', file('103', '2020-01-12'), '2020-01-12T21:00:00Z');
    await drain(it);
    expect(await Promise.all(it.mails.map((_, n) => correctionsOf(it, n)))).toContainEqual([correction]);
  });

  test('after a first revision that died half-way mails everybody', async () => {
    const it = await world(AAPL_ONLY);
    await drain(it);
    const next = file('102', '2020-01-11');
    await die(it, '2020-01-11_incremental.csv', next, '2020-01-11T21:00:00Z');
    await dropAndIngest(it, '2020-01-11_incremental.csv', `${next}X,1,2020-01-11,I\n`, '2020-01-11T22:00:00Z');
    await drain(it);
    expect(it.mails).toHaveLength(2);
  });
});

describe('a delivery that is revoked', () => {
  const revoke = async (it: MemoryWorld, delivery = '2020-01-10.incremental') => {
    await ingest(it, order(it, delivery, 'revoked'));
    await drain(it);
  };
  const mailOf = async (it: MemoryWorld, n = -1) => simpleParser(it.mails.at(n)?.raw ?? '');

  test('is taken back in a mail to those who were told of it, and to nobody else', async () => {
    const it = await world({}, { address: 'x@example.com', tickers: { TSLA: { window: 90 } } });
    await drain(it);
    await revoke(it);
    expect(it.mails.map(({ to }) => to)).toEqual(['ada@example.com', 'ada@example.com']);
    const mail = await mailOf(it);
    expect(mail.subject).toBe('Correction: AAPL 10 Jan 2020, 101.00 → withdrawn · close of 9 Jan 2020');
    expect(mail.text).toContain('Closing Bell · Correction · close of 9 Jan 2020');
    expect(mail.text).toContain('AAPL, 10 Jan 2020: 101.00 → withdrawn');
  });

  test('with everything that was known of a ticker takes that back too', async () => {
    const it = await world({});
    await drain(it);
    await revoke(it);
    await revoke(it, '2020-01-09.history');
    const mail = await mailOf(it);
    expect(mail.subject).toBe('Correction: AAPL 9 Jan 2020, 100.00 → withdrawn · tickers withdrawn');
    expect(mail.text).toContain('AAPL, 9 Jan 2020: 100.00 → withdrawn');
  });

  test('and replayed is told once more, as a correction of nothing', async () => {
    const it = await world({});
    await drain(it);
    await revoke(it);
    await ingest(it, order(it, '2020-01-10.incremental', 'replayed', '2020-01-11T10:00:00.000Z'));
    await drain(it);
    const mail = await mailOf(it);
    expect([it.mails.length, mail.subject]).toEqual([3, 'AAPL +1.0 % · close of 10 Jan 2020']);
  });

  test('before anybody was mailed mails what stood in between, and then the correction of it', async () => {
    const it = await world({});
    await revoke(it);
    expect(it.mails).toHaveLength(2);
  });
});

test('a history that says again what is known mails nobody', async () => {
  const it = await world({});
  await drain(it);
  const history = 'ticker,close,date\nAAPL,100,2020-01-09\nAAPL,101,2020-01-10\n';
  await dropAndIngest(it, '2020-01-11_history.csv', history, '2020-01-11T21:00:00Z');
  expect(it.messages).toHaveLength(2);
  await drain(it);
  expect(it.mails).toHaveLength(1);
});

test('two deliveries that are in before either is mailed are both told of', async () => {
  const it = await world({});
  await dropAndIngest(it, '2020-01-11_incremental.csv', file('102', '2020-01-11'), '2020-01-11T21:00:00Z');
  await drain(it);
  expect(it.mails).toHaveLength(2);
});

test('a ticker that fell silent long ago has its whole window all the same', async () => {
  const it = new MemoryWorld();
  it.subscribers.push(aSubscriber({ tickers: { OLD: { window: 365 }, NEW: { window: 30 } } }));
  await dropAndIngest(
    it,
    '2020-01-03_history.csv',
    'ticker,close,date\nOLD,1.8,2019-06-03\nOLD,2,2020-01-03\n',
    '2020-01-03T21:00:00Z',
  );
  it.messages.length = 0;
  await dropAndIngest(
    it,
    '2021-12-31_incremental.csv',
    'ticker,close,date,action\nNEW,5,2021-12-31,I\n',
    '2021-12-31T21:00:00Z',
  );
  await drain(it);
  expect((await simpleParser(it.mails[0]?.raw ?? '')).text).toContain('low 1.80');
});

test('the parts of a mail are separated by a boundary that every client reads', async () => {
  const it = await world({});
  await drain(it);
  const boundaries = it.mails[0]?.raw.match(/boundary=.*/g) ?? [];
  expect(boundaries.length).toBeGreaterThan(0);
  expect(it.mails[0]?.raw).not.toMatch(/[^\r]\n/);
  for (const boundary of boundaries) expect(boundary).toMatch(/^boundary="[^"]{1,70}"/);
});

test('whatever call fails, once, before or after its effect: everybody has one mail, SES answers aside', async () => {
  const attempt = async (failing: { call: number; when: 'before' | 'after' }) => {
    const it = await world(
      {},
      { address: 'b@example.com' },
      { address: 'c@example.com', tickers: { MSFT: { window: 365 } } },
    );
    const { ports, calls } = withFault(it.ports(), failing);
    await drain(it, ports as FanOutPorts, { now: NOW });
    // A claim whose sending is in doubt is sent again once it has run out.
    await drain(it, ports as FanOutPorts, { now: NOW + 3_600_000 });
    return {
      calls: calls(),
      mails: it.mails.map(({ to }) => to).sort(),
      states: [...it.digests.values()].map(({ state }) => state),
    };
  };
  const { calls, mails, states } = await attempt({ call: -1, when: 'before' });
  expect(mails).toEqual(['ada@example.com', 'b@example.com', 'c@example.com']);
  for (let call = 0; call < calls; call++) {
    for (const when of ['before', 'after'] as const) {
      const faulty = await attempt({ call, when });
      expect({ call, when, to: [...new Set(faulty.mails)], states: faulty.states }).toEqual({
        call,
        when,
        to: mails,
        states,
      });
    }
  }
});
