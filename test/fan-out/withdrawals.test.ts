import { alertWorld, changeAlert, day, drop, iso, send, subjects } from '../support/alert-days.ts';
import { above, alerted, anAlert } from '../support/alerts.ts';
import { command, dropAndIngest, ingest } from '../support/drops.ts';
import { sendAll } from '../support/fan-outs.ts';

describe('a withdrawal', () => {
  const withdrawn = 'Alert withdrawn: AAPL did not close at 310.00 or above on 9 Jan 2020';

  test('names what the vendor corrected, once', async () => {
    const world = await alertWorld(alerted(anAlert(above('310'))));
    await day(world, 9, { 9: '312.4' });
    await day(world, 10, { 9: '302.4', 10: '303' });
    await day(world, 13, { 13: '304' });
    expect((await subjects(world)).slice(1)).toEqual([
      `${withdrawn}; the vendor corrected 312.40 to 302.40 · close of 10 Jan 2020`,
    ]);
    expect(world.alerted.at(-1)).toBe(
      'AAPL did not close at 310.00 or above on 9 Jan 2020; the vendor corrected 312.40 to 302.40',
    );
  });

  test('follows a revoke, and the same fire can be announced again', async () => {
    const world = await alertWorld(alerted(anAlert(above('310'))));
    await day(world, 9, { 9: '312.4' });
    await ingest(world, command(world, '2020-01-09.incremental', 'revoke', iso(10, 8)));
    await send(world, 10, 9);
    await drop(world, 9, { 9: '312.4' }, iso(10, 12));
    await send(world, 10, 13);
    expect(await subjects(world)).toEqual([
      'Alert: AAPL closed at 312.40, above 310.00 · close of 9 Jan 2020',
      `${withdrawn}; the vendor withdrew 312.40 · close of 8 Jan 2020`,
      'Alert: AAPL closed at 312.40, above 310.00 · close of 9 Jan 2020',
    ]);
  });

  test('survives the deletion of the alert, and an edit', async () => {
    const former = { formerAlerts: { AAPL: '2020-01-10' } };
    const world = await alertWorld(
      alerted(anAlert(above('310'))),
      alerted(anAlert(above('311')), { address: 'bob@example.com' }),
    );
    await day(world, 9, { 9: '312.4' });
    const [ada, bob] = world.subscribers;
    if (ada) Object.assign(ada, { alerts: {}, ...former });
    if (bob?.alerts?.['one'])
      bob.alerts['one'] = anAlert(above('500'), { version: 2, start: { date: '2020-01-10', closes: [] } });
    await day(world, 13, { 9: '302.4' });
    expect(await subjects(world)).toHaveLength(4);
    expect((await subjects(world)).slice(2)).toEqual([
      expect.stringMatching('did not close at 310.00'),
      expect.stringMatching('did not close at 311.00'),
    ]);
  });

  test('is made too if the file that told the fire had retired the ticker and listed it anew', async () => {
    const world = await alertWorld(alerted(anAlert(above('310'))));
    const rows = ['AAPL,,,D', 'AAPL,300,2020-01-09,I', 'AAPL,312.4,2020-01-10,I'];
    await dropAndIngest(world, '2020-01-10_incremental.csv', `ticker,close,date,action\n${rows.join('\n')}\n`, iso(10));
    await send(world, 10);
    await day(world, 13, { 10: '302.4', 13: '303' });
    expect((await subjects(world)).at(-1)).toMatch(/^Alert withdrawn: .* on 10 Jan 2020/);
  });

  test('is not made if a correction only moved the fire', async () => {
    const world = await alertWorld(alerted(anAlert(above('310'))));
    await day(world, 9, { 9: '312.4' });
    await day(world, 10, { 10: '313' });
    // The day before was above already, later the day itself was not.
    await day(world, 13, { 9: '302.4' });
    await day(world, 14, { 14: '314' });
    expect(await subjects(world)).toHaveLength(1);
  });

  test('is not made for a fire of more than 30 days ago', async () => {
    const world = await alertWorld(alerted(anAlert(above('310'))));
    await day(world, 9, { 9: '312.4' });
    await dropAndIngest(
      world,
      '2020-02-20_incremental.csv',
      'ticker,close,date,action\nAAPL,302.4,2020-01-09,I\n',
      '2020-02-20T21:00:00Z',
    );
    await sendAll(world, undefined, {
      now: Date.parse('2020-02-20T22:00:00Z'),
      deadline: Date.parse('2020-02-20T23:00:00Z'),
    });
    expect(await subjects(world)).toHaveLength(1);
  });

  test('is not made by a later fire, an expiry, a mute or a pause', async () => {
    const world = await alertWorld(alerted(anAlert(above('310'))));
    await day(world, 9, { 9: '312.4' });
    changeAlert(world, { mutedUntil: '2020-01-20', expires: '2020-01-09' });
    await day(world, 10, { 10: '300' });
    const [subscriber] = world.subscribers;
    if (subscriber) subscriber.resumedAt = iso(13, 8);
    await day(world, 13, { 13: '299' });
    expect(await subjects(world)).toHaveLength(1);
  });
});
