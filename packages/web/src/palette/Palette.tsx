import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { useRef, useState } from 'react';
import { pageOfAddress } from '../addresses/pasted.ts';
import { PREFIX } from '../addresses/prefix.ts';
import { useSession } from '../api/queries.ts';
import { repositoryQuery } from '../frame/repository-query.ts';
import { mayChange } from '../frame/rights.ts';
import { usePreferences } from '../frame/use-preferences.ts';
import { openHelp } from '../keyboard/help.ts';
import { useRegisteredShortcuts } from '../keyboard/shortcuts.ts';
import { useModal } from '../parts/use-modal.ts';
import { PALETTE } from '../messages/en/palette.ts';
import { actsOf, type Choice, fileTextOf, fitting, foundChoices, pagesOf, type Place, type Rights } from './choices.ts';
import { FileChoices } from './FileChoices.tsx';
import { closePalette } from './open.ts';
import styles from './Palette.module.css';
import { noteRecent, readRecent } from './recent.ts';
import { useFound } from './use-found.ts';

/** The palette while it is open: a field, and below it everything that fits (web-ui §4.4). */
export function Palette({ startText }: { readonly startText: string }) {
  const [text, setText] = useState(startText);
  const dialog = useRef<HTMLDialogElement>(null);
  const choose = useChoose();
  const input = useRef<HTMLInputElement>(null);
  useModal(dialog, input);
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-label={PALETTE.title}
      closedby="any"
      onClose={({ currentTarget }) => {
        if (!currentTarget.open) closePalette();
      }}
    >
      <Command label={PALETTE.title} shouldFilter={false} loop className={styles.palette}>
        <Command.Input
          ref={input}
          value={text}
          onValueChange={setText}
          placeholder={PALETTE.placeholder}
          className={styles.input}
        />
        <Command.List className={styles.list} label={PALETTE.results}>
          <Groups text={text} onChoose={choose} />
        </Command.List>
      </Command>
      <p className={styles.hint}>{PALETTE.hint}</p>
    </dialog>
  );
}

type OnChoose = (choice: Choice) => void;

function Groups({ text, onChoose }: { readonly text: string; readonly onChoose: OnChoose }) {
  const place = useParams({ strict: false }) as Place;
  const files = place.repo === undefined ? null : fileTextOf(text);
  if (files?.isOnly === true) return <FileChoices place={place} text={files.text} onChoose={onChoose} />;
  return (
    <>
      <Command.Empty className={styles.none}>{PALETTE.none}</Command.Empty>
      <KnownChoices text={text} place={place} onChoose={onChoose} />
      <FoundChoices text={text} place={place} onChoose={onChoose} />
      {files !== null && <FileChoices place={place} text={files.text} onChoose={onChoose} />}
    </>
  );
}

interface GroupsProps {
  readonly text: string;
  readonly place: Place;
  readonly onChoose: OnChoose;
}

/** What needs no answer: a pasted address, what was used last, pages, acts. */
function KnownChoices({ text, place, onChoose }: GroupsProps) {
  const rights = useRights(place);
  const acts = useActs();
  const pasted = pageOfAddress(text, location.origin + PREFIX);
  const recent: Choice[] = readRecent().map(({ href, label }) => ({
    id: `recent ${href}`,
    label,
    target: { kind: 'page', href },
  }));
  return (
    <>
      {pasted !== null && (
        <Group
          name={PALETTE.address}
          onChoose={onChoose}
          choices={[{ id: pasted, label: PALETTE.open(pasted), target: { kind: 'page', href: pasted } }]}
        />
      )}
      <Group name={PALETTE.recent} choices={fitting(recent, text)} onChoose={onChoose} />
      <Group name={PALETTE.pages} choices={fitting(pagesOf(place, rights), text)} onChoose={onChoose} />
      <Group name={PALETTE.actions} choices={fitting(acts, text)} onChoose={onChoose} />
    </>
  );
}

/** As far as it is known: the frame of a repository asks for it. */
function useRights({ svc = '', owner = '', repo = '' }: Place): Rights {
  const { person } = useSession();
  const known = useQueryClient().getQueryData(repositoryQuery({ svc, owner, repo }).queryKey);
  return { isOperator: person?.is_operator === true, hasSettings: mayChange(known?.repository.right) };
}

function FoundChoices({ text, place, onChoose }: GroupsProps) {
  const found = useFound(text, place);
  if (found === null) return null;
  const { repositories, branches, commits } = foundChoices(found, place);
  return (
    <>
      <Group name={PALETTE.repositories} choices={repositories} onChoose={onChoose} />
      <Group name={PALETTE.branches} choices={branches} onChoose={onChoose} />
      <Group name={PALETTE.commits} choices={commits} onChoose={onChoose} />
    </>
  );
}

function Group({
  name,
  choices,
  onChoose,
}: {
  readonly name: string;
  readonly choices: readonly Choice[];
  readonly onChoose: OnChoose;
}) {
  if (choices.length === 0) return null;
  return (
    <Command.Group heading={name} className={styles.group}>
      {choices.map((choice) => (
        <Command.Item
          key={choice.id}
          value={`${name} ${choice.id}`}
          onSelect={() => onChoose(choice)}
          className={styles.item}
        >
          <span className={choice.isCode === true ? 'mono' : undefined}>{choice.label}</span>
          {choice.note !== undefined && <span className={styles.note}>{choice.note}</span>}
        </Command.Item>
      ))}
    </Command.Group>
  );
}

function useActs(): Choice[] {
  const [preferences, setPreferences] = usePreferences();
  const ofPage = actsOf(useRegisteredShortcuts());
  const themes = (['light', 'dark', 'system'] as const).filter((theme) => theme !== preferences.theme);
  return [
    ...ofPage,
    { id: 'help', label: PALETTE.help, target: { kind: 'act', run: openHelp } },
    ...themes.map((theme): Choice => ({
      id: theme,
      label: PALETTE.themes[theme],
      target: { kind: 'act', run: () => setPreferences({ ...preferences, theme }) },
    })),
  ];
}

/** Goes to what was chosen, or does it; the palette is closed before. */
function useChoose(): OnChoose {
  const navigate = useNavigate();
  return ({ label, target }) => {
    closePalette();
    // What gives the focus to a part of the page does so after the palette gave it back.
    if (target.kind === 'act') return void setTimeout(target.run);
    noteRecent({ href: target.href, label });
    // The router adds the path below which the pages live.
    void navigate({ href: target.href });
  };
}
