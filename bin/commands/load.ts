import { parseArgs } from 'node:util';
import { runLoad } from '../../bench/load.ts';
import { openStage } from '../../bench/stage.ts';
import { commandLine, WrongUsage } from '../command-line.ts';
import { MEASURED } from '../cost/measured.ts';

const USAGE = `Usage: npm run load -- [--subscribers N] [--tickers N] [--seconds N] [--kill-every N]

Mails a history to many subscribers: the real functions on the emulators, and a mail server that accepts everything at once.
Fails if a subscriber has no mail, or two.
  --subscribers N  a multiple of 25 (100000, which takes about 45 minutes)
  --tickers N      10000
  --seconds N      time of an invocation (300)
  --kill-every N   kills the process of every Nth invocation in the middle (4); 0 kills none`;

await commandLine(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      subscribers: { type: 'string', default: '100000' },
      tickers: { type: 'string', default: '10000' },
      seconds: { type: 'string', default: '300' },
      'kill-every': { type: 'string', default: '4' },
    },
  });
  const subscribers = wholeNumber('subscribers', values.subscribers);
  if (subscribers % 25 !== 0) throw new WrongUsage(`Expected a multiple of 25 as --subscribers, found ${subscribers}.`);
  const stage = await openStage();
  try {
    const result = await runLoad(
      stage,
      {
        subscribers,
        tickers: wholeNumber('tickers', values.tickers),
        seconds: wholeNumber('seconds', values.seconds),
        killEvery: wholeNumber('kill-every', values['kill-every']),
      },
      (text) => console.log(text),
    );
    const { seconds, mails, missing, twice, invocations, killed, memory, cpuMsPerMail } = result;
    console.log(
      [
        `${mails.toLocaleString('en-US')} mails in ${Math.round(seconds)} s: ${(mails / seconds).toFixed(0)} a second, ${cpuMsPerMail.toFixed(1)} ms CPU each`,
        `${invocations} invocations, and ${killed} that were killed`,
        `peak memory of an invocation: at most ${Math.round(Math.max(...memory))} MB of the function's ${MEASURED.memory.FanOut}`,
        `subscribers without a mail: ${missing}; with more than one: ${twice}`,
      ].join('\n'),
    );
    process.exitCode = missing === 0 && twice === 0 ? 0 : 1;
  } finally {
    await stage.close();
  }
});

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0)
    throw new WrongUsage(`Expected a whole number as --${name}, found ${text}.`);
  return number;
}
