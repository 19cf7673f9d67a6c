import { Eye, EyeOff } from 'lucide-react';
import { useState, type ComponentProps } from 'react';
import { SHARED } from '../messages/en/shared.ts';
import { Field } from './Field.tsx';
import styles from './PasswordField.module.css';

/** A password: dots, until the button at its end shows it. */
export function PasswordField(props: Omit<ComponentProps<typeof Field>, 'type' | 'end'>) {
  const [isShown, setShown] = useState(false);
  const Icon = isShown ? EyeOff : Eye;
  return (
    <Field
      {...props}
      type={isShown ? 'text' : 'password'}
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      end={
        <button
          type="button"
          className={styles.show}
          aria-pressed={isShown}
          aria-label={SHARED.showPassword}
          title={SHARED.showPassword}
          onClick={() => setShown(!isShown)}
        >
          <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
        </button>
      }
    />
  );
}
