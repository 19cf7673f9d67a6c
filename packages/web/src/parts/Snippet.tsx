import { CopyButton } from './CopyButton.tsx';
import styles from './Snippet.module.css';

/**
 * A text to be copied, never wrapped. Where `secret` first stands in it there are dots until the text is pointed at or focused; it is copied
 * in full (visual-design §6). `what` names it for the button: "Copy snippet".
 */
export function Snippet({
  text,
  what,
  secret = null,
}: {
  readonly text: string;
  readonly what: string;
  readonly secret?: string | null;
}) {
  return (
    <div className={styles.snippet}>
      {/* Focusable, as it scrolls sideways and then shows its secret. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} role="region" aria-label={what} className={styles.text}>
        <code>{secret === null ? text : <Masked text={text} secret={secret} />}</code>
      </pre>
      <div className={styles.copy}>
        <CopyButton text={text} what={what} />
      </div>
    </div>
  );
}

function Masked({ text, secret }: { readonly text: string; readonly secret: string }) {
  const at = text.indexOf(secret);
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <span className={styles.dots} aria-hidden="true">
        {'•'.repeat(secret.length)}
      </span>
      <span className={styles.secret}>{secret}</span>
      {text.slice(at + secret.length)}
    </>
  );
}
