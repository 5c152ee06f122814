import type { FeedsView } from '../contracts/api/feeds.ts';
import { isDeliveryId, parseDeliveryId } from '../contracts/delivery-id.ts';
import type { DeliveryRecord } from '../contracts/delivery-record.ts';
import { type ExpectedFile, expectedFiles } from '../domain/calendar/expected-files.ts';
import { hasArrived } from '../domain/delivery/precedence.ts';
import type { ApiSettings } from './ports.ts';

/** The files that feeds owe, each with the delivery that brought it. @param now ms since 1970 */
export function feedsView(
  { feeds, calendarOverrides }: Pick<ApiSettings, 'feeds' | 'calendarOverrides'>,
  records: readonly DeliveryRecord[],
  now: number,
): FeedsView {
  const byFile = new Map<string, DeliveryRecord>();
  for (const record of records) {
    // A file with another name belongs to no feed.
    if (!isDeliveryId(record.delivery) || !hasArrived(record, now)) continue;
    const { feed, fileDate } = parseDeliveryId(record.delivery);
    const file = `${feed}/${fileDate}`;
    // A history and an incremental file may have one date: the applied one counts.
    if (byFile.get(file)?.state !== 'applied') byFile.set(file, record);
  }
  const described = (feed: string, { fileDate, dueAt }: ExpectedFile) => {
    const record = byFile.get(`${feed}/${fileDate}`);
    return {
      fileDate,
      dueAt: new Date(dueAt).toISOString(),
      ...(record && {
        arrived: { delivery: record.delivery, state: record.state, droppedAt: record.upload.droppedAt },
      }),
    };
  };
  return {
    now: new Date(now).toISOString(),
    feeds: feeds.map((schedule) => {
      const { last, next } = expectedFiles(schedule, now, calendarOverrides);
      return {
        feed: schedule.feed,
        ...(last && { last: described(schedule.feed, last) }),
        ...(next && { next: described(schedule.feed, next) }),
      };
    }),
  };
}
