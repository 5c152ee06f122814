/** A date with a declared split is on the new scale if the step from the close before is this near to the ratio (a factor). */
const CONTRADICTION = 1.5;

/** Columns of the view `prices`, with their SQL types. */
export const PRICES_COLUMNS = {
  ticker: 'varchar',
  date: 'date',
  open: 'decimal(36,18)',
  high: 'decimal(36,18)',
  low: 'decimal(36,18)',
  close: 'decimal(36,18)',
  volume: 'decimal(36,18)',
  split: 'decimal(36,18)',
  adjusted_close: 'double',
  delivery: 'varchar',
} as const;

/**
 * What is current, in SQL that Athena and DuckDB both run: the versions that are valid, less those of retired tickers. `adjusted_close`
 * is on today's scale, as the API has it, but a double: SQL has no exact product over rows. Tickers have the names of the files; the
 * table `renames` connects them.
 * @param tableOf the name of a table in the engine
 */
export const pricesView = (tableOf: (table: 'price_versions' | 'retirements' | 'splits') => string): string =>
  `
with current_versions as (
  select v.*
  from ${tableOf('price_versions')} v
  where v.valid_to is null and v.close is not null
    and not exists (
      select 1 from ${tableOf('retirements')} r where r.ticker = v.ticker and r.precedence > v.precedence
    )
),
each_split as (
  select c.ticker, min(c.date) as date, max_by(s.ratio, s.precedence) as ratio
  from ${tableOf('splits')} s join current_versions c on c.ticker = s.ticker and c.date >= s.date
  where not exists (
    select 1 from ${tableOf('retirements')} r where r.ticker = s.ticker and r.precedence > s.precedence
  )
  group by c.ticker, s.date
),
declared as (
  -- Several before one close are one split.
  select ticker, date, exp(sum(ln(cast(ratio as double)))) as ratio from each_split group by ticker, date
),
steps as (
  select c.*, coalesce(d.ratio, cast(c.split as double)) as ratio,
    cast(lag(c.close) over (partition by c.ticker order by c.date) as double) / cast(c.close as double) as step
  from current_versions c left join declared d on d.ticker = c.ticker and d.date = c.date
),
factors as (
  select *,
    case
      when ratio > 0 and step > 0 and abs(ln(step / ratio)) < abs(ln(step)) and abs(ln(step / ratio)) <= ln(${CONTRADICTION})
      then ln(ratio) else 0
    end as factor
  from steps
)
select ticker, date, open, high, low, close, volume, split,
  cast(close as double) / exp(coalesce(
    sum(factor) over (partition by ticker order by date rows between 1 following and unbounded following), 0
  )) as adjusted_close,
  delivery
from factors`.trim();
