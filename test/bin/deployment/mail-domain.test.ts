import { GetEmailIdentityCommand, NotFoundException, SESv2Client } from '@aws-sdk/client-sesv2';
import { mockClient } from 'aws-sdk-client-mock';
import { checkMailDomain } from '../../../bin/deployment/mail-domain.ts';

const ses = mockClient(SESv2Client);
const check = () => checkMailDomain(new SESv2Client({}), 'example.com');

beforeEach(() => ses.reset());

test('a verified mail domain is accepted', async () => {
  ses.on(GetEmailIdentityCommand).resolves({ VerifiedForSendingStatus: true });
  await expect(check()).resolves.toBeUndefined();
});

test('an unverified or unknown one stops a deployment before it starts', async () => {
  ses.on(GetEmailIdentityCommand).resolves({ VerifiedForSendingStatus: false });
  await expect(check()).rejects.toThrow('SES has not verified example.com yet');
  ses.on(GetEmailIdentityCommand).rejects(new NotFoundException({ message: 'none', $metadata: {} }));
  await expect(check()).rejects.toThrow('npx cdk deploy ClosingBellMailDomain');
  ses.on(GetEmailIdentityCommand).rejects(new Error('AccessDenied'));
  await expect(check()).rejects.toThrow('AccessDenied');
});
