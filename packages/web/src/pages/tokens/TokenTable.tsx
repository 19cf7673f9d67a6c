import type { TokenRow } from '@thatch/server/http/ui/contract/tokens.ts';
import { TOKENS } from '../../messages/en/tokens.ts';
import { Button } from '../../parts/Button.tsx';
import table from '../../parts/table.module.css';
import { Time } from '../../parts/Time.tsx';
import styles from './TokensPage.module.css';

/** Tokens in force, newest first; on phones each is two lines. */
export function TokenTable({
  tokens,
  mayChange,
  onAsk,
}: {
  readonly tokens: readonly TokenRow[];
  readonly mayChange: boolean;
  readonly onAsk: (act: 'rotate' | 'revoke', row: TokenRow) => void;
}) {
  return (
    <table className={`${table.table} ${styles.tokens}`}>
      <thead>
        <tr>
          <th scope="col">{TOKENS.name}</th>
          <th scope="col" className={table.wide}>
            {TOKENS.prefix}
          </th>
          <th scope="col">{TOKENS.lastUsed}</th>
          <th scope="col" className={table.wide}>
            {TOKENS.created}
          </th>
          <th scope="col" className={table.wide}>
            {TOKENS.ends}
          </th>
          {mayChange && (
            <th scope="col">
              <span className="visually-hidden">{TOKENS.acts}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {tokens.map((row) => (
          <tr key={row.id}>
            <td>
              {row.name ?? <span className={styles.note}>{TOKENS.unnamed}</span>}
              <code className={styles.narrow}>{row.prefix}…</code>
            </td>
            <td className={table.wide}>
              <code>{row.prefix}…</code>
            </td>
            <td>{row.last_used_at === null ? TOKENS.never : <Time at={row.last_used_at} />}</td>
            <td className={table.wide}>
              <Time at={row.created_at} />
            </td>
            <td className={table.wide}>
              {row.expires_at === null ? (
                <span className={styles.note}>{TOKENS.endsNever}</span>
              ) : (
                <time dateTime={row.expires_at}>{TOKENS.endsAt(new Date(row.expires_at))}</time>
              )}
            </td>
            {mayChange && (
              <td className={styles.acts}>
                <Button kind="quiet" onClick={() => onAsk('rotate', row)}>
                  {TOKENS.rotate}
                </Button>
                <Button kind="quiet" onClick={() => onAsk('revoke', row)}>
                  {TOKENS.revoke}
                </Button>
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
