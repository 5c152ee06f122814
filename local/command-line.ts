/** Runs a command; what goes wrong is one line, not a stack trace. */
export async function commandLine(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ECONNREFUSED') return 'The local stack does not answer. Start it with: npm start';
  const isTaken = code === 'EADDRINUSE';
  return isTaken ? `${error.message}. Choose other ports with --port N.` : error.message;
}
