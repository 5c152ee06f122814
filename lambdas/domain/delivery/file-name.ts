import { deliveryOfKey, feedProblem, isRealDate, recordFolderOf } from '../../contracts/delivery-id.ts';
import type { Problem } from '../../contracts/report.ts';
import { quote } from '../vendor-file/bad-file.ts';

/** Uploads in progress, and what tools leave behind: no file of a vendor. */
const TEMPORARY = /\.(?:tmp|temp|part|partial|filepart|crdownload|swp)$|(?:^|\/)[.~][^/]*$/i;

/** True for names that clients give a file while they upload it, and for hidden files: they are passed over. */
export const isTemporaryName = (key: string): boolean => !deliveryOfKey(key) && TEMPORARY.test(key);

const EXAMPLE = '2020-01-10_history.csv or 2020-01-10_incremental.csv.gz';

/** What is wrong with the name of a file that is no delivery, and what to send instead. */
export function nameProblem(key: string): Problem {
  const name = key.slice(key.lastIndexOf('/') + 1);
  return { expected: advice(key, name), found: quote(key) };
}

function advice(key: string, name: string): string {
  const records = recordFolderOf({ feed: key });
  if (records)
    return `records of ${records} in a file like ${records}/finnhub/2020-01-10_incremental.jsonl: prices go to another folder`;
  const suffix = /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  if (/^xls[xmb]?$|^ods$|^numbers$/.test(suffix))
    return `a text file with a name like ${EXAMPLE}, not a workbook: save it as CSV (UTF-8) and upload that`;
  if (/^(?:bz2|xz|7z|rar|zst|tar|tgz|lz4|z)$/.test(suffix))
    return `a file that is packed with gzip or zip, like ${EXAMPLE}, not .${suffix}: unpack it, or pack it anew`;
  const date = /^(\d{4}-\d{2}-\d{2})_(?:history|incremental)\./.exec(name)?.[1];
  if (date && !isRealDate(date)) return `a date that exists in a name like ${EXAMPLE}: rename the file`;
  if (/^jsonl$/.test(suffix))
    return `prices in a text file with a name like ${EXAMPLE}; records of a dataset go to its folder, like news/finnhub`;
  if (date && !deliveryOfKey(name))
    return `a name that ends with .csv, .tsv, .csv.gz or .zip, like ${EXAMPLE}: rename the file`;
  const folder = feedProblem(key.slice(0, Math.max(0, key.lastIndexOf('/'))));
  if (date && folder) return `${folder}: use another folder`;
  return `a name like ${EXAMPLE} with the date of the file, at the top level or in a folder: rename the file`;
}
