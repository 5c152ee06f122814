import * as z from 'zod';
import { physicalName, type Template } from './template.ts';

export const REGION = 'us-east-1';
/** Account id of the emulators. */
export const ACCOUNT = '000000000000';

const PSEUDO: Record<string, string> = {
  'AWS::Region': REGION,
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};

export type Resolve = (value: unknown) => unknown;

/**
 * Returns a function that replaces intrinsics (`Ref`, `Fn::…`) in a template value.
 * @param urls where SQS and the HTTP API listen
 */
export function resolver(template: Template, urls: { sqs: string; api: string }): Resolve {
  const nameOf = (logicalId: string): string => {
    const resource = template.resources[logicalId];
    if (!resource) throw new Error(`The template refers to ${logicalId}, but does not declare it.`);
    const name = physicalName(logicalId, resource);
    return resource.Type === 'AWS::S3::Bucket' ? name.toLowerCase() : name;
  };
  const ref = (logicalId: string): string => {
    const pseudo = logicalId === 'AWS::StackName' ? template.stack : PSEUDO[logicalId];
    if (pseudo !== undefined) return pseudo;
    const isQueue = template.resources[logicalId]?.Type === 'AWS::SQS::Queue';
    return isQueue ? `${urls.sqs}/${ACCOUNT}/${nameOf(logicalId)}` : nameOf(logicalId);
  };
  const attribute = (logicalId: string, name: string): string => {
    if (name === 'ApiEndpoint') return urls.api;
    if (name === 'QueueName') return nameOf(logicalId);
    const type = template.resources[logicalId]?.Type ?? '';
    return name === 'Arn' ? arn(type, nameOf(logicalId)) : `${nameOf(logicalId)}.${name}`;
  };

  const intrinsics: Record<string, (argument: unknown) => unknown> = {
    Ref: (argument) => ref(String(argument)),
    'Fn::GetAtt': (argument) => {
      const [logicalId = '', name = ''] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
      return attribute(logicalId, name);
    },
    'Fn::Join': (argument) => {
      const [separator, parts] = z.tuple([z.string(), z.array(z.unknown())]).parse(argument);
      return parts.map(resolve).join(separator);
    },
    'Fn::Sub': (argument) => String(argument).replace(/\$\{([^}]+)\}/g, (_, name: string) => ref(name)),
  };
  const resolve: Resolve = (value) => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [[key, argument] = ['', undefined]] = entries;
    const intrinsic = entries.length === 1 ? intrinsics[key] : undefined;
    if (intrinsic) return intrinsic(argument);
    if (key.startsWith('Fn::')) {
      throw new Error(`The local stack does not support ${key}; add it to local/engine/intrinsics.ts.`);
    }
    return Object.fromEntries(entries.map(([name, inner]) => [name, resolve(inner)]));
  };
  return resolve;
}

function arn(type: string, name: string): string {
  if (type === 'AWS::S3::Bucket') return `arn:aws:s3:::${name}`;
  const [, service = ''] = type.split('::');
  const prefix: Record<string, string> = { Lambda: 'function:', DynamoDB: 'table/', Events: 'rule/' };
  return `arn:aws:${service.toLowerCase()}:${REGION}:${ACCOUNT}:${prefix[service] ?? ''}${name}`;
}
