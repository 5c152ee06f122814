import { gunzipSync } from 'node:zlib';
import { deliveryFolder, recordKeys } from '../contracts/keys.ts';
import { changeList } from '../contracts/refreshed.ts';
import type { RevisionId } from '../contracts/revision.ts';
import { type Manifest, manifest } from '../domain/delivery/manifest.ts';
import type { RecordsBucket } from './records-bucket.ts';

/** The manifest of a revision; undefined if it never started to write segments. */
export async function readManifest(
  records: Pick<RecordsBucket, 'get'>,
  delivery: string,
  revision: RevisionId,
): Promise<Manifest | undefined> {
  const bytes = await records.get(recordKeys(delivery, revision).manifest);
  return bytes && manifest.parse(JSON.parse(gunzipSync(bytes).toString()));
}

/** The change list that an earlier try of a revision wrote; empty if there is none. */
export async function readChanges(
  records: Pick<RecordsBucket, 'get'>,
  delivery: string,
  revision: RevisionId,
): Promise<string[]> {
  const bytes = await records.get(recordKeys(delivery, revision).changes);
  return bytes ? changeList.parse(JSON.parse(gunzipSync(bytes).toString())) : [];
}

/** The manifests of all revisions of a delivery. */
export async function readAllManifests(
  records: Pick<RecordsBucket, 'get' | 'list'>,
  delivery: string,
): Promise<Manifest[]> {
  const folder = deliveryFolder(delivery);
  const revisions = (await records.list(folder)).flatMap((key) => {
    const [revision = '', file, ...more] = key.slice(folder.length).split('/');
    return file === 'manifest.json.gz' && more.length === 0 ? [revision] : [];
  });
  const manifests = await Promise.all(revisions.map((revision) => readManifest(records, delivery, revision)));
  return manifests.filter((one) => one !== undefined);
}
