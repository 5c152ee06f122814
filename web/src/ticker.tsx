import { useCallback, useEffect, useMemo, useState } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import type { ApiObservation } from '../../lambdas/contracts/api/tickers.ts';
import { longDate } from '../../lambdas/contracts/dates.ts';
import { EXCHANGES, exchangeOf } from '../../lambdas/contracts/exchange.ts';
import { formatPriceOf } from '../../lambdas/contracts/format.ts';
import { ChartChoices, KnownDeliveries } from './chart-choices.tsx';
import { Declarations } from './declarations.tsx';
import { isRange } from './draw-chart.ts';
import { Facts } from './facts.tsx';
import { Change, Failure, Loading } from './parts.tsx';
import { TickerChart } from './ticker-chart.tsx';
import { Closes, InTheMail } from './ticker-closes.tsx';
import { useAction, useApi, useLoaded } from './use.ts';

const LAST_CLOSES = 30;

/** What the chart shows, kept in the address of the page. */
function useChoices() {
  const [params, setParams] = useSearchParams();
  const range = params.get('range') ?? '';
  const choose = (changes: Record<string, string>) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [name, value] of Object.entries(changes))
          if (value) next.set(name, value);
          else next.delete(name);
        return next;
      },
      { replace: true },
    );
  return {
    range: isRange(range) ? range : ('1Y' as const),
    asOf: params.get('asOf') ?? '',
    compare: params.get('compare') ?? '',
    choose,
  };
}

/** One ticker: an interactive chart as of any date, its last closes, and its chart in the mail. */
export function Ticker({ ticker, isOperator }: { ticker: string; isOperator: boolean }) {
  const api = useApi();
  const { range, asOf, compare, choose } = useChoices();
  const prices = useLoaded(() => api.prices(ticker, asOf ? { asOf } : {}), [ticker, asOf]);
  const observations = prices.data?.observations ?? [];
  const hasSplits = observations.some(({ split }) => split);
  const scaled = useLoaded(
    async () => (hasSplits ? api.prices(ticker, { adjusted: 'true', ...(asOf && { asOf }) }) : undefined),
    [ticker, asOf, hasSplits, prices.data],
  );
  const second = useLoaded(
    async () => (compare ? api.prices(compare, { adjusted: 'true', ...(asOf && { asOf }) }) : undefined),
    [compare, asOf],
  );
  const compared = useMemo(
    () => second.data && { ticker: second.data.ticker, observations: second.data.observations ?? [] },
    [second.data],
  );
  /** On today's scale, as in the mail. */
  const adjusted = scaled.data?.observations ?? observations;
  const [changes, setChanges] = useState(0);
  const onDeclared = useCallback(() => {
    prices.reload();
    setChanges((before) => before + 1);
  }, [prices.reload]);
  const [, navigate] = useLocation();
  // `aapl` finds AAPL, and an earlier name the one it has now: correct the URL.
  const known = prices.data?.ticker;
  useEffect(() => {
    if (known && known !== ticker)
      navigate(`/tickers/${encodeURIComponent(known)}${location.search}`, { replace: true });
  }, [known, ticker, navigate]);
  return (
    <>
      <p>
        <Link href="/">← My tickers</Link>
      </p>
      <Heading
        ticker={ticker}
        formerly={prices.data?.formerly ?? []}
        company={prices.data?.name}
        observations={adjusted}
        isKnown={!prices.error}
      />
      <Failure error={prices.error} />
      {!prices.data && !prices.error && <Loading />}
      {prices.data && (
        <>
          <section className="card" aria-label="Chart">
            <ChartChoices
              range={range}
              asOf={asOf}
              compare={compare}
              onRange={(next) => choose({ range: next })}
              onAsOf={(next) => choose({ asOf: next })}
              onCompare={(next) => choose({ compare: next })}
            />
            <Failure error={second.error} />
            <KnownDeliveries asOf={asOf} observations={observations} />
            {observations.length > 0 ? (
              <TickerChart ticker={ticker} observations={adjusted} range={range} compared={compared} canAlert={!asOf} />
            ) : (
              <p>
                {asOf
                  ? `No price of ${ticker} was known on ${longDate(asOf)}.`
                  : `The vendor no longer reports ${ticker}.`}
              </p>
            )}
          </section>
          {observations.length > 0 && <Closes observations={observations.slice(-LAST_CLOSES).reverse()} />}
          {!asOf && <Facts ticker={ticker} />}
          {observations.length > 0 && !asOf && <InTheMail ticker={ticker} key={changes} />}
          {isOperator && !asOf && <Declarations ticker={ticker} onChange={onDeclared} />}
        </>
      )}
    </>
  );
}

type HeadingProps = {
  ticker: string;
  /** Earlier names. */
  formerly: readonly string[];
  company: string | undefined;
  observations: readonly ApiObservation[];
  isKnown: boolean;
};

/** The last close, and a button to follow or unfollow. */
function Heading({ ticker, formerly, company, observations, isKnown }: HeadingProps) {
  const api = useApi();
  const mine = useLoaded(api.subscriptions, []);
  const followedAs = [ticker, ...formerly].filter((name) => mine.data?.some((one) => one.ticker === name));
  const isFollowed = followedAs.length > 0;
  const toggle = useAction(async () => {
    await (isFollowed ? Promise.all(followedAs.map(api.unfollow)) : api.follow(ticker));
    mine.reload();
  });
  const exchange = exchangeOf(ticker);
  const last = observations.at(-1);
  const before = observations.slice(0, -1).findLast(({ suspect }) => !suspect);
  return (
    <>
      <div className="heading">
        <div>
          <h1>{ticker}</h1>
          <p className="muted">{[company, exchange, EXCHANGES[exchange].currency].filter(Boolean).join(' · ')}</p>
          {formerly.length > 0 && <p className="muted">formerly {formerly.join(', ')}</p>}
        </div>
        {last && (
          <p className="quote">
            <strong>{formatPriceOf(ticker, last.close)}</strong>{' '}
            {last.suspect ? (
              <span className="warn">suspect: far from the closes before it</span>
            ) : (
              <Change change={before && Number(last.close) / Number(before.close) - 1} />
            )}{' '}
            <span className="muted">{longDate(last.date)}</span>
          </p>
        )}
        {mine.data && isKnown && (
          <button
            type="button"
            className={isFollowed ? undefined : 'primary'}
            aria-disabled={toggle.busy}
            onClick={() => toggle.run()}
          >
            {isFollowed ? 'Unfollow' : 'Follow'}
          </button>
        )}
      </div>
      <Failure error={toggle.error} />
    </>
  );
}
