import styles from './StateIcon.module.css';

/** Four outlines that can be told apart in one colour (visual-design §2). */
export type StateKind = 'pass' | 'fail' | 'pending' | 'neutral';

/** How far something is: tick in a circle, cross in a square, half disc, dash in a circle. `label` is said; empty where a word stands beside. */
export function StateIcon({ kind, label = '' }: { readonly kind: StateKind; readonly label?: string }) {
  return (
    <span className={`${styles.icon} ${styles[kind]}`} title={label === '' ? undefined : label}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" fill="none" stroke="currentColor">
        {OUTLINES[kind]}
      </svg>
      {label !== '' && <span className="visually-hidden">{label}</span>}
    </span>
  );
}

const OUTLINES = {
  pass: (
    <>
      <circle cx="8" cy="8" r="6.25" strokeWidth="1.5" />
      <path d="M5 8.25 7.25 10.5 11 5.75" strokeWidth="1.75" />
    </>
  ),
  fail: (
    <>
      <path d="M2 2h12v12H2Z" strokeWidth="1.5" />
      <path d="m5.25 5.25 5.5 5.5m0-5.5-5.5 5.5" strokeWidth="1.75" />
    </>
  ),
  pending: (
    <>
      <circle cx="8" cy="8" r="6.25" strokeWidth="1.5" />
      <path d="M8 1.75a6.25 6.25 0 0 1 0 12.5Z" fill="currentColor" stroke="none" />
    </>
  ),
  neutral: (
    <>
      <circle cx="8" cy="8" r="6.25" strokeWidth="1.5" />
      <path d="M5 8h6" strokeWidth="1.75" />
    </>
  ),
} as const;
