import type { Context } from 'hono';
import { linkQuery } from '../contracts/api/links.ts';
import { type LinkPurpose, type LinkTarget, verifyLink } from '../domain/links/link-token.ts';
import { LINK_PAGE_POLICY, linkPage } from './link-page.ts';
import type { ApiPorts, ApiSettings } from './ports.ts';

/** What the routes of links in mails share. */
export function linkPages(
  ports: Pick<ApiPorts, 'linkKeys'>,
  { webUrl, apiUrl }: Pick<ApiSettings, 'webUrl' | 'apiUrl'>,
) {
  const page = (context: Context, content: Omit<Parameters<typeof linkPage>[0], 'webUrl'>, status: 200 | 400 = 200) => {
    context.header('content-security-policy', LINK_PAGE_POLICY);
    context.header('cache-control', 'no-store');
    context.header('referrer-policy', 'no-referrer');
    return context.html(linkPage({ ...content, webUrl }), status);
  };

  return {
    page,

    /** What a link was signed for; undefined if we did not sign it. */
    async targetOf(context: Context, purpose: LinkPurpose): Promise<LinkTarget | undefined> {
      const { success, data } = linkQuery.safeParse(context.req.query());
      return success ? verifyLink(await ports.linkKeys(), purpose, data.token) : undefined;
    },

    invalidLink: (context: Context) =>
      page(
        context,
        {
          title: 'This link does not work',
          text: 'It is incomplete or very old. Open the page and sign in to change your mails.',
        },
        400,
      ),

    /** Where the form of a link's page is posted. */
    action: (context: Context, purpose: LinkPurpose) =>
      `${apiUrl}/${purpose}?token=${encodeURIComponent(context.req.query('token') ?? '')}`,
  };
}
