import type { Hono } from 'hono';
import { uploadBody } from '../../contracts/api/uploads.ts';
import { deliveryOfKey } from '../../contracts/delivery-id.ts';
import { isOurFeed } from '../../contracts/vendors.ts';
import { fileDateProblem } from '../../domain/delivery/file-date.ts';
import { nameProblem } from '../../domain/delivery/file-name.ts';
import type { Http } from '../../runtime/http/caller.ts';
import { jsonBody, Problem, parse } from '../../runtime/http/problem.ts';
import type { ApiPorts, ApiSettings } from '../ports.ts';

/** The signature ends with the credentials of its signer, which Lambda renews now and then: a short time is a sure one. */
const SECONDS = 900;

/** Operators make links with which vendors without an AWS account upload a file. */
export function uploadRoutes(app: Hono<Http>, { uploads, now }: ApiPorts, { maxFileBytes }: ApiSettings): void {
  app.post('/uploads', async (context) => {
    const { name } = parse(uploadBody, await jsonBody(context), 'body');
    checkName(name, now());
    const { url, fields } = await uploads.linkFor(name, { maxBytes: maxFileBytes, seconds: SECONDS });
    const file = name.slice(name.lastIndexOf('/') + 1);
    return context.json(
      {
        url,
        fields,
        expiresAt: new Date(now() + SECONDS * 1000).toISOString(),
        maxBytes: maxFileBytes,
        command: commandOf(url, fields, file),
      },
      201,
    );
  });
}

/** @throws Problem for a name that ingest would reject, or that belongs to nobody outside */
function checkName(name: string, now: number): void {
  const delivery = deliveryOfKey(name);
  const problem = delivery ? fileDateProblem(delivery, new Date(now).toISOString()) : nameProblem(name);
  if (problem) throw new Problem(400, 'Unknown name', `Expected ${problem.expected}; found ${problem.found}.`);
  // In a form S3 replaces it by the name of the vendor's file.
  if (name.includes('${'))
    throw new Problem(400, 'Unknown name', `Expected a name without \${, which S3 would replace; found ${name}.`);
  if (delivery && isOurFeed(delivery.feed))
    throw new Problem(
      400,
      'Not a vendor',
      `Expected the folder of a vendor, found ${delivery.feed}: it is for our own files.`,
    );
}

/** A command for the shell of the vendor, in the folder of the file. S3 wants the file last. */
function commandOf(url: string, fields: Record<string, string>, file: string): string {
  const values = Object.entries(fields).map(([field, value]) => `--form-string ${quoted(`${field}=${value}`)}`);
  return ['curl --fail-with-body', ...values, `-F ${quoted(`file=@${file}`)}`, quoted(url)].join(' ');
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
