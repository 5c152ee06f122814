import { setTimeout as sleep } from 'node:timers/promises';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { deliveriesTable } from '../lambdas/adapters/deliveries-table.ts';
import { ledgerTable } from '../lambdas/adapters/ledger-table.ts';
import { recordsBucket } from '../lambdas/adapters/records-bucket.ts';
import { reportOf } from '../lambdas/adapters/reports.ts';
import { deliveryOfKey } from '../lambdas/contracts/delivery-id.ts';
import type { DeliveryRecord } from '../lambdas/contracts/delivery-record.ts';
import type { LedgerRecord } from '../lambdas/contracts/ledger-record.ts';
import { revisionKey } from '../lambdas/contracts/revision.ts';
import { SMOKE_SUBSCRIBER, smokeTestMessage } from '../lambdas/contracts/smoke-test.ts';
import { smokeFile } from '../lambdas/domain/delivery/smoke-file.ts';
import { describeProblem } from '../lambdas/domain/vendor-file/bad-file.ts';
import type { RunningStack } from './running-stack.ts';

/** A cold start of every function takes a few seconds each; a large delivery before it may take longer. */
const SECONDS_TO_WAIT = 300;

/** How far a smoke test came. */
export type SmokeProgress = { passed: true; seconds: number } | { passed: false; isFinal: boolean; where: string };

type Seen = {
  record: DeliveryRecord | undefined;
  mail: LedgerRecord | undefined;
  /** Why the file was rejected. */
  reason?: string | undefined;
};

const at = (where: string, isFinal = false): SmokeProgress => ({ passed: false, isFinal, where });

/** @param since ms since 1970, in whole seconds as S3 counts: a file that was uploaded before is of an earlier test */
export function smokeProgress({ record, mail, reason }: Seen, since: number): SmokeProgress {
  const isOurs = record !== undefined && Date.parse(record.upload.droppedAt) >= since;
  if (!isOurs) return at('Ingest has not handled the file. Runbook: ingest, and waiting if its function cannot start.');
  if (record.state === 'rejected' || record.state === 'held')
    return at(`Ingest has ${record.state} the file: ${reason ?? 'see its report'}. Runbook: ingest.`, true);
  const { applied } = record;
  if (!applied || Date.parse(applied.upload.droppedAt) < since)
    return at('Ingest is reading the file. Runbook: ingest.');
  if (!mail) return at('Fan-out has claimed no mail. Runbook: fan-out, and waiting if its function cannot start.');
  if (mail.state === 'refused') return at(`SES has refused the mail: ${mail.reason}. Runbook: fan-out.`, true);
  if (mail.bounce) return at(`The mail bounced: ${mail.bounce.detail}. Runbook: feedback.`, true);
  if (mail.state === 'claimed') return at('SES has not taken the mail: it may throttle. Runbook: fan-out.');
  if (mail.deliveredAt === undefined)
    return at('SES took the mail, and no event of its delivery came. Runbook: feedback.');
  return { passed: true, seconds: (Date.parse(mail.deliveredAt) - Date.parse(applied.knownAt)) / 1000 };
}

/**
 * Asks ingest for a smoke test, and waits for its mail.
 * @returns a sentence with the seconds from the upload of the file to the delivery of the mail
 * @throws Error that says where it stopped
 */
export async function runSmokeTest({ dynamodb, sqs, s3, resource }: RunningStack): Promise<string> {
  const deliveries = deliveriesTable(dynamodb, resource('Prices-Deliveries'));
  const ledger = ledgerTable(dynamodb, resource('Mail-Ledger'));
  const records = recordsBucket(s3, resource('Ingest-Records'));
  // A first request tells the SDK how far the clock of this machine is off.
  await deliveries.get('smoke test');
  const now = () => Date.now() + dynamodb.config.systemClockOffset;
  const began = now();
  const since = Math.floor(began / 1000) * 1000;
  const id = deliveryOfKey(smokeFile(began).key)?.id ?? '';
  const message = JSON.stringify(smokeTestMessage(new Date(began).toISOString()));
  await sqs.send(new SendMessageCommand({ QueueUrl: resource('Drop-Deliveries-Queue'), MessageBody: message }));
  const look = async (): Promise<SmokeProgress> => {
    const record = await deliveries.get(id);
    const rejection = record?.state === 'rejected' ? (await reportOf(records, record))?.rejection : undefined;
    const key = record?.applied && revisionKey({ delivery: id, ...record.applied });
    const mail = key && (await ledger.get({ recipient: SMOKE_SUBSCRIBER.subscriber, kind: 'digest', key }));
    return smokeProgress({ record, mail, reason: rejection && describeProblem(rejection) }, since);
  };
  for (;;) {
    const progress = await look();
    if (progress.passed) return `The smoke test passed: its mail was delivered ${progress.seconds} s after the upload.`;
    if (progress.isFinal) throw new Error(`The smoke test failed. ${progress.where}`);
    if (now() - began > SECONDS_TO_WAIT * 1000)
      throw new Error(`The smoke test has not passed after ${SECONDS_TO_WAIT} s. ${progress.where}`);
    await sleep(500);
  }
}
