import { useSession } from '../../api/queries.ts';
import { Title } from '../../frame/Title.tsx';
import { HOME } from '../../messages/en/setup.ts';
import { Empty } from '../../parts/Empty.tsx';
import { Snippet } from '../../parts/Snippet.tsx';
import styles from './HomePage.module.css';

const MAKE_TOKEN = 'npx thatch token create --global';

/** `/` for who can see no organisation; everybody else is led on. */
export function HomePage() {
  const { person } = useSession();
  return (
    <div className={`content ${styles.page}`}>
      <Title text={HOME.title} />
      <h1>{HOME.title}</h1>
      {person?.is_operator === true ? (
        <Empty title={HOME.operator}>
          <p>{HOME.operatorHint}</p>
          <Snippet text={MAKE_TOKEN} what={HOME.command} />
        </Empty>
      ) : (
        <Empty title={HOME.none}>
          <p>{HOME.noneHint}</p>
        </Empty>
      )}
    </div>
  );
}
