/** What a deployment is told, in `cdk.context.json` or by `-c name=value`. */
export type Settings = {
  stage: string;
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
};

/** Settings that a stage cannot be deployed with; the message says which, and how they should be. */
export class BadSettings extends Error {}

const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i;
const ADDRESS = /^[^\s@,]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}$/i;
const PREFIX = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** Cognito takes no prefix with one of these. */
const RESERVED = /aws|amazon|cognito/;

/**
 * @param get value of a setting, undefined where it is not given
 * @throws BadSettings with all that is wrong, one line each
 */
export function readSettings(get: (name: string) => unknown): Settings {
  const text = (name: string): string => String(get(name) ?? '').trim();
  const list = (name: string): string[] =>
    text(name)
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean);
  const settings = {
    stage: text('stage') || 'production',
    mailDomain: text('mailDomain'),
    operators: list('operators'),
    webUrl: text('webUrl'),
    certificateArn: text('certificateArn'),
    issuer: text('issuer'),
    audience: text('audience'),
    clientId: text('clientId'),
    signInPrefix: text('signInPrefix'),
    signUpDomains: list('signUpDomains'),
  };
  const problems = settings.stage === 'production' ? problemsOf(settings) : [];
  if (problems.length > 0)
    throw new BadSettings(`${problems.join('\n')}\nSettings are kept in cdk.context.json; see the README, Deploy it.`);
  return settings;
}

function problemsOf(settings: Settings): string[] {
  const { mailDomain, operators, signInPrefix, signUpDomains, issuer, webUrl } = settings;
  const badDomain = signUpDomains.find((one) => !DOMAIN.test(one));
  const badOperator = operators.find((one) => !ADDRESS.test(one));
  return [
    !DOMAIN.test(mailDomain) &&
      `Expected mailDomain, the domain that mails come from, like example.com, ${found(mailDomain)}.`,
    operators.length === 0 &&
      'Expected operators, the mail addresses that are told of alarms, separated by commas, found none.',
    badOperator !== undefined && `Expected the mail addresses of operators, ${found(badOperator)}.`,
    badDomain !== undefined && `Expected the domains of signUpDomains, like example.com, ${found(badDomain)}.`,
    !issuer &&
      !PREFIX.test(signInPrefix) &&
      `Expected signInPrefix, the first part of the address people sign in at: lower-case letters, digits and hyphens, unique in the region, ${found(signInPrefix)}.`,
    !issuer &&
      RESERVED.test(signInPrefix) &&
      `Expected a signInPrefix without "aws", "amazon" and "cognito", which Cognito refuses, ${found(signInPrefix)}.`,
    webUrl &&
      !isOrigin(webUrl) &&
      `Expected webUrl as https://bell.example.com, with nothing behind it, ${found(webUrl)}.`,
    issuer && !isHttps(issuer) && `Expected issuer as https://…, ${found(issuer)}.`,
    missingOf(settings, 'webUrl', 'certificateArn'),
    missingOf(settings, 'issuer', 'audience', 'clientId'),
  ].filter((problem) => typeof problem === 'string' && problem !== '') as string[];
}

/** Of settings that belong together, where only some are given. */
function missingOf(settings: Settings, ...names: (keyof Settings)[]): string {
  const missing = names.filter((name) => settings[name].length === 0);
  if (missing.length === 0 || missing.length === names.length) return '';
  return `Expected ${names.join(', ')} together, found no ${missing.join(' and no ')}.`;
}

const found = (value: string): string => `found ${value ? `"${value}"` : 'none'}`;

const isHttps = (text: string): boolean => URL.canParse(text) && new URL(text).protocol === 'https:';
const isOrigin = (text: string): boolean => isHttps(text) && new URL(text).origin === text;

/**
 * The settings on a command line of the CDK, `-c name=value` or `--context name=value`.
 * @param options the arguments, as the shell splits them
 */
export const settingsOn = (options: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    options.flatMap((option, i) => {
      const isContext = ['-c', '--context'].includes(options[i - 1] ?? '');
      const [, name, value] = /^(?:-c=?|--context=)?([A-Za-z]+)=(.*)$/s.exec(option) ?? [];
      const isOne = name !== undefined && value !== undefined && (isContext || /^(?:-c|--context=)/.test(option));
      return isOne ? [[name, value]] : [];
    }),
  );
