import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { mimeMessage } from '../../../lambdas/domain/mail/mime.ts';
import { base64Lines } from '../../../lambdas/domain/mail/picture.ts';

const messageWith = (pngs: readonly Uint8Array[], html: string): Promise<Buffer> =>
  mimeMessage({
    sender: 'digest@example.com',
    to: 'ada@example.com',
    subject: 's',
    html,
    text: 't',
    pictures: pngs.map((png, i) => ({ cid: `c${i}@x`, filename: `${i}.png`, lines: base64Lines(Buffer.from(png)) })),
    unsubscribeUrl: 'https://example.com/u',
    date: new Date(0),
    boundary: 'a'.repeat(43),
  });

test('every picture arrives byte for byte, whatever its size, and the parts around it are as they were', async () => {
  const pictures = fc.array(fc.uint8Array({ minLength: 1, maxLength: 400 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(pictures, async (pngs) => {
      const raw = await messageWith(pngs, '<p>h</p>');
      const { attachments, html, text } = await simpleParser(raw);
      expect(attachments.map(({ content }) => [...content])).toEqual(pngs.map((png) => [...png]));
      expect({ html, text: text?.trim() }).toEqual({ html: '<p>h</p>', text: 't' });
      for (const line of raw.toString('latin1').split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
      expect(raw.toString('latin1')).not.toMatch(/[^\r]\n/);
    }),
    { numRuns: 60 },
  );
});
