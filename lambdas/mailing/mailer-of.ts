import { setTimeout as sleep } from 'node:timers/promises';
import { sesClient } from '../adapters/clients.ts';
import { type Mailer, mailer } from '../adapters/mailer.ts';
import { Env, type Environment } from '../contracts/environment.ts';

/** The mailer of a function, as its environment describes it. */
export function mailerOf(env: Environment): Mailer {
  const timeoutMs = env.number(Env.sesTimeout) * 1000;
  return mailer(sesClient(timeoutMs), {
    sender: env.text(Env.sender),
    configurationSet: env.text(Env.configurationSet),
    timeoutMs,
    rateShare: env.number(Env.sesRateShare),
    sleep,
    now: Date.now,
  });
}
