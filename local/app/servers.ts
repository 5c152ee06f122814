import { join } from 'node:path';
import { Scope } from '../../lambdas/contracts/scopes.ts';
import { limitId } from '../../lambdas/contracts/subscriber-id.ts';
import { startDynamoDb } from '../emulators/dynamodb.ts';
import { startIssuer } from '../emulators/issuer.ts';
import { s3Events } from '../emulators/s3-events.ts';
import { startSecrets } from '../emulators/secrets.ts';
import { startSes } from '../emulators/ses.ts';
import type { SesFault } from '../emulators/ses-account.ts';
import { sesEvents } from '../emulators/ses-events.ts';
import { startHttpApi } from '../engine/http-api.ts';
import { answerInbox } from './inbox/inbox.ts';
import { startPage } from './page.ts';

const CLIENT_ID = 'page';
/** Mailboxes that sign in as operators. */
export const OPERATORS = ['night@example.com'];

type Stoppable = { stop(): Promise<void> };

/** Starts the servers whose addresses are part of the template, and the emulators that do not depend on it. */
export async function startServers(
  { state, sesFault }: { state: string; sesFault: SesFault | undefined },
  portAt: (offset: number) => number,
  onError: (error: unknown) => void,
  keep: <T extends Stoppable>(part: T) => T,
) {
  const mails = sesEvents(onError);
  const objects = s3Events(join(state, 'object-events'), onError);
  const api = keep(await startHttpApi(portAt(3)));
  const page = keep(await startPage(portAt(5)));
  const dynamodb = keep(await startDynamoDb(portAt(1), join(state, 'aws', 'dynamodb'), onError));
  const ses = keep(
    await startSes(
      portAt(2),
      { folder: join(state, 'aws', 'ses'), fault: sesFault },
      answerInbox,
      mails.onSent,
      onError,
    ),
  );
  const secrets = keep(await startSecrets(portAt(6), join(state, 'secrets.json')));
  const issuer = keep(
    await startIssuer(portAt(4), {
      name: 'Closing Bell',
      ses: ses.url,
      sender: 'digest@example.com',
      webUrl: page.url,
      clientId: CLIENT_ID,
      audience: 'closing-bell',
      scopes: { own: Scope.subscriptions, operators: Scope.operations },
      operators: OPERATORS,
      limitId,
    }),
  );
  return { dynamodb, ses, secrets, issuer, api, page, s3Events: objects, sesEvents: mails };
}

/** config.json of the page. */
export const pageConfig = (api: string, issuer: string): object => ({
  api,
  issuer,
  clientId: CLIENT_ID,
  scopes: ['openid', 'email', ...Object.values(Scope)],
});
