/** How often one digest is offered to SES in one invocation, while SES throttles. */
export const SES_TRIES = 6;

/**
 * The times that sending depends on, in seconds: an invocation that ended for want of time must not be sending any more
 * when another one may send again.
 * @throws Error where they do not keep that order
 */
export function checkTimes(times: { sesTimeout: number; fanOutTimeout: number; claimSettlesAfter: number }): void {
  const { sesTimeout, fanOutTimeout, claimSettlesAfter } = times;
  if (claimSettlesAfter > fanOutTimeout && fanOutTimeout > sesTimeout * SES_TRIES) return;
  throw new Error(
    `Expected claimSettlesAfter > fan-out's timeout > SES's timeout × ${SES_TRIES} tries, found ${claimSettlesAfter} s, ${fanOutTimeout} s, ${sesTimeout} s × ${SES_TRIES}.`,
  );
}
