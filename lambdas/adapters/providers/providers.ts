import type { ProviderName } from '../../contracts/collect.ts';
import type { Provider } from '../../domain/collect/provider.ts';
import { alphaVantage } from './alpha-vantage.ts';
import { federalReserve } from './federal-reserve.ts';
import { finnhub } from './finnhub.ts';
import { fmp } from './fmp.ts';
import { fred } from './fred.ts';
import { newsapi } from './newsapi.ts';
import { nyFed } from './ny-fed.ts';
import { polygon } from './polygon.ts';
import { stooq } from './stooq.ts';
import { treasury } from './treasury.ts';
import { worldBank } from './world-bank.ts';
import { yahoo } from './yahoo.ts';

/** Every API that collectors ask, by name. */
export const PROVIDER: Record<ProviderName, Provider> = {
  polygon,
  fmp,
  yahoo,
  'alpha-vantage': alphaVantage,
  stooq,
  finnhub,
  newsapi,
  fred,
  'world-bank': worldBank,
  treasury,
  'ny-fed': nyFed,
  'federal-reserve': federalReserve,
};
