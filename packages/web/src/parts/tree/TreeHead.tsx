import { ArrowDown, ArrowUp } from 'lucide-react';
import { TREE_SORTS, type TreeSort } from '@thatch/server/http/ui/contract/tree.ts';
import { TREE } from '../../messages/en/tree.ts';
import styles from './FileTree.module.css';
import type { TreeOrder } from './report-choice.ts';

/** The order that a click on a column makes: the other way round when it is sorted by already, else what is looked for first. */
export function orderAfter({ sort, direction }: TreeOrder, clicked: TreeSort): TreeOrder {
  if (clicked === sort) return { sort, direction: direction === 'ASC' ? 'DESC' : 'ASC' };
  return { sort: clicked, direction: clicked === 'name' || clicked === 'coverage' ? 'ASC' : 'DESC' };
}

/** The heads of the columns; each sorts. */
export function TreeHead({ order, onSort }: { readonly order: TreeOrder; readonly onSort: (sort: TreeSort) => void }) {
  return (
    <div role="rowgroup" className={styles.head}>
      <div role="row" aria-rowindex={1} className={styles.row}>
        {TREE_SORTS.map((column) => (
          <div
            key={column}
            role="columnheader"
            className={`${styles[column]} ${column === 'name' ? '' : styles.number}`}
            aria-sort={column === order.sort ? (order.direction === 'ASC' ? 'ascending' : 'descending') : undefined}
          >
            <button type="button" className={styles.sort} onClick={() => onSort(column)}>
              {TREE.columns[column]}
              <SortArrow order={order} column={column} />
            </button>
          </div>
        ))}
        <div role="columnheader" className={styles.bar}>
          <span className="visually-hidden">{TREE.columns.bar}</span>
        </div>
        <div role="columnheader" className={styles.strip}>
          <span className="visually-hidden">{TREE.columns.strip}</span>
        </div>
      </div>
    </div>
  );
}

function SortArrow({ order, column }: { readonly order: TreeOrder; readonly column: TreeSort }) {
  const { sort, direction } = column === order.sort ? order : orderAfter(order, column);
  const Arrow = direction === 'ASC' ? ArrowUp : ArrowDown;
  return (
    <Arrow size={12} strokeWidth={1.75} aria-hidden="true" className={sort === order.sort ? undefined : styles.idle} />
  );
}
