/** What a deleted stack left behind, and which resource of the template it was. */
type Resources = Record<string, { Type: string; DeletionPolicy?: string | undefined }>;

/** Names that the account has; of secrets, name → ARN. */
export type AccountNames = {
  tables: readonly string[];
  buckets: readonly string[];
  secrets: ReadonlyMap<string, string>;
};

export type Leftovers = {
  /** Logical id → identifier, as `cdk import --resource-mapping` reads it. */
  mapping: Record<string, Record<string, string>>;
  /** Logical ids of which nothing is left: they are made anew. */
  missing: string[];
  /** Logical ids of which several stacks have left one. */
  ambiguous: { logicalId: string; names: string[] }[];
};

/** Buckets with what nobody else has. The page is uploaded again, and the lake is made from the records. */
const BUCKETS = /^(?:DropFiles|IngestRecords)Bucket/;

type Kind = {
  candidates: (names: AccountNames) => Iterable<string>;
  nameOf: (stack: string, logicalId: string) => string;
};
const KINDS: Record<string, Kind> = {
  'AWS::DynamoDB::GlobalTable': { candidates: ({ tables }) => tables, nameOf: (stack, id) => `${stack}-${id}` },
  'AWS::S3::Bucket': { candidates: ({ buckets }) => buckets, nameOf: (stack, id) => `${stack}-${id}`.toLowerCase() },
  'AWS::SecretsManager::Secret': { candidates: ({ secrets }) => secrets.keys(), nameOf: (_stack, id) => id },
};

/** Logical ids of the resources that a new stack can adopt. */
export const adoptable = (resources: Resources): string[] =>
  Object.entries(resources).flatMap(([logicalId, { Type, DeletionPolicy }]) => {
    const isKept = DeletionPolicy === 'Retain' && Type in KINDS;
    return isKept && (Type !== 'AWS::S3::Bucket' || BUCKETS.test(logicalId)) ? [logicalId] : [];
  });

/**
 * Logical ids to which adoptable resources refer, and that cannot be adopted, like the key of a stage with `ownKey`: CloudFormation imports
 * into a stack that does not have them yet, and refuses.
 */
export function missingReferences(resources: Resources): string[] {
  const ids = adoptable(resources);
  const named = ids.flatMap((id) =>
    [...JSON.stringify(resources[id]).matchAll(/"(?:Ref|Fn::GetAtt)":\[?"([^"]+)"/g)].map(([, other = '']) => other),
  );
  return [...new Set(named)].filter((other) => other in resources && !ids.includes(other));
}

/**
 * Finds what a deleted stack left behind. CloudFormation names a resource after its stack and logical id, with a random end.
 * @param use names to choose where several stacks have left one
 */
export function leftovers(stack: string, resources: Resources, names: AccountNames, use: readonly string[]): Leftovers {
  const found: Leftovers = { mapping: {}, missing: [], ambiguous: [] };
  for (const logicalId of adoptable(resources)) {
    const type = resources[logicalId]?.Type ?? '';
    const kind = KINDS[type];
    const start = `${kind?.nameOf(stack, logicalId)}-`;
    const all = [...(kind?.candidates(names) ?? [])].filter(
      (name) => name.startsWith(start) && /^[A-Za-z0-9]+$/.test(name.slice(start.length)),
    );
    const chosen = all.length > 1 ? all.filter((name) => use.includes(name)) : all;
    const [name] = chosen;
    if (all.length === 0) found.missing.push(logicalId);
    else if (name === undefined || chosen.length > 1) found.ambiguous.push({ logicalId, names: all });
    else found.mapping[logicalId] = identifier(type, name, names);
  }
  return found;
}

function identifier(type: string, name: string, { secrets }: AccountNames): Record<string, string> {
  if (type === 'AWS::S3::Bucket') return { BucketName: name };
  return type === 'AWS::SecretsManager::Secret' ? { Id: secrets.get(name) ?? '' } : { TableName: name };
}
