import { GetEmailIdentityCommand, NotFoundException, type SESv2Client } from '@aws-sdk/client-sesv2';

/** Checks before a deploy that SES sends for a domain: Cognito takes no other sender. @throws Error where it does not */
export async function checkMailDomain(client: SESv2Client, domain: string): Promise<void> {
  const identity = await client.send(new GetEmailIdentityCommand({ EmailIdentity: domain })).catch((error) => {
    if (error instanceof NotFoundException) return undefined;
    throw error;
  });
  if (!identity)
    throw new Error(
      `SES does not know ${domain} in this region. Deploy it first: npx cdk deploy ClosingBellMailDomain`,
    );
  if (!identity.VerifiedForSendingStatus)
    throw new Error(
      `SES has not verified ${domain} yet. Add the records that ClosingBellMailDomain has printed to its DNS, and wait until SES has seen them.`,
    );
}
