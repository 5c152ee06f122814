import type { Exchange } from './exchange.ts';

/**
 * Weekdays on which the exchange is closed: MMDD by year. They follow several calendars and are published once a year, so there is no
 * rule for them; later years come from the operators' file (see sessions.ts).
 */
const CLOSED: Record<number, string> = {
  2015: '0126 0217 0306 0402 0403 0414 0501 0917 0925 1002 1022 1111 1112 1125 1225',
  2016: '0126 0307 0324 0325 0414 0415 0419 0706 0815 0905 0913 1011 1012 1031 1114',
  2017: '0126 0224 0313 0404 0414 0501 0626 0815 0825 1002 1019 1020 1225',
  2018: '0126 0213 0302 0329 0330 0501 0815 0822 0913 0920 1002 1018 1107 1108 1123 1225',
  2019: '0304 0321 0417 0419 0429 0501 0605 0812 0815 0902 0910 1002 1008 1021 1028 1112 1225',
  2020: '0221 0310 0402 0406 0410 0414 0501 0525 1002 1116 1130 1225',
  2021: '0126 0311 0329 0402 0414 0421 0513 0721 0819 0910 1015 1104 1105 1119',
  2022: '0126 0301 0318 0414 0415 0503 0809 0815 0831 1005 1024 1026 1108',
  2023: '0126 0307 0330 0404 0407 0414 0501 0629 0815 0919 1002 1024 1114 1127 1225',
  2024: '0122 0126 0308 0325 0329 0411 0417 0501 0520 0617 0717 0815 1002 1101 1115 1120 1225',
  2025: '0226 0314 0331 0410 0414 0418 0501 0815 0827 1002 1021 1022 1105 1225',
  2026: '0115 0126 0303 0326 0331 0403 0414 0501 0528 0626 0914 1002 1020 1110 1124 1225',
};

/** The National Stock Exchange of India. It has no half days, and no trading before and after the session. */
export const NSE: Exchange = {
  id: 'NSE',
  timeZone: 'Asia/Kolkata',
  open: '09:15',
  close: '15:30',
  earlyClose: '15:30',
  preOpen: '09:15',
  postClose: '15:30',
  earlyPostClose: '15:30',
  years: { first: 2015, last: 2026 },
  holidays: (year) =>
    new Set((CLOSED[year] ?? '').split(' ').map((day) => `${year}-${day.slice(0, 2)}-${day.slice(2)}`)),
  halfDays: () => new Set(),
};
