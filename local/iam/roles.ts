import * as z from 'zod';
import type { Resolve } from '../engine/intrinsics.ts';
import { physicalName, resourcesOf, type Template } from '../engine/template.ts';

/** One thing that a request needs a permission for. */
export type Access = {
  /** Like `dynamodb:GetItem`. */
  action: string;
  /** ARN, or `*` if the action has no resource. */
  resource: string;
  /** Keys that conditions compare, like `ses:FromAddress`. */
  context?: Record<string, string>;
};

const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((found) => [found].flat());
const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore,
  Resource: oneOrMore,
  Condition: z.strictObject({ StringEquals: z.record(z.string(), z.string()) }).optional(),
});
const policy = z.object({
  PolicyDocument: z.object({ Statement: z.array(statement) }),
  Roles: z.array(z.string()),
});

export type Statement = z.infer<typeof statement>;

/** What the role of each function allows: name of the function → statements. @throws Error for a policy that is not supported here */
export function rolesOf(template: Template, resolve: Resolve): Map<string, Statement[]> {
  const policies = resourcesOf(template, 'AWS::IAM::Policy').map(([, { Properties }]) =>
    policy.parse(resolve(Properties)),
  );
  return new Map(
    resourcesOf(template, 'AWS::Lambda::Function').map(([logicalId, resource]) => {
      const [role = ''] = /[^:/]+$/.exec(String(resolve(resource.Properties['Role']))) ?? [];
      const own = policies.filter(({ Roles }) => Roles.includes(role));
      return [physicalName(logicalId, resource), own.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)];
    }),
  );
}

/** True if a statement is about an access: `*` stands for any text, `?` for one character. */
export const isAbout = (
  { Action, Resource, Condition }: Statement,
  { action, resource, context = {} }: Access,
): boolean =>
  Action.some((pattern) => like(pattern, action)) &&
  Resource.some((pattern) => like(pattern, resource)) &&
  Object.entries(Condition?.StringEquals ?? {}).every(([key, value]) => context[key] === value);

/** IAM's rule: something allows it, and nothing denies it. */
export function isAllowed(statements: readonly Statement[], access: Access): boolean {
  const effects = statements.filter((one) => isAbout(one, access)).map(({ Effect }) => Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

const like = (pattern: string, text: string): boolean =>
  new RegExp(`^${RegExp.escape(pattern).replaceAll('\\*', '.*').replaceAll('\\?', '.')}$`, 's').test(text);
