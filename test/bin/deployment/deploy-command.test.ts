import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** The command as an engineer starts it; it must end before it asks AWS. */
const deploy = (...options: string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, '../../../bin/commands/deploy.ts'), ...options], {
    encoding: 'utf8',
    timeout: 25_000,
  });
const GOOD = ['-c', 'mailDomain=example.com', '-c', 'operators=night@example.com', '-c', 'signInPrefix=example-bell'];

test.each([
  [['--stage', 'qa'], 'Expected the stage dev, staging, prod, found "qa".'],
  [['--stage=local'], 'Expected a stage to deploy, found local'],
  [['--stage', 'dev', '-c', 'mailDomain=x'], 'Expected mailDomain'],
  [[...GOOD, '-c', 'mailDomian=x'], 'found mailDomian'],
  [[...GOOD, '--no-execute'], 'Expected options of a deployment, found --no-execute'],
  [[...GOOD, '--method', 'prepare-change-set'], 'found --method prepare-change-set'],
])('%j ends with a sentence before anything is deployed', (options, sentence) => {
  const { status, stderr } = deploy(...options);
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(sentence) });
});
