import { useId, type InputHTMLAttributes } from 'react';
import { CircleAlert } from 'lucide-react';
import styles from './Field.module.css';

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
  readonly help?: string;
  /** What is wrong with it; said when it appears. */
  readonly error?: string | null;
}

/** An input with its label above, help below, and what is wrong with it (visual-design §6). */
export function Field({ label, help, error = null, ...input }: FieldProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <input
        {...input}
        id={id}
        className={error === null ? styles.input : `${styles.input} ${styles.wrong}`}
        aria-invalid={error !== null || undefined}
        aria-describedby={help === undefined && error === null ? undefined : `${id}-help`}
      />
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
