import * as z from 'zod';
import { profile } from '../profile.ts';
import { answer, counts, differingClose, problem, REVISION_STATES, reading } from '../report.ts';
import { Scope } from '../scopes.ts';
import type { Route } from './route.ts';

export const profileQuery = z.object({
  feed: z.string().max(64).default('').meta({ description: 'Folder of the drop bucket; empty for the top level' }),
});

export const profileBody = z.strictObject({
  basedOn: z.int().nonnegative().meta({ description: 'Version that the new one replaces; 0 if there is none' }),
  profile,
});

const feedProfile = z.object({
  feed: z.string(),
  version: z.int().meta({ description: '0 if the feed has no profile' }),
  savedAt: z.string().optional(),
  savedBy: z.string().optional().meta({ description: 'Subscriber id of the operator' }),
  profile,
});

export const fileName = z
  .string()
  .max(512)
  .meta({
    description: 'Name of the file in the drop bucket, with its folder',
    examples: ['eu/2020-01-10_history.csv'],
  });

export const tryQuery = z.object({
  name: fileName,
  profile: z
    .string()
    .max(4_000)
    .optional()
    .meta({ description: 'A profile as JSON, to try it; by default the one of the feed' }),
  upload: z.uuid().optional().meta({ description: 'Id of an uploaded file: reads that one instead of the body' }),
});

const expectedFile = z.object({
  fileDate: z.iso.date().meta({ description: 'Date in its name: the session it tells of' }),
  dueAt: z.iso.datetime(),
  arrived: z
    .object({
      delivery: z.string(),
      state: z.enum(['received', ...REVISION_STATES]),
      droppedAt: z.string(),
    })
    .optional()
    .meta({ description: 'Absent if no file of this date was uploaded' }),
});
const feeds = z.object({
  now: z.iso.datetime(),
  feeds: z.array(
    z.object({
      feed: z.string().meta({ description: 'Empty for the top level of the drop bucket' }),
      last: expectedFile.optional().meta({ description: 'The file that was due last; without `arrived` it is late' }),
      next: expectedFile.optional().meta({ description: 'The file that is due next' }),
    }),
  ),
});
export type FeedsView = z.infer<typeof feeds>;

const upload = z.object({
  upload: z.uuid(),
  url: z.string().meta({ description: 'PUT the file to this address within 15 minutes' }),
});

const triedAnswer = z.object({
  state: z
    .enum(['applied', 'rejected'])
    .meta({ description: '`applied` if the file can be read; whether it would be held is not tested' }),
  rejection: problem.optional(),
  answers: z.array(answer).meta({ description: 'Profiles that settle a rejection' }),
  rows: counts,
  reading: reading.meta({ description: 'How the columns were understood' }),
  problems: z.array(problem),
  differingCloses: z.array(differingClose),
  observations: z
    .array(z.object({ ticker: z.string(), date: z.string(), close: z.string() }).catchall(z.string()))
    .meta({ description: 'The first rows' }),
  changes: z.object({
    tickers: z.int().meta({ description: 'Number of tickers that were compared' }),
    added: z.int(),
    changed: z.int(),
    unchanged: z.int(),
    deleted: z.int(),
    isAll: z.boolean().meta({ description: 'False if the file has more tickers' }),
  }),
});

export type FeedProfile = z.infer<typeof feedProfile>;
export type Upload = z.infer<typeof upload>;
export type TriedAnswer = z.infer<typeof triedAnswer>;

const operators = { scope: Scope.operations, handler: 'api' } as const;

export const FEED_ROUTES: readonly Route[] = [
  {
    ...operators,
    method: 'GET',
    path: '/feeds',
    answer: feeds,
    summary: 'The files that are due, and whether they arrived',
  },
  {
    ...operators,
    method: 'GET',
    path: '/profile',
    query: profileQuery,
    answer: feedProfile,
    summary: 'How the files of a feed are read',
  },
  {
    ...operators,
    method: 'PUT',
    path: '/profile',
    query: profileQuery,
    body: profileBody,
    answer: feedProfile,
    summary: 'Change how the files of a feed are read, from the next upload or replay on',
  },
  {
    ...operators,
    method: 'POST',
    path: '/deliveries/try',
    query: tryQuery,
    answer: triedAnswer,
    summary: 'Read a file (the body, at most 4.5 MB; or an upload) without applying it',
  },
  {
    ...operators,
    method: 'POST',
    path: '/deliveries/try/uploads',
    answer: upload,
    status: 201,
    summary: 'An address to upload a file of up to 50 MB, to try it; it is removed after a day',
  },
];
