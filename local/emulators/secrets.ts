import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import * as z from 'zod';
import { type Listening, listen } from '../engine/listening.ts';
import { readStateFile } from './state-file.ts';
import { writeWhole } from './write-whole.ts';

const request = z.object({
  SecretId: z.string(),
  VersionStage: z.enum(['AWSCURRENT', 'AWSPREVIOUS']).default('AWSCURRENT'),
});
const parsed = z.string().transform((text, context) => {
  try {
    return request.parse(JSON.parse(text));
  } catch {
    context.addIssue('not a request');
    return z.NEVER;
  }
});
const kept = z.record(z.string(), z.string());

/**
 * Starts Secrets Manager on 127.0.0.1, with GetSecretValue only. A secret is created when it is first read.
 * @param file keeps the secrets
 */
export async function startSecrets(port: number, file: string): Promise<Listening> {
  const secrets = readStateFile(file, (text) => kept.parse(JSON.parse(text)), {});
  const server = createServer((incoming, response) => {
    const answer = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(body));
    };
    let text = '';
    incoming.on('data', (chunk) => (text += chunk));
    incoming.on('end', () => {
      if (incoming.headers['x-amz-target'] !== 'secretsmanager.GetSecretValue')
        return answer(400, {
          __type: 'InvalidRequestException',
          message: 'The local Secrets Manager supports GetSecretValue only.',
        });
      const { success, data } = parsed.safeParse(text);
      if (!success)
        return answer(400, { __type: 'InvalidParameterException', message: 'Expected the id of a secret.' });
      const { SecretId, VersionStage } = data;
      if (VersionStage === 'AWSPREVIOUS')
        return answer(400, { __type: 'ResourceNotFoundException', message: 'Local secrets are not rotated.' });
      if (!secrets[SecretId]) {
        secrets[SecretId] = randomBytes(32).toString('base64url');
        writeWhole(file, JSON.stringify(secrets), 0o600);
      }
      return answer(200, {
        ARN: SecretId,
        Name: SecretId,
        SecretString: secrets[SecretId],
        VersionStages: [VersionStage],
      });
    });
  });
  return listen(server, port);
}
