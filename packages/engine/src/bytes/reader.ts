/** Thrown when stored bytes end early or hold what the format does not allow: damage, never a user's input. */
export class DamagedData extends Error {
  override name = 'DamagedData';
}

/** Reads what {@link ByteWriter} wrote. */
export class ByteReader {
  readonly bytes: Uint8Array;
  position: number;
  readonly end: number;

  constructor(bytes: Uint8Array, position = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  /** An unsigned integer. */
  varint(): number {
    const bytes = this.bytes;
    let at = this.position;
    let byte = bytes[at++];
    let value = byte & 127;
    if (byte < 128) {
      this.position = at;
      return value;
    }
    let scale = 128;
    do {
      if (at >= this.end || scale > 2 ** 49) throw new DamagedData('a number runs past the end of its block');
      byte = bytes[at++];
      value += (byte & 127) * scale;
      scale *= 128;
    } while (byte >= 128);
    this.position = at;
    return value;
  }

  /** A byte string written with its length; a view, not a copy. */
  block(): Uint8Array {
    const length = this.varint();
    const start = this.position;
    if (start + length > this.end) throw new DamagedData('a byte string runs past the end of its block');
    this.position = start + length;
    return this.bytes.subarray(start, start + length);
  }

  /** Whether everything was read. */
  isDone(): boolean {
    return this.position >= this.end;
  }
}
