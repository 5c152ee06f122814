import type { LedgerTable } from '../adapters/ledger-table.ts';
import type { Mailer } from '../adapters/mailer.ts';

export type MailingPorts = {
  ledger: Pick<LedgerTable, 'read' | 'claim' | 'release' | 'markConfirmed' | 'markRefused'>;
  mailer: {
    /** See Mailer: waits until the next mail may be sent. */
    turn: (deadline: number) => Promise<boolean>;
    send: Mailer['send'];
  };
  warn: (message: string, details: Record<string, unknown>) => void;
};

export type MailingSettings = {
  /** Seconds after which a claim without a confirmed outcome may be retried. */
  claimRetryAfter: number;
};
