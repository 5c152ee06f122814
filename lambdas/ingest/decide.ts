import type { DeliveryEvent } from '../contracts/delivery-event.ts';
import { type DeliveryId, declarationsKey, isDeclared } from '../contracts/delivery-id.ts';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { recordKeys } from '../contracts/keys.ts';
import { limitsOf } from '../contracts/profile.ts';
import type { Problem, Report } from '../contracts/report.ts';
import { isSmokeTest } from '../contracts/smoke-test.ts';
import { fileDateProblem } from '../domain/delivery/file-date.ts';
import { nameProblem } from '../domain/delivery/file-name.ts';
import { SegmentPacker } from '../domain/delivery/segment-packer.ts';
import { BadFile } from '../domain/vendor-file/bad-file.ts';
import type { ReadDelivery } from '../domain/vendor-file/read-result.ts';
import { tooLarge } from '../domain/vendor-file/read-text.ts';
import type { VersionedProfile } from '../domain/vendor-file/reading-file.ts';
import type { Invocation } from '../runtime/invocation.ts';
import { applyDelivery } from './apply-delivery.ts';
import { checkRevision } from './check-revision.ts';
import { checkLease } from './lease.ts';
import type { IngestPorts, IngestSettings } from './ports.ts';
import { readFile } from './read-file.ts';
import { emptyReport, rejected } from './report.ts';

/** A leased revision. */
export type LeasedRevision = {
  event: DeliveryEvent;
  /** Undefined if the file name is not recognized. */
  delivery: DeliveryId | undefined;
  record: DeliveryRecord;
  /** How to read the feed's files. */
  profile: VersionedProfile;
  /** True if an earlier try of this revision may have written segments. */
  isRetry: boolean;
  invocation: Invocation;
};

/**
 * Applies, revokes, holds or rejects a revision, without storing the outcome.
 * @returns undefined if the event is an upload and its file no longer exists
 */
export async function decide(
  ports: IngestPorts,
  settings: IngestSettings,
  revision: LeasedRevision,
): Promise<Report | undefined> {
  const { event, delivery, record, profile } = revision;
  const { file, upload } = event;
  if (!delivery) return rejected(event, record, nameProblem(file.key));
  if (event.kind === 'command' && event.command === 'revoke')
    return apply(ports, { ...revision, delivery }, withoutRows(), emptyReport(event, record, 'revoked'));
  const problem =
    containerProblem(delivery, file.key) ??
    fileDateProblem(delivery, upload.droppedAt) ??
    (file.size > settings.maxFileBytes ? tooLarge(settings.maxFileBytes, `${file.size} bytes`).problem : undefined);
  if (problem) return rejected(event, record, problem);
  const body = await ports.drop.read(file);
  // Skip an upload: if its file was replaced, a newer event follows. A command needs an answer.
  if (!body && event.kind === 'upload') return undefined;
  if (!body)
    return rejected(event, record, {
      expected: 'the uploaded file',
      found: 'none: it was removed from the bucket or replaced, or it expired',
    });
  if (body === 'locked')
    return rejected(event, record, {
      expected:
        'a file that we can decrypt: without a key of your own (SSE-KMS, SSE-C); the bucket encrypts it. Upload it again',
      found: 'one that is encrypted with a key to which we have no access',
    });
  const read = await readFile(body, delivery, { ...settings, profile }, file.size);
  const keys = recordKeys(delivery.id, record.revision);
  if (read.quarantine) await ports.records.put(keys.quarantine, read.quarantine, 'application/gzip');
  const report: Report = {
    ...emptyReport(event, record, 'applied'),
    rows: read.rows,
    problems: read.problems,
    differingCloses: read.differingCloses,
    reading: read.reading,
    ...(read.quarantine && { quarantine: keys.quarantine }),
  };
  if (read.rejection) {
    const { rejection, answers } = read;
    return { ...report, state: 'rejected', rejection, ...(answers.length > 0 && { answers }) };
  }
  return applyOrHold(ports, settings, { ...revision, delivery }, read, report);
}

/** A revocation is applied as a revision without rows. */
const withoutRows = () => ({ packer: new SegmentPacker(), accepted: undefined });

/** Declarations have one file a day, which the API reads and replaces. */
function containerProblem(delivery: DeliveryId, key: string): Problem | undefined {
  const expected = declarationsKey(delivery.fileDate);
  if (!isDeclared(delivery) || key === expected) return undefined;
  return { expected: `declarations in the file ${expected}`, found: key };
}

async function applyOrHold(
  ports: IngestPorts,
  { maxRejectedShare }: IngestSettings,
  revision: LeasedRevision & { delivery: DeliveryId },
  read: ReadDelivery,
  report: Report,
): Promise<Report> {
  const { event, delivery, record, profile } = revision;
  // A released revision was checked before it was held. Declarations and smoke tests have nothing to compare with.
  const isRelease = event.kind === 'command' && event.command === 'release';
  if (isRelease || isDeclared(delivery) || isSmokeTest(delivery.id)) return apply(ports, revision, read, report);
  const checks = await checkRevision(ports, delivery, record, read, limitsOf(profile.profile, maxRejectedShare));
  if (checks.decision === 'hold') return { ...report, state: 'held', checks };
  return apply(ports, revision, read, { ...report, checks });
}

async function apply(
  ports: IngestPorts,
  { event, delivery, record, isRetry, invocation }: LeasedRevision & { delivery: DeliveryId },
  { packer, accepted }: Pick<ReadDelivery, 'packer' | 'accepted'>,
  report: Report,
): Promise<Report> {
  const isCommand = event.kind === 'command';
  // The invocation of another unfinished revision may still be running.
  const isInDoubt = isRetry || record.unfinished.length > 1;
  try {
    const applied = await applyDelivery(ports, {
      delivery,
      record,
      packer,
      accepted,
      isCommand,
      isInDoubt,
      invocation,
    });
    checkLease(invocation);
    return { ...report, ...applied };
  } catch (error) {
    if (!(error instanceof BadFile)) throw error;
    return { ...report, state: 'rejected', rejection: error.problem };
  }
}
