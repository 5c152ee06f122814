import { useEffect, useMemo, useRef } from 'react';
import { Link, Route, Switch, useLocation, useRoute } from 'wouter';
import { Alerts } from './alerts.tsx';
import { apiOf } from './api.ts';
import { ApiPage } from './api-page.tsx';
import { Collectors } from './collectors.tsx';
import { Deliveries } from './deliveries.tsx';
import { Delivery } from './delivery.tsx';
import { Home } from './home.tsx';
import type { Session } from './session.ts';
import { Settings } from './settings.tsx';
import { Ticker } from './ticker.tsx';
import { Try } from './try.tsx';
import { ApiProvider } from './use.ts';
import { Welcome } from './welcome.tsx';

type AppProps = { session: Session | undefined; hasEnded: boolean; signIn: () => void };

export function App({ session, hasEnded, signIn }: AppProps) {
  const api = useMemo(() => session && apiOf(session), [session]);
  usePageChanges();
  if (!session || !api) return <Welcome signIn={signIn} hasEnded={hasEnded} />;
  return (
    <ApiProvider value={api}>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <header>
        <Link href="/" className="brand">
          <img src="/bell.svg" alt="" width="28" height="28" /> Closing Bell
        </Link>
        <nav aria-label="Pages">
          <NavLink href="/">My tickers</NavLink>
          <NavLink href="/alerts">Alerts</NavLink>
          <NavLink href="/settings">Settings</NavLink>
          <NavLink href="/api">API</NavLink>
          {session.isOperator && <NavLink href="/deliveries">Deliveries</NavLink>}
          {session.isOperator && <NavLink href="/collectors">Collectors</NavLink>}
          {session.isOperator && <NavLink href="/try">Try a file</NavLink>}
        </nav>
        <span className="who">
          <span className="muted">{session.address}</span>
          <button type="button" className="quiet" onClick={session.signOut}>
            Sign out
          </button>
        </span>
      </header>
      <main id="main" tabIndex={-1}>
        <Switch>
          <Route path="/">
            <Home />
          </Route>
          {/* A name may contain a slash. */}
          <Route path="/tickers/*">
            {({ '*': name }) => <Ticker ticker={decoded(name)} isOperator={session.isOperator} key={name} />}
          </Route>
          <Route path="/alerts">
            <Alerts />
          </Route>
          <Route path="/settings">
            <Settings signOut={session.signOut} />
          </Route>
          <Route path="/api">
            <ApiPage session={session} />
          </Route>
          <Route path="/deliveries">
            <Deliveries />
          </Route>
          <Route path="/collectors">
            <Collectors />
          </Route>
          <Route path="/try">
            <Try />
          </Route>
          <Route path="/deliveries/*">{({ '*': id }) => <Delivery id={decoded(id)} />}</Route>
          <Route>
            <h1>Page not found</h1>
            <p>
              <Link href="/">Back to my tickers</Link>
            </p>
          </Route>
        </Switch>
      </main>
    </ApiProvider>
  );
}

const TITLES: Record<string, string> = {
  alerts: 'My alerts',
  settings: 'Settings',
  api: 'API',
  deliveries: 'Deliveries',
  collectors: 'Collectors',
  try: 'Try a file',
};

/** Announces a new page to screen readers: sets its title and moves the focus to its start. */
function usePageChanges(): void {
  const [location] = useLocation();
  const isFirst = useRef(true);
  useEffect(() => {
    const [, kind, name] = /^\/(\w*)\/?(.*)$/.exec(location) ?? [];
    const what = decoded(name) || (TITLES[kind ?? ''] ?? 'My tickers');
    document.title = `${what} · Closing Bell`;
    if (!isFirst.current) document.getElementById('main')?.focus();
    isFirst.current = false;
  }, [location]);
}

/** Decodes a name in a URL; returns it unchanged if it is malformed. */
function decoded(name = ''): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function NavLink({ href, children }: { href: string; children: string }) {
  const [isHere] = useRoute(href);
  const link = useRef<HTMLAnchorElement>(null);
  // On a phone the row of links scrolls.
  useEffect(() => {
    if (isHere) link.current?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [isHere]);
  return (
    <Link ref={link} href={href} aria-current={isHere ? 'page' : undefined}>
      {children}
    </Link>
  );
}
