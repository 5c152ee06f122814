import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetAccountCommand, SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { startSes } from '../../local/emulators/ses.ts';
import type { SesFault } from '../../local/emulators/ses-account.ts';
import { clientFor } from '../../local/engine/client-options.ts';

/** The local SES with a fault, as `npm start -- --ses` starts it. */
const folder = mkdtempSync(join(tmpdir(), 'closing-bell-ses-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function sendWith(fault: SesFault | undefined, ConfigurationSetName?: string): Promise<string> {
  const accepted: string[] = [];
  const fail = (error: unknown) => {
    throw error;
  };
  const ses = await startSes(
    0,
    { folder, fault },
    () => false,
    ({ messageId }) => accepted.push(messageId),
    fail,
  );
  const client = new SESv2Client({ ...clientFor(ses.url), maxAttempts: 1 });
  try {
    const { ProductionAccessEnabled } = await client.send(new GetAccountCommand({}));
    expect(ProductionAccessEnabled).toBe(fault !== 'sandbox');
    await client.send(
      new SendEmailCommand({
        ConfigurationSetName,
        Destination: { ToAddresses: ['ada@example.com'] },
        Content: { Raw: { Data: Buffer.from('Subject: x\r\n\r\ny') } },
      }),
    );
    return 'accepted';
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  } finally {
    client.destroy();
    await ses.stop();
  }
}

test.each([
  [undefined, 'digests', 'accepted'],
  ['throttled', 'digests', 'TooManyRequestsException'],
  ['sandbox', 'digests', 'MessageRejected'],
  // A code to sign in has no configuration set.
  ['sandbox', undefined, 'accepted'],
] as const)('the fault %s and the configuration set %s: %s', async (fault, set, expected) => {
  expect(await sendWith(fault, set)).toBe(expected);
});
