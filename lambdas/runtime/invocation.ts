import type { Context } from 'aws-lambda';

/** One invocation of a function: its id, the clock, and when it ends (ms since 1970). */
export type Invocation = { id: string; now: () => number; deadline: number };

export const invocationOf = (context: Context): Invocation => ({
  id: context.awsRequestId,
  now: Date.now,
  deadline: Date.now() + context.getRemainingTimeInMillis(),
});
