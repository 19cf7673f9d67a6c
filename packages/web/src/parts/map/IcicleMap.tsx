import { useId, useRef, useState, type KeyboardEvent } from 'react';
import type { MapAnswer } from '@thatch/server/http/ui/contract/tree.ts';
import { MAP } from '../../messages/en/map.ts';
import { useWidth } from '../use-width.ts';
import { bandOf, boxAfterKey, layMap, type MapBox } from './layout.ts';
import styles from './IcicleMap.module.css';

/** Whatever is in it, so that nothing below moves. */
const HEIGHT = 168;
/** Smaller boxes have no room for their name (visual-design §7). */
const LEAST_LABEL = 48;

/**
 * Folders as an icicle: width = tracked lines, colour = coverage, hatched where it is low. A click or Enter opens a folder or file, Escape
 * goes up; arrow keys move from box to box and say each.
 */
export function IcicleMap({
  answer,
  onOpen,
  onUp,
}: {
  readonly answer: MapAnswer;
  readonly onOpen: (node: MapAnswer['nodes'][number]) => void;
  readonly onUp: () => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [active, setActive] = useState(0);
  const id = useId();
  const boxes = layMap(answer.nodes);
  const levels = boxes.reduce((most, { level }) => Math.max(most, level + 1), 1);
  const levelHeight = Math.floor(HEIGHT / levels);
  const current = boxes[active] ?? boxes[0];
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = current === undefined ? null : boxAfterKey(boxes, current.index, event.key);
    if (next !== null) setActive(next);
    else if (event.key === 'Enter' && current !== undefined) {
      setActive(0);
      onOpen(current.node);
    } else if (event.key === 'Escape') {
      setActive(0);
      onUp();
    } else return;
    event.preventDefault();
  };
  return (
    <div
      ref={box}
      className={styles.map}
      role="tree"
      aria-label={MAP.summary(answer.nodes.length - 1)}
      aria-describedby={`${id}-help`}
      aria-activedescendant={current === undefined ? undefined : `${id}-${current.index}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <span id={`${id}-help`} className="visually-hidden">
        {MAP.help}
      </span>
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="none">
          <defs>
            <pattern
              id={`${id}-hatch`}
              width={5}
              height={5}
              patternUnits="userSpaceOnUse"
              patternTransform="rotate(45)"
            >
              <rect className={styles.hatch} width={1.5} height={5} />
            </pattern>
          </defs>
          {boxes.map((each) => (
            <Box
              key={each.node.kind + each.node.path}
              id={`${id}-${each.index}`}
              of={each}
              width={width}
              levelHeight={levelHeight}
              band={bandOf(each.node, answer.range)}
              hatch={`url(#${id}-hatch)`}
              isActive={each.index === current?.index}
              onOpen={() => (each.index === 0 ? onUp() : onOpen(each.node))}
            />
          ))}
        </svg>
      )}
    </div>
  );
}

function Box({
  id,
  of: { node, level, start, width: part, index },
  width,
  levelHeight,
  band,
  hatch,
  isActive,
  onOpen,
}: {
  readonly id: string;
  readonly of: MapBox;
  readonly width: number;
  readonly levelHeight: number;
  readonly band: ReturnType<typeof bandOf>;
  readonly hatch: string;
  readonly isActive: boolean;
  readonly onOpen: () => void;
}) {
  const size = Math.max(1, part * width);
  const text = index === 0 && node.name === '' ? MAP.all : node.name;
  const shape = { x: start * width, y: level * levelHeight, width: size, height: levelHeight };
  return (
    <g
      className={`${styles.box} ${styles[`band${band}`]} ${isActive ? styles.active : ''}`}
      onClick={onOpen}
      role="treeitem"
      aria-level={level + 1}
      aria-selected={isActive}
      aria-label={MAP.box(node)}
      id={id}
    >
      <title>{MAP.box(node)}</title>
      <rect className={styles.shape} {...shape} />
      {band < 2 && <rect {...shape} fill={hatch} />}
      {size >= LEAST_LABEL && (
        <foreignObject {...shape}>
          <div className={styles.label}>{text}</div>
        </foreignObject>
      )}
    </g>
  );
}
