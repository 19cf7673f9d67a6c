import type { ButtonHTMLAttributes } from 'react';
import styles from './Button.module.css';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** One primary a view (visual-design §6). */
  readonly kind?: 'primary' | 'secondary' | 'quiet' | 'danger';
  /** The act is under way: the label says so, the width stays. */
  readonly busy?: string | false;
}

/** A button. */
export function Button({ kind = 'secondary', busy = false, children, className = '', ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`${styles.button} ${styles[kind]} ${className}`}
      aria-disabled={busy !== false || undefined}
      onClick={busy === false ? rest.onClick : undefined}
    >
      {busy === false ? (
        children
      ) : (
        <span className={styles.stack}>
          <span className={styles.resting} aria-hidden="true">
            {children}
          </span>
          <span>{busy}</span>
        </span>
      )}
    </button>
  );
}

/** The class of a button, for links that look like one. */
export function buttonClass(kind: NonNullable<ButtonProps['kind']> = 'secondary'): string {
  return `${styles.button} ${styles[kind]}`;
}
