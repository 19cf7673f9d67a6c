import { Check } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import styles from './Menu.module.css';

/** A button that opens a menu. `label` is its name for assistive technology when `trigger` is only an icon. */
export function Menu({
  label,
  trigger,
  children,
  align = 'end',
}: {
  readonly label?: string;
  readonly trigger: ReactNode;
  readonly children: ReactNode;
  readonly align?: 'start' | 'end';
}) {
  // Not modal: the page stays scrollable, and no style element is needed to stop it (the policy allows none).
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className={styles.trigger} aria-label={label} title={label}>
        {trigger}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={styles.menu} align={align} sideOffset={4} collisionPadding={8}>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** An act. */
export function MenuItem({ onSelect, children }: { readonly onSelect: () => void; readonly children: ReactNode }) {
  return (
    <DropdownMenu.Item className={styles.item} onSelect={onSelect}>
      {children}
    </DropdownMenu.Item>
  );
}

/** A link: its child is the anchor. */
export function MenuLink({ children }: { readonly children: ReactNode }) {
  return (
    <DropdownMenu.Item className={styles.item} asChild>
      {children}
    </DropdownMenu.Item>
  );
}

/** One of several that can be on at once; the menu stays open. */
export function MenuToggle({
  isOn,
  onChange,
  children,
}: {
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly children: ReactNode;
}) {
  return (
    <DropdownMenu.CheckboxItem
      className={styles.item}
      checked={isOn}
      onCheckedChange={onChange}
      onSelect={(event) => event.preventDefault()}
    >
      <span className={styles.tick}>
        <DropdownMenu.ItemIndicator>
          <Check size={16} strokeWidth={1.75} />
        </DropdownMenu.ItemIndicator>
      </span>
      {children}
    </DropdownMenu.CheckboxItem>
  );
}

export function MenuSeparator() {
  return <DropdownMenu.Separator className={styles.separator} />;
}

/** One of several. */
export function MenuChoice({
  value,
  options,
  onChange,
}: {
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: ReactNode }[];
  readonly onChange: (value: string) => void;
}) {
  return (
    <DropdownMenu.RadioGroup value={value} onValueChange={onChange}>
      {options.map((option) => (
        <DropdownMenu.RadioItem key={option.value} value={option.value} className={styles.item}>
          <span className={styles.tick}>
            <DropdownMenu.ItemIndicator>
              <Check size={16} strokeWidth={1.75} />
            </DropdownMenu.ItemIndicator>
          </span>
          {option.label}
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}

/** Any of several; stays open, so that more can be chosen. */
export function MenuChecks({
  values,
  options,
  onChange,
}: {
  readonly values: readonly string[];
  readonly options: readonly { readonly value: string; readonly label: ReactNode }[];
  readonly onChange: (values: readonly string[]) => void;
}) {
  return (
    <>
      {options.map(({ value, label }) => (
        <DropdownMenu.CheckboxItem
          key={value}
          className={styles.item}
          checked={values.includes(value)}
          onCheckedChange={(isOn) => onChange(isOn ? [...values, value] : values.filter((other) => other !== value))}
          onSelect={(event) => event.preventDefault()}
        >
          <span className={styles.tick}>
            <DropdownMenu.ItemIndicator>
              <Check size={16} strokeWidth={1.75} />
            </DropdownMenu.ItemIndicator>
          </span>
          {label}
        </DropdownMenu.CheckboxItem>
      ))}
    </>
  );
}
