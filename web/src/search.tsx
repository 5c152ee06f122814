import { type KeyboardEvent, useDeferredValue, useEffect, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { formatPriceOf } from '../../lambdas/contracts/format.ts';
import { Change, Failure } from './parts.tsx';
import { useAction, useApi, useLoaded } from './use.ts';

/** Searches tickers and companies, and follows them. Enter follows the chosen one, arrows choose, `/` comes here. */
export function Search({ followed, onChange }: { followed: ReadonlySet<string>; onChange: () => void }) {
  const api = useApi();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const [said, setSaid] = useState('');
  const [, navigate] = useLocation();
  const input = useSlashKey();
  const wanted = useDeferredValue(text.trim());
  const { data, error } = useLoaded(async () => (wanted ? api.search(wanted) : undefined), [wanted]);
  const follow = useAction(async (ticker: string) => {
    await api.follow(ticker);
    setText('');
    setSaid(`${ticker} is followed.`);
    input.current?.focus();
    onChange();
  });
  const found = wanted ? data?.tickers : undefined;
  const onKey = (event: KeyboardEvent) => {
    const one = found?.[chosen];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') setText('');
    if (step && found) setChosen(Math.min(found.length - 1, Math.max(0, chosen + step)));
    if (event.key === 'Enter' && one)
      if (followed.has(one.ticker)) navigate(`/tickers/${encodeURIComponent(one.ticker)}`);
      else follow.run(one.ticker);
    if (step || event.key === 'Enter') event.preventDefault();
  };
  return (
    <>
      <label htmlFor="search">Find a ticker</label>
      <input
        id="search"
        type="search"
        ref={input}
        value={text}
        placeholder="AAPL or Apple"
        autoComplete="off"
        spellCheck={false}
        aria-describedby="search-help"
        onKeyDown={onKey}
        onChange={(event) => {
          setText(event.target.value);
          setChosen(0);
          setSaid('');
        }}
      />
      <p id="search-help" className="hidden">
        Enter follows the first one. Arrow keys choose another one.
      </p>
      <p role="status" className={found?.length === 0 || said ? undefined : 'hidden'}>
        {said ||
          (found && (found.length === 0 ? `No ticker or company begins with “${wanted}”.` : `${found.length} found`))}
      </p>
      <Failure error={error ?? follow.error} />
      {found && found.length > 0 && (
        <ul className="rows">
          {found.map(({ ticker, name, renamedTo, close, dayChange }, i) => (
            <li key={ticker} className={i === chosen ? 'chosen' : undefined}>
              <span className="name">
                <Link href={`/tickers/${encodeURIComponent(ticker)}`}>{ticker}</Link>
                {name && <small className="muted">{name}</small>}
                {renamedTo && <small className="muted">now {renamedTo}</small>}
              </span>
              <span className="number">
                {close ? formatPriceOf(ticker, close) : '–'}
                <small>
                  <Change change={dayChange} />
                </small>
              </span>
              {followed.has(ticker) ? (
                <span className="muted">Followed</span>
              ) : (
                <button
                  type="button"
                  className={i === chosen ? 'primary' : undefined}
                  aria-disabled={follow.busy}
                  onClick={() => follow.run(ticker)}
                  aria-label={`Follow ${ticker}`}
                >
                  Follow
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** `/` moves the focus to the field, unless another field has it. */
function useSlashKey() {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      const isTyping = event.target instanceof Element && event.target.closest('input, textarea, select') !== null;
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return input;
}
