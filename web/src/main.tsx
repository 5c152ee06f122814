import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { enter } from './session.ts';
import 'inter-ui/inter-variable-latin.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/content.css';
import './styles/tables.css';
import './styles/watchlist.css';

const root = createRoot(document.getElementById('page') ?? document.body);
enter().then(
  (entrance) =>
    root.render(
      <StrictMode>
        <App {...entrance} />
      </StrictMode>,
    ),
  (error: unknown) =>
    root.render(
      <main className="narrow">
        <h1>Closing Bell</h1>
        <p role="alert">The page could not be loaded: {String(error)}. Reload it in a minute.</p>
      </main>,
    ),
);
