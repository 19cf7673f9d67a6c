import { Link, useParams } from '@tanstack/react-router';
import { Title } from '../../frame/Title.tsx';
import { NOT_HERE_YET } from '../../messages/en/frame.ts';
import { buttonClass } from '../../parts/Button.tsx';
import { Empty } from '../../parts/Empty.tsx';
import styles from './NotFoundPage.module.css';

/** An address whose page comes with a later version. */
export function NotHereYetPage() {
  const { svc, owner, repo } = useParams({ strict: false });
  return (
    <div className={`content ${styles.page}`}>
      <Title text={NOT_HERE_YET.title} />
      <h1>{NOT_HERE_YET.title}</h1>
      <Empty title={NOT_HERE_YET.sentence}>
        <p>{NOT_HERE_YET.kept}</p>
        {svc !== undefined && owner !== undefined && repo !== undefined ? (
          <Link to="/$svc/$owner/$repo" params={{ svc, owner, repo }} className={buttonClass()}>
            {NOT_HERE_YET.back}
          </Link>
        ) : (
          <Link to="/" className={buttonClass()}>
            {NOT_HERE_YET.home}
          </Link>
        )}
      </Empty>
    </div>
  );
}
