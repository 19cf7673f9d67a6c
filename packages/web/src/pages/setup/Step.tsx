import type { ReactNode } from 'react';
import { SETUP } from '../../messages/en/setup.ts';
import { StateIcon } from '../../parts/StateIcon.tsx';
import styles from './SetupPage.module.css';

/** One step of the first run: what it is, and what is to be done or is done already. */
export function Step({
  number,
  title,
  state,
  children,
}: {
  readonly number: number;
  readonly title: string;
  readonly state: 'done' | 'now' | 'later';
  readonly children: ReactNode;
}) {
  return (
    <li className={[styles.step, state === 'now' ? '' : styles[state]].join(' ')}>
      <h2 className={styles.title} tabIndex={-1}>
        <span className={styles.number} aria-hidden="true">
          {number}
        </span>
        <span className="visually-hidden">{SETUP.step(number)}: </span>
        {title}
        {state === 'done' && <StateIcon kind="pass" label={SETUP.done} />}
      </h2>
      <div className={styles.body}>{children}</div>
    </li>
  );
}
