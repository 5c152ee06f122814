import { profileFolder, profileKey } from '../contracts/keys.ts';
import { type StoredProfile, storedProfile } from '../contracts/profile.ts';
import type { RecordsBucket } from './records-bucket.ts';

/** The newest profile of a feed; undefined if it has none. */
export async function newestProfile(
  records: Pick<RecordsBucket, 'list' | 'get'>,
  feed: string,
): Promise<StoredProfile | undefined> {
  const folder = profileFolder(feed);
  const versions = (await records.list(folder)).flatMap((key) => {
    const [, version] = /^v(\d{6})\.json$/.exec(key.slice(folder.length)) ?? [];
    return version ? [Number(version)] : [];
  });
  return versions.length === 0 ? undefined : readProfile(records, feed, Math.max(...versions));
}

/** @throws Error if the feed never had that version */
export async function readProfile(
  records: Pick<RecordsBucket, 'get'>,
  feed: string,
  version: number,
): Promise<StoredProfile> {
  const key = profileKey(feed, version);
  const bytes = await records.get(key);
  if (!bytes) throw new Error(`Expected a profile at ${key} in the records bucket, found none.`);
  return storedProfile.parse(JSON.parse(Buffer.from(bytes).toString()));
}

/** Stores the next version of a feed's profile. @returns false if that version exists: another operator was faster */
export const saveProfile = (records: Pick<RecordsBucket, 'putNew'>, saved: StoredProfile): Promise<boolean> =>
  records.putNew(profileKey(saved.feed, saved.version), JSON.stringify(saved, undefined, 2), 'application/json');
