import * as z from 'zod';

/** Problem details, RFC 9457. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  errors: z.array(z.object({ where: z.string(), expected: z.string() })).optional(),
  suggestions: z.array(z.string()).optional(),
});

export type ProblemDetails = z.infer<typeof problem>;
