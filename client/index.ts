/** The library of the offline client: the lake as rows, files and figures. See docs/lake.md. */
export { LakeFault } from './fault.ts';
export { Lake, type LakeOptions, type Provenance } from './lake.ts';
export { type FileFormat, type Written, writeFile } from './outputs/file.ts';
export { csv, jsonLines, table } from './outputs/text.ts';
export { type PricesQuery, prices } from './prices.ts';
export { type Pulled, pull } from './pull.ts';
export { type Quality, type QualityQuery, quality } from './quality.ts';
export { type DatasetQuery, queryDataset, sql } from './query.ts';
export { allRows, type Cell, type Rows } from './rows.ts';
export type { LakeAddress } from './source.ts';
export { summary } from './summary.ts';
