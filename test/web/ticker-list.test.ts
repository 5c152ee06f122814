import fc from 'fast-check';
import { readTickerList, writeTickerList } from '../../web/src/ticker-list.ts';

test.each([
  ['AAPL, MSFT; KO\nBRK/B  AAPL', ['AAPL', 'MSFT', 'KO', 'BRK/B']],
  ['NASDAQ:AAPL,NYSE:BRK.B', ['AAPL', 'BRK.B']],
  ['Name,Symbol,Price\n"Apple, Inc",AAPL,1\nCoca-Cola,KO,2', ['KO']],
  ['symbol;price\nAAPL;1\n"KO";2', ['AAPL', 'KO']],
  ['\n \n', []],
])('%j is a list of tickers', (text, expected) => {
  expect(readTickerList(text).tickers).toEqual(expect.arrayContaining(expected));
});

test("TradingView's groups are kept", () => {
  expect(readTickerList('KO,###Tech stocks,NASDAQ:AAPL,MSFT,###Oil,XOM')).toEqual({
    tickers: ['KO', 'AAPL', 'MSFT', 'XOM'],
    groups: [
      { name: 'Tech stocks', tickers: ['AAPL', 'MSFT'] },
      { name: 'Oil', tickers: ['XOM'] },
    ],
  });
});

test('an export is read as it was written', () => {
  const ticker = fc.stringMatching(/^[A-Z]{1,5}(?:[./][A-Z])?$/);
  const name = fc.stringMatching(/^[A-Z][a-z]{1,8}(?: [a-z]{1,5})?$/);
  fc.assert(
    fc.property(fc.uniqueArray(ticker, { maxLength: 12 }), fc.uniqueArray(name, { maxLength: 3 }), (tickers, names) => {
      const first = tickers.length - names.length * 2;
      const groups = names
        .map((own, i) => ({
          name: own,
          tickers: tickers.slice(Math.max(0, first) + i * 2, Math.max(0, first) + i * 2 + 2),
        }))
        .filter((group) => group.tickers.length > 0);
      const read = readTickerList(writeTickerList({ tickers, groups }));
      expect([...read.tickers].sort()).toEqual([...tickers].sort());
      expect(read.groups.map((group) => group.name).slice(0, groups.length)).toEqual(groups.map((group) => group.name));
    }),
  );
});
