import * as z from 'zod';
import { PROVIDER_NAMES } from './collect.ts';
import { DECLARED_FEED, feedProblem, recordFolderOf } from './delivery-id.ts';
import { SMOKE_FEED } from './smoke-test.ts';

const ACCOUNT = /^\d{12}$/;
const ROLE = /^arn:aws[\w-]*:iam::\d{12}:(?:role|user)\/[\w+=,.@/-]+$/;

/** A vendor with an AWS account of its own: who may upload, and to which feed. */
const vendor = z.strictObject({
  /** An account (every role that it trusts), or the ARN of one role or user. */
  from: z
    .string()
    .refine((from) => ACCOUNT.test(from) || ROLE.test(from), 'expected an account of 12 digits, or the ARN of a role'),
  /** Folder in the drop bucket, with those inside of it; empty for files at the top level. */
  feed: z
    .string()
    .refine((feed) => feed === '' || !feedProblem(feed), 'expected the folder of a feed')
    // In a policy these stand for other folders.
    .refine((feed) => !/[*?$]/.test(feed), 'expected a folder without *, ? and $')
    .refine((feed) => !isOurFeed(feed), 'expected the folder of a vendor: this one is for our own files'),
});
export type Vendor = z.infer<typeof vendor>;

/** Operators declare in one folder, collectors write into theirs, and the smoke test has one. */
export const isOurFeed = (feed: string): boolean =>
  recordFolderOf({ feed }) !== undefined ||
  [DECLARED_FEED, SMOKE_FEED, ...PROVIDER_NAMES].some((own) => feed === own || feed.startsWith(`${own}/`));

/**
 * Checks the vendors of a stage.
 * @throws Error with a line for each problem
 */
export function checkVendors(vendors: readonly Vendor[]): Vendor[] {
  const { success, data, error } = z.array(vendor).safeParse(vendors);
  if (!success) throw new Error(`The vendors of the stage are wrong:\n${z.prettifyError(error)}`);
  return data;
}
