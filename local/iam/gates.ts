import { appendFileSync, rmSync } from 'node:fs';
import type { EmulatorUrls } from '../engine/engine.ts';
import { resolver } from '../engine/intrinsics.ts';
import type { Template } from '../engine/template.ts';
import { type Decision, startGate } from './gate.ts';
import { rolesOf, type Statement } from './roles.ts';

export type GatesOptions = {
  /** Gets a line for each access, once: function, action, resource, `allowed` or `denied`. */
  file: string;
  /** Called once for each access that is refused. */
  onDenied: (decision: Decision) => void;
};

/** Puts a gate in front of each emulator that functions call. @returns the addresses of the gates, and what stops them */
export async function startGates(
  urls: EmulatorUrls,
  template: Template,
  { file, onDenied }: GatesOptions,
): Promise<{ urls: EmulatorUrls; stop(): Promise<void> }> {
  let roles: ReadonlyMap<string, readonly Statement[]> = new Map();
  const seen = new Set<string>();
  rmSync(file, { force: true });
  const onDecision = (decision: Decision) => {
    const { caller, access, allowed } = decision;
    const line = [caller, access.action, access.resource, allowed ? 'allowed' : 'denied'].join('\t');
    if (seen.has(line)) return;
    seen.add(line);
    appendFileSync(file, `${line}\n`);
    if (!allowed) onDenied(decision);
  };
  const gate = (service: Parameters<typeof startGate>[0], target: string) =>
    startGate(service, target, { roles: () => roles, onDecision });
  const [objects, dynamodb, ses, secrets, glue] = await Promise.all([
    gate('s3-sqs', urls.s3),
    gate('dynamodb', urls.dynamodb),
    gate('ses', urls.ses),
    gate('secrets', urls.secrets),
    gate('glue', urls.glue),
  ]);
  const gated = {
    ...urls,
    s3: objects.url,
    sqs: objects.url,
    dynamodb: dynamodb.url,
    ses: ses.url,
    secrets: secrets.url,
    glue: glue.url,
  };
  roles = rolesOf(template, resolver(template, gated));
  return {
    urls: gated,
    async stop() {
      for (const one of [objects, dynamodb, ses, secrets, glue]) await one.stop();
    },
  };
}
