/** Stages that are deployed; `local` is that of `npm start`. */
const STAGE_NAMES = ['dev', 'staging', 'prod'] as const;
export type StageName = (typeof STAGE_NAMES)[number] | 'local';

/** Settings of a deployment, from `cdk.context.json` or `-c name=value`. See docs/deploy.md. */
export type Settings = {
  stage: StageName;
  mailDomain: string;
  /** Mail addresses. */
  operators: string[];
  webUrl: string;
  certificateArn: string;
  issuer: string;
  audience: string;
  clientId: string;
  signInPrefix: string;
  signUpDomains: string[];
  /** ARN of a topic of SNS that gets every alarm too. */
  alarmTopic: string;
  /** Ids of a workspace and a channel of Slack that gets every alarm too. */
  slackWorkspace: string;
  slackChannel: string;
  /** USD a month, a whole number. */
  monthlyBudget: string;
  /** Tags of all resources: `name=value`. */
  tags: string[];
  /** Address of the recorded vendor; only `npm start -- --collect` sets it. */
  vendorsUrl: string;
};

/** Invalid settings. The message has one line for each problem. */
export class BadSettings extends Error {}

const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i;
const ADDRESS = /^[^\s@,]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}$/i;
const CERTIFICATE = /^arn:aws[\w-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/;
const PREFIX = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const TOPIC = /^arn:aws[\w-]*:sns:[a-z\d-]+:\d{12}:[\w-]{1,256}$/;
const TAG = /^[\w.:/+@-]{1,128}=[\w.:/+@ -]{1,256}$/;
/** Of AWS Budgets, for each notification. */
const MAX_BUDGET_MAILS = 10;
const OWN_TAGS = ['application', 'stage'];
/** Cognito rejects a prefix that contains one of these. */
const RESERVED = /aws|amazon|cognito/;

/**
 * Reads and checks all settings.
 * @param get value of a setting; undefined if it is not set. Under the name of a stage are settings of that stage only
 * @throws BadSettings if there is no such stage, or a setting is invalid; those of the local stage are not checked
 */
export function readSettings(get: (name: string) => unknown): Settings {
  const stage = stageOf(get('stage'));
  const own = (get(stage) ?? {}) as Record<string, unknown>;
  const text = (name: string): string => String(own[name] ?? get(name) ?? '').trim();
  const list = (name: string): string[] => {
    const parts = text(name).split(',');
    return [...new Set(parts.map((one) => one.trim()).filter(Boolean))];
  };
  const settings = {
    stage,
    mailDomain: text('mailDomain'),
    operators: list('operators'),
    webUrl: text('webUrl'),
    certificateArn: text('certificateArn'),
    issuer: text('issuer'),
    audience: text('audience'),
    clientId: text('clientId'),
    signInPrefix: text('signInPrefix'),
    signUpDomains: list('signUpDomains'),
    alarmTopic: text('alarmTopic'),
    slackWorkspace: text('slackWorkspace'),
    slackChannel: text('slackChannel'),
    monthlyBudget: text('monthlyBudget'),
    tags: list('tags'),
    vendorsUrl: text('vendorsUrl'),
  };
  const problems = settings.stage === 'local' ? [] : problemsOf(settings);
  if (problems.length > 0)
    throw new BadSettings(`${problems.join('\n')}\nSettings are in cdk.context.json; see docs/deploy.md.`);
  return settings;
}

function stageOf(value: unknown): StageName {
  const name = String(value ?? '') || 'prod';
  const found = [...STAGE_NAMES, 'local' as const].find((one) => one === name);
  if (!found) throw new BadSettings(`Expected the stage ${STAGE_NAMES.join(', ')}, found "${name}".`);
  return found;
}

/** Names without a colon or an at sign that the CDK itself stores. */
const CDK_NAMES = ['acknowledged-issue-numbers', 'cli-telemetry'];

/**
 * Checks the names of settings: a misspelled one would be ignored. The CDK's own names have a colon or an at sign.
 * @param given settings by name, also those of one stage under its name
 * @throws BadSettings that lists the unknown names
 */
export function checkNames(given: Readonly<Record<string, unknown>>): void {
  const known = Object.keys(readSettings((name) => (name === 'stage' ? 'local' : undefined)));
  const isStage = (name: string) => STAGE_NAMES.some((one) => one === name);
  const names = Object.entries(given).flatMap(([name, value]) =>
    isStage(name) && typeof value === 'object' && value !== null ? Object.keys(value) : [name],
  );
  const unknown = names.filter((name) => !/[:@]/.test(name) && ![...known, ...CDK_NAMES].includes(name));
  if (unknown.length > 0)
    throw new BadSettings(`Expected settings named ${known.join(', ')}; found ${unknown.join(', ')}.`);
}

function problemsOf(settings: Settings): string[] {
  const { mailDomain, operators, signInPrefix, signUpDomains, issuer, webUrl, certificateArn } = settings;
  const badDomains = signUpDomains.filter((one) => !DOMAIN.test(one));
  const badOperators = operators.filter((one) => !ADDRESS.test(one));
  return [
    !DOMAIN.test(mailDomain) &&
      `Expected mailDomain, the domain of the sender, like example.com, ${found(mailDomain)}.`,
    operators.length === 0 &&
      'Expected operators, the mail addresses that get alarms, separated by commas, found none.',
    ...badOperators.map((one) => `Expected only mail addresses in operators, ${found(one)}.`),
    ...badDomains.map((one) => `Expected only domains in signUpDomains, like example.com, ${found(one)}.`),
    issuer &&
      signUpDomains.length > 0 &&
      'Expected no signUpDomains with an issuer of your own: it decides who signs up.',
    !issuer &&
      !PREFIX.test(signInPrefix) &&
      `Expected signInPrefix, the first part of the sign-in page's address: lower-case letters, digits and hyphens, unique in the region, ${found(signInPrefix)}.`,
    !issuer &&
      RESERVED.test(signInPrefix) &&
      `Expected a signInPrefix without "aws", "amazon" and "cognito", which Cognito rejects, ${found(signInPrefix)}.`,
    webUrl && !isOrigin(webUrl) && `Expected webUrl like https://bell.example.com, without a path, ${found(webUrl)}.`,
    issuer && !isHttps(issuer) && `Expected issuer like https://id.example.com, ${found(issuer)}.`,
    certificateArn &&
      !CERTIFICATE.test(certificateArn) &&
      `Expected certificateArn, the ARN of a certificate in us-east-1, ${found(certificateArn)}.`,
    settings.monthlyBudget !== '' &&
      operators.length > MAX_BUDGET_MAILS &&
      `Expected at most ${MAX_BUDGET_MAILS} operators with a monthlyBudget, found ${operators.length}.`,
    ...operationsProblems(settings),
    missingOf(settings, 'webUrl', 'certificateArn'),
    missingOf(settings, 'slackWorkspace', 'slackChannel'),
    missingOf(settings, 'issuer', 'audience', 'clientId'),
  ].filter((problem) => typeof problem === 'string' && problem !== '') as string[];
}

/** IAM does not distinguish the case of names. */
const nameOf = (tag: string): string => (tag.split('=', 1)[0] ?? '').toLowerCase();

function operationsProblems({ alarmTopic, slackWorkspace, slackChannel, monthlyBudget, tags }: Settings) {
  return [
    alarmTopic &&
      !TOPIC.test(alarmTopic) &&
      `Expected alarmTopic, the ARN of a topic like arn:aws:sns:eu-west-1:123456789012:alarms, ${found(alarmTopic)}.`,
    slackWorkspace &&
      !/^T[A-Z0-9]+$/.test(slackWorkspace) &&
      `Expected slackWorkspace, an id like T07EZ1ABC, ${found(slackWorkspace)}.`,
    slackChannel &&
      !/^[CG][A-Z0-9]+$/.test(slackChannel) &&
      `Expected slackChannel, an id like C07EZ1ABC, ${found(slackChannel)}.`,
    monthlyBudget &&
      !/^[1-9]\d{0,8}$/.test(monthlyBudget) &&
      `Expected monthlyBudget, a whole number of USD like 500, ${found(monthlyBudget)}.`,
    ...tags
      .filter((tag) => !TAG.test(tag))
      .map((tag) => `Expected only tags like team=data, of letters, digits and _.:/+-@, ${found(tag)}.`),
    ...tags
      .filter((tag, i) => [...OWN_TAGS, ...tags.slice(0, i).map(nameOf)].includes(nameOf(tag)) || /^aws:/i.test(tag))
      .map((tag) => `Expected no tag that is there already (application, stage, aws:… or twice), ${found(tag)}.`),
  ];
}

/** Checks settings that must be set together. @returns a problem, or an empty text */
function missingOf(settings: Settings, ...names: (keyof Settings)[]): string {
  const missing = names.filter((name) => settings[name].length === 0);
  if (missing.length === 0 || missing.length === names.length) return '';
  return `Expected ${names.join(', ')} together, found no ${missing.join(' and no ')}.`;
}

const found = (value: string): string => `found ${value ? `"${value}"` : 'none'}`;

const isHttps = (text: string): boolean => URL.canParse(text) && new URL(text).protocol === 'https:';
const isOrigin = (text: string): boolean => isHttps(text) && new URL(text).origin === text;

/**
 * Settings in the options of a CDK command: `-c name=value` or `--context name=value`.
 * @param options the arguments as the shell splits them
 */
export const settingsOn = (options: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    options.flatMap((option, i) => {
      const isContext = ['-c', '--context'].includes(options[i - 1] ?? '');
      const [, name, value] = /^(?:-c=?|--context=)?([\w-]+)=(.*)$/s.exec(option) ?? [];
      const isOne = name !== undefined && value !== undefined && (isContext || /^(?:-c|--context=)/.test(option));
      return isOne ? [[name, value]] : [];
    }),
  );
