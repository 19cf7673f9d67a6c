import styles from './Mark.module.css';

/** The mark: three courses of straw, one slit: the uncovered line (visual-design §1). Lays its courses while something is processed. */
export function Mark({ size = 24, isBusy = false }: { readonly size?: number; readonly isBusy?: boolean }) {
  return (
    <svg viewBox="0 0 24 24" width={size} height={size} aria-hidden="true" className={isBusy ? styles.busy : undefined}>
      <path fill="var(--straw)" d="M12 2.2 18.5 6.49v3.4L12 5.6 5.5 9.89v-3.4Z" />
      <path
        fill="var(--straw-deep)"
        d="M12 7.1 15.4 9.34v3.4L12 10.5 3.4 16.18v-3.4ZM16.9 10.33 20.6 12.78v3.4L16.9 13.73Z"
      />
      <path fill="var(--ink)" d="M12 12 22.7 19.06v3.4L12 15.4 1.3 22.46v-3.4Z" />
    </svg>
  );
}
