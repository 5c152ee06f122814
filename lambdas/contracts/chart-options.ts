/** Chart windows a subscriber may choose, in calendar days up to the last close. */
export const CHART_WINDOWS = [30, 90, 365] as const;
export type ChartWindow = (typeof CHART_WINDOWS)[number];
export const DEFAULT_WINDOW: ChartWindow = 90;

export const THEMES = ['light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** Look of a mail. `auto`: as the reader's device, light or dark. */
export const MAIL_THEMES = ['auto', ...THEMES] as const;
export type MailTheme = (typeof MAIL_THEMES)[number];
export const DEFAULT_MAIL_THEME: MailTheme = 'auto';
