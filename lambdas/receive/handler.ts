import { Metrics } from '@aws-lambda-powertools/metrics';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { s3Client, sqsClient } from '../adapters/clients.ts';
import { appLogger } from '../adapters/log.ts';
import { mailedFiles } from '../adapters/mailed-files.ts';
import { mailsBucket } from '../adapters/mails-bucket.ts';
import { sourceQueue } from '../adapters/source-queue.ts';
import { Env, environment } from '../contracts/environment.ts';
import { mailSenders, mailStored } from '../contracts/mailed-files.ts';
import { partialBatch, sourceOptions } from '../runtime/partial-batch.ts';
import { logReceived } from './log-received.ts';
import { receiveMail } from './receive-mail.ts';

const env = environment(process.env);
const logger = appLogger();
const metrics = new Metrics();
const s3 = s3Client();
const source = sourceQueue(sqsClient(), sourceOptions(env));
const senders = mailSenders.parse(JSON.parse(env.text(Env.mailSenders)));
const ports = {
  mails: mailsBucket(s3, env.text(Env.mailsBucket)),
  files: mailedFiles(s3, env.text(Env.dropBucket)),
};

export const handler = (event: SQSEvent): Promise<SQSBatchResponse> =>
  partialBatch(event, { logger, metrics, source }, mailStored.parse, async (mail) =>
    logReceived(mail, await receiveMail(ports, senders, mail), { logger, metrics }),
  );
