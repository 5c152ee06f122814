import { EXCHANGES, exchangeOf } from '../../contracts/exchange.ts';
import { CALENDARS, dayKind, openAt, phaseOf } from '../calendar/sessions.ts';
import type { Calendar } from './market-calendar.ts';
import type { RawBar } from './price-answers.ts';

/**
 * A bar as JSON. `instant`: UTC; the one that the provider names, or the open of the session. `phase`: that of the session;
 * `closed` where our calendar has none.
 * `status`: `partial` while the session goes on.
 */
export function barJson({ ticker, date, at, part: _part, split, ...values }: RawBar, calendar: Calendar) {
  const exchange = CALENDARS[exchangeOf(ticker)];
  return {
    ticker,
    instant: new Date(at ?? openAt(exchange, date)).toISOString(),
    session: date,
    exchange: exchange.id,
    currency: EXCHANGES[exchange.id].currency,
    phase: phaseOf(exchange, openAt(exchange, date)),
    dayKind: dayKind(exchange, date),
    status: calendar.isOver(ticker, date) ? 'complete' : 'partial',
    ...values,
    ...(split !== '' && { split }),
  };
}
