const offsetOf = new Intl.DateTimeFormat('en-US', { timeZone: 'America/New_York', timeZoneName: 'longOffset' });

/** 16:00 New York time on a date, when that date's deliveries become valid: `2023-04-01T16:00:00-04:00`. */
export function newYorkClose(date: string): string {
  // Clocks change at 2 in the morning New York time, so 12:00 UTC already has the offset of the afternoon.
  const text = offsetOf.format(new Date(`${date}T12:00:00Z`));
  // Before 1883 the offset has seconds, which an ISO instant has no place for.
  const [, offset = ''] = /GMT([+-]\d\d:\d\d)/.exec(text) ?? [];
  return `${date}T16:00:00${offset}`;
}

const dateIn = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' });

/** The date (ISO) in New York at a time (ms since 1970). */
export const newYorkDate = (at: number): string => dateIn.format(at);
