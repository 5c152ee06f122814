import { useState } from 'react';
import type { UploadLink as Link } from '../../lambdas/contracts/api/uploads.ts';
import { Failure } from './parts.tsx';
import { useAction, useApi } from './use.ts';

/** Makes a link with which a vendor without an AWS account uploads one file. */
export function UploadLink() {
  const api = useApi();
  const [name, setName] = useState('');
  const [link, setLink] = useState<Link>();
  const make = useAction(async () => {
    setLink(undefined);
    setLink(await api.uploadLink(name.trim()));
  });
  return (
    <section className="card" aria-labelledby="upload">
      <h2 id="upload">A vendor without an AWS account</h2>
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          make.run();
        }}
      >
        <label>
          Name of the file, with its folder
          <input
            required
            value={name}
            placeholder="eu/2020-01-10_incremental.csv"
            spellCheck={false}
            onChange={(event) => {
              setName(event.target.value);
              setLink(undefined);
            }}
          />
        </label>
        <button type="submit" className="primary" aria-disabled={make.busy}>
          Make an upload link
        </button>
      </form>
      <Failure error={make.error} />
      {link && (
        <>
          <p role="status">
            Send this command to the vendor, who runs it in the folder of the file. Whoever has it may upload this one
            file until {new Date(link.expiresAt).toLocaleTimeString('en-GB')}.
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
          <pre className="answer" tabIndex={0}>
            {link.command}
          </pre>
          <p className="actions">
            <button type="button" onClick={() => navigator.clipboard.writeText(link.command)}>
              Copy the command
            </button>
          </p>
        </>
      )}
    </section>
  );
}
