import * as z from 'zod';
import { RECORDS_PREFIX } from './keys.ts';

/** A revision whose report was written. It is only a hint: it may come twice, late, or after a newer one. */
export type LakeHint = { kind: 'delivery'; delivery: string; revision: string };

/** What the lake handles: one message of its queue. */
type LakeMessage = LakeHint | { kind: 'daily' };

const REPORT_KEY = new RegExp(`^${RECORDS_PREFIX}(.+)/([^/]+)/report\\.json$`, 's');

const reportWritten = z.object({
  'detail-type': z.literal('Object Created'),
  detail: z.object({ object: z.object({ key: z.string().regex(REPORT_KEY) }) }),
});
/** The daily schedule. */
const scheduled = z.object({ 'detail-type': z.literal('Scheduled Event') });

export const lakeMessage = z
  .discriminatedUnion('detail-type', [reportWritten, scheduled])
  .transform((message): LakeMessage => {
    if (message['detail-type'] === 'Scheduled Event') return { kind: 'daily' };
    const [, delivery = '', revision = ''] = REPORT_KEY.exec(message.detail.object.key) ?? [];
    return { kind: 'delivery', delivery, revision };
  });

/** The message that S3 sends for a report: what `lakeMessage` parses. */
export const lakeHintMessage = (reportKey: string): z.input<typeof reportWritten> => ({
  'detail-type': 'Object Created',
  detail: { object: { key: reportKey } },
});
