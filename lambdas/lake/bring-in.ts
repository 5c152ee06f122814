import { COLLECTED_DATASETS } from '../../datasets/collected.ts';
import { observations } from '../../datasets/observations.ts';
import { priceVersions } from '../../datasets/price-versions.ts';
import { quality } from '../../datasets/quality.ts';
import { quarantine } from '../../datasets/quarantine.ts';
import { renames } from '../../datasets/renames.ts';
import { retirements } from '../../datasets/retirements.ts';
import { splits } from '../../datasets/splits.ts';
import { monthNumber, partitionOf } from '../adapters/iceberg/partition.ts';
import type { Dataset, LakeRow } from '../contracts/dataset.ts';
import { isDeliveryId, recordFolderOf } from '../contracts/delivery-id.ts';
import { recordKeys } from '../contracts/keys.ts';
import type { LakeHint } from '../contracts/lake-message.ts';
import { isEffective, type Report, report as reportSchema } from '../contracts/report.ts';
import { isSmokeTest } from '../contracts/smoke-test.ts';
import { type AcceptedRow, acceptedRow } from '../domain/delivery/accepted-rows.ts';
import { type LakeDelivery, lakeDelivery } from '../domain/lake/lake-delivery.ts';
import { mergedVersions, versionOf } from '../domain/lake/merged-versions.ts';
import { renameRows, retirementRows, splitRows } from '../domain/lake/notices.ts';
import { observationRow } from '../domain/lake/observation-row.ts';
import { qualityRow } from '../domain/lake/quality-row.ts';
import { quarantineRow } from '../domain/lake/quarantine-row.ts';
import { bySortOrder } from '../domain/lake/sort-order.ts';
import { changeTable, type Plan } from './change-table.ts';
import { rowsNow } from './delivery-state.ts';
import { KeptFiles, NoKeptRows } from './kept-files.ts';
import { recordRows, rowsFrom } from './kept-lines.ts';
import type { LakePorts } from './ports.ts';
import { replacePartitions } from './replace-partitions.ts';
import { replaceRevision } from './replace-revision.ts';

/** The tables that a revision changed, like `silver.price_versions`. `lost`: why its rows are not in them, and what to do. */
export type BroughtIn = { report: Report; changed: string[]; lost?: string };

/**
 * Brings one revision of a delivery into the tables of the lake. May be repeated, and may come late: what the prices have decides, and
 * any order ends in the same rows. The table of quality is last: a revision that it has is in all others, unless its rows are lost.
 * @returns undefined for a smoke test, which the lake does not have
 * @throws RetryLater, and any error of the ports
 */
export async function bringIn(ports: LakePorts, { delivery, revision }: LakeHint): Promise<BroughtIn | undefined> {
  const report = await readReport(ports, delivery, revision);
  if (isSmokeTest(delivery) && report.state !== 'rejected') return undefined;
  const kept = new KeptFiles(ports, report);
  const changed: string[] = [];
  const change = async (dataset: Dataset, plan: Plan) => {
    const summary = { 'closing-bell.delivery': delivery, 'closing-bell.revision': revision };
    if (await changeTable(ports, dataset, summary, plan)) changed.push(`${dataset.layer}.${dataset.name}`);
  };
  let lost: NoKeptRows | undefined;
  if (isDeliveryId(delivery)) {
    const own = lakeDelivery(delivery, revision);
    try {
      for (const [dataset, plan] of await rowPlans(ports, own, report, kept)) await change(dataset, plan);
    } catch (error) {
      if (!(error instanceof NoKeptRows)) throw error;
      lost = error;
    }
  }
  await change(quality, await qualityPlan(report, kept));
  return { report, changed, ...(lost && { lost: lost.message }) };
}

async function readReport({ records }: LakePorts, delivery: string, revision: string): Promise<Report> {
  const key = recordKeys(delivery, revision).report;
  const bytes = await records.get(key);
  if (!bytes) throw new Error(`Expected a report at ${key} in the records bucket, found none.`);
  return reportSchema.parse(JSON.parse(Buffer.from(bytes).toString()));
}

/** The tables with rows of the delivery, and what becomes of them. */
async function rowPlans(
  ports: LakePorts,
  own: LakeDelivery,
  report: Report,
  kept: KeptFiles,
): Promise<[Dataset, Plan][]> {
  const plans: [Dataset, Plan][] = [];
  if (report.quarantine !== undefined) plans.push([quarantine, quarantinePlan(own, kept)]);
  if (!isEffective(report)) return plans;
  const folder = recordFolderOf({ feed: own.delivery });
  if (folder) {
    const dataset = COLLECTED_DATASETS[folder];
    plans.push([dataset, ifCurrent(ports, report, (isRevoked) => recordsPlan(own, isRevoked, kept))]);
    return plans;
  }
  const { months, hasNotices } = await kept.touched();
  const current = (dataset: Dataset, make: (isRevoked: boolean) => Plan) =>
    plans.push([dataset, ifCurrent(ports, report, make)]);
  current(observations, (isRevoked) => observationsPlan(own, isRevoked, kept));
  if (months.length > 0) current(priceVersions, (isRevoked) => versionsPlan(own, isRevoked, months, kept));
  if (!hasNotices) return plans;
  for (const [dataset, rowsOf] of NOTICES) current(dataset, (isRevoked) => noticesPlan(own, isRevoked, kept, rowsOf));
  return plans;
}

/** Makes a change only if the revision is the current one of its delivery when the snapshot was loaded. */
function ifCurrent(ports: LakePorts, report: Report, make: (isRevoked: boolean) => Plan): Plan {
  const plans = new Map<boolean, Plan>();
  return async (table) => {
    const now = await rowsNow(ports, report);
    if (now === 'other') return undefined;
    const isRevoked = now === 'none';
    const plan = plans.get(isRevoked) ?? make(isRevoked);
    plans.set(isRevoked, plan);
    return plan(table);
  };
}

const quarantinePlan = (own: LakeDelivery, kept: KeptFiles): Plan =>
  replaceRevision({
    own,
    alone: false,
    rows: async function* () {
      yield* rowsFrom(await kept.quarantine(), ({ fields }, number) => quarantineRow(own, fields, number));
    },
  });

const observationsPlan = (own: LakeDelivery, isRevoked: boolean, kept: KeptFiles): Plan =>
  replaceRevision({
    own,
    alone: true,
    rows: async function* () {
      if (!isRevoked) yield* rowsFrom(await kept.accepted(), ({ fields }) => observationRow(own, acceptedRow(fields)));
    },
  });

/** Records of a dataset: one delivery is one partition, as in observations. */
const recordsPlan = (own: LakeDelivery, isRevoked: boolean, kept: KeptFiles): Plan =>
  replaceRevision({
    own,
    alone: true,
    rows: async function* () {
      if (!isRevoked) yield* recordRows(await kept.records(), own);
    },
  });

function versionsPlan(own: LakeDelivery, isRevoked: boolean, months: readonly string[], kept: KeptFiles): Plan {
  const byNumber = new Map(months.map((month) => [monthNumber(month), month]));
  const partitions = months.map((month) => partitionOf(priceVersions.partition, { date: `${month}-01` }));
  return replacePartitions(partitions, async (before, { date_month }) => {
    const month = byNumber.get(Number(date_month)) ?? '';
    const rows = isRevoked ? [] : (await kept.rows()).of(month, (row) => versionOf(own, row));
    return mergedVersions(before, own, rows);
  });
}

type NoticeRows = (own: LakeDelivery, notices: readonly AcceptedRow[]) => LakeRow[];
const NOTICES: [Dataset, NoticeRows][] = [
  [retirements, retirementRows],
  [splits, splitRows],
  [renames, renameRows],
];

const noticesPlan = (own: LakeDelivery, isRevoked: boolean, kept: KeptFiles, rowsOf: NoticeRows): Plan =>
  replacePartitions([{}], async (before, _partition, { order }) => {
    const others = before.filter(({ delivery }) => delivery !== own.delivery);
    const rows = isRevoked ? [] : rowsOf(own, (await kept.rows()).notices);
    return [...others, ...rows].sort(bySortOrder(order));
  });

async function qualityPlan(report: Report, kept: KeptFiles): Promise<Plan> {
  const row = qualityRow(report, await kept.reasons());
  const isOwn = ({ delivery, revision }: LakeRow) => delivery === report.delivery && revision === report.revision;
  return replacePartitions([partitionOf(quality.partition, row)], (before, _partition, { order }) =>
    [...before.filter((one) => !isOwn(one)), row].sort(bySortOrder(order)),
  );
}
