import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Report } from '../../lambdas/contracts/report.ts';
import { Scroll } from './parts.tsx';

/** What both a report and a file that was tried tell about the reading of a file. */
type ReadFile = Pick<Report, 'rows' | 'rejection' | 'problems' | 'reading' | 'differingCloses'>;

/** The outcome of a delivery. @param children stand below the reason of a rejection */
export function Outcome({ report, children }: { report: Report; children: ReactNode }) {
  const { checks, state } = report;
  const facts: [string, number][] =
    state === 'revoked'
      ? [['Tickers changed', report.changedTickers]]
      : [
          ...rowFacts(report),
          ['Tickers', report.tickers],
          ['Tickers changed', report.changedTickers],
          ['Duplicates', report.duplicates],
          ['Updates that inserted', report.updatesThatInserted],
          ['Tickers retired', report.retiredTickers],
        ];
  return (
    <>
      <Rejection report={report} />
      {children}
      {checks && checks.warnings.length > 0 && (
        <div className="failure" role="alert">
          <p>{state === 'held' ? 'This file is held: prices stay as they were.' : 'Please check this file.'}</p>
          <ul>
            {checks.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
            {checks.probableSplits.map(({ ticker }) => (
              <li key={ticker}>
                <Link href={`/tickers/${encodeURIComponent(ticker)}`}>{ticker}: declare the split</Link>
              </li>
            ))}
            {checks.likelyRenames.map(({ from, to }) => (
              <li key={from}>
                <Link href={`/tickers/${encodeURIComponent(from)}`}>{from}</Link> may now be written {to}: if so,
                declare the rename
              </li>
            ))}
          </ul>
        </div>
      )}
      {(report.rows.read > 0 || state === 'revoked') && (
        <Facts facts={facts.filter(([name, value]) => value > 0 || USUAL.has(name))} />
      )}
      <Understood report={report} />
    </>
  );
}

/** Shown also if they are zero. */
const USUAL = new Set(['Rows read', 'Accepted', 'Quarantined', 'Tickers changed']);

export const rowFacts = ({ rows }: Pick<ReadFile, 'rows'>): [string, number][] => [
  ['Rows read', rows.read],
  ['Accepted', rows.accepted],
  ['Quarantined', rows.quarantined],
  ['Without a close', rows.withoutClose],
];

const factClass = (name: string, value: number): string | undefined =>
  value === 0 ? 'muted' : name === 'Quarantined' ? 'down' : undefined;

export function Facts({ facts }: { facts: readonly [string, number][] }) {
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className={factClass(name, value)}>{value.toLocaleString('en-US')}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Rejection({ report: { rejection } }: { report: Pick<ReadFile, 'rejection'> }) {
  if (!rejection) return null;
  return (
    <p className="failure" role="alert">
      The whole file was rejected{rejection.line ? `, line ${rejection.line}` : ''}
      {rejection.column ? `, column “${rejection.column}”` : ''}: expected {rejection.expected}, found {rejection.found}
      .
    </p>
  );
}

/** How each column was understood, and every problem. */
export function Understood({ report }: { report: ReadFile }) {
  const { reading, problems, differingCloses } = report;
  const columns = Object.entries(reading?.columns ?? {});
  return (
    <>
      {columns.length > 0 && (
        <>
          <h2>Columns</h2>
          <p>
            {columns.map(([role, column]) => (
              <span key={role} className="tag">
                {role}: <strong>{column}</strong>
              </span>
            ))}
          </p>
          {reading && reading.notUnderstood.length > 0 && (
            <p className="muted">Not used: {reading.notUnderstood.join(', ')}</p>
          )}
          {Object.entries(reading?.unreadable ?? {}).map(([column, count]) => (
            <p key={column} className="muted">
              {count.toLocaleString('en-US')} {count === 1 ? 'value' : 'values'} of {column} could not be read and{' '}
              {count === 1 ? 'was' : 'were'} left out
            </p>
          ))}
          {reading?.contentless.map(({ line, what }) => (
            <p key={line} className="muted">
              Line {line}: {what}
            </p>
          ))}
        </>
      )}
      {differingCloses.length > 0 && (
        <Table
          title="Different closes for one day"
          columns={['Ticker', 'Date', 'Earlier line', 'Later line, which counts']}
          rows={differingCloses.map(({ ticker, date, closes, lines }) => [
            ticker,
            date,
            `${closes[0]} in line ${lines[0]}`,
            `${closes[1]} in line ${lines[1]}`,
          ])}
        />
      )}
      {problems.length > 0 && (
        <Table
          title="Quarantined rows"
          columns={['Line', 'Column', 'Expected', 'Found']}
          rows={problems.map(({ line, column, expected, found }) => [
            String(line ?? '–'),
            column ?? '–',
            expected,
            found,
          ])}
        />
      )}
    </>
  );
}

export function Table({ title, columns, rows }: { title: string; columns: string[]; rows: string[][] }) {
  return (
    <>
      <h2>{title}</h2>
      <Scroll label={`Table: ${title}`}>
        <table className="wide stacked">
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([first, ...cells]) => (
              <tr key={[first, ...cells].join(' ')}>
                <th scope="row" data-before={columns[0]}>
                  {first}
                </th>
                {cells.map((cell, i) => (
                  <td key={columns[i + 1]} data-before={columns[i + 1]}>
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}
