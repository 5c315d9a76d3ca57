/** A colour as the browser computes it: red, green and blue from 0 to 1. */
type Colour = readonly [number, number, number];

/** Reads “rgb(1, 2, 3)” and “color(srgb 0.1 0.2 0.3)”; throws for what is not opaque. */
export function parseColour(text: string): Colour {
  const numbers = (text.match(/[\d.]+(?:e-?\d+)?/g) ?? []).map(Number);
  const [red = NaN, green = NaN, blue = NaN, alpha = 1] = numbers;
  if (alpha !== 1 || [red, green, blue].some(Number.isNaN))
    throw new Error(`${text} is not an opaque colour`);
  const scale = text.startsWith('color(') ? 1 : 255;
  return [red / scale, green / scale, blue / scale];
}

function linear([red, green, blue]: Colour): Colour {
  const each = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  return [each(red), each(green), each(blue)];
}

/** The contrast of two colours as WCAG defines it, 1 to 21. */
export function contrast(one: Colour, other: Colour): number {
  const luminance = (colour: Colour) => {
    const [red, green, blue] = linear(colour);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** How different two colours look: the distance in CIELAB (D65), of which about 2 can just be seen. */
export function difference(one: Colour, other: Colour): number {
  const lab = (colour: Colour) => {
    const [red, green, blue] = linear(colour);
    const part = (value: number) => (value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116);
    const x = part((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047);
    const y = part(0.2126 * red + 0.7152 * green + 0.0722 * blue);
    const z = part((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883);
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)] as const;
  };
  const [a, b] = [lab(one), lab(other)];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
