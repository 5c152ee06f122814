import type { Dataset } from '../lambdas/contracts/dataset.ts';
import { COLLECTED_DATASETS } from './collected.ts';
import { observations } from './observations.ts';
import { priceVersions } from './price-versions.ts';
import { quality } from './quality.ts';
import { quarantine } from './quarantine.ts';
import { renames } from './renames.ts';
import { retirements } from './retirements.ts';
import { splits } from './splits.ts';

/** All tables of the lake. */
export const DATASETS: readonly Dataset[] = [
  observations,
  quarantine,
  priceVersions,
  retirements,
  splits,
  renames,
  quality,
  ...Object.values(COLLECTED_DATASETS),
];
