import * as z from 'zod';
import { feedProblem } from './delivery-id.ts';
import { objectCreated } from './object-created.ts';
import { isOurFeed } from './vendors.ts';

/** A vendor who mails its files. */
const mailSender = z.strictObject({
  /** The only address from which its mails come. */
  from: z.email('expected one mail address').toLowerCase(),
  /** Folder in the drop bucket for what it attaches. */
  feed: z
    .string()
    .refine((feed) => feed !== '' && !feedProblem(feed), 'expected the folder of a feed')
    // In a policy these stand for other folders.
    .refine((feed) => !/[*?$]/.test(feed), 'expected a folder without *, ? and $')
    .refine((feed) => !isOurFeed(feed), 'expected the folder of a vendor: this one is for our own files'),
});
export type MailSender = z.infer<typeof mailSender>;

export const mailSenders = z
  .array(mailSender)
  .refine(
    (all) => new Set(all.map(({ from }) => from)).size === all.length,
    'expected each sender once: to which feed do its files go?',
  );

/**
 * Checks the senders of a stage.
 * @throws Error with a line for each problem
 */
export function checkMailSenders(senders: readonly MailSender[]): MailSender[] {
  const { success, data, error } = mailSenders.safeParse(senders);
  if (!success) throw new Error(`The mailSenders of the stage are wrong:\n${z.prettifyError(error)}`);
  return data;
}

/** A domain of its own: its mail goes to SES, and that of the mail domain stays where it is. */
export const mailedFilesDomain = (mailDomain: string): string => `files.${mailDomain}`;

/** Vendors mail their files to this address. */
export const mailedFilesAddress = (mailDomain: string): string => `prices@${mailedFilesDomain(mailDomain)}`;

/** SES receives no larger mail: 40 MB, in either way of counting. */
export const MAX_MAIL_BYTES = 42_000_000;

/** A mail that SES stored. */
export type StoredMail = {
  /** Object key in the bucket of mails. */
  key: string;
  /** Bytes. */
  size: number;
  /** When SES stored it (ISO instant, to the second). */
  receivedAt: string;
};

/** Parses a message of the mails queue. */
export const mailStored = objectCreated.transform(
  ({ time, detail: { object } }): StoredMail => ({ key: object.key, size: object.size, receivedAt: time }),
);
