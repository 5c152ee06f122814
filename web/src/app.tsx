import { useMemo } from 'react';
import { Link, Route, Switch, useRoute } from 'wouter';
import { apiOf } from './api.ts';
import { Deliveries } from './deliveries.tsx';
import { Delivery } from './delivery.tsx';
import { Home } from './home.tsx';
import type { Session } from './session.ts';
import { Ticker } from './ticker.tsx';
import { ApiProvider } from './use.ts';
import { Welcome } from './welcome.tsx';

export function App({ session, signIn }: { session: Session | undefined; signIn: () => void }) {
  const api = useMemo(() => session && apiOf(session), [session]);
  if (!session || !api) return <Welcome signIn={signIn} />;
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
          {session.isOperator && <NavLink href="/deliveries">Deliveries</NavLink>}
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
            <Home signOut={session.signOut} />
          </Route>
          <Route path="/tickers/:ticker">{({ ticker }) => <Ticker ticker={decodeURIComponent(ticker)} />}</Route>
          <Route path="/deliveries">
            <Deliveries />
          </Route>
          <Route path="/deliveries/:id">{({ id }) => <Delivery id={decodeURIComponent(id)} />}</Route>
          <Route>
            <h1>There is nothing here</h1>
            <p>
              <Link href="/">Back to my tickers</Link>
            </p>
          </Route>
        </Switch>
      </main>
    </ApiProvider>
  );
}

function NavLink({ href, children }: { href: string; children: string }) {
  const [isHere] = useRoute(href);
  return (
    <Link href={href} aria-current={isHere ? 'page' : undefined}>
      {children}
    </Link>
  );
}
