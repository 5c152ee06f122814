import { simpleParser } from 'mailparser';
import type { IngestPorts } from '../../lambdas/ingest/ports.ts';
import { command, drop, dropAndIngest, ingest } from '../support/drops.ts';
import { sendAll } from '../support/fan-outs.ts';
import { Fault } from '../support/faulty-ports.ts';
import type { MemoryWorld } from '../support/memory-world.ts';
import { file, twoDays } from '../support/two-days.ts';

describe('a file uploaded again', () => {
  const revision = (aapl: string, msft: string) =>
    `ticker,close,date,action\nAAPL,${aapl},2020-01-10,I\nMSFT,${msft},2020-01-10,I\n`;
  const NAME = '2020-01-10_incremental.csv';
  const AAPL_ONLY = { tickers: { AAPL: { window: 90 } } } as const;
  const correctionsOf = async (world: MemoryWorld, n = -1) => {
    const mail = await simpleParser(world.mails.at(n)?.raw ?? '');
    return (mail.text ?? '').split('\n').filter((line) => line.includes('→'));
  };

  test('with another close is mailed as a correction', async () => {
    const world = await twoDays({});
    await sendAll(world);
    await dropAndIngest(world, '2020-01-10_incremental.csv', file('10.1'), '2020-01-10T22:00:00Z');
    await sendAll(world);
    const mail = await simpleParser(world.mails[1]?.raw ?? '');
    expect(mail.text).toContain('AAPL, 10 Jan 2020: 101.00 → 10.10');
  });

  test('is mailed only to those who follow a changed ticker', async () => {
    const world = await twoDays({}, { address: 'm@example.com', tickers: { MSFT: { window: 90 } } });
    await sendAll(world);
    await dropAndIngest(world, '2020-01-10_incremental.csv', file('10.1'), '2020-01-10T22:00:00Z');
    await sendAll(world);
    expect(world.mails.map(({ to }) => to).sort()).toEqual(['ada@example.com', 'ada@example.com', 'm@example.com']);
  });

  test('before its first revision was mailed does not suppress that mail', async () => {
    const world = await twoDays(AAPL_ONLY);
    await dropAndIngest(world, NAME, `${revision('101', '51')}AAPL,95,2019-01-04,I\n`, '2020-01-10T21:30:00Z');
    await sendAll(world);
    expect(world.mails).toHaveLength(1);
  });

  test('twice before fan-out sends either is mailed twice and corrected once: the first mail displays current closes', async () => {
    const world = await twoDays(AAPL_ONLY);
    await sendAll(world);
    await dropAndIngest(world, NAME, revision('102', '50'), '2020-01-10T22:00:00Z');
    await dropAndIngest(world, NAME, revision('103', '50'), '2020-01-10T23:00:00Z');
    await sendAll(world);
    expect(await Promise.all([1, 2].map((n) => correctionsOf(world, n)))).toEqual([
      ['AAPL, 10 Jan 2020: 101.00 → 103.00'],
      [],
    ]);
  });

  test('without a change in the window of a subscriber is no correction later', async () => {
    const world = await twoDays(AAPL_ONLY);
    await sendAll(world);
    // Changes AAPL outside of the window.
    await dropAndIngest(world, NAME, `${revision('101', '50')}AAPL,7,2019-01-04,I\n`, '2020-01-10T22:00:00Z');
    await sendAll(world);
    await dropAndIngest(world, '2020-01-11_incremental.csv', file('102', '2020-01-11'), '2020-01-11T21:00:00Z');
    await sendAll(world);
    expect(world.mails).toHaveLength(2);
    expect(await correctionsOf(world)).toEqual([]);
  });

  test('within the second of the one before is a correction too', async () => {
    const world = await twoDays(AAPL_ONLY);
    await sendAll(world);
    await dropAndIngest(world, NAME, revision('10.1', '50'), '2020-01-10T21:00:00Z');
    await sendAll(world);
    expect(await correctionsOf(world)).toEqual(['AAPL, 10 Jan 2020: 101.00 → 10.10 (suspect)']);
  });

  /** Ingests a revision that crashes after it wrote its segments, before it is announced. */
  const crash = (world: MemoryWorld, name: string, content: string, time: string) => {
    const ports = world.ports();
    const replace: IngestPorts['deliveries']['replace'] = (seen, next) =>
      next.announce ? Promise.reject(new Fault('announce')) : ports.deliveries.replace(seen, next);
    const crashing = ingest(world, drop(world, name, content, time), {
      ports: { ...ports, deliveries: { ...ports.deliveries, replace } },
    });
    return expect(crashing).rejects.toThrow(Fault);
  };

  test('after one that crashed is mailed, corrects what was displayed, and repeats nothing else', async () => {
    const world = await twoDays({}, { address: 'm@example.com', tickers: { MSFT: { window: 90 } } });
    await sendAll(world);
    await crash(world, NAME, revision('10.1', '5'), '2020-01-10T22:00:00Z');
    await dropAndIngest(world, NAME, revision('102', '50'), '2020-01-10T23:00:00Z');
    await sendAll(world);
    expect(world.mails.map(({ to }) => to)).toEqual(['ada@example.com', 'm@example.com', 'ada@example.com']);
    expect(await correctionsOf(world)).toEqual(['AAPL, 10 Jan 2020: 101.00 → 102.00']);
    await dropAndIngest(world, '2020-01-11_incremental.csv', file('103', '2020-01-11'), '2020-01-11T21:00:00Z');
    await sendAll(world);
    expect(await correctionsOf(world)).toEqual([]);
  });

  test.each([
    ['95', 'AAPL, 10 Jan 2020: 90.00 → 95.00'],
    ['101', 'AAPL, 10 Jan 2020: 90.00 → 101.00'],
  ])('to %s corrects what another digest displayed of one that crashed', async (close, correction) => {
    const world = await twoDays(AAPL_ONLY);
    await sendAll(world);
    await crash(world, NAME, revision('90', '50'), '2020-01-10T22:00:00Z');
    await dropAndIngest(world, '2020-01-11_incremental.csv', file('102', '2020-01-11'), '2020-01-11T21:00:00Z');
    await sendAll(world);
    expect(await correctionsOf(world)).toEqual(['AAPL, 10 Jan 2020: 101.00 → 90.00']);
    await dropAndIngest(world, NAME, `${revision(close, '50')}X,1,2020-01-10,I\n`, '2020-01-11T22:00:00Z');
    await dropAndIngest(world, '2020-01-12_incremental.csv', file('103', '2020-01-12'), '2020-01-12T21:00:00Z');
    await sendAll(world);
    expect(await Promise.all(world.mails.map((_, n) => correctionsOf(world, n)))).toContainEqual([correction]);
  });

  test('after a first revision that crashed is mailed to everyone', async () => {
    const world = await twoDays(AAPL_ONLY);
    await sendAll(world);
    const next = file('102', '2020-01-11');
    await crash(world, '2020-01-11_incremental.csv', next, '2020-01-11T21:00:00Z');
    await dropAndIngest(world, '2020-01-11_incremental.csv', `${next}X,1,2020-01-11,I\n`, '2020-01-11T22:00:00Z');
    await sendAll(world);
    expect(world.mails).toHaveLength(2);
  });
});

describe('a delivery that is revoked', () => {
  const revoke = async (world: MemoryWorld, delivery = '2020-01-10.incremental') => {
    await ingest(world, command(world, delivery, 'revoke'));
    await sendAll(world);
  };
  const mailOf = async (world: MemoryWorld, n = -1) => simpleParser(world.mails.at(n)?.raw ?? '');

  test('is withdrawn in a mail to those who received it, and to nobody else', async () => {
    const world = await twoDays({}, { address: 'x@example.com', tickers: { TSLA: { window: 90 } } });
    await sendAll(world);
    await revoke(world);
    expect(world.mails.map(({ to }) => to)).toEqual(['ada@example.com', 'ada@example.com']);
    const mail = await mailOf(world);
    expect(mail.subject).toBe('Correction: AAPL 10 Jan withdrawn · close of 9 Jan 2020');
    expect(mail.text).toContain('Closing Bell · Correction · close of 9 Jan 2020');
    expect(mail.text).toContain('AAPL, 10 Jan 2020: 101.00 → withdrawn');
  });

  test('with every close of a ticker is withdrawn too', async () => {
    const world = await twoDays({});
    await sendAll(world);
    await revoke(world);
    await revoke(world, '2020-01-09.history');
    const mail = await mailOf(world);
    expect(mail.subject).toBe('Correction: AAPL 9 Jan 2020 withdrawn · tickers withdrawn');
    expect(mail.text).toContain('AAPL, 9 Jan 2020: 100.00 → withdrawn');
  });

  test('and replayed is mailed once more, without corrections', async () => {
    const world = await twoDays({});
    await sendAll(world);
    await revoke(world);
    await ingest(world, command(world, '2020-01-10.incremental', 'replay', '2020-01-11T10:00:00.000Z'));
    await sendAll(world);
    const mail = await mailOf(world);
    expect([world.mails.length, mail.subject]).toEqual([3, 'AAPL +1.0 % · close of 10 Jan 2020']);
  });

  test('before it was mailed sends a mail for the delivery and one for the revocation', async () => {
    const world = await twoDays({});
    await revoke(world);
    expect(world.mails).toHaveLength(2);
  });
});
