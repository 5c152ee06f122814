import { simpleParser } from 'mailparser';
import { dropAndIngest } from '../support/drops.ts';
import { sendAll } from '../support/fan-outs.ts';
import { MemoryWorld } from '../support/memory-world.ts';
import { aSubscriber } from '../support/subscribers.ts';

const HEADER = 'ticker,close,date,action,volume\n';

/** Drops files one after another; after each, every mail is sent. @returns subjects and texts of the mails */
async function mailsAfter(tickers: string[], files: [key: string, content: string][]) {
  const world = new MemoryWorld();
  const followed = Object.fromEntries(tickers.map((ticker) => [ticker, { window: 90 as const }]));
  world.subscribers.push(aSubscriber({ tickers: followed }));
  for (const [i, [key, content]] of files.entries()) {
    const time = `2020-01-${String(12 + i).padStart(2, '0')}T21:00:00Z`;
    expect(await dropAndIngest(world, key, content, time)).toMatchObject({ status: 'applied' });
    await sendAll(world);
  }
  return Promise.all(world.mails.map(({ raw }) => simpleParser(raw)));
}

test('a file that changes only volume, open, high or low mails nobody', async () => {
  const mails = await mailsAfter(
    ['AAPL'],
    [
      ['2020-01-09_incremental.csv', `${HEADER}AAPL,50.5,2020-01-09,I,1000\n`],
      ['2020-01-10_incremental.csv', `${HEADER}AAPL,51.25,2020-01-10,I,4959679\n`],
      ['2020-01-10_incremental.csv', `${HEADER}AAPL,51.25,2020-01-10,I,4945900\n`],
      [
        '2020-01-11_history.csv',
        'ticker,close,date,volume,open\nAAPL,50.5,2020-01-09,1000,50.1\nAAPL,51.25,2020-01-10,4945900,50.7\n',
      ],
    ],
  );
  expect(mails.map(({ subject }) => subject)).toEqual([
    'AAPL 50.50 · close of 9 Jan 2020',
    'AAPL +1.5 % · close of 10 Jan 2020',
  ]);
});

test('a close of another day than the heading has its own date', async () => {
  const mails = await mailsAfter(
    ['US', 'EU'],
    [
      ['us/2020-01-09_incremental.csv', `${HEADER}US,100,2020-01-08,I,\nUS,101,2020-01-09,I,\n`],
      ['eu/2020-01-08_incremental.csv', `${HEADER}EU,50,2020-01-08,I,\n`],
      ['us/2020-01-10_incremental.csv', `${HEADER}US,110,2020-01-10,I,\n`],
      ['eu/2020-01-09_incremental.csv', `${HEADER}EU,55,2020-01-09,I,\n`],
    ],
  );
  expect(mails.at(-1)?.subject).toBe('EU +10.0 % · close of 9 Jan 2020');
  expect(mails.at(-1)?.text).toMatch(/US .*close of 10 Jan 2020/);
});

test('a late day is named, and mailed once', async () => {
  const mails = await mailsAfter(
    ['AAPL'],
    [
      ['2020-01-09_incremental.csv', `${HEADER}AAPL,50,2020-01-07,I,\nAAPL,52,2020-01-09,I,\n`],
      ['2020-01-10_incremental.csv', `${HEADER}AAPL,51,2020-01-08,I,\n`],
      ['2020-01-11_history.csv', 'ticker,close,date\nAAPL,51,2020-01-08\n'],
      ['2020-01-12_incremental.csv', `${HEADER}AAPL,49,2020-01-06,I,\nAAPL,53,2020-01-10,I,\n`],
    ],
  );
  expect(mails.map(({ subject }) => subject)).toEqual([
    'AAPL +4.0 % · close of 9 Jan 2020',
    'AAPL 51.00 · late: 8 Jan 2020',
    'AAPL +1.9 % · close of 10 Jan 2020, late: 6 Jan 2020',
  ]);
  // The table names the day of each close.
  expect(mails[1]?.text).toMatch(/^AAPL .*52\.00.*late: 51\.00 of 8 Jan 2020; close of 9 Jan 2020$/m);
});

test('a declared split is named, and the question before it is answered', async () => {
  const mails = await mailsAfter(
    ['AAPL'],
    [
      ['2020-01-09_incremental.csv', `${HEADER}AAPL,400,2020-01-09,I,\n`],
      ['2020-01-10_incremental.csv', `${HEADER}AAPL,101,2020-01-10,I,\n`],
      ['declared/2020-01-11_incremental.csv', 'action,ticker,date,value\nS,AAPL,2020-01-10,4\n'],
      ['2020-01-13_incremental.csv', `${HEADER}AAPL,102,2020-01-13,I,\n`],
    ],
  );
  const split = '4:1 split on 10 Jan 2020: earlier closes are on the new scale';
  expect(mails.map(({ text }) => text?.includes(split))).toEqual([false, false, true]);
  expect(mails.map(({ text }) => text?.includes('may be a 4:1 split'))).toEqual([false, true, false]);
});

test('a withdrawn close does not make an old change news', async () => {
  const mails = await mailsAfter(
    ['A', 'B'],
    [
      ['2020-01-09_incremental.csv', `${HEADER}A,60,2020-01-08,I,\nA,61,2020-01-09,I,\nB,10,2020-01-09,I,\n`],
      ['2020-01-10_incremental.csv', `${HEADER}A,,2020-01-09,D,\nB,11,2020-01-10,I,\n`],
    ],
  );
  expect(mails[1]?.subject).toBe('B +10.0 %, A 60.00 of 8 Jan · close of 10 Jan 2020');
});

test('the change of a month is not called the change of a day', async () => {
  const months = Array.from({ length: 12 }, (_, i) => `AAPL,${40 + i},2019-${String(i + 1).padStart(2, '0')}-01`);
  const mails = await mailsAfter(
    ['AAPL'],
    [
      ['2020-01-01_history.csv', `ticker,close,date\n${months.join('\n')}\n`],
      ['2020-01-02_incremental.csv', `${HEADER}AAPL,61.2,2020-01-01,I,\n`],
    ],
  );
  expect(mails.at(-1)?.subject).toBe('AAPL 61.20 · close of 1 Jan 2020');
});

test('a split that nobody declared is told of at once, and a rescaled history is one line', async () => {
  const days = Array.from({ length: 40 }, (_, i) => new Date(Date.UTC(2019, 10, 29 + i)).toISOString().slice(0, 10));
  const history = (by: number) =>
    `ticker,close,date\n${days.map((date, i) => `AAPL,${((400 + i) / by).toFixed(2)},${date}`).join('\n')}\n`;
  const mails = await mailsAfter(
    ['AAPL'],
    [
      ['2020-01-08_history.csv', history(1)],
      ['2020-01-09_incremental.csv', `${HEADER}AAPL,110.4,2020-01-09,I,\n`],
      ['2020-01-10_incremental.csv', `${HEADER}AAPL,111.9,2020-01-10,I,\n`],
      ['2020-01-08_history.csv', history(4)],
    ],
  );
  const texts = mails.map(({ text = '' }) => text);
  expect(texts[1]).toMatch(/suspect: .*may be a 4:1 split on 9 Jan 2020/);
  expect(texts[2]).toMatch(/may be a 4:1 split on 9 Jan 2020/);
  expect(mails[2]?.subject).toBe('AAPL +1.4 % · close of 10 Jan 2020');
  expect(texts[2]).not.toMatch(/−7\d/);
  expect(texts[3]?.match(/AAPL: all closes up to 7 Jan 2020 divided by 4/g)).toHaveLength(1);
  expect(mails[3]?.subject).toMatch(/^Correction: AAPL: all closes up to 7 Jan 2020 divided by 4/);
});
