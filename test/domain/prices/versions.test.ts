import { versions } from '../../../lambdas/domain/prices/versions.ts';
import { exampleSegments, ofTicker, storedSegments } from '../../support/deliveries.ts';

test('Ticker-3 of 1 April was 1110 for a day, 16:00 to 16:00 New York time', async () => {
  const all = versions('Ticker-3', ofTicker(await exampleSegments(), 'Ticker-3'));
  expect(all.filter(({ date }) => date === '2023-04-01')).toEqual([
    {
      date: '2023-04-01',
      close: '1110',
      delivery: '2023-04-01.history',
      validFrom: '2023-04-01T16:00:00-04:00',
      validTo: '2023-04-02T16:00:00-04:00',
    },
    {
      date: '2023-04-01',
      close: '114',
      delivery: '2023-04-02.incremental',
      validFrom: '2023-04-02T16:00:00-04:00',
      validTo: undefined,
    },
  ]);
});

test('New York is an hour further from London in winter', async () => {
  const [first] = versions('X', await storedSegments('ticker,close,date\nX,1,2020-01-01\n', '2020-01-02.history'));
  expect(first?.validFrom).toBe('2020-01-02T16:00:00-05:00');
});

test('a deletion is a version without a close, and retiring ends every version', async () => {
  const segments = [
    ...(await storedSegments('ticker,close,date\nX,1,2020-01-01\nX,2,2020-01-02\n', '2020-01-02.history')),
    ...(await storedSegments('ticker,close,date,action\nX,,2020-01-01,D\n', '2020-01-03.incremental')),
    ...(await storedSegments('ticker,close,date,action\nX,,,D\n', '2020-01-06.incremental')),
  ];
  expect(versions('X', segments).map(({ date, close, validTo }) => [date, close, validTo?.slice(0, 10)])).toEqual([
    ['2020-01-01', '1', '2020-01-03'],
    ['2020-01-01', undefined, '2020-01-06'],
    ['2020-01-02', '2', '2020-01-06'],
  ]);
});
