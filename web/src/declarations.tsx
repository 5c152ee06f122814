import { useEffect, useId, useRef, useState } from 'react';
import type { Declarations as Found } from '../../lambdas/contracts/api/declarations.ts';
import { longDate } from '../../lambdas/contracts/dates.ts';
import { ratioText } from '../../lambdas/contracts/format.ts';
import { Failure } from './parts.tsx';
import { useAction, useApi, useLoaded, useWatch } from './use.ts';

const SHOWN: Record<Found['splits'][number]['closes'], string> = {
  raw: 'the closes before it are rescaled',
  'already adjusted': 'the closes do not jump there: they are on its scale already, or the date is wrong',
  contradicting: 'the closes contradict it, nothing is rescaled',
  'none before': 'there is no close before it, so nothing is rescaled',
  'none yet': 'no close on that day or after it yet',
};

/** Operators declare splits and renames of a ticker, and take them back. */
export function Declarations({ ticker, onChange }: { ticker: string; onChange: () => void }) {
  const api = useApi();
  const found = useLoaded(() => api.declarations(ticker), [ticker]);
  /** The list as it was when the last declaration was sent. */
  const [sent, setSent] = useState<string>();
  const list = JSON.stringify(found.data);
  const isWaiting = sent !== undefined && sent === list;
  const act = useAction(async (send: () => Promise<{ changed: boolean }>) => {
    const { changed } = await send();
    setSent(changed ? list : undefined);
  });
  const first = useRef(list);
  // The rest of the page shows what is declared, too.
  useEffect(() => {
    if (first.current !== undefined && first.current !== list) onChange();
    first.current = list;
  }, [list, onChange]);
  return (
    <section className="card" aria-labelledby="declarations">
      <h2 id="declarations">Splits and renames</h2>
      <p className="muted">
        Only operators see this. Charts change at once. A split mails nobody; a rename mails who missed a close by it.
      </p>
      {found.data && (
        <Known
          ticker={ticker}
          found={found.data}
          onDeclare={(date, ratio) => act.run(() => api.declareSplit(ticker, date, ratio))}
          onTakeBack={(send) => act.run(send)}
        />
      )}
      {/* A declaration that is in the list empties the forms. */}
      <DeclareSplit
        key={`split ${list}`}
        onDeclare={(date, ratio) => act.run(() => api.declareSplit(ticker, date, ratio))}
      />
      <DeclareRename key={`rename ${list}`} onDeclare={(rename) => act.run(() => api.declareRename(ticker, rename))} />
      <p role="status">{isWaiting && 'Sent. The list shows it in a moment.'}</p>
      {isWaiting && <Watch poll={found.reload} />}
      <Failure error={found.error ?? act.error} />
    </section>
  );
}

function Watch({ poll }: { poll: () => void }) {
  useWatch(poll);
  return null;
}

type KnownProps = {
  ticker: string;
  found: Found;
  onDeclare: (date: string, ratio: string) => void;
  onTakeBack: (send: () => Promise<{ changed: boolean }>) => void;
};

function Known({ ticker, found: { splits, renames }, onDeclare, onTakeBack }: KnownProps) {
  const api = useApi();
  if (splits.length + renames.length === 0) return <p>None is known.</p>;
  return (
    <ul className="plain">
      {splits.map(({ date, ratio, kind, closes, delivery }) => (
        <li key={`${date} ${kind}`}>
          {kind === 'probable'
            ? `May be a ${ratioText(Number(ratio))} split on ${longDate(date)}: was it one? `
            : `${ratioText(Number(ratio))} split on ${longDate(date)}: ${SHOWN[closes]}. `}
          {kind === 'probable' && (
            <button type="button" onClick={() => onDeclare(date, ratio)}>
              Declare it
            </button>
          )}
          {delivery && (
            <button type="button" className="quiet" onClick={() => onTakeBack(() => api.takeBackSplit(ticker, date))}>
              Take back
            </button>
          )}
        </li>
      ))}
      {renames.map(({ from, to, date }) => (
        <li key={from}>
          {from} is {to} from {longDate(date)} on.{' '}
          <button type="button" className="quiet" onClick={() => onTakeBack(() => api.takeBackRename(from))}>
            Take back
          </button>
        </li>
      ))}
    </ul>
  );
}

function DeclareSplit({ onDeclare }: { onDeclare: (date: string, ratio: string) => void }) {
  const [date, setDate] = useState('');
  const [ratio, setRatio] = useState('');
  const ids = { date: useId(), ratio: useId() };
  return (
    <form
      className="line"
      onSubmit={(event) => {
        event.preventDefault();
        onDeclare(date, ratio.trim());
      }}
    >
      <label htmlFor={ids.ratio}>New shares per old</label>
      <input
        id={ids.ratio}
        required
        value={ratio}
        placeholder="4:1"
        size={7}
        onChange={({ target }) => setRatio(target.value)}
      />
      <label htmlFor={ids.date}>First day after the split</label>
      <input id={ids.date} required type="date" value={date} onChange={({ target }) => setDate(target.value)} />
      <button type="submit">Declare the split</button>
    </form>
  );
}

type Rename = { to: string; date: string; reusesName: boolean };

function DeclareRename({ onDeclare }: { onDeclare: (rename: Rename) => void }) {
  const [date, setDate] = useState('');
  const [reusesName, setReusesName] = useState(false);
  const [to, setTo] = useState('');
  const ids = { date: useId(), to: useId() };
  return (
    <form
      className="line"
      onSubmit={(event) => {
        event.preventDefault();
        onDeclare({ to: to.trim(), date, reusesName });
      }}
    >
      <label htmlFor={ids.to}>New name</label>
      <input id={ids.to} required value={to} size={7} onChange={({ target }) => setTo(target.value)} />
      <label htmlFor={ids.date}>First day of the new name</label>
      <input id={ids.date} required type="date" value={date} onChange={({ target }) => setDate(target.value)} />
      <label>
        <input type="checkbox" checked={reusesName} onChange={({ target }) => setReusesName(target.checked)} /> Another
        ticker had this name before
      </label>
      <button type="submit">Declare the rename</button>
    </form>
  );
}
