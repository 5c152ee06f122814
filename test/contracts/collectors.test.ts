import { type Collector, checkCollectors } from '../../lambdas/contracts/collectors.ts';

test.each<[string, Collector[], string]>([
  [
    'a ticker has two primary providers',
    [
      { provider: 'polygon', dataset: 'prices', subjects: ['AAPL'] },
      { provider: 'fmp', dataset: 'prices', subjects: ['MSFT', 'AAPL'] },
    ],
    'Expected one provider of prices for AAPL, found polygon and fmp: which one?',
  ],
  [
    'prices have no tickers',
    [{ provider: 'polygon', dataset: 'prices' }],
    'polygon-prices cannot run:\n✖ expected tickers for prices, found none',
  ],
  [
    'a collector is there twice',
    [
      { provider: 'fred', dataset: 'macro', subjects: ['UNRATE'] },
      { provider: 'fred', dataset: 'macro', subjects: ['DGS10'] },
    ],
    'Expected one collector fred-macro, found two',
  ],
  [
    'weekdays of a schedule are numbers, which AWS counts from another day',
    [{ provider: 'fred', dataset: 'macro', schedule: '0 6 * * 2-6' }],
    'Expected a schedule of fred-macro like "0 23 * * MON-FRI"',
  ],
  [
    'a provider does not have the dataset',
    [{ provider: 'polygon', dataset: 'macro' }],
    'expected prices or news from Polygon, found macro',
  ],
  [
    'other than prices would be checked',
    [{ provider: 'fred', dataset: 'macro', role: 'check' }],
    'only prices are checked: macro would be stored',
  ],
  [
    'a subject is no ticker',
    [{ provider: 'polygon', dataset: 'prices', subjects: ['<b>'] }],
    'Expected a ticker without < > " ` \\ in polygon-prices, found "<b>"',
  ],
  [
    'a provider answers fewer requests a day than there are tickers',
    [{ provider: 'newsapi', dataset: 'news', subjects: Array.from({ length: 101 }, (_, i) => `T${i}`) }],
    'Expected at most 100 subjects in newsapi-news',
  ],
  [
    'tickers do not fit into one message',
    [{ provider: 'polygon', dataset: 'prices', subjects: Array.from({ length: 19_000 }, (_, i) => `TICKER${i}`) }],
    'Expected subjects of polygon-prices in at most 200000 bytes',
  ],
  [
    'a schedule has a day and a weekday',
    [{ provider: 'fred', dataset: 'macro', schedule: '0 6 1 * MON' }],
    'a day or a weekday, not both',
  ],
])('collectors of a stage are refused if %s', (_what, collectors, message) => {
  expect(() => checkCollectors(collectors)).toThrow(message);
});
