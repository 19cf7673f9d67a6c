/** Where the process is in its life. */
export type Phase = 'starting' | 'ready' | 'draining' | 'stopped';

interface Part {
  readonly name: string;
  readonly stop: () => void | Promise<void>;
  readonly cut: () => void;
}

/**
 * What was started, in order, so that it stops in the opposite order. A part that starts registers how it stops at once, so that a
 * start that fails half-way leaves nothing running.
 */
export class Lifecycle {
  private current: Phase = 'starting';
  private readonly watchers = new Set<(phase: Phase) => void>();
  private readonly parts: Part[] = [];

  get phase(): Phase {
    return this.current;
  }

  set phase(phase: Phase) {
    if (phase === this.current) return;
    this.current = phase;
    for (const watcher of [...this.watchers]) watcher(phase);
  }

  /** Calls `watcher` at every change of the phase: what lasts longer than a request ends when the server drains. Returns how to stop. */
  onPhase(watcher: (phase: Phase) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /**
   * Notes that a part runs.
   *
   * @param stop called once; it should settle by itself within seconds
   * @param cut called when there is no time to stop: must do its work at once
   */
  started(name: string, stop: () => void | Promise<void>, cut: () => void = () => {}): void {
    this.parts.push({ name, stop, cut });
  }

  /** Does what must be done before the process ends at once. */
  cut(): void {
    for (const part of this.parts.toReversed()) part.cut();
  }

  /**
   * Stops everything, last started first. One part that fails to stop does not keep the others running.
   *
   * @param onFailure told of such a part
   */
  async stop(onFailure: (part: string, error: unknown) => void = () => {}): Promise<void> {
    for (let part = this.parts.at(-1); part !== undefined; part = this.parts.at(-1)) {
      try {
        await part.stop();
      } catch (error) {
        onFailure(part.name, error);
      }
      this.parts.splice(this.parts.indexOf(part), 1);
    }
    this.phase = 'stopped';
  }
}
