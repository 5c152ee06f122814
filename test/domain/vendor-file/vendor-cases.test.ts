import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describeProblem } from '../../../lambdas/domain/vendor-file/bad-file.ts';
import { type Tried, tryFile, wholeFile } from '../../../lambdas/domain/vendor-file/try-file.ts';
import { read } from '../../support/deliveries.ts';

/** Small files of real vendors, with what their users expect. */
const CASES = join(import.meta.dirname, '../../../../shared/vendor-cases');
const isHere = existsSync(CASES);
if (!isHere) console.log(`skipped: no vendor cases at ${CASES}`);
const onCases = isHere ? describe : describe.skip;

const SETTINGS = { maxRejectedShare: 0.2, maxFileBytes: 1e6 };

async function tried(file: string, fileDate = '2020-01-10'): Promise<Tried> {
  const kind = file.includes('_history') ? 'history' : 'incremental';
  const delivery = { id: `${fileDate}.${kind}`, feed: '', fileDate, kind } as const;
  return tryFile(wholeFile(readFileSync(join(CASES, file))), delivery, SETTINGS);
}

const closesOf = ({ observations }: Tried) =>
  observations.map(({ ticker, date, close }) => `${ticker} ${date} ${close}`);

onCases('a vendor file is read', () => {
  test.each([
    ['01b-fund-null-volume_history.csv', 10, 'C01F 2020-01-10 44.05', { Volume: 10 }],
    ['02a-yfinance-tz_history.csv', 10, 'C02A 2020-01-10 44.04999923706055', {}],
    ['06a-symbol-and-name_incremental.csv', 3, 'C06C 2020-01-10 12.5', {}],
    ['07a-nasdaq_history.csv', 10, 'C07A 2020-01-10 44.05', {}],
    ['07b-dollar-signs_history.csv', 10, 'C07B 2020-01-10 44.05', {}],
    ['07c-us-dates_history.csv', 10, 'C07C 2020-01-10 44.05', {}],
    ['08b-investing-iso-dates_history.csv', 10, 'C08B 2020-01-10 7488.5', { 'Vol.': 1 }],
    ['08d-volume-suffix_history.csv', 10, 'C08D 2020-01-10 44.05', { Volume: 1 }],
    ['10c-trailing-comma-rows-only_history.csv', 4, 'C10M&M 2020-01-10 544.1', {}],
    ['14e-excel-empty-rows-and-columns_incremental.csv', 2, 'C14H 2020-01-10 63.08', {}],
    ['15a-correction-with-trailer_incremental.csv', 2, 'C15B 2020-01-10 55.25', {}],
  ])('%s', async (file, count, last, unreadable) => {
    const found = await tried(file);
    expect(found.rejection).toBeUndefined();
    expect(closesOf(found)).toHaveLength(count);
    expect(closesOf(found).at(-1)).toBe(last);
    expect(found.reading.unreadable).toEqual(unreadable);
  });

  test('with the volume of 41.66M shares as a number', async () => {
    expect((await tried('08d-volume-suffix_history.csv')).observations[0]?.volume).toBe('41660000');
  });

  test('with closed exchanges: six closes stand, and two rows have none', async () => {
    const { rows, observations } = await tried('01c-one-exchange-closed_incremental.csv');
    expect(rows).toMatchObject({ read: 8, accepted: 6, quarantined: 0, withoutClose: 2 });
    expect(observations).toHaveLength(6);
  });

  test('with two series for one symbol: the conflict is named with both closes and lines', async () => {
    const { differingCloses } = await tried('10b-nse-iso-dates_history.csv');
    expect(differingCloses).toEqual([
      { ticker: 'C10B', date: '2020-01-10', closes: ['1484.1', '1012.2'], lines: [4, 5] },
      { ticker: 'C10C', date: '2020-01-10', closes: ['88.1', '91.7'], lines: [6, 7] },
    ]);
  });

  test('with the tickers of the vendor, except one that a spreadsheet runs', async () => {
    const { observations, problems } = await tried('18-vendor-symbols_incremental.csv');
    const tickers = observations.map(({ ticker }) => ticker);
    expect(tickers).toEqual(expect.arrayContaining(['$SPX', '/ES', 'ES1!', '_prn.us', 'CARR#', '*ST1', 'BF B']));
    expect(tickers).toEqual(expect.arrayContaining(['AAPL US Equity', '万  科Ａ', '平安银行']));
    expect(problems.map(describeProblem)).toEqual([expect.stringMatching(/does not begin with = \+ - @.*"@ES#C"/)]);
  });

  test('with a trailer that is listed', async () => {
    const { reading } = await tried('15a-correction-with-trailer_incremental.csv');
    expect(reading.contentless).toEqual([{ line: 4, what: 'a trailer' }]);
  });
});

onCases('a vendor file is refused with the question', () => {
  test('Excel serial numbers, by name', async () => {
    const { rejection, answers } = await tried('14a-excel-serial-dates_incremental.csv');
    expect(rejection?.found).toBe('"43840", an Excel serial number (a count of days)');
    expect(answers).toEqual([
      { answer: '43840 is 2020-01-10 (excel serial)', profile: { dateFormat: 'excel serial' } },
    ]);
  });
});

onCases('a quarantined row', () => {
  test('is kept as it came', async () => {
    const content = readFileSync(join(CASES, '55-crlf-quarantine.1_2020-01-10_incremental.csv'));
    const { quarantine } = await read(content, '2020-01-10.incremental');
    expect(gunzipSync(quarantine ?? '').toString()).toMatch(/,"C55B,n\/a,2020-01-10,I"\r\n$/);
  });
});
