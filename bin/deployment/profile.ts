import { parseArgs } from 'node:util';

/** Makes the SDK use the account that `--profile NAME` names for the CDK. @param options as the engineer wrote them */
export function useProfile(options: readonly string[]): void {
  const { values } = parseArgs({ args: [...options], strict: false, options: { profile: { type: 'string' } } });
  if (typeof values.profile === 'string') process.env['AWS_PROFILE'] = values.profile;
}
