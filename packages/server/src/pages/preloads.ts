/** What the build says of a chunk, in its manifest; names are keys there. */
export interface ManifestChunk {
  readonly file: string;
  readonly isEntry?: boolean;
  /** Chunks that it cannot run without. */
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

export type Manifest = Readonly<Record<string, ManifestChunk>>;

/** Elements of the head by which a browser fetches a module with all that it needs, by the module's name in the manifest. */
export type Preloads = ReadonlyMap<string, readonly string[]>;

/**
 * The elements for every module of a build: what the document itself loads is left out. Addresses begin with `./`, as in the built
 * document.
 */
export function preloadsOf(manifest: Manifest): Preloads {
  const entries = Object.keys(manifest).filter((name) => manifest[name].isEntry === true);
  const started = new Set<string>();
  for (const name of entries) collect(manifest, name, started);
  const startedStyles = new Set([...started].flatMap((name) => manifest[name].css ?? []));
  const preloads = new Map<string, readonly string[]>();
  for (const name of Object.keys(manifest)) {
    if (started.has(name)) continue;
    const chunks = [...collect(manifest, name, new Set(started))].filter((each) => !started.has(each));
    const scripts = chunks.map((each) => manifest[each].file).filter((file) => file.endsWith('.js'));
    const styles = new Set(
      chunks.flatMap((each) => manifest[each].css ?? []).filter((file) => !startedStyles.has(file)),
    );
    preloads.set(name, [
      ...scripts.map((file) => `<link rel="modulepreload" crossorigin href="./${file}">`),
      // Its code puts the style sheet in the document when it runs; until then it is only fetched.
      ...[...styles].map((file) => `<link rel="preload" as="style" crossorigin href="./${file}">`),
    ]);
  }
  return preloads;
}

function collect(manifest: Manifest, name: string, seen: Set<string>): Set<string> {
  const chunk = manifest[name] as ManifestChunk | undefined;
  if (chunk === undefined || seen.has(name)) return seen;
  seen.add(name);
  for (const imported of chunk.imports ?? []) collect(manifest, imported, seen);
  return seen;
}
