import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SQSClient } from '@aws-sdk/client-sqs';

/** SDK clients for the region and credentials of the environment. A bundle contains only those it uses. */
export const dynamoDbClient = (): DynamoDBClient => new DynamoDBClient({});
export const s3Client = (): S3Client => new S3Client({});
export const sqsClient = (): SQSClient => new SQSClient({});
export const secretsClient = (): SecretsManagerClient => new SecretsManagerClient({});
export const cognitoClient = (): CognitoIdentityProviderClient => new CognitoIdentityProviderClient({});

/**
 * The client that mails are sent with. It does not retry: a retry after a lost answer would send a second mail.
 * @param timeoutMs for connecting and for the whole request
 */
export const sesClient = (timeoutMs: number): SESv2Client =>
  new SESv2Client({
    maxAttempts: 1,
    requestHandler: { connectionTimeout: timeoutMs, requestTimeout: timeoutMs, throwOnRequestTimeout: true },
  });
