import type { ReactNode } from 'react';
import type { UploadRow } from '@thatch/server/http/ui/contract/commit.ts';
import { UPLOADS } from '../../messages/en/commit.ts';
import { SHARED, whole } from '../../messages/en/shared.ts';
import { size } from '../../messages/en/units.ts';
import { Percent } from '../../parts/Percent.tsx';
import styles from './UploadDrawer.module.css';

/** What an upload is, where it comes from and what it holds. */
export function UploadFacts({ upload }: { readonly upload: UploadRow }) {
  const { coverage, files, files_named: named, bytes, client, flags, formats, job, build } = upload;
  return (
    <dl className={styles.facts}>
      {coverage !== null && (
        <Fact name={UPLOADS.coverage}>
          <Percent of={coverage} /> · {SHARED.ratioLines(coverage.hits, coverage.lines)}
        </Fact>
      )}
      {files !== null && (
        <Fact name={UPLOADS.files}>
          {named === null || named === files ? whole(files) : UPLOADS.kept(files, named)}
        </Fact>
      )}
      {flags.length > 0 && <Fact name={UPLOADS.flags}>{flags.join(', ')}</Fact>}
      {formats.length > 0 && <Fact name={UPLOADS.formats}>{formats.join(', ')}</Fact>}
      {bytes !== null && <Fact name={UPLOADS.size}>{size(bytes)}</Fact>}
      {client !== null && <Fact name={UPLOADS.client}>{[client.name, client.version].join(' ').trim()}</Fact>}
      {upload.ci !== null && <Fact name={UPLOADS.ci}>{UPLOADS.ciName(upload.ci)}</Fact>}
      {job !== null && <Fact name={UPLOADS.job}>{job}</Fact>}
      {(build !== null || upload.build_address !== null) && (
        <Fact name={UPLOADS.build}>
          {upload.build_address === null ? (
            build
          ) : (
            <a href={upload.build_address} rel="noreferrer">
              {build ?? upload.build_address}
            </a>
          )}
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
