import { CopyButton } from './CopyButton.tsx';

const SHOWN = 7;

/** A commit's id: seven digits shown, all of them copied (web-ui §4.7). */
export function Sha({ sha, canCopy = true }: { readonly sha: string; readonly canCopy?: boolean }) {
  return (
    <span>
      <code title={sha}>{sha.slice(0, SHOWN)}</code>
      {canCopy && <CopyButton text={sha} what={`commit ${sha.slice(0, SHOWN)}`} />}
    </span>
  );
}
