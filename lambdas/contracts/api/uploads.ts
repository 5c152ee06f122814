import * as z from 'zod';
import { Scope } from '../scopes.ts';
import { fileName } from './feeds.ts';
import type { Route } from './route.ts';

export const uploadBody = z.strictObject({ name: fileName });
const uploadLink = z.object({
  url: z
    .string()
    .meta({ description: 'POST the file to this address, as a form', examples: ['https://s3.example.com/'] }),
  fields: z.record(z.string(), z.string()).meta({
    description: 'Fields of the form, before `file`',
    examples: [{ key: 'eu/2020-01-10_history.csv', policy: 'eyJ…', 'X-Amz-Signature': '…' }],
  }),
  expiresAt: z.string(),
  maxBytes: z.int().meta({ description: 'S3 refuses a larger file', examples: [1_000_000_000] }),
  command: z.string().meta({
    description: 'The same as a command for the vendor, to run in the folder of the file',
    examples: [
      "curl --fail-with-body --form-string 'key=eu/2020-01-10_history.csv' -F 'file=@2020-01-10_history.csv' 'https://s3.example.com/'",
    ],
  }),
});
export type UploadLink = z.infer<typeof uploadLink>;

export const UPLOAD_ROUTES: readonly Route[] = [
  {
    method: 'POST',
    path: '/uploads',
    scope: Scope.operations,
    handler: 'api',
    body: uploadBody,
    answer: uploadLink,
    status: 201,
    summary: 'A link with which a vendor without an AWS account uploads one file, for 15 minutes',
  },
];
