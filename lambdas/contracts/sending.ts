/** Attempts to send one mail in one invocation while SES throttles. */
export const SES_TRIES = 6;

/**
 * Checks the timeouts of sending (seconds): an invocation that ran out of time must have stopped sending before another one may
 * retry its claim.
 * @throws Error if they contradict that
 */
export function checkTimes(times: { sesTimeout: number; fanOutTimeout: number; claimRetryAfter: number }): void {
  const { sesTimeout, fanOutTimeout, claimRetryAfter } = times;
  if (claimRetryAfter > fanOutTimeout && fanOutTimeout > sesTimeout * SES_TRIES) return;
  throw new Error(
    `Expected claimRetryAfter > fan-out's timeout > SES's timeout × ${SES_TRIES} tries, found ${claimRetryAfter} s, ${fanOutTimeout} s, ${sesTimeout} s × ${SES_TRIES}.`,
  );
}
