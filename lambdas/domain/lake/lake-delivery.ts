import { parseDeliveryId } from '../../contracts/delivery-id.ts';
import { newYorkClose } from '../calendar/new-york.ts';

/** What the rows of every table say about their delivery. */
export type LakeDelivery = {
  delivery: string;
  revision: string;
  /** ISO date in the file name. */
  fileDate: string;
  /** Orders deliveries as text: `2020-01-10.incremental/eu`. */
  precedence: string;
  /** 16:00 New York time on the file date (ISO instant, UTC). */
  validFrom: string;
};

/** @throws Error if the text is not a delivery id */
export function lakeDelivery(delivery: string, revision: string): LakeDelivery {
  const { feed, fileDate, kind } = parseDeliveryId(delivery);
  return {
    delivery,
    revision,
    fileDate,
    // 'history' sorts before 'incremental'.
    precedence: `${fileDate}.${kind}/${feed}`,
    validFrom: new Date(newYorkClose(fileDate)).toISOString(),
  };
}
