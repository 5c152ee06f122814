/** What CloudFormation adds to a name: a hyphen before and behind the logical id, and twelve characters or, for a secret, six more. */
const NAME_BYTES = 20;
/** The longest: `https://sqs.ap-southeast-1.amazonaws.com/123456789012/`, and `arn:aws:secretsmanager:ap-southeast-1:123456789012:secret:`. */
const ADDRESS_BYTES = 60;

/**
 * Bytes of a value of the template in JSON, once CloudFormation has filled it in: no fewer than in the region with the longest name.
 * @param value a text, several that are joined, or a reference
 */
export function bytesOf(value: unknown, stackName: string): number {
  if (typeof value === 'string') return Buffer.byteLength(JSON.stringify(value)) - 2;
  const { Ref, 'Fn::Join': join, 'Fn::GetAtt': attribute } = value as Record<string, unknown>;
  if (Array.isArray(join)) {
    const [separator = '', parts = []] = join as [string, unknown[]];
    return parts.reduce((sum: number, part) => sum + separator.length + bytesOf(part, stackName), 0);
  }
  const [logicalId = '', name = ''] = Array.isArray(attribute) ? attribute.map(String) : [String(Ref ?? '')];
  // Of queues and secrets it has the address, of all others a name, or an address without their id.
  const isName = name !== 'Arn' && (attribute !== undefined || !/Queue|Key|Secret/.test(logicalId));
  return stackName.length + logicalId.length + NAME_BYTES + (isName ? 0 : ADDRESS_BYTES);
}
