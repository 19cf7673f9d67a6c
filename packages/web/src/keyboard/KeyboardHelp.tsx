import { useRef } from 'react';
import { usePreferences } from '../frame/use-preferences.ts';
import { KEYBOARD } from '../messages/en/keyboard.ts';
import { Button } from '../parts/Button.tsx';
import { useModal } from '../parts/use-modal.ts';
import { closeHelp } from './help.ts';
import styles from './KeyboardHelp.module.css';
import { MODIFIER } from './keys.ts';
import { useRegisteredShortcuts } from './shortcuts.ts';

/** All shortcuts that work here now, made from the registry, so it cannot be incomplete (web-ui §4.5). */
export function KeyboardHelp() {
  const dialog = useRef<HTMLDialogElement>(null);
  const shortcuts = useRegisteredShortcuts();
  const [{ hasSingleKeys }] = usePreferences();
  useModal(dialog);
  const ofPage = shortcuts.filter(({ group }) => group === 'page');
  const always = shortcuts.filter(({ group }) => group === 'everywhere');
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby="keyboard-help"
      closedby="any"
      onClose={({ currentTarget }) => {
        if (!currentTarget.open) closeHelp();
      }}
    >
      <h2 id="keyboard-help">{KEYBOARD.title}</h2>
      {!hasSingleKeys && <p>{KEYBOARD.off}</p>}
      {ofPage.length > 0 && <List title={KEYBOARD.thisPage} shortcuts={ofPage} />}
      <List title={KEYBOARD.everywhere} shortcuts={[{ keys: `${MODIFIER}+K`, label: KEYBOARD.palette }, ...always]} />
      <form method="dialog" className={styles.end}>
        <Button type="submit">{KEYBOARD.close}</Button>
      </form>
    </dialog>
  );
}

function List({
  title,
  shortcuts,
}: {
  readonly title: string;
  readonly shortcuts: readonly { readonly keys: string; readonly label: string }[];
}) {
  return (
    <section className={styles.section}>
      <h3>{title}</h3>
      <dl className={styles.list}>
        {shortcuts.map(({ keys, label }) => (
          <div key={`${keys} ${label}`}>
            <dt>
              <Keys keys={keys} />
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Keys({ keys }: { readonly keys: string }) {
  const [first, second] = keys.split(' ');
  if (second === undefined) return <kbd className={styles.key}>{first}</kbd>;
  return (
    <>
      <kbd className={styles.key}>{first}</kbd> <span className={styles.joined}>{KEYBOARD.joined}</span>{' '}
      <kbd className={styles.key}>{second}</kbd>
    </>
  );
}
