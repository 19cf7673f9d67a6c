/** A colour as tokens write it: lightness 0–1, chroma, hue in degrees. */
export interface Oklch {
  readonly lightness: number;
  readonly chroma: number;
  readonly hue: number;
}

/** Linear-light sRGB, 0–1 each. */
export type LinearRgb = readonly [red: number, green: number, blue: number];

/** Reads `oklch(98.2% 0.007 92)` or `#201b15`; null for what is no opaque colour. */
export function readColour(text: string): LinearRgb | null {
  const oklch = /^oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)$/.exec(text);
  if (oklch !== null) {
    const [, lightness, chroma, hue] = oklch.map(Number);
    return linearOf({ lightness: lightness / 100, chroma, hue });
  }
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  if (hex === null) return null;
  const [red, green, blue] = hex.slice(1).map((pair) => fromGamma(Number.parseInt(pair, 16) / 255));
  return [red, green, blue];
}

/** OKLCH → linear sRGB, clipped to what a screen shows (Björn Ottosson, OKLab). */
export function linearOf({ lightness, chroma, hue }: Oklch): LinearRgb {
  const angle = (hue * Math.PI) / 180;
  const a = chroma * Math.cos(angle);
  const b = chroma * Math.sin(angle);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** WCAG 2.2 contrast of two colours, 1–21. */
export function contrast(one: LinearRgb, other: LinearRgb): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** Distance in OKLab × 100; 10 reads as clearly different. */
export function difference(one: LinearRgb, other: LinearRgb): number {
  const [first, second] = [oklabOf(one), oklabOf(other)];
  return 100 * Math.hypot(...first.map((value, index) => value - second[index]));
}

/** How people see a colour who lack one kind of cones. */
export type Vision = 'normal' | 'protan' | 'deutan' | 'tritan';

/** Machado, Oliveira, Fernandes 2009, severity 1, on linear light. */
const DICHROMACY: Readonly<Record<Vision, readonly (readonly number[])[]>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** A colour as such a person sees it. */
export function seenBy(vision: Vision, colour: LinearRgb): LinearRgb {
  const [red, green, blue] = DICHROMACY[vision].map((row) =>
    clip(row.reduce((sum, factor, index) => sum + factor * colour[index], 0)),
  );
  return [red, green, blue];
}

function luminance([red, green, blue]: LinearRgb): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function oklabOf([red, green, blue]: LinearRgb): readonly number[] {
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function clip(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function fromGamma(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}
