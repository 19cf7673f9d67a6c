import { useId, type InputHTMLAttributes, type ReactNode } from 'react';
import { CircleAlert } from 'lucide-react';
import styles from './Field.module.css';

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
  readonly help?: string;
  /** What is wrong with it; said when it appears. */
  readonly error?: string | null;
  /** A control inside of it, at its end. */
  readonly end?: ReactNode;
}

/** An input with its label above, help below, and what is wrong with it (visual-design §6). */
export function Field({ label, help, error = null, end, ...input }: FieldProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <div className={error === null ? styles.box : `${styles.box} ${styles.wrong}`}>
        <input
          {...input}
          id={id}
          className={styles.input}
          aria-invalid={error !== null || undefined}
          aria-describedby={help === undefined && error === null ? undefined : `${id}-help`}
        />
        {end}
      </div>
      <div id={`${id}-help`} className={styles.help} aria-live="polite">
        {error === null ? (
          help
        ) : (
          <span className={styles.error}>
            <CircleAlert size={16} strokeWidth={1.75} aria-hidden="true" /> {error}
          </span>
        )}
      </div>
    </div>
  );
}
