import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Licences that allow use in a closed product. A package with a choice is used under one of these. */
const ALLOWED =
  /^\(?(?:MIT|MIT-0|ISC|0BSD|Apache-2\.0|BSD-[23]-Clause|BlueOak-1\.0\.0|OFL-1\.1|CC0-1\.0)(?: (?:OR|AND) [\w.-]+)*\)?$/;

type Package = { dev?: boolean; devOptional?: boolean; license?: string };

test('everything that is deployed has a licence that allows it', () => {
  const lock = JSON.parse(readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8'));
  const deployed = Object.entries(lock.packages as Record<string, Package>).filter(
    ([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional,
  );
  expect(deployed.length).toBeGreaterThan(50);
  const others = deployed.filter(([, { license = 'none' }]) => !ALLOWED.test(license));
  expect(others.map(([path, { license }]) => `${path}: ${license ?? 'none'}`)).toEqual([]);
});
