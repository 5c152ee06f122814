import { useState } from 'react';
import { Failure } from './parts.tsx';
import { useAction, useApi } from './use.ts';

/** Invites a mailbox, like that of a team. It gets no digest until it confirms. */
export function Invite() {
  const api = useApi();
  const [address, setAddress] = useState('');
  const [tickers, setTickers] = useState('');
  const [outcome, setOutcome] = useState('');
  const invite = useAction(async () => {
    const { state, unknown } = await api.invite(address.trim(), tickers.split(/[\s,]+/).filter(Boolean));
    const left = unknown.length > 0 ? ` Left out, since no delivery has them: ${unknown.join(', ')}.` : '';
    setOutcome(
      state === 'pending'
        ? `Invited. The mailbox gets digests once it confirms.${left}`
        : 'This mailbox has confirmed already. Nothing was sent or changed.',
    );
    setAddress('');
    setTickers('');
  });
  return (
    <section className="card" aria-labelledby="invite">
      <h2 id="invite">Invite a mailbox</h2>
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          invite.run();
        }}
      >
        <label>
          Mail address
          <input type="email" required value={address} onChange={(event) => setAddress(event.target.value)} />
        </label>
        <label>
          Tickers
          <input
            required
            value={tickers}
            placeholder="AAPL, MSFT"
            onChange={(event) => setTickers(event.target.value)}
          />
        </label>
        <button type="submit" className="primary" aria-disabled={invite.busy}>
          Send the invitation
        </button>
      </form>
      {invite.done && <p role="status">{outcome}</p>}
      <Failure error={invite.error} />
    </section>
  );
}
