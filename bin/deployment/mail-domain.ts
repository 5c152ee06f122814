import { GetEmailIdentityCommand, NotFoundException, type SESv2Client } from '@aws-sdk/client-sesv2';

/** Checks before a deployment that SES has verified the mail domain: Cognito rejects other senders. @throws Error if not */
export async function checkMailDomain(client: SESv2Client, domain: string): Promise<void> {
  const identity = await client.send(new GetEmailIdentityCommand({ EmailIdentity: domain })).catch((error) => {
    if (error instanceof NotFoundException) return undefined;
    throw error;
  });
  if (!identity)
    throw new Error(
      `SES has no identity ${domain} in this region. Deploy it first: npx cdk deploy ClosingBellMailDomain`,
    );
  if (!identity.VerifiedForSendingStatus)
    throw new Error(
      `SES has not verified ${domain} yet. Add the records in the outputs of ClosingBellMailDomain to its DNS, and wait until SES shows it as Verified.`,
    );
}
