/** `2026-03-01T09:30:00Z`, with microseconds only when they are not zero (public-api §1.5). */
export function isoTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}${microseconds(time)}Z`;
}

/** `2026-03-01 09:30:00.120000+00:00`: the form of an upload's times [compat] (public-api §1.5). */
export function spacedTime(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace('T', ' ')}${microseconds(time)}+00:00`;
}

function microseconds(time: Date): string {
  const milliseconds = time.getUTCMilliseconds();
  return milliseconds === 0 ? '' : `.${String(milliseconds).padStart(3, '0')}000`;
}
