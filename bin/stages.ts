import { Duration } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ClosingBellProps } from '../lib/closing-bell-stack.ts';
import { BadSettings, type Settings, type StageName } from './settings.ts';
import { stageProblems } from './stage-problems.ts';

/** Relative move of a close above which it is suspect. */
export const SUSPECT_MOVE = 0.5;

/** Where `npm start` serves the page and the issuer by default. */
const LOCAL_PAGE = 'http://127.0.0.1:4705';
const LOCAL_ISSUER = 'http://127.0.0.1:4704';

/** What accounts of customers get, unless a stage says otherwise. */
const prod = (settings: Settings): ClosingBellProps => {
  const { mailDomain, operators, webUrl, certificateArn, issuer, audience, clientId } = settings;
  const { signInPrefix: domainPrefix, signUpDomains, alarmTopic, slackWorkspace, slackChannel } = settings;
  return {
    platform: 'aws',
    mailDomain,
    ownAddress: certificateArn ? { webUrl, certificateArn } : undefined,
    signIn: issuer ? { issuer, audience, clientId } : { domainPrefix, signUpDomains },
    operators,
    alarmTopicArn: alarmTopic || undefined,
    slack: slackChannel ? { workspace: slackWorkspace, channel: slackChannel } : undefined,
    monthlyBudget: settings.monthlyBudget ? Number(settings.monthlyBudget) : undefined,
    tags: Object.fromEntries(settings.tags.map((tag) => tag.split('=') as [string, string])),
    maxRejectedShare: 0.2,
    suspectMove: SUSPECT_MOVE,
    concurrency: { deliveries: 5, refreshed: 4, events: 2, reports: 2, planned: 5, mails: 2 },
    fanOut: { timeout: Duration.minutes(5) },
    keepsData: true,
    // Encrypts tables, buckets and secrets with a key of the account itself, for a dollar a month.
    ownKey: false,
    logRetention: RetentionDays.THREE_MONTHS,
    claimRetryAfter: Duration.hours(1),
    // Of the account's rate, if others send from the account too.
    sesRateShare: 1,
    // Mails to servers without TLS bounce, and their subscribers get no more. With false these mails are readable on their way.
    requireTls: true,
    sesTimeout: Duration.seconds(10),
    // What is collected, from whom and when, like { provider: 'polygon', dataset: 'prices', subjects: ['AAPL'] }: docs/collectors.md.
    collectors: [],
    // Vendors with an AWS account of their own, like { from: '123456789012', feed: 'eu' }; docs/deploy.md has the others.
    vendors: [],
    // Vendors who mail their files, like { from: 'prices@vendor.example', feed: 'asia' }.
    mailSenders: [],
    // When each feed's file is due, like { feed: 'eu', due: '18:00' } (New York, on each session).
    feeds: [],
    calendarOverrides: {},
    // If it is silent the alarm rings from 15:00 on.
    smokeTestAt: 13,
  };
};

/** What `npm start -- --collect` runs against its recorded vendor: other tickers than the samples have, since its numbers are its own. */
export const RECORDED_COLLECTORS: ClosingBellProps['collectors'] = [
  {
    provider: 'polygon',
    dataset: 'prices',
    subjects: ['META', 'TSLA', 'BRK.B', 'ORCL', 'V'],
    settings: { perMinute: 600 },
  },
  { provider: 'yahoo', dataset: 'prices', subjects: ['TCS.NS', 'INFY.NS'], settings: { perMinute: 600 } },
  { provider: 'fmp', dataset: 'prices', subjects: ['META', 'TSLA'], role: 'check', settings: { perMinute: 600 } },
  { provider: 'finnhub', dataset: 'quotes', subjects: ['META', 'TSLA'], settings: { perMinute: 600 } },
  { provider: 'finnhub', dataset: 'news', subjects: ['META', 'TSLA'], settings: { perMinute: 600 } },
  { provider: 'fmp', dataset: 'fundamentals', subjects: ['META', 'TSLA'], settings: { perMinute: 600 } },
  { provider: 'fred', dataset: 'macro', settings: { perMinute: 600 } },
  { provider: 'federal-reserve', dataset: 'policy', settings: { perMinute: 600 } },
];

/** Files of the recorded vendor, which is asked at 23:00 UTC. */
const RECORDED_FEEDS: ClosingBellProps['feeds'] = [
  { feed: 'polygon', due: '20:00' },
  { feed: 'yahoo', exchange: 'NSE', due: '18:00', nextDay: true },
];

/** The stack of `npm start`: built for this machine, with shorter timeouts. */
const local = (settings: Settings): ClosingBellProps => ({
  ...prod(settings),
  platform: 'this-machine',
  mailDomain: settings.mailDomain || 'example.com',
  webUrl: settings.webUrl || LOCAL_PAGE,
  signIn: { issuer: settings.issuer || LOCAL_ISSUER, audience: 'closing-bell', clientId: 'page' },
  concurrency: { deliveries: 5, refreshed: 2, events: 2, reports: 2, planned: 5, mails: 2 },
  fanOut: { timeout: Duration.seconds(20) },
  claimRetryAfter: Duration.seconds(25),
  sesTimeout: Duration.seconds(2),
  // npm run drop -- --mail samples/mailed/2020-01-14.eml
  mailSenders: [{ from: 'prices@vendor.example', feed: 'mailed' }],
  collectors: settings.vendorsUrl ? RECORDED_COLLECTORS : [],
  feeds: settings.vendorsUrl ? RECORDED_FEEDS : [],
  // Here schedules ring at every start: npm run smoke.
  smokeTestAt: undefined,
  vendorsUrl: settings.vendorsUrl || undefined,
});

/** Vendors, paid requests and alarms about late files are production's: a stage that wants some names its own. */
const ALONE = { collectors: [], vendors: [], mailSenders: [], feeds: [] };

/** A small account to try things in: its queues take ten executions at most, it keeps logs for a week, and its data go with the stack. */
const dev = (settings: Settings): ClosingBellProps => ({
  ...prod(settings),
  concurrency: { deliveries: 2, refreshed: 2, events: 2, reports: 2, planned: 2, mails: 2 },
  keepsData: false,
  logRetention: RetentionDays.ONE_WEEK,
  ...ALONE,
});

/** As production, but on its own: what is tried here must hold there. */
const staging = (settings: Settings): ClosingBellProps => ({ ...prod(settings), ...ALONE });

const STAGES: Record<StageName, (settings: Settings) => ClosingBellProps> = { dev, staging, prod, local };

/**
 * The props of a stage.
 * @throws BadSettings that says what is wrong with them
 */
export function stageProps(settings: Settings): ClosingBellProps {
  const props = STAGES[settings.stage](settings);
  const problems = stageProblems(props);
  if (problems.length > 0) throw new BadSettings(`${problems.join('\n')}\nStages are in bin/stages.ts.`);
  return props;
}
