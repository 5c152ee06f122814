export function Welcome({ signIn, hasEnded }: { signIn: () => void; hasEnded: boolean }) {
  return (
    <main className="narrow">
      <img src="/bell.svg" alt="" width="56" height="56" />
      <h1>Closing Bell</h1>
      <p>The closing prices you follow, each with its chart, in one mail as soon as they arrive.</p>
      {hasEnded && <p role="status">Your session has expired. Sign in again.</p>}
      <p>
        <button type="button" className="primary" onClick={signIn}>
          Sign in with your mail address
        </button>
      </p>
      <p className="muted">No password: you get a code by mail. Signing in for the first time signs you up.</p>
    </main>
  );
}
