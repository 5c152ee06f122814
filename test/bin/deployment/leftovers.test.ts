import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type AccountNames, adoptable, leftovers, missingReferences } from '../../../bin/deployment/leftovers.ts';
import { ClosingBellStack } from '../../../lib/closing-bell-stack.ts';
import { PROPS, resources } from '../../lib/stack.ts';

/** What a deleted stack leaves behind, and how a new one takes it over. */

const all = Object.fromEntries(resources);
const ids = adoptable(all);

/** What one stack leaves: every name has a random end, as CloudFormation makes it. */
function namesOf(end: string): AccountNames {
  const named = (type: string) => ids.filter((id) => all[id]?.Type === type);
  return {
    tables: named('AWS::DynamoDB::GlobalTable').map((id) => `ClosingBell-${id}-${end}`),
    buckets: named('AWS::S3::Bucket').map((id) => `closingbell-${id}-${end}`.toLowerCase()),
    secrets: new Map(named('AWS::SecretsManager::Secret').map((id) => [`${id}-${end}`, `arn:${id}-${end}-x`])),
  };
}
const both = (a: AccountNames, b: AccountNames): AccountNames => ({
  tables: [...a.tables, ...b.tables],
  buckets: [...a.buckets, ...b.buckets],
  secrets: new Map([...a.secrets, ...b.secrets]),
});

test('every table, the files of vendors, the records and the secret of links can be adopted', () => {
  const tables = resources.filter(([, { Type }]) => Type === 'AWS::DynamoDB::GlobalTable').map(([id]) => id);
  expect(ids).toEqual(expect.arrayContaining(tables));
  const others = ids.filter((id) => !tables.includes(id)).map((id) => id.slice(0, -8));
  expect(others.sort()).toEqual(['DropFilesBucket', 'GatewayLinkKey', 'IngestRecordsBucket']);
});

test('what is adopted refers to nothing else: CloudFormation imports it before the rest is there', () => {
  expect(missingReferences(all)).toEqual([]);
  // CloudFormation imports only what it would keep.
  for (const id of ids) expect(all[id]?.DeletionPolicy).toBe('Retain');
});

test('with a key of its own it does, and adopt says what to do first', () => {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const template = Template.fromStack(new ClosingBellStack(app, 'ClosingBell', { ...PROPS, ownKey: true }));
  expect(missingReferences(template.toJSON()['Resources'])).toEqual([expect.stringMatching(/^DataKey/)]);
});

test('each name is found by its logical id, and names of others are not', () => {
  const foreign: AccountNames = {
    tables: ['ClosingBellOther-PricesTable-X', 'PricesTable', `${namesOf('ABC').tables[0]}-backup`],
    buckets: ['closingbell', 'closingbell-dropfiles'],
    secrets: new Map([['GatewayLinkKey', 'arn:foreign']]),
  };
  const { mapping, missing, ambiguous } = leftovers('ClosingBell', all, both(namesOf('ABC'), foreign), []);
  expect([Object.keys(mapping).sort(), missing, ambiguous]).toEqual([ids.toSorted(), [], []]);
  const prices = ids.find((id) => id.startsWith('PricesTable')) ?? '';
  expect(mapping[prices]).toEqual({ TableName: `ClosingBell-${prices}-ABC` });
  const drop = ids.find((id) => id.startsWith('DropFiles')) ?? '';
  expect(mapping[drop]).toEqual({ BucketName: `closingbell-${drop}-abc`.toLowerCase() });
  const key = ids.find((id) => id.startsWith('GatewayLinkKey')) ?? '';
  expect(mapping[key]).toEqual({ Id: `arn:${key}-ABC-x` });
});

test('of two stacks one must be named for each, and what is not left is made anew', () => {
  const [old, young] = [namesOf('OLD1'), namesOf('YOUNG1')];
  const { mapping, ambiguous } = leftovers('ClosingBell', all, both(old, young), []);
  expect([Object.keys(mapping), ambiguous.length]).toEqual([[], ids.length]);
  const use = [...young.tables, ...young.buckets, ...young.secrets.keys()];
  const chosen = leftovers('ClosingBell', all, both(old, young), use);
  expect(chosen.ambiguous).toEqual([]);
  expect(chosen.mapping).toEqual(leftovers('ClosingBell', all, young, []).mapping);
  const nothing: AccountNames = { tables: [], buckets: [], secrets: new Map() };
  expect(leftovers('ClosingBell', all, nothing, []).missing).toEqual(ids);
});
