export const USAGE = `Usage: npx closing-bell COMMAND [OPTIONS]

Reads the lake, on AWS, on this machine, or from a folder that was pulled.

  query prices         closes of tickers: --tickers AAPL,MSFT --from DATE --to DATE
                       --as-of DATE|DELIVERY    what was known then
                       --indicators LIST        smaN, rsiN, macd, change, high52w, low52w
                       --adjusted | --raw       one scale; both without it
  query DATASET        rows of a table: --tickers, --from, --to, --delivery; of news also
                       --sentiment positive|neutral|negative, of macro --series UNRATE, of policy --types fomc
  sql 'SELECT …'       any SQL of DuckDB over the tables and the view prices
  export DATASET       the same rows: --to FILE.csv|.jsonl|.parquet, postgres://…, mongodb://…
                       (here the last date is --until)
  summary              what each table has
  quality              how fresh and complete the prices are: --from DATE --to DATE
                       --min-completeness 0.99 --max-behind N  exit status 1 if it is missed, 2 if it failed
                       --calendar FILE          what operators know better about sessions
  pull DIR             copies the lake into a folder; then --lake DIR works without a network

  --lake PLACE         a folder, or the output LakeAddress of a stack on AWS (glue://…);
                       by default the local stack
  --state DIR          the state folder of the local stack (.local)
  --snapshot ID        the tables as they were stored then
  --limit N            at most N rows
  --format FORMAT      table, csv, jsonl or parquet; json for summary and quality
  --out FILE           a file instead of the terminal`;
