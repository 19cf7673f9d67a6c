import { usePreferences } from '../frame/use-preferences.ts';
import { PREFERENCES } from '../messages/en/account.ts';
import { SHARED } from '../messages/en/shared.ts';
import { Button } from '../parts/Button.tsx';
import { Checkbox, Radios } from '../parts/Choices.tsx';
import { Dialog, DialogActions } from '../parts/Dialog.tsx';
import { Field } from '../parts/Field.tsx';
import { Select } from '../parts/Select.tsx';
import type { Preferences } from '../preferences.ts';
import styles from './account.module.css';
import { editorOf, EDITORS, isTemplate, templateOf } from './editors.ts';

const THEMES = ['system', 'light', 'dark'] as const;
const DENSITIES = ['automatic', 'comfortable', 'dense'] as const;

/** What a person chooses for this browser; each choice holds at once. */
export function PreferencesDialog({ onClose }: { readonly onClose: () => void }) {
  const [preferences, setPreferences] = usePreferences();
  const choose = (choice: Partial<Preferences>): void => setPreferences({ ...preferences, ...choice });
  const { theme, density, tintsAll, hasSingleKeys } = preferences;
  return (
    <Dialog title={PREFERENCES.title} onClose={onClose}>
      <Radios
        label={PREFERENCES.theme}
        value={theme}
        options={THEMES.map((value) => ({ value, label: PREFERENCES.themes[value] }))}
        onChange={(value) => choose({ theme: value })}
      />
      <Radios
        label={PREFERENCES.density}
        value={density}
        options={DENSITIES.map((value) => ({ value, label: PREFERENCES.densities[value] }))}
        onChange={(value) => choose({ density: value })}
      />
      <Checkbox isOn={tintsAll} help={PREFERENCES.tintHelp} onChange={(isOn) => choose({ tintsAll: isOn })}>
        {PREFERENCES.tint}
      </Checkbox>
      <Checkbox isOn={hasSingleKeys} help={PREFERENCES.keysHelp} onChange={(isOn) => choose({ hasSingleKeys: isOn })}>
        {PREFERENCES.keys}
      </Checkbox>
      <EditorChoice template={preferences.editor} onChange={(editor) => choose({ editor })} />
      <DialogActions>
        <small className={styles.note}>{PREFERENCES.kept}</small>
        <Button onClick={onClose}>{SHARED.close}</Button>
      </DialogActions>
    </Dialog>
  );
}

function EditorChoice({
  template,
  onChange,
}: {
  readonly template: string;
  readonly onChange: (template: string) => void;
}) {
  const editor = editorOf(template);
  return (
    <>
      <Select
        label={PREFERENCES.editor}
        value={editor}
        options={EDITORS.map((value) => ({ value, label: PREFERENCES.editors[value] }))}
        onChange={(value) => onChange(templateOf(value, template))}
      />
      {editor !== 'none' && (
        <Field
          label={PREFERENCES.template}
          value={template}
          spellCheck={false}
          autoCapitalize="none"
          help={PREFERENCES.templateHelp}
          error={isTemplate(template) ? null : PREFERENCES.templateWrong}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </>
  );
}
