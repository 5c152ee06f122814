import type { MailedFiles } from '../adapters/mailed-files.ts';
import type { MailsBucket } from '../adapters/mails-bucket.ts';

export type ReceivePorts = { mails: MailsBucket; files: MailedFiles };
