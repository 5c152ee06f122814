import * as z from 'zod';
import { ACCOUNT, type Resolve } from './intrinsics.ts';
import { resourcesOf, type Template } from './template.ts';

const database = z.object({ DatabaseInput: z.object({ Name: z.string() }) });
const table = z.object({
  DatabaseName: z.string(),
  Name: z.string(),
  OpenTableFormatInput: z.object({
    IcebergInput: z.object({
      IcebergTableInput: z.object({
        Location: z.string(),
        Properties: z.record(z.string(), z.string()),
        Schema: z.looseObject({ Type: z.string(), Fields: z.array(z.looseObject({})) }),
        PartitionSpec: z.object({ Fields: z.array(z.looseObject({})) }).default({ Fields: [] }),
        WriteOrder: z.object({ OrderId: z.number(), Fields: z.array(z.looseObject({})) }),
      }),
    }),
  }),
});

/** Creates the Glue databases and Iceberg tables of a template that do not exist yet, by the Iceberg REST protocol. */
export async function createLakeTables(template: Template, resolve: Resolve, catalog: string): Promise<void> {
  const path = `${catalog}/iceberg/v1/catalogs/${ACCOUNT}/namespaces`;
  for (const [, { Properties }] of resourcesOf(template, 'AWS::Glue::Database'))
    await post(path, { namespace: [database.parse(resolve(Properties)).DatabaseInput.Name] });
  for (const [, { Properties }] of resourcesOf(template, 'AWS::Glue::Table')) {
    // A view of Athena has no table.
    if (!('OpenTableFormatInput' in Properties)) continue;
    const { DatabaseName, Name, OpenTableFormatInput } = table.parse(resolve(Properties));
    const { Location, Schema, PartitionSpec, WriteOrder, ...input } =
      OpenTableFormatInput.IcebergInput.IcebergTableInput;
    await post(`${path}/${DatabaseName}/tables`, {
      name: Name,
      location: Location,
      schema: kebabCase(Schema),
      'partition-spec': kebabCase(PartitionSpec),
      'write-order': kebabCase(WriteOrder),
      properties: input.Properties,
    });
  }
}

/** Accepts that there is one already. */
async function post(url: string, body: object): Promise<void> {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  if (answer.ok || answer.status === 409) return;
  throw new Error(`The catalog of the lake refused ${url}: ${answer.status} ${await answer.text()}`);
}

/** The names of CloudFormation (`SourceId`) as the protocol writes them (`source-id`). */
function kebabCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(kebabCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase(), kebabCase(inner)]),
  );
}
