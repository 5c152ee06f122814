import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { type SendMessageBatchRequest, type SendMessageRequest, SQSClient } from '@aws-sdk/client-sqs';

/** SDK clients for the region and credentials of the environment. A bundle contains only those it uses. */
export const dynamoDbClient = (): DynamoDBClient => new DynamoDBClient({});
export const s3Client = (): S3Client => new S3Client({});
export const secretsClient = (): SecretsManagerClient => new SecretsManagerClient({});
export const cognitoClient = (): CognitoIdentityProviderClient => new CognitoIdentityProviderClient({});

/** What X-Ray calls the header of a message: it joins the traces on both sides of a queue. */
const traced = () => {
  // biome-ignore lint/style/noProcessEnv: Lambda sets it anew for each invocation
  const StringValue = process.env['_X_AMZN_TRACE_ID'];
  return StringValue && { AWSTraceHeader: { DataType: 'String', StringValue } };
};

/** Messages carry the trace of the invocation that sends them. */
export function sqsClient(): SQSClient {
  const client = new SQSClient({});
  client.middlewareStack.add(
    (next) => (args) => {
      const MessageSystemAttributes = traced();
      const input = args.input as SendMessageRequest & SendMessageBatchRequest;
      if (!MessageSystemAttributes) return next(args);
      if ('MessageBody' in input) Object.assign(input, { MessageSystemAttributes });
      for (const entry of input.Entries ?? [])
        if ('MessageBody' in entry) Object.assign(entry, { MessageSystemAttributes });
      return next(args);
    },
    { step: 'initialize', name: 'traced' },
  );
  return client;
}

/**
 * The client that mails are sent with. It does not retry: a retry after a lost answer would send a second mail.
 * @param timeoutMs for connecting and for the whole request
 */
export const sesClient = (timeoutMs: number): SESv2Client =>
  new SESv2Client({
    maxAttempts: 1,
    requestHandler: { connectionTimeout: timeoutMs, requestTimeout: timeoutMs, throwOnRequestTimeout: true },
  });
