import { html, raw } from 'hono/html';
import { colourVariables } from '../../lambdas/contracts/colours.ts';

/** The local replacement of Cognito's sign-in page. `html` escapes every text. */
export const signInPage = ({ inbox, address, error }: { inbox: string; address?: string; error?: string }): string =>
  String(html`<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width,initial-scale=1" />
    <title>Sign in · Closing Bell</title>
    <style>
      ${raw(colourVariables())}
      body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 Inter, system-ui, sans-serif; }
      main { max-width: 24rem; margin: 12vh auto; padding: 2rem; background: var(--card); border-radius: 14px; }
      h1 { font-size: 1.4rem; margin: 0 0 .5rem; } p { margin: 0 0 1rem; } .brand { color: var(--muted); font-size: .85rem; }
      label { display: block; font-weight: 600; margin: 0 0 .25rem; }
      input { font: inherit; width: 100%; box-sizing: border-box; padding: .6rem .7rem; border: 1px solid var(--field); border-radius: 9px; background: transparent; color: inherit; }
      button { font: inherit; margin: 1rem 0; width: 100%; padding: .65rem; border: 0; border-radius: 9px; background: var(--accent); color: var(--accent-ink); cursor: pointer; }
      .error { color: var(--danger); } a { color: var(--link); } :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
    </style>
  </head>
  <body>
    <main>
      <p class="brand">Closing Bell</p>
      <h1>${address ? 'Check your mail' : 'Sign in'}</h1>
      ${error ? html`<p class="error" role="alert">${error}</p>` : ''}
      ${
        address
          ? html`<p>A code of six digits was mailed to <strong>${address}</strong>. On this laptop it is in the <a href="${inbox}" target="_blank" rel="noopener">local inbox</a>.</p>
            <form method="post"><label for="code">Code</label><input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9]{6}" required autofocus /><button>Sign in</button></form>
            <form method="post"><input type="hidden" name="address" value="${address}" /><button style="background:transparent;color:inherit;margin:0">Send a new code</button></form>`
          : html`<p>No password: you get a code by mail.</p>
            <form method="post"><label for="address">Mail address</label><input id="address" name="address" type="email" autocomplete="email" required autofocus /><button>Send me a code</button></form>`
      }
    </main>
  </body>
</html>`);
