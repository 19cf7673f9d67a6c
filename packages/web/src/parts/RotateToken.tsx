import { useState } from 'react';
import { ROTATE } from '../messages/en/tokens.ts';
import { Banner } from './Banner.tsx';
import { Button } from './Button.tsx';
import { Dialog, DialogActions } from './Dialog.tsx';
import { Select } from './Select.tsx';
import { SHARED } from '../messages/en/shared.ts';

/** Asks how long a token goes on working beside the one that takes its place (web-ui §3.13: 0–7 days). */
export function RotateToken({
  name,
  isBusy,
  error,
  onRotate,
  onClose,
}: {
  readonly name: string;
  readonly isBusy: boolean;
  readonly error: Error | null;
  readonly onRotate: (days: number) => void;
  readonly onClose: () => void;
}) {
  const [days, setDays] = useState<Days>('1');
  return (
    <Dialog title={ROTATE.title(name)} onClose={onClose}>
      <p>{ROTATE.sentence}</p>
      <Select label={ROTATE.grace} value={days} options={GRACE} onChange={setDays} />
      <div role="alert">{error !== null && <Banner kind="danger">{error.message}</Banner>}</div>
      <DialogActions>
        <Button onClick={onClose}>{SHARED.cancel}</Button>
        <Button kind="primary" busy={isBusy && ROTATE.busy} onClick={() => onRotate(Number(days))}>
          {ROTATE.act}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

const DAYS = ['0', '1', '2', '3', '7'] as const;

type Days = (typeof DAYS)[number];

const GRACE = DAYS.map((value) => ({ value, label: ROTATE.days(Number(value)) }));
